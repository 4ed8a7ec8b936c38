"""Sending notices (84 §): each answered on its own, once for each key, and alike for everybody."""

import threading
from typing import Any, Final
from unittest.mock import patch
from uuid import uuid4

import pytest
from tests.contract.conftest import Serve
from tests.contract.lawful import BODIES
from tests.contract.noticing import (
    ASSISTANCE,
    HOME_CARE,
    KELA,
    MIGRI,
    NAMED,
    filed,
    item,
    kept,
    later,
    nothing_follows,
    received,
    send,
    somebody,
)
from tests.contract.test_concurrency import at_once
from tests.contract.test_trail import right_withdrawn
from tests.patience import PATIENCE
from tests.service import AUDITOR, ESPOO, MARKER, VAASA, Service, identity_code, problem

NOT_A_CODE: Final = "010199-9X"
BEYOND: Final = {"identityCode": NOT_A_CODE}
"""No identity code, and nothing like one that might be somebody's."""


# each answered on its own ------------------------------------------------------------------------


@pytest.mark.guarantee("NO-1")
@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        (7, [("#/items/1", "not-an-object")]),
        ({}, [("#/items/1", "does-not-fit-together")]),
        (BEYOND, [("#/items/1/identityCode", "not-an-identity-code")]),
        ({"identityCode": 7, MARKER: 1}, [
            ("#/items/1/identityCode", "not-an-identity-code"),
            ("#/items/1", "unknown-member"),
        ]),
        ({"names": NAMED["names"], "benefit": ASSISTANCE}, [
            ("#/items/1", "does-not-fit-together"),
        ]),
        ({"dateOfBirth": "1990-05-17", "benefit": ASSISTANCE}, [
            ("#/items/1", "does-not-fit-together"),
        ]),
        ({**NAMED, "dateOfBirth": "20"}, [("#/items/1/dateOfBirth", "not-a-day")]),
        ({**NAMED, "names": {"given": "", "family": MARKER}}, [
            ("#/items/1/names/given", "too-short"),
        ]),
        (NAMED, [("#/items/1/benefit", "notice-of-its-benefit")]),
        ({**NAMED, "benefit": HOME_CARE}, [("#/items/1/benefit", "notice-of-its-benefit")]),
        ({**NAMED, "benefit": "PENSION"}, [("#/items/1/benefit", "not-one-of-the-values")]),
        ({**NAMED, "benefit": ASSISTANCE, "dateOfBirth": "2025-02-04"}, [
            ("#/items/1/dateOfBirth", "born-by-then"),
        ]),
        ({**NAMED, "benefit": ASSISTANCE, "from": "2025-02-01", "until": "2025-01-31"}, [
            ("#/items/1", "does-not-fit-together"),
        ]),
        ({**NAMED, "benefit": ASSISTANCE, "until": "2025-02-02"}, [
            ("#/items/1/until", "does-not-fit-together"),
        ]),
    ],
)  # fmt: skip
def test_a_wrong_item_is_refused_with_its_reason_and_the_others_are_received(
    service: Service, wrong: object, errors: list[tuple[str, str]]
) -> None:
    good, better = somebody(service), somebody(service)
    response = send(service, item(good), wrong, {"benefit": ASSISTANCE, **NAMED}, item(better))
    assert response.status_code == 200, response.text
    answers = response.json()["items"]
    assert [each["result"] for each in answers] == ["RECEIVED", "REFUSED", "RECEIVED", "RECEIVED"]
    refused = answers[1]
    told = [(each["pointer"], each["code"]) for each in refused["errors"]]
    assert sorted(told) == sorted(errors)
    assert all(each["detail"] for each in refused["errors"])
    assert "noticeId" not in refused
    assert MARKER not in response.text
    ids = [each["noticeId"] for each in answers if "noticeId" in each]
    assert kept(service, ids) == {*ids}
    assert len(ids) == 3
    trail = service.trail(response)
    assert sorted(str(line["case_id"]) for line in trail) == sorted(ids)
    assert {(line["action"], line["result"], line["role"]) for line in trail} == {
        ("SEND_NOTICE", "DONE", "REGISTER")
    }
    assert {line["purpose"] for line in trail} == {"NOTIFYING_MUNICIPALITIES"}


@pytest.mark.guarantee("NO-1")
def test_an_item_names_a_person_in_one_way_only(service: Service) -> None:
    both = send(service, {**item(somebody(service)), **NAMED})
    (answer,) = both.json()["items"]
    assert [each["code"] for each in answer["errors"]] == ["does-not-fit-together"]
    # Where nothing was received, the line names nobody.
    (line,) = service.trail(both)
    assert (line["result"], line["case_id"]) == ("REFUSED", None)


@pytest.mark.guarantee("NO-1", "NO-2")
def test_a_notice_of_who_is_protected_tells_of_no_benefit(service: Service) -> None:
    code = somebody(service)
    for section in ("84.1", "84.4"):
        (notice,) = received(send(service, {"identityCode": code}, section=section, by=MIGRI))
        shown = service.get(f"/notices/{notice}").json()
        assert (shown["section"], shown["sender"], shown["benefit"]) == (section, "migri", None)
        for more in ({"benefit": ASSISTANCE}, {"from": "2025-01-01"}, {"until": "2025-03-01"}):
            sent = {"identityCode": code, **more}
            refused = send(service, sent, section=section, by=MIGRI)
            (answer,) = refused.json()["items"]
            assert answer["errors"][0]["code"] == "notice-of-its-benefit"
            assert answer["legalBasis"][0]["section"] == section


@pytest.mark.guarantee("NO-1")
def test_the_reasons_are_in_the_language_asked_for_also_when_repeated(service: Service) -> None:
    key, sent = str(uuid4()), {**NAMED, "benefit": HOME_CARE}
    told = {
        language: send(service, sent, key=key, headers={"Accept-Language": language})
        for language in ("fi", "sv", "en")
    }
    details = {each.json()["items"][0]["errors"][0]["detail"] for each in told.values()}
    assert len(details) == 3
    assert {each.headers["content-language"] for each in told.values()} == {"fi", "sv", "en"}


@pytest.mark.guarantee("NO-1")
def test_codes_of_the_test_series_are_refused_where_the_installation_takes_none(
    another: Serve,
) -> None:
    service = another(allow_test_codes=False)
    code = identity_code()
    response = send(service, item(code))
    (answer,) = response.json()["items"]
    assert [(each["pointer"], each["code"]) for each in answer["errors"]] == [
        ("#/items/0/identityCode", "not-an-identity-code")
    ]
    assert code not in response.text
    assert service.rows("select id from notices.notice") == []


# whole calls -------------------------------------------------------------------------------------


@pytest.mark.guarantee("NO-2")
@pytest.mark.parametrize(
    ("by", "section", "to", "pointers"),
    [
        (MIGRI, "84.3", "vaasa", ["#/section"]),
        (MIGRI, "84.2", "vaasa", ["#/section"]),
        (KELA, "84.1", "vaasa", ["#/section"]),
        (KELA, "84.4", "vaasa", ["#/section"]),
        (KELA, "88.1", "vaasa", ["#/section"]),
        (KELA, "84.3", "pohjanmaa", ["#/to"]),
        (KELA, "84.3", "vaasan-seutu", ["#/to"]),
        (KELA, "84.3", "nowhere", ["#/to"]),
        (KELA, "84.1", "kela", ["#/section", "#/to"]),
    ],
)
def test_what_the_act_does_not_have_it_tell_is_refused_whole(
    service: Service, by: str, section: str, to: str, pointers: list[str]
) -> None:
    before = service.rows("select count(*) as n from notices.notice")
    response = send(service, item(somebody(service)), section=section, to=to, by=by)
    told = problem(response, 422, "rule-violated")
    assert [each["pointer"] for each in told["errors"]] == pointers
    assert {each["section"].partition(".")[0] for each in told["legalBasis"]} == {"84"}
    assert service.rows("select count(*) as n from notices.notice") == before
    (line,) = service.trail(response)
    assert (line["action"], line["result"], line["case_id"]) == ("SEND_NOTICE", "REFUSED", None)


@pytest.mark.guarantee("NO-2")
@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"to": "vaasa", "items": [{}]}, [("#/section", "missing")]),
        ({"section": "84.3", "items": [{}]}, [("#/to", "missing")]),
        ({"section": "84.3", "to": "vaasa"}, [("#/items", "missing")]),
        ({"section": "84.3", "to": "vaasa", "items": []}, [("#/items", "too-few")]),
        ({"section": "84.3", "to": "vaasa", "items": [{}] * 1001}, [("#/items", "too-many")]),
        ({"section": "84.3", "to": "vaasa", "items": {}}, [("#/items", "not-a-list")]),
        ({"section": "§ 84", "to": "vaasa", "items": [{}]}, [("#/section", "wrong-form")]),
        ({"section": "84.3", "to": "vaasa", "items": [{}], MARKER: 1}, [("#", "unknown-member")]),
    ],
)
def test_what_is_no_call_is_refused_whole(
    service: Service, body: object, errors: list[tuple[str, str]]
) -> None:
    response = service.post("/notices", body, by=KELA)
    told = problem(response, 400, "malformed-request")["errors"]
    assert [(each["pointer"], each["code"]) for each in told] == errors


@pytest.mark.guarantee("NO-1")
def test_a_thousand_are_received_in_one_call(service: Service) -> None:
    with nothing_follows(service):
        response = send(service, *(item(somebody(service)) for _ in range(1000)), to="turku")
    ids = received(response)
    assert len(set(ids)) == 1000
    assert len(service.trail(response)) == 1000
    assert kept(service, ids) == {*ids}


# once for each key -------------------------------------------------------------------------------


@pytest.mark.guarantee("NO-3")
def test_a_repeat_is_answered_as_the_first_time_and_receives_nothing(service: Service) -> None:
    key, items = str(uuid4()), [item(somebody(service)), NAMED]
    first = send(service, *items, key=key)
    with later(service, days=3):
        again = send(service, *items, key=key)
        assert (again.status_code, again.content) == (200, first.content)
        assert again.headers["idempotency-replayed"] == "true"
        assert "idempotency-replayed" not in first.headers
        (line,) = service.trail(again)
        assert (line["result"], line["case_id"]) == ("REPLAYED", None)
        reused = send(service, *items, NAMED, key=key)
        problem(reused, 422, "idempotency-key-reused")
        assert [line["result"] for line in service.trail(reused)] == ["REFUSED"]
    notice = first.json()["items"][0]["noticeId"]
    # And after it was handled.
    assert handled(service, notice)
    again = send(service, *items, key=key)
    assert again.content == first.content
    assert kept(service, [notice]) == set()
    # The key is the sender's own.
    other = send(service, {"identityCode": somebody(service)}, section="84.1", by=MIGRI, key=key)
    received(other)
    problem(send(service, NAMED, key=None), 400, "idempotency-key-missing")


def handled(service: Service, notice: str) -> bool:
    body = {"outcome": "NOT_A_CLIENT"}
    return service.post(f"/notices/{notice}/handling", body).status_code == 200


@pytest.mark.guarantee("NO-3")
def test_twins_sent_at_once_are_received_once(service: Service) -> None:
    key, code = str(uuid4()), somebody(service)
    answers = at_once([lambda: send(service, item(code), key=key, to="tampere")] * 6)
    assert {each.status_code for each in answers} == {200}
    assert len({each.content for each in answers}) == 1
    assert sum("idempotency-replayed" not in each.headers for each in answers) == 1
    (notice,) = received(answers[0])
    shown = service.get("/notices?limit=200", by="officer@tampere").json()["items"]
    assert [each["noticeId"] for each in shown if each["identityCode"] == code] == [notice]


@pytest.mark.guarantee("NO-3")
def test_what_is_remembered_of_a_call_names_nobody(service: Service) -> None:
    code = somebody(service)
    send(service, item(code), {**NAMED, "benefit": HOME_CARE}, {**BEYOND, MARKER: MARKER})
    rows = service.rows("select id::text, organisation, answer from notices.answer")
    assert rows
    told = str(rows)
    assert code not in told
    assert MARKER not in told
    assert "1990-05-17" not in told
    assert NOT_A_CODE not in told


# the same for everybody --------------------------------------------------------------------------


def without_id(answer: Any) -> tuple[object, ...]:
    """An answer without what is new in each: ids, and what they were made of."""
    (told,) = answer.json()["items"]
    assert told.pop("noticeId")
    varying = {"date", "request-id", "content-length"}
    headers = {name: value for name, value in answer.headers.items() if name not in varying}
    at = answer.json()["receivedAt"]
    return answer.status_code, told, at, headers, len(answer.content)


@pytest.mark.guarantee("NO-5")
def test_the_answer_is_the_same_whether_the_person_is_known_or_not(service: Service) -> None:
    mine, theirs = service.open_case(), service.open_case(ESPOO)
    hidden, closed = service.open_case(), service.open_case()
    service.act(hidden, "/non-disclosure", BODIES["setNonDisclosure"])
    service.act(closed, "/closure", BODIES["closeCase"])
    told_before = service.open_case()
    service.act(told_before, "/benefit-notices", {"benefit": ASSISTANCE, "from": "2025-01-01"})
    people = [each.code for each in (mine, theirs, hidden, closed, told_before)]
    answers = [
        send(service, item(code, **{"from": "2025-01-01"})) for code in (somebody(service), *people)
    ]
    assert len({str(without_id(each)) for each in answers}) == 1
    lines = [service.trail(each) for each in answers]
    assert {len(each) for each in lines} == {1}
    own = {"seq", "xid", "id", "case_id", "request_id"}
    assert len({str({k: v for k, v in of[0].items() if k not in own}) for of in lines}) == 1
    filed(service, *(received(answers[n])[0] for n in (1, 3)))


@pytest.mark.guarantee("NO-5")
def test_the_sender_is_answered_before_anybody_is_looked_for(service: Service) -> None:
    case, asked, go_on = service.open_case(), threading.Event(), threading.Event()
    store = service.system.inbox.store
    looked_for = type(store).with_cases

    def slowly(*given: Any) -> Any:
        asked.set()
        assert go_on.wait(PATIENCE)
        return looked_for(store, *given)

    with patch.object(service.system.notice_filing, "_store", wraps=store) as slow:
        slow.with_cases.side_effect = slowly
        try:
            (notice,) = received(send(service, item(case.code)))
            assert asked.wait(PATIENCE)
        finally:
            go_on.set()
        filed(service, notice)


@pytest.mark.guarantee("NO-5")
def test_the_sender_can_ask_nothing(service: Service) -> None:
    (notice,) = received(send(service, item(somebody(service))))
    for path in (f"/notices/{notice}", f"/notices/{uuid4()}"):
        problem(service.get(path, by=KELA), 404, "not-found")
    problem(service.get("/notices", by=KELA), 403, "forbidden")
    body = {"outcome": "NOT_A_CLIENT"}
    handling = service.post(f"/notices/{notice}/handling", body, by=KELA)
    problem(handling, 404, "not-found")
    assert kept(service, [notice]) == {notice}


# the trail ---------------------------------------------------------------------------------------


@pytest.mark.guarantee("NO-7")
def test_where_the_trail_cannot_be_written_nothing_is_received_shown_or_handled(
    another: Serve,
) -> None:
    service = another()
    (notice,) = received(send(service, item(somebody(service))))
    code = somebody(service)
    with right_withdrawn(service, "cases_writer"):
        problem(send(service, item(code), key="one"), 503, "unavailable")
        body = {"outcome": "OTHER"}
        problem(service.post(f"/notices/{notice}/handling", body), 503, "unavailable")
    with right_withdrawn(service, "cases_reader"):
        for path in ("/notices", f"/notices/{notice}"):
            answer = service.get(path)
            problem(answer, 503, "unavailable")
            assert notice not in answer.text
    assert len(service.rows("select id from notices.notice")) == 1
    assert len(service.rows("select id from notices.answer")) == 1
    received(send(service, item(code), key="one"))


@pytest.mark.guarantee("NO-7")
def test_nothing_of_a_person_is_in_the_trail_of_notices(service: Service) -> None:
    code = somebody(service)
    (notice, _) = received(send(service, item(code), {**NAMED, "benefit": ASSISTANCE}))
    service.get(f"/notices/{notice}", by=VAASA)
    service.get(f"/notices/{notice}", by=AUDITOR)
    service.get(f"/notices/{notice}", by=ESPOO)
    service.get(f"/notices/{notice}", by=VAASA, purpose=None)
    lines = service.rows("select * from trail.access where case_id = %s order by seq", [notice])
    assert [(line["action"], line["result"], line["organisation"]) for line in lines] == [
        ("SEND_NOTICE", "DONE", "kela"),
        ("READ_NOTICES", "SHOWN", "vaasa"),
        ("READ_NOTICES", "FORBIDDEN", "tarkastus"),
        ("READ_NOTICES", "FORBIDDEN", "espoo"),
        ("READ_NOTICES", "REFUSED", "vaasa"),
    ]
    assert code not in str(lines)
    assert MARKER not in str(lines)
