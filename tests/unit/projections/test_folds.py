"""What the read models keep of a case: days, never whether a day has passed."""

from datetime import date

from tests.casebook import ESPOO, Casebook

from cases.domain.law.load import load_law
from cases.projections.clients.fold import Clients
from cases.projections.timers.fold import Timers
from cases.projections.worklist.fold import Worklist

LAW = load_law()
DRAWN_UP, LAST_DAY = date(2025, 3, 3), date(2026, 3, 3)


def test_a_client_keeps_its_plans_as_intervals() -> None:
    told = Casebook().case().opened(date(2025, 1, 13)).plan(DRAWN_UP, LAST_DAY)
    told.reviewed(date(2025, 8, 20), date(2025, 12, 1))
    rows = Clients(LAW).rows(told.state)
    assert rows["client"] == [
        {
            "authority": ESPOO,
            "former_authority": None,
            "handed_over_on": None,
            "worker": None,
            "former_worker": None,
            "opened_on": date(2025, 1, 13),
            "closed_on": None,
            "was_closed": None,
        }
    ]
    (plan,) = rows["client_plan"]
    assert (plan["valid_from"], plan["last_day"]) == (DRAWN_UP, LAST_DAY)
    assert plan["maximum_until"] == date(2027, 3, 3)
    assert plan["next_review_due"] == date(2026, 2, 20)
    assert plan["next_review_on"] == date(2025, 12, 1)


def test_an_ending_is_kept_beside_the_day_it_was_decided() -> None:
    told = Casebook().case().opened(date(2025, 1, 13)).plan(DRAWN_UP, LAST_DAY)
    rows = Clients(LAW).rows(told.ended(date(2025, 6, 2), date(2025, 6, 30)).state)["client_plan"]
    assert [(row["decided_on"], row["decided_until"], row["last_day"]) for row in rows] == [
        (DRAWN_UP, date(2025, 6, 2), LAST_DAY),
        (date(2025, 6, 2), None, date(2025, 6, 30)),
    ]


def test_the_label_of_a_client_is_not_kept_in_clear() -> None:
    told = Casebook().case().opened(date(2025, 1, 13))
    rows = Clients(LAW).complete_rows(told.case_id, told.state)
    assert rows["client"][0]["label_sealed"] is None


def test_a_closed_case_keeps_its_place_on_the_worklist_and_no_entry() -> None:
    told = Casebook().case().opened(date(2025, 1, 13)).closed(date(2025, 2, 3))
    rows = Worklist(LAW).complete_rows(told.case_id, told.state)
    assert [(row["case_id"], row["version"]) for row in rows["worklist_case"]] == [
        (told.case_id, 2)
    ]
    assert rows["worklist"] == []


def test_a_timer_is_due_on_the_day_after_the_last() -> None:
    told = Casebook().case().opened(date(2025, 1, 13)).plan(DRAWN_UP, LAST_DAY)
    (timer,) = Timers(LAW).rows(told.state)["timer"]
    assert (timer["last_day"], timer["due_on"]) == (LAST_DAY, date(2026, 3, 4))


def test_a_plan_ended_by_an_act_or_expired_has_no_timer() -> None:
    ended = Casebook().case().opened(date(2025, 1, 13)).plan(DRAWN_UP, LAST_DAY)
    assert Timers(LAW).rows(ended.ended(date(2025, 6, 2), date(2025, 6, 30)).state)["timer"] == []
    over = Casebook().case().opened(date(2025, 1, 13)).plan(DRAWN_UP, LAST_DAY)
    assert Timers(LAW).rows(over.expired(date(2026, 3, 4), LAST_DAY).state)["timer"] == []
    # The last day has moved since: another day, another timer.
    over = Casebook().case().opened(date(2025, 1, 13)).plan(DRAWN_UP, LAST_DAY)
    assert (
        len(Timers(LAW).rows(over.expired(date(2026, 2, 4), date(2026, 2, 3)).state)["timer"]) == 1
    )
