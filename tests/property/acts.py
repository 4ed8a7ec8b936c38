"""Acts of every kind, built from valid models: likely ones, and any that the models allow."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from tests.desk import MAKERS

from cases.domain.case.act import Act
from cases.domain.case.assessment.acts import (
    CompleteAssessment,
    Departure,
    DiscontinueAssessment,
    Finding,
    HoldInitialInterview,
    ObtainExpertAssessment,
    OrderExpertAssessment,
    PlannedPlan,
    StartAssessment,
)
from cases.domain.case.closing.acts import CloseCase
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import (
    PersonDetails,
    PersonName,
    RecordBenefitNotice,
    RecordDetails,
    RecordLabourMarketStatus,
    RecordResidenceBasis,
)
from cases.domain.case.plan.acts import (
    DrawUpPlan,
    EndPlan,
    ExpirePlan,
    Goal,
    GuideToServices,
    Measure,
)
from cases.domain.case.review.acts import Participation, ReviewPlan
from cases.domain.case.state import CaseState
from cases.domain.codes import values as codes
from cases.domain.facts import Source
from cases.domain.model import Value

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
ANY = st.dates(FIRST, LAST)

M = TypeVar("M", bound=Value)


def made(model: type[M], **members: st.SearchStrategy[Any]) -> st.SearchStrategy[M]:
    """The model from these members and no others; ``builds`` would look for aliases too."""
    return st.fixed_dictionaries(members).map(lambda drawn: model(**drawn))


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(lambda t: t.strip())
names = st.sampled_from(["vaasa", "opisto", "migri"])
sources = made(Source, kind=st.sampled_from(codes.SourceKind), name=st.none() | names)


def turning_days(state: CaseState) -> list[date]:
    """The days on which something in the case begins, ends or falls due, as far as they tell."""
    found = [r.held_on for r in state.reviews] + [r.next_review_on for r in state.reviews]
    for plan in state.plans:
        found += [plan.drawn_up_on, plan.valid_from, plan.valid_until, plan.next_review_on]
        found += [plan.ending.decided_on, plan.ending.ends_on] if plan.ending else []
        found += [plan.drawn_up_on.replace(year=plan.drawn_up_on.year + 2, day=1)]
    for assessment in state.assessments:
        found += [d for d in (assessment.started_on, assessment.completed_on) if d]
    return found


class Case(NamedTuple):
    """What an act is drawn with regard to: the case, and the legal date the act will have."""

    state: CaseState
    on: date


OFFSETS = (-400, -30, -1, 0, 0, 1, 1, 20, 90, 150, 180, 300, 364, 366, 700)


def days(case: Case) -> st.SearchStrategy[date]:
    """Mostly days near the act or near a turn of the case; now and then any legal date."""
    near = st.sampled_from(OFFSETS).map(lambda n: _shifted(case.on, n))
    turns = turning_days(case.state)
    if turns:
        steps = st.integers(-1, 1)
        near |= st.tuples(st.sampled_from(turns), steps).map(lambda drawn: _shifted(*drawn))
    return st.integers(0, 11).flatmap(lambda n: ANY if n == 0 else near)


def _shifted(day: date, by: int) -> date:
    return min(max(day + timedelta(days=by), FIRST), LAST)


def _ids(known: list[UUID]) -> st.SearchStrategy[UUID]:
    """An id of the case where it has any; sometimes a stranger's."""
    unknown = st.just(UUID(int=99))
    if not known:
        return unknown
    return st.integers(0, 7).flatmap(lambda n: unknown if n == 0 else st.sampled_from(known))


def _two(day: st.SearchStrategy[date]) -> st.SearchStrategy[list[date]]:
    return st.lists(day, min_size=2, max_size=2).map(sorted)


def _opened(case: Case) -> st.SearchStrategy[Act]:
    return made(
        OpenCase,
        origin=st.sampled_from(codes.CaseOrigin),
        section=st.sampled_from([None, "84.2", "9"]),
        learned_on=days(case),
        person=_details(case),
    )


def _details(case: Case) -> st.SearchStrategy[PersonDetails]:
    return made(
        PersonDetails,
        names=st.none() | made(PersonName, given=texts, family=texts),
        date_of_birth=st.none() | st.dates(date(1940, 1, 1), date(2025, 1, 1)) | days(case),
        gender=st.sampled_from(codes.Gender),
        citizenships=st.none() | st.just(("AF", "FI")),
        mother_tongue=st.sampled_from([None, "fa"]),
        interpreter_needed=st.none() | st.booleans(),
    )


def _residence(case: Case) -> st.SearchStrategy[Act]:
    return made(
        RecordResidenceBasis,
        kind=st.sampled_from(codes.ResidenceBasis),
        first_granted_on=days(case),
        group=st.sampled_from(codes.ResidenceGroup),
    )


def _status(case: Case) -> st.SearchStrategy[Act]:
    return made(
        RecordLabourMarketStatus,
        status=st.sampled_from(codes.LabourMarketStatus),
        since=days(case),
    )


def _benefit(case: Case) -> st.SearchStrategy[Act]:
    def built(kind: codes.Benefit, covered: list[date], open_ended: bool) -> Act:
        until = None if open_ended else covered[1]
        return RecordBenefitNotice(benefit=kind, since=covered[0], until=until)

    return st.builds(built, st.sampled_from(codes.Benefit), _two(days(case)), st.booleans())


def _start(case: Case) -> st.SearchStrategy[Act]:
    grounds = [f"14.1.{n}" for n in range(1, 10)] + ["14.1.4"] * 9 + ["15.1.1"]
    ordinary = codes.AssessmentKind.ORDINARY
    departure = Departure(section="15.3", reason="No need")
    return made(
        StartAssessment,
        kind=st.sampled_from([ordinary] * 9 + [codes.AssessmentKind.MULTISECTORAL]),
        ground=st.sampled_from(grounds),
        departure=st.sampled_from([None] * 9 + [departure]),
        participants=st.lists(names, max_size=2).map(tuple),
    )


def _assessments(case: Case) -> st.SearchStrategy[UUID]:
    return _ids([a.assessment_id for a in case.state.assessments])


def _interview(case: Case) -> st.SearchStrategy[Act]:
    return made(
        HoldInitialInterview,
        assessment=_assessments(case),
        channel=st.sampled_from(codes.Channel),
        language=st.just("fa"),
        interpreter=st.booleans(),
        informed=st.just(tuple(codes.InformedOf)),
    )


def _order(case: Case) -> st.SearchStrategy[Act]:
    return made(
        OrderExpertAssessment,
        assessment=_assessments(case),
        clarifies=texts,
        planned_on=st.none() | days(case),
        by=names,
    )


def _obtain(case: Case) -> st.SearchStrategy[Act]:
    ordered = [e.expert_assessment_id for a in case.state.assessments for e in a.expert_assessments]
    return made(ObtainExpertAssessment, expert_assessment=_ids(ordered), result=texts)


def _planned(case: Case) -> st.SearchStrategy[PlannedPlan]:
    def built(outcome: codes.PlanOutcome, day: date, reasons: str | None) -> PlannedPlan:
        on_date = outcome is codes.PlanOutcome.PLAN_ON_DATE
        return PlannedPlan(outcome=outcome, date=day if on_date else None, reasons=reasons)

    outcomes = [*codes.PlanOutcome, codes.PlanOutcome.AS_SOON_AS_POSSIBLE]
    return st.builds(built, st.sampled_from(outcomes), days(case), st.none() | texts)


def _complete(case: Case) -> st.SearchStrategy[Act]:
    return made(
        CompleteAssessment,
        assessment=_assessments(case),
        findings=st.lists(
            made(
                Finding,
                item=st.sampled_from(codes.FindingItem),
                text=texts,
                level=st.none() | st.sampled_from(codes.LanguageLevel),
                source=sources,
            ),
            min_size=1,
            max_size=2,
        ).map(tuple),
        plan=_planned(case),
        family_plan=st.none() | _planned(case),
        makers=st.just(MAKERS),
    )


def _discontinue(case: Case) -> st.SearchStrategy[Act]:
    return made(DiscontinueAssessment, assessment=_assessments(case), reason=texts)


def _soon(case: Case) -> st.SearchStrategy[date]:
    """Mostly a day for the next review that will do."""
    likely = st.sampled_from([1, 20, 90, 180]).map(lambda n: _shifted(case.on, n))
    return st.integers(0, 5).flatmap(lambda n: days(case) if n == 0 else likely)


def _draw_up(case: Case) -> st.SearchStrategy[Act]:
    goals = made(
        Goal,
        term=st.sampled_from(codes.GoalTerm),
        kind=st.sampled_from(codes.GoalKind),
        text=texts,
    )
    measures = made(Measure, service=st.sampled_from(codes.Service), provider=names, serves=texts)

    def built(valid: list[date], **members: Any) -> Act:
        return DrawUpPlan(valid_from=valid[0], valid_until=valid[1], **members)

    following = [_shifted(plan.valid_until, 1) for plan in case.state.plans]
    likely = st.tuples(
        st.sampled_from([case.on, *(d for d in following if d > case.on)]),
        st.sampled_from([7, 90, 200, 300, 364, 365, 400]),
    ).map(lambda drawn: [drawn[0], _shifted(*drawn)])

    kinds = [codes.PlanKind.INTEGRATION] * 19 + [codes.PlanKind.MULTISECTORAL]
    return st.builds(
        built,
        valid=likely | likely | _two(days(case)),
        kind=st.sampled_from(kinds),
        goals=st.lists(goals, min_size=1, max_size=3).map(tuple),
        measures=st.lists(measures, min_size=1, max_size=2).map(tuple),
        follow_up=texts,
        next_review_on=_soon(case),
        makers=st.just(MAKERS),
        job_search_obligation=st.none() | texts,
        no_job_search_reason=st.none() | texts,
    )


def _plans(case: Case) -> st.SearchStrategy[UUID]:
    return _ids([p.plan_id for p in case.state.plans])


def _measures(case: Case) -> st.SearchStrategy[UUID]:
    return _ids([m.measure_id for p in case.state.plans for m in p.measures])


def _guide(case: Case) -> st.SearchStrategy[Act]:
    guided = st.lists(_measures(case), min_size=1, max_size=2, unique=True).map(tuple)
    return made(GuideToServices, plan=_plans(case), measures=guided)


def _review(case: Case) -> st.SearchStrategy[Act]:
    taken_part = made(
        Participation,
        measure=_measures(case),
        state=st.sampled_from(codes.ParticipationState),
    )
    held_by = [codes.ReviewHeldBy.MUNICIPALITY] * 6 + [*codes.ReviewHeldBy]
    return made(
        ReviewPlan,
        plan=_plans(case),
        held_by=st.sampled_from(held_by),
        initiative=st.sampled_from(codes.Initiative),
        participation=st.lists(taken_part, max_size=2).map(tuple),
        next_review_on=_soon(case),
        makers=st.just(MAKERS),
    )


def _end(case: Case) -> st.SearchStrategy[Act]:
    return made(
        EndPlan,
        plan=_plans(case),
        ground=st.sampled_from(codes.EndingGround),
        ends_on=st.sampled_from([0, 0, 14, 60]).map(lambda n: _shifted(case.on, n)) | days(case),
        reason=texts,
    )


def _expire(case: Case) -> st.SearchStrategy[Act]:
    return made(ExpirePlan, plan=_plans(case), last_day=days(case))


def _close(case: Case) -> st.SearchStrategy[Act]:
    return made(CloseCase, ground=st.sampled_from(codes.ClosingGround), reason=texts)


KINDS: Mapping[str, Callable[[Case], st.SearchStrategy[Act]]] = {
    "openCase": _opened,
    "recordDetails": lambda case: made(RecordDetails, details=_details(case)),
    "recordResidenceBasis": _residence,
    "recordLabourMarketStatus": _status,
    "recordBenefitNotice": _benefit,
    "startAssessment": _start,
    "holdInitialInterview": _interview,
    "orderExpertAssessment": _order,
    "obtainExpertAssessment": _obtain,
    "completeAssessment": _complete,
    "discontinueAssessment": _discontinue,
    "drawUpPlan": _draw_up,
    "guideToServices": _guide,
    "reviewPlan": _review,
    "endPlan": _end,
    "expirePlan": _expire,
    "closeCase": _close,
}
"""An act of each kind, its ids and days drawn with regard to a case."""

ON_PLANS = [*["drawUpPlan"] * 4, "reviewPlan", "endPlan", "guideToServices", "expirePlan"]


def acts(case: Case) -> st.SearchStrategy[Act]:
    """Any act on a case as it stands; mostly one that its stage calls for."""
    called_for = ["startAssessment"]
    if case.state.plans:
        called_for = [*ON_PLANS, "reviewPlan", "closeCase"]
    elif any(a.finds_need_of_plan for a in case.state.assessments):
        called_for = ["drawUpPlan"]
    elif case.state.assessments:
        called_for = ["completeAssessment", "holdInitialInterview", "orderExpertAssessment"]
    names = st.integers(0, 3).flatmap(lambda n: st.sampled_from([*KINDS] if n == 0 else called_for))
    return names.flatmap(lambda name: KINDS[name](case))
