"""14 and 15 §: the window and the grounds, in both editions that are lived under."""

from datetime import date

import pytest

from cases.domain.codes.values import (
    AssessmentKind,
    Benefit,
    LabourMarketStatus,
    ResidenceGroup,
)
from cases.domain.law.edition import Edition
from cases.domain.law.load import load_law
from cases.domain.law.section_14 import (
    GroundFacts,
    UnknownGround,
    section_14_ground,
    section_14_window,
)
from cases.domain.law.window import Arrival

LAW = load_law()
ENACTED = LAW.edition("681/2023")
IN_FORCE = LAW.edition("681/2023@2025")
BOTH = pytest.mark.parametrize("edition", [ENACTED, IN_FORCE], ids=lambda each: each.id)

JOBLESS = GroundFacts(labour_market_status=LabourMarketStatus.UNEMPLOYED_JOBSEEKER)
HOME_CARE = GroundFacts(benefits=frozenset({Benefit.CHILD_HOME_CARE_ALLOWANCE}))
ASSISTED = GroundFacts(benefits=frozenset({Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY}))
NOTHING_KNOWN = GroundFacts()


def of_group(group: ResidenceGroup, age: int | None = None) -> GroundFacts:
    return GroundFacts(group=group, age=age)


PROTECTED = of_group(ResidenceGroup.PROTECTION)
FAMILY = of_group(ResidenceGroup.FAMILY_OF_PROTECTION)
QUOTA = of_group(ResidenceGroup.QUOTA_REFUGEE)
TRAFFICKED = of_group(ResidenceGroup.VICTIM_OF_TRAFFICKING)
YOUNG = of_group(ResidenceGroup.YOUNG_WITHOUT_GUARDIAN, age=17)
OTHER = of_group(ResidenceGroup.OTHER)
EVERYONE = (
    JOBLESS,
    HOME_CARE,
    ASSISTED,
    NOTHING_KNOWN,
    PROTECTED,
    FAMILY,
    QUOTA,
    TRAFFICKED,
    YOUNG,
    OTHER,
)


@BOTH
@pytest.mark.guarantee("LW-4")
def test_14_1_window_is_three_years_from_the_first_right_to_stay_and_never_rolls(
    edition: Edition,
) -> None:
    # 4 March 2028 is a Saturday: a condition of eligibility stays on it
    arrival = Arrival(
        first_granted_on=date(2025, 3, 4),
        group=ResidenceGroup.OTHER,
        reached_on=date(2025, 4, 1),
    )
    window = section_14_window(edition, arrival)
    assert window.value == date(2028, 3, 4)
    assert window.line.model_dump() == {
        "rule": "assessment-window",
        "section": "14.1",
        "edition": edition.id,
        "inputs": {
            "firstGrantedOn": "2025-03-04",
            "group": "OTHER",
            "reachedOn": "2025-04-01",
            "period": "P3Y",
        },
        "result": "2028-03-04",
    }


@BOTH
@pytest.mark.guarantee("LW-6")
@pytest.mark.parametrize(
    ("group", "reached_on", "last"),
    [
        (ResidenceGroup.VICTIM_OF_TRAFFICKING, date(2018, 1, 2), None),
        (ResidenceGroup.VICTIM_OF_TRAFFICKING, date(2018, 1, 1), date(2018, 1, 1)),
        (ResidenceGroup.VICTIM_OF_TRAFFICKING, None, date(2018, 1, 1)),
        (ResidenceGroup.QUOTA_REFUGEE, date(2018, 1, 2), date(2018, 1, 1)),
    ],
)
def test_14_6_window_has_no_end_for_a_victim_of_trafficking_reached_later(
    edition: Edition, group: ResidenceGroup, reached_on: date | None, last: date | None
) -> None:
    granted = date(2015, 1, 1)
    arrival = Arrival(first_granted_on=granted, group=group, reached_on=reached_on)
    window = section_14_window(edition, arrival)
    assert window.value == last
    assert window.line.result == ("exempt" if last is None else "2018-01-01")


@BOTH
def test_14_1_window_ends_also_when_the_group_is_not_known(edition: Edition) -> None:
    arrival = Arrival(first_granted_on=date(2024, 2, 29))
    assert section_14_window(edition, arrival).value == date(2027, 2, 28)


HOLDS_FOR = {
    "681/2023": {
        "14.1.1": {JOBLESS},
        "14.1.2": {PROTECTED, FAMILY, QUOTA},
        "14.1.3": {HOME_CARE},
        "14.1.4": set(EVERYONE),
        "15.1.1": {QUOTA},
        "15.1.2": {YOUNG},
        "15.1.3": {TRAFFICKED},
        "15.1.4": {ASSISTED},
        "15.1.5": set(EVERYONE),
        "15.2": set(),
    },
    "681/2023@2025": {
        "14.1.1": {JOBLESS},
        "14.1.2": {PROTECTED, FAMILY, QUOTA},
        "14.1.3": {HOME_CARE},
        "14.1.4": set(EVERYONE),
        "14.1.5": {ASSISTED},
        "14.1.6": {YOUNG},
        "14.1.7": {TRAFFICKED},
    },
}


@BOTH
@pytest.mark.guarantee("LW-6")
def test_14_1_and_15_1_each_ground_holds_for_those_it_names_and_nobody_else(
    edition: Edition,
) -> None:
    found = {
        ground.id: {
            known for known in EVERYONE if section_14_ground(edition, ground.id, known).value
        }
        for ground in edition.grounds
    }
    assert found == HOLDS_FOR[edition.id]


@BOTH
@pytest.mark.guarantee("LW-6")
def test_14_1_grounds_are_ordinary_and_15_1_grounds_multisectoral(edition: Edition) -> None:
    for ground in edition.grounds:
        multisectoral = ground.id.startswith("15.")
        assert (ground.kind is AssessmentKind.MULTISECTORAL) == multisectoral


@pytest.mark.guarantee("LW-6")
@pytest.mark.parametrize(
    ("edition", "ground", "last_age"), [(ENACTED, "15.1.2", 24), (IN_FORCE, "14.1.6", 22)]
)
def test_2_6_the_young_are_under_25_as_enacted_and_under_23_in_force(
    edition: Edition, ground: str, last_age: int
) -> None:
    group = ResidenceGroup.YOUNG_WITHOUT_GUARDIAN
    assert section_14_ground(edition, ground, of_group(group, last_age)).value
    assert not section_14_ground(edition, ground, of_group(group, last_age + 1)).value
    assert not section_14_ground(edition, ground, of_group(group, None)).value
    assert not section_14_ground(edition, ground, of_group(ResidenceGroup.OTHER, last_age)).value


def test_15_2_holds_when_the_ordinary_assessment_has_shown_the_need() -> None:
    shown = GroundFacts(ordinary_shows_need=True)
    assert section_14_ground(ENACTED, "15.2", shown).value
    assert not section_14_ground(ENACTED, "15.1.1", shown).value


@pytest.mark.guarantee("LW-6")
@pytest.mark.parametrize(
    ("edition", "ground"),
    [(IN_FORCE, "15.1.1"), (ENACTED, "14.1.5"), (ENACTED, "14.1"), (IN_FORCE, "")],
)
def test_14_1_a_ground_of_another_edition_is_unknown(edition: Edition, ground: str) -> None:
    with pytest.raises(UnknownGround):
        section_14_ground(edition, ground, QUOTA)


def test_14_1_the_line_names_the_ground_as_its_section_and_what_was_known() -> None:
    known = GroundFacts(
        labour_market_status=LabourMarketStatus.UNEMPLOYED_JOBSEEKER,
        group=ResidenceGroup.OTHER,
        benefits=frozenset(Benefit),
        age=31,
    )
    line = section_14_ground(ENACTED, "14.1.1", known).line
    assert line.model_dump() == {
        "rule": "assessment-ground",
        "section": "14.1.1",
        "edition": "681/2023",
        "inputs": {
            "ground": "14.1.1",
            "assessmentKind": "ORDINARY",
            "labourMarketStatus": "UNEMPLOYED_JOBSEEKER",
            "group": "OTHER",
            "benefits": ("CHILD_HOME_CARE_ALLOWANCE", "SOCIAL_ASSISTANCE_NOT_TEMPORARY"),
            "age": 31,
            "byJudgement": False,
            "ordinaryShowsNeed": False,
        },
        "result": True,
    }
