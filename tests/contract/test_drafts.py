"""Drafts: outside the record, the authority's own, gone when gone."""

from uuid import uuid4

import pytest
from tests.contract.conftest import Serve
from tests.contract.drafting import (
    BEGUN,
    PLAN_DRAFT,
    Held,
    begin,
    delete,
    later,
    put,
    stored,
    the_line,
)
from tests.contract.lawful import BODIES
from tests.contract.test_concurrency import as_officer
from tests.service import (
    AUDITOR,
    EMPLOYMENT,
    ESPOO,
    MARKER,
    VAASA,
    Case,
    Service,
    problem,
)

from cases.app.drafts import DraftableAct

# what a draft is ---------------------------------------------------------------------------------


@pytest.mark.guarantee("DR-1")
def test_a_draft_is_begun_read_listed_changed_and_removed(service: Service) -> None:
    case = service.assessed()
    begun = service.post(f"{case.path}/drafts", PLAN_DRAFT)
    draft = Held(case, begun)
    head = {
        "draftId": draft.id,
        "act": "drawUpPlan",
        "target": None,
        "begunBy": VAASA,
        "begunAt": "2025-02-03T08:00:00Z",
        "changedBy": VAASA,
        "changedAt": "2025-02-03T08:00:00Z",
        "keptUntil": "2025-03-05",
    }
    assert begun.json() == {**head, "caseId": case.case_id}
    assert begun.headers["location"] == f"/v1{draft.path}"
    read = service.get(draft.path)
    assert read.json() == {**head, "caseId": case.case_id, "body": BEGUN}
    assert read.headers["etag"] == draft.tag
    assert service.get(f"{case.path}/drafts").json() == {"caseId": case.case_id, "items": [head]}

    with later(service, days=2):
        changed = put(
            service,
            draft,
            {"act": "drawUpPlan", "body": {"kind": "INTEGRATION", "guidance": None}},
            headers=as_officer(service, "colleague"),
        )
        assert changed.status_code == 200, changed.text
        head |= {
            "changedBy": "colleague",
            "changedAt": "2025-02-05T08:00:00Z",
            "keptUntil": "2025-03-07",
        }
        assert changed.json() == {**head, "caseId": case.case_id}
        assert changed.headers["etag"] != draft.tag
        read = service.get(draft.path)
        assert read.json()["body"] == {"kind": "INTEGRATION", "guidance": None}
        assert read.headers["etag"] == changed.headers["etag"]

        removed = delete(service, draft, tag=read.headers["etag"])
        assert (removed.status_code, removed.content) == (204, b"")
        problem(service.get(draft.path), 404, "not-found")
        assert service.get(f"{case.path}/drafts").json()["items"] == []
    assert stored(service, draft.id) == []


@pytest.mark.guarantee("DR-1")
@pytest.mark.parametrize("act", DraftableAct)
def test_every_act_that_can_be_drafted_is_recorded_with_the_body_of_its_draft(
    service: Service, act: DraftableAct
) -> None:
    assert BODIES.keys() >= {*DraftableAct}
    case, where, target = at_work(service, act)
    draft = begin(service, case, {"act": act, "target": target, "body": BODIES[act]})
    told = service.get(f"{draft.path}/check").json()
    assert (told["recordable"], told["errors"], told["legalBasis"]) == (True, [], [])
    body = service.get(draft.path).json()["body"]
    service.act(case, where, body, headers={"Draft": draft.id})
    problem(service.get(draft.path), 404, "not-found")


def at_work(service: Service, act: str) -> tuple[Case, str, str | None]:
    """A case on which the act is lawful, the address of the act, and what it is on."""
    if act == "drawUpPlan":
        return service.assessed(), "/plans", None
    if act == "completeAssessment":
        case = service.open_case()
        service.act(case, "/residence-basis", BODIES["recordResidenceBasis"])
        service.act(case, "/labour-market-status", BODIES["recordLabourMarketStatus"])
        started = service.act(case, "/assessments", BODIES["startAssessment"])
        case.assessment = started["assessmentId"]
        return case, f"/assessments/{case.assessment}/completion", case.assessment
    case = service.planned()
    return case, f"/plans/{case.plan}/{'reviews' if act == 'reviewPlan' else 'switch'}", case.plan


@pytest.mark.guarantee("DR-1")
@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"act": "drawUpPlan"}, [("#/body", "missing")]),
        ({"body": {}}, [("#/act", "missing")]),
        ({"act": "closeCase", "body": {}}, [("#/act", "not-one-of-the-values")]),
        ({"act": "startAssessment", "body": {}}, [("#/act", "not-one-of-the-values")]),
        ({"act": "drawUpPlan", "body": []}, [("#/body", "not-an-object")]),
        ({"act": "drawUpPlan", "body": {MARKER: 1}}, [("#/body", "unknown-member")]),
        ({"act": "drawUpPlan", "body": {}, MARKER: 1}, [("#", "unknown-member")]),
        (
            {"act": "drawUpPlan", "body": {"goals": [{}, {MARKER: {}}], "source": {MARKER: 1}}},
            [("#/body/goals/1", "unknown-member"), ("#/body/source", "unknown-member")],
        ),
        (
            {"act": "drawUpPlan", "body": {"goals": {}, "makers": "x", "followUp": ["x"]}},
            [
                ("#/body/goals", "not-a-list"),
                ("#/body/makers", "not-a-list"),
                ("#/body/followUp", "wrong-form"),
            ],
        ),
        ({"act": "drawUpPlan", "body": {"departure": 1}}, [("#/body/departure", "not-an-object")]),
        (
            {"act": "drawUpPlan", "target": str(uuid4()), "body": {}},
            [("#/target", "does-not-fit-together")],
        ),
        ({"act": "reviewPlan", "target": "x", "body": {}}, [("#/target", "not-an-id")]),
        (
            {"act": "reviewPlan", "body": {"plan": str(uuid4()), "review": {}}},
            [("#/body", "unknown-member")],
        ),
    ],
)
def test_what_is_no_part_of_an_act_is_refused_and_not_repeated(
    service: Service, body: object, errors: list[tuple[str, str]]
) -> None:
    case = service.open_case()
    draft = begin(service, case)
    for response in (
        service.post(f"{case.path}/drafts", body),
        put(service, draft, body),
    ):
        told = problem(response, 400, "malformed-request")["errors"]
        assert [(each["pointer"], each["code"]) for each in told] == errors
        assert the_line(service, response)[:2] == ("WRITE_DRAFT", "REFUSED")
    assert service.get(draft.path).json()["body"] == BEGUN


@pytest.mark.guarantee("DR-1")
def test_a_draft_holds_whatever_a_finished_act_can_and_no_more_than_a_request(
    service: Service,
) -> None:
    case = service.open_case()
    text = "o" * 4000
    goals = [{"term": "LONG", "kind": "EMPLOYMENT", "text": text}] * 50
    draft = begin(service, case, {"act": "drawUpPlan", "body": {"goals": goals}})
    assert service.get(draft.path).json()["body"] == {"goals": goals}
    large = {"act": "drawUpPlan", "body": {"followUp": "x" * service.system.settings.max_body}}
    problem(service.post(f"{case.path}/drafts", large), 413, "too-large")
    problem(put(service, draft, large), 413, "too-large")


# who has it --------------------------------------------------------------------------------------


@pytest.mark.guarantee("DR-3")
def test_every_officer_of_the_authority_may_go_on_with_a_draft(service: Service) -> None:
    case = service.assessed()
    draft = begin(service, case)
    other = as_officer(service, "colleague")
    assert service.get(draft.path, headers=other).json()["body"] == BEGUN
    assert put(service, draft, PLAN_DRAFT, headers=other).status_code == 200


@pytest.mark.guarantee("DR-3")
@pytest.mark.parametrize(
    ("by", "status"),
    [
        (ESPOO, 404),
        (EMPLOYMENT, 404),
        ("professional@pohjanmaa", 404),
        ("professional@vaasa", 404),
        ("operator@vaasa", 404),
        ("operator@keha", 404),
        (AUDITOR, 403),
    ],
)
def test_nobody_else_learns_of_a_draft_and_who_tries_is_on_the_trail(
    service: Service, by: str, status: int
) -> None:
    case = service.assessed()
    draft = begin(service, case)
    for response, action in (
        (service.get(f"{case.path}/drafts", by=by), "READ_DRAFTS"),
        (service.get(draft.path, by=by), "READ_DRAFTS"),
        (service.get(f"{draft.path}/check", by=by), "READ_DRAFTS"),
        (service.post(f"{case.path}/drafts", PLAN_DRAFT, by=by), "WRITE_DRAFT"),
        (put(service, draft, PLAN_DRAFT, by=by), "WRITE_DRAFT"),
        (delete(service, draft, by=by), "DELETE_DRAFT"),
    ):
        problem(response, status, "not-found" if status == 404 else "forbidden")
        (line,) = service.trail(response)
        assert (line["action"], line["result"]) == (action, "FORBIDDEN")
        assert str(line["case_id"]) == case.case_id
    (row,) = stored(service, draft.id)
    assert row["revision"] == 1


@pytest.mark.guarantee("DR-3")
def test_the_drafts_of_an_authority_that_hands_the_case_over_are_gone(service: Service) -> None:
    case = service.planned()
    drafts = [begin(service, case) for _ in range(2)]
    service.act(case, "/hand-over", BODIES["handOver"])
    for by in (EMPLOYMENT, VAASA):
        for draft in drafts:
            assert service.get(draft.path, by=by).status_code in {403, 404}
    assert service.get(f"{case.path}/drafts", by=EMPLOYMENT).json()["items"] == []
    assert [stored(service, draft.id) for draft in drafts] == [[], []]
    own = begin(service, case, by=EMPLOYMENT)
    assert service.get(own.path, by=EMPLOYMENT).status_code == 200
    problem(service.get(own.path), 403, "forbidden")


@pytest.mark.guarantee("DR-3")
def test_another_authoritys_drafts_are_not_shown_although_their_rows_were_left(
    service: Service,
) -> None:
    case = service.assessed()
    draft = begin(service, case)
    service.rows("update drafts.draft set organisation = 'espoo' where id = %s", [draft.id])
    problem(service.get(draft.path), 404, "not-found")
    assert service.get(f"{case.path}/drafts").json()["items"] == []
    problem(put(service, draft, PLAN_DRAFT), 404, "not-found")
    problem(delete(service, draft), 404, "not-found")


@pytest.mark.guarantee("DR-3")
def test_a_closed_case_has_no_drafts_and_none_is_begun(service: Service) -> None:
    case = service.open_case()
    draft = begin(service, case)
    row = stored(service, draft.id)[0]
    service.act(case, "/closure", BODIES["closeCase"])
    assert stored(service, draft.id) == []
    refused = service.post(f"{case.path}/drafts", PLAN_DRAFT)
    (basis,) = problem(refused, 409, "state-conflict")["legalBasis"]
    assert basis["rule"] == "case-is-open"
    assert the_line(service, refused)[:2] == ("WRITE_DRAFT", "REFUSED")
    # Not even one that was written by a request that the closing overtook.
    names = ", ".join(row)
    marks = ", ".join(["%s"] * len(row))
    service.rows(f"insert into drafts.draft ({names}) values ({marks})", [*row.values()])
    problem(service.get(draft.path), 404, "not-found")
    assert service.get(f"{case.path}/drafts").json()["items"] == []


# what becomes of it ------------------------------------------------------------------------------


@pytest.mark.guarantee("DR-4")
def test_a_draft_is_shown_for_its_days_and_not_after_whether_a_worker_ran_or_not(
    service: Service,
) -> None:
    case = service.assessed()
    draft = begin(service, case)
    with later(service, days=30):
        assert service.get(draft.path).status_code == 200
    with later(service, days=31):
        expired = service.get(draft.path)
        problem(expired, 404, "not-found")
        assert the_line(service, expired)[:2] == ("READ_DRAFTS", "NOTHING_FOUND")
        listed = service.get(f"{case.path}/drafts")
        assert listed.json()["items"] == []
        assert the_line(service, listed)[:2] == ("READ_DRAFTS", "NOTHING_FOUND")
        problem(service.get(f"{draft.path}/check"), 404, "not-found")
        problem(put(service, draft, PLAN_DRAFT), 404, "not-found")
        problem(delete(service, draft), 404, "not-found")
        assert len(stored(service, draft.id)) == 1
        service.worker.let_drafts_go_once()
        assert stored(service, draft.id) == []
        line = service.rows(
            "select * from trail.access where case_id = %s order by seq desc limit 1",
            [case.case_id],
        )[0]
        told = ("subject", "organisation", "role", "purpose", "action", "result")
        assert [line[name] for name in told] == [
            "calendar",
            "vaasa",
            "CALENDAR",
            "CALENDAR",
            "DELETE_DRAFT",
            "DONE",
        ]


@pytest.mark.guarantee("DR-4")
def test_a_change_keeps_a_draft_for_longer_and_the_worker_leaves_what_is_shown(
    another: Serve,
) -> None:
    service = another(draft_days=3)
    case = service.assessed()
    changed, left = begin(service, case), begin(service, case)
    with later(service, days=3):
        assert put(service, changed, PLAN_DRAFT).json()["keptUntil"] == "2025-02-09"
        assert service.worker.let_drafts_go_once() == 0
    with later(service, days=6):
        assert service.worker.let_drafts_go_once() == 1
        assert service.worker.let_drafts_go_once() == 0
        assert service.get(changed.path).status_code == 200
        assert stored(service, left.id) == []


@pytest.mark.guarantee("DR-4")
def test_an_act_takes_the_draft_it_came_of_along_and_no_other(service: Service) -> None:
    case = service.assessed()
    draft, other = begin(service, case), begin(service, case)
    elsewhere = begin(service, service.assessed())
    body = BODIES["drawUpPlan"]
    key = str(uuid4())
    for named in (elsewhere.id, draft.id):
        # What is refused leaves the draft.
        refused = service.post(f"{case.path}/plans", body, tag='"1.00000000.00000000"')
        problem(refused, 412, "stale-version")
        assert len(stored(service, named)) == 1
    wrong = service.post(f"{case.path}/plans", body, tag=case.etag, headers={"Draft": "mine"})
    (error,) = problem(wrong, 400, "malformed-request")["errors"]
    assert (error["header"], error["code"]) == ("Draft", "not-an-id")
    for again in (False, True):
        response = service.post(
            f"{case.path}/plans", body, tag=case.etag, key=key, headers={"Draft": draft.id}
        )
        assert response.status_code == 201
        assert ("idempotency-replayed" in response.headers) is again
    assert [len(stored(service, each.id)) for each in (draft, other, elsewhere)] == [0, 1, 1]
    (line, _) = service.rows(
        "select traits from trail.access where case_id = %s order by seq desc limit 2",
        [case.case_id],
    )[::-1]
    assert line["traits"] == ["OF_DRAFT"]


@pytest.mark.guarantee("DR-4")
def test_an_act_that_names_a_draft_of_another_case_or_of_none_leaves_it(service: Service) -> None:
    elsewhere = begin(service, service.assessed())
    for named in (elsewhere.id, str(uuid4())):
        case = service.assessed()
        service.act(case, "/plans", BODIES["drawUpPlan"], headers={"Draft": named})
    assert len(stored(service, elsewhere.id)) == 1


# outside the record ------------------------------------------------------------------------------
