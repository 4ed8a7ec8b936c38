"""One person, two cases of an authority: which is the duplicate, and what the other takes over."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from pydantic import ValidationError
from tests.acts import ask_for_the_case, benefit, close, draw_up, extend, lengthen, open_case
from tests.desk import DRAWN_UP, KASKINEN, LAIHIA, LAST_DAY, Desk, only, pointers, refused, rule_log
from tests.duplicates import (
    DUPLICATE,
    JOINED,
    OPENED_AGAIN,
    STAYING,
    as_duplicate,
    closed_duplicate,
    is_duplicate,
    join,
    joined,
    opened_again,
    other,
)
from tests.standing import assessed, planned

from cases.domain.case.act import Decision
from cases.domain.case.closing.acts import CloseCase
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.joining.facts import CasesJoined
from cases.domain.case.plan.maximum import plans_of
from cases.domain.case.protection.acts import SetNonDisclosure
from cases.domain.case.records.acts import AnnulRecord
from cases.domain.case.responsibility.acts import DeclineHandOverRequest
from cases.domain.codes.values import Benefit, ClosingGround, DueKind, ExtensionGround
from cases.domain.law.load import load_law
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.case import case_overview
from cases.domain.questions.dues import dues

NOT_OPEN = ("continues-in-an-open-case", "GDPR:5.1", None)
NOT_HERE = ("joined-case-continues-here", "GDPR:5.1", None)


@pytest.mark.guarantee("JN-1")
def test_a_duplicate_is_closed_as_one_and_says_where_it_continues() -> None:
    desk = as_duplicate(opened_again())
    desk.other = other(opened_again())
    decision = desk.does(is_duplicate(), JOINED)
    fact = only(decision, CaseClosed)
    assert (fact.ground, fact.continues_in) == (ClosingGround.DUPLICATE, STAYING)
    assert [name for name, _, _ in rule_log(decision)] == ["continues-in-an-open-case", "erasure"]


@pytest.mark.guarantee("JN-1")
def test_a_duplicate_continues_in_another_open_case_of_the_authority_and_nowhere_else() -> None:
    desk = as_duplicate(opened_again())
    closed = opened_again()
    closed.does(close(), OPENED_AGAIN)
    later = Desk()
    later.today = JOINED
    later.does(open_case(learned_on=JOINED), JOINED + timedelta(days=1))
    for there in (None, other(closed), other(desk), other(later)):
        desk.other = there
        outcome = desk.asks(is_duplicate(), JOINED)
        assert refused(outcome, conflict=True) == [NOT_OPEN]
        assert pointers(outcome) == ["/continuesIn"]


@pytest.mark.guarantee("JN-2")
def test_16_when_both_have_a_plan_that_is_not_over_neither_is_closed_as_a_duplicate() -> None:
    desk, staying = as_duplicate(planned()), planned()
    desk.other, staying.other = other(staying), other(desk)
    for one in (desk, staying):
        outcome = one.asks(is_duplicate(UUID(int=9)), LAST_DAY)
        assert refused(outcome, conflict=True) == [("one-plan-in-force", "16.1", None)]
    assert isinstance(desk.asks(is_duplicate(), LAST_DAY + timedelta(days=1)), Decision)


@pytest.mark.guarantee("JN-2")
def test_77_the_one_with_a_plan_is_the_one_that_stays() -> None:
    desk = as_duplicate(planned())
    desk.other = other(assessed())
    outcome = desk.asks(is_duplicate(), LAST_DAY)
    assert refused(outcome, conflict=True) == [("closed-after-plan", "77", None)]


@pytest.mark.guarantee("JN-3")
def test_the_case_that_stays_tells_what_the_duplicate_held() -> None:
    desk = opened_again()
    duplicate = closed_duplicate(desk)
    desk.other = other(duplicate)
    fact = only(desk.does(join(), JOINED), CasesJoined)
    assert fact.duplicate == DUPLICATE
    assert [(each.version, each.fact) for each in fact.held] == [
        (each.version, type(each.fact).__name__) for each in duplicate.facts
    ]
    assert fact.held[-1].fact == "CaseClosed"
    told = [
        case_overview(known(d.facts, AsOf(valid_on=JOINED)), load_law()) for d in (desk, duplicate)
    ]
    ((one,), nothing) = [each.joined_cases for each in told]
    assert (one.case, one.joined_on, one.closed_on) == (DUPLICATE, JOINED, date(2026, 3, 9))
    assert nothing == ()
    assert [each.continues_in for each in told] == [None, STAYING]


@pytest.mark.guarantee("JN-3")
def test_what_was_annulled_in_the_duplicate_is_not_told_as_held() -> None:
    desk = opened_again()
    duplicate = as_duplicate(planned())
    duplicate.does(benefit(Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY, LAST_DAY), LAST_DAY)
    notice = duplicate.facts[-1].version
    duplicate.does(AnnulRecord(version=notice, reason="Another's"), LAST_DAY)
    desk.other = other(closed_duplicate(desk, duplicate))
    fact = only(desk.does(join(), JOINED), CasesJoined)
    assert notice not in [each.version for each in fact.held]
    assert len(fact.held) == len(duplicate.facts) - 1


@pytest.mark.guarantee("JN-4")
def test_23_the_maximum_runs_on_from_the_plan_of_the_duplicate() -> None:
    desk = joined()
    assert desk.state.earlier_plans is not None
    assert desk.state.earlier_plans.first_drawn_up_on == DRAWN_UP
    assert desk.state.first_plan_drawn_up_on(JOINED) == DRAWN_UP
    staying = assessed()
    day = date(2026, 3, 10)
    staying.other = other(closed_duplicate(staying))
    staying.does(join(), day)
    beyond = draw_up(day, date(2027, 3, 4), review_on=date(2026, 9, 1))
    assert refused(staying.asks(beyond, day))[0][0] == "all-plans"
    staying.does(draw_up(day, date(2027, 3, 3), review_on=date(2026, 9, 1)), day)
    assert staying.maximum() == date(2027, 3, 3)


@pytest.mark.guarantee("JN-4")
def test_23_3_what_the_duplicate_was_told_of_the_case_that_stays_is_not_brought_back() -> None:
    staying = planned()
    length = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2027, 9, 3))
    staying.does(extend(staying.plan, length), date(2025, 6, 2))
    until = staying.maximum()
    duplicate = as_duplicate(opened_again())
    duplicate.state = duplicate.state.having(earlier_plans=plans_of(staying.state))
    staying.other = other(closed_duplicate(staying, duplicate))
    fact = only(staying.does(join(), JOINED), CasesJoined)
    assert fact.earlier_plans is None
    assert staying.maximum() == until == date(2027, 9, 3)


@pytest.mark.guarantee("JN-1")
def test_only_what_was_closed_as_a_duplicate_of_this_case_is_joined_and_once() -> None:
    desk = opened_again()
    stranger = as_duplicate(planned())
    stranger.does(close(), JOINED - timedelta(days=1))
    for there in (None, other(as_duplicate(opened_again())), other(stranger)):
        desk.other = there
        outcome = desk.asks(join(), JOINED)
        assert refused(outcome, conflict=True) == [NOT_HERE]
        assert pointers(outcome) == ["/duplicate"]
    desk.other = other(closed_duplicate(desk))
    early = desk.asks(join(), date(2026, 3, 8))
    assert refused(early, conflict=True) == [NOT_HERE]
    desk.does(join(), JOINED)
    again = desk.asks(join(), JOINED)
    assert refused(again, conflict=True) == [("joined-once", "GDPR:5.1", None)]


@pytest.mark.guarantee("JN-5")
def test_661_36_non_disclosure_of_the_duplicate_is_first_set_in_the_case_that_stays() -> None:
    desk = opened_again()
    duplicate = as_duplicate(planned())
    protection = SetNonDisclosure(since=DRAWN_UP, until=date(2030, 3, 2))
    duplicate.does(protection, LAST_DAY)
    desk.other = other(closed_duplicate(desk, duplicate))
    outcome = desk.asks(join(), JOINED)
    assert refused(outcome, conflict=True) == [("protected-in-both", "661/2009:36", None)]
    desk.does(protection, JOINED)
    assert isinstance(desk.asks(join(), JOINED), Decision)


@pytest.mark.guarantee("JN-5")
def test_661_36_nor_is_a_case_left_unprotected_that_another_was_joined_to() -> None:
    desk, duplicate = opened_again(), as_duplicate(planned())
    protection = SetNonDisclosure(since=DRAWN_UP, until=date(2030, 3, 2))
    desk.does(protection, JOINED)
    desk.other = other(closed_duplicate(desk, duplicate))
    assert refused(desk.asks(join(), JOINED), conflict=True) == [
        ("protected-in-both", "661/2009:36", None)
    ]
    duplicate.does(protection, JOINED)
    desk.other = other(duplicate)
    assert isinstance(desk.asks(join(), JOINED), Decision)


@pytest.mark.guarantee("JN-8")
def test_a_duplicate_that_was_joined_stays_closed_until_the_joining_is_annulled() -> None:
    desk = opened_again()
    duplicate = closed_duplicate(desk, as_duplicate(planned()))
    wrong = AnnulRecord(version=duplicate.state.version, reason="another person")
    desk.other = other(duplicate)
    duplicate.other = other(desk)
    assert isinstance(duplicate.asks(wrong, JOINED), Decision)
    desk.does(join(), JOINED)
    duplicate.other = other(desk)
    assert refused(duplicate.asks(wrong, JOINED), conflict=True) == [
        ("not-joined-since", "GDPR:5.1", None)
    ]
    desk.does(AnnulRecord(version=desk.state.version, reason="another person"), JOINED)
    duplicate.other = other(desk)
    assert isinstance(duplicate.asks(wrong, JOINED), Decision)


@pytest.mark.guarantee("JN-10")
def test_85_what_was_asked_of_the_duplicate_is_asked_of_the_case_that_stays() -> None:
    desk, duplicate = opened_again(), as_duplicate(planned())
    kept = ask_for_the_case(duplicate, KASKINEN, JOINED)
    assert kept is not None
    desk.other = other(closed_duplicate(desk, duplicate))
    early = desk.asks(join(), JOINED - timedelta(days=1))
    assert refused(early, conflict=True) == [("joined-after-request", "85", None)]
    assert pointers(early) == ["/effectiveOn"]
    _, asked = desk.does(join(), JOINED).facts
    assert asked == kept
    due = [each for each in dues(desk.state, load_law()) if each.kind is DueKind.HAND_OVER_REQUEST]
    assert [(each.subject_id, each.since) for each in due] == [(kept.request_id, JOINED)]
    declined = desk.asks(DeclineHandOverRequest(request=kept.request_id, reason="stays"), JOINED)
    assert isinstance(declined, Decision)


@pytest.mark.guarantee("JN-10")
def test_85_but_not_what_was_answered_or_is_asked_of_that_one_too() -> None:
    desk, duplicate = opened_again(), as_duplicate(planned())
    both = ask_for_the_case(duplicate, KASKINEN, LAST_DAY)
    declined = ask_for_the_case(duplicate, LAIHIA, LAST_DAY)
    assert both is not None
    assert declined is not None
    decline = DeclineHandOverRequest(request=declined.request_id, reason="stays")
    duplicate.does(decline, LAST_DAY)
    assert ask_for_the_case(desk, KASKINEN, LAST_DAY) is not None
    desk.other = other(closed_duplicate(desk, duplicate))
    only(desk.does(join(), JOINED), CasesJoined)


def test_a_duplicate_and_nothing_else_names_where_it_continues() -> None:
    for ground, where in ((ClosingGround.DUPLICATE, None), (ClosingGround.DEATH, STAYING)):
        with pytest.raises(ValidationError):
            CloseCase(ground=ground, continues_in=where)
