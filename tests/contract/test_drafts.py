"""Drafts: outside the record, sealed, the authority's own, gone when gone, on the trail."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from tests.contract.conftest import Serve
from tests.contract.lawful import BODIES
from tests.contract.test_concurrency import as_officer, at_once
from tests.contract.test_trail import right_withdrawn
from tests.service import (
    AUDITOR,
    EMPLOYMENT,
    ESPOO,
    MARKER,
    START,
    VAASA,
    Case,
    Service,
    problem,
)

from cases.app.access.caller import Caller
from cases.app.access.policy import Action
from cases.app.access.principal import Principal
from cases.app.access.principal import Role as OfficeRole
from cases.app.access.record import AccessResult
from cases.app.drafts import MOST, DraftableAct
from cases.app.store.connections import Role, connect
from cases.app.store.faults import StoreUnavailable
from cases.domain.case.act import Organisation
from cases.domain.codes.values import OrganisationKind

VIEWS = (
    "",
    "?version=1",
    "/plan",
    "/plan/page",
    "/dues",
    "/history",
    "/explanation",
    "/repository-record",
)
BEGUN: dict[str, Any] = {
    "goals": [{"text": f"{MARKER} wants"}],
    "followUp": "",
    "validFrom": "2025-",
}
PLAN_DRAFT: dict[str, Any] = {"act": "drawUpPlan", "body": BEGUN}


class Held:
    """A draft a test holds: its address and the tag it was last answered with."""

    def __init__(self, case: Case, response: httpx2.Response) -> None:
        assert response.status_code == 201, response.text
        self.id = response.json()["draftId"]
        self.path = f"{case.path}/drafts/{self.id}"
        self.tag = response.headers["etag"]


def begin(service: Service, case: Case, body: object = None, **how: Any) -> Held:
    return Held(case, service.post(f"{case.path}/drafts", body or PLAN_DRAFT, **how))


def put(service: Service, draft: Held, body: object, **how: Any) -> httpx2.Response:
    how.setdefault("tag", draft.tag)
    return service.send("PUT", draft.path, body=body, **how)


def delete(service: Service, draft: Held, **how: Any) -> httpx2.Response:
    how.setdefault("tag", draft.tag)
    return service.send("DELETE", draft.path, **how)


def stored(service: Service, draft: str) -> list[dict[str, Any]]:
    return service.rows("select * from drafts.draft where id = %s", [draft])


def the_line(service: Service, response: httpx2.Response) -> tuple[Any, ...]:
    """Of the one line a request left: action, result, sections, case version."""
    (line,) = service.trail(response)
    assert line["at"] == service.clock.now()
    return line["action"], line["result"], line["sections"], line["case_version"]


@contextmanager
def later(service: Service, **how: float) -> Iterator[None]:
    try:
        service.clock.set(START + timedelta(**how))
        yield
    finally:
        service.clock.set(START)


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


@pytest.mark.guarantee("DR-2")
def test_every_view_is_byte_for_byte_what_it_is_without_drafts(service: Service) -> None:
    by = "officer@turku"
    case = service.planned(by)
    service.settle()

    def seen() -> list[tuple[bytes, str | None]]:
        answers = [service.get(case.path + view, by=by) for view in VIEWS]
        answers += [service.get(path, by=by) for path in LISTS]
        assert {answer.status_code for answer in answers} == {200}
        return [(answer.content, answer.headers.get("etag")) for answer in answers]

    def recorded() -> list[dict[str, Any]]:
        tables = ("log.event", "log.ledger", "views.client", "views.client_plan", "views.worklist")
        return [row for table in tables for row in service.rows(f"select * from {table}")]

    before, record = seen(), recorded()
    draft = begin(service, case, by=by)
    review = {"act": "reviewPlan", "target": case.plan, "body": {"obstacles": [MARKER]}}
    begin(service, case, review, by=by)
    assert put(service, draft, review, by=by).status_code == 200
    service.settle()
    assert (seen(), recorded()) == (before, record)
    service.act(case, "/details", {"details": {"motherTongue": "fa"}}, by)


LISTS = ("/worklist", "/clients", "/repository-gaps")


@pytest.mark.guarantee("DR-2")
def test_the_keepers_of_the_ledger_and_of_the_read_models_cannot_reach_drafts(
    service: Service,
) -> None:
    for role in (Role.SEQUENCER, Role.PROJECTOR):
        with connect(service.database.url, role) as connection:
            for attempt in (
                "select * from drafts.draft",
                "delete from drafts.draft",
                "insert into drafts.draft (case_id) values (null)",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(attempt.encode())


@pytest.mark.guarantee("DR-2")
def test_a_reader_sees_the_drafts_of_its_authorities_and_a_writer_what_is_written_in_none(
    service: Service,
) -> None:
    case = service.assessed()
    begin(service, case)
    of_case = b"select count(*) from drafts.draft where case_id = %s"
    with connect(service.database.url, Role.READER) as reader:
        for authorities, found in (("{}", 0), ("{espoo}", 0), ("{espoo,vaasa}", 1)):
            reader.execute(b"select set_config('cases.authorities', %s, false)", [authorities])
            assert reader.execute(of_case, [UUID(case.case_id)]).fetchone() == (found,)
        for attempt in (b"delete from drafts.draft", b"update drafts.draft set revision = 2"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(attempt)
    with connect(service.database.url, Role.WRITER) as writer:
        assert writer.execute(of_case, [UUID(case.case_id)]).fetchone() == (1,)
        for attempt in (
            b"select sealed from drafts.draft",
            b"select fingerprint from drafts.draft",
            b"update drafts.draft set organisation = 'espoo'",
            b"update drafts.draft set id = gen_random_uuid()",
            b"truncate drafts.draft",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                writer.execute(attempt)


@pytest.mark.guarantee("DR-5")
def test_nothing_that_was_written_can_be_read_in_the_database(service: Service) -> None:
    case = service.assessed()
    draft = begin(service, case)
    (row,) = stored(service, draft.id)
    told = {name: value for name, value in row.items() if name not in {"sealed", "fingerprint"}}
    assert set(told) == {
        "case_id",
        "id",
        "organisation",
        "revision",
        "changed_at",
        "last_day",
    }
    assert MARKER.encode() not in row["sealed"]
    assert b"drawUpPlan" not in row["sealed"]
    # The whole database as text, the row and its trail among it.
    for table in ("drafts.draft", "trail.access", "log.event"):
        for each in service.rows(f"select t::text as all from {table} t"):
            assert MARKER not in each["all"]
            assert MARKER.encode().hex() not in each["all"]


@pytest.mark.guarantee("DR-5")
def test_a_draft_moved_altered_or_taken_for_a_fact_does_not_open(another: Serve) -> None:
    service = another()
    case = service.assessed()
    draft, other = begin(service, case), begin(service, case, {"act": "drawUpPlan", "body": {}})
    (mine,), (theirs,) = stored(service, draft.id), stored(service, other.id)
    for column, value in (
        ("sealed", theirs["sealed"]),
        ("sealed", mine["sealed"][:-1] + b"x"),
        ("sealed", b"\x02" + mine["sealed"][1:]),
        ("revision", 2),
    ):
        service.rows(f"update drafts.draft set {column} = %s where id = %s", [value, draft.id])
        problem(service.get(draft.path), 500, "internal")
        service.rows(
            f"update drafts.draft set {column} = %s where id = %s", [mine[column], draft.id]
        )
    assert service.get(draft.path).status_code == 200
    # Under the same key, and in the place of the newest fact, it is none.
    service.rows(
        "update log.event set sealed = %s where stream_id = %s and version = %s",
        [mine["sealed"], case.case_id, case.version],
    )
    problem(service.get(case.path), 404, "not-found")
    assert service.get(case.path, by=AUDITOR).status_code == 500


@pytest.mark.guarantee("DR-5")
def test_with_the_key_of_the_case_its_drafts_are_unreadable_and_then_removed(
    another: Serve,
) -> None:
    service = another()
    case, kept = service.assessed(), begin(service, service.assessed())
    draft = begin(service, case)
    service.rows(
        "update log.case_key set wrapped = null, destroyed_at = now() where stream_id = %s",
        [case.case_id],
    )
    for response in (
        service.get(draft.path),
        put(service, draft, PLAN_DRAFT),
        delete(service, draft),
        service.post(f"{case.path}/drafts", PLAN_DRAFT),
    ):
        problem(response, 404, "not-found")
        assert the_line(service, response)[1] == "FAILED"
    assert service.worker.let_drafts_go_once() == 1
    assert stored(service, draft.id) == []
    assert len(stored(service, kept.id)) == 1


# who saw it, and what comes twice ----------------------------------------------------------------


@pytest.mark.guarantee("DR-6")
def test_every_access_to_a_draft_leaves_one_line(service: Service) -> None:
    case = service.assessed()
    key = str(uuid4())
    begun = service.post(f"{case.path}/drafts", PLAN_DRAFT, key=key)
    draft = Held(case, begun)
    repeated = service.post(f"{case.path}/drafts", PLAN_DRAFT, key=key)
    listed = service.get(f"{case.path}/drafts")
    read = service.get(draft.path)
    checked = service.get(f"{draft.path}/check")
    changed = put(service, draft, PLAN_DRAFT)
    stale, unconditional = put(service, draft, PLAN_DRAFT), put(service, draft, {}, tag=None)
    removed = delete(service, draft, tag=changed.headers["etag"])
    gone = service.get(draft.path)
    at = case.version
    for response, line in (
        (begun, ("WRITE_DRAFT", "DONE", ["draft"], at)),
        (repeated, ("WRITE_DRAFT", "REPLAYED", [], at)),
        (listed, ("READ_DRAFTS", "SHOWN", ["drafts"], at)),
        (read, ("READ_DRAFTS", "SHOWN", ["draft"], at)),
        (checked, ("READ_DRAFTS", "SHOWN", ["draft-check"], at)),
        (changed, ("WRITE_DRAFT", "DONE", ["draft"], at)),
        (stale, ("WRITE_DRAFT", "REFUSED", [], at)),
        (unconditional, ("WRITE_DRAFT", "REFUSED", [], None)),
        (removed, ("DELETE_DRAFT", "DONE", ["draft"], at)),
        (gone, ("READ_DRAFTS", "NOTHING_FOUND", [], at)),
    ):
        assert the_line(service, response) == line
        (whole,) = service.trail(response)
        assert str(whole["case_id"]) == case.case_id
        assert MARKER not in str(whole)
    told = service.get(f"{case.path}/access-trail?limit=200", by=AUDITOR).json()["items"]
    assert {"WRITE_DRAFT", "READ_DRAFTS", "DELETE_DRAFT"} <= {item["action"] for item in told}
    nobody = service.get(f"/cases/{uuid4()}/drafts")
    problem(nobody, 404, "not-found")
    assert the_line(service, nobody)[:2] == ("READ_DRAFTS", "NOTHING_FOUND")


@pytest.mark.guarantee("DR-6")
def test_where_the_trail_cannot_be_written_no_draft_is_shown_kept_or_removed(
    another: Serve,
) -> None:
    service = another()
    case = service.assessed()
    draft = begin(service, case)
    with right_withdrawn(service, "cases_reader"):
        for path in (draft.path, f"{case.path}/drafts", f"{draft.path}/check"):
            response = service.get(path)
            problem(response, 503, "unavailable")
            assert draft.id not in response.text
    with right_withdrawn(service, "cases_writer"):
        problem(service.post(f"{case.path}/drafts", PLAN_DRAFT), 503, "unavailable")
        problem(put(service, draft, PLAN_DRAFT), 503, "unavailable")
        problem(delete(service, draft), 503, "unavailable")
        with later(service, days=31), pytest.raises(StoreUnavailable):
            service.worker.let_drafts_go_once()
    (row,) = service.rows("select * from drafts.draft")
    assert (str(row["id"]), row["revision"]) == (draft.id, 1)


@contextmanager
def being_written(service: Service, draft: Held) -> Iterator[None]:
    """Somebody is about to write the draft, and has not finished."""
    with psycopg.connect(service.database.superuser_url) as connection:
        connection.execute("select from drafts.draft where id = %s for update", [draft.id])
        yield


@pytest.mark.guarantee("DR-7")
def test_who_waits_for_another_that_does_not_finish_is_told_so(service: Service) -> None:
    case = service.open_case()
    draft = begin(service, case)
    with being_written(service, draft):
        for response in (put(service, draft, PLAN_DRAFT), delete(service, draft)):
            problem(response, 503, "unavailable")
            assert response.headers["retry-after"]
        closing = service.post(f"{case.path}/closure", BODIES["closeCase"], tag=case.etag)
        problem(closing, 409, "idempotency-key-in-progress")
    assert put(service, draft, PLAN_DRAFT).status_code == 200


@pytest.mark.guarantee("DR-7")
def test_of_two_officers_who_change_a_draft_at_once_one_is_told(service: Service) -> None:
    case = service.assessed()
    draft = begin(service, case)
    answers = at_once([lambda: put(service, draft, PLAN_DRAFT)] * 2)
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    (stale,) = (answer for answer in answers if answer.status_code == 412)
    assert problem(stale, 412, "draft-changed")["current"] == {"version": 2}
    problem(put(service, draft, PLAN_DRAFT), 412, "draft-changed")
    problem(delete(service, draft), 412, "draft-changed")
    problem(put(service, draft, PLAN_DRAFT, tag=None), 428, "precondition-required")
    problem(delete(service, draft, tag=None), 428, "precondition-required")
    for tag in ("*", f"W/{draft.tag}", f"{draft.tag}, {draft.tag}"):
        problem(put(service, draft, PLAN_DRAFT, tag=tag), 400, "malformed-request")
    # The tag of another draft's first revision is not this one's.
    other, third = begin(service, case), begin(service, case)
    problem(delete(service, other, tag=third.tag), 412, "draft-changed")


@pytest.mark.guarantee("DR-7")
def test_of_two_who_have_found_one_revision_the_store_lets_one_write(service: Service) -> None:
    case = service.assessed()
    draft = begin(service, case)
    store, today = service.system.drafts.store, service.clock.today()
    found = store.find(UUID(case.case_id), "vaasa", UUID(draft.id), today)
    assert found is not None
    officer = Principal(
        subject="o",
        organisation=Organisation(id="vaasa", kind=OrganisationKind.MUNICIPALITY),
        roles=frozenset({OfficeRole.OFFICER}),
    )
    line = service.system.witness.line(
        Caller(officer, None, "r"), Action.WRITE_DRAFT, AccessResult.DONE
    )
    following = replace(found, revision=2)
    assert store.change(following, line) is not None
    assert store.change(following, line) is None
    assert not store.remove(found, line)
    assert store.keep(found, line) is None
    assert stored(service, draft.id)[0]["revision"] == 2


@pytest.mark.guarantee("DR-7")
def test_a_repeated_beginning_is_one_draft_and_another_under_its_key_is_refused(
    service: Service,
) -> None:
    case = service.assessed()
    key = str(uuid4())
    answers = at_once([lambda: service.post(f"{case.path}/drafts", PLAN_DRAFT, key=key)] * 8)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert len(service.get(f"{case.path}/drafts").json()["items"]) == 1
    other = service.post(f"{case.path}/drafts", {"act": "drawUpPlan", "body": {}}, key=key)
    problem(other, 422, "idempotency-key-reused")
    problem(
        service.post(f"{case.path}/drafts", PLAN_DRAFT, key=None), 400, "idempotency-key-missing"
    )
    # The key is the caller's own, and the case's.
    mine = as_officer(service, "colleague")
    begin(service, case, key=key, headers=mine)
    begin(service, service.assessed(), key=key)
    assert len(service.get(f"{case.path}/drafts").json()["items"]) == 2


@pytest.mark.guarantee("DR-7")
def test_there_are_only_so_many_drafts_about_a_case(service: Service) -> None:
    case = service.open_case()
    drafts = [begin(service, case) for _ in range(MOST)]
    full = service.post(f"{case.path}/drafts", PLAN_DRAFT)
    (error,) = problem(full, 409, "too-many-drafts")["errors"]
    assert str(MOST) in error["detail"]
    assert len(service.get(f"{case.path}/drafts").json()["items"]) == MOST
    assert delete(service, drafts[0]).status_code == 204
    begin(service, case)


def test_a_wrong_method_is_told_all_the_right_ones(service: Service) -> None:
    case = service.open_case()
    draft = begin(service, case)
    for path, allowed in (
        (f"{case.path}/drafts", "GET, HEAD, POST"),
        (draft.path, "DELETE, GET, HEAD, PUT"),
        (f"{draft.path}/check", "GET, HEAD"),
    ):
        response = service.send("PATCH", path)
        problem(response, 405, "method-not-allowed")
        assert response.headers["allow"] == allowed


# what it would come to ---------------------------------------------------------------------------


@pytest.mark.guarantee("DR-8")
def test_a_check_tells_what_is_unfinished_all_at_once_in_the_language_asked_for(
    service: Service,
) -> None:
    case = service.planned()
    body = {"heldBy": "MUNICIPALITY", "initiative": "SCHEDULED", "makers": [{"name": ""}]}
    draft = begin(service, case, {"act": "reviewPlan", "body": body})
    facts = service.facts()
    told = service.get(f"{draft.path}/check", headers={"Accept-Language": "en"}).json()
    assert (told["recordable"], told["unfinished"], told["legalBasis"]) == (False, True, [])
    assert {(each["pointer"], each["code"]) for each in told["errors"]} >= {
        ("#/target", "missing"),
        ("#/makers/0/name", "too-short"),
        ("#/makers/0/organisation", "missing"),
    }
    swedish = service.get(f"{draft.path}/check", headers={"Accept-Language": "sv"}).json()
    assert swedish["errors"][0]["detail"] != told["errors"][0]["detail"]
    assert service.facts() == facts


@pytest.mark.guarantee("DR-8")
def test_a_check_refuses_what_the_act_is_refused_for_and_writes_nothing(service: Service) -> None:
    case = service.assessed()
    too_long = {**BODIES["drawUpPlan"], "validUntil": "2028-02-03"}
    draft = begin(service, case, {"act": "drawUpPlan", "body": too_long})
    facts = service.facts()
    told = service.get(f"{draft.path}/check").json()
    assert service.facts() == facts
    assert service.get(case.path).headers["etag"] == case.etag
    assert (told["recordable"], told["unfinished"], told["version"]) == (False, False, case.version)
    refused = problem(
        service.post(f"{case.path}/plans", too_long, tag=case.etag), 422, "rule-violated"
    )
    assert told["errors"] == refused["errors"]
    assert told["legalBasis"] == refused["legalBasis"]
    assert refused["legalBasis"]


@pytest.mark.guarantee("DR-8")
def test_a_check_asks_the_case_as_it_is_now(service: Service) -> None:
    case = service.planned()
    switch = {"act": "switchPlan", "target": case.plan, "body": BODIES["switchPlan"]}
    draft = begin(service, case, switch)
    assert service.get(f"{draft.path}/check").json()["recordable"] is True
    service.act(case, f"/plans/{case.plan}/ending", BODIES["endPlan"])
    told = service.get(f"{draft.path}/check").json()
    assert (told["recordable"], told["version"]) == (False, case.version)
    missing = begin(service, case, {**switch, "target": str(uuid4())})
    assert service.get(f"{missing.path}/check").json()["recordable"] is False


def test_a_draft_comes_back_as_it_was_sent(service: Service) -> None:
    case = service.open_case()
    body = {
        "goals": [None, {"text": None}, {"text": "  Å 😀 \\u0041  "}],
        "validFrom": 0.1,
        "rightsAndDutiesExplained": "maybe",
        "underAct": 12345678901234567890,
        "departure": None,
    }
    sent = json.dumps({"act": "drawUpPlan", "body": body}, ensure_ascii=True).encode()
    draft = Held(case, service.post(f"{case.path}/drafts", content=sent))
    assert service.get(draft.path).json()["body"] == body
