"""Query parameters are known, given once, and written exactly."""

from datetime import UTC, date, datetime
from urllib.parse import quote

import pytest
from starlette.requests import Request

from cases.app.http.problems import Problematic, ProblemCode
from cases.app.http.query import day_of, instant_of, only_query, version_of


def request(query: str) -> Request:
    return Request({"type": "http", "query_string": query.encode(), "headers": []})


@pytest.mark.guarantee("HP-6")
def test_known_parameters_pass() -> None:
    only_query(request("validOn=2026-01-01&version=3"), {"validOn", "version"})
    only_query(request(""), ())


@pytest.mark.guarantee("HP-6")
@pytest.mark.parametrize("query", ["x=1", "validon=2026-01-01", "131052-308T=1", "validOn=a&x="])
def test_an_unknown_parameter_is_refused_and_not_repeated(query: str) -> None:
    with pytest.raises(Problematic) as raised:
        only_query(request(query), {"validOn"})
    assert raised.value.code is ProblemCode.UNKNOWN_PARAMETER
    assert raised.value.faults == ()


@pytest.mark.guarantee("HP-6")
def test_a_repeated_parameter_is_refused_even_with_the_same_value() -> None:
    with pytest.raises(Problematic) as raised:
        only_query(request("version=1&version=1"), {"version"})
    assert [(f.parameter, f.code) for f in raised.value.faults] == [("version", "repeated")]


@pytest.mark.guarantee("HP-7")
def test_times_are_read_exactly() -> None:
    asked = request("validOn=2026-02-28&version=17&knownAt=" + quote("2026-01-31T09:00:00+02:00"))
    assert day_of(asked) == date(2026, 2, 28)
    assert version_of(asked) == 17
    assert instant_of(asked) == datetime(2026, 1, 31, 7, tzinfo=UTC)
    assert (day_of(request("")), instant_of(request("")), version_of(request(""))) == (None,) * 3


@pytest.mark.guarantee("HP-7")
def test_digits_beyond_the_microsecond_are_cut_off() -> None:
    known = instant_of(request("knownAt=2026-01-31T09:00:00.123456999Z"))
    assert known == datetime(2026, 1, 31, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.guarantee("HP-7")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-1-1",
        "20260101",
        "2026-W01-1",
        "2026-02-30",
        "2026-01-01T00:00:00",
        "1767225600",
        "1899-12-31",
        "2200-01-01",
        "٢٠٢٦-٠١-٠١",
        " 2026-01-01",
        "0000-01-01",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Problematic) as raised:
        day_of(request("validOn=" + quote(text)))
    assert [(f.parameter, f.code) for f in raised.value.faults] == [("validOn", "not-a-day")]


@pytest.mark.guarantee("HP-7")
@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T09:00:00",
        "2026-01-31",
        "2026-01-31 09:00:00Z",
        "2026-01-31T09:00Z",
        "now",
        "",
        "2026-01-31T24:00:00Z",
        "2026-01-31T09:00:60Z",
        "0001-01-01T00:00:00+02:00",
        "2026-01-31T09:00:00+24:00",
        "2026-01-31T09:00:00 02:00",
        "1767225600",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(Problematic) as raised:
        instant_of(request("knownAt=" + quote(text)))
    assert [(f.parameter, f.code) for f in raised.value.faults] == [("knownAt", "not-an-instant")]


@pytest.mark.guarantee("HP-7")
@pytest.mark.parametrize("text", ["0", "-1", "1.0", "01", "+1", "1e3", "x", "", "9" * 19, "١"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(Problematic) as raised:
        version_of(request("version=" + quote(text)))
    assert [(f.parameter, f.code) for f in raised.value.faults] == [("version", "not-a-version")]


@pytest.mark.guarantee("HP-7")
def test_a_character_no_text_has_is_refused_and_named_by_its_key() -> None:
    with pytest.raises(Problematic) as refused:
        only_query(request("worker=%00"), ("worker",))
    assert refused.value.code is ProblemCode.MALFORMED_REQUEST
    assert [(f.parameter, f.code) for f in refused.value.faults] == [
        ("worker", "unreadable-character")
    ]
