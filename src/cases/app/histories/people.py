"""The invented people: identity codes of the test series, and how many there are of them.

A day of birth has a hundred test codes for each sign of its century, fifty for each gender: three
hundred in all. A *group* is a day of birth and a gender; every pattern takes a group of its own, so
that no two patterns, in whatever process, ever reach for one code.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import gcd
from random import Random
from typing import Final

from cases.domain.codes.values import Gender

YOUNGEST: Final = 15
OLDEST: Final = 64
_CHECKS: Final = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_SIGNS: Final = {19: "-YXWVU", 20: "ABCDEF"}
_TEST_NUMBERS: Final = range(900, 1000)
_A_YEAR: Final = 365.25


@dataclass(frozen=True, slots=True)
class Group:
    """The people born on one day, of one gender."""

    born_on: date
    gender: Gender

    def codes(self) -> tuple[str, ...]:
        """All their identity codes of the test series. The number is odd for men, even for women.

        That is how real codes are given; the product itself never derives gender from a code.
        """
        day = self.born_on.strftime("%d%m%y")
        odd = self.gender is Gender.MALE
        return tuple(
            f"{day}{sign}{number}{_CHECKS[int(f'{day}{number}') % 31]}"
            for number in _TEST_NUMBERS
            if number % 2 == odd
            for sign in _SIGNS[self.born_on.year // 100]
        )


class Population:
    """All groups of people as of a legal day, from children soon grown up on.

    They come in an order that ``seed`` decides, each group once. Memory does not depend on how many
    there are.
    """

    def __init__(self, today: date, seed: int) -> None:
        self.today = today
        self._first = today - timedelta(days=int((OLDEST + 1) * _A_YEAR))
        last = today - timedelta(days=int((YOUNGEST + 2) * _A_YEAR))
        self._size = 2 * ((last - self._first).days + 1)
        # Two neighbours in the order are far from each other in age.
        step = int(self._size * 0.618)
        while gcd(step, self._size) != 1:
            step += 1
        self._step = step
        self._start = Random(seed).randrange(self._size)  # noqa: S311 - no secret is made of it

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Group]:
        for number in range(self._size):
            place = (self._start + number * self._step) % self._size
            gender = Gender.MALE if place % 2 else Gender.FEMALE
            yield Group(self._first + timedelta(days=place // 2), gender)


def share_of(age: int) -> float:
    """How many of an age come to the country, beside those of the ages that come most.

    Of children fewer have a case of their own.
    """
    if age < 18:
        return 0.3
    return 1.0 if age < 40 else max(0.2, 1.0 - (age - 40) * 0.04)
