"""What the calendar noted of a plan's last day, once that day is another one."""

from datetime import timedelta
from typing import Any

import pytest
from tests.contract.conftest import Serve
from tests.service import START, Case, Service, problem

LAST_DAY, EARLIER = "2026-02-03", "2025-12-31"
OVER = START + timedelta(days=372)
"""A week after the last day of a plan that is drawn up at the start."""


def look(service: Service) -> tuple[int, int]:
    """What a look of the calendar records and finds settled, once the lists know everything."""
    service.settle()
    report = service.worker.keep_calendar_once()
    assert report.failures == ()
    service.settle()
    return report.recorded, report.settled


def noted(service: Service, case: Case) -> list[tuple[str, bool]]:
    """The expiries in the history: the legal date, and whether the record still counts."""
    entries = service.get(f"{case.path}/history").json()["entries"]
    return [
        (each["effectiveOn"], each.get("annulment") is None)
        for each in entries
        if each["fact"] == "PlanExpired"
    ]


def lines(service: Service, case: Case) -> list[str]:
    """What the trail says that the calendar has done to the case."""
    found = service.rows(
        "select result from trail.access where case_id = %s and role = 'CALENDAR' order by seq",
        [case.case_id],
    )
    return [each["result"] for each in found]


def last_day(service: Service, case: Case, drawn_up: int, day: str) -> None:
    """Correct the last day the plan was agreed with."""
    case.etag = service.get(case.path).headers["etag"]
    change = {"member": "/content/validUntil", "to": day}
    body = {"version": drawn_up, "changes": [change], "reason": "read wrong"}
    service.act(case, "/corrections", body)


@pytest.mark.guarantee("TD-1", "TD-2", "RC-5", "TR-6")
def test_an_expiry_is_noted_again_when_its_last_day_is_so_again(another: Serve) -> None:
    service = another()
    case = service.planned()
    drawn_up = case.version
    service.clock.set(OVER)
    assert look(service) == (1, 0)
    for day in (EARLIER, LAST_DAY, EARLIER, LAST_DAY):
        last_day(service, case, drawn_up, day)
        assert look(service) == (1, 0)
        assert look(service) == (0, 0)
    first, second = ("2026-02-04", "2026-01-01")
    assert noted(service, case) == [
        (first, False),
        (second, False),
        (first, False),
        (second, False),
        (first, True),
    ]
    assert lines(service, case) == ["RECORDED"] * 5


@pytest.mark.guarantee("RC-5", "CS-19")
def test_the_note_of_an_expiry_follows_the_last_day_and_is_not_put_right_itself(
    another: Serve,
) -> None:
    service = another()
    case = service.planned()
    drawn_up = case.version
    service.clock.set(OVER)
    assert look(service) == (1, 0)
    case.etag = service.get(case.path).headers["etag"]
    change = {"member": "/content/lastDay", "to": EARLIER}
    asked: dict[str, dict[str, Any]] = {
        "/annulments": {"version": case.version, "reason": "wrong"},
        "/corrections": {"version": case.version, "changes": [change], "reason": "wrong"},
    }
    for where, body in asked.items():
        refused = service.post(f"{case.path}{where}", body, tag=case.etag)
        told = problem(refused, 409, "state-conflict")
        (basis,) = told["legalBasis"]
        assert (basis["rule"], basis["section"]) == ("note-follows-the-last-day", "23.2")
    assert look(service) == (0, 0)
    # With what the last day comes from, it goes along.
    service.act(case, "/annulments", {"version": drawn_up, "reason": "another client's"})
    assert noted(service, case) == [("2026-02-04", False)]
    assert look(service) == (0, 0)
