"""Reading what was written: from the ledger, or in one of the ways that look right."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from tests.model.bugs import Bug
from tests.model.explorer import Actor, Move
from tests.model.sequencing import Sequencer
from tests.model.world import Fact, World


class Follower(NamedTuple):
    """Reads the log itself, ``polls`` times, each in one statement but where the bug needs two."""

    name: str
    bug: Bug
    polls: int = 2
    patience: int = 1
    seen: tuple[Fact, ...] = ()
    cursor: tuple[int, int] = (0, 0)
    waited: int = 0
    data: tuple[Fact, ...] | None = None

    @property
    def ended(self) -> bool:
        return self.polls == 0

    def moves(self, world: World) -> Iterator[Move]:
        if self.ended:
            return
        if self.bug is Bug.FLOOR_AFTER_DATA and self.data is None:
            data = tuple(f for f in world.committed if f.number > self.cursor[1])
            yield Move("reads the facts", _list(data), world, self._replace(data=data))
            return
        found, waited = self._poll(world)
        cursor = max([self.cursor, *map(self._place, found)])
        yield Move(
            "polls",
            _list(found),
            world,
            self._replace(
                polls=self.polls - 1,
                seen=(*self.seen, *found),
                cursor=cursor,
                waited=waited,
                data=None,
            ),
        )

    def _place(self, fact: Fact) -> tuple[int, int]:
        return (fact.writer if self.bug is Bug.HORIZON_BY_ID else 0, fact.number)

    def _poll(self, world: World) -> tuple[tuple[Fact, ...], int]:
        """The facts it takes now, and how often it has waited at this gap."""
        now = world.snapshot
        beyond = sorted(
            (f for f in world.committed if self._place(f) > self.cursor), key=self._place
        )
        match self.bug:
            case Bug.HORIZON_BY_NUMBER | Bug.HORIZON_BY_ID:
                return tuple(f for f in beyond if f.writer < now.horizon), 0
            case Bug.FLOOR_AFTER_DATA:
                writing = [f.number for f in world.facts if f.writer in world.running]
                assert self.data is not None
                floor = min(writing, default=world.next_number)
                return tuple(sorted((f for f in self.data if f.number < floor), key=self._place)), 0
            case Bug.WAITS_AT_GAPS | Bug.GIVES_UP_AT_GAPS:
                return self._up_to_the_gap(beyond)
        return tuple(beyond), 0

    def _up_to_the_gap(self, beyond: list[Fact]) -> tuple[tuple[Fact, ...], int]:
        if self.bug is Bug.GIVES_UP_AT_GAPS and self.waited >= self.patience:
            return tuple(beyond), 0
        found: list[Fact] = []
        expected = self.cursor[1] + 1
        for fact in beyond:
            if fact.number != expected:
                return tuple(found), 0 if found else self.waited + 1
            found.append(fact)
            expected += 1
        return tuple(found), 0

    def settle(self, world: World) -> "Follower":
        """Poll undisturbed, more often than its patience lasts."""
        me: Actor = self._replace(polls=2 * self.patience + 4)
        while not me.ended:
            (move,) = me.moves(world)
            me = move.actor
        assert isinstance(me, Follower)
        return me


def keeps_the_order(world: World, actors: tuple[Actor, ...], over: bool) -> str:
    """What is wrong with what can be seen: of the ledger, or by a follower who has none."""
    follower = next((each for each in actors if isinstance(each, Follower)), None)
    sequencer = next((each for each in actors if isinstance(each, Sequencer)), None)
    if over and sequencer:
        world = sequencer.settle(world)
    if over and follower:
        follower = follower.settle(world)
    seen = follower.seen if follower else world.ledger
    return _fault(seen, world, over)


def _fault(seen: tuple[Fact, ...], world: World, over: bool) -> str:
    committed = world.committed
    highest: dict[str, int] = {}
    for fact in seen:
        if fact not in committed:
            return f"invented: {fact} is not committed"
        if fact.version <= highest.get(fact.stream, 0):
            repeated = seen.count(fact) > 1
            return (
                f"duplicated: {fact}"
                if repeated
                else f"inverted: {fact} comes late in {_list(seen)}"
            )
        highest[fact.stream] = fact.version
    runs = [writer for writer, _ in groupby(fact.writer for fact in seen)]
    whole = all(f in seen for f in committed if f.writer in runs)
    if len(runs) != len(set(runs)) or not whole:
        return f"split: a transaction does not lie together in {_list(seen)}"
    missing = [f for f in committed if f not in seen]
    return f"lost: {_list(missing)}" if over and missing else ""


def _list(facts: "tuple[Fact, ...] | list[Fact]") -> str:
    return " ".join(map(str, facts)) or "nothing"
