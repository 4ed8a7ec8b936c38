"""A caller, with what the request says of itself."""

from dataclasses import dataclass, replace
from typing import Final, Self

from cases.app.access.principal import THE_PRODUCT, Principal, Role
from cases.app.access.purposes import Purpose
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
        return not self.principal.roles.isdisjoint(THE_PRODUCT)

    def in_role(self, role: Role) -> Self:
        """The caller, acting in a role it was found to have."""
        return replace(self, acting_as=role)

    def actor(self) -> Actor:
        """The caller as a fact keeps it."""
        return self.principal.actor(self.role)
