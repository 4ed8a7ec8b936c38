"""Acts of every kind, built from valid models: likely ones, and any that the models allow."""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from tests.desk import MAKERS
from tests.property import choosing as ch
from tests.property import course_acts, record_acts
from tests.property import plan_acts as on_plans
from tests.property import review_acts as on_reviews
from tests.property.calling import called_for
from tests.property.choosing import Choice
from tests.property.drawing import (
    Case,
    authorities,
    days,
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
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.earlier_plans.acts import NoteEarlierPlans, ToldAnew
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
from cases.domain.case.reopening.acts import ReopenCase
from cases.domain.codes import values as codes
from cases.domain.law.section_14 import section_14_ground


def _opened(case: Case) -> Choice[Act]:
    return ch.builds(
        OpenCase,
        origin=ch.sampled_from(codes.CaseOrigin),
        section=ch.sampled_from([None, "84.2", "9"]),
        learned_on=days(case),
        person=_details(case),
    )


def _details(case: Case) -> Choice[PersonDetails]:
    return ch.builds(
        PersonDetails,
        names=ch.none() | ch.builds(PersonName, given=texts, family=texts),
        date_of_birth=ch.none() | ch.dates(date(1940, 1, 1), date(2025, 1, 1)) | days(case),
        gender=ch.sampled_from(codes.Gender),
        citizenships=ch.none() | ch.just(("AF", "FI")),
        mother_tongue=ch.sampled_from([None, "fa"]),
        interpreter_needed=ch.none() | ch.booleans(),
        home_municipality=mostly(None, *on_plans.MUNICIPALITIES, seldom=["vaasa-te", "nowhere"]),
    )


def _residence(case: Case) -> Choice[Act]:
    return ch.builds(
        RecordResidenceBasis,
        kind=ch.sampled_from(codes.ResidenceBasis),
        first_granted_on=days(case),
        group=ch.sampled_from(codes.ResidenceGroup),
    )


def _protect(case: Case) -> Choice[Act]:
    def built(covered: list[date], open_ended: bool) -> Act:
        return SetNonDisclosure(since=covered[0], until=None if open_ended else covered[1])

    return ch.builds(built, two(days(case)), ch.booleans())


def _status(case: Case) -> Choice[Act]:
    return ch.builds(
        RecordLabourMarketStatus,
        status=ch.just(codes.LabourMarketStatus.JOBSEEKER)
        | ch.sampled_from(codes.LabourMarketStatus),
        since=mostly(case.on, seldom=[shifted(case.on, -30)]) | days(case),
    )


def _benefit(case: Case) -> Choice[Act]:
    def built(kind: codes.Benefit, covered: list[date], open_ended: bool) -> Act:
        until = None if open_ended else covered[1]
        return RecordBenefitNotice(benefit=kind, since=covered[0], until=until)

    return ch.builds(built, ch.sampled_from(codes.Benefit), two(days(case)), ch.booleans())


def _start(case: Case) -> Choice[Act]:
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
    others = ch.lists(authorities, max_size=1)
    holds = _grounds_that_hold(case)
    alone = [g for g in holds if g.startswith("14.")] or ["14.1.4"]
    together = [g for g in holds if g.startswith("15.")]
    none: Choice[list[str]] = ch.just([])
    likely = [ch.builds(built, ch.just(ordinary), ch.sampled_from(alone), ch.just(False), none)]
    if together:
        theirs = ch.sampled_from(together)
        likely += [
            ch.builds(built, ch.just(multisectoral), theirs, ch.just(False), none),
            ch.builds(built, ch.just(ordinary), theirs, ch.just(True), none),
        ]
    anything = ch.builds(
        built,
        ch.sampled_from(codes.AssessmentKind),
        ch.sampled_from(grounds),
        ch.booleans(),
        others,
    )
    return mostly(*likely, seldom=[anything] * 2).flatmap(lambda each: each)


def _grounds_that_hold(case: Case) -> list[str]:
    known = case.state.person.grounds_on(case.on)
    grounds = case.edition.grounds
    return [g.id for g in grounds if section_14_ground(case.edition, g.id, known).value]


def _forgo(case: Case) -> Choice[Act]:
    grounds = [f"15.1.{n}" for n in range(1, 10)]
    holds = [g for g in _grounds_that_hold(case) if g in grounds] or ["15.1.5"]
    return ch.builds(ForgoAssessment, ground=mostly(*holds, seldom=grounds), reason=texts)


def _assessments(case: Case) -> Choice[UUID]:
    return of_the_case([a.assessment_id for a in case.state.assessments])


def _interview(case: Case) -> Choice[Act]:
    return ch.builds(
        HoldInitialInterview,
        assessment=_assessments(case),
        channel=ch.sampled_from(codes.Channel),
        language=ch.just("fa"),
        interpreter=ch.booleans(),
        informed=ch.just(tuple(codes.InformedOf)),
    )


def _order(case: Case) -> Choice[Act]:
    return ch.builds(
        OrderExpertAssessment,
        assessment=_assessments(case),
        clarifies=texts,
        planned_on=ch.none() | days(case),
        by=authorities,
    )


def _obtain(case: Case) -> Choice[Act]:
    ordered = [e.expert_assessment_id for a in case.state.assessments for e in a.expert_assessments]
    return ch.builds(ObtainExpertAssessment, expert_assessment=of_the_case(ordered), result=texts)


def _planned(case: Case) -> Choice[PlannedPlan]:
    def built(outcome: codes.PlanOutcome, day: date, reasons: str | None) -> PlannedPlan:
        on_date = outcome is codes.PlanOutcome.PLAN_ON_DATE
        return PlannedPlan(outcome=outcome, date=day if on_date else None, reasons=reasons)

    outcomes = [*codes.PlanOutcome, codes.PlanOutcome.AS_SOON_AS_POSSIBLE]
    ahead = mostly(shifted(case.on, 20), case.on, seldom=[shifted(case.on, -1)])
    return ch.builds(
        built, ch.sampled_from(outcomes), ahead | days(case), texts | texts | ch.none()
    )


def _complete(case: Case) -> Choice[Act]:
    return ch.builds(
        CompleteAssessment,
        assessment=_assessments(case),
        findings=ch.lists(
            ch.builds(
                Finding,
                item=mostly(codes.FindingItem.LITERACY, seldom=[*codes.FindingItem]),
                text=texts,
                level=ch.none() | ch.sampled_from(codes.LanguageLevel),
                source=sources,
            ),
            min_size=1,
            max_size=2,
        ).map(tuple),
        plan=_planned(case),
        family_plan=seldom(_planned(case)),
        coordination_needed=ch.none() | ch.booleans(),
        jobseeker_advice=ch.none() | texts,
        guided_to=ch.lists(texts, max_size=1).map(tuple),
        makers=ch.just(MAKERS),
    )


def _discontinue(case: Case) -> Choice[Act]:
    return ch.builds(DiscontinueAssessment, assessment=_assessments(case), reason=texts)


def _close(case: Case) -> Choice[Act]:
    grounds = [each for each in codes.ClosingGround if each is not codes.ClosingGround.DUPLICATE]
    return ch.builds(CloseCase, ground=ch.sampled_from(grounds), reason=texts)


def _reopen(case: Case) -> Choice[Act]:
    return ch.builds(ReopenCase, ground=ch.sampled_from(codes.ReopeningGround), reason=texts)


def _note_family_plan(case: Case) -> Choice[Act]:
    return ch.builds(
        NoteFamilyPlan,
        family_plan=ch.uuids(),
        plan_version=ch.integers(1, 3),
        drawn_up_on=days(case),
        until=days(case),
        next_review_on=ch.none() | days(case),
    )


def _note_earlier_plans(case: Case) -> Choice[Act]:
    plans = ch.builds(EarlierPlans, first_drawn_up_on=days(case))
    told = ch.builds(ToldAnew, version=ch.integers(1, 9), earlier_plans=ch.none() | plans)
    return ch.builds(NoteEarlierPlans, told=ch.tuples(told), earlier_plans=ch.none() | plans)


KINDS: Mapping[str, Callable[[Case], Choice[Act]]] = {
    "openCase": _opened,
    "recordDetails": lambda case: ch.builds(RecordDetails, details=_details(case)),
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
    "liftNonDisclosure": lambda case: ch.builds(LiftNonDisclosure),
    "closeCase": _close,
    "reopenCase": _reopen,
    "noteFamilyPlan": _note_family_plan,
    "noteEarlierPlans": _note_earlier_plans,
    **record_acts.KINDS,
    # There is no other case here: it is refused, and nothing else.
    "joinCases": lambda case: ch.builds(JoinCases, duplicate=ch.uuids(), reason=texts),
}
"""An act of each kind, its ids and days drawn with regard to a case."""


def acts(case: Case) -> Choice[Act]:
    """Any act on a case as it stands; mostly one that its stage calls for."""
    likely = called_for(case)
    named = ch.integers(0, 7).flatmap(lambda n: ch.sampled_from([*KINDS] if n == 7 else likely))
    return named.flatmap(lambda name: KINDS[name](case))
