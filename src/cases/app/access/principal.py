"""Who is calling, as far as the product knows: one model behind every kind of proof."""

from enum import StrEnum
from typing import Final, Self

from pydantic import Field

from cases.domain.case.act import Organisation
from cases.domain.facts import Actor
from cases.domain.model import State


class Role(StrEnum):
    """What a caller is there for.

    ``PROFESSIONAL`` works for a wellbeing services county, which takes part in others' cases.
    ``IMPORTER`` takes an authority's records over from an old system, at the command line only.
    ``CALENDAR`` is the product itself, never anybody outside.
    """

    OFFICER = "OFFICER"
    PROFESSIONAL = "PROFESSIONAL"
    AUDITOR = "AUDITOR"
    OPERATOR = "OPERATOR"
    IMPORTER = "IMPORTER"
    CALENDAR = "CALENDAR"


FROM_OUTSIDE: Final = frozenset(Role) - {Role.IMPORTER, Role.CALENDAR}
"""The roles that a proof can give to somebody who calls; the others never come from outside."""


class Principal(State):
    """An authenticated caller.

    ``subject`` is the person's pairwise id at the identity provider, or a system's name; it is
    never an identity code. ``token_id`` is the id (jti) of the proof, None for the product itself.
    """

    subject: str = Field(min_length=1, max_length=200)
    organisation: Organisation
    roles: frozenset[Role] = Field(min_length=1)
    token_id: str | None = None

    def limited_to(self, roles: frozenset[Role]) -> Self:
        """The caller with only those of its roles; there is at least one such."""
        return self.having(roles=self.roles & roles)

    def actor(self, role: Role) -> Actor:
        """The caller as a fact keeps it, acting in one of its roles."""
        return Actor(subject=self.subject, organisation=self.organisation.id, role=role.value)


def calendar_of(responsible: Organisation) -> Principal:
    """The calendar, which acts for the authority that answers for the case and for no other."""
    return Principal(subject="calendar", organisation=responsible, roles=frozenset({Role.CALENDAR}))
