"""Hearing of news: notifications that come, that were too early, and that never come."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.model.bugs import Bug
from tests.model.explorer import Actor, Move
from tests.model.world import World


class Teller(NamedTuple):
    """Gives ``facts`` facts their place, each with a notification in the same transaction."""

    name: str
    facts: int

    @property
    def ended(self) -> bool:
        return self.facts == 0

    def moves(self, world: World) -> Iterator[Move]:
        if self.facts:
            heard = world.listening and not world.line_is_cut
            after = world._replace(head=world.head + 1, told=world.told or heard)
            yield Move(
                "places and notifies", f"{after.head}", after, Teller(self.name, self.facts - 1)
            )


class Line(NamedTuple):
    """Between the listener and the server; it is cut ``cuts`` times, noticed or in silence."""

    name: str
    cuts: int

    @property
    def ended(self) -> bool:
        return self.cuts == 0

    def moves(self, world: World) -> Iterator[Move]:
        if self.cuts and not world.line_is_cut:
            after = Line(self.name, self.cuts - 1)
            yield Move("is cut in silence", "", world._replace(line_is_cut=True, told=False), after)
            yield Move("is cut", "", world._replace(listening=False, told=False), after)
        if self.cuts:
            yield Move("holds", "", world, Line(self.name, 0))


class Listener(NamedTuple):
    """Looks what is new ``looks`` times, and waits in between: to be told, or for its poll."""

    name: str
    looks: int = 3
    bug: Bug | None = None
    at: str = "listen"
    seen: int = 0

    @property
    def ended(self) -> bool:
        """To wait is to rest: what it lacks then, it will not get."""
        return self.looks == 0 or self.at == "wait"

    def moves(self, world: World) -> Iterator[Move]:
        late = self.bug is Bug.LISTENS_TOO_LATE
        match self.at:
            case _ if self.looks == 0:
                return
            case "listen" if late and not self.seen and self.looks == 3:
                yield self._look(world, "listen late")
            case "listen" | "listen late":
                after = world._replace(listening=True, line_is_cut=False, told=False)
                at = "wait" if self.at == "listen late" else "look"
                yield Move("listens", "", after, self._replace(at=at))
            case "look":
                yield self._look(world, "wait")
            case "wait":
                yield from self._wait(world)

    def _look(self, world: World, then: str) -> Move:
        return Move(
            "looks",
            f"sees {world.head}",
            world,
            self._replace(
                at=then,
                seen=world.head,
                looks=self.looks - 1,
            ),
        )

    def _wait(self, world: World) -> Iterator[Move]:
        if world.told:
            yield Move("is told", "", world._replace(told=False), self._replace(at="look"))
        if not world.listening:
            yield Move("finds its line cut", "", world, self._replace(at="listen"))
        if self.bug is None:
            yield Move("has waited long enough", "", world, self._replace(at="look"))


def nothing_stays_unseen(world: World, actors: tuple[Actor, ...], over: bool) -> str:
    """Whether a listener rests without having seen everything."""
    for listener in actors:
        if isinstance(listener, Listener) and over:
            looks_again = listener.bug is None or listener.looks == 0
            if listener.seen < world.head and not looks_again:
                return f"lost: {listener.name} waits at {listener.seen} of {world.head}"
    return ""
