"""Sharing the ledger by turns: who is handed which page, who holds it, and whose rows are there.

Steps of ``cases.projections.turns`` and the engine, and, behind switches, ways to get them wrong.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from tests.model.bugs import Bug
from tests.model.explorer import Actor, Move
from tests.model.world import Turn, World


class Runner(NamedTuple):
    """Looks for a turn and takes it in, ``looks`` times; ``lives`` times it may come to grief.

    ``head`` is the end of the ledger, ``page`` the size of a turn. To be paused is nothing special
    here: any step may come late. To come to grief is to be killed, or thrown out for idling.
    """

    name: str
    head: int
    looks: int = 3
    page: int = 1
    lives: int = 0
    ordered: bool = False
    bug: Bug | None = None
    at: str = "look"
    allotted: int = 0
    turn: Turn = Turn(0, 0)

    @property
    def ended(self) -> bool:
        return self.looks == 0

    def moves(self, world: World) -> Iterator[Move]:
        if self.ended:
            return
        match self.at:
            case "look":
                yield self._look(world)
            case "hand out":
                yield self._hand_out(world)
            case "take":
                yield self._take(world)
            case "commit":
                yield from self._commit(world)
            case "second commit":
                yield from self._second_commit(world)

    def _look(self, world: World) -> Move:
        """The snapshot of the statement that looks: a turn nobody holds, else what is next."""
        free = sorted(t for t in world.turns if t not in world.held)
        if free:
            return Move(
                "looks", f"{free[0]} is free", world, self._replace(at="take", turn=free[0])
            )
        waits = self.ordered and world.turns and self.bug is not Bug.ORDER_FORGOTTEN
        if world.allotted >= self.head or waits:
            return Move("looks", "nothing to do", world, self._turn_over())
        allotted = world.allotted
        return Move(
            "looks",
            f"{allotted} are handed out",
            world,
            self._replace(at="hand out", allotted=allotted),
        )

    def _hand_out(self, world: World) -> Move:
        """The update in that statement: it compares with what another may have left meanwhile."""
        if world.allotted != self.allotted and self.bug is not Bug.NO_COMPARE_AND_SET:
            return Move("finds more handed out", str(world.allotted), world, self._turn_over())
        turn = Turn(self.allotted + 1, min(self.allotted + self.page, self.head))
        world = world._replace(allotted=turn.last, turns=(*world.turns, turn))
        return Move("hands out", str(turn), world, self._replace(at="take", turn=turn))

    def _take(self, world: World) -> Move:
        """Delete the turn, and so hold its row until the end of the transaction."""
        trusting = self.bug is Bug.TAKEN_ON_TRUST
        if self.turn not in world.turns or (self.turn in world.held and not trusting):
            return Move("finds it another's", str(self.turn), world, self._turn_over())
        world = world._replace(held=world.held | {self.turn})
        return Move("takes", str(self.turn), world, self._replace(at="commit"))

    def _commit(self, world: World) -> Iterator[Move]:
        """Its rows, and the turn is finished: together, where nothing is wrong."""
        freed = world._replace(held=world.held - {self.turn})
        if self.lives:
            yield Move(
                "comes to grief", "", freed, self._turn_over()._replace(lives=self.lives - 1)
            )
        written = (*world.rows, *range(self.turn.first, self.turn.last + 1))
        finished = tuple(turn for turn in world.turns if turn != self.turn)
        match self.bug:
            case Bug.ROWS_BEFORE_TURN:
                after = freed._replace(rows=written)
                yield Move(
                    "commits its rows", str(self.turn), after, self._replace(at="second commit")
                )
            case Bug.TURN_BEFORE_ROWS:
                after = freed._replace(turns=finished)
                yield Move(
                    "finishes the turn", str(self.turn), after, self._replace(at="second commit")
                )
            case _:
                after = freed._replace(rows=written, turns=finished)
                yield Move("commits", str(self.turn), after, self._turn_over())

    def _second_commit(self, world: World) -> Iterator[Move]:
        """What is left, in a transaction of its own."""
        if self.lives:
            yield Move(
                "comes to grief", "", world, self._turn_over()._replace(lives=self.lives - 1)
            )
        if self.bug is Bug.TURN_BEFORE_ROWS:
            rows = (*world.rows, *range(self.turn.first, self.turn.last + 1))
            after = world._replace(rows=rows)
        else:
            after = world._replace(turns=tuple(t for t in world.turns if t != self.turn))
        yield Move("commits the rest", "", after, self._turn_over())

    def position(self, world: World) -> int:
        """Up to where everything is taken in, as it is told to others."""
        if self.bug is Bug.POSITION_PAST_TURNS:
            return world.allotted
        return min((turn.first for turn in world.turns), default=world.allotted + 1) - 1

    def _turn_over(self) -> "Runner":
        return Runner(
            self.name, self.head, self.looks - 1, self.page, self.lives, self.ordered, self.bug
        )

    def settle(self, world: World) -> World:
        """Take in the rest undisturbed."""
        me: Actor = self._replace(looks=2 * self.head + 2, lives=0, at="look")
        while not me.ended:
            (move,) = me.moves(world)
            world, me = move.world, move.actor
        return world


def takes_everything_in_once(world: World, actors: tuple[Actor, ...], over: bool) -> str:
    """What is wrong with the rows, held against the position that is told."""
    first = actors[0]
    assert isinstance(first, Runner)
    if over:
        world = first.settle(world)
    twice = [row for row, times in Counter(world.rows).items() if times > 1]
    if twice:
        return f"duplicated: {_list(twice)}"
    if first.ordered and list(world.rows) != sorted(world.rows):
        return f"inverted: {_list(world.rows)}"
    upto = first.head if over else first.position(world)
    missing = set(range(1, upto + 1)) - set(world.rows)
    return f"lost: {_list(sorted(missing))}" if missing else ""


def _list(numbers: "tuple[int, ...] | list[int]") -> str:
    return " ".join(map(str, numbers))
