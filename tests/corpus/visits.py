"""A made-up fact type through three releases, with its own corpus: how a fact is changed.

Each release recorded facts as it knew them; the third reads what all three wrote.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Final

from tests.corpus.corpus import Corpus
from tests.corpus.example import Json

from cases.app.store.mapper import FactTypes
from cases.domain.facts import Content, Fact, Recorded, Upcaster
from cases.domain.model import Value


class VisitNoted1(Fact):
    """In the first release: whoever came stood in one line of text."""

    TOPIC: ClassVar[str] = "test.visit-noted"

    visited_on: date
    by: str
    note: str | None = None


class VisitNoted2(Fact):
    """In the second: a list of names, and the note must be there, though it may be empty."""

    TOPIC: ClassVar[str] = "test.visit-noted"
    VERSION: ClassVar[int] = 2

    visited_on: date
    visitors: tuple[str, ...]
    note: str


class Visitor(Value):
    """Who came."""

    name: str
    interpreter: bool | None = None


class VisitNoted3(Fact):
    """In the third: more is said of each, and the day has a better name."""

    TOPIC: ClassVar[str] = "test.visit-noted"
    VERSION: ClassVar[int] = 3

    held_on: date
    visitors: tuple[Visitor, ...]
    note: str


def names_of_a_line(old: Content) -> Content:
    """``Aino and Veikko`` become two."""
    visitors = [name.strip() for name in old["by"].split(" and ")]
    return {"visitedOn": old["visitedOn"], "visitors": visitors, "note": old["note"] or ""}


def visitors_of_names(old: Content) -> Content:
    """Nobody had asked for an interpreter, so nobody knows."""
    visitors = [{"name": name} for name in old["visitors"]]
    return {"heldOn": old["visitedOn"], "visitors": visitors, "note": old["note"]}


INTO_2: Final = Upcaster("test.visit-noted.v2", names_of_a_line)
INTO_3: Final = Upcaster("test.visit-noted.v3", visitors_of_names)

RELEASES: Final[Mapping[int, tuple[type[Fact], Mapping[str, Upcaster]]]] = MappingProxyType(
    {
        1: (VisitNoted1, {}),
        2: (VisitNoted2, {"test.visit-noted.v1": INTO_2}),
        3: (VisitNoted3, {"test.visit-noted.v1": INTO_2, "test.visit-noted.v2": INTO_3}),
    }
)
"""The fact type and the upcasters of each release."""


def types_of(release: int) -> FactTypes:
    """What a release can read."""
    fact, upcasters = RELEASES[release]
    return FactTypes({fact.topic(): fact}, upcasters)


def views_of_visits(facts: Sequence[Recorded], day: date) -> Json:
    """How many visits there were by a day, and of whom."""
    visits = [recorded.fact for recorded in facts if recorded.effective_on <= day]
    names: list[str] = []
    for visit in visits:
        match visit:
            case VisitNoted1():
                names.append(visit.by)
            case VisitNoted2():
                names.extend(visit.visitors)
            case VisitNoted3():
                names.extend(visitor.name for visitor in visit.visitors)
    return {"visits": len(visits), "visitors": sorted(set(names))}


def corpus_of(release: int, folder: Path = Path(__file__).parent / "visits") -> Corpus:
    """The corpus as a release sees it."""
    fact, upcasters = RELEASES[release]
    return Corpus(folder, {fact.topic(): fact}, upcasters, views_of_visits)
