"""Medians, percentiles and spread: all the statistics there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Self


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of one thing: their median, lowest and highest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """The spread of at least one value. Raises ValueError for none."""
        if not values:
            raise ValueError("There is nothing to summarise.")
        return cls(median(values), min(values), max(values))

    @property
    def unsteady(self) -> bool:
        """Whether the highest is more than twice the lowest: then the median says little."""
        return self.high > 2 * self.low


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (in (0, 1]) of the values don't exceed.

    Nearest rank, so it is always a value that was measured. Raises ValueError for none.
    """
    if not values:
        raise ValueError("There is nothing to summarise.")
    if not 0 < share <= 1:
        raise ValueError("A share is above 0 and at most 1.")
    return sorted(values)[ceil(len(values) * share) - 1]


def ratios(of: Sequence[float], to: Sequence[float]) -> Spread:
    """How ``of`` compares with ``to``, round by round: both stood in the same minute."""
    return Spread.of([a / b for a, b in zip(of, to, strict=True)])
