"""Each thing to do in a case, in the words of a client: what, by when, since when, how late."""

import datetime as dt
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from cases.domain.codes.terms import Language, term
from cases.domain.codes.values import DueKind
from cases.domain.law.edition import Law
from cases.domain.law.register import Rule
from cases.domain.law.texts import cite, explain
from cases.domain.model import Value
from cases.domain.questions.as_of import Known
from cases.domain.questions.dues import Due, dues_on
from cases.domain.questions.saying import say

_LATE: Final[Mapping[DueKind, str]] = MappingProxyType(
    {
        DueKind.GUIDANCE_TO_SERVICES: "guidance-overdue",
        DueKind.REVIEW: "review-overdue",
    }
)
"""What the rule that counts the last day says whole, and how it is said to be late."""


class ExplainedDue(Value):
    """One thing to do, with its ground. ``by`` is its last day, where it has one.

    ``overdue_since`` is the first late day; ``terms`` are the sentences the text is made of.
    """

    due: DueKind
    title: str
    subject: UUID | None
    sections: tuple[str, ...]
    by: dt.date | None
    planned_on: dt.date | None
    since: dt.date | None
    overdue_since: dt.date | None
    terms: tuple[str, ...]
    text: str


def explained_dues(asked: Known, law: Law, language: Language) -> tuple[ExplainedDue, ...]:
    """What is due on the day asked about, in the order of the dues, each explained."""
    day = asked.valid_on
    return tuple(explained_due(due, day, law, language) for due in dues_on(asked, law))


def explained_due(due: Due, day: dt.date, law: Law, language: Language) -> ExplainedDue:
    """One due as it stands on a day."""
    line = due.line
    sections = (_section(due, law), due.section, *((line.section,) if line else ()))
    terms = tuple(_terms(due, day, law, language))
    return ExplainedDue(
        due=due.kind,
        title=term(due.kind, language),
        subject=due.subject_id,
        sections=tuple(dict.fromkeys(sections)),
        by=due.by,
        planned_on=due.planned_on,
        since=due.since,
        overdue_since=due.overdue_since(day),
        terms=terms,
        text=" ".join(terms),
    )


def _terms(due: Due, day: dt.date, law: Law, language: Language) -> Iterator[str]:
    late, kind = due.overdue_since(day), due.kind
    said_by_the_rule = due.line is not None and kind in _LATE
    if not said_by_the_rule:
        members = {"since": due.since, "by": due.by}
        known = {name: each for name, each in members.items() if each is not None}
        section = cite(_section(due, law), language)
        yield say(_sentence(due), language, section=section, **known)
    if kind is DueKind.ASSESSMENT_TO_START and due.subject_id is None and due.line is None:
        yield say("no-first-day", language)
    if late is not None and kind is DueKind.PLAN_TO_DRAW_UP and due.by is not None:
        yield say("plan-too-late", language, lastDay=due.by, section=cite(due.section, language))
        late = None
    elif due.line is not None and kind is not DueKind.CORRECTION_REQUEST_UNANSWERED:
        yield explain(due.line, language)
    if due.planned_on is not None:
        passed = "was-planned-for" if due.planned_on < day else "planned-for"
        yield say(passed, language, plannedOn=due.planned_on)
    if late is not None:
        yield say(_LATE.get(kind, "overdue"), language, overdueSince=late)


def _sentence(due: Due) -> str:
    if due.kind is DueKind.ASSESSMENT_TO_START and due.subject_id is not None:
        return "due-multisectoral-assessment"
    return f"due-{due.kind}"


def _section(due: Due, law: Law) -> str:
    """Where the task stands; the section of a due is that of its last day, where it has one."""
    if due.kind is DueKind.PLAN_TO_DRAW_UP and due.since is not None:
        return law.governing(due.since).section(Rule.PLAN_WITHOUT_DELAY)
    return due.section
