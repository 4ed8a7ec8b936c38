"""What is measured of a log of some size: acts, cases, lists, lookups, read models."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic, perf_counter, sleep
from typing import TypeVar
from uuid import UUID, uuid4

import psycopg

from benchmarks.figures import percentile
from cases.app.access.caller import Caller
from cases.app.access.principal import Principal, Role
from cases.app.bootstrap import System
from cases.app.cases import Cases
from cases.app.memory import high_water
from cases.app.outcomes import Performed, Seen
from cases.app.requests import Request
from cases.app.store.entries import ActRecord, Append, AppendResult
from cases.app.store.log import CaseLog
from cases.app.store.sequencer import Sequencer
from cases.domain.case.person.acts import RecordLabourMarketStatus
from cases.domain.case.state import CaseState, fold
from cases.domain.codes.values import LabourMarketStatus
from cases.domain.facts import Recorded
from cases.projections.case_view import CaseView
from cases.projections.clients.queries import clients
from cases.projections.engine import Runner
from cases.projections.worklist.queries import worklist

T = TypeVar("T")

ACTS = 1_000
"""Acts on random cases, one client; what the read models then catch up with."""

_PAGES = 200
_LONGEST = 30.0
"""Seconds after which a part is measured no more often: what is slow is known by then."""

_LOOK = 0.05
"""Seconds between two looks at a process."""

_SOME_OPEN_CASE = (
    "select stream_id from log.identity where open and stream_id >= %s order by stream_id limit 1"
)


@dataclass
class Times:
    """Durations in seconds, by what took them."""

    taken: dict[str, list[float]] = field(default_factory=dict)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Around what is timed."""
        start = perf_counter()
        yield
        self.taken.setdefault(name, []).append(perf_counter() - start)

    def milliseconds(self) -> dict[str, float]:
        """The median and the 99th percentile of each, in milliseconds."""
        found = {}
        for name, taken in self.taken.items():
            found[f"{name}, p50 ms"] = percentile(taken, 0.5) * 1e3
            found[f"{name}, p99 ms"] = percentile(taken, 0.99) * 1e3
        return found


class _TimedLog:
    """The log, with the append timed apart."""

    def __init__(self, log: CaseLog, times: Times) -> None:
        self._log = log
        self._times = times
        self.load = log.load
        self.find_identity = log.find_identity

    def append(self, append: Append) -> AppendResult:
        """Append."""
        with self._times.of("append an act"):
            return self._log.append(append)

    def find_act(self, stream_id: UUID, caller: str, key: str) -> ActRecord | None:
        """Look up a key."""
        return self._log.find_act(stream_id, caller, key)


def acts(system: System, superuser_url: str, times: Times) -> list[str]:
    """Load, act on and place random open cases, one after another; identity codes met."""
    timed = Cases(
        log=_TimedLog(system.log, times),
        witness=system.witness,
        law=system.law,
        clock=system.clock,
        new_id=system.new_id,
        blind_index=system.keystore.blind_index,
        authorities=system.organisations,
        accept_test_codes=True,
    )
    codes = []
    with (
        psycopg.connect(superuser_url, autocommit=True) as connection,
        Sequencer(system.url) as sequencer,
    ):
        sequencer.drain()
        for _ in range(ACTS):
            case_id = _some_open_case(connection)
            with times.of("load and fold a random case"):
                facts = system.log.load(case_id)
                state = fold(facts)
            codes += [code for code in [_code_of(state)] if code]
            with times.of("a whole act, decided and recorded"):
                outcome = timed.perform(_officer(system, state), _request(system, state, facts))
            assert isinstance(outcome, Performed), outcome
            with times.of("give one new fact its place"):
                placed = sequencer.tick()
            assert placed == 1
    return codes


def lookups(system: System, codes: list[str], times: Times) -> None:
    """Find people by identity code."""
    for code in random.sample(codes, min(len(codes), 300)):
        with times.of("look up an identity code"):
            found = system.log.find_identity(system.keystore.blind_index(code))
        assert found


def pages(system: System, superuser_url: str, times: Times) -> None:
    """First pages of lists, of random authorities, each in a transaction of its own."""
    with psycopg.connect(superuser_url) as connection:
        authorities = [
            row[0] for row in connection.execute("select distinct authority from views.client")
        ]
    today = system.clock.today()
    for name, page in (("clients", clients), ("worklist", worklist)):
        until = monotonic() + _LONGEST
        for _ in range(_PAGES):
            authority = random.choice(authorities)
            with times.of(f"first page of {name}"), system.session(authority) as conn:
                shown = page(conn, authority=authority, on=today, limit=50)
            assert shown
            if monotonic() > until:
                break


def catch_up(system: System, view: CaseView) -> float:
    """Facts a second at which a read model takes in what it lacks."""
    runner = Runner(system.projector, system.log, view, chance=random.random)
    start = perf_counter()
    return runner.catch_up() / (perf_counter() - start)


def rebuild(environment: Mapping[str, str], names: Sequence[str]) -> tuple[float, float]:
    """Seconds in which ``cases projections rebuild`` makes read models, and its peak memory.

    Without those in which a command starts and finds its database.
    """
    held = 1  # as a read model is that has to be made anew
    idle = run_cases(environment, "projections", "status", well=(0, held)).seconds
    done = run_cases(environment, "projections", "rebuild", *names)
    return max(0.001, done.seconds - idle), done.peak_mb


@dataclass(frozen=True)
class Done:
    """What came of a command of ours in a process of its own."""

    output: str
    seconds: float
    peak_mb: float


def run_cases(environment: Mapping[str, str], *arguments: str, well: Container[int] = (0,)) -> Done:
    """Run ``cases``. Raises RuntimeError where it ends not ``well``; its own words go to stderr."""
    program = Path(sys.executable).with_name("cases")
    start = perf_counter()
    peak = 0.0
    with (
        TemporaryFile("w+") as output,
        subprocess.Popen([program, *arguments], env=dict(environment), stdout=output) as process,
    ):
        try:
            while process.poll() is None:
                peak = max(peak, high_water(process.pid) or 0.0)
                sleep(_LOOK)
        except BaseException:
            process.terminate()  # who interrupts us need not have interrupted it
            raise
        seconds = perf_counter() - start
        output.seek(0)
        said = output.read()
    if process.returncode not in well:
        raise RuntimeError(f"cases {' '.join(arguments)} ended with {process.returncode}")
    return Done(said, seconds, peak)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and the seconds it took."""
    start = perf_counter()
    return work(), perf_counter() - start


def _some_open_case(connection: psycopg.Connection) -> UUID:
    row = connection.execute(_SOME_OPEN_CASE, (uuid4(),)).fetchone()
    row = row or connection.execute(_SOME_OPEN_CASE, (UUID(int=0),)).fetchone()
    assert row is not None
    found: UUID = row[0]
    return found


def _code_of(state: CaseState) -> str | None:
    return state.person.details[0].details.identity_code


def _officer(system: System, state: CaseState) -> Caller:
    authority = system.organisations.find(state.responsible_on(system.clock.today()) or "")
    assert authority is not None
    officer = Principal(
        subject="officer@growth", organisation=authority, roles=frozenset({Role.OFFICER})
    )
    purpose = system.purposes.purpose("ORGANISING_SERVICES", officer.roles, system.clock.today())
    return Caller(officer, purpose, str(uuid4()))


def _request(system: System, state: CaseState, facts: Sequence[Recorded]) -> Request:
    return Request(
        act=RecordLabourMarketStatus(
            status=random.choice(list(LabourMarketStatus)), since=system.clock.today()
        ),
        key=str(uuid4()),
        fingerprint=os.urandom(32),
        case_id=state.case_id,
        seen=Seen.of(facts),
    )
