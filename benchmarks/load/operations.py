"""What officers ask for most, and how often of a hundred things they do on a day at the office."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.load.office import Asked, Office

Make = Callable[[Office, int], list[Asked]]


@dataclass(frozen=True)
class Operation:
    """One question or act: ``share`` of a hundred, requests ``made`` for an office.

    ``acts``: it changes what is asked about. What an officer ``looks`` at before it is an address
    below the case.
    """

    name: str
    share: int
    made: Make
    looks: str | None = None
    acts: bool = False


OPERATIONS: tuple[Operation, ...] = (
    Operation("case overview", 22, lambda office, n: office.question("", n)),
    Operation("plan in force", 14, lambda office, n: office.question("/plan", n)),
    Operation("explanation", 4, lambda office, n: office.question("/explanation", n)),
    Operation("history", 5, lambda office, n: office.question("/history", n)),
    Operation("worklist, first page", 6, Office.worklists),
    Operation("worklist, a later page", 3, Office.later_worklists),
    Operation("worklist of one worker", 9, Office.own_worklists),
    Operation("find by identity code", 7, Office.lookups),
    Operation("find by name", 8, Office.searches),
    Operation("clients with their plans", 5, Office.clients),
    Operation("access trail", 1, Office.trails),
    Operation("open a case", 3, Office.openings, acts=True),
    Operation("review a plan", 9, Office.reviews, "/plan", acts=True),
    Operation("draw up a plan", 4, Office.plans, "", acts=True),
)
"""Questions first: acts add to what is asked about."""

MIXED = "a day at the office"
"""All of them, in their shares."""


def mixed(office: Office, number: int) -> list[list[tuple[int, Asked]]]:
    """About so many things officers do, at random: each a request or a few, with their kinds."""
    return Day(office).things(number)


class Day:
    """Days at the office, one after another.

    Acts are always new. Questions may be asked again: of one kind they are new every time, of the
    others they are those of before, so that making them costs little of the machine they load.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._asked: dict[int, list[Asked]] = {}
        self._turn = 0

    def things(self, number: int) -> list[list[tuple[int, Asked]]]:
        """About so many things officers do, at random: requests, with their kinds."""
        self._turn += 1
        things: list[list[tuple[int, Asked]]] = []
        for kind, operation in enumerate(OPERATIONS):
            for asked in self._made(kind, max(1, number * operation.share // 100)):
                thing = [(kind, asked)]
                if operation.looks is not None:
                    looked = self._office.looked_at(asked, operation.looks)
                    thing.insert(0, (1 if operation.looks else 0, looked))
                things.append(thing)
        random.shuffle(things)
        return things

    def _made(self, kind: int, number: int) -> list[Asked]:
        operation, so_far = OPERATIONS[kind], self._asked.get(kind, [])
        if operation.acts or len(so_far) < number or self._turn % len(OPERATIONS) == kind:
            self._asked[kind] = operation.made(self._office, number)
        return self._asked[kind][:number]


def alone(kind: int, office: Office, number: int) -> list[list[tuple[int, Asked]]]:
    """So many requests of one kind, as things of one request each."""
    return [[(kind, asked)] for asked in OPERATIONS[kind].made(office, number)]


def connections(things: Sequence[Sequence[tuple[int, Asked]]], number: int) -> list[object]:
    """The things shared out to so many connections, as the driver takes them."""
    return [
        _connection([one for thing in things[n::number] for one in thing]) for n in range(number)
    ]


def _connection(asked: Sequence[tuple[int, Asked]]) -> object:
    places: dict[str, int] = {}
    tags: list[str] = []
    placed = []
    for kind, one in asked:
        if one.case not in places:
            places[one.case] = len(tags)
            tags.append("")
        place = places[one.case]
        tags[place] = tags[place] or one.tag
        before, after = one.request
        placed.append([kind, place, before.decode(), after.decode()])
    return [tags, placed]
