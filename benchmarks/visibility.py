"""From an append to what others see: a follower of the ledger, and the row of a read model."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import monotonic, sleep

import psycopg

from benchmarks.beside import Stamps, worker
from benchmarks.figures import Spread, percentile
from benchmarks.ground import CLIENTS, Ground
from benchmarks.talking import Process, ask_all, process, shares

Tell = Callable[[str], None]
RATES = (50, 500, 1500)
_SETTLING = 20.0  # seconds at most for what is still under way after a round


@dataclass(frozen=True)
class Plan:
    """Rounds of each rate in turn, and how long one of each rate lasts (s)."""

    rounds: int = 3
    seconds: tuple[float, float, float] = (4.0, 3.0, 2.0)


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
    and one follower, then the read models as well, all in the worker's one process."""
    return (
        *_beside(ground, plan, tell, "follow", "sequencer, follower"),
        *_beside(ground, plan, tell, "work", "sequencer, follower, read models"),
    )


def _beside(ground: Ground, plan: Plan, tell: Tell, what: str, beside: str) -> list[Visible]:
    url = ground.migrated_database(f"visible_{what}")
    rounds = [
        _Round(rate, seconds)
        for _ in range(plan.rounds)
        for rate, seconds in zip(RATES, plan.seconds, strict=True)
    ]
    needed = sum(int(r.rate * r.seconds) for r in rounds) // CLIENTS + len(rounds)
    with ExitStack() as stack:
        writers = [
            stack.enter_context(process("benchmarks.pacing", url, str(ground.keyring)))
            for _ in range(ground.processes)
        ]
        finish = stack.enter_context(worker(what, url, ground.keyring))
        tell(f"visible: making acts, {beside}")
        clients = shares(CLIENTS, len(writers))
        ask_all(writers, [{"do": "stock", "clients": n, "size": needed} for n in clients])
        _settle(url)
        for one in rounds:
            tell(f"visible: {one.rate} facts a second, {beside}")
            _write(writers, one)
            _settle(url)
        seen = finish()
    return list(_lines(beside, rounds, seen))


def _write(writers: Sequence[Process], one: _Round) -> None:
    """Every turn of the round to one of the clients, these shared out among the processes."""
    total, commands, first = int(one.rate * one.seconds), [], 0
    begin = monotonic() + 0.2
    for share in shares(CLIENTS, len(writers)):
        turns = [[*range(first + n, total, CLIENTS)] for n in range(share)]
        commands.append({"do": "write", "begin": begin, "rate": one.rate, "turns": turns})
        first += share
    for answer in ask_all(writers, commands):
        for stream, version, called, returned in answer["sent"]:
            one.sent[stream, version] = (called, returned)


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
