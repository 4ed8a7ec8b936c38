"""Which patterns are told for whom, until there are as many facts as were asked for."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from cases.app.histories.pattern import Pattern, Patterns
from cases.app.histories.people import Group, Population, share_of
from cases.app.histories.retelling import Person
from cases.domain.time import age_on

BATCH: Final = 2_000
"""Facts of a transaction, about: enough to share its flush, few enough to hold in memory."""

_PEOPLE: Final = 150
"""The most people a pattern is told for: half of its group, so that a later load finds the rest."""

_VARIETY: Final = 200
"""So many patterns at least, where there are people enough."""

_FACTS_OF_A_CASE: Final = 13
"""On average, about."""


class NobodyLeft(Exception):
    """All identity codes of the test series that histories are told for are in use."""


@dataclass(frozen=True, slots=True)
class Portion:
    """A pattern and the people it is told for."""

    pattern: Pattern
    people: tuple[Person, ...]

    @property
    def facts(self) -> int:
        """How many facts it makes."""
        return len(self.people) * len(self.pattern.case.facts)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written in one transaction."""

    portions: tuple[Portion, ...]

    @property
    def facts(self) -> int:
        """How many facts it makes."""
        return sum(portion.facts for portion in self.portions)


class Plan:
    """Makes batches, one after another: the same for a seed, on a log with the same people.

    ``known`` tells which blind indexes the registry has: those people have their case already, from
    an earlier load or otherwise, and others are taken.
    """

    def __init__(
        self,
        patterns: Patterns,
        population: Population,
        blind_index: Callable[[str], bytes],
        known: Callable[[Collection[bytes]], frozenset[bytes]],
        seed: int,
    ) -> None:
        self._patterns = patterns
        self._population = population
        self._blind_index = blind_index
        self._known = known
        self._seed = seed

    def batches(self, facts: int) -> Iterator[Batch]:
        """Batches of whole cases with ``facts`` facts in all, or up to a case more.

        Raises NobodyLeft when there are not people enough.
        """
        gathered: list[Portion] = []
        for portion in self._portions(facts):
            gathered.append(portion)
            if sum(each.facts for each in gathered) >= BATCH:
                yield Batch(tuple(gathered))
                gathered = []
        if gathered:
            yield Batch(tuple(gathered))

    def _portions(self, facts: int) -> Iterator[Portion]:
        most = max(1, min(_PEOPLE, facts // _FACTS_OF_A_CASE // _VARIETY))
        left = facts
        for number, group in enumerate(self._population):
            people = self._free(group, most)
            if not people:
                continue
            pattern = self._patterns.decide(number, group)
            length = len(pattern.case.facts)
            portion = Portion(pattern, people[: -(-left // length)])
            yield portion
            left -= portion.facts
            if left <= 0:
                return
        raise NobodyLeft("all people of the test series that histories are told of have a case")

    def _free(self, group: Group, most: int) -> tuple[Person, ...]:
        """People of a group who have no case, fewer of the ages that come less often."""
        people = [Person(code, self._blind_index(code)) for code in group.codes()]
        known = self._known([person.blind for person in people])
        free = [person for person in people if person.blind not in known]
        share = share_of(age_on(group.born_on, self._population.today))
        chance = Random(f"{self._seed}/{group}")  # noqa: S311 - no secret is made of it
        return tuple(chance.sample(free, min(len(free), max(1, round(most * share)))))
