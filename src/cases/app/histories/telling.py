"""A case being told: what every part of it draws on. Days are legal days (Helsinki)."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from cases.app.histories import wording
from cases.app.histories.desk import Desk
from cases.domain.case.act import Maker, Organisation
from cases.domain.case.closing.acts import CloseCase
from cases.domain.case.person.acts import PersonDetails, RecordLabourMarketStatus
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.maximum import maximum_on
from cases.domain.case.plan.validity import validity
from cases.domain.codes import values as codes
from cases.domain.facts import Source
from cases.domain.law.maximum import Maximum
from cases.domain.time import next_working_day

FULL: Final = 16
"""A case with so many facts has what is left recorded, and nothing besides."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """Whose case it is, and when it opens.

    ``neighbours`` are ids of organisations of each kind, of the area where there is one.
    """

    opens_on: date
    person: PersonDetails
    neighbours: dict[codes.OrganisationKind, str]


class Over(Exception):
    """The case is told to its end."""


class Telling:
    """A case as far as it is told, at the ``desk``; what comes next is drawn from ``chance``."""

    def __init__(self, desk: Desk, beginning: Beginning, chance: Random) -> None:
        self.desk = desk
        self.beginning = beginning
        self.chance = chance
        self._makers: dict[str, Maker] = {}

    # ------------------------------------------------------------------------------ the case

    @property
    def jobseeker(self) -> bool:
        """Whether the employment authority answers for the case, as it does for jobseekers."""
        return self.desk.authority.kind is codes.OrganisationKind.EMPLOYMENT_AUTHORITY

    @property
    def is_full(self) -> bool:
        """Whether there is room for nothing but what must come."""
        return self.desk.state.version >= FULL

    @property
    def plan(self) -> Plan:
        """The plan drawn up last."""
        return self.desk.state.plans[-1]

    @property
    def last_day(self) -> date | None:
        """The last day of that plan, as far as is known; None while it is open."""
        state = self.desk.state
        return validity(self.plan, state, self.desk.edition(self.desk.last), date.max).last_day

    @property
    def maximum(self) -> Maximum:
        """The latest last day of all plans; there is one."""
        found = maximum_on(self.desk.state, self.desk.edition(self.desk.last), date.max)
        assert found is not None, "a plan was drawn up"
        return found

    def neighbour(self, kind: codes.OrganisationKind) -> Organisation | None:
        """The organisation of a kind that works with the authority."""
        found = self.beginning.neighbours.get(kind)
        return self.desk.organisation(found) if found else None

    def welfare_area(self, day: date) -> Organisation | None:
        """Who makes multisectoral assessments and plans with the authority, where the Act does."""
        known = self.desk.edition(day).multisectoral
        return self.neighbour(codes.OrganisationKind.WELFARE_AREA) if known else None

    # ------------------------------------------------------------------------ what is written

    def maker(self, organisation: Organisation | None = None) -> Maker:
        """Who makes assessments, plans and reviews for an organisation, or for the authority."""
        found = organisation or self.desk.authority
        if found.id not in self._makers:
            welfare = found.kind is codes.OrganisationKind.WELFARE_AREA
            self._makers[found.id] = Maker(
                name=self.chance.choice(wording.OFFICERS),
                organisation=found.id,
                title=wording.WELFARE_TITLE if welfare else wording.TITLE,
            )
        return self._makers[found.id]

    def source(self, kind: codes.OrganisationKind | None) -> Source:
        """Where something came from: an organisation of the kind, or the person."""
        name = self.beginning.neighbours.get(kind) if kind else None
        if name is None:
            return Source(kind=codes.SourceKind.PERSON)
        provider = kind is codes.OrganisationKind.SERVICE_PROVIDER
        return Source(
            kind=codes.SourceKind.SERVICE_PROVIDER if provider else codes.SourceKind.AUTHORITY,
            name=name,
        )

    def provider(self) -> str:
        """Who provides a service."""
        found = self.beginning.neighbours.get(codes.OrganisationKind.SERVICE_PROVIDER)
        return found or self.desk.authority.id

    def become(self, status: codes.LabourMarketStatus, since: date, day: date) -> None:
        """Record a labour market status."""
        source = Source(kind=codes.SourceKind.PERSON)
        self.desk.record(day, RecordLabourMarketStatus(status=status, since=since, source=source))

    def close(self, day: date, ground: codes.ClosingGround) -> None:
        """Close the case, on the day or when the last act is done. Raises Over."""
        latest = self.desk.state.latest_effective_on
        self.desk.record(max(day, latest or day), CloseCase(ground=ground))
        raise Over

    # ------------------------------------------------------------------------------- chance

    def happens(self, share: float) -> bool:
        """Whether something happens that does so in this share of cases."""
        return self.chance.random() < share

    def now_and_then(self, days: int) -> int:
        """Mostly nothing, one time in eight up to so many days."""
        return self.chance.randrange(1, days + 1) if self.happens(0.125) else 0

    def later(self, day: date, least: int, most: int) -> date:
        """A working day between so many days later, as far as there is one."""
        return next_working_day(day + timedelta(days=self.chance.randrange(least, most + 1)))

    def before(self, last: date) -> date:
        """A working day shortly before the last day of a plan, after all that was recorded."""
        recorded = self.desk.state.latest_effective_on
        assert recorded is not None, "the case was opened"
        day = next_working_day(last - timedelta(days=self.chance.randrange(6, 30)))
        return min(max(day, recorded), last)
