"""The benchmarks are run by hand; here only what would make their figures wrong."""

import importlib
import pkgutil
from datetime import date

import benchmarks
import pytest
from benchmarks.figures import Spread, percentile, ratios
from benchmarks.growth import table
from benchmarks.history import BEGIN, LENGTH, case_history
from benchmarks.load import operations
from benchmarks.load.office import Asked
from benchmarks.load.soaking import Soaked, grown
from benchmarks.load.statements import Statement, read_whole, together
from benchmarks.web.script import TAG, request


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


def test_a_day_at_the_office_is_a_hundred_things() -> None:
    assert sum(each.share for each in operations.OPERATIONS) == 100


def test_a_connection_keeps_the_order_of_a_thing_and_one_tag_for_each_case() -> None:
    look, act = request("GET", "/v1/cases/1", ""), request("POST", "/v1/x", f"If-Match: {TAG}\r\n")
    thing = [(0, Asked("espoo", look, "1")), (1, Asked("espoo", act, "1", '"7"'))]
    other = [(2, Asked("espoo", request("GET", "/v1/worklist", "")))]
    (first, second) = operations.connections([thing, other], 2)
    assert first == [
        ['"7"'],
        [
            [0, 0, "GET /v1/cases/1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", ""],
            [1, 0, "POST /v1/x HTTP/1.1\r\nHost: 127.0.0.1\r\nIf-Match: ", "\r\n\r\n"],
        ],
    ]
    assert second == [[""], [[2, 0, other[0][1].request.before.decode(), ""]]]


def test_a_request_without_a_tag_is_whole_whatever_the_case_was_answered_with() -> None:
    asked = request("POST", "/v1/person-lookups", "", b"{}")
    assert asked.tagged(b'"7"') == asked.before
    assert asked.before.endswith(b"Content-Length: 2\r\n\r\n{}")


def test_memory_is_compared_by_thirds_and_only_when_there_is_enough_to_compare() -> None:
    assert grown([100.0] * 4 + [150.0] * 4 + [110.0] * 4) == pytest.approx(1.1)
    assert grown([100.0, 200.0, 300.0]) == 1.0
    found = Soaked(
        seconds=180.0,
        connections=8,
        answers=14,
        statuses={200: 10, 500: 1, 503: 3},
        abrupt=2,
        cut=1,
        memory={"serve 1": [100.0] * 12, "worker": [100.0] * 8 + [120.0] * 4},
        behind=(0,),
    )
    assert found.faults == [
        "1 answers with status 500",
        "2 answers 503 without Retry-After",
        "1 connections cut",
        "worker: 20 % more memory in the last third",
    ]


def test_statements_of_several_turns_are_added_and_small_tables_may_be_read_whole() -> None:
    short, long = "select 1", "-- Why.\nselect 2 -- more"
    turns = [Statement(short, 2, 4.0, 6, 0), Statement(long, 1, 5.0, 1, 1)]
    first, second = together([*turns, *turns])
    assert (first.words, first.calls, first.ms) == ("select 2", 2, 10.0)
    assert (second.words, second.calls, second.blocks) == ("select 1", 4, 12)
    before = {"views.client": (1, 5_000), "log.epoch": (7, 7)}
    after = {"views.client": (3, 15_000), "log.epoch": (9, 9), "views.name": (0, 0)}
    assert read_whole(before, after) == {"views.client": (2, 5_000)}
