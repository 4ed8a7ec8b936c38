"""The record of a protected person without what may not be disclosed (661/2009 36 and 37 §).

It is taken out of the facts before anything is made of them: an answer, a list, an explanation or a
page can't show what it has never had.
"""

from collections.abc import Sequence, Set
from typing import Final
from uuid import UUID

from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.records.facts import (
    CorrectionRequestAnswered,
    CorrectionRequested,
    RecordAnnulled,
    RecordCorrected,
)
from cases.domain.case.representation.facts import RepresentationRecorded
from cases.domain.facts import Content, Fact, Recorded

WITHHELD: Final = ("contact",)
"""The members of a person's details, and of who stands for the person, that are withheld."""

TELLING: Final = (PersonDetailsRecorded, RepresentationRecorded)
"""The facts that tell what is withheld."""

_NOTHING: Final = dict.fromkeys(WITHHELD)


def masked(facts: Sequence[Recorded]) -> tuple[Recorded, ...]:
    """The facts without contact details, home municipality and household of the person.

    Of whatever puts such a fact right, or asks for it, the words are withheld too: they may say
    what must not be known.
    """
    telling = {f.version for f in facts if isinstance(f.fact, TELLING)}
    asking = {
        f.fact.request_id
        for f in facts
        if isinstance(f.fact, CorrectionRequested)
        and (f.fact.record is None or f.fact.record in telling)
    }
    return tuple(
        recorded.having(fact=_without(recorded.fact, telling, asking)) for recorded in facts
    )


def _without(fact: Fact, telling: Set[int], asking: Set[UUID]) -> Fact:  # noqa: PLR0911 - a fact each
    match fact:
        case RepresentationRecorded():
            # A guardian may live where the person does.
            return fact.model_copy(update=_NOTHING)
        case PersonDetailsRecorded():
            details = fact.details.model_copy(update=_NOTHING)
            return fact.model_copy(update={"details": details})
        case RecordCorrected() if fact.corrected in telling:
            return fact.model_copy(update={"content": _left(fact.content), "reason": ""})
        case RecordAnnulled() if telling & {*fact.annulled}:
            return fact.model_copy(update={"reason": ""})
        case CorrectionRequested() if fact.request_id in asking:
            return fact.model_copy(update={"asked": ""})
        case CorrectionRequestAnswered() if fact.request_id in asking:
            return fact.model_copy(update={"reason": None})
    return fact


def _left(content: Content) -> Content:
    """The content of a fact of these without what is withheld, wherever it stands in it."""
    return {
        name: _left(inner) if isinstance(inner, dict) else inner
        for name, inner in content.items()
        if name not in WITHHELD
    }
