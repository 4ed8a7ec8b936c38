"""What of the record counts: the annulled left out, the corrected as it was corrected.

A pass over the facts of a stream before they are folded. Nothing else reads a mend: whatever is
made of the facts that count has it already. Which mends are known decides what counts, so what was
known at an instant is had by giving the facts recorded by then.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from cases.domain.case.records.facts import (
    Annulment,
    Correction,
    CorrectionRequestAnswered,
    CorrectionRequested,
)
from cases.domain.facts import Fact, Recorded

MENDS: Final = (Correction, Annulment)
ABOUT_THE_RECORD: Final = (*MENDS, CorrectionRequested, CorrectionRequestAnswered)
"""Facts about the record itself: they tell of no day in the life of the client."""


class FoldAnew(ValueError):
    """A fact puts right what a state holds already: only the whole stream tells what it is now."""


def mends(facts: Iterable[Recorded]) -> bool:
    """Whether any of the facts puts another right."""
    return any(isinstance(recorded.fact, MENDS) for recorded in facts)


def touches(facts: Iterable[Recorded], version: int) -> bool:
    """Whether any of the facts puts right what a stream held at ``version`` already."""
    return any(min(mended_by(recorded.fact), default=version + 1) <= version for recorded in facts)


def mended_by(fact: Fact) -> tuple[int, ...]:
    """The versions a fact puts right; none of one that is no mend."""
    match fact:
        case Correction():
            return (fact.corrected,)
        case Annulment():
            return fact.annulled
    return ()


def annulled_among(facts: Iterable[Recorded]) -> dict[int, Recorded]:
    """By version, the annulment of each fact that was annulled."""
    return {
        version: recorded
        for recorded in facts
        if isinstance(recorded.fact, Annulment)
        for version in recorded.fact.annulled
    }


def mended(facts: Sequence[Recorded]) -> tuple[Recorded, ...]:
    """The facts that count, each saying what it says by the last correction of it.

    Mending what is mended already changes nothing.
    """
    if not mends(facts):
        return tuple(facts)
    gone = annulled_among(facts)
    corrections: dict[int, tuple[Recorded, Correction]] = {}
    for recorded in facts:
        if isinstance(recorded.fact, Correction) and recorded.version not in gone:
            corrections[recorded.fact.corrected] = recorded, recorded.fact
    return tuple(
        corrected_by(recorded, *corrections[recorded.version])
        if recorded.version in corrections
        else recorded
        for recorded in facts
        if recorded.version not in gone
    )


def corrected_by(recorded: Recorded, correction: Recorded, instead: Correction) -> Recorded:
    """A fact as a correction of it has it, with the rules it was decided under again."""
    fact = type(recorded.fact)
    if instead.content_topic != fact.topic():
        msg = f"a correction of {fact.topic()} says {instead.content_topic}"
        raise ValueError(msg)
    return recorded.having(
        fact=instead.instead(fact),
        effective_on=instead.effective_on,
        source=instead.source,
        rules=recorded.rules if instead.computed else correction.rules,
    )
