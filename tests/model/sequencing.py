"""Giving facts their place: the steps of ``sql/tick.sql`` and ``sql/tick_backlog.sql``.

And, behind switches, the ways to get them wrong.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tests.model.bugs import Bug
from tests.model.explorer import Actor, Move
from tests.model.world import Fact, Mark, Snapshot, World


class Sequencer(NamedTuple):
    """Gives facts their places, ``ticks`` times, and may be killed ``lives`` times on the way.

    More than ``limit`` facts are a backlog, and entered in instalments.
    """

    name: str
    ticks: int = 2
    limit: int = 100
    lives: int = 0
    bug: Bug | None = None
    at: str = "look"
    read: Mark = Mark()
    placed: tuple[Fact, ...] = ()
    mark: Mark = Mark()
    transaction: int = 0

    @property
    def ended(self) -> bool:
        return self.ticks == 0

    def moves(self, world: World) -> Iterator[Move]:
        if self.ended:
            return
        match self.at:
            case "look":
                yield self._look(world)
            case "look at backlog":
                yield self._look_at_backlog(world)
            case "lock":
                yield self._lock(world)
            case "write":
                yield from self._write(world)
            case "write again":
                yield from self._write_again(world)

    def _look(self, world: World) -> Move:
        """The snapshot of the tick, and all that follows from it."""
        now, read = world.snapshot, world.mark
        fresh = self._fresh(world, read.snapshot, now)
        in_instalments = read.upto or read.reached
        if in_instalments or len(fresh) > self.limit:
            return Move("sees a backlog", "", world, self._replace(at="look at backlog"))
        placed = tuple(each.fact for each in self._line(fresh))
        return self._found(world, read, placed, Mark(now))

    def _look_at_backlog(self, world: World) -> Move:
        """A statement of its own, with a snapshot of its own."""
        now, read = world.snapshot, world.mark
        upto = read.upto or now
        fresh = self._fresh(world, read.snapshot, upto)
        ahead = sorted(f.number for f in fresh if f.number > read.reached)[: self.limit]
        if not ahead:
            return self._found(world, read, (), read)
        line = [each for each in self._line(fresh) if each.last > read.reached]
        ends = [each.last for each in line if each.fact.number in ahead]
        until = max(ahead[-1], min(ends))
        if self.bug is Bug.CUTS_TRANSACTIONS:
            placed = tuple(each.fact for each in line if each.number in ahead)
            until = ahead[-1]
        else:
            placed = tuple(each.fact for each in line if each.last <= until)
        if max(f.number for f in fresh) <= until or self.bug is Bug.FORGETS_THE_REST:
            return self._found(world, read, placed, Mark(upto))
        kept = None if self.bug is Bug.LOOKS_ANEW else upto
        return self._found(world, read, placed, Mark(read.snapshot, kept, until))

    def _found(self, world: World, read: Mark, placed: tuple[Fact, ...], mark: Mark) -> Move:
        note = " ".join(map(str, placed)) or "nothing new"
        does = "looks" if self.at == "look" else "looks at the backlog"
        if not placed:
            return Move(does, note, world, self._tick_over())
        return Move(
            does, note, world, self._replace(at="lock", read=read, placed=placed, mark=mark)
        )

    def _fresh(self, world: World, past: Snapshot, upto: Snapshot) -> tuple[Fact, ...]:
        """What can be seen now and could not be seen then."""
        visible = world.seen_by(upto)
        match self.bug:
            case Bug.UPPER_BOUND_ONLY:
                return tuple(f for f in visible if f.writer >= past.bound)
            case Bug.LOWER_BOUND:
                return tuple(f for f in visible if f.writer >= past.horizon)
            case Bug.ROW_ID:
                return tuple(f for f in visible if not past.sees(f.row))
        return tuple(f for f in visible if f.writer >= past.bound or f.writer in past.running)

    def _line(self, fresh: tuple[Fact, ...]) -> list["Queued"]:
        """In order: by the largest number of the transaction, then by number."""
        last = {w: max(f.number for f in fresh if f.writer == w) for w in {f.writer for f in fresh}}
        match self.bug:
            case Bug.ORDERED_BY_ID:
                queued = [Queued(f.writer, f.number, f) for f in fresh]
            case Bug.ORDERED_BY_NUMBER:
                queued = [Queued(f.number, f.number, f) for f in fresh]
            case _:
                queued = [Queued(last[f.writer], f.number, f) for f in fresh]
        return sorted(queued)

    def _lock(self, world: World) -> Move:
        if self.bug is not Bug.NO_LOCK:
            if world.mark_locked_by:
                return Move("finds the row locked", "", world, self._tick_over())
            if world.mark != self.read:
                return Move("finds the row moved", "", world, self._tick_over())
        world, drawn = world.draw_id()
        return Move(
            "locks the row",
            "",
            world._replace(mark_locked_by=self.name),
            self._replace(
                at="write",
                transaction=drawn,
            ),
        )

    def _write(self, world: World) -> Iterator[Move]:
        ledger, mark = (*world.ledger, *self.placed), self.mark
        if self.lives:
            freed = world.roll_back(self.transaction)._replace(mark_locked_by="")
            yield Move("is killed", "", freed, self._tick_over()._replace(lives=self.lives - 1))
        if self.bug is Bug.TWO_SNAPSHOTS:
            mark = Mark(world.snapshot)
        committed = world.commit(self.transaction)._replace(mark_locked_by="")
        if self.bug is Bug.MARKS_FIRST:
            yield Move(
                "commits the mark",
                "",
                committed._replace(mark=mark),
                self._replace(at="write again"),
            )
        elif self.bug is Bug.ENTERS_FIRST:
            yield Move(
                "commits the facts",
                "",
                committed._replace(ledger=ledger),
                self._replace(at="write again"),
            )
        else:
            note = " ".join(map(str, ledger))
            yield Move(
                "commits",
                f"the ledger is {note}",
                committed._replace(ledger=ledger, mark=mark),
                self._tick_over(),
            )

    def _write_again(self, world: World) -> Iterator[Move]:
        """The second transaction of a tick that has two."""
        if self.lives:
            yield Move("is killed", "", world, self._tick_over()._replace(lives=self.lives - 1))
        if self.bug is Bug.MARKS_FIRST:
            after = world._replace(ledger=(*world.ledger, *self.placed))
        else:
            after = world._replace(mark=self.mark)
        yield Move("commits the rest", "", after, self._tick_over())

    def _tick_over(self) -> "Sequencer":
        return Sequencer(self.name, self.ticks - 1, self.limit, self.lives, self.bug)

    def settle(self, world: World) -> World:
        """Tick undisturbed until nothing moves any more."""
        while True:
            before = world
            me: Actor = self._replace(ticks=1, lives=0, at="look")
            while not me.ended:
                (move,) = me.moves(world)
                world, me = move.world, move.actor
            if (world.ledger, world.mark) == (before.ledger, before.mark):
                return world


class Queued(NamedTuple):
    """A fact in its place of the line; ``last`` stands for its transaction."""

    last: int
    number: int
    fact: Fact
