"""Acts that record who the person is and where she or he stands."""

from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from cases.domain.case.act import Act, CountryCode, LanguageCode, LegalDate, OrganisationId
from cases.domain.codes.values import (
    Benefit,
    Gender,
    LabourMarketStatus,
    ResidenceBasis,
    ResidenceGroup,
)
from cases.domain.model import Value
from cases.domain.people import IdentityCode

Name = Annotated[str, Field(min_length=1, max_length=200)]


class PersonName(Value):
    """A person's name as the source writes it."""

    given: Name
    family: Name


class ContactDetails(Value):
    """How to reach the person. Hidden where non-disclosure for safety holds."""

    address: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    phone: Annotated[str, Field(min_length=3, max_length=50)] | None = None
    email: Annotated[str, Field(min_length=3, max_length=254)] | None = None


class PersonDetails(Value):
    """What may be recorded of a person (73 § 1 mom.). What is absent stays as it was.

    The identity code may be missing, come later, or change. Gender is recorded as the source states
    it and never derived from the code. ``guardians`` are a minor's, each by her or his own case
    (21 §). ``home_municipality`` is the municipality's id in the register of organisations.
    """

    identity_code: IdentityCode | None = None
    names: PersonName | None = None
    date_of_birth: LegalDate | None = None
    gender: Gender | None = None
    citizenships: tuple[CountryCode, ...] | None = Field(default=None, max_length=10)
    mother_tongue: LanguageCode | None = None
    contact_language: LanguageCode | None = None
    interpreter_needed: bool | None = None
    contact: ContactDetails | None = None
    guardians: Annotated[tuple[UUID, ...], Field(max_length=10)] | None = None
    home_municipality: OrganisationId | None = None

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        for named in (self.guardians or (), self.citizenships or ()):
            if len(set(named)) != len(named):
                msg = "a guardian or a citizenship is named twice"
                raise ValueError(msg)
        return self


class RecordDetails(Act):
    """Record the person's details, or those of them that have changed."""

    NAME: ClassVar[str] = "recordDetails"

    details: PersonDetails

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(value is None for _, value in self.details):
            msg = "at least one detail is needed"
            raise ValueError(msg)
        return self


class RecordResidenceBasis(Act):
    """Record what gives the right to stay, and the day it was first granted or registered."""

    NAME: ClassVar[str] = "recordResidenceBasis"

    kind: ResidenceBasis
    first_granted_on: LegalDate
    group: ResidenceGroup


class RecordLabourMarketStatus(Act):
    """Record the labour market status and the day from which it holds."""

    NAME: ClassVar[str] = "recordLabourMarketStatus"

    status: LabourMarketStatus
    since: LegalDate = Field(alias="from")


class RecordBenefitNotice(Act):
    """Record Kela's notice of a benefit (84 § 2 and 3 mom.) and the days it covers."""

    NAME: ClassVar[str] = "recordBenefitNotice"

    benefit: Benefit
    since: LegalDate = Field(alias="from")
    until: LegalDate | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.until < self.since:
            msg = "until is before from"
            raise ValueError(msg)
        return self
