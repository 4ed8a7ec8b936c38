"""Notices of benefits: recorded in the open case of who they are about, once, and then gone."""

from collections.abc import Iterator
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID

import pytest
from tests.contract.lawful import BODIES
from tests.contract.noticing import (
    ASSISTANCE,
    HOME_CARE,
    MIGRI,
    NAMED,
    benefits,
    filed,
    item,
    kept,
    later,
    nothing_follows,
    received,
    send,
    somebody,
    told_of_benefits,
)
from tests.service import AUDITOR, ESPOO, Case, Service, opening

from cases.app.store.faults import StoreUnavailable
from cases.app.store.notices import NoticeStore

SINCE: Final = {"from": "2025-01-01"}


@pytest.fixture(autouse=True)
def by_hand(service: Service) -> Iterator[None]:
    """What follows from a notice is done when a test says so."""
    with nothing_follows(service):
        yield


def opened_for(service: Service, code: str) -> Case:
    """A case opened for a person of this code."""
    body = {"origin": "KELA_NOTICE", "learnedOn": "2025-01-30", "person": {"identityCode": code}}
    response = service.post("/cases", body)
    assert response.status_code == 201, response.text
    return Case(response.json()["caseId"], response.headers["etag"], code)


@pytest.mark.guarantee("NO-4")
def test_a_benefit_is_recorded_in_the_open_case_of_who_it_is_about(service: Service) -> None:
    case = service.open_case()
    days = {"from": "2025-01-01", "until": "2025-12-31"}
    (notice,) = received(send(service, item(case.code, **days)))
    with later(service, days=2):
        filed(service, notice)
        told = benefits(service, case)
        assert [(t["benefit"], t["from"], t["until"]) for t in told] == [
            (ASSISTANCE, "2025-01-01", "2025-12-31")
        ]
        (entry,) = told_of_benefits(service, case)
    assert entry["act"] == "recordBenefitNotice"
    assert entry["effectiveOn"] == "2025-02-03"
    assert entry["recordedAt"] == "2025-02-05T08:00:00Z"
    assert entry["source"] == {"kind": "AUTHORITY", "name": "kela"}
    assert entry["purpose"] == "FILING_NOTICES"
    assert (entry["recordedBy"], entry["role"], entry["by"]) == ("inbox", "INBOX", "vaasa")
    of_case = service.get(f"{case.path}/access-trail?limit=200", by=AUDITOR).json()["items"]
    assert ("RECORD_BENEFIT_NOTICE", "RECORDED", "FILING_NOTICES") in {
        (line["action"], line["result"], line["purpose"]) for line in of_case
    }
    (line,) = [
        line
        for line in service.rows("select * from trail.access where case_id = %s", [notice])
        if line["action"] == "HANDLE_NOTICE"
    ]
    assert (line["role"], line["result"], line["traits"]) == ("INBOX", "DONE", ["FILED"])
    assert service.worker.file_notices_once() == 0


@pytest.mark.guarantee("NO-4")
def test_what_was_received_is_filed_right_after_the_answer(service: Service) -> None:
    case = service.open_case()
    sent: list[Any] = []
    filing = service.system.notice_filing
    with patch.object(service.system.notice_intake, "_file_soon", sent.append):
        (notice, _) = received(send(service, item(case.code), {**NAMED, "benefit": ASSISTANCE}))
    ((told,),) = sent
    assert str(told) == notice
    filing.file([told])
    assert kept(service, [notice]) == set()
    assert len(benefits(service, case)) == 1


@pytest.mark.guarantee("NO-4")
def test_where_no_day_is_told_the_benefit_is_received_on_the_day_of_the_receipt(
    service: Service,
) -> None:
    case = service.open_case()
    (first,) = received(send(service, item(case.code)))
    filed(service, first)
    assert [each["from"] for each in benefits(service, case)] == ["2025-02-03"]
    # Told again a month later without a day, nothing new is told.
    with later(service, days=30):
        (second,) = received(send(service, item(case.code)))
        filed(service, second)
        assert len(told_of_benefits(service, case)) == 1


@pytest.mark.guarantee("NO-4")
def test_what_the_case_knows_is_not_recorded_twice_and_another_last_day_is(
    service: Service,
) -> None:
    case = service.open_case()
    known = {"benefit": HOME_CARE, "from": "2024-11-01"}
    service.act(case, "/benefit-notices", known)
    version = case.version
    again = {"identityCode": case.code, **known}
    twice = received(send(service, again, again, section="84.2"))
    filed(service, *twice)
    benefits(service, case)
    assert case.version == version
    ended = received(send(service, {**again, "until": "2025-01-31"}, section="84.2"))
    filed(service, *ended)
    assert len(told_of_benefits(service, case)) == 2
    assert case.version + 1 == len(service.get(f"{case.path}/history").json()["entries"])


def days_of(told: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return [(each["from"], each["until"]) for each in told]


@pytest.mark.guarantee("NO-13")
def test_what_was_received_first_is_filed_first_whichever_is_looked_at(service: Service) -> None:
    code = somebody(service)
    (first,) = received(send(service, item(code, **SINCE, until="2025-12-31")))
    with later(service, days=2):
        case = opened_for(service, code)
        (second,) = received(send(service, item(code, **SINCE, until="2025-03-31")))
        # Right after the answer only the second was to be looked at.
        service.system.notice_filing.file([UUID(second)])
        filed(service, first, second)
        told = told_of_benefits(service, case)
    assert [each["effectiveOn"] for each in told] == ["2025-02-03", "2025-02-05"]
    assert days_of([each["content"] for each in told]) == [
        ("2025-01-01", "2025-12-31"),
        ("2025-01-01", "2025-03-31"),
    ]


@pytest.mark.guarantee("NO-13")
def test_notices_of_one_call_are_filed_in_its_order(service: Service) -> None:
    case = service.open_case()
    ends = [f"2025-{month:02}-28" for month in range(3, 11)]
    filed(service, *received(send(service, *(item(case.code, **SINCE, until=d) for d in ends))))
    told = told_of_benefits(service, case)
    assert [each["content"]["until"] for each in told] == ends


@pytest.mark.guarantee("NO-13")
def test_what_the_case_was_told_of_since_is_not_overtaken_by_what_was_left(
    service: Service,
) -> None:
    case = service.open_case()
    (left,) = received(send(service, item(case.code, **SINCE, until="2025-12-31")))
    with later(service, days=2):
        newer = {"benefit": ASSISTANCE, **SINCE, "until": "2025-03-31"}
        service.act(case, "/benefit-notices", newer)
        assert service.worker.file_notices_once() == 0
        # Whether the two are of one mind is for an officer to see.
        assert kept(service, [left]) == {left}
        assert days_of(benefits(service, case)) == [("2025-01-01", "2025-03-31")]
        (other,) = received(send(service, item(case.code, **{"from": "2024-11-01"})))
        filed(service, other)


@pytest.mark.guarantee("NO-13")
def test_nor_by_what_an_officer_recorded_on_the_same_day(service: Service) -> None:
    case = service.open_case()
    service.act(case, "/closure", BODIES["closeCase"])
    with later(service, days=2):
        (left,) = received(send(service, item(case.code, **SINCE, until="2025-12-31")))
    with later(service, days=4):
        # Of the days on which it was closed nothing is recorded: both are of the reopening's day.
        service.act(case, "/reopening", BODIES["reopenCase"])
        newer = {"benefit": ASSISTANCE, **SINCE, "until": "2025-03-31"}
        service.act(case, "/benefit-notices", newer)
        assert service.worker.file_notices_once() == 0
        assert kept(service, [left]) == {left}


@pytest.mark.guarantee("NO-13")
def test_nor_by_what_a_record_says_as_corrected(service: Service) -> None:
    case = service.open_case()
    (left,) = received(send(service, item(case.code, **SINCE, until="2025-12-31")))
    with later(service, days=2):
        newer = {"benefit": ASSISTANCE, "from": "2025-01-02", "until": "2025-03-31"}
        service.act(case, "/benefit-notices", newer)
        change = {"member": "/content/from", "to": "2025-01-01"}
        correction = {"version": case.version, "changes": [change], "reason": "misread"}
        service.act(case, "/corrections", correction)
        assert service.worker.file_notices_once() == 0
        assert kept(service, [left]) == {left}


@pytest.mark.guarantee("NO-13")
@pytest.mark.parametrize("known", [True, False])
def test_a_case_reopened_between_two_looks_is_told_in_order_all_the_same(
    service: Service, known: bool
) -> None:
    case = service.open_case()
    if known:
        told = {"benefit": ASSISTANCE, **SINCE, "until": "2025-03-31"}
        service.act(case, "/benefit-notices", told)
    service.act(case, "/closure", BODIES["closeCase"])
    ends = ["2025-12-31", "2025-03-31"]
    sent = list[str]()
    for n, end in enumerate(ends, start=2):
        with later(service, days=n):
            sent += received(send(service, item(case.code, **SINCE, until=end)))
    filing, log = service.system.notice_filing, service.system.case_log
    looks: list[Any] = []

    def load(case_id: Any) -> Any:
        facts = log.load(case_id)
        if str(case_id) != case.case_id:
            return facts
        looks.append(case_id)
        if len(looks) == 1:
            # The first was looked at, and left: then the case is open again.
            service.act(case, "/reopening", BODIES["reopenCase"])
        return facts

    with later(service, days=4):
        case.etag = service.get(case.path).headers["etag"]
        with patch.object(filing, "_log", wraps=log) as slow:
            slow.load.side_effect = load
            assert service.worker.file_notices_once() == 0
        filed(service, *sent)
        told_of = told_of_benefits(service, case)
    assert [each["content"]["until"] for each in told_of][-2:] == ends


@pytest.mark.guarantee("NO-4")
def test_a_case_that_is_opened_later_is_told_by_the_next_look(service: Service) -> None:
    code = somebody(service)
    (notice,) = received(send(service, item(code)))
    assert service.worker.file_notices_once() == 0
    assert kept(service, [notice]) == {notice}
    with later(service, days=5):
        case = opened_for(service, code)
        filed(service, notice)
        assert [each["from"] for each in benefits(service, case)] == ["2025-02-03"]


@pytest.mark.guarantee("NO-4", "JN-11")
@pytest.mark.parametrize("theirs", ["open", "erased", None])
def test_the_receiver_s_own_case_is_told_whoever_else_has_one_of_the_person(
    service: Service, theirs: str | None
) -> None:
    code = somebody(service)
    if theirs is not None:
        other = service.post("/cases", opening(code), by=ESPOO)
        assert other.status_code == 201
    case = service.open_case()
    service.act(case, "/details", {"details": {"identityCode": code}})
    if theirs == "erased":
        service.rows(
            "update log.case_key set wrapped = null, destroyed_at = now() where stream_id = %s",
            [other.json()["caseId"]],
        )
    (notice,) = received(send(service, item(code)))
    filed(service, notice)
    assert [each["from"] for each in benefits(service, case)] == ["2025-02-03"]


@pytest.mark.guarantee("NO-4")
def test_everybody_else_s_notice_waits_for_an_officer(service: Service) -> None:
    theirs, closed, erased = service.open_case(ESPOO), service.open_case(), service.open_case()
    handed_over = service.assessed()
    # That another authority's case knows it already is nothing to go by either.
    known = {"benefit": ASSISTANCE, "from": "2025-01-01"}
    service.act(theirs, "/benefit-notices", known, ESPOO)
    service.act(closed, "/closure", BODIES["closeCase"])
    service.act(handed_over, "/hand-over", BODIES["handOver"])
    service.rows(
        "update log.case_key set wrapped = null, destroyed_at = now() where stream_id = %s",
        [erased.case_id],
    )
    here = service.open_case()
    facts = service.facts()
    people = [somebody(service), *(c.code for c in (theirs, closed, erased, handed_over))]
    waiting = received(send(service, *map(item, people), {**NAMED, "benefit": ASSISTANCE}))
    waiting += received(send(service, {"identityCode": here.code}, section="84.4", by=MIGRI))
    service.worker.file_notices_once()
    assert kept(service, waiting) == {*waiting}
    assert service.facts() == facts
    assert len(benefits(service, theirs, ESPOO)) == 1


@pytest.mark.guarantee("NO-4")
def test_a_case_that_is_the_receivers_from_another_day_is_told_on_that_day(
    service: Service,
) -> None:
    case = service.planned()
    consent = {
        "scope": "CONTACT_TO_NEW_MUNICIPALITY",
        "informed": {"date": "2025-02-03", "language": "en", "interpreter": False},
    }
    given = service.act(case, "/consents", consent)["consentId"]
    move = {"to": "tampere", "reason": "MOVE", "consent": given, "takesEffectOn": "2025-02-11"}
    service.act(case, "/hand-over", move)
    (notice,) = received(send(service, item(case.code), to="tampere"))
    service.worker.file_notices_once()
    assert kept(service, [notice]) == {notice}
    with later(service, days=8):
        filed(service, notice)
        assert len(benefits(service, case, "officer@tampere")) == 1


def trail_of(service: Service, case: Case) -> list[str]:
    """What the trail says of the inbox and this case."""
    found = service.rows(
        "select result from trail.access where case_id = %s and role = 'INBOX' order by seq",
        [case.case_id],
    )
    return [each["result"] for each in found]


@pytest.mark.guarantee("NO-4", "CS-56")
@pytest.mark.parametrize(("came", "told_on"), [(2, "2025-02-05"), (4, "2025-02-10")])
def test_what_came_while_the_case_was_closed_is_told_once_it_goes_on(
    service: Service, came: int, told_on: str
) -> None:
    case = service.open_case()
    with later(service, days=2):
        service.act(case, "/closure", BODIES["closeCase"])
    with later(service, days=came):
        (notice,) = received(send(service, item(case.code)))
        service.worker.file_notices_once()
        assert kept(service, [notice]) == {notice}
    with later(service, days=7):
        case.etag = service.get(case.path).headers["etag"]
        service.act(case, "/reopening", BODIES["reopenCase"])
        filed(service, notice)
        (told,) = benefits(service, case)
        assert told["from"] == f"2025-02-{3 + came:02}"
        (entry,) = told_of_benefits(service, case)
        assert entry["effectiveOn"] == told_on
        service.worker.file_notices_once()
        assert trail_of(service, case) == ["RECORDED"]


@pytest.mark.guarantee("NO-7")
def test_what_would_be_refused_is_not_asked_for_at_every_look(service: Service) -> None:
    case = service.open_case()
    (notice,) = received(send(service, item(case.code)))
    found = service.system.inbox.store.with_cases(service.clock.today())
    service.act(case, "/closure", BODIES["closeCase"])
    # Whoever looked before the closing comes after it.
    with patch.object(NoticeStore, "with_cases", return_value=found):
        for _ in range(2):
            assert service.worker.file_notices_once() == 0
    assert kept(service, [notice]) == {notice}
    assert trail_of(service, case) == []


# whoever dies on the way -------------------------------------------------------------------------


@pytest.mark.guarantee("NO-6")
def test_who_dies_between_act_and_removal_leaves_one_fact_and_no_notice(service: Service) -> None:
    case = service.open_case()
    (notice,) = received(send(service, item(case.code)))
    with (
        patch.object(NoticeStore, "remove", side_effect=StoreUnavailable),
        pytest.raises(StoreUnavailable),
    ):
        service.worker.file_notices_once()
    assert len(told_of_benefits(service, case)) == 1
    assert kept(service, [notice]) == {notice}
    # Meanwhile the record says otherwise, and the case is another authority's.
    benefits(service, case)
    wrong = {"version": case.version, "reason": "another person"}
    service.act(case, "/annulments", wrong)
    filed(service, notice)
    assert len(told_of_benefits(service, case)) == 1
    assert benefits(service, case) == []


@pytest.mark.guarantee("NO-6")
def test_what_was_recorded_before_a_hand_over_is_gone_after_it(service: Service) -> None:
    case = service.assessed()
    (notice,) = received(send(service, item(case.code)))
    with (
        patch.object(NoticeStore, "remove", side_effect=StoreUnavailable),
        pytest.raises(StoreUnavailable),
    ):
        service.worker.file_notices_once()
    benefits(service, case)
    service.act(case, "/hand-over", BODIES["handOver"])
    filed(service, notice)


@pytest.mark.guarantee("NO-6")
def test_what_can_not_be_done_right_after_is_left_to_the_worker(service: Service) -> None:
    case = service.open_case()
    (notice,) = received(send(service, item(case.code)))
    with patch.object(NoticeStore, "with_cases", side_effect=StoreUnavailable):
        service.system.notice_filing.file([])
    filed(service, notice)
    assert len(benefits(service, case)) == 1


@pytest.mark.guarantee("NO-6")
def test_an_act_that_came_in_between_is_decided_on(service: Service) -> None:
    case = service.open_case()
    (notice,) = received(send(service, item(case.code, **{"from": "2025-01-01"})))
    filing, log = service.system.notice_filing, service.system.case_log
    seen: list[int] = []

    def load(case_id: Any) -> Any:
        facts = log.load(case_id)
        if str(case_id) != case.case_id:
            return facts
        seen.append(facts[-1].version)
        if len(seen) == 1:
            told = {"benefit": ASSISTANCE, "from": "2025-01-01"}
            service.act(case, "/benefit-notices", told)
        return facts

    with patch.object(filing, "_log", wraps=log) as slow:
        slow.load.side_effect = load
        filed(service, notice)
    assert len(seen) == 2
    assert len(told_of_benefits(service, case)) == 1


def test_the_worker_says_how_many_and_nobody(service: Service) -> None:
    case = service.open_case()
    (notice,) = received(send(service, item(case.code)))
    before = len(service.lines())
    service.worker._see_to_notices()
    (line,) = [each for each in service.lines()[before:] if each["event"].startswith("notices.")]
    assert (line["event"], line["notices"]) == ("notices.filed", 1)
    assert kept(service, [notice]) == set()
