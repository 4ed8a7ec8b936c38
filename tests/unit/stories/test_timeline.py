"""Reading stories strictly, and the order in which they happen."""

from datetime import UTC, datetime

import pytest

from cases.app.stories.model import (
    BadStory,
    StoryAct,
    StoryPoll,
    parse_story,
    read_story,
    shipped_stories,
)
from cases.app.stories.timeline import timeline

HEAD = "story: s\ntells: t\nedition: 681/2023\npeople: {a: {names: {given: A, family: B}}}\n"
OPEN = "by: officer@vaasa, do: openCase, about: a"


def order(acts: str, checks: str = "[]") -> list[str]:
    story = parse_story(f"{HEAD}acts: {acts}\nchecks: {checks}\n", "s.yaml")
    return [entry.label for entry in timeline(story)]


def test_an_act_is_recorded_at_nine_in_helsinki_summer_and_winter() -> None:
    acts = f"[{{date: 2025-01-15, {OPEN}}}, {{date: 2025-07-15, {OPEN}}}]"
    story = parse_story(f"{HEAD}acts: {acts}\n", "s.yaml")

    assert [entry.at for entry in timeline(story)] == [
        datetime(2025, 1, 15, 7, 0, tzinfo=UTC),
        datetime(2025, 7, 15, 6, 0, tzinfo=UTC),
    ]


def test_an_act_recorded_late_happens_when_it_is_recorded() -> None:
    late = f"{{date: 2025-01-01, recorded: 2025-03-01T10:00:00Z, {OPEN}}}"

    assert order(f"[{late}, {{date: 2025-02-01, {OPEN}}}]") == ["act 2", "act 1"]


def test_checks_come_at_the_end_of_their_day_and_ties_keep_the_order_of_the_file() -> None:
    day = "{date: 2025-01-15, "
    acts = f"[{day}{OPEN}}}, {day}{OPEN}}}, {{date: 2025-01-16, {OPEN}}}]"
    checks = f"[{day}ask: currentPlan, about: a, expect: none}}, {day}poll: f@kela, expect: []}}]"

    assert order(acts, checks) == ["act 1", "act 2", "check 1", "check 2", "act 3"]


def test_a_check_that_knows_more_is_asked_when_that_is_known() -> None:
    acts = f"[{{date: 2025-05-01, {OPEN}}}, {{date: 2025-05-09, {OPEN}}}]"
    known = "known: 2025-05-10T12:00:00Z"
    checks = f"[{{date: 2025-05-07, ask: currentPlan, about: a, {known}, expect: none}}]"

    assert order(acts, checks) == ["act 1", "act 2", "check 1"]


def test_the_stories_that_come_with_the_product_are_read_whole() -> None:
    stories = [read_story(path) for path in shipped_stories()]

    assert [(s.story, len(s.acts), len(s.checks)) for s in stories] == [
        ("home-carer-in-vaasa", 15, 8),
        ("quota-family-in-espoo", 27, 9),
        ("studies-past-the-maximum", 21, 9),
        ("mistakes-are-made", 18, 10),
        ("guidance-move-and-protection", 20, 8),
    ]
    assert sum(isinstance(c, StoryPoll) for s in stories for c in s.checks) == 12
    assert sum(a.refused is not None for s in stories for a in s.acts) == 10


def test_dates_of_the_content_become_text() -> None:
    told = f"{{date: 2025-01-15, {OPEN}, with: {{learnedOn: 2025-01-14}}}}"
    story = parse_story(f"{HEAD}acts: [{told}]\n", "s.yaml")

    [act] = story.acts
    assert isinstance(act, StoryAct)
    assert act.content == {"learnedOn": "2025-01-14"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("story: s\nstory: t\n", "s.yaml line 2: story is named twice"),
        ("[]", "s.yaml: a story is a mapping with story, people, acts and checks"),
        ("story: s\n", "s.yaml: tells: field required"),
        ("{", "s.yaml line 1: expected the node content"),
        (
            f"{HEAD}acts: [{{date: 2025-01-15, {OPEN}}}, {{date: 2025-01-15, {OPEN}, until: x}}]",
            "s.yaml: acts 2, until: extra inputs are not permitted",
        ),
        (
            f"{HEAD}acts: []\nchecks: [{{date: 2025-01-15, poll: f@kela, expects: []}}]",
            "s.yaml: checks 1, expect: field required",
        ),
        (
            f"{HEAD}acts: []\nchecks: [{{date: 2025-01-15, ask: x, about: z, expect: none}}]",
            "s.yaml: check 1 is about z, who is not among the people",
        ),
    ],
)
def test_what_can_not_be_read_is_named_by_file_and_entry(text: str, complaint: str) -> None:
    with pytest.raises(BadStory) as error:
        parse_story(text, "s.yaml")

    assert str(error.value).startswith(complaint)
