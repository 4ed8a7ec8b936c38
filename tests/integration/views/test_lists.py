"""The lists answer for any legal day, from days alone, as the folded case would."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from tests.casebook import ESPOO, TURKU, Case, Casebook

from cases.domain.case.plan.validity import plan_in_force, validity
from cases.domain.codes.values import DueKind
from cases.domain.law.load import load_law
from cases.projections.case_view import CaseView
from cases.projections.clients.fold import Clients
from cases.projections.clients.queries import Client, clients
from cases.projections.engine import Runner
from cases.projections.reading import reading
from cases.projections.worklist.fold import Worklist
from cases.projections.worklist.queries import Entry, Place, worklist

LAW = load_law()
OPENED, DRAWN_UP, LAST_DAY = date(2025, 1, 13), date(2025, 3, 3), date(2026, 3, 3)


def follow(engine: sa.Engine, feed: Casebook, *views: CaseView) -> None:
    for view in views:
        Runner(engine, feed, view, chance=lambda: 0.5).catch_up()


def with_plan(book: Casebook) -> Case:
    return book.case().opened(OPENED).plan(DRAWN_UP, LAST_DAY)


def listed(engine: sa.Engine, day: date, authority: str = ESPOO) -> tuple[Client, ...]:
    with reading(engine, [authority], date.max) as conn:
        return clients(conn, authority=authority, on=day)


def to_do(engine: sa.Engine, day: date) -> tuple[Entry, ...]:
    with reading(engine, [ESPOO], date.max) as conn:
        return worklist(conn, authority=ESPOO, on=day)


@pytest.mark.guarantee("TD-1")
def test_a_plan_is_over_from_the_day_after_its_last_though_nothing_has_run_for_forty_days(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    book = Casebook()
    with_plan(book)
    follow(projector, book, Clients(LAW), Worklist(LAW))
    plan = listed(reader, LAST_DAY)[0].plan
    assert plan is not None
    assert plan.valid_until == LAST_DAY
    for days in (1, 40):
        (client,) = listed(reader, LAST_DAY + timedelta(days=days))
        assert client.plan is None
        assert to_do(reader, LAST_DAY + timedelta(days=days)) == ()
    assert to_do(reader, LAST_DAY) != ()


@pytest.mark.guarantee("TD-1")
def test_on_every_day_the_list_shows_the_plan_that_the_folded_case_has_in_force(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    book = Casebook()
    told = [
        with_plan(book),
        # Ended, with a last day before the day on which that was decided.
        with_plan(book).ended(date(2025, 8, 1), date(2025, 6, 30)),
        # Ended ahead, and followed by another that begins the day after.
        with_plan(book)
        .ended(date(2025, 6, 2), date(2025, 6, 30))
        .plan(date(2025, 6, 10), date(2026, 6, 10), valid_from=date(2025, 7, 1)),
        # Ended before it began.
        book.case()
        .opened(OPENED)
        .plan(DRAWN_UP, LAST_DAY, valid_from=date(2025, 4, 1))
        .ended(date(2025, 3, 10), date(2025, 3, 10)),
    ]
    follow(projector, book, Clients(LAW))
    day = date(2025, 2, 25)
    while day < date(2026, 6, 20):
        found = {client.case_id: client for client in listed(reader, day)}
        for case in told:
            edition = LAW.governing(day)
            expected = plan_in_force(case.state, edition, day)
            days = expected and validity(expected, case.state, edition, day).fully
            plan = found[case.case_id].plan
            assert (plan and plan.plan_id) == (expected and expected.plan_id), day
            assert (plan and plan.valid_until) == (days and days.last), day
        day += timedelta(days=3)


def test_clients_are_those_of_the_authority_whose_case_is_open_on_the_day(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    book = Casebook()
    mine = book.case().opened(OPENED).closed(date(2025, 5, 5))
    theirs = book.case().opened(OPENED, by=TURKU)
    follow(projector, book, Clients(LAW))

    def ids(day: date, authority: str = ESPOO) -> list[object]:
        return [client.case_id for client in listed(reader, day, authority)]

    assert ids(OPENED - timedelta(days=1)) == []
    assert ids(OPENED) == ids(date(2025, 5, 4)) == [mine.case_id]
    assert ids(date(2025, 5, 5)) == []
    assert ids(date(2025, 5, 5), TURKU) == [theirs.case_id]


def test_pages_of_clients_go_on_where_the_last_one_ended(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    book = Casebook()
    expected = sorted(with_plan(book).case_id for _ in range(7))
    follow(projector, book, Clients(LAW))
    found, after = [], None
    with reading(reader, [ESPOO], date.max) as conn:
        while page := clients(conn, authority=ESPOO, on=DRAWN_UP, after=after, limit=3):
            found += [client.case_id for client in page]
            after = found[-1]
    assert found == expected


@pytest.mark.guarantee("TD-4")
def test_on_20_march_the_worklist_has_guidance_by_3_april_and_review_by_3_september(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    book = Casebook()
    case = with_plan(book)
    follow(projector, book, Worklist(LAW))
    entries = to_do(reader, date(2025, 3, 20))
    assert [(e.kind, e.by, e.section, e.overdue_since) for e in entries] == [
        (DueKind.GUIDANCE_TO_SERVICES, date(2025, 4, 3), "20.5", None),
        (DueKind.REVIEW, date(2025, 9, 3), "22.1", None),
    ]
    assert {e.subject_id for e in entries} == {case.plan_id}


@pytest.mark.guarantee("TD-4")
def test_what_is_late_is_decided_by_the_day_asked_about(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    book = Casebook()
    with_plan(book)
    follow(projector, book, Worklist(LAW))
    late = {
        day: [entry.overdue_since for entry in to_do(reader, day)]
        for day in (date(2025, 4, 3), date(2025, 4, 4), date(2025, 9, 4))
    }
    assert late == {
        date(2025, 4, 3): [None, None],
        date(2025, 4, 4): [date(2025, 4, 4), None],
        date(2025, 9, 4): [date(2025, 4, 4), date(2025, 9, 4)],
    }


def test_late_entries_come_first_then_by_day_and_pages_go_on_in_that_order(
    projector: sa.Engine, reader: sa.Engine
) -> None:
    book = Casebook()
    for week in range(6):
        book.case().opened(OPENED + timedelta(weeks=week))
        drawn_up = DRAWN_UP + timedelta(weeks=week)
        book.case().opened(OPENED).plan(drawn_up, drawn_up + timedelta(days=300))
    follow(projector, book, Worklist(LAW))
    day = date(2025, 4, 22)
    everything = to_do(reader, day)
    assert len(everything) == 18
    late = [entry.overdue_since is not None for entry in everything]
    assert late == sorted(late, reverse=True)
    assert 0 < sum(late) < len(late)
    for group in (True, False):
        days = [e.place.day for e in everything if (e.overdue_since is not None) is group]
        assert days == sorted(days)
    # Without a last day a case that waits since January stands before what is due later.
    assert everything[sum(late)].kind is DueKind.ASSESSMENT_TO_START

    found: list[Entry] = []
    after: Place | None = None
    with reading(reader, [ESPOO], date.max) as conn:
        while page := worklist(conn, authority=ESPOO, on=day, after=after, limit=4):
            found += page
            after = page[-1].place
    assert tuple(found) == everything
