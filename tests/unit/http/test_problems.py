"""Problems: one enum, words in three languages, nothing of what was sent."""

import json
import tomllib
from datetime import date
from importlib.resources import files
from string import Formatter
from uuid import UUID

import pytest
from pydantic import ValidationError

from cases.app.http.problems import (
    RETRY_AFTER,
    Fault,
    Problematic,
    ProblemCode,
    answer,
    fault_texts,
    problem_texts,
    refused,
    write,
)
from cases.app.http.validation import _CODES, _FAMILIES, malformed
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.plan.acts import DrawUpPlan
from cases.domain.codes.terms import Language
from cases.domain.law.register import Rule
from cases.domain.law.rules import NotSupported, Refusal, RuleApplied, Violation

REQUEST = UUID("01920000-0000-7000-8000-000000000001")
SECRET = "131052-9308"


def refusal(*, conflict: bool = False) -> Refusal:
    line = RuleApplied.model_validate(
        {
            "rule": Rule.FIRST_PLAN,
            "section": "23.2",
            "edition": "681/2023",
            "inputs": {"validFrom": date(2025, 1, 1), "smuggled": SECRET},
            "result": False,
        }
    )
    violation = Violation(line=line, latest=date(2025, 12, 31), pointer="/validUntil")
    return Refusal(violations=(violation,), conflict=conflict)


@pytest.mark.guarantee("HP-8")
def test_every_code_has_words_and_no_words_lack_a_code() -> None:
    document = tomllib.loads(
        files("cases.app.http").joinpath("problems.toml").read_text(encoding="utf-8")
    )
    assert set(document["problems"]) == {code.value for code in ProblemCode}
    for code in ProblemCode:
        texts = problem_texts(code)
        for language in Language:
            assert texts.title.in_language(language)
            assert texts.detail.in_language(language)


@pytest.mark.guarantee("HP-8")
def test_every_error_code_pydantic_is_turned_into_has_words() -> None:
    codes = {*_CODES.values(), *(code for _, code in _FAMILIES), "not-valid"}
    assert codes <= set(fault_texts())


def test_a_text_has_room_for_a_limit_of_ours_and_for_nothing_else() -> None:
    for terms in fault_texts().values():
        for language in Language:
            places = {
                name for _, name, _, _ in Formatter().parse(terms.in_language(language)) if name
            }
            assert places <= {"limit"}


@pytest.mark.guarantee("HP-8")
@pytest.mark.parametrize("code", [c for c in ProblemCode if c is not ProblemCode.RULE_VIOLATED])
@pytest.mark.parametrize("language", Language)
def test_every_problem_is_answered_in_every_language(code: ProblemCode, language: Language) -> None:
    response = answer(Problematic(code), language, REQUEST)
    body = json.loads(bytes(response.body))
    assert response.status_code == body["status"] == code.status
    assert response.media_type == "application/problem+json"
    assert body["type"] == f"/problems/{code.value}"
    assert body["instance"] == "urn:uuid:01920000-0000-7000-8000-000000000001"
    assert response.headers["content-language"] == language
    assert response.headers["vary"] == "Accept-Language"
    assert ("retry-after" in response.headers) is (code in RETRY_AFTER)
    assert ("www-authenticate" in response.headers) is (code.status == 401)
    assert set(body) == {"type", "title", "status", "detail", "instance", "code"}


@pytest.mark.guarantee("HP-9")
def test_a_refusal_names_section_edition_rule_and_the_latest_day() -> None:
    problem = json.loads(bytes(answer(refused(refusal()), Language.EN, REQUEST).body))
    assert problem["status"] == 422
    basis = problem["legalBasis"][0]
    assert basis["section"] == "23.2"
    assert basis["edition"] == "681/2023"
    assert basis["rule"] == "first-plan"
    assert basis["latest"] == "2025-12-31"
    assert basis["inputs"] == {"validFrom": "2025-01-01"}
    assert basis["detail"]
    assert problem["errors"] == [
        {"pointer": "#/validUntil", "code": "first-plan", "detail": basis["detail"]}
    ]


@pytest.mark.guarantee("HP-9")
def test_a_refusal_speaks_the_language_asked_for() -> None:
    details = {
        write(refused(refusal()), language, REQUEST).legal_basis[0].detail for language in Language
    }
    assert len(details) == len(Language)


def test_a_refusal_by_the_state_of_the_case_is_a_conflict() -> None:
    assert refused(refusal(conflict=True)).code is ProblemCode.STATE_CONFLICT


@pytest.mark.guarantee("HP-9")
def test_a_violated_rule_without_its_section_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="section"):
        Problematic(ProblemCode.RULE_VIOLATED)


def test_what_is_not_supported_names_its_section() -> None:
    raised = Problematic(
        ProblemCode.NOT_SUPPORTED_YET, unsupported=NotSupported(what="x", section="31.2")
    )
    assert [each.section for each in write(raised, Language.FI, REQUEST).legal_basis] == ["31.2"]


def test_a_stale_version_names_the_current_one() -> None:
    body = json.loads(
        bytes(answer(Problematic(ProblemCode.STALE_VERSION, current=17), Language.FI, REQUEST).body)
    )
    assert body["current"] == {"version": 17}


def test_a_limit_of_ours_is_told() -> None:
    fault = Fault(code="too-long", pointer="#/reason", limit="4000")
    problem = write(
        Problematic(ProblemCode.MALFORMED_REQUEST, faults=[fault]), Language.EN, REQUEST
    )
    assert problem.errors[0].detail == "The text is too long; at most 4000."


def problem_of(model: type[OpenCase] | type[DrawUpPlan], sent: object) -> str:
    with pytest.raises(ValidationError) as raised:
        model.model_validate_json(json.dumps(sent), strict=True, by_alias=True, by_name=False)
    response = answer(malformed(raised.value, model), Language.EN, REQUEST)
    return bytes(response.body).decode()


@pytest.mark.guarantee("HP-10")
def test_all_errors_are_told_at_once_with_pointers_in_the_words_of_the_contract() -> None:
    body = json.loads(
        problem_of(
            OpenCase,
            {"origin": "NOWHERE", "learnedOn": "tomorrow", "person": {"names": {"given": ""}}},
        )
    )
    assert {(each["pointer"], each["code"]) for each in body["errors"]} == {
        ("#/origin", "not-one-of-the-values"),
        ("#/learnedOn", "not-a-day"),
        ("#/person/names/given", "too-short"),
        ("#/person/names/family", "missing"),
    }


@pytest.mark.guarantee("HP-10")
@pytest.mark.parametrize(
    "sent",
    [
        {SECRET: SECRET},
        {"origin": SECRET, "learnedOn": SECRET, "section": SECRET, "person": SECRET},
        {"person": {"identityCode": SECRET, "names": {SECRET: 1}, "gender": SECRET}},
        {"person": {"citizenships": [SECRET, {SECRET: SECRET}], "contact": [SECRET]}},
        {"effectiveOn": SECRET, "source": {"kind": SECRET, SECRET: {}}},
        [SECRET],
        SECRET,
    ],
)
def test_nothing_that_was_sent_comes_back(sent: object) -> None:
    body = problem_of(OpenCase, sent)
    assert SECRET not in body
    assert json.loads(body)["errors"]


def test_a_hundred_equal_errors_are_one() -> None:
    body = json.loads(problem_of(OpenCase, {f"x{n}": n for n in range(100)}))
    assert [each["code"] for each in body["errors"]].count("unknown-member") == 1


@pytest.mark.guarantee("HP-10")
def test_a_rule_between_members_is_told_without_their_values() -> None:
    sent = {
        "kind": "INTEGRATION",
        "validFrom": "2025-06-01",
        "validUntil": "2025-01-01",
        "goals": [{"term": "LONG_TERM", "kind": "WORK", "text": "x"}],
        "measures": [],
        "followUp": "x",
        "nextReviewOn": "2025-03-01",
        "makers": [],
    }
    codes = {(e["pointer"], e["code"]) for e in json.loads(problem_of(DrawUpPlan, sent))["errors"]}
    assert ("#/measures", "too-few") in codes
    assert ("#/makers", "too-few") in codes
