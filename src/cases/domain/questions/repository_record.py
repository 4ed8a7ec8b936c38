"""What does the decree want recorded of this case, what is there, and what is missing?

One part for each assessment completed, plan drawn up and review held, in the order of their days;
in each the items that the decree names (1–3 §). What can be absent by its nature – a need nobody
found, an obstacle nobody met – is an item only where it was recorded: only what must be there can
be missing. The sections are those of the edition that governs the part's day.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final
from uuid import UUID

from cases.domain.case.act import Maker
from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.assessment.decisions import MULTISECTORAL_ITEMS
from cases.domain.case.assessment.evolution import Assessment
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.validity import validity
from cases.domain.case.review.evolution import Review
from cases.domain.case.state import CaseState
from cases.domain.codes.terms import Language, term
from cases.domain.codes.values import (
    AssessmentKind,
    FindingItem,
    OrganisationKind,
    PlanKind,
    RecordItem,
    RecordKind,
    ReviewHeldBy,
)
from cases.domain.facts import Source
from cases.domain.law.decree_1 import decree_1_1_no_plan_reasons
from cases.domain.law.edition import Edition, Law, Term, WantedInPlan
from cases.domain.law.register import Rule
from cases.domain.law.section_18 import section_18_goals
from cases.domain.law.section_22 import section_22_1_review_due
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
    """The record of the case.

    ``compulsory_from`` is the day recording becomes compulsory for the kinds of organisation in
    ``compulsory_for`` (102 § 4 mom.).
    """

    compulsory_from: date
    compulsory_for: tuple[OrganisationKind, ...]
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
            title=_title(kind, subject, asked.state, law, language),
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
    compulsory = law.governing(asked.valid_on).compulsory_recording
    return RepositoryRecord(
        compulsory_from=compulsory.from_day,
        compulsory_for=compulsory.organisations,
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


def _title(kind: RecordKind, subject: UUID, state: CaseState, law: Law, language: Language) -> str:
    """What the part is called: an assessment or a plan as the edition of its day calls its kind."""
    called = _called(subject, state, law)
    return term(kind, language) if called is None else str(getattr(called, language.value))


def _called(subject: UUID, state: CaseState, law: Law) -> Term | None:
    for assessment in state.assessments:
        if assessment.assessment_id == subject:
            edition = law.governing(assessment.completed_on or assessment.started_on)
            kinds = (a.term for a in edition.assessments if a.kind is assessment.kind)
            return next(kinds, None)
    for plan in state.plans:
        if plan.plan_id == subject:
            edition = law.governing(plan.drawn_up_on)
            return next((p.term for p in edition.plans if p.kind is plan.kind), None)
    return None


def _parts(state: CaseState, law: Law, day: date) -> tuple[_Part, ...]:
    found = (
        *_assessments(state, law, day),
        *(
            (RecordKind.PLAN, plan.plan_id, plan.drawn_up_on, tuple(_plan(plan, state, law)))
            for plan in state.plans
            # What was transferred was recorded as the repealed Act had it.
            if plan.drawn_up_on <= day and plan.under_act is None
        ),
        *(
            (RecordKind.REVIEW, each.review_id, each.held_on, tuple(_review(each, state, law)))
            for each in state.reviews
            if each.held_on <= day
        ),
    )
    return tuple(sorted(found, key=lambda part: part[2]))


def _assessments(state: CaseState, law: Law, day: date) -> Iterator[_Part]:
    for assessment in state.assessments:
        on = assessment.completed_on
        if on is not None and on <= day:
            items = tuple(_assessment(assessment, law.governing(on)))
            yield RecordKind.ASSESSMENT, assessment.assessment_id, on, items


def _assessment(assessment: Assessment, edition: Edition) -> Iterator[_Item]:
    """Decree 1 § 1 mom.: what an assessment is to be recorded with."""
    section = edition.section(Rule.ASSESSMENT_ON_RECORD)
    wanted = _CONTENT
    if assessment.kind is AssessmentKind.MULTISECTORAL:
        wanted = frozenset(FindingItem)
    found = {finding.item for finding in assessment.findings}
    sourced = {finding.item for finding in assessment.findings if finding.source.kind}
    awaited = tuple(
        str(each.expert_assessment_id)
        for each in assessment.expert_assessments
        if each.obtained_on is None
    )
    yield _Item(
        item=RecordItem.DRAWING_UP_DATE,
        section=section,
        recorded=assessment.completed_on is not None,
    )
    yield _lacking(RecordItem.CONTENT, section, wanted - found)
    yield _lacking(RecordItem.SOURCES, section, found - sourced)
    if assessment.expert_assessments:
        yield _Item(
            item=RecordItem.EXPERT_ASSESSMENTS,
            section=section,
            recorded=not awaited,
            lacks=awaited,
        )
    yield _Item(
        item=RecordItem.INITIAL_INTERVIEW,
        section=edition.section(Rule.INTERVIEW_ON_RECORD),
        recorded=bool(assessment.interviews),
    )
    yield _Item(
        item=RecordItem.PLAN_TIME,
        section=section,
        recorded=_says_when(assessment.plan, edition),
    )
    if assessment.family_plan is not None:
        yield _Item(
            item=RecordItem.FAMILY_PLAN,
            section=section,
            recorded=_says_when(assessment.family_plan, edition),
        )
    yield _Item(item=RecordItem.MAKERS, section=section, recorded=_reachable(assessment.makers))


def _says_when(planned: PlannedPlan | None, edition: Edition) -> bool:
    """Whether it is recorded when the plan is to be made, or why it is not (decree 1 § 1 mom.)."""
    return (
        planned is not None
        and decree_1_1_no_plan_reasons(edition, planned.outcome, planned.reasons).value
    )


def _plan(plan: Plan, state: CaseState, law: Law) -> Iterator[_Item]:
    """Decree 2 § 1 mom.: what a plan is to be recorded with."""
    edition = law.governing(plan.drawn_up_on)
    section = edition.section(Rule.PLAN_ON_RECORD)
    lacking = _goals_missing(plan, state, edition) if plan.missing_goal_reason is None else ()
    yield _Item(item=RecordItem.GOALS, section=section, recorded=not lacking, lacks=lacking)
    for item, recorded in (
        (RecordItem.DRAWING_UP_DATE, True),
        (RecordItem.DURATION, plan.valid_from <= plan.valid_until),
        (RecordItem.MEASURES, bool(plan.measures)),
        (RecordItem.FOLLOW_UP, bool(plan.follow_up)),
        (RecordItem.REVIEW_TIME, plan.drawn_up_on < plan.next_review_on),
    ):
        yield _Item(item=item, section=section, recorded=recorded)
    if plan.kind is PlanKind.MULTISECTORAL:
        yield _Item(item=RecordItem.PARTIES, section=section, recorded=bool(plan.parties))
    if WantedInPlan.RIGHTS_AND_DUTIES_EXPLAINED in edition.plan_content:
        yield _Item(
            item=RecordItem.RIGHTS_AND_DUTIES,
            section=edition.section(Rule.RIGHTS_EXPLAINED),
            recorded=plan.rights_explained,
        )
    yield _Item(item=RecordItem.MAKERS, section=section, recorded=_reachable(plan.makers))


def _goals_missing(plan: Plan, state: CaseState, edition: Edition) -> tuple[str, ...]:
    """18 §: goals that a plan as a rule has, and this one was drawn up without."""
    day = plan.drawn_up_on
    checked = section_18_goals(
        edition,
        jobseeker=state.person.is_jobseeker_on(day),
        age=state.person.age_on(day),
        goals=frozenset(goal.kind for goal in plan.goals),
    ).value
    return tuple(str(each) for each in checked.expected_missing)


def _review(review: Review, state: CaseState, law: Law) -> Iterator[_Item]:
    """Decree 3 § 4 mom.; 2 mom. for a review the welfare area held alone."""
    edition = law.governing(review.held_on)
    alone = review.held_by is ReviewHeldBy.WELFARE_AREA
    section = edition.section(Rule.OWN_REVIEW_ON_RECORD if alone else Rule.REVIEW_ON_RECORD)
    plan = next(p for p in state.plans if p.plan_id == review.plan_id)
    # The measures agreed before the review: it cannot tell of those it added itself.
    agreed = {m.measure_id for m in plan.measures_before(review.held_on, review.version)}
    asked = agreed & set(review.limited_to) if review.limited_to else agreed
    told_of = {each.measure for each in review.participation}
    untold = tuple(sorted(str(each) for each in asked - told_of))
    yield _Item(item=RecordItem.REVIEW_DATE, section=section)
    yield _Item(item=RecordItem.PARTICIPATION, section=section, recorded=not untold, lacks=untold)
    for item, there in (
        (RecordItem.OBSTACLES, review.obstacles),
        (RecordItem.NEW_NEEDS, review.new_needs),
        (RecordItem.CHANGES, review.changes),
        (RecordItem.EXTENSION, any(e.act_id == review.act_id for e in state.extensions)),
        (RecordItem.ENDING, plan.ending and plan.ending.act_id == review.act_id),
        (RecordItem.KIND_NEEDED, review.kind_needed or _switched_at(review, state)),
    ):
        if there:
            yield _Item(item=item, section=section)
    if review.family_plan is not None:
        yield _Item(
            item=RecordItem.FAMILY_PLAN,
            section=section,
            recorded=_says_when(review.family_plan, edition),
        )
    yield _Item(item=RecordItem.MAKERS, section=section, recorded=_reachable(review.makers))
    if review.next_review_on is not None:
        yield _Item(item=RecordItem.NEXT_REVIEW, section=section)
    elif not (review.limited_to or _over_by_the_next(review, plan, state, edition)):
        yield _Item(item=RecordItem.NEXT_REVIEW, section=section, recorded=False)
    if review.intends_to_become_jobseeker:
        referred = any(
            r.referred_on >= review.held_on
            or r.awaits_on(review.held_on)
            or (r.accepted and r.to == state.responsible_on(review.held_on))
            for r in state.responsibility.referrals
        )
        yield _Item(item=RecordItem.REFERRAL, section=section, recorded=referred)


def _switched_at(review: Review, state: CaseState) -> bool:
    """Whether the review replaced the plan by one of the other kind (22 § 4 mom.)."""
    return any(
        plan.replaces == review.plan_id and plan.drawn_up_on == review.held_on
        for plan in state.plans
    )


def _over_by_the_next(review: Review, plan: Plan, state: CaseState, edition: Edition) -> bool:
    """Whether the plan was to end before another review was due: then there was none to agree."""
    last = validity(plan, state, edition, review.held_on).last_day
    due = section_22_1_review_due(edition, review.held_on).value
    return last is not None and last <= due


def _lacking(item: RecordItem, section: str, missing: Collection[FindingItem]) -> _Item:
    """An item of which these codes are missing, in the order of their list."""
    lacks = tuple(each.value for each in FindingItem if each in missing)
    return _Item(item=item, section=section, recorded=not lacks, lacks=lacks)


def _reachable(makers: tuple[Maker, ...]) -> bool:
    return bool(makers) and all(maker.reachable for maker in makers)
