"""Services and their course, and language tests (13, 19, 73 §, decree 576/2024 2 §)."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError
from tests.acts import review
from tests.courses import (
    complete_service,
    interrupt_service,
    language_test,
    start_other,
    start_service,
)
from tests.desk import DRAWN_UP, LAW, LAW_IN_FORCE, Desk, only, pointers, refused, rule_log
from tests.standing import opened, planned

from cases.domain.case.review.acts import PlanChanges
from cases.domain.case.services.acts import CourseAct, LanguageResults, StartService
from cases.domain.case.services.facts import (
    LanguageTestRecorded,
    ServiceCompleted,
    ServiceInterrupted,
    ServiceStarted,
)
from cases.domain.codes.values import CefrLevel, ParticipationState, Service
from cases.domain.law.edition import Law
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.services import Services, services

BEGAN = date(2025, 4, 1)
OVER = date(2025, 6, 27)


def shown(desk: Desk, day: date) -> Services:
    return services(known(desk.facts, AsOf(valid_on=day)))


def begun(desk: Desk, act: StartService, on: date = BEGAN) -> UUID:
    return only(desk.does(act, on), ServiceStarted).service_id


@pytest.mark.guarantee("SV-2")
def test_19_a_service_of_the_plan_begins_and_ends_and_is_known_as_it_stood_on_each_day() -> None:
    desk = planned()
    training, _ = desk.measures
    decision = desk.does(start_service(training, language="fi", childcare_arranged=True), BEGAN)
    fact = only(decision, ServiceStarted)
    assert (fact.service, fact.provider) == (Service.INTEGRATION_TRAINING, "opisto")
    assert rule_log(decision) == [("service-once-at-a-time", "19", True)]
    done = desk.does(complete_service(fact.service_id, hours=900, result="Whole course"), OVER)
    assert rule_log(done) == [("service-ends-after-it-began", "73.1", True)]
    assert shown(desk, date(2025, 3, 31)).services == ()
    (before,) = shown(desk, date(2025, 6, 26)).services
    assert (before.measure, before.started_on, before.language) == (training, BEGAN, "fi")
    assert before.childcare_arranged
    assert (before.state, before.ended_on, before.hours, before.result) == (
        ParticipationState.ONGOING,
        None,
        None,
        None,
    )
    (after,) = shown(desk, OVER).services
    assert (after.state, after.ended_on, after.hours, after.result) == (
        ParticipationState.COMPLETED,
        OVER,
        900,
        "Whole course",
    )


@pytest.mark.guarantee("SV-2")
def test_73_a_service_needs_no_plan_and_may_have_begun_before_the_act() -> None:
    desk = opened()
    service = begun(desk, start_other(hours=200), date(2024, 11, 4))
    decision = desk.does(interrupt_service(service), BEGAN)
    assert only(decision, ServiceInterrupted).reason == "Found work"
    (told,) = shown(desk, BEGAN).services
    assert (told.measure, told.state, told.reason) == (
        None,
        ParticipationState.INTERRUPTED,
        "Found work",
    )
    assert (told.hours, told.ended_on) == (200, BEGAN)
    assert issubclass(StartService, CourseAct)


@pytest.mark.guarantee("SV-2")
def test_19_a_measure_is_one_that_a_plan_agrees_on_on_that_day() -> None:
    desk = planned()
    training, orientation = desk.measures
    none = [("measure-of-the-plan", "19", None)]
    assert refused(desk.asks(start_service(uuid4()), BEGAN)) == none
    early = desk.asks(start_service(training), date(2025, 3, 2), today=BEGAN)
    assert refused(early) == none
    changes = PlanChanges(ended_measures=(orientation,))
    desk.does(review(desk.plan, next_on=date(2025, 9, 1), changes=changes), BEGAN)
    given_up = desk.asks(start_service(orientation), BEGAN)
    assert refused(given_up) == none
    assert pointers(given_up) == ["/measure"]
    desk.does(start_service(orientation), DRAWN_UP, today=BEGAN)


@pytest.mark.guarantee("SV-2")
def test_19_an_agreed_service_goes_on_once_at_a_time_and_begins_again_after_its_end() -> None:
    desk = planned()
    training, _ = desk.measures
    service = begun(desk, start_service(training))
    twice = [("service-once-at-a-time", "19", None)]
    assert refused(desk.asks(start_service(training), OVER), conflict=True) == twice
    desk.does(interrupt_service(service), OVER)
    inside = desk.asks(start_service(training), date(2025, 6, 26), today=OVER)
    assert refused(inside, conflict=True) == twice
    late = desk.asks(start_service(training), DRAWN_UP, today=OVER)
    assert refused(late, conflict=True) == twice
    assert begun(desk, start_service(training), OVER) != service
    other = start_other(Service.INTEGRATION_TRAINING)
    assert begun(desk, other, OVER) != begun(desk, other, OVER)


@pytest.mark.guarantee("SV-2")
def test_73_a_service_is_over_once_and_not_before_it_began() -> None:
    desk = opened()
    service, day_before = begun(desk, start_other()), date(2025, 3, 31)
    after = [("service-ends-after-it-began", "73.1", None)]
    for act in (complete_service(service), interrupt_service(service)):
        outcome = desk.asks(act, day_before, today=BEGAN)
        assert refused(outcome) == after
        assert pointers(outcome) == ["/effectiveOn"]
    desk.does(complete_service(service), BEGAN)
    over = [("service-goes-on", "73.1", None)]
    for again in (
        complete_service(service),
        interrupt_service(service),
        complete_service(uuid4()),
    ):
        assert refused(desk.asks(again, OVER), conflict=True) == over


@pytest.mark.guarantee("SV-2")
@pytest.mark.parametrize(
    "said",
    [
        {},
        {"service": Service.OTHER},
        {"provider": "opisto"},
        {"measure": uuid4(), "service": Service.OTHER, "provider": "opisto"},
        {"measure": uuid4(), "provider": "opisto"},
    ],
    ids=["nothing", "no-provider", "no-service", "both", "measure-and-provider"],
)
def test_a_start_names_a_measure_or_else_a_service_and_its_provider(
    said: dict[str, object],
) -> None:
    with pytest.raises(ValidationError, match="measure is said, or service and provider are"):
        StartService.model_validate(said)


@pytest.mark.guarantee("SV-3")
@pytest.mark.parametrize("law", [LAW, LAW_IN_FORCE], ids=["enacted", "in-force"])
@pytest.mark.parametrize(
    ("planned_hours", "had", "reason", "lawful"),
    [
        (70, None, None, True),
        (None, 70, None, True),
        (60, 70, None, True),
        (None, 69, None, False),
        (70, 69, None, False),
        (None, None, None, False),
        (None, 20, "Studied most of it alone", True),
        (None, None, "Studied it alone", True),
    ],
)
def test_576_2024_2_civic_orientation_has_seventy_hours_or_a_reason_for_fewer(
    law: Law, planned_hours: int | None, had: int | None, reason: str | None, lawful: bool
) -> None:
    desk = planned(law)
    _, orientation = desk.measures
    service = begun(desk, start_service(orientation, hours=planned_hours))
    act = complete_service(service, hours=had, shorter_because=reason)
    outcome = desk.asks(act, OVER)
    if lawful:
        assert only(outcome, ServiceCompleted).hours == had
        assert rule_log(outcome)[1:] == [("civic-orientation-hours", "576/2024:2", True)]
    else:
        assert refused(outcome) == [("civic-orientation-hours", "576/2024:2", None)]
        assert pointers(outcome) == ["/hours"]
        desk.does(interrupt_service(service), OVER)


@pytest.mark.guarantee("SV-3")
def test_everything_wrong_with_a_completion_is_named_at_once() -> None:
    desk = opened()
    service = begun(desk, start_other(Service.CIVIC_ORIENTATION))
    outcome = desk.asks(complete_service(service), date(2025, 3, 31), today=BEGAN)
    assert pointers(outcome) == ["/effectiveOn", "/hours"]


@pytest.mark.guarantee("SV-4")
def test_13_a_language_test_has_four_parts_and_may_end_a_training() -> None:
    desk = planned()
    training = begun(desk, start_service(desk.measures[0]))
    decision = desk.does(language_test(training=training, register_id="K-17"), OVER)
    fact = only(decision, LanguageTestRecorded)
    assert rule_log(decision) == [
        ("test-of-a-training", "13", True),
        ("test-recorded-once", "73.1", True),
    ]
    (test,) = shown(desk, OVER).language_tests
    assert shown(desk, date(2025, 6, 26)).language_tests == ()
    assert (test.test, test.held_on, test.language) == (fact.test_id, OVER, "fi")
    assert (test.provider, test.training, test.register_id) == ("opisto", training, "K-17")
    assert test.results == LanguageResults(reading=CefrLevel.B1, speaking=CefrLevel.A2)
    assert (test.results.listening, test.results.writing) == (None, None)


@pytest.mark.guarantee("SV-4")
def test_13_the_training_a_test_ends_is_an_integration_training_begun_by_then() -> None:
    desk = opened()
    literacy = begun(desk, start_other())
    training = begun(desk, start_other(Service.INTEGRATION_TRAINING))
    wrong = [("test-of-a-training", "13", None)]
    for each, day in ((literacy, OVER), (uuid4(), OVER), (training, date(2025, 3, 31))):
        outcome = desk.asks(language_test(training=each), day, today=OVER)
        assert refused(outcome) == wrong
        assert pointers(outcome) == ["/training"]
    desk.does(language_test(training=training), BEGAN)


@pytest.mark.guarantee("SV-4")
def test_73_a_test_is_recorded_once_by_its_id_in_the_register() -> None:
    desk = opened()
    desk.does(language_test(register_id="K-17"), OVER)
    again = desk.asks(language_test(register_id="K-17"), OVER)
    assert refused(again, conflict=True) == [("test-recorded-once", "73.1", None)]
    desk.does(language_test(), OVER)
    desk.does(language_test(), OVER)


@pytest.mark.guarantee("SV-4")
def test_a_test_has_at_least_one_part_and_is_of_finnish_or_swedish() -> None:
    with pytest.raises(ValidationError, match="at least one part"):
        LanguageResults()
    with pytest.raises(ValidationError):
        language_test(language="en")
