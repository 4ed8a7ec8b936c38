"""How much one caller may ask, and how much may be under way at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from tests.contract.conftest import Serve
from tests.patience import until
from tests.service import EMPLOYMENT, Service, problem


@pytest.mark.guarantee("LI-1")
def test_a_caller_is_told_what_is_left_and_to_wait_when_nothing_is(another: Serve) -> None:
    service = another(requests_per_minute=3)
    answers = [service.get("/worklist") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert {each.headers["ratelimit-policy"] for each in answers} == {'"caller";q=3;w=60'}
    left = [each.headers["ratelimit"].split(";")[1] for each in answers]
    assert left == ["r=2", "r=1", "r=0", "r=0"]
    told = problem(answers[-1], 429, "too-many-requests")
    assert told["code"] == "too-many-requests"
    # Twenty seconds give one back; nobody is made to wait for longer.
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
    # Another caller's are its own, and what anybody may read is not counted.
    assert service.get("/worklist", by=EMPLOYMENT).status_code == 200
    assert "ratelimit" not in service.get("/codes", by=None, purpose=None).headers
    # Nothing was asked for: it is logged, and fills no trail.
    assert service.trail(answers[-1]) == []


@contextmanager
def held(service: Service, table: str) -> Iterator[None]:
    """Whoever reads the table waits until the end."""
    with service.inside.transaction():
        service.inside.execute(f"lock table {table} in access exclusive mode")
        yield


def waits(service: Service, sessions: int) -> bool:
    """Whether so many sessions of the service's database wait for a lock."""
    # Not of pg_stat_activity: in a transaction it tells for ever who was there when first asked,
    # and would not know of a connection that the service opens meanwhile.
    query = """
        select from pg_locks join pg_database on pg_database.oid = pg_locks.database
         where not granted and datname = current_database()"""
    return len(service.inside.execute(query).fetchall()) == sessions


@pytest.mark.guarantee("LI-2")
def test_overload_is_told_at_once_and_passes(another: Serve) -> None:
    service = another(max_under_way=2)
    assert service.get("/worklist").status_code == 200
    answers: list[Any] = []
    readers = [
        threading.Thread(target=lambda: answers.append(service.get("/worklist"))) for _ in range(2)
    ]
    with held(service, "views.worklist"):
        for under_way, each in enumerate(readers, start=1):
            each.start()
            # Nothing else is asked until it is under way: it would take its place.
            until(partial(waits, service, under_way))
        refused = service.get("/organisations/vaasa", by=None, purpose=None)
        problem(refused, 503, "overloaded")
        assert int(refused.headers["retry-after"]) > 0
        # The program itself still tells how it is.
        assert service.get("/health/live", by=None, purpose=None).status_code == 200
    for each in readers:
        each.join()
    assert [each.status_code for each in answers] == [200, 200]
    assert service.get("/worklist").status_code == 200
