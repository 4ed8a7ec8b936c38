"""Story 4 through HTTP: a plan on the wrong person, a wrong date, and all of it but feeds holds."""

import pytest

from cases.app.cli.loading import play_into
from cases.app.settings import Settings
from cases.app.stories.model import read_story, shipped_story
from cases.app.stories.report import Outcome, as_lines

FEEDS = "feeds are not supported yet"


@pytest.mark.guarantee("ST-8")
@pytest.mark.parametrize("calendar", [False, True], ids=["worker only", "with the calendar"])
def test_story_4_holds_but_for_feeds(installation: Settings, calendar: bool) -> None:
    story = read_story(shipped_story("4-mistakes-are-made"))

    [report] = play_into(installation, [story], calendar=calendar)

    told = "\n".join(as_lines(report))
    lacking = {r.entry: r.reason for r in report.results if r.outcome is Outcome.NOT_SUPPORTED}
    assert lacking == {
        "act 6": "the act registerNeed is not supported yet",
        **dict.fromkeys((f"check {n}" for n in range(1, 5)), FEEDS),
    }, told
    assert report.count(Outcome.FAILED) == 0, told
    assert report.count(Outcome.HELD) == 17 + 6, told
    assert report.exit_code == 3
