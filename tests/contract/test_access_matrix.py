"""Who may do what, over HTTP: every operation of the document, for every kind of caller."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
from tests.service import MAKERS, PLAN, Case, Service, identity_code, opening, problem

from cases.app.access.policy import OFFICES, TABLE, Action, Relation
from cases.app.access.principal import Role
from cases.app.http.acts import ROUTES
from cases.domain.case.opening.acts import OpenCase
from cases.domain.codes.values import OrganisationKind

PUBLIC: Final = {
    "showCodeLists": "/codes",
    "showCodeList": "/codes/finding-items",
    "showEditions": "/editions",
    "showEdition": "/editions/681/2023@2025",
    "showPurposes": "/purposes",
}
READS: Final[Mapping[str, Action]] = {
    "showCase": Action.READ_CASE,
    "showCurrentPlan": Action.READ_PLAN,
    "showHistory": Action.READ_HISTORY,
    "explainPlan": Action.READ_EXPLANATION,
    "showAccessTrail": Action.READ_ACCESS_TRAIL,
}
LISTS: Final[Mapping[str, Action]] = {
    "showWorklist": Action.READ_WORKLIST,
    "showClients": Action.READ_CLIENTS,
}
WITHOUT_A_CASE: Final[Mapping[str, Action]] = {
    **LISTS,
    "lookUpPerson": Action.LOOK_UP_PERSON,
    "openCase": Action.OPEN_CASE,
}

BODIES: Final[Mapping[str, dict[str, Any]]] = {
    "recordDetails": {"details": {"motherTongue": "fa"}},
    "recordResidenceBasis": {
        "kind": "RESIDENCE_PERMIT",
        "firstGrantedOn": "2024-09-16",
        "group": "OTHER",
    },
    "recordLabourMarketStatus": {"status": "UNEMPLOYED_JOBSEEKER", "from": "2024-11-01"},
    "recordBenefitNotice": {"benefit": "CHILD_HOME_CARE_ALLOWANCE", "from": "2024-11-01"},
    "startAssessment": {"kind": "ORDINARY", "ground": "14.1.1"},
    "holdInitialInterview": {
        "channel": "OFFICE",
        "language": "fa",
        "interpreter": True,
        "informed": ["SERVICE_GOALS"],
    },
    "orderExpertAssessment": {"clarifies": "health", "by": "pohjanmaa"},
    "obtainExpertAssessment": {"result": "able to study"},
    "completeAssessment": {
        "findings": [{"item": "LITERACY", "text": "reads", "source": {"kind": "PERSON"}}],
        "plan": {"outcome": "AS_SOON_AS_POSSIBLE"},
        "makers": MAKERS,
    },
    "discontinueAssessment": {"reason": "moved"},
    "drawUpPlan": {**PLAN, "noJobSearchReason": "studies"},
    "guideToServices": {"measures": []},
    "reviewPlan": {
        "heldBy": "MUNICIPALITY",
        "initiative": "SCHEDULED",
        "nextReviewOn": "2025-06-02",
        "makers": MAKERS,
    },
    "endPlan": {"ground": "GOALS_REACHED", "endsOn": "2025-02-03"},
    "closeCase": {"ground": "INTEGRATION_COMPLETED"},
}
"""A lawful body for every act on a case, by operation. An act without one fails below."""


@dataclass(frozen=True)
class Caller:
    """Somebody who calls, and how it stands to the case."""

    person: str
    role: Role
    kind: OrganisationKind
    relation: Relation


CALLERS: Final = (
    Caller("officer@vaasa", Role.OFFICER, OrganisationKind.MUNICIPALITY, Relation.RESPONSIBLE),
    Caller("officer@espoo", Role.OFFICER, OrganisationKind.MUNICIPALITY, Relation.OTHER),
    Caller("officer@espoo-te", Role.OFFICER, OrganisationKind.EMPLOYMENT_AUTHORITY, Relation.OTHER),
    Caller("officer@pohjanmaa", Role.OFFICER, OrganisationKind.WELFARE_AREA, Relation.OTHER),
    Caller("officer@kela", Role.OFFICER, OrganisationKind.KELA, Relation.OTHER),
    Caller("officer@tarkastus", Role.OFFICER, OrganisationKind.AUDITOR, Relation.OTHER),
    Caller("auditor@tarkastus", Role.AUDITOR, OrganisationKind.AUDITOR, Relation.OTHER),
    Caller("auditor@vaasa", Role.AUDITOR, OrganisationKind.MUNICIPALITY, Relation.RESPONSIBLE),
    Caller("operator@keha", Role.OPERATOR, OrganisationKind.DEVELOPMENT_CENTRE, Relation.OTHER),
    Caller("operator@vaasa", Role.OPERATOR, OrganisationKind.MUNICIPALITY, Relation.RESPONSIBLE),
)
OPERATIONS: Final = (*PUBLIC, *READS, *WITHOUT_A_CASE, *BODIES)
BY_ACT: Final = {route.act.NAME: route for route in ROUTES}


def permitted(caller: Caller, action: Action, relation: Relation) -> bool:
    """What the table says of the caller's role, where the role counts at all."""
    if caller.kind not in OFFICES[caller.role]:
        return False
    return relation in TABLE.get((caller.role, action), {})


def expected(name: str, caller: Caller) -> int:
    """The status the table makes of an operation: hidden from whoever may not read the case."""
    if name in PUBLIC:
        return 200
    if name in WITHOUT_A_CASE:
        action = WITHOUT_A_CASE[name]
        if not permitted(caller, action, Relation.NONE):
            return 403
        if name == "openCase":
            return 201
        return 200 if name in LISTS or permitted(caller, action, caller.relation) else 404
    action = READS.get(name, Action.RECORD_ACT)
    if permitted(caller, action, caller.relation):
        return 200 if name in READS else 201
    return 403 if permitted(caller, Action.READ_CASE, caller.relation) else 404


@pytest.fixture(scope="module")
def document(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = service.get("/openapi.json", by=None, purpose=None).json()
    return found


@pytest.fixture(scope="module")
def names(document: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Every operation of the document: its method and path."""
    return {
        operation["operationId"]: (method, path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def ready_for(service: Service, name: str) -> Case:
    """A case of Vaasa's on which the act is lawful."""
    if name in {"guideToServices", "reviewPlan", "endPlan"}:
        return service.planned()
    if name == "drawUpPlan":
        return service.assessed()
    case = service.open_case()
    if name in {"recordResidenceBasis", "recordDetails", "closeCase", "recordBenefitNotice"}:
        return case
    for act in ("recordResidenceBasis", "recordLabourMarketStatus"):
        where = BY_ACT[act].path.removeprefix("/cases/{caseId}")
        service.act(case, where, BODIES[act])
    if name in {"startAssessment", "recordLabourMarketStatus"}:
        return case
    case.assessment = service.act(case, "/assessments", BODIES["startAssessment"])["assessmentId"]
    if name == "obtainExpertAssessment":
        where = f"/assessments/{case.assessment}/expert-assessments"
        case.expert = service.act(case, where, BODIES["orderExpertAssessment"])[
            "expertAssessmentId"
        ]
    return case


def asked(service: Service, name: str, place: tuple[str, str], case: Case, by: str | None) -> Any:
    """Ask for an operation as well as it can be asked for."""
    method, path = place
    if name in PUBLIC:
        return service.get(PUBLIC[name], by=by)
    path = path.format(
        caseId=case.case_id,
        planId=case.plan,
        assessmentId=case.assessment,
        expertAssessmentId=case.expert,
    )
    if method == "get":
        return service.get(path, by=by)
    if name == "openCase":
        return service.post(path, opening(identity_code()), by=by)
    if name == "lookUpPerson":
        return service.post(path, {"identityCode": case.code}, by=by)
    body = dict(BODIES[name])
    if name == "guideToServices":
        body["measures"] = list(case.measures)
    return service.post(path, body, by=by, tag=case.etag)


@pytest.mark.guarantee("TR-5")
def test_every_operation_of_the_document_is_in_this_table(
    names: dict[str, tuple[str, str]],
) -> None:
    assert set(names) == set(OPERATIONS)
    assert {route.act.NAME for route in ROUTES} == {*BODIES, OpenCase.NAME}


@pytest.mark.guarantee("TR-5")
@pytest.mark.parametrize("name", OPERATIONS)
def test_each_caller_is_answered_as_the_table_of_rights_says(
    service: Service, names: dict[str, tuple[str, str]], name: str
) -> None:
    case, place = ready_for(service, name), names[name]
    # Whoever may is asked last: an act changes the case.
    callers = sorted(CALLERS, key=lambda each: expected(name, each) < 300)
    for caller in callers:
        status, facts = expected(name, caller), service.facts()
        response = asked(service, name, place, case, caller.person)
        assert response.status_code == status, (caller, response.text)
        assert (service.facts() > facts) is (status == 201)
        if status >= 400:
            assert case.code not in response.text
            assert case.case_id not in response.text
        trail = service.trail(response)
        results = {line["result"] for line in trail}
        if name in PUBLIC:
            assert trail == []
        elif status >= 400:
            assert results == {"FORBIDDEN"}, (caller, trail)
        else:
            assert results <= {"SHOWN", "RECORDED", "NOTHING_FOUND"}
            assert trail
        assert {line["role"] for line in trail} <= {caller.role.value}
    if name not in PUBLIC:
        problem(asked(service, name, place, case, None), 401, "unauthenticated")


@pytest.mark.guarantee("TR-5")
def test_the_purpose_must_belong_to_the_role(service: Service) -> None:
    case = service.open_case()
    for person, purpose in (
        ("officer@vaasa", "DATA_PROTECTION_AUDIT"),
        ("officer@vaasa", "KEEPING_THE_SYSTEM_RUNNING"),
        ("auditor@tarkastus", "ORGANISING_SERVICES"),
        ("operator@keha", "ORGANISING_SERVICES"),
        ("auditor@tarkastus", "CALENDAR"),
    ):
        for path in (case.path, "/worklist", f"{case.path}/access-trail"):
            response = service.get(path, by=person, purpose=purpose)
            problem(response, 403, "purpose-not-allowed")


@pytest.mark.guarantee("TR-5")
def test_a_list_holds_the_cases_of_the_callers_authority_and_no_others(service: Service) -> None:
    mine, theirs = service.planned("officer@vaasa"), service.planned("officer@espoo")
    service.settle()
    for person, own, other in (
        ("officer@vaasa", mine, theirs),
        ("officer@espoo", theirs, mine),
    ):
        for path in ("/worklist?limit=200", "/clients?limit=200"):
            response = service.get(path, by=person)
            assert own.case_id in response.text
            assert other.case_id not in response.text
    for path in ("/worklist", "/clients"):
        empty = service.get(path, by="officer@turku-te").json()
        assert (empty["items"], empty["next"]) == ([], None)


def test_head_answers_every_read_as_get_does_without_a_body(
    service: Service, names: dict[str, tuple[str, str]]
) -> None:
    case = service.planned()
    service.settle()
    for name, (method, path) in names.items():
        if method != "get":
            continue
        by = "auditor@tarkastus" if name == "showAccessTrail" else "officer@vaasa"
        address = PUBLIC.get(name) or path.format(caseId=case.case_id)
        head = service.send("HEAD", address, by=by)
        got = service.get(address, by=by)
        assert (head.status_code, head.content) == (got.status_code, b"") == (200, b"")
        same = {"content-type", "etag", "content-language", "cache-control", "vary"}
        assert [head.headers.get(each) for each in same] == [got.headers.get(each) for each in same]
        lines = len(service.trail(head))
        assert lines == len(service.trail(got))
        assert (lines == 0) is (name in PUBLIC)
