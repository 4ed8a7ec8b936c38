"""Who is calling, as far as the product knows: one model behind every kind of proof."""

from enum import StrEnum
from typing import Final, Self

from pydantic import Field

from cases.app.access.record import Trait
from cases.domain.case.act import Organisation
from cases.domain.facts import Actor
from cases.domain.model import State


class Role(StrEnum):
    """What a caller is there for.

    ``PROFESSIONAL`` works for a wellbeing services county, which takes part in others' cases.
    ``REGISTER`` is another authority's register or system, which tells what the Act has it tell.
    ``IMPORTER`` takes an authority's records over from an old system, at the command line only.
    ``CALENDAR`` is the product itself, never anybody outside; so is ``INBOX``, as it puts notices
    from outside where they belong.
    """

    OFFICER = "OFFICER"
    PROFESSIONAL = "PROFESSIONAL"
    AUDITOR = "AUDITOR"
    OPERATOR = "OPERATOR"
    REGISTER = "REGISTER"
    IMPORTER = "IMPORTER"
    CALENDAR = "CALENDAR"
    INBOX = "INBOX"


THE_PRODUCT: Final = frozenset({Role.CALENDAR, Role.INBOX})
"""The roles in which the product itself acts."""


FROM_OUTSIDE: Final = frozenset(Role) - {Role.IMPORTER} - THE_PRODUCT
"""The roles that a proof can give to somebody who calls; the others never come from outside."""


class Principal(State):
    """An authenticated caller.

    ``subject`` is the person's pairwise id at the identity provider, or a system's name; it is
    never an identity code. ``token_id`` is the id (jti) of the proof, None for the product itself.
    ``shown`` is what the trail keeps of another kind of proof: which certificate, which message.
    """

    subject: str = Field(min_length=1, max_length=200)
    organisation: Organisation
    roles: frozenset[Role] = Field(min_length=1)
    token_id: str | None = None
    shown: tuple[Trait, ...] = ()

    def limited_to(self, roles: frozenset[Role]) -> Self:
        """The caller with only those of its roles; there is at least one such."""
        return self.having(roles=self.roles & roles)

    def actor(self, role: Role) -> Actor:
        """The caller as a fact keeps it, acting in one of its roles."""
        return Actor(subject=self.subject, organisation=self.organisation.id, role=role.value)


def calendar_of(responsible: Organisation) -> Principal:
    """The calendar, which acts for the authority that answers for the case and for no other."""
    return Principal(subject="calendar", organisation=responsible, roles=frozenset({Role.CALENDAR}))


def inbox_of(responsible: Organisation) -> Principal:
    """The inbox, which files notices for the authority they were sent to and for no other."""
    return Principal(subject="inbox", organisation=responsible, roles=frozenset({Role.INBOX}))
