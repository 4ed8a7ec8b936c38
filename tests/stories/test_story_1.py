"""Whole stories through the real HTTP interface: a real socket, a real PostgreSQL, no shortcuts."""

import pytest

from cases.app.cli.loading import play_into
from cases.app.cli.trouble import ExitCode, Trouble
from cases.app.settings import Environment, Settings
from cases.app.stories.model import Story, parse_story, read_story, shipped_stories, shipped_story
from cases.app.stories.report import Outcome, Report, as_lines
from cases.app.stories.stage import NoSimulation

FIRST = "1-home-carer-in-vaasa"


def changed(*changes: tuple[str, str]) -> Story:
    """Story 1, told otherwise."""
    text = shipped_story(FIRST).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return parse_story(text, "story 1, changed")


def outcomes(report: Report, outcome: Outcome) -> list[str]:
    return [result.entry for result in report.results if result.outcome is outcome]


@pytest.mark.guarantee("ST-1")
@pytest.mark.parametrize("calendar", [False, True], ids=["worker only", "with the calendar"])
def test_every_act_and_every_check_of_the_first_story_holds(
    installation: Settings, calendar: bool
) -> None:
    [report] = play_into(installation, [read_story(shipped_story(FIRST))], calendar=calendar)

    told = "\n".join(as_lines(report))
    assert report.count(Outcome.HELD) == 15 + 8, told
    assert report.exit_code == 0, told


@pytest.mark.guarantee("ST-2")
@pytest.mark.parametrize("number", [2, 4])
def test_what_is_not_supported_yet_is_told_and_nothing_fails(
    installation: Settings, number: int
) -> None:
    story = read_story(shipped_stories()[number - 1])

    [report] = play_into(installation, [story])

    told = "\n".join(as_lines(report))
    assert len(report.results) == len(story.acts) + len(story.checks)
    assert outcomes(report, Outcome.FAILED) == [], told
    assert outcomes(report, Outcome.NOT_SUPPORTED) != []
    assert report.exit_code == 3
    silent = [r for r in report.results if r.outcome is Outcome.NOT_SUPPORTED and not r.reason]
    assert silent == []


@pytest.mark.guarantee("ST-3")
@pytest.mark.parametrize(
    ("old", "new", "entry"),
    [
        pytest.param(
            "nextReviewDue: 2025-09-03}}",
            "nextReviewDue: 2025-09-04}}",
            "check 3",
            id="a date of the plan",
        ),
        pytest.param(
            "ask: currentPlan, about: narges, expect: none}\n  - {date: 2025-03-20",
            "ask: currentPlan, about: narges, expect: notFound}\n  - {date: 2025-03-20",
            "check 1",
            id="that there is no case",
        ),
        pytest.param(
            "{date: 2027-03-03, ask: currentPlan, about: narges, expect: {plan: p2}}",
            "{date: 2027-03-03, ask: currentPlan, about: narges, expect: {plan: p1}}",
            "check 6",
            id="which of two plans",
        ),
        pytest.param(
            "{date: 2027-03-04, ask: currentPlan, about: narges, expect: none}",
            "{date: 2027-03-04, ask: currentPlan, about: narges, expect: {plan: p2}}",
            "check 7",
            id="that a plan is over",
        ),
        pytest.param("by: 2025-04-03}", "by: 2025-04-04}", "check 2", id="a date of the worklist"),
        pytest.param(
            'sections: ["23.2"], countedFrom',
            'sections: ["23.2", "23.4"], countedFrom',
            "check 8",
            id="the sections behind a date",
        ),
        pytest.param('refused: "22.1"', 'refused: "23.2"', "act 8", id="which rule refuses"),
    ],
)
def test_a_wrong_expectation_fails_and_says_what_was_found(
    installation: Settings, old: str, new: str, entry: str
) -> None:
    [report] = play_into(installation, [changed((old, new))])

    assert outcomes(report, Outcome.FAILED) == [entry]
    [wrong] = [result for result in report.results if result.outcome is Outcome.FAILED]
    assert wrong.differences[0].expected != wrong.differences[0].found
    assert report.exit_code == 1


@pytest.mark.guarantee("ST-3")
def test_an_act_that_should_be_refused_and_is_not_fails(installation: Settings) -> None:
    lawful = changed(("nextReviewOn: 2025-09-04}, refused", "nextReviewOn: 2025-09-03}, refused"))

    [report] = play_into(installation, [lawful])

    wrong = next(result for result in report.results if result.entry == "act 8")
    assert wrong.outcome is Outcome.FAILED
    assert (wrong.differences[0].expected, wrong.differences[0].found) == (
        "refused by 22.1",
        "recorded",
    )
    assert report.exit_code == 1


@pytest.mark.guarantee("ST-4")
def test_what_builds_on_a_failed_act_fails_too(installation: Settings) -> None:
    unlawful = changed(("validUntil: 2026-03-03\n", "validUntil: 2026-03-04\n"))

    [report] = play_into(installation, [unlawful])

    failed = outcomes(report, Outcome.FAILED)
    assert failed[0] == "act 9"
    assert "act 10" in failed
    reason = next(r.reason for r in report.results if r.entry == "act 10")
    assert reason is not None
    assert reason.startswith("builds on p1: act 9 failed")
    assert report.exit_code == 1


@pytest.mark.guarantee("ST-5")
def test_a_story_is_not_loaded_into_an_installation_that_holds_anything(
    installation: Settings,
) -> None:
    story = read_story(shipped_story(FIRST))
    play_into(installation, [story])

    with pytest.raises(Trouble) as refusal:
        play_into(installation, [story])

    assert refusal.value.code is ExitCode.NOT_EMPTY
    assert refusal.value.sentence.startswith("The installation is not empty:")


@pytest.mark.guarantee("ST-6")
def test_there_is_no_simulated_clock_in_production(installation: Settings) -> None:
    production = installation.model_copy(update={"environment": Environment.PRODUCTION})

    with pytest.raises(NoSimulation, match="production has no simulated clock"):
        play_into(production, [read_story(shipped_story(FIRST))])
