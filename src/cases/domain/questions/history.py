"""Everything that happened in a case, in order: who, when, why, under which rules."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from cases.domain.codes.terms import Language, fact_term
from cases.domain.facts import Recorded, Source
from cases.domain.law.rules import RuleApplied
from cases.domain.model import Value
from cases.domain.questions.as_of import Known
from cases.domain.questions.old_records import OldRecordShown, shown


class HistoryEntry(Value):
    """One fact as the history shows it.

    ``by`` is the organisation, ``recorded_by`` the person's id there. ``recorded_at`` is an instant
    (UTC), ``effective_on`` the legal date. ``content`` holds the members of the fact.
    ``old_record`` tells of what was imported when the old system recorded it, else it is null.
    """

    version: int
    fact: str
    title: str
    event: UUID
    recorded_at: datetime
    effective_on: date
    by: str
    role: str
    recorded_by: str
    act: str
    act_id: str
    purpose: str
    edition: str
    source: Source | None
    old_record: OldRecordShown | None
    content: dict[str, Any]
    rules: tuple[RuleApplied, ...]


class History(Value):
    """The entries, oldest version first."""

    entries: tuple[HistoryEntry, ...]


def history(asked: Known, language: Language) -> History:
    """The facts that count by the day asked about, in the order they were recorded."""
    return History(
        entries=tuple(
            _entry(recorded, language)
            for recorded in asked.facts
            if recorded.holds_from <= asked.valid_on
        )
    )


def _entry(recorded: Recorded, language: Language) -> HistoryEntry:
    name = type(recorded.fact).__name__
    return HistoryEntry(
        version=recorded.version,
        fact=name,
        title=fact_term(name, language),
        event=recorded.event_id,
        recorded_at=recorded.recorded_at,
        effective_on=recorded.effective_on,
        by=recorded.recorded_by.organisation,
        role=recorded.recorded_by.role,
        recorded_by=recorded.recorded_by.subject,
        act=recorded.act,
        act_id=recorded.act_id,
        purpose=recorded.purpose,
        edition=recorded.edition,
        source=recorded.source,
        old_record=shown(recorded.old_record, language) if recorded.old_record else None,
        content=recorded.fact.model_dump(mode="json", exclude_none=True),
        rules=recorded.rules,
    )
