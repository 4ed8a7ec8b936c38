"""Corrections, annulments and requests for them over HTTP: answers, lists, lookups, the trail."""

from typing import Any

import pytest
from tests.contract.conftest import Serve
from tests.contract.lawful import BODIES
from tests.service import MARKER, Case, Service, identity_code, opening, problem

WHERE = "Kauppakatu 1 A"
AUDITOR = "auditor@tarkastus"


def correct(service: Service, case: Case, version: int, **members: Any) -> Any:
    changes = [
        {"member": "/" + name.replace("_", "/"), "to": value} for name, value in members.items()
    ]
    body = {"version": version, "changes": changes, "reason": f"{MARKER} wrong"}
    return service.act(case, "/corrections", body)


def history(service: Service, case: Case, **how: Any) -> list[dict[str, Any]]:
    answer = service.get(f"{case.path}/history", **how)
    assert answer.status_code == 200
    entries: list[dict[str, Any]] = answer.json()["entries"]
    return entries


@pytest.mark.guarantee("RC-2", "RC-3")
def test_an_annulled_plan_leaves_every_answer_and_list_and_stays_in_the_past(
    service: Service,
) -> None:
    case = service.planned()
    drawn_up = case.version
    service.settle()
    before = service.get("/clients", headers={"Accept-Language": "en"}).json()
    assert case.plan in str(before)
    service.act(case, "/annulments", {"version": drawn_up, "reason": "wrong person"})
    service.settle()
    lists = [service.get(path).text for path in ("/clients", "/worklist")]
    assert case.plan not in lists[0] + lists[1]
    assert service.get(f"{case.path}/plan").json()["plan"] is None
    then = service.get(f"{case.path}/plan?version={drawn_up}").json()["plan"]
    assert then["plan"] == case.plan
    # Nothing that was folded further before it was annulled is gone on from.
    service.act(case, "/benefit-notices", BODIES["recordBenefitNotice"])
    service.settle()
    assert case.plan not in service.get("/clients").text


LAX = (0, 1735689600, 86400.0, "1735689600", "2025-01-05T00:00:00", "20250105", True)
"""What reads as a day where nobody looks how it is written."""


@pytest.mark.guarantee("RC-1", "HP-13")
def test_nothing_is_read_into_what_a_correction_says(service: Service) -> None:
    case = service.planned()
    plan = case.version
    service.act(case, "/costs", BODIES["recordCost"])
    cost = case.version
    service.act(case, "/details", {"details": {"interpreterNeeded": True}})
    days = [(plan, "/content/validUntil"), (cost, "/effectiveOn"), (cost, "/content/until")]
    wrong: list[tuple[int, str, Any]] = [(*day, each) for day in days for each in LAX]
    wrong += [(cost, "/content/cents", each) for each in (True, "500", 7.0)]
    member = "/content/details/interpreterNeeded"
    wrong += [(case.version, member, each) for each in ("no", 0, "off")]
    wrong += [(cost, "/source", {"kind": "AUTHORITY", "name": 1})]
    facts = service.facts()
    for version, member, to in wrong:
        change = {"member": member, "to": to}
        body = {"version": version, "changes": [change], "reason": "wrong"}
        answer = service.post(f"{case.path}/corrections", body, tag=case.etag)
        assert answer.status_code == 422, (member, to, answer.text)
        (error,) = problem(answer, 422, "rule-violated")["errors"]
        assert (error["pointer"], error["code"]) == ("#/changes/0/to", "correction-fits")
    assert service.facts() == facts


@pytest.mark.guarantee("RC-2")
def test_what_builds_on_it_is_told_and_goes_along_when_it_is_named(service: Service) -> None:
    case = service.planned()
    drawn_up = case.version
    body = {"version": drawn_up - 1, "reason": f"{MARKER} double entry"}
    english = {"Accept-Language": "en"}
    refused = service.post(f"{case.path}/annulments", body, tag=case.etag, headers=english)
    told = problem(refused, 409, "state-conflict")
    (basis,) = told["legalBasis"]
    assert basis["inputs"] == {"version": drawn_up - 1, "buildingOn": [drawn_up]}
    assert basis["section"] == "GDPR:16"
    assert "only along with exactly these" in basis["detail"]
    fact = service.act(case, "/annulments", {**body, "along": [drawn_up]})
    assert fact["annulled"] == [drawn_up - 1, drawn_up]


@pytest.mark.guarantee("RC-1")
def test_a_correction_that_the_rules_refuse_is_the_same_problem(service: Service) -> None:
    case = service.planned()
    change = {"member": "/content/validUntil", "from": "2026-02-03", "to": "2026-02-04"}
    body = {"version": case.version, "changes": [change], "reason": f"{MARKER} later"}
    told = problem(
        service.post(f"{case.path}/corrections", body, tag=case.etag), 422, "rule-violated"
    )
    assert [(b["section"], b["latest"]) for b in told["legalBasis"]] == [("23.2", "2026-02-03")]
    assert [error["pointer"] for error in told["errors"]] == ["#/changes/0/to"]


@pytest.mark.guarantee("RC-4")
def test_the_history_tells_who_corrected_what_and_only_the_auditor_what_was_annulled(
    service: Service,
) -> None:
    case = service.open_case()
    service.act(case, "/benefit-notices", BODIES["recordBenefitNotice"])
    noticed = case.version
    correct(service, case, noticed, content_from="2024-11-02")
    for language, word in (("fi", "Oikaistu"), ("sv", "Rättad"), ("en", "Corrected")):
        entry = history(service, case, headers={"Accept-Language": language})[noticed - 1]
        (mark,) = entry["corrections"]
        assert mark["text"].startswith(word)
        assert mark["changes"] == [
            {"member": "/content/from", "was": "2024-11-01", "now": "2024-11-02"}
        ]
        assert entry["content"]["from"] == "2024-11-01"
    service.act(case, "/annulments", {"version": noticed, "reason": "another client's"})
    officer, auditor = history(service, case), history(service, case, by=AUDITOR)
    for entries, shown in ((officer, False), (auditor, True)):
        for version in (noticed, noticed + 1):
            entry = entries[version - 1]
            assert entry["annulment"]["reason"] == "another client's"
            assert ("benefit" in str(entry["content"])) is shown


@pytest.mark.guarantee("RC-6")
def test_a_corrected_identity_code_leads_here_no_more_and_is_free(another: Serve) -> None:
    service = another()
    case = service.open_case()
    right = identity_code()
    service.secrets.add(right)
    correct(service, case, 2, content_details_identityCode=right)
    found = service.post("/person-lookups", {"identityCode": right})
    assert found.json()["caseId"] == case.case_id
    problem(service.post("/person-lookups", {"identityCode": case.code}), 404, "not-found")
    opened = service.post("/cases", opening(case.code))
    assert opened.status_code == 201
    # Now it is another's, and may not come back.
    change = {"member": "/content/details/identityCode", "to": case.code}
    body = {"version": 2, "changes": [change], "reason": "no"}
    refused = service.post(f"{case.path}/corrections", body, tag=case.etag)
    problem(refused, 409, "case-not-openable")
    assert service.post("/person-lookups", {"identityCode": right}).status_code == 200


@pytest.mark.guarantee("RC-6")
def test_an_annulled_identity_code_is_free_and_an_annulled_closing_takes_it_again(
    another: Serve,
) -> None:
    service = another()
    case = service.open_case()
    code = identity_code()
    service.secrets.add(code)
    service.act(case, "/details", {"details": {"identityCode": code}})
    lookup = {"identityCode": code}
    assert service.post("/person-lookups", lookup).status_code == 200
    service.act(case, "/annulments", {"version": case.version, "reason": "another's"})
    assert service.post("/person-lookups", lookup).status_code == 404
    service.act(case, "/closure", BODIES["closeCase"])
    closing = case.version
    again = service.post("/cases", opening(case.code))
    assert again.status_code == 201
    body = {"version": closing, "reason": "not closed"}
    refused = service.post(f"{case.path}/annulments", body, tag=case.etag)
    problem(refused, 409, "case-not-openable")
    other = Case(again.json()["caseId"], again.headers["etag"], case.code)
    service.act(other, "/closure", BODIES["closeCase"])
    service.act(case, "/annulments", body)
    problem(service.post("/cases", opening(case.code)), 409, "case-not-openable")


@pytest.mark.guarantee("RC-7")
def test_a_corrected_address_is_masked_wherever_the_address_is(service: Service) -> None:
    case = service.open_case()
    details = {"details": {"contact": {"address": "elsewhere"}}}
    service.act(case, "/details", details)
    told = case.version
    asked = {"version": told, "asked": f"I live at {WHERE}"}
    service.act(case, "/correction-requests", asked)
    correct(service, case, told, content_details_contact_address=WHERE)
    assert WHERE in service.get(f"{case.path}").text
    service.act(case, "/non-disclosure", BODIES["setNonDisclosure"])
    for view in ("", "/history", "/explanation", "/plan"):
        for by in ("officer@vaasa", AUDITOR):
            answer = service.get(f"{case.path}{view}", by=by)
            assert answer.status_code == 200
            assert WHERE not in answer.text
    body = {
        "version": told,
        "changes": [{"member": "/content/details/motherTongue", "to": "fa"}],
        "reason": f"As they speak in {WHERE}",
    }
    answered = service.post(f"{case.path}/corrections", body, tag=case.etag, key="masked-1")
    assert answered.status_code == 201
    assert WHERE not in answered.text
    repeated = service.post(f"{case.path}/corrections", body, tag=case.etag, key="masked-1")
    assert (repeated.status_code, repeated.content) == (201, answered.content)


@pytest.mark.guarantee("RC-9")
def test_a_request_is_in_the_history_with_its_answer(service: Service) -> None:
    case = service.open_case()
    asked = service.act(case, "/correction-requests", {"asked": "my name is spelt otherwise"})
    where = f"/correction-requests/{asked['requestId']}/answer"
    body = {"outcome": "REFUSED", "reason": "the register spells it so"}
    service.act(case, where, body)
    told = [entry["fact"] for entry in history(service, case)][-2:]
    assert told == ["CorrectionRequested", "CorrectionRequestAnswered"]
    refused = service.post(f"{case.path}{where}", body, tag=case.etag)
    problem(refused, 409, "state-conflict")


@pytest.mark.guarantee("RC-1")
def test_what_put_a_record_right_is_on_the_trail_by_its_own_name(service: Service) -> None:
    case = service.open_case()
    change = {"member": "/content/details/motherTongue", "to": "fa"}
    body = {"version": 2, "changes": [change], "reason": f"{MARKER} heard wrong"}
    answer = service.post(f"{case.path}/corrections", body, tag=case.etag)
    assert answer.status_code == 201
    (line,) = service.trail(answer)
    assert (line["action"], line["result"]) == ("CORRECT_RECORD", "RECORDED")
    assert MARKER not in str(line)
    assert case.path in answer.headers["location"]


@pytest.mark.guarantee("HP-3", "RC-4")
def test_the_auditor_and_the_officer_have_other_tags_for_a_history_they_see_otherwise(
    service: Service,
) -> None:
    case = service.open_case()
    notice = {"benefit": "CHILD_HOME_CARE_ALLOWANCE", "from": "2024-11-01"}
    service.act(case, "/benefit-notices", notice)
    service.act(case, "/annulments", {"version": case.version, "reason": "another's"})
    address = f"{case.path}/history"
    officer, auditor = service.get(address), service.get(address, by=AUDITOR)
    assert officer.text != auditor.text
    assert officer.headers["etag"] != auditor.headers["etag"]
    told = {"If-None-Match": officer.headers["etag"]}
    assert service.get(address, by=AUDITOR, headers=told).status_code == 200
