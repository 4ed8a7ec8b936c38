"""Acts about the course of services, and about language tests."""

from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from cases.domain.case.act import Act, LanguageCode, OrganisationId, Text
from cases.domain.codes.values import CefrLevel, Service
from cases.domain.model import Value

Hours = Annotated[int, Field(ge=1, le=10_000)]
"""Whole hours of teaching, or of another service."""


class CourseAct(Act):
    """An act about the course of a service."""

    @property
    def may_predate_the_act(self) -> bool:
        """Services go on since the repealed Act."""
        return True


class StartService(CourseAct):
    """Record that a service began on the act's legal date.

    It is a ``measure`` of a plan, which tells the service and the provider, or another one, of
    which they are said here. ``hours`` are those planned, ``language`` that of teaching;
    ``childcare_arranged`` that the children are cared for meanwhile.
    """

    NAME: ClassVar[str] = "startService"

    measure: UUID | None = None
    service: Service | None = None
    provider: OrganisationId | None = None
    title: Text | None = None
    hours: Hours | None = None
    language: LanguageCode | None = None
    childcare_arranged: bool | None = None

    @model_validator(mode="after")
    def _says_what_begins(self) -> Self:
        said = (self.service is not None, self.provider is not None)
        if said != ((False, False) if self.measure else (True, True)):
            msg = "measure is said, or service and provider are"
            raise ValueError(msg)
        return self


class CompleteService(CourseAct):
    """Record that a service was completed; the act's legal date is its last day.

    ``hours`` are those of teaching there were, else those planned. ``shorter_because`` says why
    civic orientation had fewer than the decree asks for, as where some was studied alone.
    """

    NAME: ClassVar[str] = "completeService"

    service: UUID
    hours: Hours | None = None
    result: Text | None = None
    shorter_because: Text | None = None


class InterruptService(CourseAct):
    """Record that a service was interrupted; the act's legal date is its last day."""

    NAME: ClassVar[str] = "interruptService"

    service: UUID
    reason: Text


class LanguageResults(Value):
    """What a language test found of each part; a part that was not tested is absent."""

    reading: CefrLevel | None = None
    listening: CefrLevel | None = None
    speaking: CefrLevel | None = None
    writing: CefrLevel | None = None

    @model_validator(mode="after")
    def _tests_something(self) -> Self:
        if not any((self.reading, self.listening, self.speaking, self.writing)):
            msg = "at least one part is needed"
            raise ValueError(msg)
        return self


class RecordLanguageTest(CourseAct):
    """Record a test of Finnish or Swedish held on the act's legal date.

    ``training`` is the integration training it ends, by the id of the service; ``register_id`` the
    id in the register of language tests.
    """

    NAME: ClassVar[str] = "recordLanguageTest"

    language: Annotated[str, Field(pattern=r"^(fi|sv)$")]
    provider: OrganisationId
    results: LanguageResults
    training: UUID | None = None
    register_id: Annotated[str, Field(min_length=1, max_length=100)] | None = None
