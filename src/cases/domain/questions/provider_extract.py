"""What a provider may be told of a client for taking part in its service (94 §).

The items of 94 § and no others: the types here hold nothing else, and are not those of the record,
so that what is added there does not come along. Nobody records the place of birth, the nationality
beside the citizenships, or a study plan of earlier training beyond its course.
"""

from datetime import date
from typing import Final

from cases.domain.case.assessment.evolution import last_completed_by
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.validity import plan_in_force, plan_to_come, validity
from cases.domain.case.services.evolution import Course
from cases.domain.case.state import CaseState
from cases.domain.codes.values import (
    FindingItem,
    GoalKind,
    LanguageLevel,
    ParticipationState,
    Service,
)
from cases.domain.law.edition import Law
from cases.domain.model import Value
from cases.domain.questions.as_of import Known

LEGAL_BASIS: Final = "94"
_TRAINING: Final = frozenset(
    {
        FindingItem.LITERACY,
        FindingItem.STUDY_SKILLS,
        FindingItem.EMPLOYMENT_AND_EDUCATION_NEEDS,
    }
)
_TRAININGS: Final = frozenset(
    {
        Service.INTEGRATION_TRAINING,
        Service.LITERACY_TRAINING,
        Service.CIVIC_ORIENTATION,
        Service.BASIC_EDUCATION,
    }
)
_OCCUPATION: Final = frozenset({GoalKind.EMPLOYMENT, GoalKind.ENTREPRENEURSHIP})
_LEARNING: Final = frozenset(
    {GoalKind.LANGUAGE, GoalKind.LITERACY, GoalKind.UPPER_SECONDARY_EDUCATION}
)


class ExtractNames(Value):
    """The client's names."""

    given: str
    family: str


class ExtractContact(Value):
    """How the client is reached, and where the client lives."""

    address: str | None
    phone: str | None
    email: str | None


class ExtractPlan(Value):
    """When the plan was drawn up, and the days it is valid; ``valid_until`` is its last day."""

    drawn_up_on: date
    valid_from: date
    valid_until: date | None


class ExtractFinding(Value):
    """What the assessment found of an item."""

    item: FindingItem
    text: str
    level: LanguageLevel | None


class ExtractTraining(Value):
    """Earlier training that promotes integration, and how it went; days are legal days."""

    service: Service
    title: str | None
    hours: int | None
    started_on: date
    state: ParticipationState
    ended_on: date | None
    result: str | None


class ExtractMeasure(Value):
    """A measure the plan agrees on with this provider."""

    service: Service
    serves: str
    hours: int | None
    part_time: bool | None


class ProviderExtract(Value):
    """What 94 § lists of a client, for one provider of the client's services.

    ``measures`` are the provider's own; ``target_occupation`` and ``goals`` are those of the plan
    about work and about learning. ``interpreter_needed`` and ``childcare_arranged`` are what else
    taking part needs. ``contact`` is told of nobody under non-disclosure for safety.
    """

    provider: str
    legal_basis: str
    names: ExtractNames | None
    date_of_birth: date | None
    identity_code: str | None
    mother_tongue: str | None
    contact_language: str | None
    citizenships: tuple[str, ...]
    contact: ExtractContact | None
    officials: tuple[str, ...]
    plan: ExtractPlan | None
    training_findings: tuple[ExtractFinding, ...]
    initial_language: tuple[ExtractFinding, ...]
    education_and_work: tuple[ExtractFinding, ...]
    target_occupation: tuple[str, ...]
    earlier_training: tuple[ExtractTraining, ...]
    measures: tuple[ExtractMeasure, ...]
    goals: tuple[str, ...]
    interpreter_needed: bool | None
    childcare_arranged: bool | None


def provider_extract(asked: Known, law: Law, provider: str) -> ProviderExtract | None:
    """The extract as of the day asked about; None for who provides the client no service then.

    A service is one that the plan in force, or to come, agrees on, or one that goes on.
    """
    state, day = asked.state, asked.valid_on
    edition = law.governing(day)
    plan = plan_in_force(state, edition, day) or plan_to_come(state, edition, day)
    agreed = [] if plan is None else [m.measure for m in plan.measures_on(day)]
    measures = [m for m in agreed if m.provider == provider]
    begun = [c for c in state.courses if c.started_on <= day]
    own = [c for c in begun if c.provider == provider and _goes_on(c, day)]
    if not measures and not own:
        return None
    details = state.person.details_on(day)
    assessed = last_completed_by(state.assessments, day)
    found = [] if assessed is None else [*assessed.findings]
    goals = [] if plan is None else [*plan.goals_on(day)]

    def findings(*items: FindingItem) -> tuple[ExtractFinding, ...]:
        return tuple(
            ExtractFinding(item=f.item, text=f.text, level=f.level)
            for f in found
            if f.item in items
        )

    return ProviderExtract(
        provider=provider,
        legal_basis=LEGAL_BASIS,
        names=ExtractNames(given=details.names.given, family=details.names.family)
        if details.names
        else None,
        date_of_birth=details.date_of_birth,
        identity_code=details.identity_code,
        mother_tongue=details.mother_tongue,
        contact_language=details.contact_language,
        citizenships=details.citizenships or (),
        contact=ExtractContact(
            address=details.contact.address,
            phone=details.contact.phone,
            email=details.contact.email,
        )
        # Not even where the officer sees them: what is protected is passed on to nobody.
        if details.contact and not state.protection.withholds_on(day)
        else None,
        officials=_officials(plan, state, day),
        plan=ExtractPlan(
            drawn_up_on=plan.drawn_up_on,
            valid_from=plan.valid_from,
            valid_until=validity(plan, state, edition, day).last_day,
        )
        if plan
        else None,
        training_findings=findings(*_TRAINING),
        initial_language=findings(FindingItem.FINNISH_SWEDISH),
        education_and_work=findings(FindingItem.EDUCATION_AND_WORK),
        target_occupation=tuple(g.text for g in goals if g.kind in _OCCUPATION),
        earlier_training=tuple(_training(c, day) for c in begun if c.service in _TRAININGS),
        measures=tuple(
            ExtractMeasure(service=m.service, serves=m.serves, hours=m.hours, part_time=m.part_time)
            for m in measures
        ),
        goals=tuple(g.text for g in goals if g.kind in _LEARNING),
        interpreter_needed=details.interpreter_needed,
        childcare_arranged=_childcare(own),
    )


def sections_of(extract: ProviderExtract) -> tuple[str, ...]:
    """The items the extract tells, by the names they have in the answer."""
    told = extract.model_dump(by_alias=True, exclude={"provider", "legal_basis"})
    return tuple(name for name, value in told.items() if value not in (None, (), []))


def _goes_on(course: Course, day: date) -> bool:
    return course.state_on(day) is ParticipationState.ONGOING


def _officials(plan: Plan | None, state: CaseState, day: date) -> tuple[str, ...]:
    """Who of the authority that answers for the case made the plan, by name."""
    if plan is None:
        return ()
    responsible = state.responsible_on(day)
    return tuple(maker.name for maker in plan.makers if maker.organisation == responsible)


def _training(course: Course, day: date) -> ExtractTraining:
    going_on = _goes_on(course, day)
    return ExtractTraining(
        service=course.service,
        title=course.title,
        hours=course.hours_planned if going_on else course.hours,
        started_on=course.started_on,
        state=course.state_on(day),
        ended_on=None if going_on else course.ended_on,
        result=None if going_on else course.result,
    )


def _childcare(own: list[Course]) -> bool | None:
    told = [c.childcare_arranged for c in own if c.childcare_arranged is not None]
    return any(told) if told else None
