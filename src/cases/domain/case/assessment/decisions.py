"""May the assessment go on? 14 §, decree 1 §."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.arrival import arrival_on
from cases.domain.case.assessment.acts import (
    CompleteAssessment,
    DiscontinueAssessment,
    ForgoAssessment,
    HoldInitialInterview,
    ObtainExpertAssessment,
    OrderExpertAssessment,
    StartAssessment,
)
from cases.domain.case.assessment.evolution import Assessment, last_completed_by
from cases.domain.case.assessment.facts import (
    AssessmentCompleted,
    AssessmentDiscontinued,
    AssessmentForgone,
    AssessmentStarted,
    Departure,
    ExpertAssessmentObtained,
    ExpertAssessmentOrdered,
    InitialInterviewHeld,
)
from cases.domain.case.opening.decisions import not_learned_of_yet
from cases.domain.case.parties import of_the_area
from cases.domain.case.state import CaseState
from cases.domain.codes.values import AssessmentKind, FindingItem, OrganisationKind
from cases.domain.law.decree_1 import decree_1_1_no_plan_reasons
from cases.domain.law.register import Rule
from cases.domain.law.rules import Checked, Refusal, Violation, sorted_out, together
from cases.domain.law.section_14 import (
    GroundFacts,
    UnknownGround,
    section_14_ground,
    section_14_window,
)
from cases.domain.law.section_15 import multisectoral_due

OF_AGE: Final = 18
"""Full years at which nobody is a child any more."""

MULTISECTORAL_ITEMS: Final = frozenset(
    {FindingItem.HEALTH_AND_REHABILITATION, FindingItem.OTHER_NEEDS}
)
"""What an assessment finds only together with the welfare area."""


def decide_start_assessment(
    act: StartAssessment, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Within the window, on a ground that holds on the day, one at a time (14 § 1–2, 15 §)."""
    on = circumstances.on
    under_way = next((a for a in state.assessments if a.leaves_no_room_on(on)), None)
    if under_way:
        line = circumstances.line(
            Rule.ONE_ASSESSMENT_AT_A_TIME, False, startedOn=under_way.started_on
        )
        return refuse(line, conflict=True)
    unknown_person = not_learned_of_yet(state, circumstances)
    known = _grounds_known(state, circumstances)
    rules, violations = together(
        ((), (unknown_person,) if unknown_person else ()),
        _within_the_window(known, state, circumstances),
        _ground(act.ground, known, circumstances),
        _kind(act, known, circumstances),
        _with_welfare_area(act, circumstances),
        of_the_area(act.participants, state, circumstances, "/participants"),
    )
    if violations:
        return Refusal(violations=violations)
    fact = AssessmentStarted(
        assessment_id=circumstances.new_id,
        kind=act.kind,
        ground=act.ground,
        departure=Departure(**dict(act.departure)) if act.departure else None,
        participants=act.participants,
    )
    return Decision(facts=(fact,), rules=rules)


def decide_forgo_assessment(
    act: ForgoAssessment, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """A child whose needs another client plan meets needs no assessment (15 § 3 mom.)."""
    age = state.person.age_on(circumstances.on)
    free = not any(a.leaves_no_room_on(circumstances.on) for a in state.assessments)
    child = age is not None and age < OF_AGE and circumstances.edition.multisectoral
    line = circumstances.line(
        Rule.ASSESSMENT_NOT_NEEDED, child and free, age=age, underWay=not free
    )
    if not line.result:
        return refuse(line, conflict=child)
    known = _grounds_known(state, circumstances)
    rules, broken = together(
        _ground(act.ground, known, circumstances), _made_multisectoral_due(act, circumstances)
    )
    if broken:
        return Refusal(violations=broken)
    return Decision(
        facts=(AssessmentForgone(ground=act.ground, reason=act.reason),), rules=(line, *rules)
    )


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
    """Only what was ordered, and is still awaited, can be obtained; after completion too.

    By the authority that answers on the day, or by whom it was ordered from.
    """
    organisation = circumstances.organisation
    for assessment in state.assessments:
        for expert in assessment.expert_assessments:
            if expert.expert_assessment_id != act.expert_assessment:
                continue
            if expert.obtained_on is None and expert.ordered_on <= circumstances.on:
                by = circumstances.line(
                    Rule.OBTAINED_BY_WHO_ANSWERS,
                    organisation.id in {state.responsible_on(circumstances.on), expert.by},
                    organisation=organisation.kind,
                )
                if not by.result:
                    return refuse(by)
                fact = ExpertAssessmentObtained(
                    assessment_id=assessment.assessment_id,
                    expert_assessment_id=act.expert_assessment,
                    result=act.result,
                )
                return Decision(facts=(fact,), rules=(by,))
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
    violations = [*_findings(act, state, circumstances)]
    if act.coordination_needed and not circumstances.edition.multisectoral:
        line = circumstances.line(
            Rule.ASSESSMENT_KIND_OF_THE_EDITION, False, kind=AssessmentKind.MULTISECTORAL
        )
        violations.append(Violation(line=line, pointer="/coordinationNeeded"))
    violations += [
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
        coordination_needed=act.coordination_needed,
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


def _grounds_known(state: CaseState, circumstances: Circumstances) -> GroundFacts:
    """What the grounds ask about, with what an ordinary assessment has shown (15 § 2 mom.)."""
    last = last_completed_by(state.assessments, circumstances.on)
    shown = last is not None and last.coordination_needed
    return state.person.grounds_on(circumstances.on).having(ordinary_shows_need=shown)


def _within_the_window(
    known: GroundFacts, state: CaseState, circumstances: Circumstances
) -> Checked:
    """14 § 1–2 mom.: for so long from the first residence basis, by the person's group."""
    arrival = arrival_on(state, circumstances.edition, circumstances.on)
    if arrival is None:
        unknown = circumstances.line(Rule.RESIDENCE_BASIS_KNOWN, False, on=circumstances.on)
        return sorted_out((unknown, None))
    window = section_14_window(circumstances.edition, arrival)
    if window.value is not None and circumstances.on > window.value:
        violation = Violation(line=window.line, latest=window.value, pointer="/effectiveOn")
        return (), (violation,)
    return (window.line,), ()


def _ground(ground: str, known: GroundFacts, circumstances: Circumstances) -> Checked:
    """14 § 1, 15 § 1 and 2 mom.: a ground the edition has, and that holds by what is known."""
    try:
        found = section_14_ground(circumstances.edition, ground, known)
    except UnknownGround:
        line = circumstances.line(Rule.GROUND_OF_THE_EDITION, False, ground=ground)
        return sorted_out((line, "/ground"))
    return sorted_out((found.line, "/ground"))


def _kind(act: StartAssessment, known: GroundFacts, circumstances: Circumstances) -> Checked:
    """15 §: multisectoral on its own grounds; an ordinary one instead only with the reason."""
    edition = circumstances.edition
    if act.kind not in edition.assessment_kinds:
        line = circumstances.line(Rule.ASSESSMENT_KIND_OF_THE_EDITION, False, kind=act.kind)
        return sorted_out((line, "/kind"))
    departs = edition.section(Rule.MULTISECTORAL_ASSESSMENT_DUE)
    if act.departure is not None and (
        not edition.multisectoral or act.departure.section != departs
    ):
        line = circumstances.line(
            Rule.DEPARTURE_OF_THE_EDITION, False, departure=act.departure.section
        )
        return sorted_out((line, "/departure/section"))
    if not edition.multisectoral:
        return (), ()
    named = next((g.kind for g in edition.grounds if g.id == act.ground), act.kind)
    if act.kind is AssessmentKind.MULTISECTORAL:
        line = circumstances.line(
            Rule.GROUND_OF_THE_KIND,
            named is AssessmentKind.MULTISECTORAL,
            ground=act.ground,
            kind=act.kind,
        )
        return sorted_out((line, "/ground"))
    due = named is AssessmentKind.MULTISECTORAL or multisectoral_due(edition, known) is not None
    if not due:
        return (), ()
    line = circumstances.line(
        Rule.MULTISECTORAL_ASSESSMENT_DUE,
        act.departure is not None and named is AssessmentKind.MULTISECTORAL,
        ground=act.ground,
        departed=act.departure is not None,
    )
    return sorted_out((line, "/departure" if act.departure is None else "/ground"))


def _made_multisectoral_due(act: ForgoAssessment, circumstances: Circumstances) -> Checked:
    """15 § 3 mom.: what is forgone is what 15 § 1 mom. made due, not an ordinary assessment."""
    named = next((g for g in circumstances.edition.grounds if g.id == act.ground), None)
    if named is None:
        return (), ()
    multisectoral = named.kind is AssessmentKind.MULTISECTORAL and not named.shown_by_ordinary
    if multisectoral:
        return (), ()
    line = circumstances.line(Rule.GROUND_OF_THE_KIND, False, ground=act.ground, kind=named.kind)
    return sorted_out((line, "/ground"))


def _with_welfare_area(act: StartAssessment, circumstances: Circumstances) -> Checked:
    """15 § 1 mom.: a multisectoral assessment is made by municipality and welfare area together."""
    if act.kind is not AssessmentKind.MULTISECTORAL:
        return (), ()
    present = any(
        circumstances.kind_of(each) is OrganisationKind.WELFARE_AREA for each in act.participants
    )
    line = circumstances.line(Rule.ASSESSED_WITH_WELFARE_AREA, present)
    return sorted_out((line, "/participants"))


def _findings(
    act: CompleteAssessment, state: CaseState, circumstances: Circumstances
) -> Iterator[Violation]:
    """Decree 1 § 1 mom.: needs of health services are found together with the welfare area.

    In a multisectoral assessment, or one the area takes part in; nowhere else are they recorded.
    """
    assessment = _find(act.assessment, state)
    together = assessment is not None and (
        assessment.kind is AssessmentKind.MULTISECTORAL
        or any(
            circumstances.kind_of(each) is OrganisationKind.WELFARE_AREA
            for each in assessment.participants
        )
    )
    for n, finding in enumerate(act.findings):
        if finding.item in MULTISECTORAL_ITEMS and not together:
            line = circumstances.line(Rule.FOUND_WITH_WELFARE_AREA, False, item=finding.item)
            yield Violation(line=line, pointer=f"/findings/{n}/item")


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
