"""The engine of the read models as the adversaries use it: what knows its interface stands here."""

import os
import random
import signal
import threading
import time
from uuid import uuid4

import sqlalchemy as sa
from tests.adversary.processes import say
from tests.tally import TALLY, Tally, Unordered, taken_in

from cases.app.embedded import Database
from cases.app.store.faults import KeyUnavailable, StoreUnavailable
from cases.app.store.views import projector_engine
from cases.projections import turns
from cases.projections.engine import Runner
from cases.projections.feed import Feed
from cases.projections.projection import Sources, Turn

__all__ = ["Feed", "Runner", "Sources", "Tally", "Turn", "Unordered"]

TURN_LIMIT = 1.0
"""Seconds after which the server ends the session of a worker that stands still."""


def projector(url: str) -> sa.Engine:
    """Connections of the projector."""
    return projector_engine(url, size=4, turn_limit=TURN_LIMIT)


def prepare(database: Database) -> sa.Engine:
    """The projector's connections to a database in which the tally has its table."""
    engine = projector(database.url)
    TALLY.create(engine)
    return engine


def runner(
    engine: sa.Engine, feed: Feed, tally: Tally | None = None, *, page_size: int = 10
) -> Runner:
    """A runner of the tally; several of them share its pages."""
    return Runner(
        engine,
        feed,
        tally or Unordered(),
        chance=random.random,
        page_size=page_size,
        transient=(StoreUnavailable, KeyUnavailable),
    )


def begin_anew(engine: sa.Engine, tally: Tally) -> None:
    """Forget everything that was taken in, and begin at the beginning."""
    with engine.begin() as conn:
        for table in ("tracking", "turn", "tally"):
            conn.execute(sa.text(f"delete from views.{table}"))
        turns.begin(conn, tally)


def handed_out(engine: sa.Engine) -> int:
    """The last position that was handed out."""
    with engine.begin() as conn:
        return int(conn.execute(sa.text("select allotted from views.tracking")).scalar_one())


def position(engine: sa.Engine) -> int:
    """The position up to which everything is taken in."""
    return turns.position(engine, Unordered())


def rows(engine: sa.Engine) -> list[int]:
    """Every position the tally has written down, in order."""
    return taken_in(engine)


class Stopping(Unordered):
    """Lingers between its rows and its commit; stops there, or elsewhere, in its second turn."""

    def __init__(self, stops: str = "") -> None:
        self._stops = stops
        self._turns = 0

    def project(self, conn: sa.Connection, turn: Turn, sources: Sources) -> None:
        super().project(conn, turn, sources)
        time.sleep(0.003)
        self.stop_in_the_second("in")

    def stop_before_it_takes(self, engine: sa.Engine) -> None:
        """Stop there, with what it knows, in its second turn."""

        @sa.event.listens_for(engine, "before_cursor_execute")
        def _before(conn: object, cursor: object, text: str, *rest: object) -> None:
            if "delete from views.turn" in text:
                self.stop_in_the_second("before")

    def stop_in_the_second(self, place: str) -> None:
        """Stop the process if this is the place, until another lets it go on."""
        self._turns += place == self._stops
        if place == self._stops and self._turns == 2:
            say(at="a standstill")
            os.kill(os.getpid(), signal.SIGSTOP)


def put_the_clock_wrong(by: float) -> None:
    """What this process takes for the time."""
    told = time.time
    time.time = lambda: told() + by


LEAD = """
    create table views.lead (position bigint not null, owner text, until double precision not null);
    insert into views.lead values (0, null, 0);
    grant all on views.lead to cases_projector
"""
LEASES = {"short lease": 0.3, "long lease": 60.0}
"""Seconds for which a flawed runner takes the lead."""


def follow_flawed(
    engine: sa.Engine, feed: Feed, tally: Stopping, flaw: str, stop: threading.Event
) -> None:
    """A runner with one position for all, in one of the ways that look right.

    "rows first" and "position first" commit the two one after the other. With a lease it takes the
    lead for a while, by its own clock, and asks nobody again before it writes.
    """
    me, lease = str(uuid4()), LEASES.get(flaw)
    turns = 0
    while not stop.is_set():
        with engine.begin() as conn:
            row = conn.execute(sa.text("select * from views.lead for update")).one()
            if lease and row.owner != me and row.until > time.time():
                time.sleep(0.005)
                continue
            conn.execute(
                sa.text("update views.lead set owner = :me, until = :until"),
                {"me": me, "until": time.time() + (lease or 0)},
            )
        last = min(row.position + 10, feed.head())
        if last == row.position:
            time.sleep(0.005)
            continue
        if turns == 1:
            say(at="work")
        turns += 1
        page = Turn(row.position + 1, last)
        if lease:
            tally.stop_in_the_second("lease")
            with engine.begin() as conn:
                _take_in(conn, feed, tally, page, "both")
            continue
        for step in ("rows", "position") if flaw == "rows first" else ("position", "rows"):
            with engine.begin() as conn:
                _take_in(conn, feed, tally, page, step)
            time.sleep(0.02)


def _take_in(conn: sa.Connection, feed: Feed, tally: Tally, page: Turn, what: str) -> None:
    if what != "position":
        tally.project(conn, page, Sources.of(feed))
    if what != "rows":
        conn.execute(sa.text("update views.lead set position = :last"), {"last": page.last})
