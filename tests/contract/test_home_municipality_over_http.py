"""The home municipality over HTTP: recorded, hinted at, withheld of a protected client."""

import pytest
from tests.contract.conftest import Serve
from tests.service import ESPOO, Case, Service, identity_code, opening, problem

THERE = {"details": {"homeMunicipality": "narpio"}}
ORDER = {"from": "2025-02-03", "until": "2030-02-02"}
PLACES = ("narpio", "rannikko-pohjanmaa")
VIEWS = ("", "/plan", "/dues", "/repository-record", "/history", "/explanation", "/services")
KIND = "HOME_MUNICIPALITY_CHANGED"


def mine(service: Service, case: Case) -> str:
    """The id the usual officer of Vaasa signs in with."""
    entries = service.get(f"{case.path}/history").json()["entries"]
    return str(entries[0]["recordedBy"])


def hinted(service: Service, case: Case) -> tuple[int, int]:
    """How often it is said that the client lives elsewhere: on the worklist, of the case itself."""
    service.settle()
    listed = service.get("/worklist?limit=200").json()["items"]
    own = service.get(f"{case.path}/dues").json()["dues"]
    return (
        sum((each["caseId"], each["due"]) == (case.case_id, KIND) for each in listed),
        sum(each["due"] == KIND for each in own),
    )


@pytest.mark.guarantee("CS-60")
def test_73_it_is_in_the_case_and_its_history_and_none_but_a_municipality(service: Service) -> None:
    case = service.planned()
    recorded = service.act(case, "/details", THERE)
    assert recorded["details"] == THERE["details"]
    assert service.get(case.path).json()["person"]["homeMunicipality"] == "narpio"
    last = service.get(f"{case.path}/history").json()["entries"][-1]
    assert last["content"]["details"]["homeMunicipality"] == "narpio"
    body = {"details": {"homeMunicipality": "kela"}}
    refused = service.post(f"{case.path}/details", body, tag=case.etag)
    told = problem(refused, 422, "rule-violated")
    assert told["errors"][0]["pointer"] == "#/details/homeMunicipality"
    assert "kela" not in refused.text


@pytest.mark.guarantee("AC-10")
def test_85_an_opening_that_became_a_request_is_answered_with_what_was_sent(
    service: Service,
) -> None:
    case = service.open_case(by=ESPOO)
    answers = []
    for code in (identity_code(), case.code):
        service.secrets.add(code)
        body = opening(code)
        body["person"]["homeMunicipality"] = "vaasa"
        answer = service.post("/cases", body)
        assert answer.status_code == 201
        contents = [each["content"] for each in answer.json()["recorded"]]
        assert contents[1]["details"].pop("identityCode") == code
        answers.append(contents)
    assert answers[0] == answers[1]


@pytest.mark.guarantee("CS-61")
def test_85_the_worklist_and_the_case_say_that_it_is_to_be_handed_over_and_not_where_to(
    another: Serve,
) -> None:
    service = another()
    case = service.planned()
    assert hinted(service, case) == (0, 0)
    service.act(case, "/details", THERE)
    assert hinted(service, case) == (1, 1)
    for page in ("/worklist?limit=200", f"{case.path}/dues"):
        assert not any(place in service.get(page).text for place in PLACES)


@pytest.mark.guarantee("ND-6")
def test_36_a_protected_clients_home_municipality_and_that_it_changed_are_in_no_answer(
    another: Serve,
) -> None:
    service = another()
    case = service.planned()
    service.act(case, "/details", THERE)
    before = case.version
    changes = [{"member": "/content/details/homeMunicipality", "to": "turku"}]
    body = {"version": before, "changes": changes, "reason": "she told of turku"}
    service.act(case, "/corrections", body)
    service.act(case, "/non-disclosure", ORDER)
    again = service.act(case, "/details", THERE)
    assert "homeMunicipality" not in again["details"]
    service.settle()
    answers = [
        service.get(f"{case.path}{view}{query}")
        for view in VIEWS
        for query in ("", f"?version={before}")
    ]
    answers += [
        service.get(f"{page}?limit=200") for page in ("/clients", "/worklist", "/repository-gaps")
    ]
    answers += [
        service.get(f"{case.path}/history", by="auditor@tarkastus"),
        service.get(f"{case.path}/plan/page", headers={"Accept": "text/html"}),
        service.get(f"{case.path}/provider-extract?provider=vaasa"),
    ]
    for answer in answers:
        assert answer.status_code == 200
        told = answer.text + str(answer.headers)
        assert not any(place in told for place in (*PLACES, "turku")), answer.url
    assert hinted(service, case) == (0, 0)
    # Nor of a day after the order: it is withheld today.
    afterwards = service.get("/worklist?limit=200&validOn=2030-02-03")
    assert afterwards.status_code == 200
    assert KIND not in afterwards.text
    service.act(case, "/worker", {"worker": mine(service, case)})
    assert hinted(service, case) == (1, 1)
    assert service.get(case.path).json()["person"]["homeMunicipality"] == "narpio"
