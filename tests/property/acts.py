"""Acts of every kind, built from valid models: likely ones, and any that the models allow."""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from hypothesis import strategies as st
from tests.desk import MAKERS
from tests.property import course_acts, record_acts
from tests.property import plan_acts as on_plans
from tests.property import review_acts as on_reviews
from tests.property.calling import called_for
from tests.property.drawing import (
    Case,
    authorities,
    days,
    made,
    mostly,
    of_the_case,
    seldom,
    shifted,
    sources,
    texts,
    two,
)

from cases.domain.case.act import Act
from cases.domain.case.assessment.acts import (
    CompleteAssessment,
    Departure,
    DiscontinueAssessment,
    Finding,
    ForgoAssessment,
    HoldInitialInterview,
    ObtainExpertAssessment,
    OrderExpertAssessment,
    PlannedPlan,
    StartAssessment,
)
from cases.domain.case.closing.acts import CloseCase
from cases.domain.case.family_plan.acts import NoteFamilyPlan
from cases.domain.case.joining.acts import JoinCases
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import (
    PersonDetails,
    PersonName,
    RecordBenefitNotice,
    RecordDetails,
    RecordLabourMarketStatus,
    RecordResidenceBasis,
)
from cases.domain.case.protection.acts import LiftNonDisclosure, SetNonDisclosure
from cases.domain.codes import values as codes
from cases.domain.law.section_14 import section_14_ground


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


def _protect(case: Case) -> st.SearchStrategy[Act]:
    def built(covered: list[date], open_ended: bool) -> Act:
        return SetNonDisclosure(since=covered[0], until=None if open_ended else covered[1])

    return st.builds(built, two(days(case)), st.booleans())


def _status(case: Case) -> st.SearchStrategy[Act]:
    return made(
        RecordLabourMarketStatus,
        status=st.just(codes.LabourMarketStatus.JOBSEEKER)
        | st.sampled_from(codes.LabourMarketStatus),
        since=mostly(case.on, seldom=[shifted(case.on, -30)]) | days(case),
    )


def _benefit(case: Case) -> st.SearchStrategy[Act]:
    def built(kind: codes.Benefit, covered: list[date], open_ended: bool) -> Act:
        until = None if open_ended else covered[1]
        return RecordBenefitNotice(benefit=kind, since=covered[0], until=until)

    return st.builds(built, st.sampled_from(codes.Benefit), two(days(case)), st.booleans())


def _start(case: Case) -> st.SearchStrategy[Act]:
    def built(kind: codes.AssessmentKind, ground: str, departs: bool, more: list[str]) -> Act:
        ordinary = kind is codes.AssessmentKind.ORDINARY
        departs = departs and ordinary
        departure = Departure(section="15.3", reason="No need") if departs else None
        together = not ordinary
        participants = ("vaasa", "pohjanmaa", *more) if together else tuple(more)
        return StartAssessment(
            kind=kind, ground=ground, departure=departure, participants=participants
        )

    ordinary, multisectoral = codes.AssessmentKind
    grounds = [*(f"14.1.{n}" for n in range(1, 10)), *(f"15.1.{n}" for n in range(1, 10)), "15.2"]
    others = st.lists(authorities, max_size=1)
    holds = _grounds_that_hold(case)
    alone = [g for g in holds if g.startswith("14.")] or ["14.1.4"]
    together = [g for g in holds if g.startswith("15.")]
    none: st.SearchStrategy[list[str]] = st.just([])
    likely = [st.builds(built, st.just(ordinary), st.sampled_from(alone), st.just(False), none)]
    if together:
        theirs = st.sampled_from(together)
        likely += [
            st.builds(built, st.just(multisectoral), theirs, st.just(False), none),
            st.builds(built, st.just(ordinary), theirs, st.just(True), none),
        ]
    anything = st.builds(
        built,
        st.sampled_from(codes.AssessmentKind),
        st.sampled_from(grounds),
        st.booleans(),
        others,
    )
    return mostly(*likely, seldom=[anything] * 2).flatmap(lambda each: each)


def _grounds_that_hold(case: Case) -> list[str]:
    known = case.state.person.grounds_on(case.on)
    grounds = case.edition.grounds
    return [g.id for g in grounds if section_14_ground(case.edition, g.id, known).value]


def _forgo(case: Case) -> st.SearchStrategy[Act]:
    grounds = [f"15.1.{n}" for n in range(1, 10)]
    holds = [g for g in _grounds_that_hold(case) if g in grounds] or ["15.1.5"]
    return made(ForgoAssessment, ground=mostly(*holds, seldom=grounds), reason=texts)


def _assessments(case: Case) -> st.SearchStrategy[UUID]:
    return of_the_case([a.assessment_id for a in case.state.assessments])


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
        by=authorities,
    )


def _obtain(case: Case) -> st.SearchStrategy[Act]:
    ordered = [e.expert_assessment_id for a in case.state.assessments for e in a.expert_assessments]
    return made(ObtainExpertAssessment, expert_assessment=of_the_case(ordered), result=texts)


def _planned(case: Case) -> st.SearchStrategy[PlannedPlan]:
    def built(outcome: codes.PlanOutcome, day: date, reasons: str | None) -> PlannedPlan:
        on_date = outcome is codes.PlanOutcome.PLAN_ON_DATE
        return PlannedPlan(outcome=outcome, date=day if on_date else None, reasons=reasons)

    outcomes = [*codes.PlanOutcome, codes.PlanOutcome.AS_SOON_AS_POSSIBLE]
    ahead = mostly(shifted(case.on, 20), case.on, seldom=[shifted(case.on, -1)])
    return st.builds(
        built, st.sampled_from(outcomes), ahead | days(case), texts | texts | st.none()
    )


def _complete(case: Case) -> st.SearchStrategy[Act]:
    return made(
        CompleteAssessment,
        assessment=_assessments(case),
        findings=st.lists(
            made(
                Finding,
                item=mostly(codes.FindingItem.LITERACY, seldom=[*codes.FindingItem]),
                text=texts,
                level=st.none() | st.sampled_from(codes.LanguageLevel),
                source=sources,
            ),
            min_size=1,
            max_size=2,
        ).map(tuple),
        plan=_planned(case),
        family_plan=seldom(_planned(case)),
        coordination_needed=st.none() | st.booleans(),
        jobseeker_advice=st.none() | texts,
        guided_to=st.lists(texts, max_size=1).map(tuple),
        makers=st.just(MAKERS),
    )


def _discontinue(case: Case) -> st.SearchStrategy[Act]:
    return made(DiscontinueAssessment, assessment=_assessments(case), reason=texts)


def _close(case: Case) -> st.SearchStrategy[Act]:
    grounds = [each for each in codes.ClosingGround if each is not codes.ClosingGround.DUPLICATE]
    return made(CloseCase, ground=st.sampled_from(grounds), reason=texts)


def _note_family_plan(case: Case) -> st.SearchStrategy[Act]:
    return made(
        NoteFamilyPlan,
        family_plan=st.uuids(),
        plan_version=st.integers(1, 3),
        drawn_up_on=days(case),
        until=days(case),
        next_review_on=st.none() | days(case),
    )


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
    "forgoAssessment": _forgo,
    **on_plans.KINDS,
    **course_acts.KINDS,
    **on_reviews.KINDS,
    "setNonDisclosure": _protect,
    "liftNonDisclosure": lambda case: made(LiftNonDisclosure),
    "closeCase": _close,
    "noteFamilyPlan": _note_family_plan,
    **record_acts.KINDS,
    # There is no other case here: it is refused, and nothing else.
    "joinCases": lambda case: made(JoinCases, duplicate=st.uuids(), reason=texts),
}
"""An act of each kind, its ids and days drawn with regard to a case."""


def acts(case: Case) -> st.SearchStrategy[Act]:
    """Any act on a case as it stands; mostly one that its stage calls for."""
    likely = called_for(case)
    named = st.integers(0, 7).flatmap(lambda n: st.sampled_from([*KINDS] if n == 7 else likely))
    return named.flatmap(lambda name: KINDS[name](case))
