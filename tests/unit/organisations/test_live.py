"""A running process learns of imports, at most once in a while, and goes on where it can't ask."""

from datetime import UTC, date, datetime

import pytest

from cases.app.organisations import Names, OrganisationEntry, Organisations, Register
from cases.app.organisations.live import EVERY, Known, Mark
from cases.app.store.faults import StoreUnavailable
from cases.domain.codes.values import OrganisationKind

DAY = date(2025, 2, 3)
MARK = Mark(1, datetime(2025, 2, 3, tzinfo=UTC))


def having(*ids: str) -> Organisations:
    names = Names(fi="A", sv="B", en="C")
    return Organisations.always(
        {each: OrganisationEntry(kind=OrganisationKind.KELA, names=names) for each in ids}
    )


class Database:
    """Answers with what is set, and counts how often it is asked."""

    def __init__(self) -> None:
        self.known: Known | None = None
        self.away = False
        self.asked: list[Mark | None] = []

    def news(self, mark: Mark | None) -> Known | None:
        self.asked.append(mark)
        if self.away:
            raise StoreUnavailable
        return self.known if self.known and self.known.mark != mark else None


@pytest.mark.guarantee("OR-3")
def test_an_import_is_known_after_a_while_and_is_not_asked_for_more_often() -> None:
    database, now = Database(), [0.0]
    register = Register(Known(having("a")), lambda: DAY, database.news, seconds=lambda: now[0])
    database.known = Known(having("a", "b"), MARK)

    assert register.find("b") is None
    now[0] = EVERY
    assert register.find("b") is not None
    assert (register.mark, len(database.asked)) == (MARK, 1)
    assert register.ids() == ("a", "b")
    now[0] = EVERY * 1.5
    register.find("b")
    assert len(database.asked) == 1
    now[0] = EVERY * 2
    register.find("b")
    assert database.asked == [None, MARK]


@pytest.mark.guarantee("OR-3")
def test_without_its_database_it_goes_on_with_what_it_knows_and_asks_again() -> None:
    database, now = Database(), [0.0]
    register = Register(Known(having("a")), lambda: DAY, database.news, seconds=lambda: now[0])
    database.away = True
    now[0] = 2.0
    assert register.find("a") is not None
    database.away, database.known = False, Known(having("b"), MARK)
    now[0] = 4.0
    assert register.find("b") is not None


def test_a_register_that_went_back_is_another_one_under_the_same_number() -> None:
    database, now = Database(), [0.0]
    first = Known(having("a"), MARK)
    register = Register(first, lambda: DAY, database.news, seconds=lambda: now[0])
    database.known = Known(having("b"), Mark(1, datetime(2025, 3, 1, tzinfo=UTC)))
    now[0] = 2.0
    assert register.ids() == ("b",)
