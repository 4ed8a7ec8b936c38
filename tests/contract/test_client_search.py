"""Finding a client by name and date of birth, within one's own authority."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.contract.conftest import Serve
from tests.service import (
    AUDITOR,
    ESPOO,
    MARKER,
    NURSE,
    OPERATOR,
    START,
    VAASA,
    Case,
    Service,
    opening,
    problem,
)
from tests.service import identity_code as new_code

from cases.domain.people import birth_date
from cases.projections.erasing import erase_gone

TAMPERE = "officer@tampere"
TODAY = START.date()
BORN = date(1990, 3, 15)


def opened(service: Service, given: str, family: str, *, by: str = VAASA, **person: Any) -> Case:
    """A case just opened, for somebody of this name; born on BORN unless a code says otherwise."""
    details = {"names": {"given": given, "family": family}, **person}
    if "identityCode" not in details:
        details.setdefault("dateOfBirth", BORN.isoformat())
    response = service.post("/cases", opening(person=details), by=by)
    assert response.status_code == 201, response.text
    service.secrets |= {family}
    return Case(response.json()["caseId"], response.headers["etag"], "")


def search(service: Service, name: str, born: date = BORN, *, by: str = VAASA, **how: Any) -> Any:
    body = {"name": name, "dateOfBirth": born.isoformat()}
    return service.post("/client-searches", body, by=by, key=None, **how)


def found(service: Service, name: str, born: date = BORN, *, by: str = VAASA) -> list[str]:
    response = search(service, name, born, by=by)
    assert response.status_code == 200, response.text
    return [item["caseId"] for item in response.json()["items"]]


@pytest.mark.guarantee("FN-1")
def test_case_marks_and_order_do_not_matter_and_a_word_is_whole(service: Service) -> None:
    case = opened(service, "Zahra-Maria", "Kärimäki")
    service.settle()
    for name in ("Zahra Kärimäki", "karimaki ZAHRA", "kärimäki, maria-zahra", "Kärimäki"):
        assert found(service, name) == [case.case_id], name
    for name in ("Karim", "Zahra Lund", "Kar", "*", "%", "Kärimäk_"):
        response = search(service, name)
        assert response.status_code in {200, 400}
        assert case.case_id not in response.text, name
    assert found(service, "Kärimäki", BORN + timedelta(days=1)) == []


@pytest.mark.guarantee("FN-1")
def test_a_client_is_shown_as_she_is_today_whichever_name_finds_her(service: Service) -> None:
    case = opened(service, "Leyla", "Moradikhani")
    changed = {"details": {"names": {"given": "Leyla", "family": "Lundqvistson"}}}
    service.act(case, "/details", changed)
    service.act(case, "/worker", {"worker": "virva"})
    service.settle()
    for name in ("leyla moradikhani", "lundqvistson leyla", "Moradikhani Lundqvistson"):
        (item,) = search(service, name).json()["items"]
        assert item == {
            "caseId": case.case_id,
            "version": case.version,
            "continuesIn": None,
            "names": {"given": "Leyla", "family": "Lundqvistson"},
            "dateOfBirth": BORN.isoformat(),
            "openedOn": TODAY.isoformat(),
            "closedOn": None,
            "worker": "virva",
            "masked": [],
        }


@pytest.mark.guarantee("FN-1")
def test_the_day_that_an_identity_code_states_finds_too(service: Service) -> None:
    code = new_code()
    case = opened(service, "Omid", "Tabrizian", identityCode=code)
    service.settle()
    assert found(service, "Omid Tabrizian", birth_date(code)) == [case.case_id]


@pytest.mark.guarantee("FN-2")
def test_who_has_a_case_elsewhere_is_answered_as_nobody(another: Serve) -> None:
    service = another()
    here = opened(service, "Amina", "Hassanpour")
    there = opened(service, "Amina", "Hassanpour", by=ESPOO)
    service.settle()
    assert found(service, "Amina Hassanpour") == [here.case_id]
    assert found(service, "Amina Hassanpour", by=ESPOO) == [there.case_id]
    elsewhere, nowhere = (
        search(service, "Amina Hassanpour", by=TAMPERE),
        search(service, "Nobody Hassanpour", by=TAMPERE),
    )
    assert elsewhere.content == nowhere.content
    assert elsewhere.headers.keys() == nowhere.headers.keys()
    for response in (elsewhere, nowhere):
        (line,) = service.trail(response)
        assert (line["result"], line["case_id"]) == ("NOTHING_FOUND", None)


@pytest.mark.guarantee("FN-2")
@pytest.mark.parametrize("by", [NURSE, AUDITOR, OPERATOR])
def test_who_has_no_clients_may_not_search(service: Service, by: str) -> None:
    opened(service, "Sara", "Rostamabadi")
    service.settle()
    purpose = "ORGANISING_SERVICES" if by == NURSE else ""
    refused = search(service, "Sara Rostamabadi", by=by, purpose=purpose)
    problem(refused, 403, "forbidden")
    assert {line["result"] for line in service.trail(refused)} == {"FORBIDDEN"}


@pytest.mark.guarantee("FN-2")
def test_a_case_that_moves_is_found_by_whoever_answers_for_it_on_the_day(another: Serve) -> None:
    service = another()
    case = opened(service, "Dilnoza", "Yusupovaite")
    told = {"date": "2025-02-03", "language": "en", "interpreter": False}
    consent = {"scope": "CONTACT_TO_NEW_MUNICIPALITY", "informed": told}
    case.consent = service.act(case, "/consents", consent)["consentId"]
    passes = TODAY + timedelta(days=8)
    move = {"to": "tampere", "reason": "MOVE", "consent": case.consent}
    service.act(case, "/hand-over", {**move, "takesEffectOn": passes.isoformat()})
    service.settle()
    for day, finds, finds_not in (
        (passes - timedelta(days=1), VAASA, TAMPERE),
        (passes, TAMPERE, VAASA),
    ):
        service.clock.set(START + (day - TODAY))
        assert found(service, "Yusupovaite", by=finds) == [case.case_id]
        assert found(service, "Yusupovaite", by=finds_not) == []


@pytest.mark.guarantee("FN-2")
def test_the_log_is_asked_once_more_where_the_index_is_behind(another: Serve) -> None:
    service = another()
    case = service.assessed()
    service.settle()
    born = birth_date(case.code)
    assert found(service, MARKER, born) == [case.case_id]
    service.refer(case)
    where = f"/referrals/{case.referral}/acceptance"
    accepted = {"registeredAsJobseekerOn": TODAY.isoformat()}
    service.act(case, where, accepted, by="officer@vaasan-seutu")
    # Nothing is settled: the index still has the case as Vaasa's.
    response = search(service, MARKER, born)
    assert response.json()["items"] == []
    assert response.json()["behind"] > 0
    assert [line["result"] for line in service.trail(response)] == ["FORBIDDEN", "NOTHING_FOUND"]
    service.settle()
    assert found(service, MARKER, born, by="officer@vaasan-seutu") == [case.case_id]


@pytest.mark.guarantee("FN-2")
def test_a_closed_case_is_found_and_says_so(service: Service) -> None:
    case = opened(service, "Ivan", "Petrenkovski")
    service.act(case, "/closure", {"ground": "CLIENT_WITHDREW"})
    service.settle()
    (item,) = search(service, "petrenkovski").json()["items"]
    assert (item["caseId"], item["closedOn"]) == (case.case_id, TODAY.isoformat())


@pytest.mark.guarantee("FN-3")
def test_a_name_put_right_finds_nobody_any_more(service: Service) -> None:
    case = opened(service, "Farid", "Wronglyheard")
    change = {"member": "/content/details/names/family", "to": "Rightlyheard"}
    body = {"version": 2, "changes": [change], "reason": "heard wrong"}
    service.settle()
    assert found(service, "Wronglyheard") == [case.case_id]
    service.act(case, "/corrections", body)
    assert found(service, "Wronglyheard") == [], "also before the index has followed"
    service.settle()
    assert found(service, "Wronglyheard") == []
    assert found(service, "Farid Rightlyheard") == [case.case_id]


@pytest.mark.guarantee("FN-3")
def test_what_was_erased_is_found_no_more_and_leaves_no_index(another: Serve) -> None:
    service = another()
    case = opened(service, "Goran", "Forgottenson")
    service.settle()
    service.rows(
        "update log.case_key set wrapped = null, destroyed_at = now() where stream_id = %s",
        [case.case_id],
    )
    assert found(service, "Forgottenson") == []
    system = service.system
    assert erase_gone(system.projector, system.log, system.views.names) == 1
    assert service.rows("select * from views.name") == []


@pytest.mark.guarantee("FN-4")
def test_the_index_holds_no_name_no_day_and_nothing_two_authorities_share(another: Serve) -> None:
    service = another()
    opened(service, "Amina", "Hassanpour")
    opened(service, "Amina", "Hassanpour", by=ESPOO)
    service.settle()
    rows = service.rows("select authority, blind from views.name")
    assert {len(row["blind"]) for row in rows} == {32}
    assert len({bytes(row["blind"]) for row in rows}) == len(rows) == 4


@pytest.mark.guarantee("FN-5")
def test_each_client_shown_leaves_a_line_and_no_line_says_what_was_searched_for(
    another: Serve,
) -> None:
    service = another()
    cases = {opened(service, "Mohammad", "Ahmadabadi").case_id for _ in range(3)}
    service.settle()
    response = search(service, "Ahmadabadi")
    lines = service.trail(response)
    assert {str(line["case_id"]) for line in lines} == cases
    assert {(line["action"], line["result"], line["purpose"]) for line in lines} == {
        ("SEARCH_CLIENTS", "SHOWN", "ORGANISING_SERVICES")
    }
    assert [line["sections"] for line in lines] == [["search"]] * 3
    assert "ahmadabadi" not in str(lines).lower()
    assert BORN.isoformat() not in str(lines)
    assert "ahmadabadi" not in str(response.request.url).lower()
    problem(search(service, "Ahmadabadi", purpose=None), 403, "purpose-missing")


@pytest.mark.guarantee("FN-5")
def test_pages_are_whole_and_a_cursor_is_of_one_search(another: Serve) -> None:
    service = another()
    cases = {opened(service, "Mohammad", "Ahmadabadi").case_id for _ in range(5)}
    for _ in range(5):
        opened(service, "Mohammad", "Otherwise")
    service.settle()
    seen: list[str] = []
    sizes = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        page = search(service, "Mohammad Ahmadabadi", params=params).json()
        seen += [item["caseId"] for item in page["items"]]
        sizes.append(len(page["items"]))
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert (sizes, {*seen}) == ([2, 2, 1], cases)
    problem(search(service, "Mohammad", params=params), 400, "cursor-invalid")
    problem(search(service, "Mohammad Ahmadabadi", by=ESPOO, params=params), 400, "cursor-invalid")


@pytest.mark.guarantee("FN-1")
@pytest.mark.parametrize(
    "body",
    [
        {"name": "Ahmadabadi"},
        {"dateOfBirth": "1990-03-15"},
        {"name": "---", "dateOfBirth": "1990-03-15"},
        {"name": "", "dateOfBirth": "1990-03-15"},
        {"name": "Ahmadabadi", "dateOfBirth": "15.3.1990"},
        {"name": "Ahmadabadi" * 21, "dateOfBirth": "1990-03-15"},
        {"name": "Ahmadabadi", "dateOfBirth": "1990-03-15", "authority": "espoo"},
    ],
)
def test_without_a_name_and_a_day_nobody_is_searched_for(
    service: Service, body: dict[str, Any]
) -> None:
    refused = service.post("/client-searches", body, key=None)
    told = problem(refused, 400, "malformed-request")
    assert "Ahmadabadi" not in str(told)
    assert [line["result"] for line in service.trail(refused)] == ["REFUSED"]


@pytest.mark.guarantee("FN-2")
def test_a_protected_client_is_found_by_who_may_see_her_and_masked(service: Service) -> None:
    case = opened(service, "Hiwa", "Protectedova")
    contact = {"details": {"contact": {"address": "Kauppakatu 1 A"}}}
    service.act(case, "/details", contact)
    service.act(case, "/non-disclosure", {"from": "2025-02-03", "until": "2030-02-02"})
    service.settle()
    (item,) = search(service, "Protectedova").json()["items"]
    assert item["masked"] == ["CONTACT_DETAILS", "HOME_MUNICIPALITY", "HOUSEHOLD"]
    assert "Kauppakatu" not in str(item)
    assert found(service, "Protectedova", by=ESPOO) == []


@pytest.mark.guarantee("FN-5")
def test_a_search_waits_for_the_act_its_reader_has_seen(service: Service) -> None:
    case = opened(service, "Nahid", "Awaitedson")
    seen = {"seen": f"{case.case_id}@{case.version}"}
    late = search(service, "Awaitedson", params=seen, headers={"Prefer": "wait=0"})
    problem(late, 503, "projection-behind")
    service.settle()
    (item,) = search(service, "Awaitedson", params=seen).json()["items"]
    assert item["caseId"] == case.case_id
