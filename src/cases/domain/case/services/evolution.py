"""What is known of the course of services, and of language tests."""

from datetime import date
from typing import Any
from uuid import UUID

from cases.domain.case.services.acts import LanguageResults
from cases.domain.case.services.facts import (
    LanguageTestRecorded,
    ServiceCompleted,
    ServiceInterrupted,
    ServiceStarted,
)
from cases.domain.codes.values import ParticipationState, Service
from cases.domain.facts import Recorded
from cases.domain.model import State


class Course(State):
    """A service, by legal days; ``ended_on`` is its last day, None while it goes on.

    ``hours`` are those planned, and once it is completed those there were.
    """

    service_id: UUID
    service: Service
    provider: str
    started_on: date
    measure_id: UUID | None = None
    title: str | None = None
    hours: int | None = None
    hours_planned: int | None = None
    language: str | None = None
    childcare_arranged: bool | None = None
    ended_on: date | None = None
    completed: bool = False
    result: str | None = None
    reason: str | None = None

    def state_on(self, day: date) -> ParticipationState:
        """How it stands on ``day``, which is not before it began; over from its last day on."""
        if self.ended_on is None or day < self.ended_on:
            return ParticipationState.ONGOING
        return ParticipationState.COMPLETED if self.completed else ParticipationState.INTERRUPTED

    def leaves_no_room_on(self, day: date) -> bool:
        """Not over by ``day``: the same measure can begin again on its last day, not before."""
        return self.ended_on is None or day < self.ended_on


class LanguageTest(State):
    """A language test, held on a legal day."""

    test_id: UUID
    held_on: date
    language: str
    provider: str
    results: LanguageResults
    training_id: UUID | None = None
    register_id: str | None = None


Courses = tuple[Course, ...]
LanguageTests = tuple[LanguageTest, ...]

CourseFact = ServiceStarted | ServiceCompleted | ServiceInterrupted


def evolve(courses: Courses, recorded: Recorded, fact: CourseFact) -> Courses:
    """The services after one more fact."""
    change: dict[str, Any]
    match fact:
        case ServiceStarted():
            started = Course(
                service_id=fact.service_id,
                service=fact.service,
                provider=fact.provider,
                started_on=recorded.effective_on,
                measure_id=fact.measure_id,
                title=fact.title,
                hours=fact.hours,
                hours_planned=fact.hours,
                language=fact.language,
                childcare_arranged=fact.childcare_arranged,
            )
            return (*courses, started)
        case ServiceCompleted():
            change = {"completed": True, "result": fact.result, "reason": fact.shorter_because}
            if fact.hours is not None:
                change["hours"] = fact.hours
        case ServiceInterrupted():
            change = {"reason": fact.reason}
    return tuple(
        c.having(ended_on=recorded.effective_on, **change) if c.service_id == fact.service_id else c
        for c in courses
    )


def tested(tests: LanguageTests, recorded: Recorded, fact: LanguageTestRecorded) -> LanguageTests:
    """The language tests after one more."""
    test = LanguageTest(
        test_id=fact.test_id,
        held_on=recorded.effective_on,
        language=fact.language,
        provider=fact.provider,
        results=fact.results,
        training_id=fact.training_id,
        register_id=fact.register_id,
    )
    return (*tests, test)
