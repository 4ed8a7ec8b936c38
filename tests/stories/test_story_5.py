"""Story 5 through HTTP: guidance given and forgotten, a protected client who moves with consent."""

import pytest

from cases.app.cli.loading import play_into
from cases.app.settings import Settings
from cases.app.stories.model import read_story, shipped_story
from cases.app.stories.report import Outcome, as_lines


@pytest.mark.guarantee("ST-9")
@pytest.mark.parametrize("calendar", [False, True], ids=["worker only", "with the calendar"])
def test_story_5_holds_whole(installation: Settings, calendar: bool) -> None:
    story = read_story(shipped_story("5-guidance-move-and-protection"))

    [report] = play_into(installation, [story], calendar=calendar)

    told = "\n".join(as_lines(report))
    assert report.count(Outcome.HELD) == len(story.acts) + len(story.checks), told
    assert report.exit_code == 0, told
