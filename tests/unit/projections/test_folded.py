"""Folded cases: each is read once, continued from where it was, and not kept for ever."""

import threading
from collections.abc import Mapping
from datetime import date
from uuid import UUID

import pytest
from tests.casebook import Case, Casebook, Lost, LostCause

from cases.domain.case.state import CaseState
from cases.domain.facts import Recorded
from cases.projections.feed import StaleRead
from cases.projections.folded import FoldedCases, NotFolded
from cases.projections.release import running_release

OPENED = date(2025, 1, 13)


class Counting(Casebook):
    """Remembers what was read since which version."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[dict[UUID, int]] = []

    def load_since(self, known: Mapping[UUID, int]) -> dict[UUID, tuple[Recorded, ...] | Lost]:
        self.read.append(dict(known))
        return super().load_since(known)


def told(book: Casebook, cases: int) -> list[Case]:
    return [book.case().opened(OPENED) for _ in range(cases)]


def state(folded: FoldedCases, case: Case, version: int) -> CaseState:
    found = folded.at_least({case.case_id: version})[case.case_id]
    assert isinstance(found, CaseState)
    return found


@pytest.mark.guarantee("PJ-15")
def test_a_case_is_read_once_for_all_who_ask_and_then_only_what_it_gained() -> None:
    book = Counting()
    (case,) = told(book, 1)
    folded = FoldedCases(book)
    threads = [threading.Thread(target=state, args=(folded, case, 1)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert book.read == [{case.case_id: 0}]
    case.granted(OPENED).plan(date(2025, 3, 3), date(2026, 3, 3))
    assert state(folded, case, 2) == case.state  # the newest there is, though older was asked for
    assert state(folded, case, 3) == case.state
    assert book.read == [{case.case_id: 0}, {case.case_id: 1}]


@pytest.mark.guarantee("PJ-15", "RB-7")
def test_states_are_bounded_in_number_and_cases_are_read_some_at_a_time() -> None:
    book = Counting()
    cases = told(book, 50)
    folded = FoldedCases(book, capacity=10, chunk=7)
    found = folded.at_least({case.case_id: 1 for case in cases})
    assert len(found) == 50
    assert max(len(read) for read in book.read) == 7
    book.read.clear()
    for case in cases[-10:]:
        state(folded, case, 1)
    assert book.read == []
    state(folded, cases[0], 1)
    assert book.read == [{cases[0].case_id: 0}]


@pytest.mark.guarantee("PJ-15")
def test_a_state_lives_no_longer_than_its_lifetime_after_its_case_was_read() -> None:
    book, clock = Counting(), [0.0]
    (case,) = told(book, 1)
    folded = FoldedCases(book, lifetime=300, clock=lambda: clock[0])
    for passed in (0.0, 200.0, 299.0):
        clock[0] = passed
        state(folded, case, 1)
    assert len(book.read) == 1
    clock[0] = 301.0
    state(folded, case, 1)
    assert book.read == [{case.case_id: 0}] * 2


@pytest.mark.guarantee("PJ-17")
def test_the_state_of_an_erased_case_is_dropped() -> None:
    book = Counting()
    (case,) = told(book, 1)
    folded = FoldedCases(book)
    state(folded, case, 1)
    case.granted(OPENED)
    book.lost[case.case_id] = LostCause(case.case_id, gone=True)
    erased = {case.case_id: NotFolded("LostCause", gone=True)}
    assert folded.at_least({case.case_id: 2}) == erased
    assert folded.at_least({case.case_id: 1}) == erased
    assert book.read[-1] == {case.case_id: 0}


def test_a_case_that_cannot_be_folded_is_told_without_its_content_and_read_anew() -> None:
    book = Counting()
    good, bad = told(book, 2)
    book.lost[bad.case_id] = LostCause(bad.case_id)
    folded = FoldedCases(book)
    found = folded.at_least({good.case_id: 1, bad.case_id: 1})
    assert found[bad.case_id] == NotFolded("LostCause")
    assert isinstance(found[good.case_id], CaseState)
    book.lost.clear()
    assert state(folded, bad, 1) == bad.state


def test_a_feed_that_is_older_than_what_is_asked_for_is_not_believed() -> None:
    book = Counting()
    (case,) = told(book, 1)
    folded = FoldedCases(book)
    state(folded, case, 1)
    with pytest.raises(StaleRead):
        folded.at_least({case.case_id: 2})
    case.granted(OPENED)
    assert state(folded, case, 2) == case.state


def test_a_release_is_the_code_it_is_made_of() -> None:
    assert running_release() == running_release()
    assert running_release().rpartition("+")[2].isalnum()


@pytest.mark.guarantee("RS-2")
def test_after_a_fail_over_every_case_is_read_anew() -> None:
    book = Counting()
    (case,) = told(book, 1)
    folded = FoldedCases(book)
    folded.served_by("first")
    state(folded, case, 1)
    folded.served_by("first")
    state(folded, case, 1)
    assert book.read == [{case.case_id: 0}]
    folded.served_by("its successor")
    state(folded, case, 1)
    assert book.read == [{case.case_id: 0}] * 2
