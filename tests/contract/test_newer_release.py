"""While a newer release is being taken into use: what it has recorded, asked of this one."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from tests.contract.conftest import Serve, every_answer_is_documented
from tests.newer import TYPES, follow, newer_release, record_newer
from tests.service import AUDITOR, ESPOO, Case, Service, opening, problem

from cases.app import bootstrap
from cases.app.store.migrate import current, upgrade
from cases.projections.comparing import compare
from cases.projections.rebuild import rebuild
from cases.projections.worklist.fold import Worklist

DETAILS = {"details": {"motherTongue": "fa"}}


@pytest.fixture
def service(another: Serve) -> Iterator[Service]:
    """A service of its own: what this does to lists would be in the way of others."""
    served = another()
    yield served
    every_answer_is_documented(served, served.get("/openapi.json", by=None, purpose=None).json())


@pytest.fixture
def case(service: Service) -> Iterator[Case]:
    """A case of Vaasa to which the newer release has written."""
    case = service.open_case()
    with newer_release(service.system) as log:
        record_newer(log, UUID(case.case_id))
    yield case
    with newer_release(service.system) as log:
        assert len(log.load(UUID(case.case_id))) == 3, "something was decided on half a case"


@pytest.mark.guarantee("EV-5")
def test_who_may_know_of_the_case_is_told_and_nobody_else(service: Service, case: Case) -> None:
    lookup = {"identityCode": case.code}
    for response in (
        service.get(case.path),
        service.get(f"{case.path}/history"),
        service.get(case.path, by=AUDITOR),
        service.post(f"{case.path}/details", DETAILS, tag=case.etag),
        service.post("/person-lookups", lookup),
        service.post("/person-lookups", lookup, by=AUDITOR),
    ):
        problem(response, 503, "newer-release")
        assert response.headers["retry-after"] == "30"
        (line,) = service.trail(response)
        assert (line["result"], str(line["case_id"])) == ("FAILED", case.case_id)
        assert line["sections"] == []
    for response in (
        service.get(case.path, by=ESPOO),
        service.post(f"{case.path}/details", DETAILS, tag=case.etag, by=ESPOO),
        service.post("/person-lookups", lookup, by=ESPOO),
    ):
        problem(response, 404, "not-found")


@pytest.mark.guarantee("EV-5")
def test_an_opening_that_is_repeated_is_told_so_too(service: Service) -> None:
    body, key = opening(), "opened-once"
    opened = service.post("/cases", body, key=key)
    with newer_release(service.system) as log:
        record_newer(log, UUID(opened.json()["caseId"]))
    problem(service.post("/cases", body, key=key), 503, "newer-release")


@pytest.mark.guarantee("EV-5")
def test_nothing_is_decided_for_a_person_whose_earlier_case_cannot_be_read_yet(
    service: Service,
) -> None:
    """The earlier case may have had a plan, from which the maximum runs on."""
    earlier = service.open_case()
    service.act(earlier, "/closure", {"ground": "NO_NEED_OF_SERVICES"})
    with newer_release(service.system) as log:
        record_newer(log, UUID(earlier.case_id))
    before = service.facts()
    response = service.post("/cases", opening(earlier.code), by=ESPOO)
    problem(response, 503, "unavailable")  # that there is an earlier case is not Espoo's to know
    assert earlier.case_id not in response.text
    (line,) = service.trail(response)
    assert (line["result"], line["case_id"]) == ("REFUSED", None)
    assert service.facts() == before


def migrated_by_a_newer_release(service: Service) -> None:
    """What a newer release may do to the schema: add."""
    service.rows("create table log.more (of_what text primary key)")
    service.rows("alter table log.event add column more text")
    service.rows("alter table log.case_key add column more integer not null default 7")
    service.rows("alter table trail.access add column more text")
    service.rows("alter table views.client add column more text")
    service.rows("alter table views.worklist add column more boolean not null default false")
    service.rows("update log.migration set version_num = 'r9999'")


@pytest.mark.guarantee("EV-7")
def test_the_older_release_goes_on_beside_the_schema_of_the_newer(service: Service) -> None:
    before = service.planned()
    service.settle()
    migrated_by_a_newer_release(service)

    assert service.get("/health/ready", by=None, purpose=None).status_code == 200
    case = service.planned()
    service.act(before, "/details", DETAILS)
    service.settle()
    seen = f"{case.case_id}@{case.version}"
    listed = service.get(f"/clients?seen={seen}").json()["items"]
    assert {each["caseId"] for each in listed} >= {before.case_id, case.case_id}
    assert service.get("/health/ready", by=None, purpose=None).status_code == 200
    upgrade(service.system.url)
    assert current(service.system.url) == "r9999"


@pytest.mark.guarantee("EV-7")
def test_two_releases_answer_side_by_side(another: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    older = another()
    migrated_by_a_newer_release(older)
    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "FactTypes", lambda *_: TYPES)
        newer = another(database=older.database)
    case, other = older.open_case(), newer.open_case()

    # Each goes on where the other was, and repeats what the other did.
    assert newer.get(case.path).headers["etag"] == case.etag == older.get(case.path).headers["etag"]
    key, tag = "sent-twice", case.etag
    recorded = newer.post(f"{case.path}/details", DETAILS, tag=tag, key=key)
    again = older.post(f"{case.path}/details", DETAILS, tag=tag, key=key)
    assert (recorded.status_code, again.status_code) == (201, 201)
    assert again.json() == recorded.json()
    assert again.headers["idempotency-replayed"] == "true"
    problem(older.post(f"{case.path}/details", DETAILS, tag=tag), 412, "stale-version")

    # What is of a newer version, the newer one alone answers; of other cases both do.
    case.etag = recorded.headers["etag"]
    record_newer(newer.system.log, UUID(case.case_id))
    problem(older.get(case.path), 503, "newer-release")
    case.etag = newer.get(case.path).headers["etag"]
    problem(older.post(f"{case.path}/details", DETAILS, tag=case.etag), 503, "newer-release")
    newer.act(case, "/details", {"details": {"motherTongue": "ps"}})
    older.act(other, "/details", DETAILS)

    # Lists wait for the newer one's worker, and are then the older one's as well.
    assert all(each.held for each in follow(older.system))
    problem(older.get("/clients"), 503, "projection-behind")
    assert not any(each.held for each in follow(newer.system))
    for release in (older, newer):
        listed = release.get("/clients").json()["items"]
        assert {each["caseId"] for each in listed} == {case.case_id, other.case_id}


class NewerWorklist(Worklist):
    """The worklist as a newer release makes its rows."""

    version = Worklist.version + 1


@pytest.mark.guarantee("EV-7")
def test_a_read_model_of_another_version_is_rebuilt_before_processes_are_replaced(
    another: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = another()
    case = older.planned()
    older.settle()
    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "Worklist", NewerWorklist)
        newer = another(database=older.database)

    # Before the swap the lists are the older one's, and acts are both's.
    follow(newer.system)
    problem(newer.get("/worklist"), 503, "projection-behind")
    assert older.get("/worklist").status_code == newer.get("/clients").status_code == 200
    newer.act(case, "/details", DETAILS)
    late = older.open_case()

    view = newer.system.views.worklist
    rebuild(newer.system.projector, newer.system.log, [view])

    # From then on they are the newer one's; the rest goes on at both, and nothing is missing.
    follow(older.system)
    problem(older.get("/worklist"), 503, "projection-behind")
    assert older.get("/health/ready", by=None, purpose=None).status_code == 503
    older.act(case, "/details", {"details": {"motherTongue": "ps"}})
    for release in (older, newer):
        assert release.get(case.path).headers["etag"] == case.etag
        assert release.get("/clients").status_code == 200
    follow(newer.system)
    assert newer.get("/health/ready", by=None, purpose=None).status_code == 200
    listed = newer.get(f"/worklist?seen={case.case_id}@{case.version}").json()["items"]
    assert {each["caseId"] for each in listed} == {case.case_id, late.case_id}
    assert compare(newer.system.projector, newer.system.log, view).differing == ()


@pytest.mark.guarantee("EV-4")
def test_lists_wait_for_the_newer_release_and_other_cases_are_answered(
    service: Service, case: Case
) -> None:
    other = service.open_case()
    assert [each.held for each in follow(service.system)] == [True] * 4
    problem(service.get("/clients"), 503, "projection-behind")
    ready = service.get("/health/ready", by=None, purpose=None)
    assert ready.status_code == 503
    assert "projections" in ready.json()["failed"]
    assert service.get(other.path).status_code == 200
