"""Opening a case for somebody who has one elsewhere: a request, answered as an opening (85 §)."""

import re
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from tests.contract.conftest import Serve
from tests.service import EMPLOYMENT, MARKER, VAASA, Case, Service, identity_code, opening, problem

from cases.app.case_requests import CaseRequests
from cases.domain.case.state import CaseState

TAMPERE = "officer@tampere"
TURKU = "officer@turku"
CLOSURE = {"ground": "CLIENT_WITHDREW"}
WHERE = "Hämeenkatu 1"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-(.)[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def opens(
    service: Service, code: str, by: str = TAMPERE, key: str | None = None, **how: Any
) -> httpx2.Response:
    """An opening with everything an authority tells of the person."""
    service.secrets.add(code)
    body = opening(code, effectiveOn="2025-02-01", **how.pop("changed", {}))
    body["person"] |= {"dateOfBirth": "1990-01-01", "contact": {"address": WHERE}}
    body["source"] = {"kind": "PERSON"}
    return service.post("/cases", body, by=by, key=key or str(uuid4()), **how)


def shape(value: Any) -> Any:
    """What is told of an answer but for ids, codes and instants."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    if isinstance(value, str):
        value = ID.sub(r"id \1", value)
        value = re.sub(r"\d{6}[-A]9\d\d.", "code", value)
        return re.sub(r"^\d{4}-\d{2}-\d{2}T[\d:.]+Z$", "instant", value)
    return value


def headers(answer: httpx2.Response) -> dict[str, str]:
    """The headers, but for what tells this answer from another of the same kind."""
    wanted = dict(answer.headers)
    wanted["etag"] = re.sub(r"\.[0-9a-f]{8}", ".mark", wanted["etag"])
    changing = {"date", "request-id", "content-length"}
    return {name: shape(value) for name, value in wanted.items() if name not in changing}


def due(service: Service, case: Case, by: str = VAASA) -> list[dict[str, Any]]:
    """The requests for the case on the worklist."""
    service.settle()
    items = service.get("/worklist?limit=200", by=by).json()["items"]
    return [i for i in items if (i["caseId"], i["due"]) == (case.case_id, "HAND_OVER_REQUEST")]


@pytest.mark.guarantee("AC-10")
@pytest.mark.parametrize("wait", [{}, {"Prefer": "wait=1"}], ids=["at once", "waiting"])
def test_the_answer_is_that_of_an_opening_whether_there_is_a_case_or_not(
    service: Service, wait: dict[str, str]
) -> None:
    case = service.open_case()
    facts = service.facts()
    free, taken = (opens(service, code, headers=wait) for code in (identity_code(), case.code))
    assert service.facts() == facts + 2 + 1
    assert (free.status_code, taken.status_code) == (201, 201)
    assert shape(taken.json()) == shape(free.json())
    assert headers(taken) == headers(free)
    assert len(taken.content) == len(free.content)
    assert list(taken.json()) == list(free.json())
    assert case.case_id not in taken.text + str(taken.headers)
    # The ids of its facts are of one moment, as those of an opening are.
    ids = [each["eventId"] for each in taken.json()["recorded"]]
    assert len({*ids}) == 2
    assert ids[0][:8] == ids[1][:8]


@pytest.mark.guarantee("AC-10")
def test_once_the_lists_are_there_both_say_so(another: Serve) -> None:
    service = another()
    case = service.open_case()
    service.settle()
    keys = str(uuid4()), str(uuid4())
    codes = identity_code(), case.code
    for code, key in zip(codes, keys, strict=True):
        assert "preference-applied" not in opens(service, code, key=key).headers
    service.settle()
    answers = [
        opens(service, code, key=key, headers={"Prefer": "wait=1"})
        for code, key in zip(codes, keys, strict=True)
    ]
    assert [each.headers.get("preference-applied") for each in answers] == ["wait=1"] * 2
    assert headers(answers[0]) == headers(answers[1])


@pytest.mark.guarantee("AC-10")
def test_a_repeat_is_answered_as_the_first_time_whatever_came_of_it(service: Service) -> None:
    case, key = service.open_case(), str(uuid4())
    first = opens(service, case.code, key=key)
    again = opens(service, case.code, key=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    assert len(due(service, case)) == 1
    service.post(f"{case.path}/closure", CLOSURE, tag=service.get(case.path).headers["etag"])
    assert opens(service, case.code, key=key).content == first.content


@pytest.mark.guarantee("AC-10")
def test_the_key_is_used_up_as_with_an_opening(service: Service) -> None:
    case = service.open_case()
    for code in (identity_code(), case.code):
        key = str(uuid4())
        assert opens(service, code, key=key).status_code == 201
        for other in (code, identity_code()):
            changed = {"learnedOn": "2025-01-29"}
            answer = opens(service, other, key=key, changed=changed)
            problem(answer, 422, "idempotency-key-reused")


@pytest.mark.guarantee("TR-3")
def test_a_second_opening_of_the_authority_is_refused_in_the_same_words(service: Service) -> None:
    case = service.open_case()
    told = []
    for code in (identity_code(), case.code):
        assert opens(service, code).status_code == 201
        facts = service.facts()
        answer = opens(service, code)
        assert service.facts() == facts
        told.append((problem(answer, 409, "case-not-openable"), set(answer.headers)))
        (line,) = service.trail(answer)
        assert line["result"] == "REFUSED"
    (free, free_headers), (taken, taken_headers) = told
    assert {**free, "instance": ""} == {**taken, "instance": ""}
    assert free_headers == taken_headers
    assert len(due(service, case)) == 1
    # Another authority asks for itself.
    assert opens(service, case.code, by=TURKU).status_code == 201
    assert len(due(service, case)) == 2


@pytest.mark.guarantee("AC-10")
def test_what_is_wrong_with_an_opening_is_told_whether_there_is_a_case_or_not(
    service: Service,
) -> None:
    case = service.open_case()
    facts = service.facts()
    answers = [
        opens(service, code, changed={"learnedOn": "2025-02-02"})
        for code in (identity_code(), case.code)
    ]
    told = [problem(answer, 422, "rule-violated") for answer in answers]
    assert {**told[0], "instance": ""} == {**told[1], "instance": ""}
    assert service.facts() == facts


@pytest.mark.guarantee("AC-10")
def test_the_request_opens_nothing_and_leaves_nothing_of_what_was_told(service: Service) -> None:
    case = service.open_case()
    asked = opens(service, case.code)
    for case_id in (case.case_id, asked.json()["caseId"]):
        problem(service.get(f"/cases/{case_id}", by=TAMPERE), 404, "not-found")
    problem(
        service.post("/person-lookups", {"identityCode": case.code}, by=TAMPERE), 404, "not-found"
    )
    shown = service.get(case.path).json()
    (request,) = shown["handOverRequests"]
    assert (request["by"], request["awaitsAnswer"]) == ("tampere", True)
    history = service.get(f"{case.path}/history")
    entry = history.json()["entries"][-1]
    assert (entry["fact"], entry["act"], entry["by"]) == (
        "HandOverRequested",
        "openCase",
        "tampere",
    )
    assert WHERE not in history.text
    assert "1990-01-01" not in history.text
    (line,) = service.trail(asked)
    assert (line["result"], str(line["case_id"])) == ("RECORDED", case.case_id)
    assert line["traits"] == ["HAND_OVER_REQUEST"]


@pytest.mark.guarantee("CS-53")
def test_85_the_request_is_due_until_it_is_declined_or_the_case_is_handed_over(
    service: Service,
) -> None:
    case = service.open_case()
    opens(service, case.code)
    [first] = due(service, case)
    opens(service, case.code, by=TURKU)
    # Of one kind, in an order of no meaning.
    [second] = [each for each in due(service, case) if each != first]
    assert (first["section"], first["since"], first["by"]) == ("85", "2025-02-03", None)
    assert "tampere" not in service.get("/worklist?limit=200").text
    case.etag = service.get(case.path).headers["etag"]
    where = f"/hand-over-requests/{first['subject']}/declination"
    service.act(case, where, {"reason": "has not moved"})
    again = service.post(f"{case.path}{where}", {"reason": "again"}, tag=case.etag)
    problem(again, 409, "state-conflict")
    assert due(service, case) == [second]
    consent = {
        "scope": "CONTACT_TO_NEW_MUNICIPALITY",
        "informed": {"date": "2025-02-03", "language": "en", "interpreter": False},
    }
    given = service.act(case, "/consents", consent)["consentId"]
    service.act(case, "/hand-over", {"to": "turku", "reason": "MOVE", "consent": given})
    assert due(service, case, by=TURKU) == []
    assert service.get(case.path, by=TURKU).status_code == 200
    problem(service.get(case.path), 404, "not-found")
    # Whoever was declined may ask again, now of another.
    assert opens(service, case.code).status_code == 201
    assert len(due(service, case, by=TURKU)) == 1


@pytest.mark.guarantee("AC-10")
def test_who_may_know_of_the_case_is_told_that_there_is_one(service: Service) -> None:
    case = service.open_case()
    service.refer(case)
    problem(opens(service, case.code, by=EMPLOYMENT), 409, "case-not-openable")


@pytest.mark.guarantee("ND-5")
def test_who_asked_for_a_protected_clients_case_is_told_to_the_assigned_worker_alone(
    another: Serve,
) -> None:
    service = another()
    case = service.planned()
    service.act(case, "/non-disclosure", {"from": "2025-02-03", "until": "2030-02-02"})
    free, taken = (opens(service, code) for code in (identity_code(), case.code))
    assert shape(taken.json()) == shape(free.json())
    assert headers(taken) == headers(free)
    assert len(due(service, case)) == 1
    for view in ("", "/history", "/explanation", "/dues", "/repository-record"):
        answer = service.get(case.path + view)
        assert answer.status_code == 200
        assert "tampere" not in answer.text
        assert WHERE not in answer.text
    (request,) = service.get(case.path).json()["handOverRequests"]
    assert request["by"] == "WITHHELD"
    for page in ("/clients", "/worklist", "/repository-gaps"):
        assert "tampere" not in service.get(page).text
    entries = service.get(f"{case.path}/history").json()["entries"]
    assert (entries[-1]["by"], entries[-1]["recordedBy"]) == ("WITHHELD", "WITHHELD")
    case.etag = service.get(case.path).headers["etag"]
    service.act(case, "/worker", {"worker": entries[0]["recordedBy"]})
    assert service.get(case.path).json()["handOverRequests"][0]["by"] == "tampere"


def test_a_request_names_nobody_in_the_log(service: Service) -> None:
    case = service.open_case()
    opens(service, case.code)
    assert MARKER not in service.logged.getvalue()
    assert case.code not in service.logged.getvalue()


@pytest.mark.guarantee("AC-10")
def test_the_ids_of_the_answer_are_as_random_as_those_of_an_opening(service: Service) -> None:
    alike = []
    for _ in range(5):
        case = service.open_case()
        first, second = opens(service, case.code).json()["recorded"]
        alike.append(first["eventId"][15:18] == second["eventId"][15:18])
        assert first["eventId"][14] == second["eventId"][14] == "7"
    assert not all(alike)


@pytest.mark.guarantee("AC-10")
@pytest.mark.parametrize("how", ["opened", "reopened", "told later"])
def test_a_case_that_is_closed_at_that_very_moment_is_in_nobodys_way(
    service: Service, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    own = service.open_case(TAMPERE)
    there = Case("", "", own.code)
    match how:
        case "reopened":
            service.act(own, "/closure", CLOSURE, TAMPERE)
            there = service.open_case(code=own.code)
        case _:
            there = service.open_case()
    requested, waiting = CaseRequests._load, [there]

    def closed_before(requests: CaseRequests, holder: UUID) -> CaseState | None:
        while waiting:
            service.act(waiting.pop(), "/closure", CLOSURE)
        return requested(requests, holder)

    monkeypatch.setattr(CaseRequests, "_load", closed_before)
    match how:
        case "opened":
            answer = opens(service, there.code)
        case "reopened":
            body = {"ground": "RETURNED"}
            answer = service.post(f"{own.path}/reopening", body, by=TAMPERE, tag=own.etag)
        case _:
            details = {"details": {"identityCode": there.code}}
            answer = service.post(f"{own.path}/details", details, by=TAMPERE, tag=own.etag)
    assert waiting == []
    assert answer.status_code == 201, answer.text
    case = f"/cases/{answer.json()['caseId']}"
    assert service.get(case, by=TAMPERE).json()["closedOn"] is None
    # The person is there now, for everybody.
    assert opens(service, there.code, by=TURKU).status_code == 201
    asked = [each["fact"] for each in service.get(f"{case}/history", by=TAMPERE).json()["entries"]]
    assert asked[-1] == "HandOverRequested"
    entries = service.get(f"{there.path}/history").json()["entries"]
    assert "HandOverRequested" not in [each["fact"] for each in entries]
