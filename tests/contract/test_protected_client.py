"""A protected client over HTTP: what is withheld, from whom, wherever it could show."""

from typing import Any

import pytest
from tests.contract.lawful import handed_over, shared
from tests.service import TOGETHER, Case, Service, problem

WHERE = "Kauppakatu 1 A"
CONTACT = {"details": {"contact": {"address": WHERE, "phone": "+358 00 000 0001"}}}
GUARDIAN = {
    "kind": "GUARDIAN",
    "names": {"given": "Aino", "family": "Huoltaja"},
    "contact": {"address": WHERE},
    "from": "2025-01-01",
}
ORDER = {"from": "2025-02-03", "until": "2030-02-02"}
MASKED = ["CONTACT_DETAILS", "HOME_MUNICIPALITY", "HOUSEHOLD"]
VIEWS = (
    "",
    "/plan",
    "/dues",
    "/repository-record",
    "/history",
    "/explanation",
    "/services",
    "/costs",
    "/representations",
)


def protect(service: Service, case: Case) -> None:
    """Tell where the person lives, then that it must not be told."""
    service.act(case, "/details", CONTACT)
    service.act(case, "/representations", GUARDIAN)
    for view in ("", "/representations", "/provider-extract?provider=vaasa"):
        answer = service.get(f"{case.path}{view}")
        assert WHERE in answer.text or answer.status_code == 404
    service.act(case, "/non-disclosure", ORDER)


def told(answer: Any) -> str:
    return str(answer.text) + str(answer.headers)


@pytest.mark.guarantee("ND-1")
def test_contact_details_are_in_no_answer_once_non_disclosure_is_set(service: Service) -> None:
    case = service.planned()
    before = case.version + 1
    protect(service, case)
    for view in VIEWS:
        for query in ("", f"?version={before}"):
            answer = service.get(f"{case.path}{view}{query}")
            assert answer.status_code == 200
            assert WHERE not in told(answer)
            assert answer.json()["masked"] == MASKED
            assert service.trail(answer)[0]["traits"][0] == "MASKED"
    extract = service.get(f"{case.path}/provider-extract?provider=vaasa")
    assert extract.status_code == 200
    assert WHERE not in told(extract)
    assert WHERE not in told(service.get(f"{case.path}/plan/page", headers={"Accept": "text/html"}))
    assert service.get(case.path).json()["nonDisclosure"] == {"until": "2030-02-02"}
    service.settle()
    for page in ("/clients?limit=200", "/worklist?limit=200", "/repository-gaps?limit=200"):
        assert WHERE not in told(service.get(page))


@pytest.mark.guarantee("ND-1")
def test_the_answer_to_an_act_tells_no_contact_details_either(service: Service) -> None:
    case = service.open_case()
    protect(service, case)
    moved = service.post(f"{case.path}/details", CONTACT, tag=case.etag, key="moved-once")
    assert moved.status_code == 201
    assert WHERE not in told(moved)
    again = service.post(f"{case.path}/details", CONTACT, tag=case.etag, key="moved-once")
    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == moved.content
    # The tag of an act is the tag of the next read, masked or not.
    assert service.get(case.path).headers["etag"] == moved.headers["etag"]


@pytest.mark.guarantee("ND-1")
def test_an_auditor_sees_that_something_is_withheld_and_not_what(service: Service) -> None:
    case = service.open_case()
    protect(service, case)
    seen = service.get(f"{case.path}/history", by="auditor@tarkastus")
    assert seen.status_code == 200
    assert WHERE not in told(seen)
    assert seen.json()["masked"] == MASKED


@pytest.mark.guarantee("ND-2")
def test_the_assigned_worker_of_the_responsible_authority_sees_the_contact_details(
    service: Service,
) -> None:
    case = service.open_case()
    protect(service, case)
    hidden = service.get(case.path)
    service.act(case, "/worker", {"worker": worker_of(service, case)})
    shown = service.get(case.path)
    assert shown.json()["masked"] == []
    assert shown.json()["person"]["contact"]["address"] == WHERE
    assert shown.headers["etag"] != hidden.headers["etag"]
    colleague = {"Authorization": f"Bearer {service.signed(sub='somebody-else')}"}
    other = service.get(case.path, headers=colleague)
    assert other.status_code == 200
    assert WHERE not in told(other)


def worker_of(service: Service, case: Case) -> str:
    """The id the usual officer of Vaasa signs in with."""
    entries = service.get(f"{case.path}/history").json()["entries"]
    return str(entries[0]["recordedBy"])


@pytest.mark.guarantee("ND-2")
def test_what_is_lifted_is_shown_again(service: Service) -> None:
    case = service.open_case()
    protect(service, case)
    service.act(case, "/non-disclosure/lifting", {})
    shown = service.get(case.path).json()
    assert (shown["masked"], shown["nonDisclosure"]) == ([], None)
    assert shown["person"]["contact"]["address"] == WHERE


@pytest.mark.guarantee("ND-3")
def test_who_handed_a_protected_case_over_stands_to_it_as_any_other(service: Service) -> None:
    case = handed_over(service)
    assert service.get(f"{case.path}/plan").status_code == 200
    service.act(case, "/non-disclosure", ORDER, by="officer@vaasan-seutu")
    answer = service.get(f"{case.path}/plan")
    problem(answer, 404, "not-found")
    assert service.trail(answer)[0]["result"] == "FORBIDDEN"
    looked_up = service.post("/person-lookups", {"identityCode": case.code})
    problem(looked_up, 404, "not-found")
    problem(service.post(f"{case.path}/details", CONTACT, tag=case.etag), 404, "not-found")


@pytest.mark.guarantee("ND-3")
def test_parties_go_on_working_with_a_protected_client_without_the_contact_details(
    service: Service,
) -> None:
    case = shared(service)
    protect(service, case)
    assert "pohjanmaa" in TOGETHER["parties"]
    answer = service.get(case.path, by="professional@pohjanmaa")
    assert answer.status_code == 200
    assert WHERE not in told(answer)
    assert answer.json()["masked"] == MASKED
