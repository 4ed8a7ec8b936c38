"""What does the decree want recorded of this case, what is there, and what is missing?

One part for each assessment completed, plan drawn up and review held, in the order of their days;
in each the items that the decree names (1–3 §). What can be absent by its nature – a need nobody
found, an obstacle nobody met – is no item: only what must be there can be missing.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from cases.domain.case.act import Maker
from cases.domain.case.assessment.decisions import MULTISECTORAL_ITEMS
from cases.domain.case.assessment.evolution import Assessment
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.review.evolution import Review
from cases.domain.case.state import CaseState
from cases.domain.codes.terms import Language, term
from cases.domain.codes.values import (
    AssessmentKind,
    FindingItem,
    PlanKind,
    RecordItem,
    RecordKind,
    ReviewHeldBy,
)
from cases.domain.facts import Source
from cases.domain.law.edition import Law
from cases.domain.law.section_18 import section_18_goals
from cases.domain.model import State, Value
from cases.domain.questions.as_of import Known

_CONTENT: Final = frozenset(FindingItem) - MULTISECTORAL_ITEMS


class Recorded(Value):
    """One item: whether it is recorded, and where not, which codes or measures it lacks."""

    item: RecordItem
    title: str
    section: str
    recorded: bool
    lacks: tuple[str, ...] = ()


class Other(Value):
    """Other data, necessary (decree 1 § 2, 2 § 2, 3 § 5 mom.); ``by`` is who recorded them."""

    on: date
    text: str
    necessity: str
    by: str
    source: Source | None


class Part(Value):
    """What is recorded of one assessment, plan or review, of its legal day."""

    kind: RecordKind
    title: str
    subject: UUID
    on: date
    items: tuple[Recorded, ...]
    other: tuple[Other, ...] = ()


class RepositoryRecord(Value):
    """The record of the case. ``compulsory_from`` is the day recording becomes compulsory."""

    compulsory_from: date
    parts: tuple[Part, ...]
    missing: int


class Gap(State):
    """An item that is missing: of which part, of which legal day, under which section."""

    kind: RecordKind
    subject: UUID
    on: date
    item: RecordItem
    section: str


class _Item(State):
    item: RecordItem
    section: str
    lacks: tuple[str, ...] = ()
    recorded: bool = True


def repository_record(asked: Known, law: Law, language: Language) -> RepositoryRecord:
    """The record as of the day asked about, from what was known then."""
    parts = tuple(
        Part(
            kind=kind,
            title=term(kind, language),
            subject=subject,
            on=on,
            items=tuple(
                Recorded(
                    item=each.item,
                    title=term(each.item, language),
                    section=each.section,
                    recorded=each.recorded,
                    lacks=each.lacks,
                )
                for each in items
            ),
            other=_other(asked, subject),
        )
        for kind, subject, on, items in _parts(asked.state, law, asked.valid_on)
    )
    return RepositoryRecord(
        compulsory_from=law.governing(asked.valid_on).compulsory_recording.from_day,
        parts=parts,
        missing=sum(not each.recorded for part in parts for each in part.items),
    )


def _other(asked: Known, subject: UUID) -> tuple[Other, ...]:
    """What else was recorded of it by the day asked about."""
    return tuple(
        Other(on=each.on, text=each.text, necessity=each.necessity, by=each.by, source=each.source)
        for each in asked.state.necessary_data
        if each.of == subject and each.on <= asked.valid_on
    )


def gaps(state: CaseState, law: Law) -> tuple[Gap, ...]:
    """Everything that is missing in a case that is open, as far as it is known."""
    if state.closing is not None:
        return ()
    return tuple(
        Gap(kind=kind, subject=subject, on=on, item=each.item, section=each.section)
        for kind, subject, on, items in _parts(state, law, date.max)
        for each in items
        if not each.recorded
    )


_Part = tuple[RecordKind, UUID, date, tuple[_Item, ...]]


def _parts(state: CaseState, law: Law, day: date) -> tuple[_Part, ...]:
    found = (
        *_assessments(state, day),
        *(
            (RecordKind.PLAN, plan.plan_id, plan.drawn_up_on, tuple(_plan(plan, state, law)))
            for plan in state.plans
            # What was transferred was recorded as the repealed Act had it.
            if plan.drawn_up_on <= day and plan.under_act is None
        ),
        *(
            (RecordKind.REVIEW, review.review_id, review.held_on, tuple(_review(review, state)))
            for review in state.reviews
            if review.held_on <= day
        ),
    )
    return tuple(sorted(found, key=lambda part: part[2]))


def _assessments(state: CaseState, day: date) -> Iterator[_Part]:
    for assessment in state.assessments:
        on = assessment.completed_on
        if on is not None and on <= day:
            items = tuple(_assessment(assessment))
            yield RecordKind.ASSESSMENT, assessment.assessment_id, on, items


def _assessment(assessment: Assessment) -> Iterator[_Item]:
    """Decree 1 § 1 mom.: what an assessment is to be recorded with."""
    wanted = _CONTENT
    if assessment.kind is AssessmentKind.MULTISECTORAL:
        wanted = frozenset(FindingItem)
    found = {finding.item for finding in assessment.findings}
    lacking = tuple(item.value for item in FindingItem if item in wanted - found)
    awaited = tuple(
        str(each.expert_assessment_id)
        for each in assessment.expert_assessments
        if each.obtained_on is None
    )
    yield _Item(item=RecordItem.DRAWING_UP_DATE, section="decree:1.1")
    yield _Item(item=RecordItem.CONTENT, section="decree:1.1", recorded=not lacking, lacks=lacking)
    yield _Item(item=RecordItem.SOURCES, section="decree:1.1")
    if assessment.expert_assessments:
        yield _Item(
            item=RecordItem.EXPERT_ASSESSMENTS,
            section="decree:1.1",
            recorded=not awaited,
            lacks=awaited,
        )
    yield _Item(
        item=RecordItem.INITIAL_INTERVIEW, section="14.2", recorded=bool(assessment.interviews)
    )
    yield _Item(item=RecordItem.PLAN_TIME, section="decree:1.1")
    yield _Item(
        item=RecordItem.MAKERS, section="decree:1.1", recorded=_reachable(assessment.makers)
    )


def _plan(plan: Plan, state: CaseState, law: Law) -> Iterator[_Item]:
    """Decree 2 § 1 mom.: what a plan is to be recorded with."""
    lacking = _goals_missing(plan, state, law) if plan.missing_goal_reason is None else ()
    yield _Item(item=RecordItem.GOALS, section="decree:2.1", recorded=not lacking, lacks=lacking)
    for item in (
        RecordItem.DRAWING_UP_DATE,
        RecordItem.DURATION,
        RecordItem.MEASURES,
        RecordItem.FOLLOW_UP,
        RecordItem.REVIEW_TIME,
    ):
        yield _Item(item=item, section="decree:2.1")
    if plan.kind is PlanKind.MULTISECTORAL:
        yield _Item(item=RecordItem.PARTIES, section="decree:2.1", recorded=bool(plan.parties))
    yield _Item(item=RecordItem.RIGHTS_AND_DUTIES, section="24", recorded=plan.rights_explained)
    yield _Item(item=RecordItem.MAKERS, section="decree:2.1", recorded=_reachable(plan.makers))


def _goals_missing(plan: Plan, state: CaseState, law: Law) -> tuple[str, ...]:
    """18 §: goals that a plan as a rule has, and this one was drawn up without."""
    day = plan.drawn_up_on
    checked = section_18_goals(
        law.governing(day),
        jobseeker=state.person.is_jobseeker_on(day),
        age=state.person.age_on(day),
        goals=frozenset(goal.kind for goal in plan.goals),
    ).value
    return tuple(str(each) for each in checked.expected_missing)


def _review(review: Review, state: CaseState) -> Iterator[_Item]:
    """Decree 3 § 4 mom.; 2 mom. for a review the welfare area held alone."""
    alone = review.held_by is ReviewHeldBy.WELFARE_AREA
    section = "decree:3.2" if alone else "decree:3.4"
    plan = next(p for p in state.plans if p.plan_id == review.plan_id)
    # The measures agreed before the review: it cannot tell of those it added itself.
    agreed = {m.measure_id for m in plan.measures_before(review.held_on, review.version)}
    asked = agreed & set(review.limited_to) if review.limited_to else agreed
    told_of = {each.measure for each in review.participation}
    untold = tuple(sorted(str(each) for each in asked - told_of))
    yield _Item(item=RecordItem.REVIEW_DATE, section=section)
    yield _Item(item=RecordItem.PARTICIPATION, section=section, recorded=not untold, lacks=untold)
    yield _Item(item=RecordItem.MAKERS, section=section, recorded=_reachable(review.makers))
    if not review.limited_to:
        yield _Item(item=RecordItem.NEXT_REVIEW, section=section)
    if review.intends_to_become_jobseeker:
        referred = any(
            r.referred_on >= review.held_on
            or r.awaits_on(review.held_on)
            or (r.accepted and r.to == state.responsible_on(review.held_on))
            for r in state.responsibility.referrals
        )
        yield _Item(item=RecordItem.REFERRAL, section=section, recorded=referred)


def _reachable(makers: tuple[Maker, ...]) -> bool:
    return all(maker.reachable for maker in makers)
