"""Story 5 through HTTP, its half about guidance: recorded with consent, shown, withdrawn, gone."""

import pytest

from cases.app.cli.loading import play_into
from cases.app.settings import Settings
from cases.app.stories.model import Story, StoryCheck, parse_story, shipped_story
from cases.app.stories.report import Outcome, Report, as_lines

FIFTH = "5-guidance-move-and-protection"


def about(person: str, *changes: tuple[str, str]) -> Story:
    """The story, told of one of its people alone, and otherwise where it is changed."""
    text = shipped_story(FIFTH).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    story = parse_story(text, "story 5")
    acts = tuple(act for act in story.acts if act.about == person)
    checks = tuple(
        check for check in story.checks if isinstance(check, StoryCheck) and check.about == person
    )
    return story.model_copy(update={"acts": acts, "checks": checks})


def outcomes(report: Report, outcome: Outcome) -> list[str]:
    return [result.told for result in report.results if result.outcome is outcome]


@pytest.mark.guarantee("GU-1", "GU-3")
@pytest.mark.parametrize("calendar", [False, True], ids=["worker only", "with the calendar"])
def test_the_guidance_of_story_5_holds_whole(installation: Settings, calendar: bool) -> None:
    [report] = play_into(installation, [about("ivan")], calendar=calendar)

    told = "\n".join(as_lines(report))
    assert report.count(Outcome.HELD) == 10 + 4, told
    assert report.exit_code == 0, told


@pytest.mark.guarantee("GU-1")
@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        pytest.param(
            'refused: "decree:4.1", because: no consent',
            'refused: "decree:1.1", because: no consent',
            "recordGuidance about ivan by officer@vaasa, refused by decree:1.1",
            id="another rule refuses",
        ),
        pytest.param(
            "contains: [{needs: [Finding a Finnish course]}]",
            "contains: [{needs: [Finding a job]}]",
            "guidanceRecords of ivan on 2025-03-15",
            id="another need",
        ),
        pytest.param(
            "{date: 2025-03-15, ask: guidanceRecords, about: ivan, expect: {contains: "
            "[{needs: [Finding a Finnish course]}]}}",
            "{date: 2025-03-15, ask: guidanceRecords, about: ivan, expect: none}",
            "guidanceRecords of ivan on 2025-03-15",
            id="none before the withdrawal",
        ),
        pytest.param(
            "{date: 2025-04-11, ask: guidanceRecords, about: ivan, expect: none}",
            "{date: 2025-04-09, ask: guidanceRecords, about: ivan, expect: none}",
            "guidanceRecords of ivan on 2025-04-09",
            id="none on the day before",
        ),
    ],
)
def test_a_wrong_expectation_of_guidance_fails(
    installation: Settings, old: str, new: str, wrong: str
) -> None:
    [report] = play_into(installation, [about("ivan", (old, new))])

    assert outcomes(report, Outcome.FAILED) == [wrong], "\n".join(as_lines(report))
