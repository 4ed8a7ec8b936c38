"""Several officers at once, retries in flight, and tags that tell one state from another."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import httpx2
import psycopg
import pytest
from tests.patience import PATIENCE
from tests.service import START, VAASA, Service, identity_code, opening, problem

DETAILS = {"details": {"motherTongue": "fa"}}
VIEWS = ("", "/plan", "/history", "/explanation")


def at_once(calls: Sequence[Callable[[], httpx2.Response]]) -> list[httpx2.Response]:
    """The answers to requests that are all sent at the same moment."""
    ready = threading.Barrier(len(calls))

    def go(call: Callable[[], httpx2.Response]) -> httpx2.Response:
        ready.wait(PATIENCE)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(go, calls))


def as_officer(service: Service, subject: str) -> dict[str, str]:
    """The proof of another officer of Vaasa."""
    return {"Authorization": f"Bearer {service.signed(sub=subject)}"}


@pytest.mark.guarantee("CC-1")
def test_of_two_officers_who_save_at_once_one_is_recorded_and_one_is_told_the_version(
    service: Service,
) -> None:
    for _ in range(10):
        case = service.open_case()

        def save(subject: str, tag: str = case.etag, path: str = case.path) -> httpx2.Response:
            return service.post(
                f"{path}/details", DETAILS, tag=tag, headers=as_officer(service, subject)
            )

        answers = at_once([lambda: save("anna"), lambda: save("olli")])
        assert sorted(answer.status_code for answer in answers) == [201, 412]
        (stale,) = (answer for answer in answers if answer.status_code == 412)
        body = problem(stale, 412, "stale-version")
        assert body["current"] == {"version": case.version + 1}
        assert service.get(case.path).json()["version"] == case.version + 1
        assert [len(service.trail(answer)) for answer in answers] == [1, 1]


@pytest.mark.guarantee("CC-2")
def test_twenty_retries_of_one_act_at_once_record_one_act(service: Service) -> None:
    case = service.open_case()
    key, facts = str(uuid4()), service.facts()
    answers = at_once(
        [lambda: service.post(f"{case.path}/details", DETAILS, key=key, tag=case.etag)] * 20
    )
    assert service.facts() == facts + 1
    tally = Counter(answer.status_code for answer in answers)
    assert set(tally) <= {201, 409}
    done = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.content for answer in done}) == 1
    first = [answer for answer in done if "idempotency-replayed" not in answer.headers]
    assert len(first) == 1
    for answer in answers:
        if answer.status_code == 409:
            problem(answer, 409, "idempotency-key-in-progress")
            assert answer.headers["retry-after"]
    results = Counter(service.trail(answer)[0]["result"] for answer in answers)
    assert (results["RECORDED"], sum(results.values())) == (1, 20)


@pytest.mark.guarantee("CC-2")
def test_twenty_retries_of_one_opening_at_once_open_one_case(service: Service) -> None:
    key, body = str(uuid4()), opening()
    before = service.rows("select count(*) as n from log.case_key")[0]["n"]
    answers = at_once([lambda: service.post("/cases", body, key=key)] * 20)
    assert service.rows("select count(*) as n from log.case_key")[0]["n"] == before + 1
    done = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.content for answer in done}) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}


@pytest.mark.guarantee("CC-3")
def test_of_many_who_open_a_case_for_one_person_at_once_one_succeeds(service: Service) -> None:
    code = identity_code()
    before = service.rows("select count(*) as n from log.case_key")[0]["n"]
    callers = [VAASA, "officer@espoo", "officer@turku", "officer@tampere"] * 3
    answers = at_once(
        [lambda by=by: service.post("/cases", opening(code), by=by) for by in callers]  # type: ignore[misc]
    )
    assert service.rows("select count(*) as n from log.case_key")[0]["n"] == before + 1
    # One opening of each authority is answered alike: the others have asked for the case.
    tally = Counter(answer.status_code for answer in answers)
    assert set(tally) == {201, 409}
    assert tally[201] <= 4
    for answer in answers:
        if answer.status_code != 201:
            assert answer.json()["code"] in {"case-not-openable", "idempotency-key-in-progress"}


@pytest.mark.guarantee("CC-2")
def test_a_twin_that_has_not_finished_is_waited_for_but_not_for_ever(service: Service) -> None:
    case = service.open_case()
    key, began = str(uuid4()), time.monotonic()
    with psycopg.connect(service.database.superuser_url) as twin:
        # The first request, as far as anybody can see: its rows are written, not yet committed.
        twin.execute(
            "insert into log.event (stream_id, version, event_id, topic, recorded_at, metadata,"
            " key_id, payload_hash) select stream_id, version + 1, gen_random_uuid(), topic,"
            " recorded_at, metadata, key_id, payload_hash from log.event"
            " where stream_id = %s order by version desc limit 1",
            [case.case_id],
        )
        waiting = service.post(f"{case.path}/details", DETAILS, key=key, tag=case.etag)
        problem(waiting, 409, "idempotency-key-in-progress")
        assert waiting.headers["retry-after"] == "1"
        assert time.monotonic() - began < 10
        twin.rollback()
    service.act(case, "/details", DETAILS, key=key)


@pytest.mark.guarantee("AP-3")
def test_the_tag_of_every_answer_about_a_case_is_the_tag_of_the_next_act(service: Service) -> None:
    case = service.planned()
    for view in VIEWS:
        assert service.get(case.path + view).headers["etag"] == case.etag
        read = service.get(case.path + view).headers["etag"]
        written = service.post(f"{case.path}/details", DETAILS, tag=read)
        assert written.status_code == 201
        case.etag = written.headers["etag"]
        assert case.version == written.json()["version"]
    looked_up = service.post("/person-lookups", {"identityCode": case.code})
    assert looked_up.headers["etag"] == case.etag


@pytest.mark.guarantee("CC-4")
def test_a_tag_differs_where_the_answer_does(service: Service) -> None:
    case = service.planned()

    def tag(query: str = "", language: str = "fi") -> str:
        answer = service.get(
            f"{case.path}/explanation{query}", headers={"Accept-Language": language}
        )
        assert answer.headers["content-language"] == language
        assert answer.headers["vary"] == "Accept-Language"
        return str(answer.headers["etag"])

    today = tag()
    assert today == tag(language="fi")
    others = [tag(language="sv"), tag(language="en"), tag("?validOn=2025-02-04"), tag("?version=1")]
    try:
        service.clock.set(START + timedelta(days=1))
        tomorrow = tag()
    finally:
        service.clock.set(START)
    assert tomorrow == tag("?validOn=2025-02-04")
    assert len({today, *others}) == 5
    assert all(each.startswith('"') for each in others)


@pytest.mark.guarantee("CC-4")
def test_whoever_has_the_answer_already_is_told_so_and_it_is_trailed(service: Service) -> None:
    case = service.open_case()
    for view in VIEWS:
        for sent in (case.etag, f"W/{case.etag}", f'"1.x", {case.etag}'):
            answer = service.get(case.path + view, headers={"If-None-Match": sent})
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == case.etag
            assert len(service.trail(answer)) == 1
        for sent in ("*", '"1.x"', case.etag[1:-1], ""):
            answer = service.get(case.path + view, headers={"If-None-Match": sent})
            assert answer.status_code == 200
    other = service.get(case.path, by="officer@espoo", headers={"If-None-Match": case.etag})
    problem(other, 404, "not-found")


@pytest.mark.guarantee("CC-5")
def test_a_list_shows_the_act_its_reader_has_seen_or_says_that_it_cannot(service: Service) -> None:
    case = service.planned()
    seen = f"seen={case.case_id}@{case.version}"
    for path in ("/clients", "/worklist"):
        began = time.monotonic()
        behind = service.get(f"{path}?{seen}", headers={"Prefer": "wait=0"})
        problem(behind, 503, "projection-behind")
        assert behind.headers["retry-after"]
        assert time.monotonic() - began < 2
        (line,) = service.trail(behind)
        assert line["result"] == "REFUSED"
    service.settle()
    for path in ("/clients", "/worklist"):
        assert case.case_id in service.get(f"{path}?{seen}").text
        later = service.get(
            f"{path}?seen={case.case_id}@{case.version + 1}", headers={"Prefer": "wait=0"}
        )
        problem(later, 400, "view-cannot-answer")  # it was never recorded: waiting is no use


@pytest.mark.guarantee("CC-5")
def test_a_list_waits_for_an_act_that_is_being_taken_in(service: Service) -> None:
    case = service.open_case()
    catching_up = threading.Timer(0.3, service.settle)
    catching_up.start()
    try:
        answer = service.get(f"/clients?limit=200&seen={case.case_id}@{case.version}")
    finally:
        catching_up.join()
    assert answer.status_code == 200
    assert case.case_id in answer.text


@pytest.mark.guarantee("CC-5")
def test_a_list_can_be_asked_for_after_a_case_has_been_closed(service: Service) -> None:
    case = service.open_case()
    service.act(case, "/closure", {"ground": "INTEGRATION_COMPLETED"})
    service.settle()
    for path in ("/clients", "/worklist"):
        answer = service.get(
            f"{path}?seen={case.case_id}@{case.version}", headers={"Prefer": "wait=0"}
        )
        assert answer.status_code == 200, answer.text
        assert case.case_id not in answer.text


@pytest.mark.guarantee("CC-5")
def test_a_seen_case_of_another_authority_is_like_one_that_is_not(service: Service) -> None:
    theirs = service.open_case("officer@espoo")
    service.settle()
    for case_id in (theirs.case_id, str(uuid4())):
        answer = service.get(f"/clients?seen={case_id}@1", headers={"Prefer": "wait=0"})
        problem(answer, 400, "view-cannot-answer")


@pytest.mark.guarantee("AP-6")
def test_an_act_waits_for_the_lists_when_asked_and_says_whether_they_have_it(
    service: Service,
) -> None:
    case = service.open_case()
    began = time.monotonic()
    late = service.post(
        f"{case.path}/details", DETAILS, tag=case.etag, headers={"Prefer": "wait=1"}
    )
    assert late.status_code == 201
    assert "preference-applied" not in late.headers
    assert 0.9 <= time.monotonic() - began < 6
    case.etag = late.headers["etag"]
    catching_up = threading.Timer(0.3, service.settle)
    catching_up.start()
    try:
        arrived = service.post(
            f"{case.path}/details", DETAILS, tag=case.etag, headers={"Prefer": 'WAIT="9"'}
        )
    finally:
        catching_up.join()
    assert arrived.headers["preference-applied"] == "wait=9"
    assert time.monotonic() - began < 9
