"""Reopening a case over HTTP, while the person has another one and while not (77, 85 §)."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest
from tests.contract.conftest import Serve
from tests.contract.lawful import BODIES
from tests.contract.test_case_requests import due, headers, shape
from tests.service import ESPOO, VAASA, Case, Service, opening, problem

CLOSURE = {"ground": "CLIENT_WITHDREW"}
BODY = {"ground": "RETURNED", "reason": "back from abroad", "source": {"kind": "PERSON"}}
DRAFT = {"act": "drawUpPlan", "body": {}}
NOTICE = BODIES["recordBenefitNotice"]


def closed(service: Service, by: str = VAASA) -> Case:
    """A case that was closed."""
    case = service.open_case(by)
    service.act(case, "/closure", CLOSURE, by)
    return case


def elsewhere(service: Service, case: Case, by: str = ESPOO) -> Case:
    """Another case of the same person."""
    answer = service.post("/cases", opening(case.code), by=by)
    assert answer.status_code == 201, answer.text
    return Case(answer.json()["caseId"], answer.headers["etag"], case.code)


def reopens(service: Service, case: Case, **how: Any) -> httpx2.Response:
    """Vaasa reopens the case."""
    how = {"tag": case.etag, "key": str(uuid4())} | how
    return service.post(f"{case.path}/reopening", how.pop("body", BODY), **how)


@pytest.mark.guarantee("CS-55")
def test_a_reopened_case_is_on_the_lists_found_and_written_about_again(another: Serve) -> None:
    service = another()
    case = closed(service)
    refused = service.post(f"{case.path}/drafts", DRAFT)
    problem(refused, 409, "state-conflict")
    service.settle()
    assert service.get("/worklist").json()["items"] == []
    assert service.get("/clients").json()["items"] == []
    answer = reopens(service, case)
    assert answer.status_code == 201, answer.text
    case.etag = answer.headers["etag"]
    (recorded,) = answer.json()["recorded"]
    assert recorded["fact"] == "CaseReopened"
    assert recorded["content"] == {"ground": "RETURNED", "reason": "back from abroad"}
    service.settle()
    (item,) = service.get("/worklist").json()["items"]
    assert (item["caseId"], item["due"]) == (case.case_id, "ASSESSMENT_TO_START")
    assert [each["caseId"] for each in service.get("/clients").json()["items"]] == [case.case_id]
    assert service.get(case.path).json().get("closedOn") is None
    assert service.post(f"{case.path}/drafts", DRAFT).status_code == 201
    problem(service.post("/cases", opening(case.code)), 409, "case-not-openable")
    service.act(case, "/benefit-notices", NOTICE)


@pytest.mark.guarantee("CS-59")
def test_whose_case_is_open_at_the_authority_is_told_to_who_may_see_it(service: Service) -> None:
    case = closed(service)
    other = elsewhere(service, case, by=VAASA)
    facts = service.facts()
    answer = reopens(service, case)
    assert problem(answer, 409, "case-not-openable")["otherCase"] == other.case_id
    assert service.facts() == facts
    lines = [(str(e["case_id"]), e["action"], e["result"]) for e in service.trail(answer)]
    assert lines == [
        (case.case_id, "RECORD_ACT", "REFUSED"),
        (other.case_id, "LOOK_UP_PERSON", "SHOWN"),
    ]


@pytest.mark.guarantee("CS-59")
@pytest.mark.guarantee("AC-10")
@pytest.mark.parametrize("protected", [False, True], ids=["open", "protected"])
@pytest.mark.parametrize("wait", [{}, {"Prefer": "wait=1"}], ids=["at once", "waiting"])
def test_the_answer_is_that_of_a_reopening_whether_there_is_a_case_elsewhere_or_not(
    service: Service, wait: dict[str, str], protected: bool
) -> None:
    free, taken = service.open_case(), service.open_case()
    for case in (free, taken):
        if protected:
            service.act(case, "/non-disclosure", BODIES["setNonDisclosure"])
        service.act(case, "/closure", CLOSURE)
    there = elsewhere(service, taken)
    facts = service.facts()
    answers = [reopens(service, case, headers=wait) for case in (free, taken)]
    assert service.facts() == facts + 2
    assert [each.status_code for each in answers] == [201, 201]
    one, other = answers
    assert shape(other.json()) == shape(one.json())
    assert other.json()["caseId"] == taken.case_id
    assert headers(other) == headers(one)
    # The version, and what else the answer depends on: the day, the language, what is withheld.
    tags = [each.headers["etag"].split(".") for each in answers]
    assert [tag[0] for tag in tags] == [tags[0][0]] * 2
    assert tags[0][2] == tags[1][2]
    assert len(other.content) == len(one.content)
    assert list(other.json()) == list(one.json())
    assert there.case_id not in other.text + str(other.headers)
    # Nothing came of it in the own case, and the other authority learns only who asks; where the
    # order of that case covers this one, its worker alone learns that.
    assert service.get(taken.path).json()["closedOn"] is not None
    assert len(due(service, there, by=ESPOO)) == 1
    entry = service.get(f"{there.path}/history", by=ESPOO).json()["entries"][-1]
    asks = "WITHHELD" if protected else "vaasa"
    assert (entry["fact"], entry["act"], entry["by"]) == ("HandOverRequested", "openCase", asks)
    for told in (taken.case_id, "RETURNED", "abroad", "reopen"):
        assert told not in str(entry)
    lines = [
        (str(e["case_id"]), e["action"], e["result"], e["traits"]) for e in service.trail(other)
    ]
    assert sorted(lines) == sorted(
        [
            (there.case_id, "OPEN_CASE", "RECORDED", ["HAND_OVER_REQUEST"]),
            (taken.case_id, "RECORD_ACT", "REFUSED", ["HAND_OVER_REQUEST"]),
        ]
    )


@pytest.mark.guarantee("CS-59")
@pytest.mark.guarantee("AC-10")
def test_a_repeat_is_answered_as_the_first_time_whatever_came_of_it(service: Service) -> None:
    for case, there in ((closed(service), None), (taken := closed(service), ESPOO)):
        other = None if there is None else elsewhere(service, case)
        key = str(uuid4())
        first = reopens(service, case, key=key)
        again = [
            reopens(service, case, key=key, tag=case.etag),
            reopens(service, case, key=key, tag=first.headers["etag"]),
        ]
        if other is not None:
            # The own case moves on, and the other one is closed.
            asked = {"asked": "everything", "version": 2}
            service.act(case, "/correction-requests", asked)
            tag = service.get(other.path, by=ESPOO).headers["etag"]
            service.post(f"{other.path}/closure", CLOSURE, by=ESPOO, tag=tag)
            again.append(reopens(service, case, key=key))
        for each in again:
            assert (each.status_code, each.content) == (201, first.content)
            assert each.headers["idempotency-replayed"] == "true"
            assert each.headers["etag"] == first.headers["etag"]
        changed = reopens(service, case, key=key, body=BODY | {"reason": "another"})
        problem(changed, 422, "idempotency-key-reused")
    # Under another key it is reopened now that it may be.
    assert service.get(taken.path).json()["closedOn"] is not None
    assert reopens(service, taken).status_code == 201
    assert service.get(taken.path).json().get("closedOn") is None


@pytest.mark.guarantee("CS-59")
def test_an_authority_asks_once_and_one_key_may_open_and_reopen(service: Service) -> None:
    case, key = closed(service), str(uuid4())
    there = elsewhere(service, case)
    assert reopens(service, case, key=key).status_code == 201
    problem(reopens(service, case), 409, "case-not-openable")
    (asked,) = due(service, there, by=ESPOO)
    there.etag = service.get(there.path, by=ESPOO).headers["etag"]
    where = f"/hand-over-requests/{asked['subject']}/declination"
    service.act(there, where, {"reason": "has not moved"}, ESPOO)
    # Declined, it may ask again: now by an opening, for which the key is a new one.
    answer = service.post("/cases", opening(case.code), key=key)
    assert answer.status_code == 201, answer.text
    assert len(due(service, there, by=ESPOO)) == 1


@pytest.mark.guarantee("CS-58", "JN-9")
@pytest.mark.parametrize("by", [VAASA, ESPOO])
def test_23_a_later_case_of_the_person_brings_its_plans_and_was_closed_before(
    another: Serve, by: str
) -> None:
    service = another()
    case = closed(service)
    later = service.planned(by)
    code = {"details": {"identityCode": case.code}}
    service.act(later, "/details", code, by)
    today = service.clock.today().isoformat()
    ended = {"ground": "CLIENT_WITHDREW", "endsOn": today}
    service.act(later, f"/plans/{later.plan}/ending", ended, by)
    first = service.clock.now()
    service.clock.set(first.replace(day=first.day + 2))
    service.act(later, "/closure", CLOSURE, by)
    early = first.replace(day=first.day + 1).date().isoformat()
    if by == VAASA:
        refused = reopens(service, case, body=BODY | {"effectiveOn": early})
        assert "otherCase" not in problem(refused, 409, "case-not-openable")
    answer = reopens(service, case)
    assert answer.status_code == 201, answer.text
    case.etag = answer.headers["etag"]
    (recorded,) = answer.json()["recorded"]
    assert recorded["content"]["earlierPlans"] == {"firstDrawnUpOn": today, "granted": []}
    # Nor is it corrected to a day before that; when others closed theirs, no day tells.
    correction = {
        "version": recorded["version"],
        "changes": [{"member": "/effectiveOn", "to": early}],
        "reason": "written wrong",
    }
    moved = service.post(f"{case.path}/corrections", correction, tag=case.etag)
    if by == VAASA:
        problem(moved, 409, "case-not-openable")
    else:
        assert moved.status_code == 201, moved.text


@pytest.mark.guarantee("CS-56")
def test_the_client_list_of_a_day_between_does_not_show_the_case(another: Serve) -> None:
    service = another()
    case = service.open_case()
    first = service.clock.now()
    for day, where, body in (
        (2, "/closure", CLOSURE),
        (5, "/reopening", BODY),
        (7, "/closure", CLOSURE),
        (9, "/reopening", BODY),
    ):
        service.clock.set(first.replace(day=first.day + day))
        service.act(case, where, body)
    service.settle()
    days = [first.replace(day=first.day + n).date() for n in range(10)]
    shown = [service.get(f"/clients?validOn={day}").json()["items"] for day in days]
    assert [bool(items) for items in shown] == [
        *[True, True, False, False, False],
        *[True, True, False, False, True],
    ]
    overviews = [service.get(f"{case.path}?validOn={day}").json() for day in days]
    assert [each.get("closedOn") is None for each in overviews] == [bool(each) for each in shown]


@pytest.mark.guarantee("CS-57")
def test_an_annulled_reopening_lets_the_person_have_another_case(service: Service) -> None:
    case = closed(service)
    answer = reopens(service, case)
    version = answer.json()["version"]
    annulment = {"version": version, "reason": "another person's"}
    annulled = service.post(f"{case.path}/annulments", annulment, tag=answer.headers["etag"])
    assert annulled.status_code == 201, annulled.text
    assert service.get(case.path).json()["closedOn"] is not None
    elsewhere(service, case)
