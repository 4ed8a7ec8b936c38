"""The history of one case, decided by the domain itself: fifty facts as an authority makes them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from uuid import UUID, uuid4

from cases.app.ids import uuid7
from cases.domain.case.act import Act, Circumstances, Decision, Maker, Organisation
from cases.domain.case.assessment.acts import (
    CompleteAssessment,
    Finding,
    HoldInitialInterview,
    PlannedPlan,
    StartAssessment,
)
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import (
    ContactDetails,
    PersonDetails,
    PersonName,
    RecordBenefitNotice,
    RecordDetails,
    RecordLabourMarketStatus,
    RecordResidenceBasis,
)
from cases.domain.case.plan.acts import DrawUpPlan, Goal, GuideToServices, Measure
from cases.domain.case.register import decide
from cases.domain.case.review.acts import Participation, ReviewPlan
from cases.domain.case.state import CaseState, fold
from cases.domain.codes.values import (
    AssessmentKind,
    Benefit,
    CaseOrigin,
    Channel,
    FindingItem,
    Gender,
    GoalKind,
    GoalTerm,
    InformedOf,
    Initiative,
    LabourMarketStatus,
    LanguageLevel,
    OrganisationKind,
    ParticipationState,
    PlanKind,
    PlanOutcome,
    ResidenceBasis,
    ResidenceGroup,
    ReviewHeldBy,
    Service,
    SourceKind,
)
from cases.domain.facts import Actor, Recorded, Source
from cases.domain.law.load import load_law

ESPOO = Organisation(id="espoo", kind=OrganisationKind.MUNICIPALITY)
OFFICER = Actor(subject="6f1c0f5e-officer", organisation=ESPOO.id, role="OFFICER")
PURPOSE = "ORGANISING_SERVICES"
LENGTH = 50
BEGIN = date(2025, 1, 14)

_MAKER = Maker(
    name="Olli Virkailija", organisation=ESPOO.id, title="Kotoutumisasiantuntija", phone="+358 1"
)
_PERSON = PersonDetails(
    identity_code="010190-900P",
    names=PersonName(given="Nadia", family="Example"),
    gender=Gender.FEMALE,
    citizenships=("SY",),
    mother_tongue="ar",
    contact_language="ar",
    interpreter_needed=True,
    contact=ContactDetails(address="Esimerkkikuja 1 A 2, 02100 Espoo", phone="+358 2"),
)
_SAID_BY_HER = Source(kind=SourceKind.PERSON)
_MEASURES = (
    Measure(
        service=Service.INTEGRATION_TRAINING,
        provider=ESPOO.id,
        serves="Finnish to B1.1, which the vocational studies she has in mind ask for",
        hours=800,
    ),
    Measure(
        service=Service.INTEGRATION_TRAINING,
        provider=ESPOO.id,
        serves="Getting to know working life by a period in a kindergarten",
        part_time=True,
    ),
)

_Next = Callable[[CaseState], Act]


def case_history(length: int = LENGTH, begin: date = BEGIN) -> tuple[Recorded, ...]:
    """The first ``length`` facts of a case (at most fifty), each with its rule log.

    The case is opened on the legal day ``begin``; its first plan is drawn up 48 days later and is
    for 361 days.

    Every fact comes out of a decision of the domain; a refusal raises ValueError, since then the
    history has fallen behind the rules.
    """
    law = load_law()
    case_id, numbers = uuid4(), count(1)
    facts: list[Recorded] = []
    for number, (on, act) in enumerate(_acts(begin), start=1):
        state = fold(facts)
        asked = act(state)
        edition = law.on(on)
        outcome = decide(
            asked,
            state,
            Circumstances(on=on, today=on, edition=edition, new_id=uuid4(), organisation=ESPOO),
        )
        if not isinstance(outcome, Decision):
            raise ValueError(f"{asked.NAME} on {on} is not lawful: {outcome}")
        at = datetime.combine(on, time(8, number % 60), UTC)
        facts += [
            Recorded(
                stream_id=case_id,
                version=next(numbers),
                event_id=uuid7(at, lambda n: uuid4().bytes[:n]),
                recorded_at=at,
                recorded_by=OFFICER,
                effective_on=on,
                act_id=str(uuid4()),
                act=asked.NAME,
                purpose=PURPOSE,
                edition=edition.id,
                rules=outcome.rules,
                source=asked.source,
                fact=fact,
            )
            for fact in outcome.facts
        ]
    if len(facts) < length:
        raise ValueError(f"The history has {len(facts)} facts only.")
    return tuple(facts[:length])


def retold(history: tuple[Recorded, ...], case_id: UUID) -> tuple[Recorded, ...]:
    """The same history as another case's."""
    return tuple(
        replace(
            fact,
            stream_id=case_id,
            event_id=uuid4(),
            act_id=uuid4().hex,
        )
        for fact in history
    )


def _acts(begin: date) -> Iterator[tuple[date, _Next]]:
    yield from _until_the_plan(begin)
    first, second = begin + timedelta(days=48), begin + timedelta(days=412)
    yield first, partial(_drawn_up, first)
    yield from _months_of_a_plan(first + timedelta(days=1), 11)
    yield second, partial(_drawn_up, second)
    yield from _months_of_a_plan(second + timedelta(days=1), 9)


def _until_the_plan(begin: date) -> Iterator[tuple[date, _Next]]:
    yield (
        begin,
        lambda state: OpenCase(
            origin=CaseOrigin.KELA_NOTICE,
            section="84.2",
            learned_on=begin - timedelta(days=1),
            person=_PERSON,
            source=Source(kind=SourceKind.AUTHORITY, name="kela"),
        ),
    )
    yield (
        begin,
        lambda state: RecordResidenceBasis(
            kind=ResidenceBasis.RESIDENCE_PERMIT,
            first_granted_on=begin - timedelta(days=134),
            group=ResidenceGroup.OTHER,
        ),
    )
    learned = begin + timedelta(days=1)
    yield learned, partial(_became, LabourMarketStatus.UNEMPLOYED_JOBSEEKER, learned)
    yield (
        begin + timedelta(days=6),
        lambda state: StartAssessment(kind=AssessmentKind.ORDINARY, ground="14.1.1"),
    )
    yield (
        begin + timedelta(days=13),
        lambda state: HoldInitialInterview(
            assessment=state.assessments[-1].assessment_id,
            channel=Channel.OFFICE,
            language="ar",
            interpreter=True,
            informed=(InformedOf.SERVICE_GOALS, InformedOf.RIGHTS_AND_DUTIES),
        ),
    )
    yield begin + timedelta(days=27), lambda state: _completed(state.assessments[-1].assessment_id)


def _months_of_a_plan(first: date, months: int) -> Iterator[tuple[date, _Next]]:
    """Guidance to the services, then a review every month and what else is learned on the way."""
    yield first, _guided
    for month in range(1, months + 1):
        on = first + timedelta(days=28 * month)
        yield on, partial(_review, on)
        match month % 4:
            case 1:
                yield on, partial(_became, LabourMarketStatus.JOBSEEKER, on)
            case 2:
                yield on, partial(_noticed, on)
            case 3:
                yield on, partial(_moved, month)
            case _:
                yield on, _guided


def _became(status: LabourMarketStatus, since: date, state: CaseState) -> Act:
    return RecordLabourMarketStatus(status=status, since=since, source=_SAID_BY_HER)


def _noticed(on: date, state: CaseState) -> Act:
    return RecordBenefitNotice(
        benefit=Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY,
        since=on,
        until=on + timedelta(days=60),
        source=Source(kind=SourceKind.AUTHORITY, name="kela"),
    )


def _moved(number: int, state: CaseState) -> Act:
    contact = ContactDetails(address=f"Esimerkkikuja {number} B 4, 02100 Espoo", phone="+358 3")
    return RecordDetails(details=PersonDetails(contact=contact), source=_SAID_BY_HER)


def _completed(assessment: UUID) -> Act:
    told = {
        FindingItem.LITERACY: "Reads and writes Arabic fluently, the Latin alphabet well.",
        FindingItem.FINNISH_SWEDISH: "Understands everyday Finnish spoken slowly.",
        FindingItem.EDUCATION_AND_WORK: "Three years of nursing studies, two in a kindergarten.",
        FindingItem.WISHES_AND_GOALS: "Wants to become a practical nurse.",
        FindingItem.LIFE_SITUATION: "Two children; day care is arranged from March.",
    }
    return CompleteAssessment(
        assessment=assessment,
        findings=tuple(
            Finding(
                item=item,
                text=text,
                source=_SAID_BY_HER,
                level=LanguageLevel.A2_1 if item is FindingItem.FINNISH_SWEDISH else None,
            )
            for item, text in told.items()
        ),
        plan=PlannedPlan(outcome=PlanOutcome.AS_SOON_AS_POSSIBLE),
        jobseeker_advice="How to look for work while studying, and what the job market offers.",
        guided_to=("Integration training", "Reading group of the library"),
        makers=(_MAKER,),
    )


def _drawn_up(on: date, state: CaseState) -> Act:
    return the_plan(on)


def the_plan(on: date) -> DrawUpPlan:
    """The plan that the officer draws up on a legal day."""
    return DrawUpPlan(
        kind=PlanKind.INTEGRATION,
        valid_from=on,
        valid_until=on + timedelta(days=361),
        goals=(
            Goal(term=GoalTerm.LONG, kind=GoalKind.EMPLOYMENT, text="Work as a practical nurse"),
            Goal(term=GoalTerm.PERIOD, kind=GoalKind.LANGUAGE, text="Finnish at level B1.1"),
        ),
        measures=_MEASURES,
        follow_up="By telephone every month, in person at each review.",
        next_review_on=on + timedelta(days=90),
        makers=(_MAKER,),
        no_job_search_reason="Full-time integration training",
        missing_goal_reason="Agreed on together; more at the first review.",
        rights_and_duties_explained=True,
    )


def _guided(state: CaseState) -> Act:
    plan = state.plans[-1]
    return GuideToServices(
        plan=plan.plan_id, measures=tuple(agreed.measure_id for agreed in plan.measures)
    )


def _review(on: date, state: CaseState) -> Act:
    plan = state.plans[-1]
    return ReviewPlan(
        plan=plan.plan_id,
        held_by=ReviewHeldBy.MUNICIPALITY,
        initiative=Initiative.SCHEDULED,
        participation=tuple(
            Participation(
                measure=agreed.measure_id,
                state=ParticipationState.ONGOING,
                progress="Has taken part on all days but two; the teacher sees steady progress.",
            )
            for agreed in plan.measures
        ),
        new_needs=("More spoken Finnish",),
        next_review_on=on + timedelta(days=90),
        makers=(_MAKER,),
    )
