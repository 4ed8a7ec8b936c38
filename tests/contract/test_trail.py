"""The access trail from outside: one line per person for whatever is asked, or no answer at all."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from tests.contract.conftest import Serve
from tests.service import (
    AUDITOR,
    ESPOO,
    MARKER,
    PLAN,
    START,
    VAASA,
    Case,
    Service,
    identity_code,
    opening,
    problem,
)

from cases.domain.people import contains_identity_code

DETAILS = {"details": {"motherTongue": "fa", "contact": {"address": f"{MARKER} street 1"}}}
VIEWS = {
    "": ("READ_CASE", ["case", "person"]),
    "/plan": ("READ_PLAN", ["plan"]),
    "/history": ("READ_HISTORY", ["history", "person"]),
    "/explanation": ("READ_EXPLANATION", ["explanation"]),
}


def the_line(service: Service, response: httpx2.Response) -> dict[str, Any]:
    """The one line a request left, which says in which request, by whom and when."""
    (line,) = service.trail(response)
    assert line["request_id"] == response.headers["request-id"]
    assert line["at"] == service.clock.now()
    assert isinstance(line["id"], UUID)
    assert line["purpose_version"] == ("0" if line["purpose"] == "UNSTATED" else "1")
    return line


@pytest.mark.guarantee("TR-6")
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("by", [VAASA, AUDITOR])
def test_a_read_leaves_one_line_with_what_was_shown_of_which_version(
    service: Service, view: str, by: str
) -> None:
    case = service.planned()
    line = the_line(service, service.get(case.path + view, by=by))
    role, _, organisation = by.partition("@")
    action, sections = VIEWS[view]
    told = ("action", "sections", "result", "case_version", "role", "organisation", "subject")
    assert [line[name] for name in told] == [
        action,
        sections,
        "SHOWN",
        case.version,
        role.upper(),
        organisation,
        by,
    ]
    assert str(line["case_id"]) == case.case_id
    assert line["traits"] == []
    purposes = {VAASA: "ORGANISING_SERVICES", AUDITOR: "DATA_PROTECTION_AUDIT"}
    assert line["purpose"] == purposes[by]


@pytest.mark.guarantee("TR-6")
def test_reading_the_past_and_a_closed_case_can_be_searched_for(service: Service) -> None:
    case = service.open_case()
    past = the_line(service, service.get(f"{case.path}?version=1"))
    assert (past["traits"], past["case_version"]) == (["PAST_VIEW"], 1)
    at = START.isoformat().replace("+00:00", "Z")
    assert the_line(service, service.get(f"{case.path}?knownAt={at}"))["traits"] == ["PAST_VIEW"]
    service.act(case, "/closure", {"ground": "INTEGRATION_COMPLETED"})
    closed = the_line(service, service.get(case.path))
    assert closed["traits"] == ["CLOSED_CASE"]
    both = the_line(service, service.get(f"{case.path}?version=1"))
    assert both["traits"] == ["PAST_VIEW", "CLOSED_CASE"]


@pytest.mark.guarantee("TR-6")
def test_an_act_leaves_one_line_with_the_version_reached_and_a_repeat_another(
    service: Service,
) -> None:
    key = str(uuid4())
    opened = service.post("/cases", opening(), key=key)
    version = opened.json()["version"]
    line = the_line(service, opened)
    assert (line["action"], line["result"]) == ("OPEN_CASE", "RECORDED")
    case = Case(opened.json()["caseId"], opened.headers["etag"], "")
    assert (str(line["case_id"]), line["case_version"]) == (case.case_id, version)
    key, tag = str(uuid4()), case.etag
    for result in ("RECORDED", "REPLAYED"):
        acted = service.post(f"{case.path}/details", DETAILS, key=key, tag=tag)
        line = the_line(service, acted)
        assert (line["action"], line["result"]) == ("RECORD_ACT", result)
        assert line["case_version"] == version + 1
        assert line["sections"] == []


@pytest.mark.guarantee("TR-6")
def test_a_lookup_leaves_one_line_found_or_not(service: Service) -> None:
    case = service.open_case()
    found = service.post("/person-lookups", {"identityCode": f" {case.code.lower()} "})
    assert found.json() == {"caseId": case.case_id, "version": case.version, "othersOpen": []}
    line = the_line(service, found)
    assert (line["action"], line["result"]) == ("LOOK_UP_PERSON", "SHOWN")
    assert (str(line["case_id"]), line["sections"]) == (case.case_id, ["lookup"])
    nobody = service.post("/person-lookups", {"identityCode": identity_code()})
    problem(nobody, 404, "not-found")
    line = the_line(service, nobody)
    assert (line["result"], line["case_id"], line["sections"]) == ("NOTHING_FOUND", None, [])


@pytest.mark.guarantee("TR-6")
def test_a_request_refused_at_the_door_is_found_under_the_case_it_named(service: Service) -> None:
    case, details = service.open_case(), "/details"
    nobody = f"/cases/{uuid4()}"
    large = b'{"a": "' + b"x" * service.system.settings.max_body + b'"}'
    for path, found in ((case.path, case.case_id), (nobody, None)):
        for status, response in (
            (400, service.post(path + details, {"nonsense": 1}, tag=case.etag)),
            (400, service.post(path + details, DETAILS, tag=case.etag, key=None)),
            (428, service.post(path + details, DETAILS)),
            (413, service.post(path + details, content=large, tag=case.etag)),
            (400, service.get(f"{path}/plan?nonsense=1")),
            (403, service.get(path, purpose=None)),
            (403, service.get(path, purpose="NOT_A_PURPOSE", by=ESPOO)),
            (403, service.get(f"{path}/access-trail", by=AUDITOR, purpose=None)),
        ):
            assert response.status_code == status, response.text
            line = the_line(service, response)
            assert (line["result"], line["case_version"]) == ("REFUSED", None)
            assert (line["case_id"] and str(line["case_id"])) == found
    for spelt in (case.case_id.upper(), case.case_id.replace("-", "")):
        assert the_line(service, service.get(f"/cases/{spelt}"))["case_id"] is None


@pytest.mark.guarantee("TR-7")
@pytest.mark.parametrize(("path", "section"), [("/clients", "clients"), ("/worklist", "worklist")])
def test_a_list_leaves_one_line_for_each_person_shown_and_one_with_nobody_where_none_is(
    service: Service, path: str, section: str
) -> None:
    by = f"officer@{'turku' if section == 'clients' else 'tampere'}"
    cases = [service.planned(by) for _ in range(3)]
    service.settle()
    shown: list[str] = []
    query = "?limit=2"
    for _ in range(9):
        response = service.get(path + query, by=by)
        page = response.json()
        people = {item["caseId"] for item in page["items"]}
        lines = service.trail(response)
        assert sorted(str(line["case_id"]) for line in lines) == sorted(people)
        assert {tuple(line["sections"]) for line in lines} == {(section,)}
        assert {line["result"] for line in lines} == {"SHOWN"}
        assert {line["case_version"] for line in lines} == {cases[0].version}
        shown += people
        if page["next"] is None:
            break
        query = f"?limit=2&cursor={page['next']}"
    assert set(shown) == {case.case_id for case in cases}
    empty = service.get(path, by="officer@narpio")
    line = the_line(service, empty)
    assert (line["result"], line["case_id"]) == ("NOTHING_FOUND", None)


@pytest.mark.guarantee("TR-7")
def test_the_same_page_twice_is_the_same_bytes_and_a_cursor_is_its_owners(
    service: Service,
) -> None:
    for _ in range(3):
        service.open_case("officer@espoo-te")
    service.settle()
    by = "officer@espoo-te"
    first = service.get("/clients?limit=2", by=by)
    cursor = first.json()["next"]
    pages = {service.get(f"/clients?limit=2&cursor={cursor}", by=by).content for _ in range(2)}
    assert len(pages) == 1
    changed = ("A" if cursor[9] != "A" else "B").join((cursor[:9], cursor[10:]))
    for path, who in (
        (f"/clients?limit=2&cursor={changed}", by),
        (f"/clients?limit=3&cursor={cursor}", by),
        (f"/worklist?limit=2&cursor={cursor}", by),
        (f"/clients?limit=2&cursor={cursor}", ESPOO),
        (f"/clients?limit=2&validOn=2025-02-04&cursor={cursor}", by),
        (f"/clients?limit=2&cursor={cursor}=", by),
    ):
        problem(service.get(path, by=who), 400, "cursor-invalid")


@pytest.mark.guarantee("TR-8")
def test_the_auditor_sees_every_access_and_its_own_reading_last(service: Service) -> None:
    case = service.planned()
    asked = [
        service.get(case.path),
        service.get(f"{case.path}/plan", by=ESPOO),
        service.post(f"{case.path}/plans", PLAN, tag=case.etag),
        service.post("/person-lookups", {"identityCode": case.code}),
        service.get(f"{case.path}/access-trail", by=AUDITOR),
    ]
    *_, last = asked
    items = last.json()["items"]
    ids = [response.headers["request-id"] for response in asked]
    assert [item["requestId"] for item in items[-len(ids) :]] == ids
    results = ["SHOWN", "FORBIDDEN", "REFUSED", "SHOWN", "SHOWN"]
    assert [item["result"] for item in items[-len(ids) :]] == results
    assert items[-1]["action"] == "READ_ACCESS_TRAIL"
    assert items[-1]["subject"] == AUDITOR
    again = service.get(f"{case.path}/access-trail", by=AUDITOR).json()["items"]
    assert again[:-1] == items


@pytest.mark.guarantee("TR-8")
def test_the_trail_can_be_read_page_by_page_to_its_end(service: Service) -> None:
    case = service.open_case()
    asked = [service.get(case.path).headers["request-id"] for _ in range(5)]
    for limit in (1, 2, 3, 200):
        seen: list[str] = []
        query = f"?limit={limit}"
        for _ in range(30):
            page = service.get(f"{case.path}/access-trail{query}", by=AUDITOR).json()
            seen += [item["requestId"] for item in page["items"]]
            if page["next"] is None:
                break
            query = f"?limit={limit}&cursor={page['next']}"
        assert page["next"] is None
        assert [each for each in seen if each in asked] == asked
        assert len(set(seen)) == len(seen)


@pytest.mark.guarantee("TR-9")
def test_nothing_but_ids_and_codes_is_ever_in_the_trail(service: Service) -> None:
    case = service.planned()
    service.act(case, "/details", DETAILS)
    service.post("/person-lookups", {"identityCode": case.code})
    service.post("/cases", {MARKER: case.code})
    service.get(f"{case.path}?{MARKER}={case.code}", headers={"Purpose-Of-Use": MARKER})
    service.get("/worklist", headers={"User-Agent": MARKER, "Request-Id": MARKER})
    for line in service.rows("select * from trail.access"):
        assert not contains_identity_code(str(line))
        assert MARKER not in str(line)
        words = [line["purpose"], line["action"], line["result"], *line["sections"]]
        assert all(re.fullmatch(r"[A-Za-z][A-Za-z_-]*", word) for word in [*words, *line["traits"]])


@contextmanager
def right_withdrawn(service: Service, role: str) -> Iterator[None]:
    """The role may not add to the trail for a while."""
    columns = service.rows(
        "select string_agg(quote_ident(column_name), ', ') as all from"
        " information_schema.column_privileges where table_schema = 'trail'"
        " and table_name = 'access' and privilege_type = 'INSERT' and grantee = %s",
        [role],
    )[0]["all"]
    service.rows(f"revoke insert ({columns}), insert on trail.access from {role}")
    try:
        yield
    finally:
        service.rows(f"grant insert ({columns}) on trail.access to {role}")


@pytest.mark.guarantee("TR-10")
def test_where_the_trail_cannot_be_written_nothing_is_shown(another: Serve) -> None:
    service = another()
    case = service.planned()
    service.settle()
    trail = f"{case.path}/access-trail"
    with right_withdrawn(service, "cases_reader"):
        for path, by in (
            *((case.path + view, VAASA) for view in VIEWS),
            (f"{case.path}?version=99", VAASA),
            (case.path, ESPOO),
            ("/worklist", VAASA),
            ("/clients", VAASA),
            (trail, AUDITOR),
            (f"{case.path}?nonsense=1", VAASA),
        ):
            response = service.get(path, by=by)
            problem(response, 503, "unavailable")
            assert response.headers["retry-after"]
            assert case.case_id not in response.text
        problem(service.post("/person-lookups", {"identityCode": case.code}), 503, "unavailable")
        # A refused act is refused only where the refusal can be written down.
        facts = service.facts()
        problem(service.post(f"{case.path}/plans", PLAN, tag=case.etag), 503, "unavailable")
        assert service.facts() == facts
    assert service.get(case.path).status_code == 200


@pytest.mark.guarantee("TR-10")
def test_where_the_trail_cannot_be_written_nothing_is_recorded(another: Serve) -> None:
    service = another()
    case = service.open_case()
    facts = service.facts()
    key = str(uuid4())
    with right_withdrawn(service, "cases_writer"):
        act = service.post(f"{case.path}/details", DETAILS, key=key, tag=case.etag)
        problem(act, 503, "unavailable")
        problem(service.post("/cases", opening()), 503, "unavailable")
    assert service.facts() == facts
    asked = service.rows("select 1 as n from log.event where metadata->>'actId' = %s", [key])
    assert asked == []
    service.act(case, "/details", DETAILS, key=key)


@pytest.mark.guarantee("TR-11")
def test_asking_for_an_erased_case_leaves_a_line_too(another: Serve) -> None:
    service = another()
    case = service.open_case()
    service.rows(
        "update log.case_key set wrapped = null, destroyed_at = now() where stream_id = %s",
        [case.case_id],
    )
    lookup = {"identityCode": case.code}
    operator = "operator@vaasa"
    for response, status, code in (
        (service.get(case.path), 404, "not-found"),
        (service.get(case.path, by="officer@espoo"), 404, "not-found"),
        (service.post(f"{case.path}/details", DETAILS, tag=case.etag), 404, "not-found"),
        (service.post("/person-lookups", lookup), 404, "not-found"),
        (service.get(case.path, by=AUDITOR), 410, "erased"),
        (service.post("/person-lookups", lookup, by=AUDITOR), 410, "erased"),
        (service.post("/person-lookups", lookup, by=operator), 403, "forbidden"),
    ):
        if status == 403:
            assert response.status_code == 403
            continue  # an operator has no purpose that covers a lookup
        problem(response, status, code)
        (line,) = service.trail(response)
        assert (line["result"], str(line["case_id"])) == ("FAILED", case.case_id)
        assert line["sections"] == []


@pytest.mark.guarantee("TR-12")
def test_answers_and_lines_are_equal_in_number_under_load(service: Service) -> None:
    case = service.open_case()
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: service.get(case.path), range(100)))
    assert {answer.status_code for answer in answers} == {200}
    assert [len(service.trail(answer)) for answer in answers] == [1] * 100


def test_the_purpose_of_an_act_is_recorded_with_the_act(service: Service) -> None:
    case = service.open_case()
    for purpose, recorded in ((None, "ORGANISING_SERVICES"), ("ANSWERING_THE_PERSON",) * 2):
        response = service.post(f"{case.path}/details", DETAILS, tag=case.etag, purpose=purpose)
        case.etag = response.headers["etag"]
        assert the_line(service, response)["purpose"] == recorded
    entries = service.get(f"{case.path}/history").json()["entries"]
    assert [entry["purpose"] for entry in entries[-2:]] == [
        "ORGANISING_SERVICES",
        "ANSWERING_THE_PERSON",
    ]


def test_a_line_tells_the_instant_of_the_clock(service: Service) -> None:
    case = service.open_case()
    try:
        service.clock.set(START + timedelta(hours=1))
        the_line(service, service.get(case.path))
    finally:
        service.clock.set(START)
