"""One person, several cases: nothing restarts, nothing overlaps, the right one is found."""

from typing import Any

import pytest
from tests.contract.conftest import Serve
from tests.service import ESPOO, VAASA, Case, Service, identity_code, opening, problem

CLOSURE = {"ground": "CLIENT_WITHDREW"}


def close(service: Service, case: Case, on: str) -> None:
    service.act(case, "/closure", {**CLOSURE, "effectiveOn": on})


def opened_again(service: Service, code: str, **changed: Any) -> Any:
    return service.post("/cases", opening(code, **changed), by=VAASA)


@pytest.mark.guarantee("CS-15")
def test_closing_and_opening_again_does_not_restart_the_maximum(another: Serve) -> None:
    service = another()
    first = service.planned()
    today = service.clock.today().isoformat()
    drawn_up = service.get(f"{first.path}/plan").json()["plan"]["drawnUpOn"]
    ended = {"ground": "CLIENT_WITHDREW", "endsOn": today}
    service.act(first, f"/plans/{first.plan}/ending", ended)
    tomorrow = service.clock.now().replace(day=service.clock.now().day + 1)
    service.clock.set(tomorrow)
    close(service, first, tomorrow.date().isoformat())
    again = opened_again(service, first.code)
    assert again.status_code == 201, again.text
    content = again.json()["recorded"][0]["content"]
    assert content["earlierPlans"] == {"firstDrawnUpOn": drawn_up, "granted": []}


@pytest.mark.guarantee("CC-3", "JN-9")
def test_a_case_is_not_opened_before_the_earlier_one_was_closed(another: Serve) -> None:
    service = another()
    first = service.open_case()
    day = service.clock.now()
    service.clock.set(day.replace(day=day.day + 3))
    close(service, first, service.clock.today().isoformat())
    early = opened_again(service, first.code, effectiveOn=day.date().isoformat())
    problem(early, 409, "case-not-openable")
    assert opened_again(service, first.code).status_code == 201


@pytest.mark.guarantee("JN-9")
def test_no_day_of_an_opening_tells_when_another_authority_closed_its_case(another: Serve) -> None:
    service = another()
    first = service.open_case()
    day = service.clock.now()
    service.clock.set(day.replace(day=day.day + 3))
    close(service, first, service.clock.today().isoformat())
    for code in (first.code, identity_code()):
        asked = opening(code, effectiveOn=day.date().isoformat())
        assert service.post("/cases", asked, by=ESPOO).status_code == 201


@pytest.mark.guarantee("TR-4")
def test_a_lookup_finds_the_open_case_else_the_one_closed_last(another: Serve) -> None:
    service = another()
    first = service.open_case()
    lookup = {"identityCode": first.code}
    close(service, first, service.clock.today().isoformat())
    second = opened_again(service, first.code).json()["caseId"]
    assert service.post("/person-lookups", lookup).json()["caseId"] == second
    etag = service.get(f"/cases/{second}").headers["etag"]
    day = service.clock.now()
    service.clock.set(day.replace(day=day.day + 1))
    closed = service.post(f"/cases/{second}/closure", CLOSURE, tag=etag)
    assert closed.status_code == 201, closed.text
    assert service.post("/person-lookups", lookup).json()["caseId"] == second


@pytest.mark.guarantee("JN-12", "TR-2")
def test_a_lookup_tells_of_every_open_case_one_may_see(another: Serve) -> None:
    service = another()
    theirs, mine = service.open_case(ESPOO), service.open_case()
    lookup = {"identityCode": theirs.code}
    service.act(mine, "/details", {"details": lookup})
    found = service.post("/person-lookups", lookup).json()
    assert (found["caseId"], found["othersOpen"]) == (mine.case_id, [])
    # She moves: Vaasa has two open cases of her.
    theirs.etag = service.get(theirs.path, by=ESPOO).headers["etag"]
    said = {"date": service.clock.today().isoformat(), "language": "en", "interpreter": False}
    consent = {"scope": "CONTACT_TO_NEW_MUNICIPALITY", "informed": said}
    agreed = service.act(theirs, "/consents", consent, ESPOO)["consentId"]
    move = {"to": "vaasa", "reason": "MOVE", "consent": agreed}
    service.act(theirs, "/hand-overs", move, ESPOO)
    looked = service.post("/person-lookups", lookup)
    found = looked.json()
    assert (found["caseId"], found["othersOpen"]) == (theirs.case_id, [mine.case_id])
    lines = {(str(each["case_id"]), each["result"]) for each in service.trail(looked)}
    assert lines == {(theirs.case_id, "SHOWN"), (mine.case_id, "SHOWN")}
    # Joined, there is one.
    duplicate = {"ground": "DUPLICATE", "continuesIn": theirs.case_id}
    mine.etag = service.get(mine.path).headers["etag"]
    service.act(mine, "/closure", duplicate)
    found = service.post("/person-lookups", lookup).json()
    assert (found["caseId"], found["othersOpen"]) == (theirs.case_id, [])


@pytest.mark.guarantee("TR-2")
def test_a_purpose_without_personal_data_shows_none(service: Service) -> None:
    case = service.open_case()
    purpose = "KEEPING_THE_SYSTEM_RUNNING"
    for path in (case.path, f"{case.path}/history", f"{case.path}/access-trail"):
        by_auditor = service.get(path, by="auditor@tarkastus", purpose=purpose)
        problem(by_auditor, 403, "purpose-not-allowed")
        problem(service.get(path, by="operator@vaasa", purpose=purpose), 404, "not-found")


BORN = {"dateOfBirth": "1992-03-14"}


def tells(service: Service, case: Case, code: str, **how: Any) -> Any:
    """Tell in a case who the client is."""
    return service.post(
        f"{case.path}/details", {"details": {"identityCode": code}}, tag=case.etag, **how
    )


def beside_one_elsewhere(service: Service, code: str) -> Case:
    """A case of Vaasa's, told to be of somebody whose case is in Espoo, which declined the move."""
    there = service.open_case(ESPOO, code)
    opened = service.post("/cases", opening(person=BORN))
    here = Case(opened.json()["caseId"], opened.headers["etag"], there.code)
    told = tells(service, here, there.code)
    assert told.status_code == 201, told.text
    here.etag = told.headers["etag"]
    [asked] = told.json()["recorded"]
    assert asked["fact"] == "PersonDetailsRecorded"
    entries = service.get(f"{there.path}/history", by=ESPOO).json()["entries"]
    here.request = entries[-1]["content"]["requestId"]
    there.etag = service.get(there.path, by=ESPOO).headers["etag"]
    declined = f"/hand-over-requests/{here.request}/declination"
    service.act(there, declined, {"reason": "has not moved"}, ESPOO)
    return here


@pytest.mark.guarantee("JN-11")
@pytest.mark.parametrize("how", ["opened", "told", "corrected", "reopened"])
def test_an_authority_has_one_open_case_of_a_person_whoever_has_another(
    service: Service, how: str
) -> None:
    closed = service.open_case()
    service.act(closed, "/closure", CLOSURE)
    here, other = beside_one_elsewhere(service, closed.code), service.open_case()
    facts = service.facts()
    if how == "opened":
        answer = service.post("/cases", opening(here.code))
    elif how == "told":
        answer = tells(service, other, here.code)
    elif how == "corrected":
        change = {"member": "/content/details/identityCode", "to": here.code}
        body = {"version": 2, "changes": [change], "reason": "misread"}
        answer = service.post(f"{other.path}/corrections", body, tag=other.etag)
    else:
        body = {"ground": "RETURNED", "reason": "came back"}
        answer = service.post(f"{closed.path}/reopening", body, tag=closed.etag)
    told_of = problem(answer, 409, "case-not-openable").get("otherCase")
    assert told_of == (None if how == "opened" else here.case_id)
    assert service.facts() == facts


@pytest.mark.guarantee("JN-6", "JN-11")
@pytest.mark.parametrize("by", [ESPOO, None], ids=["somebody has a case elsewhere", "nobody"])
def test_a_client_somebody_else_has_too_is_not_told_to_be_one_s_own_other_client(
    service: Service, by: str | None
) -> None:
    code = service.open_case(by).code if by else identity_code()
    mine, opened = service.open_case(), service.post("/cases", opening(person=BORN))
    other = Case(opened.json()["caseId"], opened.headers["etag"], code)
    told = tells(service, other, code)
    assert told.status_code == 201, told.text
    change = {"member": "/content/details/identityCode", "to": mine.code}
    body = {"version": 2, "changes": [change], "reason": "misread"}
    answer = service.post(f"{other.path}/corrections", body, tag=told.headers["etag"])
    assert problem(answer, 409, "case-not-openable")["otherCase"] == mine.case_id
