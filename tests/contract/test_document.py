"""The published document: valid, complete, and true of what every module here has been answered."""

import re
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from openapi_spec_validator import validate
from tests.service import PLAN, Service, opening, problem

from cases.app.http.problems import ProblemCode

LOOKUPS = {"/person-lookups", "/guidance-lookups", "/client-searches"}
"""Questions whose body says about whom."""


WITHOUT_A_VERSION = {
    "/cases",
    "/cases/{caseId}/drafts",
    "/guidance/consents",
    "/family-plans",
    "/notices",
    "/notices/{noticeId}/handling",
}
"""Where something begins, or there is nothing that could have changed."""


@pytest.fixture(scope="module")
def document(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = service.get("/openapi.json", by=None, purpose=None).json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation of the document: path, method, the operation itself."""
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


@pytest.mark.guarantee("AP-7")
def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "/v1"}]
    assert not any(path.startswith("/v1") for path in document["paths"])


@pytest.mark.guarantee("AP-7")
def test_every_reference_of_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    nodes: list[Any] = [document]
    while nodes:
        node = nodes.pop()
        nodes += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            _, kind, name = node["$ref"].removeprefix("#/").split("/")
            assert name in document["components"][kind], node


@pytest.mark.guarantee("AP-7")
def test_every_operation_has_a_name_of_its_own_and_its_legal_basis_where_it_is_personal(
    document: dict[str, Any],
) -> None:
    found = operations(document)
    names = Counter(operation["operationId"] for _, _, operation in found)
    assert set(names.values()) == {1}
    for path, _, operation in found:
        assert operation["summary"], path
        public = operation.get("security") == []
        assert public is not bool(operation.get("x-legal-basis")), path


@pytest.mark.guarantee("AP-12")
def test_no_path_and_no_query_has_a_place_for_a_person(document: dict[str, Any]) -> None:
    ids = {
        "caseId",
        "planId",
        "assessmentId",
        "expertAssessmentId",
        "referralId",
        "serviceId",
        "representationId",
        "draftId",
        "list",
        "organisation",
        "consentId",
        "requestId",
        "familyPlanId",
        "memberId",
        "noticeId",
        "editionId",
    }
    # A worker is who handles cases in an authority, by the id of signing in, and no client.
    keys = {
        "validOn",
        "knownAt",
        "version",
        "edition",
        "limit",
        "cursor",
        "seen",
        "worker",
        "provider",
    }
    for path, _, operation in operations(document):
        for parameter in operation["parameters"]:
            allowed = {"path": ids, "query": keys}.get(parameter["in"])
            assert allowed is None or parameter["name"] in allowed, path


@pytest.mark.guarantee("AP-7")
@pytest.mark.parametrize("wrong", ["OPTIONS", "PATCH"])
def test_a_wrong_method_is_told_every_right_one_of_its_address(
    service: Service, document: dict[str, Any], wrong: str
) -> None:
    for path, item in document["paths"].items():
        there = {method.upper() for method in item} & {"GET", "POST", "PUT", "DELETE"}
        right = there | ({"HEAD"} if "GET" in there else set())
        response = service.send(wrong, re.sub(r"\{\w+\}", str(uuid4()), path))
        problem(response, 405, "method-not-allowed")
        assert response.headers["allow"] == ", ".join(sorted(right)), path


@pytest.mark.guarantee("AP-7")
def test_what_an_operation_requires_in_its_headers_is_what_the_server_requires(
    service: Service, document: dict[str, Any]
) -> None:
    case = service.open_case()
    for path, method, operation in operations(document):
        required = {
            each["name"]
            for each in operation["parameters"]
            if each["in"] == "header" and each.get("required")
        }
        if operation.get("security") == []:
            assert required == set()
        elif method == "get" or path in LOOKUPS:
            assert required == {"Purpose-Of-Use"}
        elif path in WITHOUT_A_VERSION:
            assert required == {"Idempotency-Key"}
        elif method in {"put", "delete"}:
            assert required == {"If-Match"}
        else:
            assert required == {"Idempotency-Key", "If-Match"}
    # And one of each, asked without them.
    problem(service.get(case.path, purpose=None), 403, "purpose-missing")
    problem(service.post("/cases", opening(), key=None), 400, "idempotency-key-missing")
    problem(service.post(f"{case.path}/plans", PLAN), 428, "precondition-required")


@pytest.mark.guarantee("AP-7")
def test_only_what_needs_a_token_can_answer_that_it_lacks_one(
    service: Service, document: dict[str, Any]
) -> None:
    for path, method, operation in operations(document):
        public = operation.get("security") == []
        assert ("401" in operation["responses"]) is not public, (method, path)
    for path in ("/codes", "/codes/finding-items", "/editions", "/purposes", "/organisations"):
        for headers in ({}, {"Authorization": "Bearer nonsense"}):
            answer = service.get(path, by=None, purpose=None, headers=headers)
            assert answer.status_code == 200


@pytest.mark.guarantee("AP-7")
def test_every_status_and_every_problem_of_the_document_has_a_page(
    service: Service, document: dict[str, Any]
) -> None:
    told = {
        status
        for _, _, operation in operations(document)
        for status in operation["responses"]
        if int(status) >= 400
    }
    assert told <= {str(code.status) for code in ProblemCode}
    for code in ProblemCode:
        page = service.get(f"/problems/{code.value}", by=None, purpose=None)
        assert page.status_code == 200
        assert page.json()["code"] == code.value


@pytest.mark.guarantee("AP-7")
def test_a_form_of_answer_that_there_is_not_is_refused(service: Service) -> None:
    case = service.open_case()
    for path in (case.path, f"{case.path}/plan", "/worklist", "/repository-gaps", "/clients"):
        for accept in ("text/html", "application/xml", "application/json;q=0"):
            problem(service.get(path, headers={"Accept": accept}), 406, "not-acceptable")
        for accept in ("*/*", "application/*", "text/html, application/json;q=0.1"):
            assert service.get(path, headers={"Accept": accept}).status_code == 200
    page = f"{case.path}/plan/page"
    for accept in ("application/json", "text/plain", "text/html;q=0"):
        problem(service.get(page, headers={"Accept": accept}), 406, "not-acceptable")
    for accept in ("*/*", "text/*", "text/html", "application/json, text/html;q=0.1"):
        answer = service.get(page, headers={"Accept": accept})
        assert answer.status_code == 200, accept
        assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.guarantee("AP-7")
def test_each_answer_is_of_the_media_type_its_operation_promises(
    service: Service, document: dict[str, Any]
) -> None:
    case = service.planned()
    draft = service.begin_draft(case)
    service.settle()
    for path, method, operation in operations(document):
        if path.startswith(("/guidance", "/family-plans", "/notices")):
            continue  # see test_guidance_callers, test_family_plan_callers, test_notice_callers
        if method == "get" and operation.get("security") != []:
            by = "auditor@tarkastus" if path.endswith("/access-trail") else "officer@vaasa"
            query = "?provider=vaasa" if path.endswith("/provider-extract") else ""
            address = path.format(caseId=case.case_id, draftId=draft) + query
            answer = service.get(address, by=by)
            (promised,) = operation["responses"]["200"]["content"]
            assert answer.status_code == 200, path
            assert answer.headers["content-type"].partition(";")[0] == promised, path


@pytest.mark.guarantee("AP-7")
def test_every_answer_of_an_act_has_the_form_the_document_promises(service: Service) -> None:
    """Answers are compared with the document when the module ends; here every view is asked."""
    case = service.planned()
    service.settle()
    for path in (
        case.path,
        f"{case.path}/plan",
        f"{case.path}/plan?version=1",
        f"{case.path}/plan?edition=681/2023%402025",
        f"{case.path}/plan/page",
        f"{case.path}/dues",
        f"{case.path}/repository-record",
        f"{case.path}/history",
        f"{case.path}/explanation",
        f"{case.path}/services",
        f"{case.path}/costs",
        f"{case.path}/representations",
        f"{case.path}/provider-extract?provider=vaasa",
        f"{case.path}/explanation?version=1",
        "/worklist",
        "/repository-gaps",
        "/clients",
        "/codes",
        "/codes/finding-items",
        "/editions",
        "/editions/681/2023@2025",
        "/purposes",
        "/organisations",
        "/organisations?validOn=2030-01-01&limit=3",
        "/organisations/vaasa",
    ):
        assert service.get(path).status_code == 200, path
    for path in ("/codes/nothing", "/editions/nothing", "/editions/", "/organisations/nobody"):
        problem(service.get(path, by=None, purpose=None), 404, "not-found")
    trail = service.get(f"{case.path}/access-trail?limit=2", by="auditor@tarkastus")
    assert len(trail.json()["items"]) == 2
