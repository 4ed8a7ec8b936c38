"""Everything that happened to a family plan, as far as whoever asks may see it (21 §)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from cases.domain.case.records.facts import Correction
from cases.domain.case.records.mending import annulled_among, corrected_by, mended, mended_by
from cases.domain.codes.terms import Language, fact_term
from cases.domain.facts import Recorded, Source
from cases.domain.family.facts import (
    FamilyMemberJoined,
    FamilyMemberLeft,
    FamilyPlanFact,
    FamilyPlanRecordAnnulled,
    FamilyPlanRecordCorrected,
    PartCorrected,
    PartTold,
)
from cases.domain.family.register import ACTS
from cases.domain.family.retelling import content_of
from cases.domain.family.state import fold, parts_of
from cases.domain.family.visibility import Visible, as_far_as_visible, rules_as_visible
from cases.domain.law.rules import RuleApplied
from cases.domain.model import Value
from cases.domain.questions.put_right import ChangeShown, sentence


class FamilyPlanMark(Value):
    """That a record of the plan was put right: by which record, when (UTC), by whom, and why.

    ``by`` is the organisation; ``text`` says so in a sentence, with the legal day (Helsinki).
    """

    version: int
    recorded_at: datetime
    by: str
    role: str
    reason: str | None
    text: str


class FamilyPlanCorrection(FamilyPlanMark):
    """A correction of a record, and what it changed. ``computed``: nobody told it so."""

    effective_on: date
    changes: tuple[ChangeShown, ...]
    computed: bool


class FamilyPlanEntry(Value):
    """One act on the plan as its history shows it.

    ``by`` is the organisation. ``recorded_at`` is an instant (UTC), ``effective_on`` the legal
    date. ``content`` is what the act said, as far as it may be seen, as it was recorded;
    ``consents`` are those it rests upon. ``corrections`` are those of it, the oldest first;
    ``annulment`` is told of one that should never have been, whose content only auditors see.
    ``rules`` tells each rule about the members once, whomever it was asked about.
    """

    version: int
    fact: str
    title: str
    event: UUID
    recorded_at: datetime
    effective_on: date
    by: str
    role: str
    act: str
    purpose: str
    edition: str
    source: Source | None
    content: dict[str, Any]
    consents: tuple[UUID, ...]
    rules: tuple[RuleApplied, ...]
    corrections: tuple[FamilyPlanCorrection, ...] = ()
    annulment: FamilyPlanMark | None = None


class FamilyPlanHistory(Value):
    """The entries, oldest version first."""

    entries: tuple[FamilyPlanEntry, ...]


def family_plan_history(
    facts: Sequence[Recorded],
    visible: Visible,
    valid_on: date,
    language: Language,
    *,
    annulled_shown: bool = False,
) -> FamilyPlanHistory:
    """The facts known that count by the day asked about, in the order they were recorded.

    What is about members who may not be seen, and about nobody else, is not there.
    """
    seen = as_far_as_visible(facts, visible)
    there = {each.version for each in seen if not _about_nobody(each)}
    mends = {each.version: mended_by(each.fact) for each in seen}
    there -= {version for version, of in mends.items() if of and there.isdisjoint(of)}
    # What was put right since is told of each record, and counts by its day as it was corrected.
    days = {each.version: each.effective_on for each in mended(seen)}
    annulments = annulled_among(seen)
    return FamilyPlanHistory(
        entries=tuple(
            _entry(each, seen, annulments, language, annulled_shown=annulled_shown)
            for each in seen
            if each.version in there and days.get(each.version, each.effective_on) <= valid_on
        )
    )


def _about_nobody(recorded: Recorded) -> bool:
    """Whether a fact is about members alone, none of whom may be seen."""
    about_members = isinstance(recorded.fact, FamilyMemberJoined | FamilyMemberLeft)
    return about_members and not parts_of(recorded)


def _entry(
    recorded: Recorded,
    seen: Sequence[Recorded],
    annulments: Mapping[int, Recorded],
    language: Language,
    *,
    annulled_shown: bool,
) -> FamilyPlanEntry:
    annulment = annulments.get(recorded.version)
    withheld = annulment is not None and not annulled_shown
    name = type(recorded.fact).__name__
    corrections = tuple(_corrections(recorded, seen, language))
    if withheld:
        corrections = tuple(each.model_copy(update={"changes": ()}) for each in corrections)
    consents = tuple(dict.fromkeys(each for told in _told(recorded) for each in told.consents))
    return FamilyPlanEntry(
        version=recorded.version,
        fact=name,
        title=fact_term(name, language),
        event=recorded.event_id,
        recorded_at=recorded.recorded_at,
        effective_on=recorded.effective_on,
        by=recorded.recorded_by.organisation,
        role=recorded.recorded_by.role,
        act=recorded.act,
        purpose=recorded.purpose,
        edition=recorded.edition,
        source=recorded.source,
        content={} if withheld else _content(recorded, seen),
        consents=() if withheld else consents,
        rules=() if withheld else rules_as_visible(recorded.rules),
        corrections=corrections,
        annulment=None if annulment is None else _mark(annulment, "annulled", language),
    )


def _content(recorded: Recorded, seen: Sequence[Recorded]) -> dict[str, Any]:
    """What the act said; of one that puts right, which records, what of them, and why."""
    match recorded.fact:
        case FamilyPlanRecordCorrected() as fact:
            members = list(fact.members)
            return {"corrected": fact.corrected, "members": members, **_why(recorded)}
        case FamilyPlanRecordAnnulled() as fact:
            return {"named": fact.named, "annulled": list(fact.annulled), **_why(recorded)}
    return _told_by(recorded, seen)


def _told_by(recorded: Recorded, seen: Sequence[Recorded]) -> dict[str, Any]:
    fact, act = recorded.fact, ACTS[recorded.act]
    assert isinstance(fact, FamilyPlanFact), "a plan holds no other facts"
    before = fold(each for each in seen if each.version < recorded.version)
    return content_of(act, fact, before)


def _corrections(
    recorded: Recorded, seen: Sequence[Recorded], language: Language
) -> Iterator[FamilyPlanCorrection]:
    """The corrections of a record, each with what it changed in what the act said."""
    was = recorded
    for mend in seen:
        fact = mend.fact
        if not isinstance(fact, Correction) or fact.corrected != recorded.version:
            continue
        now = corrected_by(was, mend, fact)
        then = [each for each in seen if each.version < mend.version]
        computed = bool(fact.computed)
        yield FamilyPlanCorrection(
            **_mark(mend, "computed" if computed else "corrected", language).model_dump(),
            effective_on=mend.effective_on,
            changes=tuple(_changes(was, now, then)),
            computed=computed,
        )
        was = now


def _changes(was: Recorded, now: Recorded, then: Sequence[Recorded]) -> Iterator[ChangeShown]:
    """The members of the entry that differ, each whole."""
    if was.effective_on != now.effective_on:
        yield ChangeShown(
            member="/effectiveOn",
            was=was.effective_on.isoformat(),
            now=now.effective_on.isoformat(),
        )
    if was.source != now.source:
        before, after = (each.source and _dumped(each.source) for each in (was, now))
        yield ChangeShown(member="/source", was=before, now=after)
    before, after = _told_by(was, then), _told_by(now, then)
    for member in {**before, **after}:
        if before.get(member) != after.get(member):
            yield ChangeShown(
                member=f"/content/{member}", was=before.get(member), now=after.get(member)
            )


def _dumped(source: Source) -> dict[str, Any]:
    return source.model_dump(mode="json", exclude_none=True)


def _mark(mend: Recorded, kind: str, language: Language) -> FamilyPlanMark:
    return FamilyPlanMark(
        version=mend.version,
        recorded_at=mend.recorded_at,
        by=mend.recorded_by.organisation,
        role=mend.recorded_by.role,
        reason=_why(mend).get("reason"),
        text=sentence(mend, kind, language),
    )


def _why(mend: Recorded) -> dict[str, str]:
    """The reason, as far as it may be seen."""
    for told in _told(mend):
        reason = told.reason if isinstance(told, PartCorrected) else told.remarks
        if reason:
            return {"reason": reason}
    return {}


def _told(recorded: Recorded) -> list[PartTold]:
    return [part.told for part in parts_of(recorded) if part.told is not None]
