"""Acts of opening."""

from typing import ClassVar

from pydantic import Field

from cases.domain.case.act import Act, LegalDate
from cases.domain.case.person.acts import PersonDetails
from cases.domain.codes.values import CaseOrigin


class OpenCase(Act):
    """Open a case for a person the authority has learned of.

    ``section`` is the provision a notice came under, such as ``84.2``; ``learned_on`` the legal day
    the authority learned of the person, from which *without delay* is measured.
    """

    NAME: ClassVar[str] = "openCase"

    origin: CaseOrigin
    section: str | None = Field(default=None, pattern=r"^[0-9]{1,3}( ?[a-z])?(\.[0-9]{1,2}){0,2}$")
    learned_on: LegalDate
    person: PersonDetails
