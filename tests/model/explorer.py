"""Every schedule of a few actors: which states can be reached, and whether one is wrong.

An actor does one step at a time; what it can do now are its moves. No move: it has ended, or waits
for another. States met twice are gone on from once, so that the search ends; the number of
schedules counts them all.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from tests.model.world import World


class Actor(Protocol):
    """Somebody at work; a value, like the world."""

    @property
    def name(self) -> str: ...
    @property
    def ended(self) -> bool: ...
    def moves(self, world: World) -> Iterable["Move"]:
        """What it can do next."""


class Move(NamedTuple):
    """One step: what was done (``note`` says with what), and how things stand afterwards."""

    does: str
    note: str
    world: World
    actor: Actor


class Step(NamedTuple):
    """One line of a schedule."""

    actor: str
    does: str
    note: str
    world: World


State = tuple[World, tuple[Actor, ...]]
Check = Callable[[World, tuple[Actor, ...], bool], str]
"""What is wrong with a state, nothing if nothing is; the flag says that everybody has ended."""


class Explored(NamedTuple):
    """What came of it. ``wrong`` is empty where no schedule goes wrong; then ``schedule`` is too.

    ``schedule`` is one of the shortest that do.
    """

    states: int
    schedules: int
    longest: int
    wrong: str
    schedule: tuple[Step, ...]

    def __str__(self) -> str:
        if not self.wrong:
            return (
                f"{self.schedules:,} schedules of up to {self.longest} steps,"
                f" {self.states:,} states"
            )
        lines = [
            f"{n:3}  {step.actor:10} {step.does:28} {step.note}"
            for n, step in enumerate(self.schedule, start=1)
        ]
        return "\n".join([*lines, f"     => {self.wrong}"])


def explore(world: World, actors: Iterable[Actor], check: Check) -> Explored:
    """Go every way from here, shortest schedules first, and stop at the first that is wrong."""
    start: State = (world, tuple(actors))
    states, number_of = [start], {start: 0}
    came_from: list[tuple[int, int, Move] | None] = [None]
    following: list[list[int]] = []
    while len(following) < len(states):
        here = len(following)
        world, each = states[here]
        following.append([])
        for place, actor in enumerate(each):
            for move in actor.moves(world):
                after = (move.world, (*each[:place], move.actor, *each[place + 1 :]))
                there = number_of.setdefault(after, len(states))
                if there == len(states):
                    states.append(after)
                    came_from.append((here, place, move))
                following[here].append(there)
        over = not following[here]
        if over and not all(actor.ended for actor in each):
            wrong = "they wait for each other"
        else:
            wrong = check(world, each, over)
        if wrong:
            return Explored(len(states), 0, 0, wrong, _way_to(here, came_from))
    schedules, longest = _measure(following)
    return Explored(len(states), schedules, longest, "", ())


Choice = Callable[[Sequence[Move]], Move]


def walk(world: World, actors: Iterable[Actor], choose: Choice) -> tuple[Step, ...]:
    """One schedule to its end, by the moves that are chosen."""
    each = tuple(actors)
    steps: list[Step] = []
    while found := [move for actor in each for move in actor.moves(world)]:
        world, each = _made(choose(found), each, steps)
    return tuple(steps)


def walk_like(world: World, actors: Iterable[Actor], schedule: Iterable[Step]) -> tuple[Step, ...]:
    """The schedule's actors in its order, each doing the same if it can, else what it can."""
    each = tuple(actors)
    steps: list[Step] = []
    for step in schedule:
        found = [move for actor in each if actor.name == step.actor for move in actor.moves(world)]
        found.sort(key=lambda move: (move.does != step.does, move.does == "is killed"))
        if found:
            world, each = _made(found[0], each, steps)
    return tuple(steps)


def _made(
    move: Move, each: tuple[Actor, ...], steps: list[Step]
) -> tuple[World, tuple[Actor, ...]]:
    steps.append(Step(move.actor.name, move.does, move.note, move.world))
    return move.world, tuple(move.actor if a.name == move.actor.name else a for a in each)


def _way_to(state: int, came_from: list[tuple[int, int, Move] | None]) -> tuple[Step, ...]:
    steps: list[Step] = []
    while (came := came_from[state]) is not None:
        state, _, move = came
        steps.append(Step(move.actor.name, move.does, move.note, move.world))
    return tuple(reversed(steps))


def _measure(following: list[list[int]]) -> tuple[int, int]:
    """How many ways lead to an end, and how long the longest is. No actor ever goes in a circle."""
    known: dict[int, tuple[int, int]] = {}
    open_ends = [0]
    while open_ends:
        state = open_ends[-1]
        unknown = [after for after in following[state] if after not in known]
        if unknown:
            open_ends.extend(unknown)
            continue
        open_ends.pop()
        ways = [known[after] for after in following[state]]
        known[state] = (sum(n for n, _ in ways) or 1, max((m for _, m in ways), default=-1) + 1)
    return known[0]
