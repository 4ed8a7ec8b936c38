"""Extending the maximum (23 § 3–4, 31 § 1 mom.), and what lasts for the studies only (31 § 2)."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from pydantic import ValidationError
from tests.acts import (
    benefit,
    continue_for_studies,
    details,
    draw_up,
    end,
    end_studies,
    expire,
    extend,
    lengthen,
    obstacle,
    review,
    start_studies,
)
from tests.desk import (
    LAST_DAY,
    LAW,
    LAW_IN_FORCE,
    MAXIMUM,
    TRAINING,
    Desk,
    only,
    pointers,
    refused,
    rule_log,
)
from tests.standing import planned, planned_to_the_maximum

from cases.domain.case.act import Decision
from cases.domain.case.extension.acts import Extension
from cases.domain.case.extension.facts import PlanContinuedForStudies, PlanExtended
from cases.domain.codes.values import Benefit, EndingGround, InForce, StudiesEndReason
from cases.domain.codes.values import ExtensionGround as Ground
from cases.domain.law.edition import Law
from cases.domain.time import Length

BOTH_EDITIONS = pytest.mark.parametrize("law", [LAW, LAW_IN_FORCE], ids=["enacted", "in-force"])
DECIDED = date(2026, 11, 2)
ILL = obstacle(date(2026, 1, 12), date(2026, 3, 8))
A_DAY = timedelta(days=1)
ON_THE_DAY = date(2002, 3, 3)
"""Born so as to be 25 on the very day the maximum ends."""


def educated(until: date | None) -> Extension:
    return lengthen(Ground.LITTLE_EDUCATION, until)


def studying(law: Law = LAW, *, born: date = date(1992, 3, 14)) -> Desk:
    """Supported studies have gone on since 1.9.2026."""
    desk = planned_to_the_maximum(law, born=born)
    desk.does(start_studies(desk.plan, date(2026, 9, 1)), date(2026, 9, 1))
    return desk


# A: a length, 23 § 3 mom. -------------------------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-23")
def test_23_3_little_education_extends_the_maximum_and_the_plan_that_reached_it(law: Law) -> None:
    desk = planned_to_the_maximum(law)
    decision = desk.does(extend(desk.plan, educated(date(2028, 3, 3))), DECIDED)
    fact = only(decision, PlanExtended)
    assert (fact.plan_id, fact.ground, fact.length) == (
        desk.plan,
        Ground.LITTLE_EDUCATION,
        Length(months=12, days=0),
    )
    assert fact.special_measures == ("Literacy at half pace",)
    assert rule_log(decision) == [
        ("special-measures", "23.3", True),
        ("extends-within-its-cap", "23.3", True),
        ("all-plans", "23.2", "2027-03-03"),
        ("extension", "23.3", "2028-03-03"),
    ]
    assert desk.maximum() == desk.last_day() == date(2028, 3, 3)
    assert desk.maximum(DECIDED - A_DAY) == MAXIMUM


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-23")
def test_23_3_two_years_in_all_however_many_extensions(law: Law) -> None:
    desk = planned_to_the_maximum(law)
    beyond = desk.asks(extend(desk.plan, educated(date(2029, 3, 4))), DECIDED)
    assert refused(beyond) == [("extends-within-its-cap", "23.3", date(2029, 3, 3))]
    assert pointers(beyond) == ["/until"]
    desk.does(extend(desk.plan, educated(date(2027, 9, 15))), DECIDED)
    needs = lengthen(Ground.MULTISECTORAL_NEED, date(2028, 11, 30))
    desk.does(extend(desk.plan, needs), date(2027, 8, 2))
    third = desk.asks(extend(desk.plan, educated(date(2029, 3, 4))), date(2028, 11, 1))
    assert refused(third) == [("extends-within-its-cap", "23.3", date(2029, 3, 3))]
    desk.does(extend(desk.plan, educated(date(2029, 3, 3))), date(2028, 11, 1))
    assert desk.maximum() == desk.last_day() == date(2029, 3, 3)
    none_left = desk.asks(extend(desk.plan, educated(date(2029, 3, 4))), date(2028, 11, 2))
    assert refused(none_left) == [("extension-used-up", "23.3", date(2029, 3, 3))]
    assert pointers(none_left) == ["/ground"]


@pytest.mark.guarantee("CS-23")
@pytest.mark.parametrize("until", [None, MAXIMUM, date(2026, 12, 31)])
def test_23_3_an_extension_says_a_last_day_after_the_maximum_there_is(until: date | None) -> None:
    desk = planned_to_the_maximum()
    outcome = desk.asks(extend(desk.plan, educated(until)), DECIDED)
    assert refused(outcome) == [("extends-within-its-cap", "23.3", date(2029, 3, 3))]
    assert pointers(outcome) == ["/until"]
    a_day = desk.asks(extend(desk.plan, educated(MAXIMUM + A_DAY)), DECIDED)
    assert only(a_day, PlanExtended).length == Length(months=0, days=1)


@pytest.mark.guarantee("CS-23")
@pytest.mark.parametrize("ground", [Ground.LITTLE_EDUCATION, Ground.MULTISECTORAL_NEED])
def test_23_3_without_special_measures_there_is_no_extension_on_these_grounds(
    ground: Ground,
) -> None:
    desk = planned_to_the_maximum()
    bare = Extension(ground=ground, until=date(2028, 3, 3))
    outcome = desk.asks(extend(desk.plan, bare), DECIDED)
    assert refused(outcome) == [("special-measures", "23.3", MAXIMUM)]
    assert pointers(outcome) == ["/specialMeasures"]
    with_them = lengthen(ground, date(2028, 3, 3))
    assert isinstance(desk.asks(extend(desk.plan, with_them), DECIDED), Decision)


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-23")
def test_23_3_the_maximum_ran_out_on_home_care_allowance_with_part_time_participation(
    law: Law,
) -> None:
    part_time = TRAINING.model_copy(update={"part_time": True})
    ground = Extension(ground=Ground.HOME_CARE_PART_TIME, until=date(2028, 3, 3))

    def desk_with(*, allowance_until: date | None, part: bool) -> Desk:
        desk = planned_to_the_maximum(law)
        if part:
            desk.does(end(desk.plan, date(2026, 6, 30)), date(2026, 6, 1))
            work = {"job_search_obligation": "Four jobs a month", "measures": (part_time,)}
            act = draw_up(date(2026, 7, 1), MAXIMUM, review_on=date(2026, 10, 1), **work)
            desk.does(act, date(2026, 6, 2))
        notice = benefit(Benefit.CHILD_HOME_CARE_ALLOWANCE, date(2026, 5, 1), allowance_until)
        desk.does(notice, DECIDED)
        return desk

    refusal = [("part-time-on-home-care", "23.3", MAXIMUM)]
    for allowance_until, part in ((MAXIMUM - A_DAY, True), (MAXIMUM, False)):
        desk = desk_with(allowance_until=allowance_until, part=part)
        outcome = desk.asks(extend(desk.plan, ground), DECIDED)
        assert refused(outcome) == refusal
        assert pointers(outcome) == ["/ground"]
    for lasts_until in (MAXIMUM, None):
        desk = desk_with(allowance_until=lasts_until, part=True)
        decision = desk.does(extend(desk.plan, ground), DECIDED)
        assert rule_log(decision)[0] == ("part-time-on-home-care", "23.3", True)
        assert desk.last_day() == date(2028, 3, 3)


# B: as long as the obstacle lasted, 23 § 4 mom. ---------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-24")
def test_23_4_the_days_of_an_obstacle_are_added_both_ends_counted(law: Law) -> None:
    desk = planned_to_the_maximum(law)
    decision = desk.does(extend(desk.plan, ILL), date(2026, 3, 9))
    assert rule_log(decision) == [
        ("obstacle-while-planned", "23.4", True),
        ("obstacle-adds-days", "23.4", True),
        ("all-plans", "23.2", "2027-03-03"),
        ("extension-for-obstacle", "23.4", "2027-04-28"),
    ]
    assert desk.maximum() == desk.last_day() == MAXIMUM + timedelta(days=56)


@pytest.mark.guarantee("CS-24")
def test_23_4_a_day_in_two_obstacles_is_added_once() -> None:
    desk = planned_to_the_maximum()
    desk.does(extend(desk.plan, ILL), date(2026, 3, 9))
    overlapping = obstacle(
        date(2026, 3, 1), date(2026, 3, 15), ground=Ground.PREGNANCY_OR_PARENTAL_LEAVE
    )
    desk.does(extend(desk.plan, overlapping), date(2026, 3, 16))
    assert desk.maximum() == desk.last_day() == date(2027, 5, 5)
    within = extend(desk.plan, obstacle(date(2026, 2, 1), date(2026, 3, 15)))
    outcome = desk.asks(within, date(2026, 3, 17))
    assert refused(outcome) == [("obstacle-counted-already", "23.4", date(2027, 5, 5))]
    assert pointers(outcome) == ["/obstacle"]


@pytest.mark.guarantee("CS-24")
def test_23_4_an_obstacle_began_while_plans_could_last() -> None:
    desk = planned_to_the_maximum()
    day_one = obstacle(date(2025, 3, 3), date(2025, 3, 9))
    last_day = obstacle(MAXIMUM, MAXIMUM)
    for lawful in (day_one, last_day):
        assert isinstance(desk.asks(extend(desk.plan, lawful), MAXIMUM), Decision)
    too_early = obstacle(date(2025, 3, 2), date(2025, 3, 9))
    too_late = obstacle(MAXIMUM, MAXIMUM + A_DAY)
    not_said = Extension(ground=Ground.COMPARABLE_REASON, reason="Cared for her mother")
    for unlawful in (too_early, too_late, not_said):
        outcome = desk.asks(extend(desk.plan, unlawful), MAXIMUM)
        assert [(rule, section) for rule, section, _ in refused(outcome)] == [
            ("obstacle-while-planned", "23.4")
        ]
        assert pointers(outcome) == ["/obstacle"]
    with pytest.raises(ValidationError, match="before from"):
        obstacle(date(2026, 3, 8), date(2026, 1, 12))


@pytest.mark.guarantee("CS-24")
def test_23_4_the_plan_may_end_before_all_the_days_are_used_and_not_after() -> None:
    desk = planned_to_the_maximum()
    beyond = obstacle(date(2026, 1, 12), date(2026, 3, 8), until=date(2027, 4, 29))
    outcome = desk.asks(extend(desk.plan, beyond), DECIDED)
    assert refused(outcome) == [("obstacle-adds-days", "23.4", date(2027, 4, 28))]
    assert pointers(outcome) == ["/until"]
    earlier = obstacle(date(2026, 1, 12), date(2026, 3, 8), until=date(2027, 3, 31))
    desk.does(extend(desk.plan, earlier), DECIDED)
    assert (desk.last_day(), desk.maximum()) == (date(2027, 3, 31), date(2027, 4, 28))


# C: studies, 31 § 1 mom. --------------------------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-26")
def test_31_1_studies_unfinished_at_the_maximum_extend_it_by_a_year_for_the_young(
    law: Law,
) -> None:
    desk = studying(law, born=ON_THE_DAY + A_DAY)
    act = extend(desk.plan, lengthen(Ground.STUDIES_UNDER_25, date(2028, 3, 3)))
    decision = desk.does(act, DECIDED)
    assert rule_log(decision) == [
        ("young-at-maximum", "31.1", True),
        ("studies-unfinished", "31.1", True),
        ("extends-within-its-cap", "31.1", True),
        ("all-plans", "23.2", "2027-03-03"),
        ("extension-for-studies", "31.1", "2028-03-03"),
    ]
    assert desk.last_day() == date(2028, 3, 3)
    more = extend(desk.plan, lengthen(Ground.STUDIES_UNDER_25, date(2028, 3, 4)))
    assert refused(desk.asks(more, DECIDED)) == [("extension-used-up", "31.1", date(2028, 3, 3))]


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-26")
def test_31_1_the_age_is_taken_on_the_day_the_maximum_ends(law: Law) -> None:
    act = lengthen(Ground.STUDIES_UNDER_25, date(2028, 3, 3))
    on_the_day = studying(law, born=ON_THE_DAY)
    outcome = on_the_day.asks(extend(on_the_day.plan, act), DECIDED)
    assert refused(outcome) == [("young-at-maximum", "31.1", MAXIMUM)]
    assert pointers(outcome) == ["/ground"]
    # Another extension moves the day, and with it the age.
    the_day_after = studying(law, born=ON_THE_DAY + A_DAY)
    the_day_after.does(extend(the_day_after.plan, educated(MAXIMUM + A_DAY)), DECIDED)
    outcome = the_day_after.asks(extend(the_day_after.plan, act), DECIDED)
    assert refused(outcome) == [("young-at-maximum", "31.1", MAXIMUM + A_DAY)]


@pytest.mark.guarantee("CS-26")
def test_31_1_the_studies_must_go_on_after_the_maximum() -> None:
    act = lengthen(Ground.STUDIES_UNDER_25, date(2028, 3, 3))
    born = date(2004, 6, 1)
    none, finished, later = (
        planned_to_the_maximum(born=born),
        studying(born=born),
        studying(born=born),
    )
    finished.does(end_studies(finished.plan, MAXIMUM), DECIDED)
    later.does(end_studies(later.plan, MAXIMUM + A_DAY), DECIDED)
    for desk in (none, finished):
        outcome = desk.asks(extend(desk.plan, act), DECIDED)
        assert refused(outcome) == [("studies-unfinished", "31.1", MAXIMUM)]
        assert pointers(outcome) == ["/ground"]
    assert isinstance(later.asks(extend(later.plan, act), DECIDED), Decision)


# the plan, the day, the order ---------------------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-23")
def test_stacked_in_any_order_of_recording_the_extensions_give_the_same_days(law: Law) -> None:
    """A year for special measures, 56 days of illness, half a year for the studies."""
    days = {"A": date(2026, 10, 5), "B": date(2026, 10, 6), "C": date(2026, 10, 7)}

    def told(order: Sequence[str]) -> tuple[date, date | None]:
        desk = studying(law, born=date(2004, 6, 1))
        for letter in order:
            until = desk.maximum()
            extension = {
                "A": educated(Length(months=12, days=0).ends(until)),
                "B": ILL,
                "C": lengthen(Ground.STUDIES_UNDER_25, Length(months=6, days=0).ends(until)),
            }[letter]
            desk.does(extend(desk.plan, extension), days[letter], today=date(2026, 11, 30))
        return desk.maximum(), desk.last_day()

    found = {"".join(order): told(order) for order in permutations("ABC")}
    assert set(found.values()) == {(date(2028, 10, 28), date(2028, 10, 28))}, found


@pytest.mark.guarantee("CS-23")
def test_23_3_an_extension_recorded_late_stands_where_its_legal_date_puts_it() -> None:
    desk = planned_to_the_maximum()
    desk.does(extend(desk.plan, educated(date(2027, 4, 3))), date(2026, 9, 1))
    desk.does(extend(desk.plan, educated(date(2027, 5, 30))), date(2026, 6, 1), today=DECIDED)
    assert desk.maximum() == desk.last_day() == date(2027, 5, 30)
    last = desk.asks(extend(desk.plan, educated(date(2030, 1, 1))), date(2026, 6, 2), today=DECIDED)
    assert refused(last) == [("extends-within-its-cap", "23.3", date(2029, 3, 3))]


@pytest.mark.guarantee("CS-23")
def test_23_3_what_a_decision_says_of_the_sum_is_what_the_sum_is() -> None:
    desk = planned_to_the_maximum()
    desk.does(extend(desk.plan, educated(date(2027, 4, 3))), date(2026, 9, 1))
    for until in (date(2027, 5, 31), date(2027, 8, 29), date(2028, 2, 29), date(2029, 3, 3)):
        decision = desk.does(extend(desk.plan, educated(until)), date(2026, 6, 1), today=DECIDED)
        said = max(str(line.result) for line in decision.rules if line.rule == "extension")
        assert said == desk.maximum().isoformat()
        # A month is added after it, so not every day can be reached; none is passed.
        assert until - timedelta(days=3) < desk.maximum() <= until


@pytest.mark.guarantee("CS-23")
@pytest.mark.parametrize("expiry_noted", [False, True])
def test_23_an_extension_is_decided_before_the_plan_is_over_whenever_it_is_recorded(
    expiry_noted: bool,
) -> None:
    desk = planned_to_the_maximum()
    day_after = MAXIMUM + A_DAY
    if expiry_noted:
        desk.does(expire(desk.plan, MAXIMUM), day_after)
    act = extend(desk.plan, educated(date(2028, 3, 3)))
    late = desk.asks(act, day_after)
    assert refused(late, conflict=True) == [("plan-not-over", "23.2", MAXIMUM)]
    assert desk.in_force(date(2027, 4, 1)) is None
    desk.does(act, MAXIMUM, today=date(2027, 4, 1))
    assert desk.last_day() == date(2028, 3, 3)
    assert desk.in_force(date(2027, 4, 1)) is InForce.FULLY
    # Over again on its new last day, which is noted anew.
    desk.does(expire(desk.plan, date(2028, 3, 3)), date(2028, 3, 4))


@pytest.mark.guarantee("CS-23")
def test_23_an_extension_moves_the_maximum_and_not_a_plan_that_ends_earlier_by_agreement() -> None:
    desk = planned()
    desk.does(extend(desk.plan, educated(date(2028, 3, 3))), date(2025, 6, 2))
    assert (desk.last_day(), desk.maximum()) == (LAST_DAY, date(2028, 3, 3))
    # A later plan may then go up to the new day.
    act = draw_up(date(2026, 3, 4), date(2028, 3, 3), review_on=date(2026, 8, 20))
    desk.does(act, date(2026, 2, 23))
    too_long = draw_up(date(2026, 3, 4), date(2028, 3, 4), review_on=date(2026, 8, 20))
    assert ("extension", "23.3", date(2028, 3, 3)) in refused(
        desk.asks(too_long, date(2026, 2, 23))
    )


@pytest.mark.guarantee("CS-23")
def test_23_a_plan_agreed_after_an_extension_keeps_its_day_also_when_that_is_told_late() -> None:
    extension, decided = educated(date(2028, 3, 3)), date(2026, 2, 2)
    desk = planned_to_the_maximum()
    desk.does(extend(desk.state.plans[0].plan_id, extension), decided, today=DECIDED)
    assert (desk.last_day(), desk.maximum()) == (MAXIMUM, date(2028, 3, 3))


@pytest.mark.guarantee("CS-23")
def test_23_a_plan_that_was_ended_stays_ended_when_the_maximum_is_extended() -> None:
    desk = planned_to_the_maximum()
    desk.does(extend(desk.plan, educated(date(2028, 3, 3))), DECIDED)
    desk.does(end(desk.plan, date(2026, 12, 31)), date(2026, 12, 1))
    assert desk.last_day() == date(2026, 12, 31)
    assert desk.maximum() == date(2028, 3, 3)


def test_20_1_a_plan_the_case_has_not_is_not_extended() -> None:
    desk = planned_to_the_maximum()
    for act in (extend(uuid4(), ILL), continue_for_studies(uuid4())):
        not_there = [("plan-drawn-up-by-then", "20.1", None)]
        assert refused(desk.asks(act, DECIDED), conflict=True) == not_there


@pytest.mark.guarantee("CS-23")
@pytest.mark.parametrize("ground", list(Ground))
def test_a_ground_the_edition_does_not_know_extends_nothing(ground: Ground) -> None:
    editions = tuple(e.model_copy(update={"extensions": ()}) for e in LAW.editions)
    desk = planned_to_the_maximum(LAW.having(editions=editions))
    act = extend(desk.plan, Extension(ground=ground, until=date(2028, 3, 3)))
    outcome = desk.asks(act, DECIDED)
    assert refused(outcome) == [("extension-of-the-edition", "23.3", MAXIMUM)]
    assert pointers(outcome) == ["/ground"]


# D: for the studies only, 31 § 2–3 mom. -----------------------------------------------------------


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-27")
def test_31_2_from_25_the_plan_goes_on_for_the_studies_only_and_only_with_the_act(
    law: Law,
) -> None:
    desk = studying(law, born=ON_THE_DAY)
    assert desk.in_force(MAXIMUM + A_DAY) is None
    decision = desk.does(continue_for_studies(desk.plan), DECIDED)
    assert decision.facts == (PlanContinuedForStudies(plan_id=desk.plan),)
    assert rule_log(decision) == [
        ("reaches-the-maximum", "31.2", True),
        ("studies-unfinished", "31.2", True),
        ("grown-at-maximum", "31.2", True),
    ]
    assert [desk.in_force(MAXIMUM), desk.in_force(MAXIMUM + A_DAY), desk.last_day()] == [
        InForce.FULLY,
        InForce.FOR_STUDIES_ONLY,
        None,
    ]
    assert desk.maximum() == MAXIMUM


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-27")
def test_31_2_the_age_is_25_on_the_day_the_maximum_ends_at_the_latest(law: Law) -> None:
    desk = studying(law, born=ON_THE_DAY + A_DAY)
    outcome = desk.asks(continue_for_studies(desk.plan), DECIDED)
    assert refused(outcome) == [("grown-at-maximum", "31.2", MAXIMUM)]


@pytest.mark.guarantee("CS-27")
def test_31_2_without_unfinished_studies_or_a_plan_at_the_maximum_nothing_goes_on() -> None:
    idle, shorter = planned_to_the_maximum(), planned()
    outcome = idle.asks(continue_for_studies(idle.plan), DECIDED)
    assert refused(outcome) == [("studies-unfinished", "31.2", MAXIMUM)]
    outcome = shorter.asks(continue_for_studies(shorter.plan), date(2026, 2, 2))
    assert refused(outcome, conflict=True) == [
        ("reaches-the-maximum", "31.2", LAST_DAY),
        ("studies-unfinished", "31.2", LAST_DAY),
    ]


@pytest.mark.guarantee("CS-27")
def test_31_2_it_is_decided_before_the_maximum_once_and_may_be_recorded_late() -> None:
    desk = studying()
    over = desk.asks(continue_for_studies(desk.plan), MAXIMUM + A_DAY)
    assert refused(over, conflict=True) == [("plan-not-over", "23.2", MAXIMUM)]
    desk.does(expire(desk.plan, MAXIMUM), MAXIMUM + A_DAY)
    desk.does(continue_for_studies(desk.plan), MAXIMUM, today=date(2027, 5, 3))
    assert desk.in_force(date(2027, 5, 3)) is InForce.FOR_STUDIES_ONLY
    again = desk.asks(continue_for_studies(desk.plan), date(2027, 5, 4))
    assert ("not-continued-yet", "31.2", MAXIMUM) in refused(again, conflict=True)


@pytest.mark.guarantee("CS-27")
def test_31_3_it_lasts_until_an_employment_plan_replaces_it() -> None:
    desk = studying()
    desk.does(continue_for_studies(desk.plan), DECIDED)
    replaced = end(desk.plan, date(2027, 5, 31), EndingGround.REPLACED_BY_EMPLOYMENT_PLAN)
    desk.does(replaced, date(2027, 5, 31))
    found = [desk.in_force(day) for day in (date(2027, 5, 31), date(2027, 6, 1))]
    assert found == [InForce.FOR_STUDIES_ONLY, None]


@pytest.mark.guarantee("CS-27")
def test_31_2_it_lasts_until_the_studies_end() -> None:
    desk = studying()
    desk.does(continue_for_studies(desk.plan), DECIDED)
    finished = end_studies(desk.plan, date(2027, 6, 4), StudiesEndReason.STUDIES_COMPLETED)
    desk.does(finished, date(2027, 6, 7))
    found = [desk.in_force(day) for day in (date(2027, 6, 4), date(2027, 6, 5))]
    assert found == [InForce.FOR_STUDIES_ONLY, None]
    desk.does(expire(desk.plan, date(2027, 6, 4)), date(2027, 6, 5))


@pytest.mark.guarantee("CS-27")
def test_31_2_studies_that_ended_by_the_maximum_carry_nothing_on() -> None:
    desk = studying()
    desk.does(continue_for_studies(desk.plan), DECIDED)
    desk.does(end_studies(desk.plan, date(2027, 2, 26)), date(2027, 3, 1))
    assert desk.last_day() == MAXIMUM


@pytest.mark.guarantee("CS-27")
def test_31_2_for_the_studies_only_the_plan_is_not_extended_and_no_other_is_drawn_up() -> None:
    desk = studying()
    desk.does(continue_for_studies(desk.plan), DECIDED)
    day = date(2027, 3, 10)
    for extension in (educated(date(2028, 3, 3)), ILL):
        outcome = desk.asks(extend(desk.plan, extension), day)
        assert refused(outcome, conflict=True) == [("plan-not-over", "23.2", MAXIMUM)]
    # Decided in time and recorded now, it moves the day from which only the studies count.
    desk.does(extend(desk.plan, educated(date(2027, 6, 3))), DECIDED, today=day)
    found = [desk.in_force(d) for d in (date(2027, 6, 3), date(2027, 6, 4))]
    assert found == [InForce.FULLY, InForce.FOR_STUDIES_ONLY]


@pytest.mark.guarantee("CS-27")
def test_31_2_what_it_stands_in_the_way_of_is_refused_in_words_that_say_it_is_open() -> None:
    desk = studying()
    desk.does(continue_for_studies(desk.plan), DECIDED)
    act = draw_up(
        date(2027, 4, 1),
        date(2027, 9, 30),
        review_on=date(2027, 8, 2),
        job_search_obligation="Four jobs a month",
    )
    assert refused(desk.asks(act, date(2027, 3, 22))) == [
        ("one-plan-in-force", "16.1", None),
        ("all-plans", "23.2", MAXIMUM),
    ]
    expired = desk.asks(expire(desk.plan, MAXIMUM), date(2027, 3, 22))
    assert refused(expired, conflict=True) == [("over-after-last-day", "23.2", None)]


@pytest.mark.guarantee("CS-27")
def test_31_2_a_review_goes_on_being_due() -> None:
    desk = studying()
    desk.does(continue_for_studies(desk.plan), DECIDED)
    day = date(2027, 2, 1)
    outcome = desk.asks(review(desk.plan, next_on=None), day)
    assert refused(outcome) == [("review-due", "22.1", date(2027, 8, 2))]
    assert isinstance(desk.asks(review(desk.plan, next_on=date(2027, 8, 2)), day), Decision)


@pytest.mark.guarantee("CS-27")
def test_31_an_age_nobody_knows_opens_neither() -> None:
    desk = studying()
    desk.state = desk.state.having(person=desk.state.person.having(details=()))
    young = extend(desk.plan, lengthen(Ground.STUDIES_UNDER_25, date(2028, 3, 3)))
    assert refused(desk.asks(young, DECIDED)) == [("young-at-maximum", "31.1", MAXIMUM)]
    grown = refused(desk.asks(continue_for_studies(desk.plan), DECIDED))
    assert grown == [("grown-at-maximum", "31.2", MAXIMUM)]
    desk.does(details(date_of_birth=date(1992, 3, 14)), DECIDED)
    assert isinstance(desk.asks(continue_for_studies(desk.plan), DECIDED), Decision)
