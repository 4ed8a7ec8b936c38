"""What the history of every stream tells of a fact, whatever it is a fact of."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from cases.domain.codes.terms import Language, fact_term
from cases.domain.facts import Recorded, Source
from cases.domain.model import Value
from cases.domain.questions.put_right import CorrectionMark, PutRight


class EntryHead(Value):
    """Which fact, what it is called, and who recorded it when, by which act and under what."""

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


def head_of(recorded: Recorded, language: Language) -> dict[str, Any]:
    """The members of ``EntryHead``."""
    name = type(recorded.fact).__name__
    return {
        "version": recorded.version,
        "fact": name,
        "title": fact_term(name, language),
        "event": recorded.event_id,
        "recorded_at": recorded.recorded_at,
        "effective_on": recorded.effective_on,
        "by": recorded.recorded_by.organisation,
        "role": recorded.recorded_by.role,
        "recorded_by": recorded.recorded_by.subject,
        "act": recorded.act,
        "act_id": recorded.act_id,
        "purpose": recorded.purpose,
        "edition": recorded.edition,
        "source": recorded.source,
    }


def said(recorded: Recorded, marks: PutRight, *, withheld: bool) -> dict[str, Any]:
    """Content, rules, and how the record was put right; ``withheld``: not what it said."""
    corrections: tuple[CorrectionMark, ...] = marks.corrections
    if withheld:
        corrections = tuple(each.model_copy(update={"changes": ()}) for each in corrections)
    return {
        "content": {} if withheld else recorded.fact.model_dump(mode="json", exclude_none=True),
        "rules": () if withheld else recorded.rules,
        "corrections": corrections,
        "annulment": marks.annulment,
    }
