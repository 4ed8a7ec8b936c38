"""The desk at which a pattern is decided: the application itself, over a log that remembers.

Acts go through ``Cases.perform`` and nothing else: rights, rules, editions, rule logs, lines of the
trail and idempotency records are those of any act.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final, cast
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.principal import Principal, Role, calendar_of
from cases.app.access.purposes import Purposes
from cases.app.access.record import AccessRecord
from cases.app.access.witness import Witness
from cases.app.calendar.calendar import expiry, key_of
from cases.app.cases import Cases
from cases.app.circumstances import Authorities
from cases.app.clock import SimulationClock
from cases.app.ids import uuid7
from cases.app.outcomes import Performed, Seen
from cases.app.requests import Request
from cases.app.store.entries import ActRecord, Append, Appended, AppendResult
from cases.domain.case.act import Act, Organisation
from cases.domain.case.state import NOTHING, CaseState, fold_on
from cases.domain.codes.values import OrganisationKind
from cases.domain.facts import Recorded
from cases.domain.law.edition import Edition, Law
from cases.domain.time import HELSINKI, next_working_day
from cases.projections.case_view import Row
from cases.projections.timers.fold import TimerKind, Timers
from cases.projections.timers.queries import DueTimer
from cases.projections.timers.table import TIMER

_PURPOSE: Final = "ORGANISING_SERVICES"
_CALENDAR_PURPOSE: Final = "CALENDAR"
_OFFICERS: Final = 40
"""Officers of an authority who record."""


class TimeIsUp(Exception):
    """The next act would be recorded after the last day of the history."""


class NotLawful(Exception):
    """The application did not record an act of a pattern: patterns have fallen behind the rules."""


@dataclass(frozen=True, slots=True)
class Performance:
    """An act as it was asked for: when, by whom."""

    at: datetime
    caller: Caller
    request: Request


class OneCase:
    """The log of one case, in memory."""

    def __init__(self) -> None:
        self.appends: list[Append] = []
        self.facts: tuple[Recorded, ...] = ()
        self.state = NOTHING

    def load(self, stream_id: UUID, gt: int = 0, lte: int | None = None) -> tuple[Recorded, ...]:
        """The facts so far."""
        return self.facts[gt:lte]

    def append(self, append: Append) -> AppendResult:
        """Remember an act."""
        self.appends.append(append)
        before = self.facts
        self.facts += append.facts
        self.state = fold_on(append.facts, self.state, lambda: before)
        return Appended(append.facts[0].version, append.facts[-1].version)

    def find_act(self, stream_id: UUID, caller: str, key: str) -> ActRecord | None:
        """Every key is new."""
        return None

    def find_identity(self, *blinds: bytes) -> tuple[tuple[UUID, bool], ...]:
        """Nobody had a case before."""
        return ()


class _NoTrail:
    """For lines of acts that are not recorded, of which no pattern is made."""

    def write(self, records: Sequence[AccessRecord]) -> None:
        """Nowhere."""


class Desk:
    """Those who work on one case, until the legal day ``last``.

    They are officers of the authority that answers for it, ``authority`` at first, and of others
    that take part. ``chance`` decides hours, officers, keys and ids, so that a pattern follows from
    its seed.
    """

    def __init__(  # noqa: PLR0913 - everything a decision rests on
        self,
        *,
        law: Law,
        purposes: Purposes,
        authority: Organisation,
        authorities: Authorities,
        blind_index: Callable[[str], bytes],
        last: date,
        chance: Random,
    ) -> None:
        self._law = law
        self._purposes = purposes
        self._authority = authority
        self._authorities = authorities
        self._timers = Timers(law)
        self.last = last
        self._chance = chance
        self._clock = SimulationClock(datetime.combine(last, time(), tzinfo=HELSINKI))
        self._next = self._clock.now()
        self._usual: dict[str, Principal] = {}
        self.log = OneCase()
        self.performed: list[Performance] = []
        self.issued: list[UUID] = []
        self._cases = Cases(
            log=self.log,
            witness=Witness(_NoTrail(), self._clock.now, self._new_id),
            law=law,
            clock=self._clock,
            new_id=self._new_id,
            blind_index=blind_index,
            authorities=authorities,
            accept_test_codes=True,
        )

    @property
    def state(self) -> CaseState:
        """The case as it stands."""
        return self.log.state

    @property
    def authority(self) -> Organisation:
        """The authority that answers for the case."""
        return self.organisation(self.state.responsible_on(self.last) or self._authority.id)

    def organisation(self, found: str) -> Organisation:
        """An organisation of the register, by its id."""
        kind = self._authorities.kind_of(found, self.last)
        assert kind is not None, "in the register"
        return Organisation(id=found, kind=kind)

    def edition(self, on: date) -> Edition:
        """The edition of the Act that governs a legal day, for days before the Act the first."""
        return self._law.governing(on)

    def record(
        self,
        on: date,
        act: Act,
        late: int = 0,
        by: Organisation | None = None,
        *,
        by_the_usual: bool = False,
    ) -> None:
        """Perform an act of the legal day ``on``, recorded ``late`` days after it or more.

        It is done ``by`` the authority that answers for the case, or by another; mostly by the
        usual officer there. What the calendar has to note by then comes first. Raises TimeIsUp, and
        NotLawful.
        """
        day = next_working_day(on + timedelta(days=late))
        if self.performed:
            day = max(day, self.performed[-1].at.astimezone(HELSINKI).date())
        self.pass_time(day)
        if day > self.last:
            raise TimeIsUp
        if day != on:
            act = act.model_copy(update={"effective_on": on})
        elif self._chance.random() < 0.2:
            act = act.model_copy(update={"effective_on": day})
        self._clock.set(self._office_hour(day))
        organisation = by or self.authority
        usual = self._chance.random() < 0.9 or by_the_usual
        somebody = self.usual_officer if usual else self._one_of_the_officers
        caller = self._caller(somebody(organisation), day)
        key = UUID(bytes=self._chance.randbytes(16), version=4)
        self._perform(caller, act, str(key))

    def pass_time(self, day: date) -> None:
        """Let the calendar note every plan that is over by ``day``, when it is due and known."""
        until = min(day, self.last)
        rows = self._timers.rows(self.state)[TIMER.name] if self.performed else ()
        for timer in (_due(row, self.log.appends[0].stream_id) for row in rows):
            if timer.due_on > until:
                continue
            act = expiry(timer)
            key = key_of(act, self.log.facts)
            if key is None:
                continue
            second = timedelta(seconds=self._chance.randrange(1, 60))
            midnight = datetime.combine(timer.due_on, time(), HELSINKI)
            at = max(midnight, self.performed[-1].at) + second
            self._clock.set(at)
            self._perform(self._calendar(at.astimezone(HELSINKI).date()), act, key)

    def _perform(self, caller: Caller, act: Act, key: str) -> None:
        opened = self.log.appends
        request = Request(
            act=act,
            key=key,
            fingerprint=self._chance.randbytes(32),
            case_id=opened[0].stream_id if opened else None,
            seen=Seen.of(self.log.facts) if opened else None,
        )
        outcome = self._cases.perform(caller, request)
        if not isinstance(outcome, Performed):
            raise NotLawful(f"{act.NAME} at {self._clock.now()}: {outcome}")
        self.performed.append(Performance(self._clock.now(), caller, request))

    def _office_hour(self, day: date) -> datetime:
        """A time in the morning, later than what was recorded before on that day.

        The afternoon is left free: people's instants are later than their pattern's.
        """
        opens = datetime.combine(day, time(8, self._chance.randrange(60)), tzinfo=HELSINKI)
        self._next = max(opens, self._next) if self.performed else opens
        at = self._next
        self._next = at + timedelta(seconds=self._chance.randrange(90, 900))
        return at

    def usual_officer(self, organisation: Organisation) -> Principal:
        """Who mostly acts for an organisation in this case."""
        if organisation.id not in self._usual:
            self._usual[organisation.id] = self._one_of_the_officers(organisation)
        return self._usual[organisation.id]

    def _one_of_the_officers(self, organisation: Organisation) -> Principal:
        number = self._chance.randrange(1, _OFFICERS + 1)
        welfare = organisation.kind is OrganisationKind.WELFARE_AREA
        role = Role.PROFESSIONAL if welfare else Role.OFFICER
        return Principal(
            subject=f"{role.lower()}-{number}@{organisation.id}",
            organisation=organisation,
            roles=frozenset({role}),
        )

    def _caller(self, officer: Principal, day: date) -> Caller:
        purpose = self._purposes.purpose(_PURPOSE, officer.roles, day)
        return Caller(officer, purpose, str(self._new_id()))

    def _calendar(self, day: date) -> Caller:
        principal = calendar_of(self.authority)
        purpose = self._purposes.purpose(_CALENDAR_PURPOSE, principal.roles, day)
        return Caller(principal, purpose, str(self._new_id()))

    def _new_id(self) -> UUID:
        made = uuid7(self._clock.now(), self._chance.randbytes)
        self.issued.append(made)
        return made


def _due(row: Row, case_id: UUID) -> DueTimer:
    """A row of the calendar's view as the timer it is."""
    last_day, due_on = cast(date, row["last_day"]), cast(date, row["due_on"])
    return DueTimer(case_id, TimerKind.PLAN_EXPIRY, cast(UUID, row["subject_id"]), last_day, due_on)
