"""An edition is data: a desk works under an Act nobody has passed, and no code knows it."""

from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from tests.desk import (
    OPENED,
    POHJANMAA,
    REHABILITATION,
    STUDIES,
    TRAINING,
    Desk,
    close,
    complete,
    continue_for_studies,
    draw_up,
    end,
    extend,
    goals,
    guide,
    lengthen,
    obstacle,
    open_case,
    pointers,
    refused,
    residence,
    review,
    rule_log,
    start,
    start_studies,
    start_together,
    switch,
)
from tests.desk import status as at

from cases.domain.case.act import Decision
from cases.domain.case.extension.acts import Extension
from cases.domain.case.review.evolution import review_counted_from
from cases.domain.codes.values import (
    ExtensionGround,
    GoalKind,
    InForce,
    LabourMarketStatus,
    PlanKind,
    PlanOutcome,
    ResidenceGroup,
    ReviewHeldBy,
)
from cases.domain.law.edition import Law, TimelineEntry
from cases.domain.law.load import read_editions
from cases.domain.questions.current_plan import review_due

MADE_UP = Path(__file__).parent / "made-up.toml"
SHIPPED = list(files("cases.domain.law").joinpath("editions").iterdir())
EDITIONS, REPEALED = read_editions([*SHIPPED, MADE_UP])
LAW = Law(
    editions=EDITIONS,
    repealed=REPEALED,
    timeline=(TimelineEntry(edition="900/2030", applies_from=date(2025, 1, 1)),),
)
DRAWN_UP = date(2025, 3, 3)
YEAR_AND_A_HALF = date(2026, 9, 3)
MAXIMUM = date(2029, 3, 3)
A_DAY = timedelta(days=1)
SOCIETY = goals(GoalKind.SOCIETY)
JUNE = date(2025, 6, 2)


def employed(born: date = date(1992, 3, 14), granted: date = date(2021, 2, 10)) -> Desk:
    desk = Desk(LAW)
    desk.does(open_case(date_of_birth=born), OPENED)
    desk.does(residence(granted), OPENED)
    desk.does(at(LabourMarketStatus.EMPLOYED, OPENED), OPENED)
    return desk


def planned(born: date = date(1992, 3, 14)) -> Desk:
    desk = employed(born)
    desk.does(start("14.1.9"), date(2025, 2, 10))
    desk.does(complete(desk), date(2025, 2, 24))
    act = draw_up(DRAWN_UP, YEAR_AND_A_HALF, review_on=JUNE, goals=SOCIETY)
    desk.does(act, DRAWN_UP)
    return desk


def to_the_maximum(born: date = date(1992, 3, 14)) -> Desk:
    """A jobseeker's second plan until 3.3.2029; studies have gone on since 1.9.2028."""
    desk = planned(born)
    day = date(2026, 8, 3)
    desk.does(at(LabourMarketStatus.JOBSEEKER, day), day)
    act = draw_up(
        YEAR_AND_A_HALF + A_DAY,
        MAXIMUM,
        review_on=date(2026, 11, 2),
        # Of a jobseeker it demands no goal of work.
        goals=SOCIETY,
        job_search_obligation="Two jobs a month",
        measures=(STUDIES, TRAINING),
    )
    desk.does(act, day)
    desk.does(start_studies(desk.plan, date(2028, 9, 1)), date(2028, 9, 1))
    return desk


pytestmark = pytest.mark.guarantee("LW-11")


def test_the_file_is_all_that_an_edition_is() -> None:
    assert LAW.on(DRAWN_UP).id == "900/2030"
    package = Path(str(files("cases")))
    assert not [p for p in package.rglob("*.py") if "900/2030" in p.read_text("utf-8")]


def test_its_grounds_and_its_window_of_five_years() -> None:
    day = date(2026, 2, 10)
    assert isinstance(employed().asks(start("14.1.9"), day), Decision)
    outcome = employed().asks(start("14.1.9"), day + A_DAY)
    assert refused(outcome) == [("assessment-window", "14.1", day)]
    for unknown in ("14.1.1", "14.1.4"):
        outcome = employed().asks(start(unknown), day)
        assert refused(outcome) == [("ground-of-the-edition", "14.1", None)]
    exempt = employed()
    exempt.does(residence(date(2019, 1, 1), ResidenceGroup.QUOTA_REFUGEE), OPENED)
    exempt.does(residence(date(2025, 1, 1), ResidenceGroup.QUOTA_REFUGEE), OPENED)
    assert isinstance(exempt.asks(start("14.1.9"), day + A_DAY), Decision)


def test_its_age_limit_of_20() -> None:
    for born, lawful in ((date(2005, 2, 10), False), (date(2005, 2, 11), True)):
        desk = employed(born)
        young = residence(date(2024, 9, 16), ResidenceGroup.YOUNG_WITHOUT_GUARDIAN)
        desk.does(young, OPENED)
        outcome = desk.asks(start_together("15.1.9"), date(2025, 2, 10))
        assert isinstance(outcome, Decision) is lawful


def test_no_plan_needs_no_reasons() -> None:
    desk = employed()
    desk.does(start("14.1.9"), date(2025, 2, 10))
    act = complete(desk, outcome=PlanOutcome.NO_PLAN)
    assert isinstance(desk.asks(act, date(2025, 2, 24)), Decision)


def test_a_first_plan_of_a_year_and_a_half_within_four_years_at_their_own_places() -> None:
    desk = employed()
    desk.does(start("14.1.9"), date(2025, 2, 10))
    desk.does(complete(desk), date(2025, 2, 24))
    act = draw_up(DRAWN_UP, MAXIMUM + A_DAY, review_on=date(2025, 6, 4), goals=SOCIETY)
    assert refused(desk.asks(act, DRAWN_UP)) == [
        ("first-plan", "40.2", YEAR_AND_A_HALF),
        ("all-plans", "40.1", MAXIMUM),
        ("review-due", "41", date(2025, 6, 3)),
    ]
    decision = desk.asks(draw_up(DRAWN_UP, YEAR_AND_A_HALF, review_on=date(2025, 6, 3)), DRAWN_UP)
    assert ("goals", "18", ("SOCIETY",)) in rule_log(decision)


def test_reviews_each_three_months_and_guidance_within_two() -> None:
    desk = planned()
    decision = desk.does(guide(desk.plan, *desk.measures), date(2025, 4, 1))
    assert rule_log(decision) == [("guidance-to-services", "20.5", "2025-05-05")]
    outcome = desk.asks(review(desk.plan, next_on=date(2025, 9, 3)), JUNE)
    assert refused(outcome) == [("review-due", "41", date(2025, 9, 2))]
    desk.does(review(desk.plan, next_on=date(2025, 9, 2)), JUNE)


def test_a_review_of_ones_own_services_restarts_the_three_months() -> None:
    desk = planned()
    to = switch(
        desk.plan,
        PlanKind.MULTISECTORAL,
        JUNE,
        MAXIMUM,
        review_on=date(2025, 9, 2),
        goals=SOCIETY,
    )
    decision = desk.does(to, JUNE)
    assert ("switched-to-other-kind", "43") in [(r, s) for r, s, _ in rule_log(decision)]
    limited = review(
        desk.plan,
        next_on=date(2025, 10, 1),
        held_by=ReviewHeldBy.WELFARE_AREA,
        limited_to=desk.measures[1:],
    )
    day = date(2025, 7, 1)
    decision = desk.does(limited, day, by=POHJANMAA)
    assert ("own-services-only", "42.2", True) in rule_log(decision)
    plan = desk.state.plans[-1]
    counted = review_counted_from(desk.state.reviews, plan, day, limited_restarts=True)
    assert counted == day
    due = review_due(desk.state, plan, LAW, day)
    assert due is not None
    assert due.value == date(2025, 10, 1)
    alone = desk.asks(review(desk.plan, next_on=date(2025, 10, 1)), day)
    assert refused(alone) == [("reviewed-together", "42.1", None)]
    assert REHABILITATION.provider == POHJANMAA.id


def test_its_extensions_what_is_an_obstacle_elsewhere_has_a_cap_of_half_a_year() -> None:
    desk = to_the_maximum()
    day = date(2028, 11, 1)
    bare = Extension(ground=ExtensionGround.COMPARABLE_REASON, until=date(2029, 9, 4))
    assert refused(desk.asks(extend(desk.plan, bare), day)) == [
        ("special-measures", "44.1", date(2029, 3, 3))
    ]
    measures = {"special_measures": ("Half pace",)}
    beyond = lengthen(ExtensionGround.COMPARABLE_REASON, date(2029, 9, 4), **measures)
    assert refused(desk.asks(extend(desk.plan, beyond), day)) == [
        ("extends-within-its-cap", "44.1", date(2029, 9, 3))
    ]
    half_a_year = lengthen(ExtensionGround.COMPARABLE_REASON, date(2029, 9, 3), **measures)
    desk.does(extend(desk.plan, half_a_year), day)
    desk.does(extend(desk.plan, obstacle(date(2028, 1, 10), date(2028, 1, 19))), day)
    studies = lengthen(ExtensionGround.STUDIES_UNDER_25, date(2031, 9, 13))
    for unknown in (ExtensionGround.LITTLE_EDUCATION, ExtensionGround.HOME_CARE_PART_TIME):
        outcome = desk.asks(extend(desk.plan, lengthen(unknown, date(2030, 3, 3))), day)
        assert refused(outcome) == [("extension-of-the-edition", "23.3", date(2029, 9, 13))]
    outcome = desk.asks(extend(desk.plan, studies), day)
    assert refused(outcome) == [("young-at-maximum", "44.3", date(2029, 9, 13))]
    young = to_the_maximum(born=date(1999, 3, 4))
    two_years = lengthen(ExtensionGround.STUDIES_UNDER_25, date(2031, 3, 3))
    decision = young.does(extend(young.plan, two_years), day)
    assert rule_log(decision)[-2:] == [
        ("all-plans", "40.1", "2029-03-03"),
        ("extension-for-studies", "44.3", "2031-03-03"),
    ]
    assert (desk.last_day(), young.last_day()) == (date(2029, 9, 13), date(2031, 3, 3))


def test_the_plan_goes_on_for_the_studies_from_30() -> None:
    day = date(2028, 11, 1)
    for born, lawful in ((date(1999, 3, 3), True), (date(1999, 3, 4), False)):
        desk = to_the_maximum(born)
        if lawful:
            decision = desk.does(continue_for_studies(desk.plan), day)
            assert {section for _, section, _ in rule_log(decision)} == {"45"}
            assert desk.in_force(MAXIMUM + A_DAY) is InForce.FOR_STUDIES_ONLY
        else:
            outcome = desk.asks(continue_for_studies(desk.plan), day)
            assert [rule for rule, _, _ in refused(outcome)] == ["grown-at-maximum"]
            assert pointers(outcome) == [None]


def test_the_data_are_erased_after_six_years() -> None:
    desk = planned()
    desk.does(end(desk.plan, JUNE), JUNE)
    decision = desk.asks(close(), JUNE + A_DAY)
    assert rule_log(decision) == [("erasure", "77", "2031-06-04")]
