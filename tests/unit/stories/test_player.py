"""Playing without a server: what is sent, what is made of each answer, what is said of it."""

import json
from datetime import datetime
from typing import Any

import pytest

from cases.app.stories.model import Story, parse_story
from cases.app.stories.player import Answer, Call, play
from cases.app.stories.report import Outcome, Report, as_json, as_lines, exit_code_of

CASE = "7d9c4a52-2f61-5e0f-8f5b-0d1f6c8a3e10"
HEAD = "story: s\ntells: t\nedition: 681/2023\npeople: {a: {names: {given: A, family: B}}}\n"
OPEN = (
    "{date: 2025-01-15, by: officer@vaasa, do: openCase, about: a, "
    "with: {origin: REQUEST, learnedOn: 2025-01-14}}"
)
STATUS = (
    "{date: 2025-01-16, by: officer@vaasa, do: recordLabourMarketStatus, about: a, "
    "with: {status: EMPLOYED, from: 2025-01-01}}"
)


def story(acts: str, checks: str = "[]") -> Story:
    return parse_story(f"{HEAD}acts: {acts}\nchecks: {checks}\n", "s.yaml")


def recorded(version: int) -> Answer:
    body = {"caseId": CASE, "version": version, "recorded": []}
    return Answer(status=201, etag=f'"{version}.x"', body=body)


def problem(status: int, code: str, *sections: str) -> Answer:
    basis = [{"section": section} for section in sections]
    return Answer(status=status, body={"code": code, "legalBasis": basis})


class Script:
    """A stage that answers from a list."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.calls: list[Call] = []
        self.settled = 0

    def at(self, instant: datetime) -> None:
        pass

    def settle(self) -> None:
        self.settled += 1

    def send(self, call: Call) -> Answer:
        self.calls.append(call)
        return self.answers.pop(0)


def test_an_act_names_the_version_last_known_and_a_key_of_its_own() -> None:
    stage = Script(recorded(2), recorded(3))

    report = play(story(f"[{OPEN}, {STATUS}]"), stage)

    assert report.exit_code == 0
    assert [dict(call.headers) for call in stage.calls] == [
        {"Idempotency-Key": '"s/act-1"'},
        {"Idempotency-Key": '"s/act-2"', "If-Match": '"2.x"'},
    ]


def test_a_stale_version_is_looked_up_once_as_an_officer_would() -> None:
    seen = Answer(status=200, etag='"4.x"', body={})
    stage = Script(recorded(2), problem(412, "stale-version"), seen, recorded(5))

    report = play(story(f"[{OPEN}, {STATUS}]"), stage)

    assert report.exit_code == 0
    assert [call.method for call in stage.calls] == ["POST", "POST", "GET", "POST"]
    assert stage.calls[-1].headers["If-Match"] == '"4.x"'


@pytest.mark.guarantee("ST-3")
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (problem(422, "rule-violated", "23.2", "14.1"), Outcome.HELD),
        (problem(422, "rule-violated", "23.4"), Outcome.FAILED),
        (problem(422, "rule-violated"), Outcome.FAILED),
        (problem(501, "not-supported-yet", "23.2"), Outcome.NOT_SUPPORTED),
        (recorded(3), Outcome.FAILED),
    ],
)
def test_a_refusal_must_name_the_rule(answer: Answer, outcome: Outcome) -> None:
    refused = STATUS[:-1] + ', refused: "23.2"}'

    report = play(story(f"[{OPEN}, {refused}]"), Script(recorded(2), answer))

    assert report.results[1].outcome is outcome


@pytest.mark.guarantee("ST-2")
def test_what_builds_on_something_not_supported_says_so_and_is_not_sent() -> None:
    unknown = "{date: 2025-01-16, by: officer@vaasa, do: mergeCases, about: a}"
    check = "[{date: 2025-01-17, ask: currentPlan, about: a, expect: none}]"
    stage = Script(recorded(2))

    report = play(story(f"[{OPEN}, {unknown}, {STATUS}]", check), stage)

    assert [result.outcome for result in report.results[1:]] == [Outcome.NOT_SUPPORTED] * 3
    assert report.results[3].reason == (
        "builds on the plan of a: act 2 is not supported yet "
        "(the act mergeCases is not supported yet)"
    )
    assert len(stage.calls) == 1
    assert report.exit_code == 3


@pytest.mark.guarantee("ST-2")
def test_what_does_not_rest_on_it_is_played() -> None:
    consent = "{date: 2025-01-16, by: officer@vaasa, do: registerNeed, about: a}"
    check = "[{date: 2025-01-17, ask: currentPlan, about: a, expect: none}]"
    none = Answer(status=200, body={"plan": None})

    report = play(story(f"[{OPEN}, {consent}]", check), Script(recorded(2), none))

    assert [result.outcome for result in report.results] == [
        Outcome.HELD,
        Outcome.NOT_SUPPORTED,
        Outcome.HELD,
    ]


@pytest.mark.guarantee("NO-8")
def test_notices_hold_where_each_was_received_and_are_sent_by_the_register() -> None:
    content = "{section: '84.3', to: vaasa, items: [{benefit: X}, {benefit: Y}]}"
    sent = f"{{date: 2025-01-16, by: officer@kela, do: sendNotice, with: {content}}}"
    received = {"result": "RECEIVED", "errors": []}
    wrong = {"result": "REFUSED", "errors": [{"pointer": "#/items/1/benefit", "code": "no"}]}

    def played(*items: object) -> tuple[Report, Script]:
        stage = Script(Answer(status=200, body={"items": list(items)}))
        return play(story(f"[{sent}]", "[]"), stage), stage

    report, stage = played(received, received)
    assert [result.outcome for result in report.results] == [Outcome.HELD]
    (call,) = stage.calls
    assert (call.caller, call.path) == ("register@kela", "/notices")
    assert call.body["to"] == "vaasa"
    report, _ = played(received, wrong)
    (result,) = report.results
    assert result.outcome is Outcome.FAILED
    assert result.differences[0].found == "#/items/1/benefit no"


def test_the_worker_settles_before_a_check_and_all_pages_of_a_list_are_read() -> None:
    check = "[{date: 2025-01-17, ask: worklist, of: vaasa, expect: [{person: a, due: REVIEW}]}]"
    first = Answer(status=200, body={"items": [], "next": "c"})
    second = Answer(status=200, body={"items": [{"caseId": CASE, "due": "REVIEW"}], "next": None})
    stage = Script(recorded(2), first, second)

    report = play(story(f"[{OPEN}]", check), stage)

    assert report.exit_code == 0
    assert stage.settled == 1
    assert dict(stage.calls[1].query) == {"validOn": "2025-01-17"}
    assert dict(stage.calls[2].query) == {"validOn": "2025-01-17", "cursor": "c"}


@pytest.mark.parametrize(
    ("expect", "answer", "held"),
    [
        ("none", Answer(status=200, body={"plan": None}), True),
        ("none", Answer(status=200, body={"plan": {"kind": "INTEGRATION"}}), False),
        ("none", problem(404, "not-found"), False),
        ("notFound", problem(404, "not-found"), True),
        ("notFound", problem(403, "forbidden"), False),
        ("notFound", Answer(status=200, body={"plan": None}), False),
        ("{kind: INTEGRATION}", Answer(status=200, body={"plan": {"kind": "INTEGRATION"}}), True),
        ("{kind: INTEGRATION}", Answer(status=200, body={"plan": None}), False),
        ("{kind: INTEGRATION}", problem(503, "unavailable"), False),
    ],
)
def test_no_plan_is_an_answer_and_no_answer_is_not(expect: str, answer: Answer, held: bool) -> None:
    check = f"[{{date: 2025-01-17, ask: currentPlan, about: a, expect: {expect}}}]"

    report = play(story(f"[{OPEN}]", check), Script(recorded(2), answer))

    assert report.exit_code == (0 if held else 1)


def test_the_report_says_what_was_expected_and_found() -> None:
    check = "[{date: 2025-01-17, ask: currentPlan, about: a, expect: {kind: INTEGRATION}}]"
    found = Answer(status=200, body={"plan": {"kind": "MULTISECTORAL"}})

    report = play(story(f"[{OPEN}]", check), Script(recorded(2), found))

    assert as_lines(report)[-2:] == (
        "                  plan.kind: expected INTEGRATION, found MULTISECTORAL",
        "s: 1 held, 1 failed, 0 not supported",
    )
    told: dict[str, Any] = json.loads(as_json([report]))
    assert told["exitCode"] == 1
    assert told["stories"][0]["failed"] == 1
    assert told["stories"][0]["results"][1]["differences"] == [
        {"member": "plan.kind", "expected": "INTEGRATION", "found": "MULTISECTORAL"}
    ]


def test_a_failure_outweighs_what_is_not_supported() -> None:
    good = play(story(f"[{OPEN}]"), Script(recorded(2)))
    bad = play(story(f"[{OPEN}]"), Script(problem(422, "rule-violated")))
    unknown = play(story("[{date: 2025-01-15, by: officer@vaasa, do: x}]"), Script())

    assert exit_code_of([good]) == 0
    assert exit_code_of([good, unknown]) == 3
    assert exit_code_of([unknown, bad, good]) == 1
