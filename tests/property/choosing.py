"""Choices that make values: what the generators of acts are made of.

As a strategy of Hypothesis does, a choice makes its value of whole numbers, the least for what is
simplest; and Hypothesis draws them. But it looks through every new strategy before it draws from
it, and every act is drawn by choices that follow from the case as it stands: made of strategies,
they took most of the time of the tests that draw acts.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, Generic, TypeVar
from uuid import UUID

from hypothesis import strategies as st

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

Number = Callable[[int], int]
"""Draws a whole number from 0 to the one it is told, both included."""


class Choice(Generic[T_co]):
    """Makes a value of numbers that are drawn."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[Number], T_co]) -> None:
        self.make = make

    def map(self, change: Callable[[T_co], U]) -> "Choice[U]":
        """The value this makes, changed."""
        make = self.make
        return Choice(lambda number: change(make(number)))

    def flatmap(self, then: Callable[[T_co], "Choice[U]"]) -> "Choice[U]":
        """What the choice makes that follows from the value this one makes."""
        make = self.make
        return Choice(lambda number: then(make(number)).make(number))

    def __or__(self, other: "Choice[U]") -> "Choice[T_co | U]":
        return one_of(self, other)


class _OneOf(Choice[T]):
    """One of several choices, each as often."""

    __slots__ = ("options",)

    def __init__(self, options: tuple[Choice[T], ...]) -> None:
        last = len(options) - 1
        super().__init__(lambda number: options[number(last)].make(number))
        self.options = options


Chance = st.DataObject | Random
"""Where the numbers come from: Hypothesis, or where nothing is to be made simpler mere chance."""


def drawn(chance: Chance, choice: Choice[T]) -> T:
    """The value that a choice makes of numbers that are drawn."""
    if isinstance(chance, Random):
        return choice.make(lambda most: chance.randint(0, most))
    return chance.draw(_strategy(choice))


@st.composite
def _strategy(draw: st.DrawFn, choice: Choice[T]) -> T:
    return choice.make(lambda most: draw(_up_to(most)))


@cache
def _up_to(most: int) -> st.SearchStrategy[int]:
    return st.integers(0, most)


def just(value: T) -> Choice[T]:
    """This value."""
    return Choice(lambda _: value)


def none() -> Choice[None]:
    """None."""
    return just(None)


def one_of(*choices: Choice[Any]) -> Choice[Any]:
    """One of the choices; one of one of them is one of them all."""
    found = [each.options if isinstance(each, _OneOf) else (each,) for each in choices]
    return _OneOf(tuple(option for options in found for option in options))


def sampled_from(values: Iterable[T]) -> Choice[T]:
    """One of the values."""
    known = tuple(values)
    last = len(known) - 1
    return Choice(lambda number: known[number(last)])


def integers(first: int, last: int) -> Choice[int]:
    """A whole number from the first to the last."""
    most = last - first
    return Choice(lambda number: first + number(most))


def booleans() -> Choice[bool]:
    """False or True."""
    return Choice(lambda number: bool(number(1)))


def dates(first: date, last: date) -> Choice[date]:
    """A day from the first to the last."""
    most = (last - first).days
    return Choice(lambda number: first + timedelta(days=number(most)))


def uuids() -> Choice[UUID]:
    """Any id."""
    return Choice(lambda number: UUID(int=number(2**128 - 1)))


def tuples(*choices: Choice[Any]) -> Choice[tuple[Any, ...]]:
    """A value of each."""
    makes = [each.make for each in choices]
    return Choice(lambda number: tuple(make(number) for make in makes))


def lists(
    choice: Choice[T], *, max_size: int, min_size: int = 0, unique: bool = False
) -> Choice[list[T]]:
    """So many values; where each is to be there once, as many as differ."""

    def make(number: Number) -> list[T]:
        several = [choice.make(number) for _ in range(min_size + number(max_size - min_size))]
        return list(dict.fromkeys(several)) if unique else several

    return Choice(make)


def builds(target: Callable[..., T], *choices: Choice[Any], **members: Choice[Any]) -> Choice[T]:
    """What the target builds of a value of each."""

    def make(number: Number) -> T:
        given = [each.make(number) for each in choices]
        return target(*given, **{name: each.make(number) for name, each in members.items()})

    return Choice(make)


def fixed_dictionaries(members: Mapping[str, Choice[Any]]) -> Choice[dict[str, Any]]:
    """A value of each, by its name."""
    return builds(dict, **members)
