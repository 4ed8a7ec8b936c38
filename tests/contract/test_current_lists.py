"""A list says how current it is, and says nothing where it has stood still for too long."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from tests.contract.conftest import Serve
from tests.service import START, Service, problem

from cases.app.store.sequencer import Sequencer

PATHS = ("/worklist", "/clients")
LISTS_OF_ENTRIES = ("/worklist", "/repository-gaps")
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
    """Something holds the read model at its next page."""
    service.rows(
        "insert into views.turn (name, first, last, held_error, held_since, next_try_at)"
        " select name, allotted + 1, allotted + 1, 'LookupError', now(), now() + interval '1 hour'"
        " from views.tracking where name like %s",
        [f"{view}.v%"],
    )
    try:
        yield
    finally:
        service.rows("delete from views.turn")


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


@pytest.mark.guarantee("CC-8", "HL-2")
def test_facts_that_were_open_at_the_last_tick_are_missed_like_others(another: Serve) -> None:
    service = another(lag_limit=30.0)
    service.settle()
    service.open_case()
    service.rows(
        "update log.sequencer set snapshot = (select format('%%s:%%s:%%s', min(xid::text::bigint),"
        " pg_snapshot_xmax(pg_current_snapshot()),"
        " string_agg(distinct xid::text, ','))::pg_snapshot from log.event"
        " left join log.ledger using (stream_id, version) where idx is null)"
    )
    assert min(behind(service)) > 0
    service.rows("update log.event set written_at = written_at - interval '31 s'")
    for path in PATHS:
        problem(service.get(path), 503, "projection-behind")
    ready = service.get("/health/ready", by=None, purpose=None)
    assert (ready.status_code, ready.json()["failed"]) == (503, ["sequencer"])
    service.settle()
    assert behind(service) == [0, 0]


@pytest.mark.guarantee("CC-8")
@pytest.mark.parametrize("placed", [False, True], ids=["without a place", "with its place"])
def test_a_list_that_has_stood_still_for_too_long_shows_nothing(
    another: Serve, placed: bool
) -> None:
    service = another(lag_limit=30.0)
    service.settle()
    service.open_case()
    if placed:
        with Sequencer(service.system.url) as sequencer:
            sequencer.drain()
    assert min(behind(service)) > 0
    if placed:
        service.rows(
            "update views.tracking set current_at = now() - interval '31 s',"
            " level_at = now() - interval '31 s'"
        )
    else:
        service.rows("update log.event set written_at = written_at - interval '31 s'")
    for path in PATHS:
        problem(service.get(path), 503, "projection-behind")
    service.settle()
    assert behind(service) == [0, 0]


@pytest.mark.guarantee("CC-9")
def test_a_list_says_which_of_its_entries_may_be_outdated(another: Serve) -> None:
    service = another()
    service.open_case()
    parked = service.open_case()
    service.settle()
    for path in PATHS:
        assert {item["outdatedSince"] for item in service.get(path).json()["items"]} == {None}
    for table in ("client", "worklist"):
        service.rows(
            f"update views.{table} set outdated_since = '2026-01-02T03:04:05Z' where case_id = %s",
            [parked.case_id],
        )
    for path in PATHS:
        items = service.get(path).json()["items"]
        marked = {item["caseId"] for item in items if item["outdatedSince"] is not None}
        assert marked == {parked.case_id}
        assert {item["outdatedSince"] for item in items} == {None, "2026-01-02T03:04:05Z"}


@pytest.mark.guarantee("TD-4")
def test_the_worklist_of_a_past_day_says_that_it_cannot_tell(service: Service) -> None:
    yesterday = (START - timedelta(days=1)).date().isoformat()
    for path in ("/worklist", "/repository-gaps"):
        problem(service.get(f"{path}?validOn={yesterday}"), 400, "view-cannot-answer")
    assert service.get(f"/clients?validOn={yesterday}").status_code == 200


@pytest.mark.guarantee("PJ-19")
@pytest.mark.parametrize("path", LISTS_OF_ENTRIES)
@pytest.mark.parametrize("shown", [1, 2])
@pytest.mark.parametrize("change", ["comes", "goes"])
def test_what_comes_or_goes_between_two_pages_moves_no_other_entry(
    another: Serve, path: str, shown: int, change: str
) -> None:
    service = another()
    case = service.planned()
    service.settle()

    def page(cursor: str | None) -> tuple[list[tuple[str, str]], str | None]:
        goes_on = f"&cursor={cursor}" if cursor else ""
        answer = service.get(f"{path}?limit=1{goes_on}").json()
        kinds = [each.get("item") or each["due"] for each in answer["items"]]
        subjects = [each["subject"] for each in answer["items"]]
        return list(zip(kinds, subjects, strict=True)), answer["next"]

    def walk(act: Callable[[], None]) -> list[tuple[str, str]]:
        found, cursor = page(None)
        for n in itertools.count(1):
            if cursor is None:
                return found
            if n == shown:
                act()
                service.settle()
            more, cursor = page(cursor)
            found += more
        raise AssertionError

    def changed() -> None:
        if change == "comes":
            service.act(case, "/correction-requests", {"asked": "the name is another"})
        else:
            measures = {"measures": list(case.measures)}
            service.act(case, f"/plans/{case.plan}/guidance-to-services", measures)

    before = walk(lambda: None)
    walked = walk(changed)
    after = walk(lambda: None)
    stayed = [each for each in before if each in after]
    assert [each for each in walked if each in stayed] == stayed
    assert len(stayed) >= 1
    assert len(walked) > shown


@pytest.mark.guarantee("TR-7")
@pytest.mark.parametrize("path", ["/worklist", "/clients", "/repository-gaps"])
def test_a_cursor_of_everybodys_cases_is_none_of_nobodys(service: Service, path: str) -> None:
    service.planned()
    service.planned()
    service.settle()
    cursor = service.get(f"{path}?limit=1").json()["next"]
    assert service.get(f"{path}?limit=1&cursor={cursor}").status_code == 200
    answer = service.get(f"{path}?limit=1&worker=&cursor={cursor}")
    problem(answer, 400, "cursor-invalid")
