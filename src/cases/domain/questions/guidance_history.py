"""Everything that was recorded under a consent, told within the authority that guided."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from cases.domain.case.records.mending import mended
from cases.domain.codes.terms import Language
from cases.domain.facts import Recorded
from cases.domain.law.rules import RuleApplied
from cases.domain.model import Value
from cases.domain.questions.entries import EntryHead, head_of, said
from cases.domain.questions.put_right import CorrectionMark, Mark, PutRight, put_right


class GuidanceEntry(EntryHead):
    """One fact of the record as its history shows it.

    ``by`` is the organisation, ``recorded_by`` the person's id there. ``recorded_at`` is an instant
    (UTC), ``effective_on`` the legal date. The content is as it was recorded; ``corrections`` are
    those of it, the oldest first, and ``annulment`` is told of what should never have been
    recorded: nobody is shown what it said, nor what of that was corrected.
    """

    content: dict[str, Any]
    rules: tuple[RuleApplied, ...]
    corrections: tuple[CorrectionMark, ...] = ()
    annulment: Mark | None = None


class GuidanceHistory(Value):
    """The entries, oldest version first."""

    entries: tuple[GuidanceEntry, ...]


def guidance_history(
    facts: Sequence[Recorded], valid_on: date, language: Language
) -> GuidanceHistory:
    """The facts known that count by the day asked about, in the order they were recorded."""
    marks = put_right(facts, language)
    # What was put right since is told of each record, and counts by its day as it was corrected.
    days = {each.version: each.effective_on for each in mended(facts)}
    return GuidanceHistory(
        entries=tuple(
            _entry(each, language, marks.get(each.version, PutRight()))
            for each in facts
            if days.get(each.version, each.effective_on) <= valid_on
        )
    )


def _entry(recorded: Recorded, language: Language, marks: PutRight) -> GuidanceEntry:
    withheld = marks.annulment is not None
    return GuidanceEntry(**head_of(recorded, language), **said(recorded, marks, withheld=withheld))
