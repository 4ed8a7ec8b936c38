"""May the assessment go on? 14 §, decree 1 §."""

from uuid import UUID

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.assessment.acts import (
    CompleteAssessment,
    DiscontinueAssessment,
    HoldInitialInterview,
    ObtainExpertAssessment,
    OrderExpertAssessment,
    StartAssessment,
)
from cases.domain.case.assessment.evolution import Assessment
from cases.domain.case.assessment.facts import (
    AssessmentCompleted,
    AssessmentDiscontinued,
    AssessmentStarted,
    ExpertAssessmentObtained,
    ExpertAssessmentOrdered,
    InitialInterviewHeld,
)
from cases.domain.case.opening.decisions import not_learned_of_yet
from cases.domain.case.state import CaseState
from cases.domain.codes.values import AssessmentKind
from cases.domain.law.decree_1 import decree_1_1_no_plan_reasons
from cases.domain.law.register import Rule
from cases.domain.law.rules import NotSupported, Refusal, RuleApplied, Violation
from cases.domain.law.section_14 import UnknownGround, section_14_ground, section_14_window


def decide_start_assessment(
    act: StartAssessment, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Within the window, on a ground that holds on the day, one at a time (14 § 1–2 mom.)."""
    if act.kind is not AssessmentKind.ORDINARY or act.departure or act.ground.startswith("15."):
        return NotSupported(what="multisectoral-assessment", section="15")
    on = circumstances.on
    under_way = next((a for a in state.assessments if a.leaves_no_room_on(on)), None)
    if under_way:
        line = circumstances.line(
            Rule.ONE_ASSESSMENT_AT_A_TIME, False, startedOn=under_way.started_on
        )
        return refuse(line, conflict=True)
    violations: list[Violation] = []
    rules: list[RuleApplied] = []
    unknown_person = not_learned_of_yet(state, circumstances)
    if unknown_person:
        violations.append(unknown_person)
    first_granted_on = state.person.first_granted_on(circumstances.on)
    known = state.person.grounds_on(circumstances.on)
    if first_granted_on is None:
        unknown = circumstances.line(Rule.RESIDENCE_BASIS_KNOWN, False, on=circumstances.on)
        violations.append(Violation(line=unknown))
    else:
        window = section_14_window(circumstances.edition, first_granted_on, known.group)
        rules.append(window.line)
        if window.value is not None and circumstances.on > window.value:
            violations.append(
                Violation(line=window.line, latest=window.value, pointer="/effectiveOn")
            )
    try:
        ground = section_14_ground(circumstances.edition, act.ground, known)
    except UnknownGround:
        line = circumstances.line(Rule.GROUND_OF_THE_EDITION, False, ground=act.ground)
        violations.append(Violation(line=line, pointer="/ground"))
    else:
        rules.append(ground.line)
        if not ground.value:
            violations.append(Violation(line=ground.line, pointer="/ground"))
    if violations:
        return Refusal(violations=tuple(violations))
    fact = AssessmentStarted(
        assessment_id=circumstances.new_id,
        kind=act.kind,
        ground=act.ground,
        participants=act.participants,
    )
    return Decision(facts=(fact,), rules=tuple(rules))


def decide_hold_initial_interview(
    act: HoldInitialInterview, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """The interview belongs to an assessment under way on its day (decree 869/2024 2 §)."""
    refusal = _not_under_way_then(act.assessment, state, circumstances)
    if refusal:
        return refusal
    fact = InitialInterviewHeld(
        assessment_id=act.assessment,
        channel=act.channel,
        language=act.language,
        interpreter=act.interpreter,
        informed=act.informed,
    )
    return Decision(facts=(fact,))


def decide_order_expert_assessment(
    act: OrderExpertAssessment, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """An expert assessment may be part of an assessment under way on its day (14 §)."""
    refusal = _not_under_way_then(act.assessment, state, circumstances)
    if refusal:
        return refusal
    fact = ExpertAssessmentOrdered(
        assessment_id=act.assessment,
        expert_assessment_id=circumstances.new_id,
        clarifies=act.clarifies,
        planned_on=act.planned_on,
        by=act.by,
    )
    return Decision(facts=(fact,))


def decide_obtain_expert_assessment(
    act: ObtainExpertAssessment, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Only what was ordered, and is still awaited, can be obtained; after completion too."""
    for assessment in state.assessments:
        for expert in assessment.expert_assessments:
            if expert.expert_assessment_id != act.expert_assessment:
                continue
            if expert.obtained_on is None and expert.ordered_on <= circumstances.on:
                fact = ExpertAssessmentObtained(
                    assessment_id=assessment.assessment_id,
                    expert_assessment_id=act.expert_assessment,
                    result=act.result,
                )
                return Decision(facts=(fact,))
    line = circumstances.line(Rule.EXPERT_ASSESSMENT_AWAITED, False, on=circumstances.on)
    return refuse(line, pointer="/expertAssessment", conflict=True)


def decide_complete_assessment(
    act: CompleteAssessment, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """A plan on a date, as soon as possible, or none with reasons (decree 1 § 1 mom.)."""
    refusal = _not_under_way(act.assessment, state, circumstances)
    if refusal:
        return refusal
    asked = [("/plan", act.plan)]
    if act.family_plan is not None:
        if circumstances.edition.family_plan is None:
            line = circumstances.line(Rule.FAMILY_PLAN_OF_THE_EDITION, False)
            return refuse(line, pointer="/familyPlan")
        asked.append(("/familyPlan", act.family_plan))
    rules = [
        decree_1_1_no_plan_reasons(circumstances.edition, planned.outcome, planned.reasons).line
        for _, planned in asked
    ]
    violations = [
        Violation(line=line, pointer=f"{pointer}/reasons")
        for line, (pointer, _) in zip(rules, asked, strict=True)
        if not line.result
    ]
    dated = [
        (pointer, planned.date)
        for pointer, planned in asked
        if planned.date is not None and planned.date < circumstances.on
    ]
    for pointer, day in dated:
        line = circumstances.line(
            Rule.PLANNED_AFTER_ASSESSMENT, False, plannedOn=day, completedOn=circumstances.on
        )
        violations.append(Violation(line=line, pointer=f"{pointer}/date"))
    if violations:
        return Refusal(violations=tuple(violations))
    fact = AssessmentCompleted(
        assessment_id=act.assessment,
        findings=act.findings,
        plan=act.plan,
        family_plan=act.family_plan,
        jobseeker_advice=act.jobseeker_advice,
        guided_to=act.guided_to,
        makers=act.makers,
    )
    return Decision(facts=(fact,), rules=tuple(rules))


def decide_discontinue_assessment(
    act: DiscontinueAssessment, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """An assessment under way may be discontinued, with the reason."""
    refusal = _not_under_way(act.assessment, state, circumstances)
    if refusal:
        return refusal
    return Decision(
        facts=(AssessmentDiscontinued(assessment_id=act.assessment, reason=act.reason),)
    )


def _not_under_way_then(
    assessment_id: UUID, state: CaseState, circumstances: Circumstances
) -> Refusal | None:
    """A refusal unless the assessment was under way on the legal date, over since or not."""
    found = _find(assessment_id, state)
    if found is not None and found.under_way_on(circumstances.on):
        return None
    return _refuse_over(found, circumstances)


def _not_under_way(
    assessment_id: UUID, state: CaseState, circumstances: Circumstances
) -> Refusal | None:
    """A refusal unless the assessment is still under way and its steps were over by the day."""
    found = _find(assessment_id, state)
    if found is None or not found.under_way or found.started_on > circumstances.on:
        return _refuse_over(found, circumstances)
    if found.last_step_on > circumstances.on:
        line = circumstances.line(Rule.OVER_AFTER_LAST_STEP, False, stepOn=found.last_step_on)
        return refuse(line, pointer="/effectiveOn", conflict=True)
    return None


def _find(assessment_id: UUID, state: CaseState) -> Assessment | None:
    return next((a for a in state.assessments if a.assessment_id == assessment_id), None)


def _refuse_over(found: Assessment | None, circumstances: Circumstances) -> Refusal:
    inputs = {"startedOn": found.started_on} if found else {}
    line = circumstances.line(Rule.ASSESSMENT_UNDER_WAY, False, on=circumstances.on, **inputs)
    return refuse(line, conflict=True)
