"""The act about compensable costs."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from cases.domain.case.act import Act, LegalDate, OrganisationId, Text
from cases.domain.codes.values import CompensationGround


class RecordCost(Act):
    """Record costs of a client that the state compensates as they arose.

    ``cents`` are hundredths of a euro; the costs arose from ``from`` to ``until``, both included,
    to ``borne_by``. ``decision`` names the decision that some grounds need, ``reason`` says why
    the longer time of a ground is needed.
    """

    NAME: ClassVar[str] = "recordCost"

    ground: CompensationGround
    cents: Annotated[int, Field(ge=1, le=10_000_000_000)]
    since: LegalDate = Field(alias="from")
    until: LegalDate
    borne_by: OrganisationId
    decision: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    reason: Text | None = None
    note: Text | None = None

    @property
    def may_predate_the_act(self) -> bool:
        """Costs arose under the repealed Act."""
        return True

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until < self.since:
            msg = "until is before from"
            raise ValueError(msg)
        return self
