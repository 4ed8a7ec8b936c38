"""What clients are told who have seen what a fail-over lost: a clear answer, and at once."""

from uuid import uuid4

import pytest
from tests.contract.conftest import Serve
from tests.service import Case, Service, opening, problem

DETAILS = {"details": {"motherTongue": "fa"}}
OTHERS = {"details": {"motherTongue": "so"}}


def lose(service: Service, case: Case, after: int) -> None:
    """All of a case after a version goes, as if it had never reached the new primary."""
    columns = ("version", "first_version") if after else ("stream_id",)
    tables = service.rows(
        "select table_name as name, column_name as at from information_schema.columns"
        " where table_schema = 'log' and column_name = any(%s)",
        [[*columns]],
    )
    assert tables
    for table in tables:
        above = f" and {table['at']} > {after}" if after else ""
        service.rows(f"delete from log.{table['name']} where stream_id = %s{above}", [case.case_id])


@pytest.mark.guarantee("RS-10")
def test_an_act_on_a_version_that_is_gone_is_stale(another: Serve) -> None:
    service = another()
    case = service.open_case()
    kept = case.version
    service.act(case, "/details", DETAILS)
    lose(service, case, kept)
    body = problem(
        service.post(f"{case.path}/details", OTHERS, tag=case.etag), 412, "stale-version"
    )
    assert body["current"] == {"version": kept}


@pytest.mark.guarantee("RS-10")
def test_an_act_on_a_version_that_was_given_again_is_stale_and_a_read_is_not_unchanged(
    another: Serve,
) -> None:
    """The silent case: the version the officer saw is there, and is another fact."""
    service = another()
    case = service.open_case()
    kept, tag = case.version, case.etag
    service.act(case, "/details", DETAILS)
    seen = service.get(case.path).headers["etag"]
    lose(service, case, kept)
    again = service.post(f"{case.path}/details", OTHERS, tag=tag)
    assert again.status_code == 201
    assert Case(case.case_id, again.headers["etag"], "").version == case.version
    problem(service.post(f"{case.path}/details", DETAILS, tag=seen), 412, "stale-version")
    read = service.get(case.path, headers={"If-None-Match": seen})
    assert read.status_code == 200
    looked_up = service.post("/person-lookups", {"identityCode": case.code})
    assert looked_up.headers["etag"] == read.headers["etag"] == again.headers["etag"]


@pytest.mark.guarantee("RS-10")
def test_the_same_act_sent_again_after_it_was_lost_is_recorded(another: Serve) -> None:
    service = another()
    case = service.open_case()
    kept, tag, key = case.version, case.etag, str(uuid4())
    service.act(case, "/details", DETAILS, key=key)
    lose(service, case, kept)
    again = service.post(f"{case.path}/details", DETAILS, tag=tag, key=key)
    assert again.status_code == 201
    assert "idempotency-replayed" not in again.headers


@pytest.mark.guarantee("RS-10")
@pytest.mark.parametrize("path", ["/clients", "/worklist"])
def test_a_list_that_waits_for_a_version_that_is_gone_says_so_at_once(
    another: Serve, path: str
) -> None:
    service = another()
    case = service.open_case()
    kept = case.version
    service.act(case, "/details", DETAILS)
    lose(service, case, kept)
    service.settle()
    # Ten seconds would be waited for what may yet come; this can't, so nobody waits.
    gone = service.get(f"{path}?seen={case.case_id}@{case.version}", headers={"Prefer": "wait=10"})
    problem(gone, 400, "view-cannot-answer")
    assert "retry-after" not in gone.headers
    (line,) = service.trail(gone)
    assert line["result"] == "REFUSED"
    assert service.get(f"{path}?seen={case.case_id}@{kept}").status_code == 200


@pytest.mark.guarantee("RS-10")
def test_a_case_whose_opening_is_gone_is_like_one_that_never_was(another: Serve) -> None:
    service = another()
    key, body = str(uuid4()), opening()
    opened = service.post("/cases", body, key=key)
    case = Case(opened.json()["caseId"], opened.headers["etag"], "")
    lose(service, case, 0)
    problem(service.get(case.path), 404, "not-found")
    problem(service.get(f"/clients?seen={case.case_id}@1"), 400, "view-cannot-answer")
    problem(service.post(f"{case.path}/details", DETAILS, tag=case.etag), 404, "not-found")
    again = service.post("/cases", body, key=key)
    assert (again.status_code, again.json()["caseId"]) == (201, case.case_id)
