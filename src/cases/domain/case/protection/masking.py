"""The record of a protected person without what may not be disclosed (661/2009 36 and 37 §).

It is taken out of the facts before anything is made of them: an answer, a list, an explanation or a
page can't show what it has never had.
"""

from collections.abc import Sequence
from typing import Final

from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.representation.facts import RepresentationRecorded
from cases.domain.facts import Recorded

WITHHELD: Final = ("contact",)
"""The members of a person's details, and of who stands for the person, that are withheld."""

_NOTHING: Final = dict.fromkeys(WITHHELD)


def masked(facts: Sequence[Recorded]) -> tuple[Recorded, ...]:
    """The facts without contact details, home municipality and household of the person."""
    return tuple(_without(recorded) for recorded in facts)


def _without(recorded: Recorded) -> Recorded:
    fact = recorded.fact
    if isinstance(fact, RepresentationRecorded):
        # A guardian may live where the person does.
        return recorded.having(fact=fact.model_copy(update=_NOTHING))
    if not isinstance(fact, PersonDetailsRecorded):
        return recorded
    details = fact.details.model_copy(update=_NOTHING)
    return recorded.having(fact=fact.model_copy(update={"details": details}))
