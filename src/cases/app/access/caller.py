"""A caller with what the request says of itself, and the lines it leaves in the access trail."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from cases.app.access.policy import Action
from cases.app.access.principal import Principal, Role
from cases.app.access.purposes import Purpose
from cases.app.access.record import AccessRecord, AccessResult
from cases.domain.facts import Actor

UNSTATED: Final = "UNSTATED"
"""Stands for the purpose in the trail where a request was refused for naming none it may use."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, for which purpose, in which request; and, once it is judged, in which role."""

    principal: Principal
    purpose: Purpose | None
    request_id: str
    acting_as: Role | None = None

    @property
    def name(self) -> str:
        """The caller as idempotency keys are scoped to it."""
        return f"{self.organisation}/{self.principal.subject}"

    @property
    def organisation(self) -> str:
        """The id of the caller's organisation."""
        return self.principal.organisation.id

    @property
    def role(self) -> Role:
        """The role it acts in; until that is judged, the first it has."""
        return self.acting_as or min(self.principal.roles)

    @property
    def purpose_code(self) -> str:
        """The code of the purpose in the register of processing activities."""
        return self.purpose.code if self.purpose else UNSTATED

    @property
    def is_system(self) -> bool:
        """Whether this is the product itself, which saw no version on a screen."""
        return Role.CALENDAR in self.principal.roles

    def in_role(self, role: Role) -> Self:
        """The caller, acting in a role it was found to have."""
        return replace(self, acting_as=role)

    def actor(self) -> Actor:
        """The caller as a fact keeps it."""
        return self.principal.actor(self.role)


def access_record(  # noqa: PLR0913 - the members of a line of the trail
    caller: Caller,
    action: Action,
    result: AccessResult,
    *,
    record_id: UUID,
    at: datetime,
    case_id: UUID | None = None,
    case_version: int | None = None,
    sections: tuple[str, ...] = (),
    traits: tuple[str, ...] = (),
) -> AccessRecord:
    """A line of the access trail: who, for what, about whom, with which result; never a value."""
    return AccessRecord(
        id=record_id,
        at=at,
        subject=caller.principal.subject,
        organisation=caller.organisation,
        role=caller.role.value,
        purpose=caller.purpose_code,
        purpose_version=str(caller.purpose.version if caller.purpose else 0),
        action=action.value,
        case_id=case_id,
        sections=sections,
        case_version=case_version,
        result=result,
        request_id=caller.request_id,
        traits=traits,
    )
