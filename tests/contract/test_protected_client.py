"""A protected client over HTTP: what is withheld, from whom, wherever it could show."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from tests.contract.conftest import Serve
from tests.contract.lawful import BODIES, handed_over, shared, worker_of
from tests.contract.test_family_plans import planned
from tests.service import AUDITOR, TOGETHER, VAASA, Case, Service, identity_code, problem

WHERE = "Kauppakatu 1 A"
CONTACT = {"details": {"contact": {"address": WHERE, "phone": "+358 00 000 0001"}}}
GUARDIAN: dict[str, Any] = {
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
    # Of a minor, by what was told later than the code.
    service.act(case, "/details", {"details": {"dateOfBirth": "2014-04-15"}})
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


@pytest.mark.guarantee("ND-2")
def test_what_is_lifted_is_shown_again(service: Service) -> None:
    case = service.open_case()
    protect(service, case)
    service.act(case, "/worker", {"worker": worker_of(service, case)})
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


@pytest.mark.guarantee("ND-7")
def test_nothing_in_any_answer_leads_to_the_household_of_a_protected_child(
    service: Service,
) -> None:
    family = planned(service)
    child = family.child
    service.act(child, "/representations", GUARDIAN)
    service.settle()
    assert family.plan_id in service.get(f"{child.path}/history").text
    service.act(child, "/non-disclosure", ORDER)
    service.settle()
    household = (
        family.plan_id,
        family.mother.case_id,
        family.father.case_id,
        GUARDIAN["names"]["given"],
    )
    for by in (VAASA, AUDITOR):
        for view in VIEWS:
            answer = service.get(f"{child.path}{view}", by=by)
            assert answer.status_code == 200
            assert [each for each in household if each in told(answer)] == [], (by, view)
    mine = [
        each
        for each in service.get("/worklist?limit=200").json()["items"]
        if each["caseId"] == child.case_id
    ]
    assert [each for each in household if each in str(mine)] == []
    informed = {"date": "2025-02-03", "language": "so", "interpreter": True}
    consent = {
        "scope": "FAMILY_PLAN",
        "guardian": family.mother.case_id,
        "informed": informed,
    }
    tag = service.get(child.path).headers["etag"]
    answered = service.post(f"{child.path}/consents", consent, tag=tag)
    assert answered.status_code == 201
    assert family.mother.case_id not in told(answered)


@pytest.mark.guarantee("ND-8")
def test_what_is_withheld_cannot_be_guessed_by_correcting_it(service: Service) -> None:
    case = service.open_case()
    home = {"details": {"homeMunicipality": "vaasa"}}
    service.act(case, "/details", home)
    version = case.version
    protect(service, case)
    order = service.get(case.path).headers["etag"]
    for guess in ("vaasa", "tampere", None):
        change = {"member": "/content/details/homeMunicipality", "from": guess, "to": "vaasa"}
        body = {"version": version, "changes": [change], "reason": "guessing"}
        refused = service.post(f"{case.path}/corrections", body, tag=order)
        told_of = problem(refused, 422, "rule-violated")
        assert [each["code"] for each in told_of["errors"]] == ["withheld-is-not-corrected"]
    change = {"member": "/content/details/motherTongue", "to": "fa"}
    body = {"version": version, "changes": [change], "reason": "heard wrong"}
    assert service.post(f"{case.path}/corrections", body, tag=order).status_code == 201


@pytest.mark.guarantee("ND-9")
def test_a_closed_case_is_protected_as_an_open_one(service: Service) -> None:
    case = service.open_case()
    service.act(case, "/details", CONTACT)
    service.act(case, "/closure", {"ground": "CLIENT_WITHDREW"})
    assert WHERE in service.get(case.path).text
    service.act(case, "/non-disclosure", ORDER)
    for view in ("", "/history", "/explanation"):
        assert WHERE not in told(service.get(f"{case.path}{view}"))


@pytest.mark.guarantee("ND-10")
def test_37_an_order_is_ended_by_who_is_shown_what_it_protects(service: Service) -> None:
    case = service.open_case()
    protect(service, case)
    order = case.version
    change = {"member": "/content/until", "to": "2025-02-03"}
    ends = {
        "/non-disclosure/lifting": ({}, None),
        "/annulments": ({"version": order, "reason": "wrong person"}, "#/version"),
        "/corrections": (
            {"version": order, "changes": [change], "reason": "over"},
            "#/changes/0/member",
        ),
    }
    for where, (body, pointer) in ends.items():
        refused = service.post(f"{case.path}{where}", body, tag=case.etag)
        told_of = problem(refused, 422, "rule-violated")
        (basis,) = told_of["legalBasis"]
        assert (basis["section"], basis["rule"]) == ("661/2009:37", "protection-ended-by-worker")
        assert [each["pointer"] for each in told_of.get("errors", [])] == [pointer] * bool(pointer)
        (line,) = service.trail(refused)
        assert (line["action"], line["result"]) == (
            "RECORD_ACT" if pointer is None else "CORRECT_RECORD",
            "REFUSED",
        )
    # Anybody who may act on the case protects it further, or says who handles it.
    service.act(case, "/non-disclosure", {"from": "2025-02-03"})
    service.act(case, "/worker", {"worker": worker_of(service, case)})
    assigned = service.get(f"{case.path}/history").json()["entries"][-1]
    assert (assigned["fact"], assigned["recordedBy"]) == (
        "WorkerAssigned",
        worker_of(service, case),
    )
    corrected = service.post(f"{case.path}/corrections", ends["/corrections"][0], tag=case.etag)
    assert corrected.status_code == 201, corrected.text
    case.etag = corrected.headers["etag"]
    service.act(case, "/non-disclosure/lifting", {})
    assert service.get(case.path).json()["nonDisclosure"] is None
    # What was lifted by mistake is put right by anybody: it protects again.
    service.act(case, "/worker", {"worker": "somebody-else"})
    lifted = {"version": case.version - 1, "reason": "too early"}
    annulled = service.post(f"{case.path}/annulments", lifted, tag=case.etag)
    assert annulled.status_code == 201, annulled.text
    assert service.get(case.path).json()["masked"] == MASKED


@pytest.mark.guarantee("ND-10", "ND-12")
@pytest.mark.parametrize("in_the_earlier_one", [True, False])
def test_37_nor_by_another_identity_code_in_one_of_her_cases(
    service: Service, in_the_earlier_one: bool
) -> None:
    earlier = service.open_case()
    service.act(earlier, "/details", CONTACT)
    service.act(earlier, "/closure", {"ground": "CLIENT_WITHDREW"})
    case = service.open_case(code=earlier.code)
    service.act(case, "/non-disclosure", ORDER)
    service.act(case, "/worker", {"worker": "somebody-else"})
    assert WHERE not in told(service.get(earlier.path))
    acted = earlier if in_the_earlier_one else case
    acted.etag = service.get(acted.path).headers["etag"]
    change = {"member": "/content/details/identityCode", "to": identity_code()}
    correction = {"version": 2, "changes": [change], "reason": "mistyped"}
    refused = service.post(f"{acted.path}/corrections", correction, tag=acted.etag)
    told_of = problem(refused, 422, "rule-violated")
    assert told_of["legalBasis"][0]["rule"] == "protection-ended-by-worker"
    assert [each["pointer"] for each in told_of["errors"]] == ["#/changes/0/member"]
    assert WHERE not in told(service.get(earlier.path))
    # Whoever is assigned puts a wrong code right.
    service.act(acted, "/worker", {"worker": worker_of(service, acted)})
    corrected = service.post(f"{acted.path}/corrections", correction, tag=acted.etag)
    assert corrected.status_code == 201, corrected.text


@pytest.mark.guarantee("ND-10", "ND-12")
def test_37_nor_by_annulling_what_made_a_case_hers(service: Service) -> None:
    stays, duplicate = service.open_case(), service.open_case(code=None)
    service.act(duplicate, "/details", CONTACT)
    closing = {"ground": "DUPLICATE", "continuesIn": stays.case_id, "reason": "one person"}
    service.act(duplicate, "/closure", closing)
    closed = duplicate.version
    joining = {"duplicate": duplicate.case_id, "reason": "one person"}
    service.act(stays, "/joined-cases", joining)
    joined = stays.version
    service.act(stays, "/non-disclosure", ORDER)
    service.act(stays, "/worker", {"worker": "somebody-else"})
    assert WHERE not in told(service.get(duplicate.path))
    for case, version in ((stays, joined), (duplicate, closed)):
        case.etag = service.get(case.path).headers["etag"]
        body = {"version": version, "reason": "two people"}
        refused = service.post(f"{case.path}/annulments", body, tag=case.etag)
        told_of = problem(refused, 422, "rule-violated")
        assert told_of["legalBasis"][0]["rule"] == "protection-ended-by-worker"
    assert WHERE not in told(service.get(duplicate.path))


@pytest.mark.guarantee("ND-10")
def test_37_of_a_closed_case_too(service: Service) -> None:
    case = service.open_case()
    service.act(case, "/closure", {"ground": "CLIENT_WITHDREW"})
    service.act(case, "/non-disclosure", ORDER)
    refused = service.post(f"{case.path}/non-disclosure/lifting", {}, tag=case.etag)
    problem(refused, 422, "rule-violated")
    service.act(case, "/worker", {"worker": worker_of(service, case)})
    service.act(case, "/non-disclosure/lifting", {})
    assert service.get(case.path).json()["masked"] == []


def child_and_mother(service: Service) -> tuple[Case, Case]:
    """A child whose case tells where she lives, with her mother as guardian."""
    child, mother = service.open_case(), service.open_case()
    service.act(child, "/details", {"details": {"dateOfBirth": "2014-04-15"}})
    service.act(child, "/details", CONTACT)
    service.act(child, "/details", {"details": {"guardians": [mother.case_id]}})
    return child, mother


@pytest.mark.guarantee("ND-11")
def test_37_where_a_protected_guardian_lives_is_not_told_by_her_child_s_case(
    service: Service,
) -> None:
    child, mother = child_and_mother(service)
    before = service.get(child.path)
    assert before.json()["person"]["contact"]["address"] == WHERE
    service.act(mother, "/non-disclosure", ORDER)
    for by in (VAASA, AUDITOR):
        for view in VIEWS:
            answer = service.get(f"{child.path}{view}", by=by)
            assert answer.status_code == 200
            assert WHERE not in told(answer), (by, view)
            assert mother.case_id not in told(answer), (by, view)
            assert answer.json()["masked"] == MASKED
    assert service.get(child.path).headers["etag"] != before.headers["etag"]
    tag = service.get(child.path).headers["etag"]
    acted = service.post(f"{child.path}/details", CONTACT, tag=tag, key="to-the-child")
    assert acted.status_code == 201
    assert WHERE not in told(acted)
    # The child's own worker is shown it, and passes it on to nobody.
    child.etag = service.get(child.path).headers["etag"]
    service.act(child, "/worker", {"worker": worker_of(service, child)})
    assert WHERE in told(service.get(child.path))


@pytest.mark.guarantee("ND-11")
def test_37_it_is_told_again_once_the_guardian_s_order_is_lifted(service: Service) -> None:
    child, mother = child_and_mother(service)
    service.act(mother, "/non-disclosure", ORDER)
    assert WHERE not in told(service.get(child.path))
    service.act(mother, "/worker", {"worker": worker_of(service, mother)})
    service.act(mother, "/non-disclosure/lifting", {})
    answer = service.get(child.path)
    assert answer.json()["masked"] == []
    assert WHERE in told(answer)


@pytest.mark.guarantee("ND-11")
def test_37_no_provider_and_no_list_is_told_either(service: Service) -> None:
    case, mother = service.planned(), service.open_case()
    service.act(case, "/details", CONTACT)
    service.act(case, "/details", {"details": {"dateOfBirth": "2014-04-15"}})
    service.act(case, "/details", {"details": {"homeMunicipality": "espoo"}})
    service.act(case, "/details", {"details": {"guardians": [mother.case_id]}})
    service.act(case, "/worker", {"worker": worker_of(service, case)})

    def on_the_worklist(headers: Mapping[str, str] = MappingProxyType({})) -> list[str]:
        items = service.get("/worklist?limit=200", headers=headers).json()["items"]
        return [each["due"] for each in items if each["caseId"] == case.case_id]

    colleague = {"Authorization": f"Bearer {service.signed(sub='somebody-else')}"}
    service.settle()
    assert "HOME_MUNICIPALITY_CHANGED" in on_the_worklist(colleague)
    assert WHERE in told(service.get(f"{case.path}/provider-extract?provider=vaasa"))
    service.act(mother, "/non-disclosure", ORDER)
    assert "HOME_MUNICIPALITY_CHANGED" not in on_the_worklist(colleague)
    assert "HOME_MUNICIPALITY_CHANGED" in on_the_worklist()
    extract = service.get(f"{case.path}/provider-extract?provider=vaasa")
    assert extract.status_code == 200
    assert WHERE not in told(extract)


@pytest.mark.guarantee("ND-11")
def test_37_no_page_of_the_worklist_is_shorter_for_what_it_withholds(another: Serve) -> None:
    service = another()
    child, mother = child_and_mother(service)
    service.act(child, "/details", {"details": {"homeMunicipality": "espoo"}})
    service.act(child, "/worker", {"worker": worker_of(service, child)})
    colleague = {"Authorization": f"Bearer {service.signed(sub='somebody-else')}"}

    def pages() -> list[list[tuple[str, str]]]:
        found, query = [], "/worklist?limit=1"
        while True:
            page = service.get(query, headers=colleague).json()
            found.append([(each["caseId"], each["due"]) for each in page["items"]])
            if page["next"] is None:
                return found
            query = f"/worklist?limit=1&cursor={page['next']}"

    service.settle()
    open_to_all = pages()
    moved = (child.case_id, "HOME_MUNICIPALITY_CHANGED")
    assert [moved] in open_to_all
    service.act(mother, "/non-disclosure", ORDER)
    service.settle()
    withheld = pages()
    assert withheld == [page for page in open_to_all if page != [moved]]
    assert all(len(page) == 1 for page in withheld)


@pytest.mark.guarantee("ND-11")
def test_37_who_protects_as_a_guardian_is_not_annulled_by_who_sees_nothing(
    service: Service,
) -> None:
    child, mother = child_and_mother(service)
    named = child.version
    service.act(mother, "/non-disclosure", ORDER)
    tag = service.get(child.path).headers["etag"]
    refused = service.post(f"{child.path}/annulments", {"version": named, "reason": "x"}, tag=tag)
    told_of = problem(refused, 422, "rule-violated")
    assert [each["code"] for each in told_of["errors"]] == ["protection-ended-by-worker"]
    assert WHERE not in told(service.get(child.path))


def closed_and_opened_again(service: Service) -> tuple[Case, Case]:
    """A case that tells where she lives and is closed, and a later one of the same person."""
    old = service.open_case()
    service.act(old, "/details", CONTACT)
    service.act(old, "/closure", BODIES["closeCase"])
    new = service.open_case(code=old.code)
    service.act(new, "/details", CONTACT)
    return old, new


@pytest.mark.guarantee("ND-12")
@pytest.mark.parametrize("protected", [0, 1], ids=["the closed one", "the open one"])
def test_37_an_order_in_one_case_covers_every_case_of_the_person(
    service: Service, protected: int
) -> None:
    cases = closed_and_opened_again(service)
    for each in cases:
        assert WHERE in told(service.get(each.path))
    service.act(cases[protected], "/non-disclosure", ORDER)
    for each in cases:
        for view in ("", "/history"):
            answer = service.get(f"{each.path}{view}")
            assert answer.status_code == 200
            assert WHERE not in told(answer)
            assert answer.json()["masked"] == MASKED


@pytest.mark.guarantee("ND-12")
def test_37_an_order_in_any_case_of_a_guardian_covers_the_child(service: Service) -> None:
    child, mother = child_and_mother(service)
    service.act(mother, "/closure", BODIES["closeCase"])
    later = service.open_case(code=mother.code)
    assert WHERE in told(service.get(child.path))
    service.act(later, "/non-disclosure", ORDER)
    assert WHERE not in told(service.get(child.path))
