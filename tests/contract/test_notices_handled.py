"""An authority's inbox: listed, shown, handled, forgotten; and kept apart from everything else."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.contract.conftest import Serve
from tests.contract.noticing import (
    ASSISTANCE,
    MIGRI,
    NAMED,
    handle,
    item,
    kept,
    later,
    received,
    send,
    somebody,
)
from tests.contract.test_concurrency import as_officer, at_once
from tests.service import AUDITOR, ESPOO, MARKER, VAASA, Service, problem

from cases.app.store.connections import Role, connect
from cases.app.store.faults import SealBroken
from cases.domain.codes.values import NoticeOutcome


@pytest.mark.guarantee("NO-9")
def test_a_notice_is_shown_as_it_was_sent(service: Service) -> None:
    code = somebody(service)
    (coded,) = received(send(service, item(code, until="2025-06-30")))
    (named,) = received(send(service, NAMED, section="84.4", by=MIGRI))
    head = {"receivedAt": "2025-02-03T08:00:00Z", "receivedOn": "2025-02-03"}
    first = {
        **head,
        "noticeId": coded,
        "section": "84.3",
        "sender": "kela",
        "keptUntil": "2025-08-02",
        "identityCode": code,
        "names": None,
        "dateOfBirth": None,
        "benefit": ASSISTANCE,
        "from": None,
        "until": "2025-06-30",
    }
    assert service.get(f"/notices/{coded}").json() == first
    second = service.get(f"/notices/{named}").json()
    assert second == {
        **first,
        **NAMED,
        "noticeId": named,
        "section": "84.4",
        "sender": "migri",
        "identityCode": None,
        "benefit": None,
        "until": None,
    }
    listed = {each["noticeId"]: each for each in service.get("/notices").json()["items"]}
    assert (listed[coded], listed[named]) == (first, second)


@pytest.mark.guarantee("NO-9")
def test_the_list_is_read_page_by_page_oldest_first_and_leaves_a_line_for_each(
    service: Service,
) -> None:
    by, sent = "officer@espoo", []
    for hours in range(4):
        with later(service, hours=hours):
            sent += received(send(service, item(somebody(service)), to="espoo"))
    read: list[str] = []
    path = "/notices?limit=3"
    while path:
        page = service.get(path, by=by)
        assert page.status_code == 200
        told = page.json()
        read += [each["noticeId"] for each in told["items"]]
        lines = service.trail(page)
        shown = [str(line["case_id"]) for line in lines]
        assert shown == [each["noticeId"] for each in told["items"]]
        assert {(line["action"], line["result"], *line["sections"]) for line in lines} == {
            ("READ_NOTICES", "SHOWN", "notices")
        }
        assert service.get(path, by=by).content == page.content
        path = f"/notices?limit=3&cursor={told['next']}" if told["next"] else ""
    assert [each for each in read if each in sent] == sent
    cursor = service.get("/notices?limit=3", by=by).json()["next"]
    for other in (VAASA, "officer@tampere"):
        foreign = service.get(f"/notices?limit=3&cursor={cursor}", by=other)
        problem(foreign, 400, "cursor-invalid")
    problem(service.get(f"/notices?limit=2&cursor={cursor}", by=by), 400, "cursor-invalid")
    problem(service.get("/notices?limit=0", by=by), 400, "malformed-request")
    problem(service.get("/notices?worker=x", by=by), 400, "unknown-parameter")
    problem(service.get("/notices", by=by, purpose=None), 403, "purpose-missing")
    empty = service.get("/notices", by="officer@turku-te")
    assert empty.json() == {"items": [], "next": None}
    (line,) = service.trail(empty)
    assert (line["result"], line["case_id"]) == ("NOTHING_FOUND", None)


@pytest.mark.guarantee("NO-9")
def test_another_authority_s_notice_is_not_there(service: Service) -> None:
    (notice,) = received(send(service, item(somebody(service)), to="espoo"))
    nothing = service.get(f"/notices/{uuid4()}")
    for by in (VAASA, "officer@espoo-te", AUDITOR, "operator@keha"):
        hidden = service.get(f"/notices/{notice}", by=by)
        problem(hidden, 404, "not-found")
        (line,) = service.trail(hidden)
        assert (line["result"], str(line["case_id"])) == ("FORBIDDEN", notice)
        problem(handle(service, notice, by=by), 404, "not-found")
    told = problem(nothing, 404, "not-found")
    other = problem(service.get(f"/notices/{notice}"), 404, "not-found")
    assert {**told, "instance": ""} == {**other, "instance": ""}
    assert notice not in service.get("/notices?limit=200").text
    assert kept(service, [notice]) == {notice}


@pytest.mark.guarantee("NO-9")
@pytest.mark.parametrize("outcome", NoticeOutcome)
def test_what_was_handled_is_gone_and_the_trail_says_how(
    service: Service, outcome: NoticeOutcome
) -> None:
    (notice,) = received(send(service, item(somebody(service))))
    with later(service, hours=2):
        done = handle(service, notice, outcome)
    assert done.status_code == 200, done.text
    at = "2025-02-03T10:00:00Z"
    assert done.json() == {"noticeId": notice, "outcome": outcome, "handledAt": at}
    (line,) = service.trail(done)
    assert (line["action"], line["result"], line["traits"]) == ("HANDLE_NOTICE", "DONE", [outcome])
    assert str(line["case_id"]) == notice
    assert kept(service, [notice]) == set()
    problem(service.get(f"/notices/{notice}"), 404, "not-found")
    assert notice not in service.get("/notices?limit=200").text
    problem(handle(service, notice, outcome), 404, "not-found")


@pytest.mark.guarantee("NO-7")
def test_an_auditor_reads_who_has_seen_and_handled_a_notice_that_is_gone(service: Service) -> None:
    (notice,) = received(send(service, item(somebody(service))))
    trail = f"/notices/{notice}/access-trail"
    service.get(f"/notices/{notice}")
    problem(service.get(trail), 403, "forbidden")
    problem(service.get(trail, by=ESPOO), 404, "not-found")
    handle(service, notice, NoticeOutcome.NOT_A_CLIENT)
    problem(service.get(trail), 404, "not-found")
    told = service.get(f"{trail}?limit=3", by=AUDITOR).json()
    assert told["noticeId"] == notice
    more = service.get(f"{trail}?limit=3&cursor={told['next']}", by=AUDITOR).json()
    lines = [*told["items"], *more["items"]]
    assert [(line["action"], line["result"], line["organisation"]) for line in lines] == [
        ("SEND_NOTICE", "DONE", "kela"),
        ("READ_NOTICES", "SHOWN", "vaasa"),
        ("READ_NOTICE_TRAIL", "FORBIDDEN", "vaasa"),
        ("READ_NOTICE_TRAIL", "FORBIDDEN", "espoo"),
        ("HANDLE_NOTICE", "DONE", "vaasa"),
        ("READ_NOTICE_TRAIL", "FORBIDDEN", "vaasa"),
    ]
    assert lines[4]["traits"] == ["NOT_A_CLIENT"]


@pytest.mark.guarantee("NO-7")
def test_the_trail_of_a_notice_is_of_nothing_else(service: Service) -> None:
    case = service.open_case()
    for other in (case.case_id, str(uuid4())):
        answer = service.get(f"/notices/{other}/access-trail", by=AUDITOR)
        problem(answer, 404, "not-found")
        (line,) = service.trail(answer)
        assert (line["result"], line["case_id"]) == ("NOTHING_FOUND", None)


@pytest.mark.guarantee("NO-3", "NO-9")
def test_a_repeated_handling_is_answered_as_the_first_time(service: Service) -> None:
    (notice,) = received(send(service, item(somebody(service))))
    key = str(uuid4())
    answers = at_once([lambda: handle(service, notice, "CASE_OPENED", key=key)] * 4)
    with later(service, days=1):
        answers.append(handle(service, notice, "CASE_OPENED", key=key))
        assert answers[-1].headers["idempotency-replayed"] == "true"
        reused = handle(service, notice, "OTHER", key=key)
        problem(reused, 422, "idempotency-key-reused")
    assert {each.status_code for each in answers} == {200}
    assert len({each.content for each in answers}) == 1
    problem(handle(service, notice, key=None), 400, "idempotency-key-missing")
    # The key is the caller's own, and the notice's.
    colleague = as_officer(service, "colleague")
    problem(handle(service, notice, "CASE_OPENED", key=key, headers=colleague), 404, "not-found")
    (other,) = received(send(service, item(somebody(service))))
    assert handle(service, other, "CASE_OPENED", key=key).status_code == 200


@pytest.mark.guarantee("NO-9")
def test_of_two_officers_who_handle_a_notice_at_once_one_is_told_it_is_gone(
    service: Service,
) -> None:
    for _ in range(5):
        (notice,) = received(send(service, item(somebody(service))))
        answers = at_once([lambda n=notice: handle(service, n)] * 2)  # type: ignore[misc]
        assert sorted(each.status_code for each in answers) == [200, 404]
        lines = [service.trail(each)[0]["result"] for each in answers]
        assert sorted(lines) == ["DONE", "NOTHING_FOUND"]


@pytest.mark.guarantee("NO-9")
@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("#/outcome", "missing")]),
        ({"outcome": "DONE"}, [("#/outcome", "not-one-of-the-values")]),
        ({"outcome": "OTHER", "reason": MARKER}, [("#", "unknown-member")]),
    ],
)
def test_what_is_no_handling_is_refused(
    service: Service, body: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    (notice,) = received(send(service, item(somebody(service))))
    refused = service.post(f"/notices/{notice}/handling", body)
    told = problem(refused, 400, "malformed-request")["errors"]
    assert [(each["pointer"], each["code"]) for each in told] == errors
    (line,) = service.trail(refused)
    assert (line["result"], str(line["case_id"])) == ("REFUSED", notice)
    assert kept(service, [notice]) == {notice}


@pytest.mark.guarantee("NO-10")
def test_the_worklist_tells_how_many_wait_and_since_when(another: Serve) -> None:
    service = another()
    service.settle()

    def told(by: str = VAASA) -> tuple[int, str | None]:
        waiting = service.get("/worklist", by=by).json()["unmatchedNotices"]
        return waiting["count"], waiting["since"]

    assert told() == (0, None)
    (first,) = received(send(service, item(somebody(service))))
    with later(service, days=3):
        received(send(service, item(somebody(service)), {"benefit": ASSISTANCE, **NAMED}))
        received(send(service, item(somebody(service)), to="espoo"))
        assert (told(), told(ESPOO), told("officer@tampere")) == (
            (3, "2025-02-03"),
            (1, "2025-02-06"),
            (0, None),
        )
        handle(service, first)
        assert told() == (2, "2025-02-06")
        # Only who waits is counted: nobody is shown, so nobody has a line.
        listed = service.get("/worklist?limit=1")
        assert [line["case_id"] for line in service.trail(listed)] == [None]


@pytest.mark.guarantee("NO-11")
def test_a_notice_is_shown_until_its_last_day_and_not_after_whether_a_worker_ran_or_not(
    another: Serve,
) -> None:
    service = another(notice_days=10)
    case, key = service.open_case(), str(uuid4())
    code = somebody(service)
    (notice,) = received(send(service, item(code), key=key))
    with later(service, days=10):
        assert service.get(f"/notices/{notice}").status_code == 200
        assert service.worker.let_notices_go_once() == 0
    with later(service, days=11):
        for response in (service.get(f"/notices/{notice}"), handle(service, notice)):
            problem(response, 404, "not-found")
            (line,) = service.trail(response)
            assert line["result"] == "NOTHING_FOUND"
        assert service.get("/notices").json()["items"] == []
        assert service.system.inbox.waiting("vaasa").count == 0
        # Nor is it recorded in a case that is opened too late.
        told = {"details": {"identityCode": code}}
        service.act(case, "/details", told)
        assert service.worker.file_notices_once() == 0
        assert kept(service, [notice]) == {notice}
        assert service.worker.let_notices_go_once() == 1
    assert service.rows("select id from notices.notice") == []
    assert service.rows("select id from notices.answer") == []
    (line,) = [
        line
        for line in service.rows("select * from trail.access where case_id = %s", [notice])
        if line["action"] == "HANDLE_NOTICE"
    ]
    assert (line["role"], line["result"], line["purpose"]) == ("CALENDAR", "DONE", "CALENDAR")
    assert line["organisation"] == "vaasa"


@pytest.mark.guarantee("NO-12")
def test_what_was_told_is_sealed_and_opens_in_its_own_place_only(service: Service) -> None:
    code = somebody(service)
    (notice, other) = received(send(service, item(code), {**NAMED, "benefit": ASSISTANCE}))
    rows = service.rows("select * from notices.notice where id = any(%s)", [[notice, other]])
    stored = b"".join(
        bytes(value) for row in rows for value in row.values() if isinstance(value, bytes)
    )
    for told in (code, MARKER, ASSISTANCE, "84.3", "kela"):
        assert told.encode() not in stored
        assert told not in str(rows)
    assert {row["blind"] is None for row in rows} == {True, False}
    keys = "sealed, key_id, wrapped, wrapping_key"
    service.rows(
        f"update notices.notice set ({keys}) = (select {keys} from notices.notice where id = %s)"
        " where id = %s",
        [notice, other],
    )
    moved = service.get(f"/notices/{other}")
    assert moved.status_code == 503
    service.rows("delete from notices.notice where id = %s", [other])
    store, today = service.system.inbox.store, service.clock.today()
    service.rows("update notices.notice set organisation = 'espoo' where id = %s", [notice])
    with pytest.raises(SealBroken):
        store.find("espoo", UUID(notice), today)
    service.rows("delete from notices.notice where id = %s", [notice])


@pytest.mark.guarantee("NO-12")
def test_only_the_receiver_s_officers_come_near_by_the_database_too(service: Service) -> None:
    (notice,) = received(send(service, item(somebody(service))))
    of_it = b"select count(*) from notices.notice where id = %s"
    with connect(service.database.url, Role.READER) as reader:
        for authorities, found in (("{}", 0), ("{espoo,kela}", 0), ("{espoo,vaasa}", 1)):
            reader.execute(b"select set_config('cases.authorities', %s, false)", [authorities])
            assert reader.execute(of_it, [notice]).fetchone() == (found,)
    with connect(service.database.url, Role.WRITER) as writer:
        assert writer.execute(of_it, [notice]).fetchone() == (1,)
        for column in ("sealed", "wrapped", "key_id"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                writer.execute(f"select {column} from notices.notice".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            writer.execute(b"select answer from notices.answer")
    for role in (Role.SEQUENCER, Role.PROJECTOR, Role.OWNER):
        with connect(service.database.url, role) as connection:
            try:
                assert connection.execute(of_it, [notice]).fetchone() == (0,)
            except psycopg.errors.InsufficientPrivilege:
                assert role is not Role.OWNER


@pytest.mark.guarantee("NO-12")
def test_no_view_and_no_list_of_people_knows_of_a_notice(service: Service) -> None:
    case = service.open_case()
    service.settle()
    before = [service.get(path).content for path in (case.path, f"{case.path}/history", "/clients")]
    received(send(service, {"identityCode": case.code}, section="84.1", by=MIGRI))
    service.worker.file_notices_once()
    service.settle()
    after = [service.get(path).content for path in (case.path, f"{case.path}/history", "/clients")]
    assert after == before
