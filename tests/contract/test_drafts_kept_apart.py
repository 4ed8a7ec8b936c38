"""Drafts kept apart: in no view, sealed, on the trail, safe from each other, and checked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.contract.conftest import Serve
from tests.contract.drafting import (
    PLAN_DRAFT,
    VIEWS,
    Held,
    begin,
    delete,
    later,
    put,
    stored,
    the_line,
)
from tests.contract.lawful import BODIES
from tests.contract.test_concurrency import as_officer, at_once
from tests.contract.test_trail import right_withdrawn
from tests.service import (
    AUDITOR,
    MARKER,
    Service,
    problem,
)

from cases.app.access.caller import Caller
from cases.app.access.policy import Action
from cases.app.access.principal import Principal
from cases.app.access.principal import Role as OfficeRole
from cases.app.access.record import AccessResult
from cases.app.drafts import MOST
from cases.app.store.connections import Role, connect
from cases.app.store.faults import StoreUnavailable
from cases.domain.case.act import Organisation
from cases.domain.codes.values import OrganisationKind


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
        "answers_until",
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
