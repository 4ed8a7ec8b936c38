"""From an append to what others see: a follower of the ledger, and the row of a read model."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, sleep
from uuid import UUID

import psycopg

from benchmarks.acts import OurLog, later_acts, open_cases, our_log
from benchmarks.beside import Stamps, worker
from benchmarks.figures import Spread, percentile
from benchmarks.ground import CLIENTS, Ground
from cases.app.store.entries import Append, Appended

Tell = Callable[[str], None]
RATES = (50, 500)
_SETTLING = 20.0  # seconds at most for what is still under way after a round


@dataclass(frozen=True)
class Plan:
    """Rounds of each rate in turn, and how long one of each rate lasts (s)."""

    rounds: int = 3
    seconds: tuple[float, float] = (4.0, 3.0)


@dataclass(frozen=True)
class Visible:
    """Milliseconds until something is visible: over the rounds, the median and the 99th percentile.

    Counted from the append's return; the commit lies between its call and its return. ``beside``
    names what runs in the worker's process. ``never`` counts facts that were acknowledged and not
    seen within twenty seconds after a round.
    """

    beside: str
    rate: int
    reached: float
    until: str
    p50: Spread
    p99: Spread
    p99_since_call: Spread
    facts: int
    never: int


Sent = dict[tuple[str, int], tuple[float, float]]  # fact -> append called, append returned


@dataclass
class _Round:
    rate: int
    seconds: float
    sent: Sent = field(default_factory=dict)


def measure(ground: Ground, plan: Plan, tell: Tell) -> tuple[Visible, ...]:
    """Eight clients at a fixed rate, the rates in alternating rounds; beside them first a sequencer
    and one follower, then the three read models as well, all in the worker's one process."""
    return (
        *_beside(ground, plan, tell, "follow", "sequencer, follower"),
        *_beside(ground, plan, tell, "work", "sequencer, follower, three read models"),
    )


def _beside(ground: Ground, plan: Plan, tell: Tell, what: str, beside: str) -> list[Visible]:
    url = ground.migrated_database(f"visible_{what}")
    rounds = [
        _Round(rate, seconds)
        for _ in range(plan.rounds)
        for rate, seconds in zip(RATES, plan.seconds, strict=True)
    ]
    needed = sum(int(r.rate * r.seconds) for r in rounds) + CLIENTS * 50
    with our_log(url, ground.keyring) as ours:
        stock = _stock(ours, needed)
        with worker(what, url, ground.keyring) as finish:
            for acts in stock:  # everything once, unmeasured: connections, plans, keys
                for _ in range(8):
                    ours.log.append(acts.pop())
                    sleep(0.01)
            for one in rounds:
                tell(f"visible: {one.rate} facts a second, {beside}")
                _write(ours, stock, one)
                _settle(url)
            seen = finish()
    return list(_lines(beside, rounds, seen))


def _settle(url: str) -> None:
    """Wait until every read model has what was written, so that rounds don't add up."""
    behind = """
        select coalesce(min(allotted) < (select max(idx) from log.ledger), false)
            or exists (select 1 from log.event e, log.sequencer s
                        where e.xid >= pg_snapshot_xmax(s.snapshot))
            or exists (select 1 from views.turn)
          from views.tracking"""
    patience = monotonic() + _SETTLING
    with psycopg.connect(url, autocommit=True) as connection:
        while monotonic() < patience:
            row = connection.execute(behind).fetchone()
            if row == (False,):
                break
            sleep(0.2)
    sleep(0.5)


def _stock(ours: OurLog, needed: int) -> list[list[Append]]:
    """For each client the acts it will do, last one first, going round its own cases."""
    per_client = -(-needed // CLIENTS)
    stock = []
    for _ in range(CLIENTS):
        cases = open_cases(ours.log, max(8, per_client // 20))
        stock.append(_in_turns(cases, per_client))
    return stock


def _in_turns(cases: list[UUID], needed: int) -> list[Append]:
    turns = zip(*(later_acts(case_id) for case_id in cases), strict=True)
    acts = [each for turn in turns for each in turn][:needed]
    return acts[::-1]


def _write(ours: OurLog, stock: list[list[Append]], one: _Round) -> None:
    """Append at the instants of a timetable, whatever the appends take."""
    begin, total = monotonic() + 0.05, int(one.rate * one.seconds)
    failures: list[BaseException] = []

    def client(number: int) -> None:
        try:
            for turn in range(number, total, CLIENTS):
                act = stock[number].pop()
                sleep(max(0.0, begin + turn / one.rate - monotonic()))
                called = monotonic()
                result = ours.log.append(act)
                returned = monotonic()
                assert isinstance(result, Appended), result
                one.sent[act.stream_id.hex, result.last_version] = (called, returned)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _lines(beside: str, rounds: list[_Round], seen: dict[str, Stamps]) -> list[Visible]:
    lines = []
    for rate in RATES:
        mine = [one for one in rounds if one.rate == rate]
        reached = Spread.of([_reached(one) for one in mine]).median
        for until, stamps in seen.items():
            at = _first_seen(stamps)
            never = sum(fact not in at for one in mine for fact in one.sent)
            since_call, since_return = (
                [[(at[f] - t[which]) * 1e3 for f, t in one.sent.items() if f in at] for one in mine]
                for which in (0, 1)
            )
            lines.append(
                Visible(
                    beside=beside,
                    rate=rate,
                    reached=reached,
                    until=until,
                    p50=Spread.of([percentile(w, 0.5) for w in since_return]),
                    p99=Spread.of([percentile(w, 0.99) for w in since_return]),
                    p99_since_call=Spread.of([percentile(w, 0.99) for w in since_call]),
                    facts=sum(len(one.sent) for one in mine),
                    never=never,
                )
            )
    return lines


def _reached(one: _Round) -> float:
    called = [at for at, _ in one.sent.values()]
    return (len(called) - 1) / (max(called) - min(called))


def _first_seen(stamps: Stamps) -> dict[tuple[str, int], float]:
    at: dict[tuple[str, int], float] = {}
    for stream, version, instant in stamps:
        at.setdefault((stream, version), instant)
    return at
