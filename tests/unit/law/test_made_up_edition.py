"""An edition is data: a desk works under an Act nobody has passed, and no code knows it."""

from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from tests.acts import (
    close,
    complete,
    continue_for_studies,
    draw_up,
    draw_up_together,
    end,
    extend,
    goals,
    guide,
    lengthen,
    obstacle,
    open_case,
    residence,
    review,
    start,
    start_studies,
    start_together,
    switch,
)
from tests.acts import status as at
from tests.desk import (
    OPENED,
    POHJANMAA,
    REHABILITATION,
    STUDIES,
    TRAINING,
    Desk,
    pointers,
    refused,
    rule_log,
)
from tests.standing import planned as ordinary

from cases.domain.case.act import Decision
from cases.domain.case.assessment.acts import Departure, ForgoAssessment
from cases.domain.case.extension.acts import Extension
from cases.domain.case.review.evolution import review_counted_from
from cases.domain.codes.terms import Language
from cases.domain.codes.values import (
    ExtensionGround,
    GoalKind,
    InForce,
    LabourMarketStatus,
    OrganisationKind,
    PlanKind,
    PlanOutcome,
    RecordItem,
    ResidenceGroup,
    ReviewHeldBy,
)
from cases.domain.law.edition import CountedFrom, Law, TimelineEntry
from cases.domain.law.load import read_editions
from cases.domain.law.maximum import FirstPlan, maximum
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.current_plan import current_plan, review_due
from cases.domain.questions.dues import dues
from cases.domain.questions.explanation import explanation
from cases.domain.questions.repository_record import gaps, repository_record

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
GROUND = "61.2.12"
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
    desk.does(start(GROUND), date(2025, 2, 10))
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
    assert isinstance(employed().asks(start(GROUND), day), Decision)
    outcome = employed().asks(start(GROUND), day + A_DAY)
    assert refused(outcome) == [("assessment-window", "14.1", day)]
    for unknown in ("14.1.1", "14.1.4"):
        outcome = employed().asks(start(unknown), day)
        assert refused(outcome) == [("ground-of-the-edition", "14.1", None)]
    exempt = employed()
    exempt.does(residence(date(2019, 1, 1), ResidenceGroup.QUOTA_REFUGEE), OPENED)
    exempt.does(residence(date(2025, 1, 1), ResidenceGroup.QUOTA_REFUGEE), OPENED)
    assert isinstance(exempt.asks(start(GROUND), day + A_DAY), Decision)


def test_its_age_limit_of_20() -> None:
    for born, lawful in ((date(2005, 2, 10), False), (date(2005, 2, 11), True)):
        desk = employed(born)
        young = residence(date(2024, 9, 16), ResidenceGroup.YOUNG_WITHOUT_GUARDIAN)
        desk.does(young, OPENED)
        outcome = desk.asks(start_together("62.1.9"), date(2025, 2, 10))
        assert isinstance(outcome, Decision) is lawful


def test_no_plan_needs_no_reasons() -> None:
    desk = employed()
    desk.does(start(GROUND), date(2025, 2, 10))
    act = complete(desk, outcome=PlanOutcome.NO_PLAN)
    assert isinstance(desk.asks(act, date(2025, 2, 24)), Decision)


def test_a_first_plan_of_a_year_and_a_half_within_four_years_at_their_own_places() -> None:
    desk = employed()
    desk.does(start(GROUND), date(2025, 2, 10))
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


# at other places ----------------------------------------------------------------------------------


def in_need(together: bool = True) -> Desk:
    """An ordinary assessment has shown that services must be coordinated; a plan may be made."""
    desk = employed()
    desk.does(start(GROUND), date(2025, 2, 10))
    desk.does(complete(desk, coordination_needed=True), date(2025, 2, 12))
    if together:
        desk.does(start_together("62.2"), date(2025, 2, 13))
        desk.does(complete(desk), date(2025, 2, 24))
    return desk


def young() -> Desk:
    desk = employed(born=date(2009, 2, 10))
    group = residence(date(2024, 9, 16), ResidenceGroup.YOUNG_WITHOUT_GUARDIAN)
    desk.does(group, OPENED)
    return desk


def test_an_ordinary_assessment_opens_the_ground_it_says() -> None:
    desk = in_need(together=False)
    assert isinstance(desk.asks(start_together("62.2"), date(2025, 2, 13)), Decision)
    day = date(2025, 2, 13)
    outcome = desk.asks(start_together("15.2"), day)
    assert refused(outcome) == [
        ("ground-of-the-edition", "14.1", None),
    ]
    outcome = desk.asks(start_together("62.2", participants=()), day)
    assert refused(outcome) == [("assessed-with-welfare-area", "62.3", None)]
    outcome = desk.asks(start_together(GROUND), day)
    assert ("ground-of-the-kind", "62.1", None) in refused(outcome)


def test_an_ordinary_assessment_instead_on_the_edition_s_own_grounds() -> None:
    day = date(2025, 2, 10)
    departure = Departure(section="62.5", reason="No need of health services")
    desk = young()
    decision = desk.asks(start("62.1.9", departure=departure), day)
    assert ("multisectoral-assessment-due", "62.5", True) in rule_log(decision)
    desk.does(start("62.1.9", departure=departure), day)
    elsewhere = Departure(section="15.3", reason="No need of health services")
    outcome = young().asks(start("62.1.9", departure=elsewhere), day)
    assert refused(outcome) == [("departure-of-the-edition", "62.5", None)]
    assert pointers(outcome) == ["/departure/section"]


def test_what_may_be_forgone_is_what_its_multisectoral_grounds_make_due() -> None:
    day = date(2025, 2, 10)
    forgo = ForgoAssessment(ground="62.1.9", reason="A plan of child welfare")
    decision = young().asks(forgo, day)
    assert rule_log(decision)[0] == ("assessment-not-needed", "62.4", True)
    for ground in (GROUND, "62.2"):
        outcome = young().asks(forgo.model_copy(update={"ground": ground}), day)
        assert ("ground-of-the-kind", "62.1", None) in refused(outcome)
    for unknown in ("15.1.2", "7 b.1"):
        outcome = young().asks(forgo.model_copy(update={"ground": unknown}), day)
        assert refused(outcome) == [("ground-of-the-edition", "14.1", None)]


def test_the_plan_departs_and_switches_by_its_places() -> None:
    desk = in_need()
    act = draw_up(DRAWN_UP, YEAR_AND_A_HALF, review_on=JUNE, goals=SOCIETY)
    assert refused(desk.asks(act, DRAWN_UP)) == [("ordinary-plan-instead", "71.2", None)]
    desk = planned()
    to = switch(
        desk.plan, PlanKind.INTEGRATION, JUNE, MAXIMUM, review_on=date(2025, 9, 2), goals=SOCIETY
    )
    assert ("switched-to-other-kind", "43", None) in refused(desk.asks(to, JUNE))
    together = draw_up_together(DRAWN_UP, YEAR_AND_A_HALF, review_on=JUNE, goals=SOCIETY)
    desk = employed()
    desk.does(start(GROUND), date(2025, 2, 10))
    desk.does(complete(desk), date(2025, 2, 24))
    outcome = desk.asks(together, DRAWN_UP)
    assert refused(outcome) == [("multisectoral-after-assessment", "71.1", None)]


def test_a_jobseeker_s_plan_says_nothing_of_looking_for_work_where_nothing_wants_it() -> None:
    desk = employed()
    desk.does(at(LabourMarketStatus.UNEMPLOYED_JOBSEEKER, date(2025, 2, 20)), date(2025, 2, 20))
    desk.does(start(GROUND), date(2025, 2, 10), today=date(2025, 2, 20))
    desk.does(complete(desk), date(2025, 2, 24))
    act = draw_up(DRAWN_UP, YEAR_AND_A_HALF, review_on=JUNE, goals=SOCIETY)
    assert isinstance(desk.asks(act, DRAWN_UP), Decision)
    assert LAW.on(DRAWN_UP).plan_content == ()


def due(desk: Desk) -> list[tuple[str, str, date | None]]:
    return [(each.kind.value, each.section, each.by) for each in dues(desk.state, LAW)]


def test_what_is_due_is_due_under_its_sections() -> None:
    assert due(employed()) == [("ASSESSMENT_TO_START", "60.1", date(2026, 2, 10))]
    assert due(in_need(together=False)) == [
        ("ASSESSMENT_TO_START", "62.2", None),
        ("PLAN_TO_DRAW_UP", "70.2", date(2026, 2, 10)),
    ]
    exempt = employed()
    exempt.does(residence(date(2019, 1, 1), ResidenceGroup.QUOTA_REFUGEE), OPENED)
    exempt.does(residence(date(2025, 1, 1), ResidenceGroup.QUOTA_REFUGEE), OPENED)
    exempt.does(start(GROUND), date(2025, 2, 10))
    exempt.does(complete(exempt), date(2025, 2, 24))
    assert due(exempt) == [("PLAN_TO_DRAW_UP", "70.3", None)]
    assert due(planned()) == [
        ("GUIDANCE_TO_SERVICES", "20.5", date(2025, 5, 5)),
        ("REVIEW", "41", date(2025, 6, 3)),
        ("PLAN_ENDING", "40.3", YEAR_AND_A_HALF),
    ]


def test_the_plan_and_its_dates_are_explained_by_its_sections() -> None:
    desk = planned()
    asked = known(desk.facts, AsOf(valid_on=JUNE))
    plan = current_plan(asked, LAW).plan
    assert plan is not None
    assert plan.sections == ("70.1", "40.1")
    told = explanation(asked, LAW, Language.EN)
    dates = (told.maximum_until, told.valid_until, told.next_review_due)
    assert [(each.date, each.sections) for each in dates if each] == [
        (MAXIMUM, ("40.1",)),
        (YEAR_AND_A_HALF, ("40.3",)),
        (date(2025, 6, 3), ("41",)),
    ]


def test_the_same_case_is_judged_otherwise_under_it() -> None:
    """A what-if: a case that was decided under the Act as enacted."""
    desk = ordinary()
    asked = known(desk.facts, AsOf(valid_on=JUNE))
    enacted, other = (
        current_plan(asked, law).plan for law in (LAW.under("681/2023"), LAW.under("900/2030"))
    )
    assert enacted is not None
    assert other is not None
    assert (enacted.maximum_until, enacted.next_review_due) == (
        date(2027, 3, 3),
        date(2025, 9, 3),
    )
    assert (other.maximum_until, other.next_review_due) == (MAXIMUM, date(2025, 6, 3))
    assert (enacted.sections, other.sections) == (("16.1", "23.2"), ("70.1", "40.1"))


def test_plans_of_a_repealed_act_are_counted_from_the_day_it_says() -> None:
    """Of another repealed Act, whose plans nobody signed for their time to run."""
    edition = LAW.on(DRAWN_UP)
    first = FirstPlan(drawn_up_on=date(2024, 3, 4), signed_on=date(2024, 3, 20))
    assert maximum(edition, first).until == date(2027, 3, 20)
    old = edition.old_durations
    counted = old.all_plans.model_copy(update={"counted_from": CountedFrom.DRAWING_UP})
    rules = old.model_copy(update={"all_plans": counted})
    plans = edition.old_plans.model_copy(update={"rules": rules})
    other = edition.model_copy(update={"old_plans": plans})
    assert maximum(other, first).until == date(2027, 3, 4)


def test_the_record_is_asked_for_by_its_places_and_wants_what_it_wants() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=date(2025, 9, 2)), JUNE)
    asked = known(desk.facts, AsOf(valid_on=JUNE))
    told = repository_record(asked, LAW, Language.EN)
    sections = [(part.kind.value, {each.section for each in part.items}) for part in told.parts]
    assert sections == [
        ("ASSESSMENT", {"decree:9.1", "60.2"}),
        ("PLAN", {"decree:9.2"}),
        ("REVIEW", {"decree:9.3"}),
    ]
    assert told.compulsory_for == (OrganisationKind.MUNICIPALITY,)
    asked_for = {each.item for part in told.parts for each in part.items}
    assert RecordItem.RIGHTS_AND_DUTIES not in asked_for
    no_reasons = employed()
    no_reasons.does(start(GROUND), date(2025, 2, 10))
    none = complete(no_reasons, outcome=PlanOutcome.NO_PLAN)
    no_reasons.does(none, date(2025, 2, 24))
    assert RecordItem.PLAN_TIME not in {gap.item for gap in gaps(no_reasons.state, LAW)}
    elsewhere = {gap.item for gap in gaps(no_reasons.state, LAW.under("681/2023"))}
    assert RecordItem.PLAN_TIME in elsewhere


def test_a_next_review_that_was_not_agreed_is_missing_where_one_is_due_sooner() -> None:
    desk = ordinary()
    desk.does(review(desk.plan, next_on=date(2025, 11, 3)), date(2025, 9, 1))
    desk.does(review(desk.plan, next_on=None), date(2025, 11, 3))
    missing = [
        RecordItem.NEXT_REVIEW in {gap.item for gap in gaps(desk.state, LAW.under(edition))}
        for edition in ("681/2023", "900/2030")
    ]
    assert missing == [False, True]
