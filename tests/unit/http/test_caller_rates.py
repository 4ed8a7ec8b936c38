"""The count of what a caller may still send."""

import pytest

from cases.app.http.limits import CallerRates, Rate
from cases.app.http.problems import Problematic, ProblemCode


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.guarantee("LI-1")
def test_what_was_sent_is_given_back_evenly_and_never_more_than_the_limit() -> None:
    clock = Clock()
    rates = CallerRates(6, clock)
    assert rates.take("a") == Rate(6, 5, 10)
    for _ in range(5):
        rates.take("a")
    with pytest.raises(Problematic) as told:
        rates.take("a")
    assert told.value.code is ProblemCode.TOO_MANY_REQUESTS
    assert told.value.headers["Retry-After"] == "10"
    clock.now += 9.5
    with pytest.raises(Problematic) as told:
        rates.take("a")
    assert told.value.headers["Retry-After"] == "1"
    clock.now += 0.5
    assert rates.take("a") == Rate(6, 0, 60)
    clock.now += 3600
    assert rates.take("a") == Rate(6, 5, 10)
    assert rates.take("b") == Rate(6, 5, 10)


def test_without_a_limit_nothing_is_counted() -> None:
    assert CallerRates(0, Clock()).take("a") is None


def test_who_has_not_asked_for_long_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cases.app.http.limits._REMEMBERED", 2)
    clock = Clock()
    rates = CallerRates(6, clock)
    rates.take("a")
    clock.now += 61
    for caller in "bcd":
        rates.take(caller)
    assert set(rates._known) == {"b", "c", "d"}
