"""Facts about the person. Statuses hold from their own day, whenever they were recorded."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.person.acts import ContactDetails, PersonName
from cases.domain.codes.values import (
    Benefit,
    Gender,
    LabourMarketStatus,
    ResidenceBasis,
    ResidenceGroup,
)
from cases.domain.facts import Fact
from cases.domain.model import Value


class DetailsOnRecord(Value):
    """Details of a person as the record keeps them: checked when they came in, read as they are.

    None is not recorded: it leaves what was recorded before as it was.
    """

    identity_code: str | None = None
    names: PersonName | None = None
    date_of_birth: date | None = None
    gender: Gender | None = None
    citizenships: tuple[str, ...] | None = None
    mother_tongue: str | None = None
    contact_language: str | None = None
    interpreter_needed: bool | None = None
    contact: ContactDetails | None = None
    guardians: tuple[UUID, ...] | None = None
    home_municipality: str | None = None


class PersonDetailsRecorded(Fact):
    """Details of the person were recorded; what is absent is unchanged.

    ``earlier_plans`` are told when an identity code came with them under which an earlier case has
    a plan. ``employment_authority`` is that of the area of the home municipality they tell, as the
    register of organisations had it on the legal date; absent where it told none.
    """

    TOPIC: ClassVar[str] = "person.details-recorded"
    VERSION: ClassVar[int] = 4
    # An opening that became a request for another's case is answered from what was sent alone.
    UNANSWERED: ClassVar[frozenset[str]] = frozenset({"employment_authority"})

    details: DetailsOnRecord
    earlier_plans: EarlierPlans | None = None
    employment_authority: str | None = None


class ResidenceBasisRecorded(Fact):
    """The basis of residence was recorded; its first day starts the window of 14 § 1 mom."""

    TOPIC: ClassVar[str] = "residence-basis.recorded"

    kind: ResidenceBasis
    first_granted_on: date
    group: ResidenceGroup

    def holds_from(self, effective_on: date) -> date:
        """From the day it was first granted."""
        return self.first_granted_on


class LabourMarketStatusRecorded(Fact):
    """A labour market status was recorded."""

    TOPIC: ClassVar[str] = "labour-market-status.recorded"

    status: LabourMarketStatus
    since: date = Field(alias="from")

    def holds_from(self, effective_on: date) -> date:
        """From its own first day."""
        return self.since


class BenefitNoticeRecorded(Fact):
    """Kela gave notice of a benefit."""

    TOPIC: ClassVar[str] = "benefit-notice.recorded"

    benefit: Benefit
    since: date = Field(alias="from")
    until: date | None = None

    def holds_from(self, effective_on: date) -> date:
        """From its own first day."""
        return self.since
