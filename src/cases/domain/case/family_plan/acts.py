"""The act that follows an act on a family plan."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from cases.domain.case.act import Act, LegalDate


class NoteFamilyPlan(Act):
    """Note where a family plan that names the case stands. Done by the product, not by a person.

    ``plan_version`` is the version of the plan that is told of. ``until`` is the last day on which
    the person belongs to it, ``next_review_on`` the day agreed for its review, where there is one.
    """

    NAME: ClassVar[str] = "noteFamilyPlan"

    family_plan: UUID
    plan_version: Annotated[int, Field(ge=1)]
    drawn_up_on: LegalDate
    until: LegalDate
    next_review_on: LegalDate | None = None
