"""May the course of a service, or a language test, be recorded so? 13, 19, 73 §, 576/2024 2 §."""

from uuid import UUID

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.plan.facts import AgreedMeasure
from cases.domain.case.services.acts import (
    CompleteService,
    InterruptService,
    RecordLanguageTest,
    StartService,
)
from cases.domain.case.services.evolution import Course
from cases.domain.case.services.facts import (
    LanguageTestRecorded,
    ServiceCompleted,
    ServiceInterrupted,
    ServiceStarted,
)
from cases.domain.case.state import CaseState
from cases.domain.codes.values import Service
from cases.domain.law.decree_576_2024 import decree_576_2024_2_hours
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, RuleApplied, Violation, sorted_out


def decide_start_service(
    act: StartService, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """A measure that the plan agrees on by then, once at a time; or another service (19 §)."""
    if act.measure is None:
        assert act.service is not None, "the act says which"
        assert act.provider is not None, "the act says whose"
        return _started(act, act.service, act.provider, circumstances)
    agreed = _agreed(act.measure, state, circumstances)
    if agreed is None:
        line = circumstances.line(Rule.MEASURE_OF_THE_PLAN, False)
        return refuse(line, pointer="/measure")
    others = (c for c in state.courses if c.measure_id == act.measure)
    other = next((c for c in others if c.leaves_no_room_on(circumstances.on)), None)
    once = circumstances.line(
        Rule.SERVICE_ONCE_AT_A_TIME, other is None, startedOn=other and other.started_on
    )
    if other is not None:
        return refuse(once, pointer="/measure", conflict=True)
    measure = agreed.measure
    return _started(act, measure.service, measure.provider, circumstances, once)


def decide_complete_service(
    act: CompleteService, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """A service that goes on, not before it began; civic orientation with its hours."""
    found = _going_on(act.service, state, circumstances)
    if isinstance(found, Refusal):
        return found
    course, line = found
    rules, broken = sorted_out((line, "/effectiveOn"))
    if course.service is Service.CIVIC_ORIENTATION:
        hours = decree_576_2024_2_hours(
            circumstances.edition, act.hours or course.hours, act.shorter_because
        )
        if hours.value:
            rules += (hours.line,)
        else:
            broken += (Violation(line=hours.line, pointer="/hours"),)
    if broken:
        return Refusal(violations=broken)
    fact = ServiceCompleted(
        service_id=act.service,
        hours=act.hours,
        result=act.result,
        shorter_because=act.shorter_because,
    )
    return Decision(facts=(fact,), rules=rules)


def decide_interrupt_service(
    act: InterruptService, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """A service that goes on, not before it began; it may begin again."""
    found = _going_on(act.service, state, circumstances)
    if isinstance(found, Refusal):
        return found
    _, line = found
    if not line.result:
        return refuse(line, pointer="/effectiveOn")
    fact = ServiceInterrupted(service_id=act.service, reason=act.reason)
    return Decision(facts=(fact,), rules=(line,))


def decide_record_language_test(
    act: RecordLanguageTest, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """A test is recorded once; one that ends a training, of a training begun by then (13 §)."""
    rules: tuple[RuleApplied, ...] = ()
    if act.training is not None:
        ended = next((c for c in state.courses if c.service_id == act.training), None)
        line = circumstances.line(
            Rule.TEST_OF_A_TRAINING,
            ended is not None
            and ended.service is Service.INTEGRATION_TRAINING
            and ended.started_on <= circumstances.on,
            on=circumstances.on,
        )
        if not line.result:
            return refuse(line, pointer="/training")
        rules += (line,)
    if act.register_id is not None:
        known = any(t.register_id == act.register_id for t in state.language_tests)
        line = circumstances.line(Rule.TEST_RECORDED_ONCE, not known)
        if known:
            return refuse(line, pointer="/registerId", conflict=True)
        rules += (line,)
    fact = LanguageTestRecorded(
        test_id=circumstances.new_id,
        language=act.language,
        provider=act.provider,
        results=act.results,
        training_id=act.training,
        register_id=act.register_id,
    )
    return Decision(facts=(fact,), rules=rules)


def _started(
    act: StartService,
    service: Service,
    provider: str,
    circumstances: Circumstances,
    *rules: RuleApplied,
) -> Decision:
    fact = ServiceStarted(
        service_id=circumstances.new_id,
        service=service,
        provider=provider,
        measure_id=act.measure,
        title=act.title,
        hours=act.hours,
        language=act.language,
        childcare_arranged=act.childcare_arranged,
    )
    return Decision(facts=(fact,), rules=rules)


def _agreed(measure: UUID, state: CaseState, circumstances: Circumstances) -> AgreedMeasure | None:
    """The measure as a plan drawn up by then agrees on it on the legal date."""
    day = circumstances.on
    of_plans = (m for p in state.plans if p.drawn_up_on <= day for m in p.measures_on(day))
    return next((m for m in of_plans if m.measure_id == measure), None)


def _going_on(
    service: UUID, state: CaseState, circumstances: Circumstances
) -> tuple[Course, RuleApplied] | Refusal:
    """The service, and whether the legal date is not before it began; or a refusal."""
    found = next((c for c in state.courses if c.service_id == service), None)
    if found is None or found.ended_on is not None:
        goes_on = circumstances.line(Rule.SERVICE_GOES_ON, False)
        return refuse(goes_on, pointer="/service", conflict=True)
    line = circumstances.line(
        Rule.SERVICE_ENDS_AFTER_IT_BEGAN,
        found.started_on <= circumstances.on,
        startedOn=found.started_on,
        on=circumstances.on,
    )
    return found, line
