"""What an act is decided under: the edition of its day, who does it, and the register."""

from datetime import date
from typing import Protocol
from uuid import UUID

from cases.domain.case.act import Act, Circumstances, Organisation, refuse
from cases.domain.case.earlier import EarlierPlans
from cases.domain.codes.values import OrganisationKind
from cases.domain.law.edition import Law, NoEdition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal


class Authorities(Protocol):
    """The register of organisations, asked about a legal day (Helsinki)."""

    def kind_of(self, organisation: str, on: date, /) -> OrganisationKind | None:
        """The kind of an organisation, None of one that is not in the register."""

    def area_of(self, municipality: str, on: date, /) -> str | None:
        """The employment authority of a municipality's area, None where it is not told."""

    def works_with(self, organisation: str, on: date, /) -> frozenset[str]:
        """The authorities that serve the same people; none where it is not told."""


class LawAndRegister:
    """The editions of the Act, and the organisations. Safe to share between threads."""

    def __init__(self, law: Law, authorities: Authorities) -> None:
        self._law = law
        self._authorities = authorities

    def under(  # noqa: PLR0913, PLR0917 - everything a decision rests on
        self,
        act: Act,
        on: date,
        today: date,
        organisation: Organisation | str,
        new_id: UUID,
        earlier: EarlierPlans | None,
    ) -> Circumstances | Refusal:
        """The circumstances of an act of an organisation, dated ``on`` and recorded ``today``.

        A refusal for a legal date no edition applies to. What was done under the repealed Act is
        judged by the transitional provisions of the first. An organisation that is named has the
        kind it had on that day, or has now.
        """
        try:
            predates = act.may_predate_the_act
            edition = self._law.governing(on) if predates else self._law.on(on)
        except NoEdition:
            first = self._law.timeline[0]
            edition = self._law.edition(first.edition)
            line = edition.line(
                Rule.AFTER_ENTRY_INTO_FORCE, {"on": on, "appliesFrom": first.applies_from}, False
            )
            return refuse(line, pointer="/effectiveOn")
        if isinstance(organisation, str):
            kinds = (self._authorities.kind_of(organisation, day) for day in (on, today))
            kind = next((each for each in kinds if each), OrganisationKind.MUNICIPALITY)
            organisation = Organisation(id=organisation, kind=kind)
        return Circumstances(
            on=on,
            today=today,
            edition=edition,
            new_id=new_id,
            organisation=organisation,
            earlier_plans=earlier,
            # As of the legal date: who had a part then may have merged into another since.
            kind_of=lambda organisation: self._authorities.kind_of(organisation, on),
            area_of=lambda municipality: self._authorities.area_of(municipality, on),
            works_with=lambda organisation: self._authorities.works_with(organisation, on),
        )
