"""Both axes of time, and versions, on every view of a case: alone, together, and out of reach."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.service import AUDITOR, PLAN, START, Case, Service, problem

VIEWS = ("", "/plan", "/history", "/explanation")
DAY = timedelta(days=1)


def instant(at: datetime) -> str:
    """An instant as a query holds it."""
    return at.isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def told(service: Service) -> Iterator[tuple[Case, list[dict[str, dict[str, Any]]]]]:
    """A case with an act a day, and what every view of it answered after each act."""
    case = service.assessed()
    live: list[dict[str, dict[str, Any]]] = []

    def look() -> None:
        live.append({view: service.get(case.path + view).json() for view in VIEWS})

    look()
    acts: list[tuple[str, dict[str, Any]]] = [
        ("/plans", {**PLAN, "validFrom": "2025-02-04", "noJobSearchReason": "studies"}),
        ("/details", {"details": {"motherTongue": "fa"}}),
        ("/details", {"details": {"motherTongue": "ps"}}),
    ]
    try:
        for number, (where, body) in enumerate(acts, start=1):
            service.clock.set(START + number * DAY)
            service.act(case, where, body)
            look()
        yield case, live
    finally:
        service.clock.set(START)


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    """An answer without some of its members."""
    return {name: value for name, value in body.items() if name not in names}


@pytest.mark.guarantee("CC-6")
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_at_a_version_is_what_was_answered_live_after_it(
    service: Service, told: tuple[Case, list[dict[str, dict[str, Any]]]], view: str
) -> None:
    case, live = told
    for number, answers in enumerate(live):
        answer, at = answers[view], START + number * DAY
        day, version = at.date().isoformat(), answer["version"]
        assert answer["knownAt"] is None
        assert answer["recordedAt"] <= instant(at)
        for query in (
            f"version={version}&validOn={day}",
            f"knownAt={instant(at)}&validOn={day}",
            f"knownAt={instant(at)}&version={version}&validOn={day}",
            f"knownAt={instant(at + DAY - timedelta(seconds=1))}&validOn={day}",
        ):
            if number == len(live) - 1 and "T07:59:59" in query:
                continue  # still to come
            past = service.get(f"{case.path}{view}?{query}")
            assert past.status_code == 200, query
            assert without(past.json(), "knownAt") == without(answer, "knownAt"), query


@pytest.mark.guarantee("CC-6")
@pytest.mark.parametrize("view", VIEWS)
def test_the_tighter_of_two_bounds_holds(
    service: Service, told: tuple[Case, list[dict[str, dict[str, Any]]]], view: str
) -> None:
    case, live = told
    first = live[0][view]["version"]
    for version, at, expected in (
        (first + 2, START, first),
        (first, START + 2 * DAY, first),
        (1, START + 2 * DAY, 1),
    ):
        query = f"version={version}&knownAt={instant(at)}"
        assert service.get(f"{case.path}{view}?{query}").json()["version"] == expected


@pytest.mark.guarantee("CC-6")
@pytest.mark.parametrize("view", VIEWS)
def test_a_legal_day_alone_is_asked_of_what_is_known_now(
    service: Service, told: tuple[Case, list[dict[str, dict[str, Any]]]], view: str
) -> None:
    case, live = told
    for day in ("2025-02-03", "2025-02-04", "2026-02-03", "2026-02-04", "1999-01-01"):
        answer = service.get(f"{case.path}{view}?validOn={day}").json()
        assert (answer["validOn"], answer["version"]) == (day, live[-1][view]["version"])


def test_a_plan_is_there_from_its_first_day_to_its_last_and_not_before_it_was_known(
    service: Service, told: tuple[Case, list[dict[str, dict[str, Any]]]]
) -> None:
    case, _ = told
    days = {"2025-02-03": False, "2025-02-04": True, "2026-02-03": True, "2026-02-04": False}
    for day, there in days.items():
        plan = service.get(f"{case.path}/plan?validOn={day}").json()["plan"]
        assert (plan is not None) is there, day
        before = service.get(f"{case.path}/plan?validOn={day}&knownAt={instant(START)}").json()
        assert before["plan"] is None


@pytest.mark.guarantee("CC-7")
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("by", ["officer@vaasa", AUDITOR])
def test_a_view_that_cannot_answer_says_so(
    service: Service, told: tuple[Case, list[dict[str, dict[str, Any]]]], view: str, by: str
) -> None:
    case, live = told
    last = live[-1][view]["version"]
    for query in (
        f"version={last + 1}",
        "version=999999999999999999",
        f"knownAt={instant(service.clock.now() + timedelta(seconds=1))}",
        "knownAt=9999-12-31T23:59:59Z",
        f"version={last + 1}&knownAt={instant(START)}",
    ):
        problem(service.get(f"{case.path}{view}?{query}", by=by), 400, "view-cannot-answer")
    for query in (
        f"knownAt={instant(START - timedelta(microseconds=1))}",
        "knownAt=0001-01-01T00:00:00Z",
        f"version=1&knownAt={instant(START - DAY)}",
    ):
        answer = service.get(f"{case.path}{view}?{query}", by=by)
        problem(answer, 404, "not-found")
        (line,) = service.trail(answer)
        assert (line["result"], line["sections"]) == ("NOTHING_FOUND", [])


@pytest.mark.guarantee("CC-7")
def test_instants_are_read_in_any_zone_and_lists_look_at_no_past(
    service: Service, told: tuple[Case, list[dict[str, dict[str, Any]]]]
) -> None:
    case, live = told
    first = live[0][""]["version"]
    for written in (
        "2025-02-03T08:00:00Z",
        "2025-02-03T10:00:00%2B02:00",
        "2025-02-03T08:00:00.000000z",
        "2025-02-02T20:00:00-12:00",
    ):
        answer = service.get(f"{case.path}?knownAt={written}")
        assert answer.json()["version"] == first
        assert answer.json()["knownAt"] == "2025-02-03T08:00:00Z"
    for path in ("/worklist", "/clients", f"{case.path}/access-trail"):
        by = AUDITOR if "trail" in path else "officer@vaasa"
        for query in ("knownAt=2025-02-03T08:00:00Z", "version=1"):
            problem(service.get(f"{path}?{query}", by=by), 400, "unknown-parameter")


@pytest.mark.guarantee("CC-7")
def test_the_tag_of_a_past_view_is_no_ground_for_an_act(
    service: Service, told: tuple[Case, list[dict[str, dict[str, Any]]]]
) -> None:
    case, live = told
    past = service.get(f"{case.path}?version=1").headers["etag"]
    answer = service.post(f"{case.path}/details", {"details": {"motherTongue": "fa"}}, tag=past)
    body = problem(answer, 412, "stale-version")
    assert body["current"]["version"] == live[-1][""]["version"]


def test_a_clock_that_steps_back_makes_no_fact_older_than_the_one_before(
    service: Service,
) -> None:
    case, now = service.open_case(), service.clock.now()
    try:
        service.clock.set(now - timedelta(minutes=5))
        response = service.post(
            f"{case.path}/details", {"details": {"motherTongue": "fa"}}, tag=case.etag
        )
        assert response.status_code == 201
        assert response.json()["recorded"][0]["recordedAt"] == instant(now)
        assert service.get(case.path).json()["version"] == case.version + 1
    finally:
        service.clock.set(now)
