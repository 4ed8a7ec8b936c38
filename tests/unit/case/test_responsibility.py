"""Who answers for the case: referral, hand-over both ways, and no clock restarts (3 §)."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from tests.acts import (
    accept,
    assign_worker,
    close,
    complete,
    decline,
    draw_up,
    hand_over,
    refer,
    review,
    start,
)
from tests.acts import status as at
from tests.desk import (
    LAW,
    LAW_IN_FORCE,
    MAXIMUM,
    OPENED,
    POHJANMAA,
    RANNIKKO_TE,
    VAASA,
    VAASA_TE,
    Desk,
    only,
    pointers,
    refused,
    rule_log,
)
from tests.standing import assessed, opened, planned, planned_together

from cases.domain.case.act import Decision
from cases.domain.case.person.facts import LabourMarketStatusRecorded
from cases.domain.case.responsibility.facts import (
    CaseHandedOver,
    ReferralAccepted,
    ReferralDeclined,
    ReferredToEmploymentAuthority,
    WorkerAssigned,
)
from cases.domain.case.standing import Standing, standing
from cases.domain.codes.values import (
    DueKind,
    HandOverReason,
    LabourMarketStatus,
    PlanOutcome,
    ReferralReason,
    ReviewHeldBy,
)
from cases.domain.law.edition import Law
from cases.domain.questions.dues import dues

BOTH_EDITIONS = pytest.mark.parametrize("law", [LAW, LAW_IN_FORCE], ids=["enacted", "in-force"])
REFERRED = date(2025, 6, 2)
ACCEPTED = date(2025, 6, 16)
REGISTERED = date(2025, 6, 9)
A_DAY = timedelta(days=1)
BY_TE = ReviewHeldBy.EMPLOYMENT_AUTHORITY


def referred(law: Law = LAW) -> Desk:
    desk = planned(law)
    desk.does(refer(), REFERRED)
    return desk


def with_te(law: Law = LAW) -> Desk:
    """Accepted on 16.6.2025: the employment authority answers."""
    desk = referred(law)
    desk.does(accept(desk.referral, REGISTERED), ACCEPTED, by=VAASA_TE)
    return desk


# referral -----------------------------------------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-35")
def test_3_4_the_client_is_referred_to_an_employment_authority(law: Law) -> None:
    desk = planned(law)
    decision = desk.does(refer(), REFERRED)
    fact = only(decision, ReferredToEmploymentAuthority)
    assert (fact.to, fact.reason) == ("vaasa-te", ReferralReason.INTENDS_TO_REGISTER)
    assert rule_log(decision) == [("referred-to-employment-authority", "3.1", True)]
    (referral,) = desk.state.responsibility.referrals
    assert [referral.awaits_on(day) for day in (REFERRED - A_DAY, REFERRED)] == [False, True]
    assert desk.state.responsible_on(date.max) == "vaasa"


@pytest.mark.guarantee("CS-35")
@pytest.mark.parametrize("to", ["vaasa", "pohjanmaa", "opisto"])
def test_3_1_a_referral_is_to_an_employment_authority(to: str) -> None:
    outcome = planned().asks(refer(to), REFERRED)
    assert refused(outcome) == [("referred-to-employment-authority", "3.1", None)]
    assert pointers(outcome) == ["/to"]


@pytest.mark.guarantee("CS-35")
def test_3_1_nobody_is_referred_to_the_authority_that_answers_already() -> None:
    outcome = with_te().asks(refer(), date(2025, 7, 1), by=VAASA_TE)
    assert refused(outcome) == [("referred-to-employment-authority", "3.1", None)]


@pytest.mark.guarantee("CS-35")
def test_3_1_one_referral_awaits_its_answer_at_a_time() -> None:
    desk = referred()
    outcome = desk.asks(refer(), REFERRED + A_DAY)
    assert refused(outcome, conflict=True) == [("one-referral-at-a-time", "3.1", None)]
    desk.does(decline(desk.referral), ACCEPTED, by=VAASA_TE)
    assert isinstance(desk.asks(refer(), ACCEPTED), Decision)


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-35")
def test_3_1_accepted_the_employment_authority_answers_from_that_day(law: Law) -> None:
    desk = referred(law)
    decision = desk.does(accept(desk.referral, REGISTERED), ACCEPTED, by=VAASA_TE)
    assert decision.facts == (
        ReferralAccepted(referral_id=desk.referral, registered_as_jobseeker_on=REGISTERED),
        CaseHandedOver.model_validate({"from": "vaasa", "to": "vaasa-te", "reason": "JOBSEEKER"}),
        LabourMarketStatusRecorded.model_validate({"status": "JOBSEEKER", "from": REGISTERED}),
    )
    assert rule_log(decision) == [
        ("registered-by-then", "3.1", True),
        ("responsibility-follows-status", "3.1", "JOBSEEKER"),
    ]
    days = (OPENED - A_DAY, ACCEPTED - A_DAY, ACCEPTED)
    assert [desk.state.responsible_on(day) for day in days] == ["vaasa", "vaasa", "vaasa-te"]
    assert desk.state.person.status_on(REGISTERED) is LabourMarketStatus.JOBSEEKER


@pytest.mark.guarantee("CS-35")
def test_3_1_a_status_known_already_is_not_recorded_again() -> None:
    desk = referred()
    desk.does(at(LabourMarketStatus.UNEMPLOYED_JOBSEEKER, REGISTERED), REGISTERED)
    decision = desk.does(accept(desk.referral, REGISTERED), ACCEPTED, by=VAASA_TE)
    assert [type(fact) for fact in decision.facts] == [ReferralAccepted, CaseHandedOver]


@pytest.mark.guarantee("CS-35")
def test_3_1_the_client_registered_by_the_day_of_acceptance() -> None:
    desk = referred()
    outcome = desk.asks(accept(desk.referral, ACCEPTED + A_DAY), ACCEPTED, by=VAASA_TE)
    assert refused(outcome) == [("registered-by-then", "3.1", ACCEPTED)]
    assert pointers(outcome) == ["/registeredAsJobseekerOn"]
    on_the_day = desk.asks(accept(desk.referral, ACCEPTED), ACCEPTED, by=VAASA_TE)
    assert isinstance(on_the_day, Decision)


@pytest.mark.guarantee("CS-35")
def test_3_1_only_whom_it_was_made_to_answers_a_referral_once_and_not_before_it() -> None:
    desk = referred()
    awaited = [("referral-awaits-answer", "3.1", None)]
    for act in (accept(desk.referral, REGISTERED), decline(desk.referral)):
        by_vaasa = desk.asks(act, ACCEPTED)
        assert refused(by_vaasa, conflict=True) == awaited
        assert pointers(by_vaasa) == ["/referral"]
        too_early = desk.asks(act, REFERRED - A_DAY, by=VAASA_TE)
        assert refused(too_early, conflict=True) == awaited
    unknown = desk.asks(decline(uuid4()), ACCEPTED, by=VAASA_TE)
    assert refused(unknown, conflict=True) == awaited
    desk.does(decline(desk.referral), ACCEPTED, by=VAASA_TE)
    again = desk.asks(accept(desk.referral, REGISTERED), ACCEPTED, by=VAASA_TE)
    assert refused(again, conflict=True) == awaited


@pytest.mark.guarantee("CS-35")
def test_3_1_declined_with_the_reason_the_case_stays_where_it_is() -> None:
    desk = referred()
    decision = desk.does(decline(desk.referral), ACCEPTED, by=VAASA_TE)
    assert only(decision, ReferralDeclined).reason == "Not registered"
    assert desk.state.responsible_on(date.max) == "vaasa"
    (referral,) = desk.state.responsibility.referrals
    assert [referral.awaits_on(d) for d in (ACCEPTED - A_DAY, ACCEPTED)] == [True, False]


@pytest.mark.guarantee("CS-35")
def test_3_1_accepting_what_was_handed_over_meanwhile_hands_nothing_over_again() -> None:
    desk = referred()
    desk.does(at(LabourMarketStatus.JOBSEEKER, REGISTERED), REGISTERED)
    desk.does(hand_over("vaasa-te", HandOverReason.JOBSEEKER), REGISTERED)
    decision = desk.does(accept(desk.referral, REGISTERED), ACCEPTED, by=VAASA_TE)
    assert [type(fact) for fact in decision.facts] == [ReferralAccepted]


@pytest.mark.guarantee("CS-21")
def test_77_a_referral_nobody_has_answered_lapses_with_the_case() -> None:
    desk = opened()
    desk.does(start(), date(2025, 2, 10))
    desk.does(
        complete(desk, outcome=PlanOutcome.NO_PLAN, reasons="Means to work"), date(2025, 2, 24)
    )
    desk.does(refer(), REFERRED)
    assert [due.kind for due in dues(desk.state, LAW)] == [DueKind.REFERRAL_UNANSWERED]
    desk.does(close(), ACCEPTED)
    assert dues(desk.state, LAW) == ()
    assert standing(desk.state, LAW, "vaasa-te", ACCEPTED) is Standing.OTHER


# hand-over ----------------------------------------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-36")
def test_3_responsibility_goes_back_when_the_client_is_no_longer_a_jobseeker(law: Law) -> None:
    desk = with_te(law)
    day = date(2025, 10, 1)
    desk.does(at(LabourMarketStatus.EMPLOYED, day), day, by=VAASA_TE)
    decision = desk.does(hand_over("vaasa"), day, by=VAASA_TE)
    assert rule_log(decision) == [
        ("hand-over-follows-status", "3.1", True),
        ("handed-to-who-answers", "3.1", True),
    ]
    fact = only(decision, CaseHandedOver)
    assert (fact.former, fact.to, fact.reason) == (
        "vaasa-te",
        "vaasa",
        HandOverReason.NO_LONGER_JOBSEEKER,
    )
    days = (ACCEPTED - A_DAY, ACCEPTED, day - A_DAY, day)
    answers = ["vaasa", "vaasa-te", "vaasa-te", "vaasa"]
    assert [desk.state.responsible_on(d) for d in days] == answers


@pytest.mark.guarantee("CS-36")
def test_3_1_a_hand_over_follows_what_is_recorded_of_the_client_as_a_jobseeker() -> None:
    not_one, one = planned(), with_te()
    outcome = not_one.asks(hand_over("vaasa-te", HandOverReason.JOBSEEKER), ACCEPTED)
    assert refused(outcome) == [("hand-over-follows-status", "3.1", None)]
    assert pointers(outcome) == ["/reason"]
    outcome = one.asks(hand_over("vaasa"), ACCEPTED + A_DAY, by=VAASA_TE)
    assert refused(outcome) == [("hand-over-follows-status", "3.1", None)]
    # It is asked about the day of the hand-over.
    one.does(at(LabourMarketStatus.EMPLOYED, date(2025, 7, 1)), date(2025, 7, 1), by=VAASA_TE)
    early = one.asks(hand_over("vaasa"), date(2025, 6, 30), by=VAASA_TE)
    assert refused(early) == [("hand-over-follows-status", "3.1", None)]
    assert isinstance(one.asks(hand_over("vaasa"), date(2025, 7, 1), by=VAASA_TE), Decision)


@pytest.mark.guarantee("CS-36")
@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("vaasa", HandOverReason.NO_LONGER_JOBSEEKER),  # it answers already
        ("vaasa-te", HandOverReason.NO_LONGER_JOBSEEKER),
        ("pohjanmaa", HandOverReason.NO_LONGER_JOBSEEKER),
        ("espoo", HandOverReason.NO_LONGER_JOBSEEKER),  # not in the register
        ("vaasa", HandOverReason.JOBSEEKER),
        ("kela", HandOverReason.JOBSEEKER),
    ],
)
def test_3_1_a_hand_over_is_to_the_authority_that_is_to_answer(
    to: str, reason: HandOverReason
) -> None:
    desk = planned()
    if reason is HandOverReason.JOBSEEKER:
        desk.does(at(LabourMarketStatus.JOBSEEKER, REGISTERED), REGISTERED)
    outcome = desk.asks(hand_over(to, reason), ACCEPTED)
    assert refused(outcome) == [("handed-to-who-answers", "3.1", None)]
    assert pointers(outcome) == ["/to"]


@pytest.mark.guarantee("CS-36")
def test_3_1_a_case_stays_within_its_employment_area_while_the_client_does_not_move() -> None:
    desk = planned()
    desk.does(at(LabourMarketStatus.JOBSEEKER, REGISTERED), REGISTERED)
    elsewhere = [("within-the-employment-area", "3.1", None)]
    to_te = hand_over("rannikko-te", HandOverReason.JOBSEEKER)
    for act in (to_te, refer("rannikko-te")):
        outcome = desk.asks(act, ACCEPTED)
        assert refused(outcome) == elsewhere
        assert pointers(outcome) == ["/to"]
    desk.does(hand_over("vaasa-te", HandOverReason.JOBSEEKER), ACCEPTED)
    assert refused(desk.asks(to_te, ACCEPTED, by=VAASA_TE)) == elsewhere
    day = date(2025, 10, 1)
    desk.does(at(LabourMarketStatus.EMPLOYED, day), day, by=VAASA_TE)
    assert refused(desk.asks(hand_over("kaskinen"), day, by=VAASA_TE)) == elsewhere
    assert isinstance(desk.asks(hand_over("laihia"), day, by=VAASA_TE), Decision)
    desk.does(hand_over("vaasa"), day, by=VAASA_TE)
    # From a municipality to another, even of the area, only when the client moves.
    assert refused(desk.asks(hand_over("laihia"), day)) == elsewhere


@pytest.mark.guarantee("CS-36")
def test_3_1_a_register_that_tells_no_areas_refuses_nothing_for_them() -> None:
    desk = planned()
    desk.areas = {}
    assert isinstance(desk.asks(refer("rannikko-te"), REGISTERED), Decision)
    desk.does(at(LabourMarketStatus.JOBSEEKER, REGISTERED), REGISTERED)
    desk.does(hand_over("rannikko-te", HandOverReason.JOBSEEKER), ACCEPTED)
    day = date(2025, 10, 1)
    desk.does(at(LabourMarketStatus.EMPLOYED, day), day, by=RANNIKKO_TE)
    assert isinstance(desk.asks(hand_over("kaskinen"), day, by=RANNIKKO_TE), Decision)


@pytest.mark.guarantee("CS-36")
def test_3_1_it_goes_back_to_who_handed_it_over_whatever_the_areas_are_now() -> None:
    desk = with_te()
    desk.areas = {"vaasa": "rannikko-te"}
    day = date(2025, 10, 1)
    desk.does(at(LabourMarketStatus.EMPLOYED, day), day, by=VAASA_TE)
    assert isinstance(desk.asks(hand_over("vaasa"), day, by=VAASA_TE), Decision)


@pytest.mark.guarantee("CS-36")
def test_3_1_hand_overs_are_recorded_in_the_order_of_their_days() -> None:
    desk = planned()
    desk.does(at(LabourMarketStatus.JOBSEEKER, REFERRED), ACCEPTED)
    desk.does(hand_over("vaasa-te", HandOverReason.JOBSEEKER), ACCEPTED)
    desk.does(at(LabourMarketStatus.EMPLOYED, date(2025, 5, 5)), ACCEPTED, by=VAASA_TE)
    outcome = desk.asks(hand_over("vaasa"), date(2025, 5, 5), by=VAASA_TE)
    assert refused(outcome, conflict=True) == [("handed-over-in-order", "3.1", None)]
    assert pointers(outcome) == ["/effectiveOn"]


@pytest.mark.guarantee("CS-36")
def test_3_1_an_acceptance_does_not_overtake_a_later_hand_over() -> None:
    desk = planned()
    desk.does(at(LabourMarketStatus.JOBSEEKER, REFERRED), REFERRED)
    desk.does(hand_over("vaasa-te", HandOverReason.JOBSEEKER), REFERRED)
    desk.does(at(LabourMarketStatus.EMPLOYED, ACCEPTED), ACCEPTED, by=VAASA_TE)
    desk.does(hand_over("vaasa"), ACCEPTED, by=VAASA_TE)
    desk.does(refer(), REGISTERED, today=ACCEPTED)
    act = accept(desk.referral, REGISTERED)
    outcome = desk.asks(act, ACCEPTED - A_DAY, today=ACCEPTED, by=VAASA_TE)
    assert refused(outcome, conflict=True) == [("handed-over-in-order", "3.1", None)]
    # Who has found work since is no jobseeker, whenever she registered.
    outcome = desk.asks(act, ACCEPTED, by=VAASA_TE)
    assert refused(outcome) == [("hand-over-follows-status", "3.1", None)]
    assert pointers(outcome) == ["/registeredAsJobseekerOn"]
    anew = accept(desk.referral, ACCEPTED)
    assert isinstance(desk.asks(anew, ACCEPTED, by=VAASA_TE), Decision)


@pytest.mark.guarantee("CS-36")
def test_3_1_no_hand_over_is_told_late_from_before_a_review_of_who_answered() -> None:
    held = date(2025, 9, 1)
    desk = referred()
    desk.does(at(LabourMarketStatus.JOBSEEKER, REGISTERED), REGISTERED)
    desk.does(review(desk.plan, next_on=date(2026, 2, 2)), held)
    for act, by in (
        (hand_over("vaasa-te", HandOverReason.JOBSEEKER), VAASA),
        (accept(desk.referral, REGISTERED), VAASA_TE),
    ):
        outcome = desk.asks(act, held - A_DAY, today=held, by=by)
        assert refused(outcome, conflict=True) == [("handed-over-after-review", "3.1", None)]
        assert pointers(outcome) == ["/effectiveOn"]
        assert isinstance(desk.asks(act, held, by=by), Decision)


@pytest.mark.guarantee("CS-36")
def test_3_1_what_the_welfare_area_reviewed_alone_keeps_no_hand_over_back() -> None:
    held = date(2025, 9, 1)
    desk = planned_together()
    desk.does(at(LabourMarketStatus.JOBSEEKER, REGISTERED), REGISTERED)
    alone = {"held_by": ReviewHeldBy.WELFARE_AREA, "limited_to": desk.measures[1:]}
    desk.does(review(desk.plan, next_on=None, **alone), held, by=POHJANMAA)
    act = hand_over("vaasa-te", HandOverReason.JOBSEEKER)
    assert isinstance(desk.asks(act, held - A_DAY, today=held), Decision)


# what follows -------------------------------------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-36")
def test_3_1_the_employment_authority_reviews_after_the_hand_over(law: Law) -> None:
    desk = with_te(law)
    held = date(2025, 9, 1)
    by_te = review(desk.plan, next_on=date(2026, 2, 2), held_by=BY_TE)
    by_vaasa = review(desk.plan, next_on=date(2026, 2, 2))
    outcome = desk.asks(by_vaasa, held)
    assert refused(outcome) == [("reviewed-by-who-answers", "3.1", None)]
    assert pointers(outcome) == ["/heldBy"]
    assert isinstance(desk.asks(by_te, held, by=VAASA_TE), Decision)
    # Each authority reviews in the days it answered, also when it is told late.
    own_time = review(desk.plan, next_on=date(2025, 11, 3))
    late = desk.asks(own_time, ACCEPTED - A_DAY, today=held)
    assert isinstance(late, Decision)
    not_its_time = review(desk.plan, next_on=date(2025, 11, 3), held_by=BY_TE)
    outcome = desk.asks(not_its_time, ACCEPTED - A_DAY, today=held, by=VAASA_TE)
    assert refused(outcome) == [("reviewed-by-who-answers", "3.1", None)]


@pytest.mark.guarantee("CS-36")
def test_22_2_a_multisectoral_plan_is_then_reviewed_by_it_and_the_welfare_area() -> None:
    desk = planned_together()
    desk.does(refer(), REFERRED)
    desk.does(accept(desk.referral, REGISTERED), ACCEPTED, by=VAASA_TE)
    held, next_on = date(2025, 9, 1), date(2026, 2, 2)
    alone = review(desk.plan, next_on=next_on, held_by=BY_TE)
    assert refused(desk.asks(alone, held, by=VAASA_TE)) == [("reviewed-together", "22.2", None)]
    together = ReviewHeldBy.EMPLOYMENT_AUTHORITY_AND_WELFARE_AREA
    act = review(desk.plan, next_on=next_on, held_by=together)
    assert isinstance(desk.asks(act, held, by=VAASA_TE), Decision)


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-36")
def test_3_and_23_2_no_clock_restarts_with_a_new_authority(law: Law) -> None:
    desk = with_te(law)
    assert desk.maximum() == MAXIMUM
    day = date(2026, 2, 23)
    act = draw_up(
        date(2026, 3, 4),
        MAXIMUM + A_DAY,
        review_on=date(2026, 8, 20),
        job_search_obligation="Four jobs a month",
    )
    outcome = desk.asks(act, day, by=VAASA_TE)
    assert refused(outcome) == [("all-plans", "23.2", MAXIMUM)]
    held = review(desk.plan, next_on=date(2026, 3, 3), held_by=BY_TE)
    outcome = desk.asks(held, date(2025, 9, 1), by=VAASA_TE)
    assert refused(outcome) == [("review-due", "22.1", date(2026, 3, 2))]


@pytest.mark.guarantee("CS-36")
def test_3_1_the_worker_is_the_authoritys_own_from_a_day_on() -> None:
    desk = assessed()
    decision = desk.does(assign_worker("officer-7"), date(2025, 3, 1))
    assert decision.facts == (WorkerAssigned(worker="officer-7"),)
    desk.does(assign_worker("officer-8"), date(2025, 4, 1))
    desk.does(assign_worker("officer-9"), date(2025, 3, 15), today=date(2025, 4, 1))
    desk.does(assign_worker("te-1"), date(2025, 5, 1), by=VAASA_TE)
    found = desk.state.responsibility.worker_on
    days = (date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 15), date(2025, 5, 1))
    assert [found(day, "vaasa") for day in days] == [None, "officer-7", "officer-9", "officer-8"]
    assert found(date(2025, 5, 1), "vaasa-te") == "te-1"
