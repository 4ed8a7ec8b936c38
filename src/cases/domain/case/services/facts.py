"""Facts about the course of services, and about language tests."""

from typing import ClassVar
from uuid import UUID

from cases.domain.case.services.acts import LanguageResults
from cases.domain.codes.values import Service
from cases.domain.facts import Fact


class ServiceStarted(Fact):
    """A service began on the fact's legal date; ``measure_id`` is the agreed measure it is."""

    TOPIC: ClassVar[str] = "service.started"

    service_id: UUID
    service: Service
    provider: str
    measure_id: UUID | None = None
    title: str | None = None
    hours: int | None = None
    language: str | None = None
    childcare_arranged: bool | None = None


class ServiceCompleted(Fact):
    """A service was completed; the fact's legal date is its last day."""

    TOPIC: ClassVar[str] = "service.completed"

    service_id: UUID
    hours: int | None = None
    result: str | None = None
    shorter_because: str | None = None


class ServiceInterrupted(Fact):
    """A service was interrupted; the fact's legal date is its last day."""

    TOPIC: ClassVar[str] = "service.interrupted"

    service_id: UUID
    reason: str


class LanguageTestRecorded(Fact):
    """A test of Finnish or Swedish was held on the fact's legal date."""

    TOPIC: ClassVar[str] = "language-test.recorded"

    test_id: UUID
    language: str
    provider: str
    results: LanguageResults
    training_id: UUID | None = None
    register_id: str | None = None
