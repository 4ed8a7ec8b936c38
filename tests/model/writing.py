"""Appending: who draws which ids and numbers when, and when they commit."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.model.bugs import Bug
from tests.model.explorer import Move
from tests.model.world import Fact, World

CACHE = 3


class Statement(NamedTuple):
    """An append to one stream. ``savepoint`` is "kept" or "undone" where it runs in one."""

    stream: str
    facts: int = 1
    savepoint: str = ""


class Writer(NamedTuple):
    """A transaction of appends, each a statement that sees what is committed when it starts.

    ``ending`` is "commits", "commits each" (a transaction for each statement), "rolls back" or
    "stays open". A place that is taken ends it early.
    """

    name: str
    statements: tuple[Statement, ...]
    ending: str = "commits"
    bug: Bug | None = None
    at: str = "read"
    written: int = 0
    version: int = 0
    transaction: int = 0
    row: int = 0
    number: int = 0
    cached: tuple[int, ...] = ()

    @property
    def ended(self) -> bool:
        return self.at == "ended"

    def moves(self, world: World) -> Iterator[Move]:
        match self.at:
            case "read":
                yield self._read(world)
            case "draw":
                yield from self._draw(world)
            case "insert":
                yield from self._insert(world)
            case "end":
                yield self._end(world)

    def _read(self, world: World) -> Move:
        stream = self.statements[0].stream
        facts = world.seen_by(world.snapshot, self.transaction)
        if self.bug is Bug.BLIND_INSERT:
            facts = world.facts
        version = max((f.version for f in facts if f.stream == stream), default=0)
        return Move(
            "reads",
            f"{stream} is at {version}",
            world,
            self._replace(
                at="draw",
                version=version,
                written=0,
                number=0,
                row=0,
            ),
        )

    def _draw(self, world: World) -> Iterator[Move]:
        """Its id with the first row, a number with each, in either order."""
        if not self.transaction:
            after, drawn = world.draw_id()
            yield Move("draws its id", str(drawn), after, self._drawn(transaction=drawn, row=drawn))
        elif self.statements[0].savepoint and self.row in {0, self.transaction}:
            after, drawn = world.draw_subtransaction()
            yield Move("draws a savepoint's id", str(drawn), after, self._drawn(row=drawn))
        elif not self.row:
            yield from self._drawn(row=self.transaction)._draw(world)
            return
        if not self.number:
            after, drawn, cached = self._next_number(world)
            yield Move(
                "draws a number", str(drawn), after, self._drawn(number=drawn, cached=cached)
            )

    def _drawn(self, **what: object) -> "Writer":
        now = self._replace(**what)  # type: ignore[arg-type]
        wants_own_row = bool(self.statements[0].savepoint)
        complete = now.number and now.row and (now.row != now.transaction) == wants_own_row
        return now._replace(at="insert" if complete else "draw")

    def _next_number(self, world: World) -> tuple[World, int, tuple[int, ...]]:
        if self.bug is not Bug.CACHED_NUMBERS:
            return (*world.draw_number(), ())
        numbers = list(self.cached)
        while not numbers or (len(numbers) < CACHE and not self.cached):
            world, drawn = world.draw_number()
            numbers.append(drawn)
        return world, numbers[0], tuple(numbers[1:])

    def _insert(self, world: World) -> Iterator[Move]:
        statement = self.statements[0]
        fact = Fact(statement.stream, self.version + 1, self.number, self.transaction, self.row)
        holder = next((f for f in world.facts if f[:2] == fact[:2]), None)
        if holder and holder.writer in world.running and holder.writer != self.transaction:
            return  # waits for whoever has the place
        if holder:
            undone = world.roll_back(self.transaction)
            yield Move("finds its place taken", str(fact), undone, self._replace(at="ended"))
            return
        written = self.written + 1
        world = world._replace(facts=(*world.facts, fact))
        if written < statement.facts:
            after = self._replace(at="draw", written=written, version=fact.version, number=0)
        else:
            if statement.savepoint == "undone":
                world = world.undo_savepoint(self.row)
            rest = self.statements[1:]
            over = not rest or self.ending == "commits each"
            after = self._replace(statements=rest, at="end" if over else "read")
        yield Move("inserts", f"{fact} with number {fact.number}", world, after)

    def _end(self, world: World) -> Move:
        ended = self._replace(at="ended")
        if self.statements:
            ended = self._replace(at="read", transaction=0)
        if self.ending == "stays open":
            return Move("stays open", "", world, ended)
        if self.ending == "rolls back":
            return Move("rolls back", "", world.roll_back(self.transaction), ended)
        return Move("commits", "", world.commit(self.transaction), ended)
