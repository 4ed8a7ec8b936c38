"""A client moves: each authority sees the case on its own days, and no fact marks the day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from tests.contract.conftest import Serve
from tests.service import START, VAASA, Case, Service, problem

TAMPERE = "officer@tampere"
CONSENT = {
    "scope": "CONTACT_TO_NEW_MUNICIPALITY",
    "informed": {"date": "2025-02-03", "language": "en", "interpreter": False},
}
TODAY = START.date()
PASSES = TODAY + timedelta(days=8)
A_DAY = timedelta(days=1)


def agreed(service: Service, case: Case, by: str = VAASA, **told: Any) -> dict[str, Any]:
    """The client consents, and the case is to pass to Tampere; what was recorded."""
    case.consent = service.act(case, "/consents", CONSENT, by)["consentId"]
    move = {"to": "tampere", "reason": "MOVE", "consent": case.consent, **told}
    recorded: dict[str, Any] = service.act(case, "/hand-over", move, by)
    return recorded


def moving(service: Service) -> Case:
    """A client with a plan, whose case passes to Tampere in eight days."""
    case = service.planned()
    agreed(service, case, takesEffectOn=PASSES.isoformat())
    return case


def at(service: Service, day: date) -> None:
    """The tenth hour of the morning of a day."""
    service.clock.set(START + (day - TODAY))


def told(service: Service, by: str, case: Case, **query: Any) -> list[str]:
    """Where the caller meets the case: its own addresses, and the lists of the authority."""
    found = []
    for view in ("", "/plan", "/history", "/dues"):
        answer = service.get(case.path + view, by=by, params=query)
        assert answer.status_code in {200, 404}
        if answer.status_code == 404:
            problem(answer, 404, "not-found")
        found += [view or "case"] if answer.status_code == 200 else []
    for page in ("/clients", "/worklist", "/repository-gaps"):
        answer = service.get(page, by=by, params={"limit": 200, **query})
        assert answer.status_code == 200, answer.text
        ids = {item["caseId"] for item in answer.json()["items"]}
        found += [page] if case.case_id in ids else []
    return found


EVERYWHERE = [
    *["case", "/plan", "/history", "/dues"],
    *["/clients", "/worklist", "/repository-gaps"],
]


@pytest.mark.guarantee("AC-9")
def test_85_on_the_eve_and_on_the_day_exactly_one_authority_meets_the_case_everywhere(
    another: Serve,
) -> None:
    service = another()
    case = moving(service)
    service.settle()
    facts = service.facts()
    for day, sees, sees_not in (
        (TODAY, VAASA, TAMPERE),
        (PASSES - A_DAY, VAASA, TAMPERE),
        (PASSES, TAMPERE, VAASA),
        (PASSES + 200 * A_DAY, TAMPERE, VAASA),
    ):
        at(service, day)
        assert told(service, sees, case) == EVERYWHERE, day
        assert told(service, sees_not, case) == [], day
    assert service.facts() == facts


@pytest.mark.guarantee("AC-9")
def test_85_of_a_day_ahead_nobody_meets_more_than_on_that_day_and_today(another: Serve) -> None:
    service = another()
    case = moving(service)
    service.settle()
    for day in (PASSES - A_DAY, PASSES):
        asked = {"validOn": day.isoformat()}
        assert told(service, TAMPERE, case, **asked) == []
        expected = EVERYWHERE if day < PASSES else []
        assert told(service, VAASA, case, **asked) == expected


@pytest.mark.guarantee("AC-9")
def test_85_on_a_past_day_a_client_is_listed_for_nobody_who_did_not_answer_then(
    another: Serve,
) -> None:
    service = another()
    moving(service)
    service.settle()
    at(service, PASSES + 7 * A_DAY)
    for day, listed in ((PASSES - A_DAY, 0), (PASSES, 1)):
        asked = {"validOn": day.isoformat()}
        assert len(service.get("/clients", by=TAMPERE, params=asked).json()["items"]) == listed
        assert service.get("/clients", params=asked).json()["items"] == []


@pytest.mark.guarantee("AC-9")
def test_85_what_is_not_found_any_more_looks_like_what_never_was(another: Serve) -> None:
    service = another()
    case = moving(service)
    at(service, PASSES)
    gone = service.get(case.path)
    never = service.get("/cases/00000000-0000-4000-8000-000000000000")
    bodies = [problem(each, 404, "not-found") for each in (gone, never)]
    assert [{**body, "instance": None} for body in bodies] == [{**bodies[0], "instance": None}] * 2
    assert set(gone.headers) == set(never.headers)
    assert service.trail(gone)[0]["result"] == "FORBIDDEN"
    act = service.post(f"{case.path}/details", {"details": {"motherTongue": "fa"}}, tag=case.etag)
    problem(act, 404, "not-found")
    lookup = {"identityCode": case.code}
    looked_up = service.post("/person-lookups", lookup)
    problem(looked_up, 404, "not-found")
    assert service.post("/person-lookups", lookup, by=TAMPERE).status_code == 200


@pytest.mark.guarantee("AC-9")
def test_85_row_level_security_asks_by_day_whatever_the_query_asks(another: Serve) -> None:
    service = another()
    case = moving(service)
    service.settle()
    tables = ("client", "client_plan", "worklist_case", "worklist", "named_case", "name")

    def rows(authority: str | None, today: date | None) -> list[int]:
        with service.system.reader.begin() as conn:
            for name, value in (
                ("cases.authorities", f"{{{authority}}}" if authority else ""),
                ("cases.today", today.isoformat() if today else ""),
            ):
                conn.exec_driver_sql("select set_config(%s, %s, true)", (name, value))
            counted = []
            for table in tables:
                query = f"select count(*) from views.{table} where case_id = %s"
                counted.append(conn.exec_driver_sql(query, (case.case_id,)).scalar_one())
            return [min(count, 1) for count in counted]

    nothing, everything = [0] * len(tables), [1] * len(tables)
    for day, vaasa, tampere in (
        (PASSES - A_DAY, everything, nothing),
        (PASSES, nothing, everything),
        # Who names no day sees nothing that passes, and who names no authority nothing at all.
        (None, nothing, nothing),
    ):
        assert rows("vaasa", day) == vaasa
        assert rows("tampere", day) == tampere
        assert rows(None, day) == nothing


@pytest.mark.guarantee("CS-51")
def test_23_the_new_authority_finds_the_same_to_do_by_the_same_days(another: Serve) -> None:
    service = another()
    case = moving(service)
    service.settle()

    def to_do(by: str) -> list[dict[str, Any]]:
        items = service.get("/worklist?limit=200", by=by).json()["items"]
        return [{**item, "worker": None} for item in items]

    at(service, PASSES - A_DAY)
    before = to_do(VAASA)
    plan = service.get(f"{case.path}/plan").json()["plan"]
    at(service, PASSES)
    assert to_do(TAMPERE) == before
    assert {item["due"] for item in before} == {
        "GUIDANCE_TO_SERVICES",
        "REVIEW",
        # A registered jobseeker, whichever municipality answers.
        "REGISTRATION_CHANGED",
    }
    after = service.get(f"{case.path}/plan", by=TAMPERE).json()["plan"]
    assert after == {**plan, "responsible": "tampere"}


@pytest.mark.guarantee("AC-9")
def test_85_each_authority_has_its_own_worker_on_its_own_days(another: Serve) -> None:
    service = another()
    case = service.planned()
    service.act(case, "/worker", {"worker": "virva"})
    agreed(service, case, takesEffectOn=PASSES.isoformat())
    service.settle()
    for page in ("/clients", "/worklist"):
        at(service, PASSES - A_DAY)
        assert service.get(f"{page}?worker=virva").json()["items"]
        at(service, PASSES)
        assert service.get(f"{page}?worker=virva", by=TAMPERE).json()["items"] == []
        assert {i["worker"] for i in service.get(page, by=TAMPERE).json()["items"]} == {None}
    service.act(case, "/worker", {"worker": "tuula"}, by=TAMPERE)
    service.settle()
    assert service.get("/clients?worker=tuula", by=TAMPERE).json()["items"]


@pytest.mark.guarantee("AC-9", "DR-3", "DR-4")
def test_85_drafts_of_the_old_authority_end_with_its_last_day(another: Serve) -> None:
    service = another()
    case = service.planned()
    before = service.begin_draft(case)
    agreed(service, case, takesEffectOn=PASSES.isoformat())
    after = service.begin_draft(case)
    whole = (TODAY + 30 * A_DAY).isoformat()
    for draft in (before, after):
        # Of the day the draft tells nothing: who may read it need not be who may know of that.
        assert service.get(f"{case.path}/drafts/{draft}").json()["keptUntil"] == whole
    at(service, PASSES - A_DAY)
    assert drafts(service, case) == {before, after}
    assert service.worker.let_drafts_go_once() == 0
    at(service, PASSES)
    for by in (VAASA, TAMPERE):
        problem(service.get(f"{case.path}/drafts/{before}", by=by), 404, "not-found")
    assert drafts(service, case, TAMPERE) == set()
    # Neither when the case is to be Vaasa's again by a hand-over ahead, and no worker ran.
    case.etag = service.get(case.path, by=TAMPERE).headers["etag"]
    agreed(service, case, TAMPERE, to="vaasa", takesEffectOn=(PASSES + A_DAY).isoformat())
    rows = service.rows("select distinct answers_until as day from drafts.draft")
    assert [each["day"] for each in rows] == [PASSES - A_DAY]
    at(service, PASSES + A_DAY)
    assert drafts(service, case) == set()
    assert service.worker.let_drafts_go_once() == 2


def drafts(service: Service, case: Case, by: str = VAASA) -> set[str]:
    """The drafts about the case that are shown."""
    answer = service.get(f"{case.path}/drafts", by=by)
    assert answer.status_code == 200, answer.text
    return {each["draftId"] for each in answer.json()["items"]}


def withdrawn(service: Service, case: Case, handed_over: int) -> None:
    service.act(case, f"/consents/{case.consent}/withdrawal", {})


def annulled(service: Service, case: Case, handed_over: int) -> None:
    service.act(case, "/annulments", {"version": handed_over, "reason": "another client's"})


def put_off(service: Service, case: Case, handed_over: int) -> None:
    to = (PASSES + 7 * A_DAY).isoformat()
    change = {"member": "/content/takesEffectOn", "to": to}
    body = {"version": handed_over, "changes": [change], "reason": "later"}
    service.act(case, "/corrections", body)


@pytest.mark.guarantee("DR-3", "DR-4", "CS-52")
@pytest.mark.parametrize("taken_back", [withdrawn, annulled, put_off])
def test_85_a_hand_over_that_does_not_take_place_takes_no_draft(
    another: Serve, taken_back: Callable[[Service, Case, int], None]
) -> None:
    service = another()
    case = service.planned()
    before = service.begin_draft(case)
    agreed(service, case, takesEffectOn=PASSES.isoformat())
    handed_over, after = case.version, service.begin_draft(case)
    taken_back(service, case, handed_over)
    at(service, PASSES)
    assert service.worker.let_drafts_go_once() == 0
    assert drafts(service, case) == {before, after}
    at(service, PASSES + 7 * A_DAY)
    if taken_back is put_off:
        assert service.worker.let_drafts_go_once() == 2
        assert drafts(service, case, TAMPERE) == set()
    else:
        assert drafts(service, case) == {before, after}


@pytest.mark.guarantee("CS-52")
def test_85_withdrawn_before_the_day_the_case_stays_and_the_lists_say_so(another: Serve) -> None:
    service = another()
    case = moving(service)
    at(service, PASSES - A_DAY)
    service.act(case, f"/consents/{case.consent}/withdrawal", {})
    at(service, PASSES)
    service.settle()
    assert told(service, VAASA, case) == EVERYWHERE
    assert told(service, TAMPERE, case) == []
    assert service.get(case.path).json()["handOvers"] == []


@pytest.mark.guarantee("CS-8")
def test_85_without_consent_it_is_refused_by_section(service: Service) -> None:
    case = service.open_case()
    sent = {"to": "tampere", "reason": "MOVE", "takesEffectOn": PASSES.isoformat()}
    refusal = problem(
        service.post(f"{case.path}/hand-over", sent, tag=case.etag), 422, "rule-violated"
    )
    assert [each["section"] for each in refusal["legalBasis"]] == ["85"]
    assert refusal["errors"][0]["pointer"] == "#/consent"


@pytest.mark.guarantee("AC-9")
def test_85_the_act_itself_and_those_after_it_wait_for_the_lists_of_who_answers_today(
    another: Serve,
) -> None:
    service = another()
    case = moving(service)
    service.settle()
    seen = f"seen={case.case_id}@{case.version}"
    assert service.get(f"/worklist?{seen}").status_code == 200
    problem(service.get(f"/worklist?{seen}", by=TAMPERE), 400, "view-cannot-answer")
    at(service, PASSES)
    assert service.get(f"/worklist?{seen}", by=TAMPERE).status_code == 200
    problem(service.get(f"/worklist?{seen}"), 400, "view-cannot-answer")


@pytest.mark.guarantee("ND-5")
def test_where_a_protected_client_moves_is_told_to_nobody_but_the_assigned_worker(
    another: Serve,
) -> None:
    service = another()
    case = service.planned()
    service.act(case, "/non-disclosure", {"from": "2025-02-03", "until": "2030-02-02"})
    recorded = agreed(service, case, takesEffectOn=PASSES.isoformat())
    assert recorded["to"] == "WITHHELD"
    service.settle()
    asked = [
        *(
            service.get(case.path + view)
            for view in ("", "/plan", "/history", "/explanation", "/dues")
        ),
        *(
            service.get(f"{page}?limit=200")
            for page in ("/clients", "/worklist", "/repository-gaps")
        ),
        service.get(f"{case.path}/history", by="auditor@tarkastus"),
    ]
    for answer in asked:
        assert answer.status_code == 200
        assert "tampere" not in answer.text
    (over,) = service.get(case.path).json()["handOvers"]
    assert (over["to"], over["on"]) == ("WITHHELD", PASSES.isoformat())
    (mine,) = {e["recordedBy"] for e in service.get(f"{case.path}/history").json()["entries"]}
    service.act(case, "/worker", {"worker": mine})
    assert service.get(case.path).json()["handOvers"][0]["to"] == "tampere"
    # Once it has passed the new authority knows where it is, and the old one nothing.
    at(service, PASSES)
    assert service.get(case.path, by=TAMPERE).json()["handOvers"][0]["to"] == "tampere"
    assert told(service, VAASA, case) == []
