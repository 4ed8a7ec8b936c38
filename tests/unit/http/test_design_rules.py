"""The API Design Rules of the Netherlands, as far as they can be read off a document.

The nearest public rule book of the kind. Each test carries the rule's name. Left out: the contact
of `publish-openapi`, which is each installation's own.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from cases.app.http.acts import FORMER
from cases.app.http.operations import document

DOCUMENT = document()
METHODS = {"get", "post", "put", "delete"}
PROBLEM = "application/problem+json"
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CAMEL = re.compile(r"[a-z][A-Za-z0-9]*")
SINGULAR = {
    # What there is one of below a case, or of everything.
    *("plan", "page", "details", "residence-basis", "labour-market-status", "non-disclosure"),
    *("worker", "closure", "reopening", "history", "explanation", "access-trail"),
    *("repository-record", "provider-extract", "worklist", "necessary-data", "guidance"),
    # What is done to the one thing before it, as an act of its own.
    *("withdrawal", "lifting", "interview", "result", "completion", "discontinuation", "switch"),
    *("guidance-to-services", "continuation", "ending", "acceptance", "declination", "outcome"),
    *("interruption", "answer", "leaving", "check", "handling"),
}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path, operation."""
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def answers(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Status, answer."""
    shared = DOCUMENT["components"]["responses"]
    for status, answer in operation["responses"].items():
        found = shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        yield status, found


def schemas(where: Any) -> Iterator[dict[str, Any]]:
    """Every schema in a part of the document."""
    if isinstance(where, dict):
        if "type" in where or "properties" in where:
            yield where
        for value in where.values():
            yield from schemas(value)
    elif isinstance(where, list):
        for value in where:
            yield from schemas(value)


@pytest.mark.guarantee("AP-14")
def test_doc_openapi_uri_version_and_semver() -> None:
    assert DOCUMENT["openapi"].startswith("3.")
    assert [each["url"] for each in DOCUMENT["servers"]] == ["/v1"]
    assert re.fullmatch(r"1\.\d+\.\d+", DOCUMENT["info"]["version"])


@pytest.mark.guarantee("AP-14")
def test_no_trailing_slash_and_kebab_case_in_paths_camel_case_in_queries_and_members() -> None:
    for _, path, operation in operations():
        assert path.startswith("/")
        assert not path.endswith("/")
        for segment in path.strip("/").split("/"):
            named = segment.removeprefix("{").removesuffix("}")
            assert (CAMEL if segment.startswith("{") else KEBAB).fullmatch(named), path
        for parameter in operation["parameters"]:
            if parameter["in"] == "query":
                assert CAMEL.fullmatch(parameter["name"]), path
    names = {
        name for schema in schemas(DOCUMENT["components"]) for name in schema.get("properties", {})
    }
    # Rules and values of code lists stand as keys in some places, and are no names of members.
    assert {name for name in names if not CAMEL.fullmatch(name)} == set()


@pytest.mark.guarantee("AP-14")
def test_naming_resources_in_the_plural_but_for_what_there_is_one_of() -> None:
    former = {route.path for route in FORMER}
    for path in DOCUMENT["paths"].keys() - former:
        for segment in path.strip("/").split("/"):
            if not segment.startswith("{"):
                assert segment in SINGULAR or segment.endswith("s") or "s-" in segment, path


@pytest.mark.guarantee("AP-14")
def test_http_methods_are_standard_and_none_removes_or_patches_a_record() -> None:
    assert {method for method, _, _ in operations()} <= METHODS
    # Drafts are no records.
    changing = {path for method, path, _ in operations() if method in {"put", "delete"}}
    assert changing == {"/cases/{caseId}/drafts/{draftId}"}


@pytest.mark.guarantee("AP-14")
def test_version_header_on_every_answer() -> None:
    for _, path, operation in operations():
        for _, answer in answers(operation):
            assert "API-Version" in answer["headers"], path


@pytest.mark.guarantee("AP-14")
def test_problem_details_on_every_error_and_400_wherever_there_is_input() -> None:
    for _, path, operation in operations():
        found = dict(answers(operation))
        assert "400" in found, path
        for status, answer in found.items():
            if int(status) >= 400:
                assert list(answer["content"]) == [PROBLEM], path
    problem = DOCUMENT["components"]["schemas"]["Problem"]
    assert {"type", "title", "status", "detail", "instance", "code"} <= set(problem["required"])


@pytest.mark.guarantee("AP-14")
def test_date_and_time_are_those_of_rfc_3339() -> None:
    formats = {schema["format"] for schema in schemas(DOCUMENT) if "format" in schema}
    assert formats <= {"date", "date-time", "uuid", "uri"}


@pytest.mark.guarantee("AP-14")
def test_no_sensitive_data_in_addresses() -> None:
    for _, path, operation in operations():
        asked = {each["name"] for each in operation["parameters"] if each["in"] != "header"}
        assert not {name for name in asked if re.search("identity|birth|name$", name)}, path


@pytest.mark.guarantee("AP-14")
def test_every_operation_is_named_told_of_and_every_good_answer_has_its_form() -> None:
    for method, path, operation in operations():
        assert CAMEL.fullmatch(operation["operationId"])
        assert operation["summary"].strip()
        for status, answer in answers(operation):
            if status in {"200", "201"}:
                ((_, media),) = answer["content"].items()
                assert media["schema"] != {"type": "object"}, (method, path)
