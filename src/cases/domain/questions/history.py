"""Everything that happened in a case, in order: who, when, why, under which rules."""

from typing import Any

from cases.domain.codes.terms import Language
from cases.domain.facts import Recorded
from cases.domain.law.rules import RuleApplied
from cases.domain.model import Value
from cases.domain.questions.as_of import Known
from cases.domain.questions.entries import EntryHead, head_of, said
from cases.domain.questions.old_records import OldRecordShown, shown
from cases.domain.questions.put_right import CorrectionMark, Mark, PutRight, put_right


class HistoryEntry(EntryHead):
    """One fact as the history shows it.

    ``by`` is the organisation, ``recorded_by`` the person's id there. ``recorded_at`` is an instant
    (UTC), ``effective_on`` the legal date. ``content`` holds the members of the fact.
    ``old_record`` tells of what was imported when the old system recorded it, else it is null.
    The content is as it was recorded; ``corrections`` are those of it, the oldest first, and
    ``annulment`` is told of a fact that should never have been, whose content and rules only who
    controls the record sees.
    """

    old_record: OldRecordShown | None
    content: dict[str, Any]
    rules: tuple[RuleApplied, ...]
    corrections: tuple[CorrectionMark, ...] = ()
    annulment: Mark | None = None


class History(Value):
    """The entries, oldest version first."""

    entries: tuple[HistoryEntry, ...]


def history(asked: Known, language: Language) -> History:
    """The facts that count by the day asked about, in the order they were recorded."""
    marks = put_right(asked.facts, language)
    # What was put right since is told of each record, and counts by its day as it was corrected.
    holds = {each.version: each.holds_from for each in asked.counted}
    return History(
        entries=tuple(
            _entry(recorded, language, marks.get(recorded.version, PutRight()), asked)
            for recorded in asked.facts
            if holds.get(recorded.version, recorded.holds_from) <= asked.valid_on
        )
    )


def _entry(recorded: Recorded, language: Language, marks: PutRight, asked: Known) -> HistoryEntry:
    return HistoryEntry(
        **head_of(recorded, language),
        old_record=shown(recorded.old_record, language) if recorded.old_record else None,
        **said(
            recorded,
            marks,
            withheld=marks.annulment is not None and not asked.annulled_shown,
        ),
    )
