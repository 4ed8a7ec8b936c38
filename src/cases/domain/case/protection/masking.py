"""The record of a protected person without what may not be disclosed (661/2009 36 and 37 §).

It is taken out of the facts before anything is made of them: an answer, a list, an explanation or a
page can't show what it has never had.
"""

from collections.abc import Sequence, Set
from datetime import date
from typing import Final
from uuid import UUID

from pydantic.alias_generators import to_camel

from cases.domain.case.consent.facts import ConsentGiven
from cases.domain.case.family_plan.facts import WITHHELD_PLAN, NamedInFamilyPlan
from cases.domain.case.person.acts import PersonName
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.records.facts import (
    CorrectionRequestAnswered,
    CorrectionRequested,
    RecordAnnulled,
    RecordCorrected,
)
from cases.domain.case.records.mending import mended
from cases.domain.case.representation.facts import RepresentationRecorded
from cases.domain.case.responsibility.facts import CaseHandedOver, HandOverRequested
from cases.domain.codes.values import HandOverReason, RepresentationKind
from cases.domain.facts import Content, Fact, Recorded

WITHHELD: Final = ("contact", "guardians", "home_municipality")
"""The members of a person's details, and of who stands for the person, that are withheld."""

UNSAID: Final = frozenset({*map(to_camel, WITHHELD), "employmentAuthority", "guardian"})
"""The same in the content of a fact as JSON, and who answers for jobseekers where she lives."""

TELLING: Final = (
    PersonDetailsRecorded,
    RepresentationRecorded,
    ConsentGiven,
    NamedInFamilyPlan,
)
"""The facts that tell what is withheld."""

NOT_TOLD: Final = "WITHHELD"
"""Stands for the id of an authority, or of somebody there, that would tell where the person is; and
for the name of a guardian, with whom a minor may live."""

_NOBODY: Final = PersonName(given=NOT_TOLD, family=NOT_TOLD)

_PLACES: Final[Content] = {"to": NOT_TOLD, "by": NOT_TOLD, "remainingParties": ()}
"""What the members of a hand-over, or of a request for it, say instead of where the person is."""


def masked(facts: Sequence[Recorded], today: date) -> tuple[Recorded, ...]:
    """The facts without contact details, home municipality and household of the person.

    Of whatever puts such a fact right, or asks for it, the words are withheld too: they may say
    what must not be known. Who answers for the case ``today`` (Helsinki) is known to whoever may
    look at it. Where the person moves to is not, until the case has passed: who is to have it, or
    has asked for it.
    """
    # A hand-over may lie ahead as it was told, or as it was put right.
    telling = {
        f.version
        for f in (*facts, *mended(facts))
        if isinstance(f.fact, TELLING) or _tells_where(f, today)
    }
    asking = {
        f.fact.request_id
        for f in facts
        if isinstance(f.fact, CorrectionRequested)
        and (f.fact.record is None or f.fact.record in telling)
    }
    return tuple(
        _without_who(recorded.having(fact=_without(recorded.fact, telling, asking)))
        if recorded.version in telling
        else recorded.having(fact=_without(recorded.fact, telling, asking))
        for recorded in facts
    )


def _without(fact: Fact, telling: Set[int], asking: Set[UUID]) -> Fact:  # noqa: PLR0911 - a fact each
    match fact:
        case RepresentationRecorded():
            # A guardian may live where the person does.
            names = _NOBODY if fact.kind is RepresentationKind.GUARDIAN else fact.names
            return fact.model_copy(update={"contact": None, "names": names})
        case ConsentGiven():
            return fact.model_copy(update={"guardian": None})
        case NamedInFamilyPlan():
            return fact.model_copy(update={"family_plan": WITHHELD_PLAN})
        case PersonDetailsRecorded():
            details = fact.details.model_copy(update=dict.fromkeys(WITHHELD))
            return fact.model_copy(update={"details": details, "employment_authority": None})
        case RecordCorrected() if fact.corrected in telling:
            return fact.model_copy(update={"content": _left(fact.content), "reason": ""})
        case RecordAnnulled() if telling & {*fact.annulled}:
            return fact.model_copy(update={"reason": ""})
        case CorrectionRequested() if fact.request_id in asking:
            return fact.model_copy(update={"asked": ""})
        case CorrectionRequestAnswered() if fact.request_id in asking:
            return fact.model_copy(update={"reason": None})
    return fact


def _without_who(recorded: Recorded) -> Recorded:
    """The fact without the authority that a protected client's case goes to."""
    fact = recorded.fact
    match fact:
        case CaseHandedOver():
            change: Content = {"to": NOT_TOLD, "remaining_parties": ()}
            return recorded.having(fact=fact.model_copy(update=change))
        case HandOverRequested():
            asked = recorded.having(fact=fact.model_copy(update={"by": NOT_TOLD}))
            if recorded.recorded_by.organisation != fact.by:
                return asked  # it came with a duplicate, by whoever joined that
            by = recorded.recorded_by.model_copy(
                update={"subject": NOT_TOLD, "organisation": NOT_TOLD}
            )
            # The key of the act is its caller's own words.
            return asked.having(recorded_by=by, act_id=NOT_TOLD)
    return recorded


def _tells_where(recorded: Recorded, today: date) -> bool:
    """Whether the fact tells who is to have the case, or has asked for it."""
    match recorded.fact:
        case CaseHandedOver(reason=HandOverReason.MOVE) as fact:
            return today < (fact.takes_effect_on or recorded.effective_on)
        case HandOverRequested():
            return True
    return False


def _left(content: Content) -> Content:
    """The content of a fact of these without what is withheld, wherever it stands in it."""
    left = {
        name: _left(inner) if isinstance(inner, dict) else inner
        for name, inner in content.items()
        if name not in UNSAID
    }
    if left.get("kind") == RepresentationKind.GUARDIAN:
        left |= {"names": _NOBODY.model_dump()}
    return left | {name: told for name, told in _PLACES.items() if name in left}
