"""The client moves: with consent the case passes, on a day that may lie ahead (85 §)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError
from tests.acts import (
    accept,
    ask_for_the_case,
    close,
    complete,
    consent,
    draw_up_together,
    end,
    hand_over,
    move,
    order_expert,
    refer,
    review,
    start,
)
from tests.acts import status as at
from tests.desk import (
    KASKINEN,
    LAIHIA,
    LAW,
    LAW_IN_FORCE,
    MAXIMUM,
    RANNIKKO_TE,
    VAASA,
    VAASA_TE,
    Desk,
    only,
    pointers,
    refused,
    rule_log,
)
from tests.standing import opened, planned, planned_together

from cases.domain.case.act import Decision
from cases.domain.case.consent.acts import WithdrawConsent
from cases.domain.case.responsibility.acts import DeclineHandOverRequest, HandOver
from cases.domain.case.responsibility.facts import (
    CaseHandedOver,
    HandOverRequestDeclined,
    HandOverRequested,
)
from cases.domain.case.standing import Standing, standing
from cases.domain.codes.values import (
    ConsentScope,
    DueKind,
    HandOverReason,
    LabourMarketStatus,
    PlanOutcome,
)
from cases.domain.law.edition import Law
from cases.domain.questions.dues import Due, dues

BOTH_EDITIONS = pytest.mark.parametrize("law", [LAW, LAW_IN_FORCE], ids=["enacted", "in-force"])
DECIDED = date(2025, 8, 5)
PASSES = date(2025, 8, 11)
A_DAY = timedelta(days=1)
EVE = PASSES - A_DAY
NO_CONSENT = [("move-with-consent", "85", None)]


def consented(law: Law = LAW, on: date = DECIDED) -> Desk:
    """A client with a plan consents to the contact with the new municipality."""
    desk = planned(law)
    desk.does(consent(on), on)
    return desk


def moving(law: Law = LAW) -> Desk:
    """Decided on 5.8.2025: the case passes to Kaskinen on 11.8.2025."""
    desk = consented(law)
    desk.does(move(desk, takes_effect_on=PASSES), DECIDED)
    return desk


def responsible(desk: Desk, *days: date) -> list[str | None]:
    return [desk.state.responsible_on(day) for day in days]


def stands(desk: Desk, who: str, *days: date) -> list[Standing]:
    return [standing(desk.state, desk.law, who, day) for day in days]


# consent ------------------------------------------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-8")
def test_85_without_consent_a_case_is_not_handed_over_on_a_move(law: Law) -> None:
    outcome = planned(law).asks(move(planned(law)), DECIDED)
    assert refused(outcome) == NO_CONSENT
    assert pointers(outcome) == ["/consent"]


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-8")
def test_85_with_consent_the_case_passes_on_the_day_that_was_told(law: Law) -> None:
    desk = consented(law)
    given = desk.state.consents[-1].consent_id
    decision = desk.does(move(desk, takes_effect_on=PASSES), DECIDED)
    assert only(decision, CaseHandedOver) == CaseHandedOver.model_validate(
        {
            "from": "vaasa",
            "to": "kaskinen",
            "reason": "MOVE",
            "takesEffectOn": PASSES,
            "consent": given,
        }
    )
    assert rule_log(decision) == [
        ("move-with-consent", "85", True),
        ("moved-to-the-like", "85", True),
        ("moves-from-its-decision", "85", True),
    ]
    assert responsible(desk, DECIDED, EVE, PASSES) == ["vaasa", "vaasa", "kaskinen"]


@pytest.mark.guarantee("CS-8")
def test_85_without_another_day_it_passes_on_that_of_the_act() -> None:
    desk = consented()
    desk.does(move(desk), DECIDED)
    assert responsible(desk, DECIDED - A_DAY, DECIDED) == ["vaasa", "kaskinen"]


@pytest.mark.guarantee("CS-8")
def test_85_the_consent_is_to_this_and_holds_when_it_is_decided_and_when_it_passes() -> None:
    other = planned()
    other.does(consent(DECIDED, ConsentScope.CONTACT_BY_AUTHORITY), DECIDED)
    assert refused(other.asks(move(other), DECIDED)) == NO_CONSENT
    # Given on the next day, withdrawn on a day before it passes, and one nobody gave.
    desk = consented()
    early = move(desk, takes_effect_on=PASSES)
    assert refused(desk.asks(early, DECIDED - A_DAY, today=DECIDED)) == NO_CONSENT
    unknown = early.model_copy(update={"consent": uuid4()})
    assert refused(desk.asks(unknown, DECIDED)) == NO_CONSENT
    desk.does(WithdrawConsent(consent=desk.state.consents[-1].consent_id), PASSES)
    late = desk.asks(early, DECIDED, today=PASSES)
    assert refused(late) == NO_CONSENT
    before = desk.asks(move(desk, takes_effect_on=EVE), DECIDED, today=PASSES)
    assert isinstance(before, Decision)


@pytest.mark.guarantee("CS-8")
@pytest.mark.parametrize("to", ["vaasa", "vaasa-te", "pohjanmaa", "opisto"])
def test_85_a_case_moves_from_a_municipality_to_another(to: str) -> None:
    desk = consented()
    outcome = desk.asks(move(desk, to), DECIDED)
    assert refused(outcome) == [("moved-to-the-like", "85", None)]
    assert pointers(outcome) == ["/to"]


@pytest.mark.guarantee("CS-8")
def test_85_a_registered_jobseekers_case_moves_between_employment_authorities() -> None:
    desk = planned()
    desk.does(refer(), date(2025, 6, 2))
    desk.does(accept(desk.referral, date(2025, 6, 9)), date(2025, 6, 16), by=VAASA_TE)
    desk.does(consent(DECIDED), DECIDED, by=VAASA_TE)
    assert refused(desk.asks(move(desk), DECIDED, by=VAASA_TE)) == [
        ("moved-to-the-like", "85", None)
    ]
    desk.does(move(desk, "rannikko-te", PASSES), DECIDED, by=VAASA_TE)
    assert responsible(desk, EVE, PASSES) == ["vaasa-te", "rannikko-te"]
    # Whoever shared the client before has moved out of the picture as well.
    assert stands(desk, "vaasa", EVE, PASSES) == [Standing.HANDED_OVER, Standing.OTHER]
    assert stands(desk, "vaasa-te", EVE, PASSES) == [Standing.RESPONSIBLE, Standing.OTHER]
    # No way back along hand-overs of before the move.
    employed = at(LabourMarketStatus.EMPLOYED, PASSES)
    desk.does(employed, PASSES, by=RANNIKKO_TE)
    back = desk.asks(hand_over("vaasa"), PASSES, by=RANNIKKO_TE)
    assert refused(back) == [("within-the-employment-area", "3.1", None)]
    assert isinstance(desk.asks(hand_over("kaskinen"), PASSES, by=RANNIKKO_TE), Decision)


@pytest.mark.guarantee("CS-8")
def test_85_it_does_not_pass_before_it_is_decided_and_everything_wrong_is_told_at_once() -> None:
    desk = consented()
    outcome = desk.asks(move(desk, "vaasa", DECIDED - A_DAY), DECIDED)
    assert refused(outcome) == [
        ("move-with-consent", "85", None),
        ("moved-to-the-like", "85", None),
        ("moves-from-its-decision", "85", None),
    ]
    assert pointers(outcome) == ["/consent", "/to", "/takesEffectOn"]


@pytest.mark.parametrize("told", [{"takesEffectOn": PASSES}, {"consent": uuid4()}])
def test_only_a_move_takes_a_consent_or_a_day_of_its_own(told: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="goes with a move"):
        HandOver.model_validate({"to": "vaasa-te", "reason": "JOBSEEKER", **told})


@pytest.mark.guarantee("CS-8")
def test_85_while_one_lies_ahead_no_other_is_decided_and_no_referral_accepted() -> None:
    desk = planned()
    desk.does(refer(), date(2025, 6, 2))
    desk.does(consent(DECIDED), DECIDED)
    desk.does(move(desk, takes_effect_on=PASSES), DECIDED)
    in_order = [("handed-over-in-order", "3.1", None)]
    again = desk.asks(move(desk, "laihia"), DECIDED)
    assert refused(again, conflict=True) == in_order
    # The referral nobody had answered has lapsed.
    assert stands(desk, "vaasa-te", DECIDED) == [Standing.OTHER]
    assert isinstance(desk.asks(refer(), DECIDED), Decision)


# what passes, and what does not -------------------------------------------------------------------


def to_do(desk: Desk, day: date) -> list[Due]:
    return [due.having(authority="") for due in dues(desk.state, desk.law, day)]


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-51")
def test_23_no_clock_restarts_and_what_was_due_stays_due_with_its_dates(law: Law) -> None:
    desk = consented(law)
    before, maximum = to_do(desk, EVE), desk.maximum()
    desk.does(move(desk, takes_effect_on=PASSES), DECIDED)
    assert to_do(desk, EVE) == to_do(desk, PASSES) == before
    assert before
    assert desk.maximum() == maximum == MAXIMUM
    assert [{d.authority for d in dues(desk.state, law, day)} for day in (EVE, PASSES)] == [
        {"vaasa"},
        {"kaskinen"},
    ]


@pytest.mark.guarantee("CS-51")
def test_85_the_old_authority_works_on_until_the_day_and_the_new_one_from_it() -> None:
    desk = moving()
    held = review(desk.plan, next_on=date(2026, 2, 2))
    assert isinstance(desk.asks(held, EVE), Decision)
    late = desk.asks(held, PASSES)
    assert refused(late) == [("reviewed-by-who-answers", "3.1", None)]
    assert isinstance(desk.asks(held, PASSES, by=KASKINEN), Decision)


@pytest.mark.guarantee("AC-9")
def test_85_the_rights_of_the_old_authority_end_with_the_day() -> None:
    desk = moving()
    days = (DECIDED, EVE, PASSES, date(2026, 3, 3))
    assert stands(desk, "vaasa", *days) == [Standing.RESPONSIBLE] * 2 + [Standing.OTHER] * 2
    assert stands(desk, "kaskinen", *days) == [Standing.OTHER] * 2 + [Standing.RESPONSIBLE] * 2


@pytest.mark.guarantee("AC-9")
@pytest.mark.parametrize("serves_both", [True, False])
def test_85_parties_of_before_the_move_remain_only_where_they_serve_the_new_place(
    serves_both: bool,
) -> None:
    desk = planned_together()
    desk.near = {
        "laihia": frozenset({"vaasa", "vaasa-te", *(["pohjanmaa"] if serves_both else [])})
    }
    desk.does(consent(DECIDED), DECIDED)
    desk.does(move(desk, "laihia", PASSES), DECIDED)
    remains = Standing.PARTY if serves_both else Standing.OTHER
    assert stands(desk, "pohjanmaa", EVE, PASSES) == [Standing.PARTY, remains]
    assert stands(desk, "vaasa", PASSES) == [Standing.OTHER]


@pytest.mark.guarantee("AC-9")
def test_85_what_a_party_owes_from_before_the_move_opens_nothing() -> None:
    desk = opened()
    desk.does(start(), date(2025, 2, 10))
    desk.does(order_expert(desk.assessment, "pohjanmaa"), date(2025, 2, 10))
    desk.does(consent(DECIDED), DECIDED)
    desk.does(move(desk, takes_effect_on=PASSES), DECIDED)
    assert stands(desk, "pohjanmaa", EVE, PASSES) == [Standing.PARTY, Standing.OTHER]
    desk.does(order_expert(desk.assessment, "pohjanmaa"), PASSES, by=KASKINEN)
    assert stands(desk, "pohjanmaa", PASSES) == [Standing.PARTY]


@pytest.mark.guarantee("AC-9")
def test_86_4_who_got_a_case_by_a_move_shares_it_after_a_hand_over_of_its_own() -> None:
    desk = moving()
    desk.does(at(LabourMarketStatus.JOBSEEKER, PASSES), PASSES, by=KASKINEN)
    day = date(2025, 9, 1)
    desk.does(hand_over("rannikko-te", HandOverReason.JOBSEEKER), day, by=KASKINEN)
    assert stands(desk, "kaskinen", day) == [Standing.HANDED_OVER]
    assert stands(desk, "vaasa", day) == [Standing.OTHER]


@pytest.mark.guarantee("AC-9")
def test_79_a_former_authority_of_before_the_move_is_named_no_party_any_more() -> None:
    desk = planned_together()
    near = frozenset({"rannikko-te", "rannikon-hva"})
    desk.near = {"kaskinen": near}
    desk.does(consent(DECIDED), DECIDED)
    desk.does(move(desk, takes_effect_on=PASSES), DECIDED)
    named = draw_up_together(
        PASSES, date(2026, 3, 3), review_on=date(2026, 2, 2), parties=("kaskinen", "vaasa")
    )
    outcome = desk.asks(named, PASSES, by=KASKINEN)
    assert "parties-of-the-area" in [rule for rule, _, _ in refused(outcome)]


# withdrawal ---------------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-52")
@pytest.mark.parametrize("withdrawn", [DECIDED, EVE])
def test_85_a_consent_withdrawn_before_the_day_cancels_the_hand_over(withdrawn: date) -> None:
    desk = moving()
    desk.does(WithdrawConsent(consent=desk.state.consents[-1].consent_id), withdrawn)
    assert responsible(desk, withdrawn, PASSES, date.max) == ["vaasa"] * 3
    assert stands(desk, "kaskinen", PASSES) == [Standing.OTHER]
    # It can be decided again under a new consent.
    desk.does(consent(EVE), EVE)
    desk.does(move(desk, takes_effect_on=PASSES), EVE)
    assert responsible(desk, PASSES) == ["kaskinen"]


@pytest.mark.guarantee("CS-52")
@pytest.mark.parametrize("dated", [EVE, PASSES])
def test_85_what_has_passed_stays_passed_however_the_withdrawal_is_dated(dated: date) -> None:
    desk = moving()
    withdrawal = WithdrawConsent(consent=desk.state.consents[-1].consent_id)
    desk.does(withdrawal, dated, today=PASSES, by=KASKINEN)
    assert responsible(desk, EVE, PASSES) == ["vaasa", "kaskinen"]


@pytest.mark.guarantee("CS-52")
def test_85_the_withdrawal_of_another_consent_cancels_nothing() -> None:
    desk = moving()
    desk.does(consent(DECIDED), DECIDED)
    desk.does(WithdrawConsent(consent=desk.state.consents[-1].consent_id), EVE)
    assert responsible(desk, PASSES) == ["kaskinen"]


@pytest.mark.guarantee("CS-52")
def test_77_a_hand_over_ahead_comes_to_nothing_in_a_case_that_is_closed() -> None:
    desk = moving()
    desk.does(end(desk.plan, DECIDED), DECIDED)
    desk.does(close(), EVE)
    assert stands(desk, "vaasa", PASSES) == [Standing.RESPONSIBLE]
    assert stands(desk, "kaskinen", PASSES) == [Standing.OTHER]


# requests -----------------------------------------------------------------------------------------


def awaited(desk: Desk) -> list[UUID | None]:
    found = dues(desk.state, desk.law)
    return [due.subject_id for due in found if due.kind is DueKind.HAND_OVER_REQUEST]


@pytest.mark.guarantee("CS-53")
def test_85_a_request_is_to_be_answered_by_who_answers_for_the_case() -> None:
    desk = planned()
    fact = ask_for_the_case(desk, KASKINEN, DECIDED)
    assert isinstance(fact, HandOverRequested)
    (due,) = [d for d in dues(desk.state, LAW) if d.kind is DueKind.HAND_OVER_REQUEST]
    assert (due.authority, due.section, due.since, due.by) == ("vaasa", "85", DECIDED, None)
    # It is no act on the case, and opens it to nobody.
    assert desk.state.latest_effective_on is not None
    assert desk.state.latest_effective_on < DECIDED
    assert stands(desk, "kaskinen", DECIDED) == [Standing.OTHER]


@pytest.mark.guarantee("CS-53")
def test_85_an_authority_has_one_request_at_a_time_and_another_has_its_own() -> None:
    desk = planned()
    first = ask_for_the_case(desk, KASKINEN, DECIDED)
    assert ask_for_the_case(desk, KASKINEN, DECIDED) is None
    assert ask_for_the_case(desk, VAASA, DECIDED) is None
    assert ask_for_the_case(desk, LAIHIA, DECIDED) is not None
    assert first is not None
    assert len(awaited(desk)) == 2
    desk.does(DeclineHandOverRequest(request=first.request_id, reason="Has not moved"), DECIDED)
    assert ask_for_the_case(desk, KASKINEN, DECIDED) is not None


@pytest.mark.guarantee("CS-53")
def test_85_a_request_is_declined_once_with_the_reason() -> None:
    desk = planned()
    fact = ask_for_the_case(desk, KASKINEN, DECIDED)
    assert fact is not None
    act = DeclineHandOverRequest(request=fact.request_id, reason="Does not consent")
    no_such = [("request-awaits-answer", "85", None)]
    early = desk.asks(act, DECIDED - A_DAY, today=DECIDED)
    assert refused(early, conflict=True) == no_such
    unknown = act.model_copy(update={"request": uuid4()})
    assert refused(desk.asks(unknown, DECIDED), conflict=True) == no_such
    decision = desk.does(act, DECIDED)
    assert only(decision, HandOverRequestDeclined).reason == "Does not consent"
    assert rule_log(decision) == [("request-awaits-answer", "85", True)]
    assert awaited(desk) == []
    assert refused(desk.asks(act, DECIDED), conflict=True) == no_such


@pytest.mark.guarantee("CS-53")
def test_85_a_hand_over_to_who_asked_answers_the_request_unless_it_is_cancelled() -> None:
    desk = planned()
    ask_for_the_case(desk, KASKINEN, DECIDED)
    ask_for_the_case(desk, LAIHIA, DECIDED)
    asked = awaited(desk)
    desk.does(consent(DECIDED), DECIDED)
    desk.does(move(desk, takes_effect_on=PASSES), DECIDED)
    # What the other asked for is still to be answered.
    assert awaited(desk) == asked[1:]
    desk.does(WithdrawConsent(consent=desk.state.consents[-1].consent_id), EVE)
    assert awaited(desk) == asked


@pytest.mark.guarantee("CS-53")
def test_77_nobody_asks_for_a_case_that_is_closed_and_what_was_asked_lapses() -> None:
    desk = opened()
    desk.does(start(), date(2025, 2, 10))
    none = complete(desk, outcome=PlanOutcome.NO_PLAN, reasons="Means to work")
    desk.does(none, date(2025, 2, 24))
    ask_for_the_case(desk, KASKINEN, DECIDED)
    # Closed as of a day before the request: that is no act on the case.
    desk.does(close(), date(2025, 7, 1), today=DECIDED)
    assert dues(desk.state, LAW) == ()
    assert ask_for_the_case(desk, LAIHIA, DECIDED) is None
