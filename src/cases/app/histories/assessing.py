"""Assessments of generated histories: ordinary, multisectoral, forgone, discontinued (14–15 §)."""

from datetime import date

from cases.app.histories import wording
from cases.app.histories.telling import Telling
from cases.domain.case.act import Organisation
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
from cases.domain.case.assessment.decisions import OF_AGE
from cases.domain.codes import values as codes
from cases.domain.facts import Source
from cases.domain.law.register import Rule
from cases.domain.law.section_14 import section_14_ground
from cases.domain.law.section_15 import multisectoral_due

_MULTISECTORAL = codes.AssessmentKind.MULTISECTORAL


def assess(telling: Telling, day: date) -> date:
    """To the day on which a plan is called for; raises Over where none is."""
    day = telling.later(day, 0, 21)
    area, due = telling.welfare_area(day), _multisectoral_ground(telling, day)
    age = telling.desk.state.person.age_on(day)
    if due and age is not None and age < OF_AGE and telling.happens(0.7):
        telling.desk.record(
            day, ForgoAssessment(ground=due, reason=telling.chance.choice(wording.FORGONE))
        )
        telling.close(telling.later(day, 10, 90), codes.ClosingGround.NO_NEED_OF_SERVICES)
    if area is None or due is None:
        return _ordinary(telling, day, None)
    if telling.happens(0.15):
        return _ordinary(telling, day, due)
    return _multisectoral(telling, day, due, area)


def _ordinary(telling: Telling, day: date, instead_of: str | None) -> date:
    """An ordinary assessment, also one instead of a multisectoral one on that ground."""
    reason = telling.chance.choice(wording.DEPARTURES)
    place = telling.desk.edition(day).section(Rule.MULTISECTORAL_ASSESSMENT_DUE)
    telling.desk.record(
        day,
        StartAssessment(
            kind=codes.AssessmentKind.ORDINARY,
            ground=instead_of or _ground(telling, day),
            departure=Departure(section=place, reason=reason) if instead_of else None,
        ),
    )
    day = _interview(telling, day)
    if telling.happens(0.15):
        by = telling.provider()
        day = _expert_assessment(telling, day, wording.EXPERT_ASSESSMENTS, by, None)
    day = telling.later(day, 7, 45)
    area = telling.welfare_area(day)
    coordination = area is not None and instead_of is None and telling.happens(0.06)
    planned_on = _complete(telling, day, coordination=coordination)
    if area is None or not coordination:
        return planned_on
    started = telling.later(day, 3, 21)
    opened = telling.desk.edition(started).after_ordinary_assessment
    if telling.welfare_area(started) is None or opened is None:
        return telling.later(started, 0, 14)
    return _multisectoral(telling, started, opened, area)


def _multisectoral(telling: Telling, day: date, ground: str, area: Organisation) -> date:
    telling.desk.record(
        day,
        StartAssessment(
            kind=_MULTISECTORAL,
            ground=ground,
            participants=(telling.desk.authority.id, area.id),
        ),
    )
    day = _interview(telling, day)
    if telling.happens(0.4):
        asked = wording.WELFARE_ASSESSMENTS
        day = _expert_assessment(telling, day, asked, area.id, area)
    return _complete(telling, telling.later(day, 7, 45), area=area)


def _interview(telling: Telling, day: date) -> date:
    """The interview; raises Over where the assessment is discontinued after it."""
    chance, desk, person = telling.chance, telling.desk, telling.beginning.person
    assessment = desk.state.assessments[-1].assessment_id
    day = telling.later(day, 0, 14)
    desk.record(
        day,
        HoldInitialInterview(
            assessment=assessment,
            channel=chance.choice([codes.Channel.OFFICE] * 4 + [codes.Channel.REMOTE]),
            language=person.contact_language or "fi",
            interpreter=bool(person.interpreter_needed),
            informed=tuple(codes.InformedOf),
        ),
        late=telling.now_and_then(3),
    )
    if telling.happens(0.06):
        day = telling.later(day, 7, 30)
        desk.record(
            day,
            DiscontinueAssessment(
                assessment=assessment, reason=chance.choice(wording.DISCONTINUED)
            ),
        )
        telling.close(telling.later(day, 1, 20), codes.ClosingGround.CLIENT_WITHDREW)
    return day


def _expert_assessment(
    telling: Telling,
    day: date,
    asked: tuple[tuple[str, str], ...],
    ordered_from: str,
    recorded_by: Organisation | None,
) -> date:
    """Ordered from a provider; the welfare area records the result of its own."""
    desk = telling.desk
    clarifies, result = telling.chance.choice(asked)
    desk.record(
        day,
        OrderExpertAssessment(
            assessment=desk.state.assessments[-1].assessment_id,
            clarifies=clarifies,
            planned_on=telling.later(day, 14, 28),
            by=ordered_from,
        ),
    )
    ordered = desk.state.assessments[-1].expert_assessments[-1]
    day = telling.later(day, 14, 45)
    kind = codes.OrganisationKind.WELFARE_AREA if recorded_by else None
    desk.record(
        day,
        ObtainExpertAssessment(
            expert_assessment=ordered.expert_assessment_id,
            result=result,
            source=telling.source(kind or codes.OrganisationKind.SERVICE_PROVIDER),
        ),
        by=recorded_by,
    )
    return day


def _complete(
    telling: Telling,
    day: date,
    *,
    area: Organisation | None = None,
    coordination: bool = False,
) -> date:
    """To the day of the plan; raises Over where the assessment shows no need of one."""
    chance, desk = telling.chance, telling.desk
    planned_on = telling.later(day, 0, 28)
    no_plan = area is None and not coordination and telling.happens(0.08)
    outcome = _outcome(telling, planned_on, no_plan=no_plan)
    findings = [_finding(telling, item, texts, None) for item, texts in wording.FINDINGS.items()]
    findings = findings[: chance.randrange(3, len(findings) + 1)]
    if area is not None:
        needs = wording.WELFARE_FINDINGS.items()
        findings += [_finding(telling, item, texts, area) for item, texts in needs]
    family = desk.edition(day).family_plan
    desk.record(
        day,
        CompleteAssessment(
            assessment=desk.state.assessments[-1].assessment_id,
            findings=tuple(findings),
            plan=outcome,
            family_plan=PlannedPlan(
                outcome=codes.PlanOutcome.NO_PLAN, reasons=wording.NO_FAMILY_PLAN
            )
            if family is not None
            else None,
            coordination_needed=coordination or None,
            jobseeker_advice=wording.ADVICE if telling.jobseeker else None,
            makers=(telling.maker(), *((telling.maker(area),) if area else ())),
        ),
        late=telling.now_and_then(2),
    )
    if outcome.outcome is codes.PlanOutcome.NO_PLAN:
        telling.close(telling.later(day, 5, 60), codes.ClosingGround.NO_NEED_OF_SERVICES)
    return planned_on


def _finding(
    telling: Telling,
    item: codes.FindingItem,
    texts: tuple[str, ...],
    area: Organisation | None,
) -> Finding:
    return Finding(
        item=item,
        text=telling.chance.choice(texts),
        level=telling.chance.choice(wording.LEVELS)
        if item is codes.FindingItem.FINNISH_SWEDISH
        else None,
        source=telling.source(codes.OrganisationKind.WELFARE_AREA)
        if area
        else Source(kind=codes.SourceKind.PERSON),
    )


def _outcome(telling: Telling, planned_on: date, *, no_plan: bool) -> PlannedPlan:
    if no_plan:
        return PlannedPlan(
            outcome=codes.PlanOutcome.NO_PLAN, reasons=telling.chance.choice(wording.NO_PLAN)
        )
    if telling.happens(0.5):
        return PlannedPlan(outcome=codes.PlanOutcome.PLAN_ON_DATE, date=planned_on)
    return PlannedPlan(outcome=codes.PlanOutcome.AS_SOON_AS_POSSIBLE)


def _ground(telling: Telling, day: date) -> str:
    """A ground that holds on the day; one left to judgement where no other does."""
    edition, known = telling.desk.edition(day), telling.desk.state.person.grounds_on(day)
    ordinary = [g for g in edition.grounds if g.kind is codes.AssessmentKind.ORDINARY]
    holding = [g for g in ordinary if section_14_ground(edition, g.id, known).value]
    return min(holding, key=lambda g: g.by_judgement).id


def _multisectoral_ground(telling: Telling, day: date) -> str | None:
    """The ground on which a multisectoral assessment is due, or is judged to be needed."""
    edition = telling.desk.edition(day)
    due = multisectoral_due(edition, telling.desk.state.person.grounds_on(day))
    if due is None and telling.happens(0.04):
        judged = (g.id for g in edition.grounds if g.kind is _MULTISECTORAL and g.by_judgement)
        return next(judged, None)
    return due
