"""Stories 2 and 3 through HTTP: which entries hold, and which are not supported yet, and why."""

import pytest

from cases.app.cli.loading import play_into
from cases.app.settings import Settings
from cases.app.stories.model import read_story, shipped_story
from cases.app.stories.report import Outcome, Report, as_lines

FEEDS = "feeds are not supported yet"


def not_supported(report: Report) -> dict[str, str | None]:
    """By entry, why it is not supported yet."""
    return {r.entry: r.reason for r in report.results if r.outcome is Outcome.NOT_SUPPORTED}


def unheard_of(act: str) -> str:
    return f"the act {act} is not supported yet"


@pytest.mark.guarantee("ST-7")
@pytest.mark.parametrize("calendar", [False, True], ids=["worker only", "with the calendar"])
def test_story_2_holds_but_for_feeds(installation: Settings, calendar: bool) -> None:
    story = read_story(shipped_story("2-quota-family-in-espoo"))

    [report] = play_into(installation, [story], calendar=calendar)

    told = "\n".join(as_lines(report))
    assert not_supported(report) == {
        "act 9": unheard_of("registerNeed"),
        "check 6": FEEDS,
        "check 7": FEEDS,
        "check 8": FEEDS,
    }, told
    assert report.count(Outcome.FAILED) == 0, told
    assert report.count(Outcome.HELD) == 26 + 6, told
    assert report.exit_code == 3


@pytest.mark.guarantee("ST-7")
@pytest.mark.parametrize("calendar", [False, True], ids=["worker only", "with the calendar"])
def test_story_3_holds_but_for_feeds(installation: Settings, calendar: bool) -> None:
    story = read_story(shipped_story("3-studies-past-the-maximum"))

    [report] = play_into(installation, [story], calendar=calendar)

    told = "\n".join(as_lines(report))
    assert not_supported(report) == {
        "act 13": unheard_of("registerNeed"),
        "act 14": unheard_of("registerNeed"),
        **dict.fromkeys((f"check {n}" for n in range(5, 10)), FEEDS),
    }, told
    assert report.count(Outcome.FAILED) == 0, told
    assert report.count(Outcome.HELD) == 19 + 4, told
    assert report.exit_code == 3
