"""A closed case is put right, and the case after it at another authority has another maximum."""

from datetime import timedelta
from typing import Any

import pytest
from tests.contract.conftest import Serve
from tests.service import ESPOO, MAKERS, PLAN, Case, Service

from cases.app.people import EarlierCases, People
from cases.app.worker import Worker
from cases.projections.comparing import compare

GRANTED = {"kind": "RESIDENCE_PERMIT", "firstGrantedOn": "2024-09-16", "group": "OTHER"}
WRONG, RIGHT = "2025-02-10", "2025-02-03"
SECRET = "Words of Vaasa alone"


def pass_days(service: Service, days: int) -> str:
    """Let days pass; the day it is then."""
    service.clock.set(service.clock.now() + timedelta(days=days))
    return service.clock.today().isoformat()


def planned_and_closed(service: Service) -> Case:
    """A case of Vaasa's whose plan bears a day a week too late; its etag names the version."""
    return goes_on_and_ends(service, service.assessed())


def goes_on_and_ends(service: Service, case: Case) -> Case:
    """The case, assessed, gets a plan and is closed."""
    pass_days(service, 7)
    days = {"validFrom": WRONG, "validUntil": "2025-12-31"}
    content = service.act(case, "/plans", {**PLAN, **days, "noJobSearchReason": "studies"})
    case.plan = str(case.version)
    today = service.clock.today().isoformat()
    ended = {"ground": "CLIENT_WITHDREW", "endsOn": today}
    service.act(case, f"/plans/{content['planId']}/ending", ended)
    pass_days(service, 1)
    service.act(case, "/closure", {"ground": "CLIENT_WITHDREW"})
    pass_days(service, 1)
    return case


def opened_elsewhere(service: Service, person: dict[str, str], code: str) -> Case:
    """The person's case in Espoo, opened with what is told of the person."""
    today = service.clock.today().isoformat()
    body = {"origin": "OWN_WORK", "learnedOn": today, "person": person}
    answer = service.post("/cases", body, by=ESPOO)
    assert answer.status_code == 201, answer.text
    return Case(answer.json()["caseId"], answer.headers["etag"], code)


def planned_elsewhere(service: Service, code: str) -> Case:
    """The person's case in Espoo, with a plan until the maximum."""
    today = service.clock.today().isoformat()
    case = opened_elsewhere(service, {"identityCode": code}, code)
    service.act(case, "/residence-basis", GRANTED, ESPOO)
    status = {"status": "UNEMPLOYED_JOBSEEKER", "from": "2024-11-01"}
    service.act(case, "/labour-market-status", status, ESPOO)
    kind = {"kind": "ORDINARY", "ground": "14.1.1"}
    started = service.act(case, "/assessments", kind, ESPOO)["assessmentId"]
    completion = {
        "findings": [{"item": "LITERACY", "text": "reads", "source": {"kind": "PERSON"}}],
        "plan": {"outcome": "AS_SOON_AS_POSSIBLE"},
        "makers": MAKERS,
    }
    service.act(case, f"/assessments/{started}/completion", completion, ESPOO)
    days = {"validFrom": today, "validUntil": "2027-02-10", "noJobSearchReason": "studies"}
    service.act(case, "/plans", {**PLAN, **days}, ESPOO)
    return case


def put_right(service: Service, case: Case) -> None:
    """The day of the plan, in the closed case."""
    changes = [{"member": m, "to": RIGHT} for m in ("/effectiveOn", "/content/validFrom")]
    body = {"version": int(case.plan), "changes": changes, "reason": SECRET}
    service.act(case, "/corrections", body)


def maximum(service: Service, case: Case, **how: Any) -> tuple[str, str, str]:
    """What an answer tells of the maximum, what explains it, and the last day of the plan."""
    plan = service.get(f"{case.path}/plan", by=ESPOO, **how).json()["plan"]
    told = service.get(f"{case.path}/explanation", by=ESPOO, **how).json()["maximumUntil"]
    return plan["maximumUntil"], told["date"], plan["validUntil"]


def untold(service: Service) -> int:
    """How many acts on cases others are still to be told of."""
    return int(service.rows("select count(*) as n from log.case_untold")[0]["n"])


def same_when_folded_anew(service: Service) -> None:
    """That every list has of every case what its facts say."""
    system = service.system
    service.settle()
    for view in system.views.all():
        found = compare(system.projector, system.log, view)
        assert (found.differing, found.parked) == ((), ())


@pytest.mark.guarantee("RC-11")
@pytest.mark.parametrize("killed", [False, True], ids=["at once", "by the worker"])
def test_23_2_the_case_after_a_corrected_one_has_another_maximum_everywhere(
    another: Serve, monkeypatch: pytest.MonkeyPatch, *, killed: bool
) -> None:
    service = another()
    first = planned_and_closed(service)
    second = planned_elsewhere(service, first.code)
    assert maximum(service, second) == ("2027-02-10",) * 3
    service.settle()
    notes = service.system.cases.notes
    assert notes is not None
    if killed:
        with monkeypatch.context() as patched:
            patched.setattr(notes, "tell", lambda _: None)
            put_right(service, first)
        assert untold(service) == 1
        assert maximum(service, second) == ("2027-02-10",) * 3
        Worker(service.system)._tell_others()
    else:
        put_right(service, first)
    assert untold(service) == 0
    assert maximum(service, second) == ("2027-02-03",) * 3
    same_when_folded_anew(service)
    [client] = service.get("/clients", by=ESPOO).json()["items"]
    assert client["caseId"] == second.case_id
    assert client["plan"]["maximumUntil"] == client["plan"]["validUntil"] == "2027-02-03"
    # The officer of Espoo sees that something was put right, and nothing of where and why.
    history = service.get(f"{second.path}/history", by=ESPOO)
    opened, note = history.json()["entries"][0], history.json()["entries"][-1]
    assert opened["content"]["earlierPlans"]["firstDrawnUpOn"] == WRONG
    [mark] = opened["corrections"]
    assert [each["now"]["firstDrawnUpOn"] for each in mark["changes"]] == [RIGHT]
    assert SECRET not in history.text
    assert first.case_id not in history.text
    for told in (note, mark):
        assert (told["by"], told["recordedBy"]) == ("espoo", "calendar")
        assert "vaasa" not in str(told).casefold()
    # Who asks what was known before is told what was known.
    known = service.get(f"{second.path}/plan?version={second.version}", by=ESPOO)
    assert known.json()["plan"]["maximumUntil"] == "2027-02-10"


@pytest.mark.guarantee("RC-12")
@pytest.mark.parametrize("killed", [False, True], ids=["at once", "by the worker"])
def test_23_2_a_case_that_ends_is_told_to_the_open_one_elsewhere(
    another: Serve, monkeypatch: pytest.MonkeyPatch, *, killed: bool
) -> None:
    service = another()
    first = service.assessed()
    second = opened_elsewhere(service, {"dateOfBirth": "1992-03-14"}, first.code)
    service.act(second, "/details", {"details": {"identityCode": first.code}}, ESPOO)
    # It was asked for.
    first.etag = service.get(first.path).headers["etag"]
    notes = service.system.cases.notes
    assert notes is not None
    with monkeypatch.context() as patched:
        if killed:
            patched.setattr(notes, "tell", lambda _: None)
        goes_on_and_ends(service, first)
    assert untold(service) == int(killed)
    Worker(service.system)._tell_others()
    assert untold(service) == 0
    same_when_folded_anew(service)
    history = service.get(f"{second.path}/history", by=ESPOO)
    noted = history.json()["entries"][-1]
    assert (noted["fact"], noted["act"]) == ("EarlierPlansNoted", "noteEarlierPlans")
    assert noted["content"]["earlierPlans"] == {"firstDrawnUpOn": WRONG, "granted": []}
    assert (noted["by"], noted["recordedBy"]) == ("espoo", "calendar")
    assert first.case_id not in history.text
    assert "vaasa" not in str(noted).casefold()
    for language, said in (
        ("fi", "asiakkaan muiden asioiden"),
        ("sv", "kundens andra"),
        ("en", "other cases of the client"),
    ):
        of = {"Accept-Language": language}
        explained = service.get(f"{second.path}/explanation", by=ESPOO, headers=of)
        assert said in explained.text


@pytest.mark.guarantee("RC-12")
@pytest.mark.parametrize("how", ["opened", "told later"])
def test_23_2_a_case_that_ends_between_a_look_at_it_and_the_record_is_told(
    another: Serve, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    service = another()
    first = service.assessed()
    second = opened_elsewhere(service, {"dateOfBirth": "1992-03-14"}, first.code)
    looked, waiting = People.earlier_cases, [first]

    def ends_behind(people: People, *of: Any) -> EarlierCases:
        found = looked(people, *of)
        while waiting:
            goes_on_and_ends(service, waiting.pop())
        return found

    monkeypatch.setattr(People, "earlier_cases", ends_behind)
    if how == "opened":
        second = opened_elsewhere(service, {"identityCode": first.code}, first.code)
    else:
        service.act(second, "/details", {"details": {"identityCode": first.code}}, ESPOO)
    assert waiting == []
    entries = service.get(f"{second.path}/history", by=ESPOO).json()["entries"]
    assert entries[-1]["fact"] == "EarlierPlansNoted"
    assert entries[-1]["content"]["earlierPlans"]["firstDrawnUpOn"] == WRONG
    assert untold(service) == 0
