"""The same person opened twice: who is told, and what joining the two leaves in both."""

from typing import Any
from uuid import uuid4

import pytest
from tests.contract.conftest import Serve
from tests.contract.test_case_requests import due, headers, opens, shape
from tests.service import ESPOO, PLAN, Case, Service, identity_code, opening, problem

WITHOUT_CODE = {"names": {"given": "Narges", "family": "Twiceopened"}}
REASON = {"reason": "the identity code came later"}
NOTICE = {"benefit": "CHILD_HOME_CARE_ALLOWANCE", "from": "2024-11-01"}
NOBODY = "00000000-0000-4000-8000-000000000000"


def opened(service: Service, **person: Any) -> Case:
    """A case of Vaasa's of somebody who has no identity code yet, unless one is told."""
    response = service.post("/cases", opening(person={**WITHOUT_CODE, **person}))
    assert response.status_code == 201, response.text
    return Case(response.json()["caseId"], response.headers["etag"], "")


def tell_code(service: Service, case: Case, code: str) -> Any:
    """Tell the identity code that came later; the answer."""
    details = {"details": {"identityCode": code}}
    return service.post(f"{case.path}/details", details, tag=case.etag)


def join(service: Service, staying: Case, duplicate: Case) -> Any:
    """Close the duplicate, then take it over; what was recorded of that."""
    closure = {"ground": "DUPLICATE", "continuesIn": staying.case_id, "reason": "opened twice"}
    service.act(duplicate, "/closure", closure)
    body = {"duplicate": duplicate.case_id, **REASON}
    return service.act(staying, "/joined-cases", body)


@pytest.mark.guarantee("JN-6")
def test_whose_code_it_is_is_told_to_who_may_see_both(service: Service) -> None:
    known, case = service.open_case(), opened(service)
    refused = tell_code(service, case, known.code)
    told = problem(refused, 409, "case-not-openable")
    assert told["otherCase"] == known.case_id
    lines = service.trail(refused)
    assert [(str(each["case_id"]), each["action"], each["result"]) for each in lines] == [
        (case.case_id, "RECORD_ACT", "REFUSED"),
        (known.case_id, "LOOK_UP_PERSON", "SHOWN"),
    ]


@pytest.mark.guarantee("JN-6")
def test_of_a_case_elsewhere_nothing_is_told_and_it_is_asked_for(service: Service) -> None:
    elsewhere, case = service.open_case(by=ESPOO), opened(service)
    code = identity_code()
    free = tell_code(service, opened(service), code)
    recorded = tell_code(service, case, elsewhere.code)
    assert (free.status_code, recorded.status_code) == (201, 201)
    assert shape(recorded.json()) == shape(free.json())
    assert headers(recorded) == headers(free)
    assert elsewhere.case_id not in recorded.text
    # It is asked for as by an opening, once, and whoever looks the person up finds one's own case.
    asked = service.get(elsewhere.path, by=ESPOO).json()["handOverRequests"]
    assert [each["by"] for each in asked] == ["vaasa"]
    for by, mine in (("officer@vaasa", case), (ESPOO, elsewhere)):
        found = service.post("/person-lookups", {"identityCode": elsewhere.code}, by=by)
        assert found.json()["caseId"] == mine.case_id
    lines = service.trail(recorded)
    assert {(str(each["case_id"]), each["result"]) for each in lines} == {
        (case.case_id, "RECORDED"),
        (elsewhere.case_id, "RECORDED"),
    }
    case.etag = recorded.headers["etag"]
    service.act(case, "/details", {"details": {"motherTongue": "fa"}})
    # Told of a second one of one's own, it is answered as where nobody else has a case.
    for told_in, has in ((case, elsewhere.code), (None, code)):
        again = problem(tell_code(service, opened(service), has), 409, "case-not-openable")
        assert told_in is None or again["otherCase"] == told_in.case_id
    asked = service.get(elsewhere.path, by=ESPOO).json()["handOverRequests"]
    assert [each["by"] for each in asked] == ["vaasa"]


@pytest.mark.guarantee("JN-6")
def test_nor_by_correcting_a_code_or_by_annulling_a_closing(service: Service) -> None:
    elsewhere, case = service.open_case(by=ESPOO), service.open_case()
    change = {"member": "/content/details/identityCode", "to": elsewhere.code}
    body = {"version": 2, "changes": [change], "reason": "mistyped"}
    corrected = service.post(f"{case.path}/corrections", body, tag=case.etag)
    assert corrected.status_code == 201, corrected.text
    assert elsewhere.case_id not in corrected.text
    closed = service.open_case()
    service.act(closed, "/closure", {"ground": "CLIENT_WITHDREW"})
    assert service.post("/cases", opening(closed.code), by=ESPOO).status_code == 201
    wrong = {"version": closed.version, "reason": "another person's"}
    annulled = service.post(f"{closed.path}/annulments", wrong, tag=closed.etag)
    assert annulled.status_code == 201, annulled.text
    assert service.get(closed.path).json()["closedOn"] is None


@pytest.mark.guarantee("JN-3")
def test_both_histories_tell_of_each_other(another: Serve) -> None:
    service = another()
    staying, duplicate = service.open_case(), opened(service)
    service.act(duplicate, "/benefit-notices", NOTICE)
    joined = join(service, staying, duplicate)
    assert joined["duplicate"] == duplicate.case_id
    held = ["CaseOpened", "PersonDetailsRecorded", "BenefitNoticeRecorded", "CaseClosed"]
    assert [each["fact"] for each in joined["held"]] == held
    both = (staying, duplicate)
    here, there = (service.get(f"{c.path}/history").json()["entries"][-1] for c in both)
    assert (here["fact"], there["fact"]) == ("CasesJoined", "CaseClosed")
    assert here["content"]["reason"] == REASON["reason"]
    assert there["content"]["continuesIn"] == staying.case_id
    here, there = (service.get(c.path).json() for c in both)
    assert [each["case"] for each in here["joinedCases"]] == [duplicate.case_id]
    assert there["continuesIn"] == staying.case_id


@pytest.mark.guarantee("JN-4")
def test_23_the_case_without_a_code_may_stay_with_its_plan_and_get_the_code(another: Serve) -> None:
    service = another()
    duplicate, staying = service.open_case(), service.planned()
    join(service, staying, duplicate)
    answer = tell_code(service, staying, duplicate.code)
    assert answer.status_code == 201, answer.text
    found = service.post("/person-lookups", {"identityCode": duplicate.code})
    assert found.json()["caseId"] == staying.case_id


@pytest.mark.guarantee("JN-4")
def test_23_the_maximum_runs_on_from_the_plan_of_the_duplicate_over_http(another: Serve) -> None:
    service = another()
    duplicate = service.planned()
    today = service.clock.today().isoformat()
    ended = {"ground": "CLIENT_WITHDREW", "endsOn": today}
    service.act(duplicate, f"/plans/{duplicate.plan}/ending", ended)
    day = service.clock.now()
    service.clock.set(day.replace(day=day.day + 1))
    staying = service.open_case()
    joined = join(service, staying, duplicate)
    assert joined["earlierPlans"]["firstDrawnUpOn"] == today


@pytest.mark.guarantee("JN-2")
def test_16_two_plans_in_force_are_refused_with_the_days_of_both(service: Service) -> None:
    staying, duplicate = service.planned(), service.planned()
    closure = {"ground": "DUPLICATE", "continuesIn": staying.case_id}
    refused = service.post(f"{duplicate.path}/closure", closure, tag=duplicate.etag)
    (basis,) = problem(refused, 409, "state-conflict")["legalBasis"]
    assert (basis["section"], basis["rule"]) == ("16.1", "one-plan-in-force")
    assert basis["inputs"]["otherUntil"] == PLAN["validUntil"]
    lines = {(str(each["case_id"]), each["result"]) for each in service.trail(refused)}
    assert lines == {(staying.case_id, "SHOWN"), (duplicate.case_id, "REFUSED")}


@pytest.mark.guarantee("JN-6")
@pytest.mark.parametrize(
    ("where", "member", "body"),
    [
        ("/closure", "continuesIn", {"ground": "DUPLICATE"}),
        ("/joined-cases", "duplicate", REASON),
    ],
)
def test_a_case_of_another_authority_is_as_none_to_join_or_to_continue_in(
    service: Service, where: str, member: str, body: dict[str, str]
) -> None:
    case, elsewhere = service.open_case(), service.open_case(by=ESPOO)
    told = []
    for named in (elsewhere.case_id, NOBODY):
        answer = service.post(f"{case.path}{where}", {**body, member: named}, tag=case.etag)
        told.append({**problem(answer, 409, "state-conflict"), "instance": ""})
        assert {str(each["case_id"]) for each in service.trail(answer)} == {case.case_id}
    assert told[0] == told[1]


@pytest.mark.guarantee("JN-3")
def test_a_joined_duplicate_is_still_found_by_its_name_and_says_where_it_continues(
    another: Serve,
) -> None:
    service = another()
    code = identity_code()
    staying = service.open_case()
    duplicate = opened(service, identityCode=code, dateOfBirth="1990-03-15")
    join(service, staying, duplicate)
    service.settle()
    search = {"name": "Twiceopened", "dateOfBirth": "1990-03-15"}
    (item,) = service.post("/client-searches", search, key=None).json()["items"]
    assert (item["caseId"], item["continuesIn"]) == (duplicate.case_id, staying.case_id)


@pytest.mark.guarantee("JN-10")
def test_85_who_asked_for_the_duplicate_has_asked_for_the_case_that_stays(another: Serve) -> None:
    service = another()
    duplicate, staying, key = service.open_case(), opened(service), str(uuid4())
    first = opens(service, duplicate.code, key=key)
    duplicate.etag = service.get(duplicate.path).headers["etag"]
    join(service, staying, duplicate)
    (item,) = due(service, staying)
    assert due(service, duplicate) == []
    (request,) = service.get(staying.path).json()["handOverRequests"]
    assert (request["by"], request["awaitsAnswer"]) == ("tampere", True)
    assert request["request"] == item["subject"]
    assert tell_code(service, staying, duplicate.code).status_code == 201
    assert opens(service, duplicate.code, key=key).content == first.content
    problem(opens(service, duplicate.code), 409, "case-not-openable")
    assert len(due(service, staying)) == 1
    staying.etag = service.get(staying.path).headers["etag"]
    declination = f"/hand-over-requests/{request['request']}/declination"
    service.act(staying, declination, {"reason": "she stays in Vaasa"})
    assert due(service, staying) == []


@pytest.mark.guarantee("JN-10")
def test_85_of_a_protected_client_neither_history_tells_by_whom(another: Serve) -> None:
    service = another()
    duplicate, staying = service.open_case(), opened(service)
    opens(service, duplicate.code)
    duplicate.etag = service.get(duplicate.path).headers["etag"]
    for case in (duplicate, staying):
        service.act(case, "/non-disclosure", {"from": "2025-01-01"})
    join(service, staying, duplicate)
    for case in (duplicate, staying):
        service.act(case, "/worker", {"worker": "somebody-else"})
        for path in (case.path, f"{case.path}/history", f"{case.path}/explanation"):
            answer = service.get(path)
            assert answer.status_code == 200
            assert "tampere" not in answer.text, path
    (joined, asked) = service.get(f"{staying.path}/history").json()["entries"][-3:-1]
    assert (joined["fact"], asked["fact"]) == ("CasesJoined", "HandOverRequested")
    assert (asked["content"]["by"], asked["by"]) == ("WITHHELD", joined["by"])
    (request,) = service.get(staying.path).json()["handOverRequests"]
    assert request["by"] == "WITHHELD"


@pytest.mark.guarantee("JN-8", "JN-10")
def test_nor_who_asked_for_it_or_what_it_had_taken_over_itself(another: Serve) -> None:
    service = another()
    first, second, third = service.open_case(), opened(service), opened(service)
    opens(service, first.code)
    (request,) = service.get(first.path).json()["handOverRequests"]
    first.etag = service.get(first.path).headers["etag"]
    declination = f"/hand-over-requests/{request['request']}/declination"
    service.act(first, declination, {"reason": "she stays"})
    asked = first.version - 1
    join(service, second, first)
    joined = second.version
    join(service, third, second)
    for case, version in ((first, asked), (first, asked + 1), (second, joined)):
        body = {"version": version, **REASON}
        answer = service.post(f"{case.path}/annulments", body, tag=case.etag)
        told = problem(answer, 409, "state-conflict")
        assert told["legalBasis"][0]["rule"] == "not-joined-since"
    service.act(third, "/annulments", {"version": third.version, **REASON})
    service.act(second, "/annulments", {"version": joined, **REASON})
    service.act(first, "/annulments", {"version": asked + 1, **REASON})


@pytest.mark.guarantee("JN-8")
def test_how_a_duplicate_was_closed_is_not_put_right_once_it_was_taken_over(
    another: Serve,
) -> None:
    service = another()
    staying, third, duplicate = service.open_case(), service.open_case(), opened(service)
    join(service, staying, duplicate)
    closing = duplicate.version
    elsewhere = {"member": "/content/continuesIn", "to": third.case_id}
    otherwise = [
        {"member": "/content/ground", "to": "CLIENT_WITHDREW"},
        {"member": "/content/continuesIn", "to": None},
    ]
    before = {"member": "/effectiveOn", "to": "2025-02-02"}
    wrong = {"version": closing, **REASON}

    def refused(path: str, body: dict[str, Any]) -> None:
        answer = service.post(f"{duplicate.path}{path}", body, tag=duplicate.etag)
        told = problem(answer, 409, "state-conflict")
        assert told["legalBasis"][0]["rule"] == "not-joined-since"

    for changes in ([elsewhere], otherwise, [before]):
        refused("/corrections", {**wrong, "changes": changes})
    refused("/annulments", wrong)
    reason = {"member": "/content/reason", "to": "opened twice by mistake"}
    service.act(duplicate, "/corrections", {**wrong, "changes": [reason]})
    # Whoever answers for the case that stays by then.
    informed = {"date": "2025-02-03", "language": "en", "interpreter": False}
    consent = {"scope": "CONTACT_TO_NEW_MUNICIPALITY", "informed": informed}
    consented = service.act(staying, "/consents", consent)["consentId"]
    service.act(staying, "/hand-over", {"to": "espoo", "reason": "MOVE", "consent": consented})
    refused("/annulments", wrong)
    joined = service.get(f"{staying.path}", by=ESPOO).json()["joinedCases"]
    assert [each["case"] for each in joined] == [duplicate.case_id]
