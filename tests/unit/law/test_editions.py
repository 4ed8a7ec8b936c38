"""The editions as data: what each says, how a broken one is refused, which one applies when."""

import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from cases.domain.codes.values import (
    AssessmentKind,
    ExtensionGround,
    OrganisationKind,
    PlanKind,
    ResidenceGroup,
)
from cases.domain.law import load
from cases.domain.law.edition import (
    BrokenTimeline,
    CountedFrom,
    DurationRules,
    Edition,
    NoEdition,
    WantedInPlan,
)
from cases.domain.law.load import BrokenEdition, load_law, read_editions
from cases.domain.law.register import Rule
from cases.domain.time import Period

FOLDER = Path(load.__file__).parent / "editions"
FILES = sorted(FOLDER.glob("*.toml"))
LAW = load_law()
ENACTED = LAW.edition("681/2023")
IN_FORCE = LAW.edition("681/2023@2025")
OLD = LAW.durations("1386/2010")
BETWEEN_THE_KINDS = (
    Rule.MULTISECTORAL_ASSESSMENT_DUE,
    Rule.ORDINARY_PLAN_INSTEAD,
    Rule.REVIEWED_TOGETHER,
    Rule.OWN_SERVICES_ONLY,
    Rule.SWITCHED_TO_OTHER_KIND,
)
REPEALED = re.compile(r"(15|17|21)(\..+)?|22\.[3-9]")
BOTH = pytest.mark.parametrize("edition", [ENACTED, IN_FORCE], ids=lambda each: each.id)


@pytest.mark.guarantee("LW-6")
def test_as_enacted_there_are_two_kinds_of_assessment_two_of_plan_and_a_family_plan() -> None:
    assert ENACTED.assessment_kinds == (AssessmentKind.ORDINARY, AssessmentKind.MULTISECTORAL)
    assert ENACTED.plan_kinds == (PlanKind.INTEGRATION, PlanKind.MULTISECTORAL)
    assert [each.section for each in ENACTED.assessments] == ["14", "15"]
    assert [each.section for each in ENACTED.plans] == ["16.1", "17.1"]
    assert ENACTED.family_plan is not None
    assert ENACTED.family_plan.consent_of == "EACH_GUARDIAN"
    assert ENACTED.multisectoral
    assert ENACTED.after_ordinary_assessment == "15.2"
    places = {rule: ENACTED.section(rule) for rule in BETWEEN_THE_KINDS}
    assert places == {
        Rule.MULTISECTORAL_ASSESSMENT_DUE: "15.3",
        Rule.ORDINARY_PLAN_INSTEAD: "17.2",
        Rule.REVIEWED_TOGETHER: "22.2",
        Rule.OWN_SERVICES_ONLY: "22.3",
        Rule.SWITCHED_TO_OTHER_KIND: "22.4",
    }
    assert ENACTED.young_without_guardian_under_age == 25


@pytest.mark.guarantee("LW-6")
def test_in_force_there_is_one_kind_of_each_and_no_family_plan() -> None:
    assert IN_FORCE.assessment_kinds == (AssessmentKind.ORDINARY,)
    assert IN_FORCE.plan_kinds == (PlanKind.INTEGRATION,)
    assert IN_FORCE.family_plan is None
    assert not IN_FORCE.multisectoral
    assert IN_FORCE.after_ordinary_assessment is None
    assert IN_FORCE.young_without_guardian_under_age == 23


@pytest.mark.guarantee("LW-6")
def test_no_rule_is_cited_from_a_section_that_the_law_in_force_has_no_more() -> None:
    assert REPEALED.fullmatch(ENACTED.section(Rule.SWITCH_OF_THE_EDITION))
    assert [rule for rule in Rule if REPEALED.fullmatch(IN_FORCE.section(rule))] == []
    assert not [g.id for g in IN_FORCE.grounds if REPEALED.fullmatch(g.id)]


@BOTH
@pytest.mark.guarantee("LW-6")
def test_both_editions_say_the_same_of_periods_goals_content_and_old_plans(
    edition: Edition,
) -> None:
    assert str(edition.window.period) == "P3Y"
    assert edition.window.exempt_if_reached_later == (ResidenceGroup.VICTIM_OF_TRAFFICKING,)
    assert str(edition.first_plan) == "P1Y"
    assert str(edition.all_plans.period) == "P2Y"
    assert edition.all_plans.counted_from is CountedFrom.DRAWING_UP
    assert str(edition.review_interval) == "P6M"
    assert str(edition.guidance_to_services) == "P1M"
    assert str(edition.erasure) == "P4Y"
    assert edition.goals == ENACTED.goals
    assert edition.goals.young_under_age == 25
    assert set(edition.plan_content) == set(WantedInPlan)
    assert edition.no_plan_needs_reasons
    assert edition.old_plans.before == date(2025, 1, 1)
    assert edition.old_plans.durations_of == "1386/2010"
    assert edition.readings == ENACTED.readings


@BOTH
@pytest.mark.guarantee("LW-6")
def test_23_3_23_4_and_31_extensions_and_the_continuation(edition: Edition) -> None:
    by_ground = {
        ground: (each.section, each.at_most and str(each.at_most), each.under_age)
        for each in edition.extensions
        for ground in each.grounds
    }
    assert by_ground == {
        ExtensionGround.LITTLE_EDUCATION: ("23.3", "P2Y", None),
        ExtensionGround.MULTISECTORAL_NEED: ("23.3", "P2Y", None),
        ExtensionGround.HOME_CARE_PART_TIME: ("23.3", "P2Y", None),
        ExtensionGround.ILLNESS_OR_INJURY: ("23.4", None, None),
        ExtensionGround.PREGNANCY_OR_PARENTAL_LEAVE: ("23.4", None, None),
        ExtensionGround.COMPARABLE_REASON: ("23.4", None, None),
        ExtensionGround.STUDIES_UNDER_25: ("31.1", "P1Y", 25),
    }
    by_measures = edition.extension(ExtensionGround.LITTLE_EDUCATION)
    assert by_measures is not None
    assert by_measures.special_measures_for == (
        ExtensionGround.LITTLE_EDUCATION,
        ExtensionGround.MULTISECTORAL_NEED,
    )
    assert edition.continuation.sections == ("31.2", "31.3")
    assert edition.continuation.from_age == 25


@pytest.mark.guarantee("LW-6")
def test_102_4_recording_is_compulsory_from_2027_for_those_the_edition_names() -> None:
    for edition in (ENACTED, IN_FORCE):
        assert edition.compulsory_recording.from_day == date(2027, 1, 1)
    named = {OrganisationKind.MUNICIPALITY, OrganisationKind.DEVELOPMENT_CENTRE}
    assert set(IN_FORCE.compulsory_recording.organisations) == named
    assert set(ENACTED.compulsory_recording.organisations) == named | {
        OrganisationKind.WELFARE_AREA
    }


@pytest.mark.guarantee("LW-6")
def test_1386_2010_only_its_durations_three_years_from_signing() -> None:
    assert type(OLD) is DurationRules
    assert str(OLD.first_plan) == "P1Y"
    assert str(OLD.all_plans.period) == "P3Y"
    assert OLD.all_plans.counted_from is CountedFrom.SIGNING
    special = OLD.extension(ExtensionGround.LITTLE_EDUCATION)
    assert special is not None
    assert special.at_most == Period.parse("P2Y")
    assert OLD.extension(ExtensionGround.STUDIES_UNDER_25) is None


@BOTH
def test_an_edition_reads_back_from_what_it_is_shown_as(edition: Edition) -> None:
    # What it cites stands in another file, and is shown there.
    alone = edition.old_plans.model_copy(update={"rules": None})
    shown = edition.model_copy(update={"old_plans": alone})
    assert Edition.model_validate_json(edition.model_dump_json()) == shown


def test_an_edition_may_have_a_rule_in_another_place() -> None:
    moved = ENACTED.model_copy(update={"sections": {Rule.ALL_PLANS: "24.1"}})
    assert moved.section(Rule.ALL_PLANS) == "24.1"
    assert moved.section(Rule.FIRST_PLAN) == "23.2"


TIMELINE = (("681/2023", date(2025, 1, 1)), ("681/2023@2025", date(2026, 7, 1)))


@pytest.mark.guarantee("LW-1")
def test_the_edition_that_applies_is_that_of_the_legal_day_to_the_day() -> None:
    law = load_law(TIMELINE)
    assert law.on(date(2025, 1, 1)).id == "681/2023"
    assert law.on(date(2026, 6, 30)).id == "681/2023"
    assert law.on(date(2026, 7, 1)).id == "681/2023@2025"
    assert law.on(date(2199, 12, 31)).id == "681/2023@2025"


@pytest.mark.guarantee("LW-1")
def test_before_the_first_day_of_the_timeline_no_edition_applies() -> None:
    with pytest.raises(NoEdition):
        LAW.on(date(2024, 12, 31))
    assert LAW.on(date(2025, 1, 1)) == ENACTED


def test_an_edition_outside_the_timeline_is_known_by_its_id_and_others_are_not() -> None:
    assert LAW.edition("681/2023@2025").id not in {each.edition for each in LAW.timeline}
    assert LAW.durations("681/2023") == ENACTED
    with pytest.raises(NoEdition):
        LAW.edition("1386/2010")
    with pytest.raises(NoEdition):
        LAW.durations("1/1900")


@pytest.mark.guarantee("LW-2")
@pytest.mark.parametrize(
    ("timeline", "reason"),
    [
        ((), "at least one"),
        ((("681/2024", date(2025, 1, 1)),), "681/2024"),
        ((("1386/2010", date(2011, 9, 1)),), "1386/2010"),
        (TIMELINE[::-1], "later day"),
        ((TIMELINE[0], TIMELINE[0]), "later day"),
    ],
)
def test_a_wrong_timeline_is_refused(timeline: tuple[tuple[str, date], ...], reason: str) -> None:
    with pytest.raises(BrokenTimeline, match=reason):
        load_law(timeline)


def copies(folder: Path, change: tuple[str, str] | None = None) -> list[Path]:
    """The shipped files in a folder of the test's own, one passage of 681-2023 exchanged."""
    for file in FILES:
        text = file.read_text("utf-8")
        if change is not None and file.name == "681-2023.toml":
            assert change[0] in text
            text = text.replace(change[0], change[1], 1)
        (folder / file.name).write_text(text, "utf-8")
    return sorted(folder.glob("*.toml"))


@pytest.mark.guarantee("LW-2")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (('first_plan = "P1Y"', 'first_plan = "one year"'), "first_plan"),
        (('first_plan = "P1Y"', 'first_plan = "P3Y"'), "outlast"),
        (('first_plan = "P1Y"', 'first_plan = "P1Y"\nsecond_plan = "P1Y"'), "second_plan"),
        (('erasure = "P4Y"', ""), "erasure"),
        (('erasure = "P4Y"', "erasure = P4Y"), "line"),
        (('scope = "EDITION"', ""), "scope"),
        (('id = "14.1.2"', 'id = "14.1.1"'), "twice"),
        (('statuses = ["UNEMPLOYED_JOBSEEKER"]', ""), "never hold"),
        (('statuses = ["UNEMPLOYED_JOBSEEKER"]', 'statuses = ["IDLE"]'), "statuses"),
        (("under_age = 25\n", "under_age = 24\n"), "age limit"),
        (('durations_of = "1386/2010"', 'durations_of = "1/1900"'), "1/1900"),
        (('id = "681/2023"', 'id = "681/2023@2025"'), "twice"),
        (('"COMPARABLE_REASON"]', '"LITTLE_EDUCATION"]'), "twice"),
        (('term.sv = "integrationsplan"', 'term.sv = ""'), "sv"),
        (('counted_from = "DRAWING_UP"', 'counted_from = "SIGNING"'), "repealed Act"),
        (
            ('kind = "MULTISECTORAL"\nsection = "17.1"', 'kind = "INTEGRATION"\nsection = "17.1"'),
            "come together",
        ),
        (("[[assessments]]", '[sections]\nrule-nobody-has = "1"\n[[assessments]]'), "rule-nobody"),
    ],
)
def test_a_broken_data_file_is_refused_by_name_and_reason(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    with pytest.raises(BrokenEdition, match=reason):
        read_editions(copies(tmp_path, change))


def test_the_shipped_files_read_from_anywhere(tmp_path: Path) -> None:
    editions, repealed = read_editions(copies(tmp_path))
    assert [each.id for each in editions] == ["681/2023", "681/2023@2025"]
    assert repealed == (OLD,)


def test_a_line_holds_nothing_but_plain_values() -> None:
    with pytest.raises(ValidationError):
        ENACTED.line(Rule.ERASURE, {"who": object()}, None)
