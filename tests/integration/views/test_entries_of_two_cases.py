"""Entries of the worklist that more than one case, or the reader, decides on."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from tests.casebook import ESPOO, TURKU, Case, Casebook
from tests.integration.views.test_lists import follow
from tests.integration.views.test_rebuild import AS_THE_LOG, contents

from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.joining.facts import CasesJoined
from cases.domain.case.person.facts import DetailsOnRecord, PersonDetailsRecorded
from cases.domain.case.protection.facts import NonDisclosureLifted, NonDisclosureSet
from cases.domain.case.records.facts import CorrectionRequested, RecordAnnulled
from cases.domain.case.responsibility.facts import CaseHandedOver, WorkerAssigned
from cases.domain.codes.values import ClosingGround, DueKind, HandOverReason
from cases.domain.law.load import load_law
from cases.projections.comparing import compare
from cases.projections.reading import reading
from cases.projections.rebuild import rebuild
from cases.projections.worklist.fold import Worklist
from cases.projections.worklist.queries import Entry, worklist

LAW = load_law()
OPENED, CLOSED, JOINED = date(2025, 1, 13), date(2025, 2, 3), date(2025, 2, 4)
A_DAY = timedelta(days=1)


def to_do(
    engine: sa.Engine,
    kind: DueKind,
    on: date = JOINED,
    *,
    authority: str = ESPOO,
    reader: str | None = None,
    today: date | None = None,
) -> list[Entry]:
    with reading(engine, [authority], date.max) as conn:
        found = worklist(conn, authority=authority, on=on, reader=reader, today=today)
    return [entry for entry in found if entry.kind is kind]


def twice(book: Casebook) -> tuple[Case, Case]:
    """The case that stays, and one closed as its duplicate."""
    stays, duplicate = (book.case().opened(OPENED) for _ in range(2))
    closed = CaseClosed(ground=ClosingGround.DUPLICATE, continues_in=stays.case_id)
    return stays, duplicate.record(CLOSED, closed)


def joins(stays: Case, duplicate: UUID) -> Case:
    fact = CasesJoined(
        duplicate=duplicate, reason="twice", opened_on=OPENED, closed_on=CLOSED, held=()
    )
    return stays.record(JOINED, fact)


@pytest.mark.guarantee("JN-7")
def test_a_duplicate_asks_to_be_joined_until_the_case_that_stays_has_taken_it_over(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    book, kind = Casebook(), DueKind.DUPLICATE_TO_JOIN
    stays, duplicate = twice(book)
    follow(projector, book, Worklist(LAW))
    (entry,) = to_do(reader, kind, CLOSED)
    assert (entry.case_id, entry.subject_id) == (duplicate.case_id, stays.case_id)
    assert (entry.section, entry.since, entry.by) == ("GDPR:5.1", CLOSED, None)
    assert to_do(reader, kind, CLOSED - A_DAY) == []
    # Another duplicate that was joined, or a case that joined this one by mistake, is no answer.
    joins(stays, uuid4())
    joins(book.case().opened(OPENED), duplicate.case_id)
    follow(projector, book, Worklist(LAW))
    assert len(to_do(reader, kind)) == 1
    joins(stays, duplicate.case_id)
    follow(projector, book, Worklist(LAW))
    assert to_do(reader, kind) == []
    # Nor does it come back when the case that stays passes to another authority.
    passed = CaseHandedOver.model_validate(
        {"from": ESPOO, "to": TURKU, "reason": HandOverReason.MOVE, "takesEffectOn": "2025-02-10"}
    )
    stays.record(JOINED, passed)
    follow(projector, book, Worklist(LAW))
    for day in (JOINED, date(2025, 2, 10)):
        assert to_do(reader, kind, day) == []
    gone = RecordAnnulled(named=3, annulled=(3,), reason="not hers")
    stays.record(JOINED, gone)
    follow(projector, book, Worklist(LAW))
    assert len(to_do(reader, kind)) == 1


@pytest.mark.guarantee("JN-7")
def test_a_rebuild_comes_to_the_same_entries(projector: sa.Engine, reader: sa.Engine) -> None:
    book, view = Casebook(), Worklist(LAW)
    stays, duplicate = twice(book)
    twice(book)
    joins(stays, duplicate.case_id)
    follow(projector, book, view)
    before = contents(projector, view)
    rebuild(projector, book, [view])
    assert contents(projector, view) == before
    assert len(to_do(reader, DueKind.DUPLICATE_TO_JOIN)) == 1
    assert compare(projector, book, view) == AS_THE_LOG


@pytest.mark.guarantee("RC-10")
def test_gdpr_12_3_a_closed_case_has_its_requests_on_the_list_and_nothing_else(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    book = Casebook()
    case = book.case().opened(OPENED).closed(CLOSED)
    case.record(JOINED, CorrectionRequested(request_id=uuid4(), asked="my name"))
    follow(projector, book, Worklist(LAW))
    with reading(reader, [ESPOO], date.max) as conn:
        (entry,) = worklist(conn, authority=ESPOO, on=date(2025, 3, 5))
    assert entry.kind is DueKind.CORRECTION_REQUEST_UNANSWERED
    assert (entry.by, entry.overdue_since) == (date(2025, 3, 4), date(2025, 3, 5))


@pytest.mark.guarantee("ND-6")
def test_36_that_a_protected_client_lives_elsewhere_is_on_the_list_of_the_worker_assigned_alone(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    book, kind, on = Casebook(), DueKind.HOME_MUNICIPALITY_CHANGED, JOINED
    elsewhere = DetailsOnRecord(home_municipality=TURKU)
    case = book.case().opened(OPENED).record(OPENED, PersonDetailsRecorded(details=elsewhere))
    case.record(OPENED, WorkerAssigned(worker="worker-1"))
    follow(projector, book, Worklist(LAW))
    assert [entry.subject_id for entry in to_do(reader, kind)] == [None]
    until = date(2025, 6, 30)
    case.record(OPENED, NonDisclosureSet(since=OPENED, until=until))
    follow(projector, book, Worklist(LAW))
    assert to_do(reader, kind) == []
    assert to_do(reader, kind, reader="worker-2") == []
    assert len(to_do(reader, kind, reader="worker-1")) == 1
    # Whichever day is asked about, what may be known today counts.
    later = until + A_DAY
    assert to_do(reader, kind, later, today=until) == []
    assert len(to_do(reader, kind, later)) == 1
    case.record(on, NonDisclosureLifted())
    follow(projector, book, Worklist(LAW))
    assert len(to_do(reader, kind)) == 1
