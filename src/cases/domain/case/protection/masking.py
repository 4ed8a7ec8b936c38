"""The record of a protected person without what may not be disclosed (661/2009 36 and 37 §).

It is taken out of the facts before anything is made of them: an answer, a list, an explanation or a
page can't show what it has never had.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.representation.facts import RepresentationRecorded
from cases.domain.case.responsibility.facts import CaseHandedOver, HandOverRequested
from cases.domain.codes.values import HandOverReason
from cases.domain.facts import Recorded

WITHHELD: Final = ("contact",)
"""The members of a person's details, and of who stands for the person, that are withheld."""

NOT_TOLD: Final = "WITHHELD"
"""Stands for the id of an authority, or of somebody there, that would tell where the person is."""

_NOTHING: Final = dict.fromkeys(WITHHELD)


def masked(facts: Sequence[Recorded], today: date) -> tuple[Recorded, ...]:
    """The facts without contact details, home municipality and household of the person.

    Who answers for the case ``today`` (Helsinki) is known to whoever may look at it. Where the
    person moves to is not, until the case has passed: who is to have it, or has asked for it.
    """
    return tuple(_without(recorded, today) for recorded in facts)


def _without(recorded: Recorded, today: date) -> Recorded:
    fact = recorded.fact
    match fact:
        case RepresentationRecorded():
            # A guardian may live where the person does.
            return recorded.having(fact=fact.model_copy(update=_NOTHING))
        case PersonDetailsRecorded():
            details = fact.details.model_copy(update=_NOTHING)
            return recorded.having(fact=fact.model_copy(update={"details": details}))
        case CaseHandedOver(reason=HandOverReason.MOVE) if today < (
            fact.takes_effect_on or recorded.effective_on
        ):
            change = {"to": NOT_TOLD, "remaining_parties": ()}
            return recorded.having(fact=fact.model_copy(update=change))
        case HandOverRequested():
            by = recorded.recorded_by.model_copy(
                update={"subject": NOT_TOLD, "organisation": NOT_TOLD}
            )
            change = {"by": NOT_TOLD}
            # The key of the act is its caller's own words.
            return recorded.having(
                fact=fact.model_copy(update=change), recorded_by=by, act_id=NOT_TOLD
            )
    return recorded
