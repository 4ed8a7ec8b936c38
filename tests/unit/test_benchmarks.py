"""The benchmarks are run by hand; here only what would make their figures wrong."""

import importlib
import pkgutil
from datetime import date

import benchmarks
import pytest
from benchmarks.figures import Spread, percentile, ratios
from benchmarks.growth import table
from benchmarks.history import BEGIN, LENGTH, case_history


def test_every_module_imports() -> None:
    names = [module.name for module in pkgutil.walk_packages(benchmarks.__path__, "benchmarks.")]
    assert {"benchmarks.appending", "benchmarks.web.driver", "benchmarks.plain.api"} <= {*names}
    for name in names:
        importlib.import_module(name)


def test_a_spread_is_the_median_between_the_lowest_and_the_highest() -> None:
    assert Spread.of([5.0, 1.0, 3.0]) == Spread(median=3.0, low=1.0, high=5.0)
    assert Spread.of([1.0, 2.0]).median == 1.5
    assert Spread.of([1.0, 2.1]).unsteady
    assert not Spread.of([1.0, 2.0]).unsteady
    with pytest.raises(ValueError, match="nothing"):
        Spread.of([])


def test_a_percentile_is_the_nearest_rank() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert percentile(values, 0.5) == 50.0
    assert percentile(values, 0.99) == 99.0
    assert percentile(values, 1.0) == 100.0
    assert percentile([7.0], 0.01) == 7.0
    with pytest.raises(ValueError, match="share"):
        percentile(values, 0)
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_a_ratio_compares_the_same_round() -> None:
    assert ratios([2.0, 30.0, 8.0], [1.0, 10.0, 2.0]) == Spread(median=3.0, low=2.0, high=4.0)


def test_the_table_of_growth_has_a_column_for_each_size() -> None:
    figures = {"10000": {"append": 1.234, "facts": 10_004.0}, "100000": {"facts": 100_004.0}}
    assert table(figures).splitlines() == [
        "| | 10,000 | 100,000 |",
        "|---|---:|---:|",
        "| facts | 10,004 | 100,004 |",
        "| append | 1.23 | – |",
    ]


@pytest.mark.parametrize("begin", [BEGIN, date(2026, 5, 4), date(2027, 1, 30)])
def test_the_history_is_lawful_and_long_enough(begin: date) -> None:
    history = case_history(begin=begin)
    assert [fact.version for fact in history] == list(range(1, LENGTH + 1))
    assert history[0].effective_on == begin
    assert any(fact.rules for fact in history)
    with pytest.raises(ValueError, match="only"):
        case_history(1_000)
