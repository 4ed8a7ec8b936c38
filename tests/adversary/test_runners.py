"""Those who keep the read models: killed, stopped, deaf, and under clocks that are wrong."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from tests.adversary import following
from tests.adversary.arena import Arena
from tests.adversary.attackers import follow, intent
from tests.adversary.examiner import Verdict, judge_positions
from tests.adversary.severed import SeverableLine
from tests.adversary.size import UNTIL_IT_SHOWS
from tests.logbook import Opened, opened
from tests.patience import until

from cases.app.embedded import Database
from cases.app.store.connections import Role, connect
from cases.app.store.ledger import Ledger
from cases.app.store.sequencer import Sequencer
from cases.app.store.wakeup import CHANNEL, Wakeup

LISTENING = "^listen|^select idx from"


def _prepared(arena: Arena, database: Database, facts: int) -> sa.Engine:
    """A ledger of so many facts, and the tables of ours and of the flawed."""
    engine = arena.with_tally(database)
    with psycopg.connect(database.superuser_url) as superuser:
        superuser.execute(following.LEAD)
    with opened(database.url, size=1) as store, Sequencer(database.url) as sequencer:
        for n in range(facts // 50):
            store.log.append(intent(uuid4(), 0, str(n), 50))
        assert sequencer.drain() == facts // 50 * 50
    return engine


def _finish(database: Database, engine: sa.Engine) -> Verdict:
    """The verdict, once an untouched runner has taken in what is left."""
    with opened(database.url, size=2) as store:
        engine.dispose()  # its sessions may be of before
        runner = following.runner(engine, store.log)
        until(lambda: runner.catch_up() == 0 and following.position(engine) == store.log.head())
        return judge_positions(following.rows(engine), store.log.head())


def _led(database: Database, engine: sa.Engine) -> Verdict:
    """The verdict on flawed runners: what lies below their position, and beyond."""
    with engine.begin() as conn:
        position = conn.execute(sa.text("select position from views.lead")).scalar_one()
    rows = following.rows(engine)
    return judge_positions(rows, max([position, *rows]))


@pytest.mark.guarantee("PJ-1", "PJ-11")
def test_runners_killed_at_any_moment(arena: Arena) -> None:
    """Two share the pages; one after the other is killed between its rows and its commit."""
    kills = arena.size.kills
    engine = _prepared(arena, arena.ours, 50 * kills)
    arena.attackers.live_dangerously(follow, [(arena.ours.url,)] * 2, kills)
    ours = _finish(arena.ours, engine)
    flawed = {}
    for flaw, kind in (("rows first", "duplicated"), ("position first", "lost")):
        database = arena.database()
        theirs = _prepared(arena, database, 1_000)
        arena.attackers.live_dangerously(
            follow,
            [(database.url, flaw)],
            UNTIL_IT_SHOWS,
            lambda: _led(database, theirs) != Verdict(),  # noqa: B023  at once
        )
        flawed[f"commits its {flaw}"] = (kind, _led(database, theirs))
    arena.score("runners killed", ours, flawed, facts=50 * kills, kills=kills)


@pytest.mark.guarantee("PJ-1", "PJ-11")
def test_a_runner_that_is_paused_past_its_turn(arena: Arena) -> None:
    """Stopped within a turn, or about to take one; another goes on; then it wakes up."""
    rounds = max(1, arena.size.rounds // 10)
    verdicts = []
    for n in range(2 * rounds):
        database = arena.database()
        engine = _prepared(arena, database, 100)
        paused = arena.attackers.start(follow, database.url, "", 0.0, ("in", "before")[n % 2])
        paused.wait_until_it_said(2)
        assert following.position(engine) == 10
        other = arena.attackers.start(follow, database.url)
        until(lambda: following.position(engine) == 100)  # noqa: B023  at once
        paused.resume()
        said = paused.stop()
        other.stop()
        # Within a turn it was thrown out, and its commit refused; before one it finds it gone.
        assert said[-1] == {"failures": 1 - n % 2}
        verdicts.append(_finish(database, engine))
    assert len(set(verdicts)) == 1, verdicts
    engine = _prepared(arena, arena.theirs, 100)
    _take_the_lead(arena, engine, "short lease", 0.0)
    arena.score(
        "runner paused past its turn",
        verdicts[0],
        {"trusts its lease": ("duplicated", _led(arena.theirs, engine))},
        facts=200 * rounds,
    )


def _take_the_lead(arena: Arena, engine: sa.Engine, flaw: str, clock: float) -> None:
    """One who leads stops in the middle; another takes the lead, by its clock; the first wakes."""
    paused = arena.attackers.start(follow, arena.theirs.url, flaw, 0.0, "lease")
    paused.wait_until_it_said(2)
    arena.attackers.start(follow, arena.theirs.url, flaw, clock)
    until(lambda: len(following.rows(engine)) == 100)
    paused.resume()
    until(lambda: len(following.rows(engine)) > 100)


@pytest.mark.guarantee("PJ-11", "PJ-12")
def test_runners_whose_clocks_are_an_hour_wrong(arena: Arena) -> None:
    """One ahead and one behind: pages and instants are the server's affair."""
    facts = 20 * arena.size.scenes // 50 * 50 + 100
    engine = _prepared(arena, arena.ours, facts)
    nodes = [
        arena.attackers.start(follow, arena.ours.url, "", clock) for clock in (3_600.0, -3_600.0)
    ]
    until(lambda: following.position(engine) == facts)
    for node in nodes:
        node.stop()
    ours = _finish(arena.ours, engine)
    with engine.begin() as conn:
        age = conn.execute(sa.text("select now() - current_at from views.tracking")).scalar_one()
    assert abs(age.total_seconds()) < 1_800
    theirs = _prepared(arena, arena.theirs, 100)
    _take_the_lead(arena, theirs, "long lease", 3_600.0)
    arena.score(
        "runners' clocks an hour wrong",
        ours,
        {"ends leases by its own clock": ("duplicated", _led(arena.theirs, theirs))},
        facts=facts,
    )


@pytest.mark.guarantee("AD-8")
def test_a_listener_that_is_cut_off(arena: Arena) -> None:
    """Its session is ended, its line hung up, or silent for ever: it goes on with its next poll."""
    engine = arena.with_tally(arena.ours)
    # The last fact comes when the line has fallen silent.
    rounds = arena.size.rounds // 5 * 3 + 5
    with (
        opened(arena.ours.url, size=2) as store,
        Sequencer(arena.ours.url) as sequencer,
        SeverableLine(arena.ours.url) as line,
        SeverableLine(arena.ours.url) as other_line,
        _in_a_thread(lambda stop: _listen(store, engine, line.url, stop)),
        _TrustsNotifications(other_line.url) as trusting,
    ):
        for n in range(rounds):
            store.log.append(intent(uuid4(), 0, str(n)))
            assert sequencer.drain() == 1
            until(lambda: following.rows(engine) == list(range(1, n + 2)))  # noqa: B023
            until(lambda: _listening(arena.ours) == 2)
            (_fall_silent, _end_listening_sessions, _hang_up)[n % 3](arena.ours, line, other_line)
        ours = judge_positions(following.rows(engine), rounds)
        deaf = judge_positions(trusting.seen, rounds)
    arena.score(
        "listener cut off",
        ours,
        {"looks only when it is told": ("lost", deaf)},
        facts=rounds,
    )


def _listen(store: Opened, engine: sa.Engine, url: str, stop: threading.Event) -> None:
    with Wakeup(url, stop.wait) as wakeup:
        following.runner(engine, store.log).run(stop, wakeup.wait)


class _TrustsNotifications:
    """Listens, looks, and looks again only when it is told; listens again when its line is cut."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._running = _in_a_thread(self._follow)
        self.seen: list[int] = []

    def __enter__(self) -> "_TrustsNotifications":
        self._running.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._running.__exit__(None, None, None)

    def _follow(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                with connect(self._url, Role.READER) as connection:
                    connection.execute(f"listen {CHANNEL}")
                    while not stop.is_set():
                        if [*connection.notifies(timeout=0.1, stop_after=1)]:
                            self._look(connection)
            except psycopg.OperationalError:
                stop.wait(0.05)

    def _look(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        rows = connection.execute(
            "select idx from log.ledger where idx > %s order by idx", (max(self.seen, default=0),)
        ).fetchall()
        self.seen += [int(str(row[0])) for row in rows]


def _listening(database: Database) -> int:
    """How many sessions listen, as the server sees it: a silent line is as good as any to it."""
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        row = superuser.execute(
            "select count(*) from pg_stat_activity where query ~ %s and state = 'idle'"
            " and datname = current_database()",
            (LISTENING,),
        ).fetchone()
    assert row is not None
    return int(row[0])


def _end_listening_sessions(database: Database, *lines: SeverableLine) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where query ~ %s"
            " and datname = current_database()",
            (LISTENING,),
        )


def _hang_up(database: Database, *lines: SeverableLine) -> None:
    for line in lines:
        line.hang_up()


def _fall_silent(database: Database, *lines: SeverableLine) -> None:
    for line in lines:
        line.fall_silent()


@contextmanager
def _in_a_thread(what: Callable[[threading.Event], None]) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=what, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


@pytest.mark.guarantee("HL-2")
def test_lag_while_the_ledger_stands_still(arena: Arena) -> None:
    """No sequencer runs: measured against the head of the ledger nothing is missing."""
    facts = arena.size.scenes
    engine = arena.with_tally(arena.ours)
    with opened(arena.ours.url, size=2) as store, Sequencer(arena.ours.url) as sequencer:
        sequencer.tick()
        ledger = Ledger(store.pools)
        assert ledger.waiting_for() is None
        for n in range(facts):
            store.log.append(intent(uuid4(), 0, str(n)))
        noticed = ledger.waiting_for() is not None
        following.runner(engine, store.log).catch_up()
        lag = store.log.head() - following.position(engine)
        sequencer.drain()
        assert ledger.waiting_for() is None
    arena.score(
        "sequencer stands still",
        replace(Verdict(), stalled=0 if noticed else facts),
        {"measures lag by the head": ("stalled", Verdict(stalled=facts - lag))},
        facts=facts,
    )
