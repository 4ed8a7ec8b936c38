"""What if another edition applied: over HTTP and on the command line, answers change, the log not.

The editions shipped agree on most of one case, so a made-up one stands beside them here.
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tests.commandline import case_of, load_first_story, run
from tests.contract.conftest import Serve
from tests.service import Service

from cases.app.embedded import Database
from cases.domain.law import load

MADE_UP = Path(__file__).parents[1] / "unit" / "law" / "made-up.toml"
ENACTED, IN_FORCE, OTHER = "681/2023", "681/2023@2025", "900/2030"


@pytest.fixture(autouse=True)
def another_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that knows the made-up edition too; its timeline stays as it is."""
    shipped = files("cases.domain.law").joinpath("editions").iterdir()
    read = load.read_editions([*shipped, MADE_UP])
    monkeypatch.setattr(load, "_shipped", lambda: read)


def told(answers: dict[str, Any]) -> dict[str, Any]:
    """What each answer says that an edition decides."""
    plan, explained = answers["plan"]["plan"], answers["explanation"]
    record = answers["record"]
    items = {(i["item"], i["section"]) for part in record["parts"] for i in part["items"]}
    return {
        "plan": (plan["maximumUntil"], plan["nextReviewDue"], plan["sections"]),
        "dues": {(d["due"], d["section"], d["by"]) for d in answers["dues"]["dues"]},
        "record": (
            record["compulsoryFrom"],
            record["compulsoryFor"],
            ("FOLLOW_UP", "decree:2.1") in items,
            ("FOLLOW_UP", "decree:9.2") in items,
            any(item == "RIGHTS_AND_DUTIES" for item, _ in items),
        ),
        "explanation": [
            (explained[name]["date"], explained[name]["sections"])
            for name in ("maximumUntil", "nextReviewDue")
        ],
    }


AS_ENACTED = {
    "plan": ("2027-02-03", "2025-08-04", ["16.1", "23.2"]),
    "dues": {
        ("REGISTRATION_CHANGED", "3.1", None),
        ("GUIDANCE_TO_SERVICES", "20.5", "2025-03-03"),
        ("REVIEW", "22.1", "2025-08-04"),
    },
    "record": (
        "2027-01-01",
        ["MUNICIPALITY", "WELFARE_AREA", "DEVELOPMENT_CENTRE"],
        True,
        False,
        True,
    ),
    "explanation": [("2027-02-03", ["23.2"]), ("2025-08-04", ["22.1"])],
}
UNDER_THE_OTHER = {
    "plan": ("2029-02-03", "2025-05-05", ["70.1", "40.1"]),
    "dues": {
        ("REGISTRATION_CHANGED", "3.1", None),
        ("GUIDANCE_TO_SERVICES", "20.5", "2025-04-03"),
        ("REVIEW", "41", "2025-05-05"),
    },
    "record": ("2031-01-01", ["MUNICIPALITY"], False, True, False),
    "explanation": [("2029-02-03", ["40.1"]), ("2025-05-05", ["41"])],
}


def asked(service: Service, path: str, edition: str | None) -> dict[str, Any]:
    def answer(question: str) -> Any:
        query = "" if edition is None else f"?edition={edition}"
        response = service.get(f"{path}/{question}{query}")
        assert response.status_code == 200, response.text
        assert response.json()["edition"] == edition
        return response.json()

    questions = {"plan", "dues", "explanation"}
    return {"record": answer("repository-record")} | {each: answer(each) for each in questions}


@pytest.mark.guarantee("QU-10")
def test_each_question_over_http_is_answered_under_the_edition_asked_for(another: Serve) -> None:
    service = another()
    case = service.planned()
    written = service.facts()
    assert told(asked(service, case.path, None)) == AS_ENACTED
    assert told(asked(service, case.path, ENACTED)) == AS_ENACTED
    assert told(asked(service, case.path, OTHER)) == UNDER_THE_OTHER
    # The next answer is again the one that applies, and nothing was recorded.
    assert told(asked(service, case.path, None)) == AS_ENACTED
    assert service.facts() == written


@pytest.mark.guarantee("QU-10")
def test_the_law_in_force_asks_for_no_second_assessment(another: Serve) -> None:
    service = another()
    case = service.open_case()
    granted = {"kind": "RESIDENCE_PERMIT", "firstGrantedOn": "2024-09-16", "group": "OTHER"}
    service.act(case, "/residence-basis", granted)
    started = service.act(case, "/assessments", {"kind": "ORDINARY", "ground": "14.1.4"})
    completion = {
        "findings": [{"item": "LITERACY", "text": "reads", "source": {"kind": "PERSON"}}],
        "plan": {"outcome": "AS_SOON_AS_POSSIBLE"},
        "coordinationNeeded": True,
        "makers": [{"name": "Virva", "organisation": "vaasa"}],
    }
    service.act(case, f"/assessments/{started['assessmentId']}/completion", completion)

    def due(edition: str) -> list[tuple[str, str]]:
        response = service.get(f"{case.path}/dues?edition={edition}")
        return [(each["due"], each["section"]) for each in response.json()["dues"]]

    plan = ("PLAN_TO_DRAW_UP", "20.3")
    assert due(ENACTED) == [("ASSESSMENT_TO_START", "15.2"), plan]
    assert due(IN_FORCE) == [plan]
    assert due(OTHER) == [("ASSESSMENT_TO_START", "62.2"), ("PLAN_TO_DRAW_UP", "70.2")]


@pytest.mark.guarantee("QU-10")
def test_each_command_answers_under_the_edition_asked_for(
    database: Database, tmp_path: Path
) -> None:
    settings = {"environment": "test", "database_url": database.url, "state": tmp_path}
    load_first_story(settings)
    case = case_of(database)

    def asks(command: str, *edition: str) -> Any:
        asked_on = ("--valid-on", "2025-03-10", "--json")
        done = run("case", command, case, *asked_on, *edition, **settings)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def found(*edition: str) -> tuple[Any, ...]:
        shown, explained = asks("show", *edition), asks("explain", *edition)
        dues, record = asks("dues", *edition), asks("record", *edition)
        return (
            shown["plan"]["maximumUntil"],
            explained["maximumUntil"]["sections"],
            [each["by"] for each in dues["dues"] if each["due"] == "REVIEW"],
            record["compulsoryFrom"],
            {each["edition"] for each in (shown, explained, dues, record)},
        )

    assert found() == ("2027-03-03", ["23.2"], ["2025-09-03"], "2027-01-01", {None})
    assert found("--edition", OTHER) == (
        "2029-03-03",
        ["40.1"],
        ["2025-06-03"],
        "2031-01-01",
        {OTHER},
    )
