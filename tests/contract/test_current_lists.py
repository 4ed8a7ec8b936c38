"""A list says how current it is, and says nothing where it has stood still for too long."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from tests.contract.conftest import Serve
from tests.service import START, Service, problem

from cases.app.store.sequencer import Sequencer

PATHS = ("/worklist", "/clients")
VIEWS = {"/worklist": "worklist", "/clients": "clients"}


def behind(service: Service) -> list[int]:
    """How many facts each list says that it lacks."""
    found = []
    for path in PATHS:
        answer = service.get(path)
        assert answer.status_code == 200, answer.text
        found.append(answer.json()["behind"])
    return found


@contextmanager
def held(service: Service, view: str) -> Iterator[None]:
    """A bad fact holds the read model."""
    changed = "update views.tracking set held_error = %s where name like %s"
    service.rows(changed, ["BadFact", f"{view}.v%"])
    try:
        yield
    finally:
        service.rows(changed, [None, f"{view}.v%"])


@pytest.mark.guarantee("CC-8")
def test_every_page_says_how_many_facts_it_lacks(another: Serve) -> None:
    service = another()
    service.open_case()
    service.open_case()
    service.settle()
    assert behind(service) == [0, 0]
    lacking = service.open_case().version
    assert min(behind(service)) > 0  # committed, and still without a place in the ledger
    with Sequencer(service.system.url) as sequencer:
        sequencer.drain()
    assert behind(service) == [lacking, lacking]
    service.settle()
    first = service.get("/clients?limit=2").json()
    second = service.get(f"/clients?limit=2&cursor={first['next']}").json()
    assert (first["behind"], second["behind"]) == (0, 0)


@pytest.mark.guarantee("CC-8")
@pytest.mark.parametrize("path", PATHS)
def test_a_list_held_by_a_bad_fact_shows_nothing_and_the_other_one_goes_on(
    service: Service, path: str
) -> None:
    case = service.open_case()
    service.settle()
    with held(service, VIEWS[path]):
        answer = service.get(path)
        problem(answer, 503, "projection-behind")
        assert answer.headers["retry-after"]
        (line,) = service.trail(answer)
        assert (line["result"], line["case_id"]) == ("REFUSED", None)
        (other,) = set(PATHS) - {path}
        assert service.get(other).status_code == 200
        assert service.get(case.path).status_code == 200
    assert service.get(path).status_code == 200


@pytest.mark.guarantee("CC-8")
@pytest.mark.parametrize("placed", [False, True], ids=["without a place", "with its place"])
def test_a_list_that_has_stood_still_for_too_long_shows_nothing(
    another: Serve, placed: bool
) -> None:
    service = another(lag_limit=30.0)
    service.open_case()
    if placed:
        with Sequencer(service.system.url) as sequencer:
            sequencer.drain()
    service.clock.set(START + timedelta(seconds=30))
    assert min(behind(service)) > 0
    service.clock.set(START + timedelta(seconds=31))
    for path in PATHS:
        problem(service.get(path), 503, "projection-behind")
    service.settle()
    assert behind(service) == [0, 0]
