"""Who may do what, over HTTP: every operation of the document, for every kind of caller."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import pytest
from tests.contract.lawful import (
    BEFORE,
    BODIES,
    body,
    ended_together,
    handed_over,
    ready_for,
    referred,
    shared,
)
from tests.service import MARKER, Case, Service, identity_code, opening, problem

from cases.app.access.policy import OFFICES, TABLE, Action, Relation
from cases.app.access.principal import Role
from cases.app.http.acts import FORMER, ROUTES
from cases.domain.case.opening.acts import OpenCase
from cases.domain.codes.values import OrganisationKind
from cases.domain.people import birth_date

PUBLIC: Final = {
    "showCodeLists": "/codes",
    "showCodeList": "/codes/finding-items",
    "showEditions": "/editions",
    "showEdition": "/editions/681/2023@2025",
    "showPurposes": "/purposes",
    "showOrganisations": "/organisations",
    "showOrganisation": "/organisations/vaasa",
}
READS: Final[Mapping[str, Action]] = {
    "showCase": Action.READ_CASE,
    "showCurrentPlan": Action.READ_PLAN,
    "showPlanPage": Action.READ_PLAN,
    "showDues": Action.READ_PLAN,
    "showRepositoryRecord": Action.READ_CASE,
    "showHistory": Action.READ_HISTORY,
    "explainPlan": Action.READ_EXPLANATION,
    "showAccessTrail": Action.READ_ACCESS_TRAIL,
    "showServices": Action.READ_CASE,
    "showCosts": Action.READ_COSTS,
    "showRepresentations": Action.READ_CASE,
    "showProviderExtract": Action.READ_PROVIDER_EXTRACT,
}
QUERY: Final = {"showProviderExtract": "?provider=vaasa"}
"""What a question has to be asked with."""
LISTS: Final[Mapping[str, Action]] = {
    "showWorklist": Action.READ_WORKLIST,
    "showRepositoryGaps": Action.READ_WORKLIST,
    "showClients": Action.READ_CLIENTS,
    "searchClients": Action.SEARCH_CLIENTS,
}
DRAFTS: Final[Mapping[str, tuple[Action, int]]] = {
    "showDrafts": (Action.READ_DRAFTS, 200),
    "beginDraft": (Action.WRITE_DRAFT, 201),
    "showDraft": (Action.READ_DRAFTS, 200),
    "checkDraft": (Action.READ_DRAFTS, 200),
    "changeDraft": (Action.WRITE_DRAFT, 200),
    "removeDraft": (Action.DELETE_DRAFT, 204),
}
"""What is done with drafts, which is outside the record, and the status of an answer."""
DRAFT: Final = {"act": "drawUpPlan", "body": {}}
SHARED_ACTS: Final[Mapping[str, Action]] = {
    "reviewPlan": Action.TAKE_PART,
    "obtainExpertAssessment": Action.TAKE_PART,
    "recordNecessaryData": Action.TAKE_PART,
    "acceptReferral": Action.ANSWER_REFERRAL,
    "declineReferral": Action.ANSWER_REFERRAL,
}
"""The acts that others than the authority that answers for the case have a part in."""
LOOKUPS: Final[Mapping[str, Callable[[Case], dict[str, str]]]] = {
    "lookUpPerson": lambda case: {"identityCode": case.code},
    "searchClients": lambda case: {
        "name": MARKER,
        "dateOfBirth": birth_date(case.code).isoformat(),
    },
}
"""What asks for the person of a case."""
WITHOUT_A_CASE: Final[Mapping[str, Action]] = {
    **LISTS,
    "lookUpPerson": Action.LOOK_UP_PERSON,
    "openCase": Action.OPEN_CASE,
}


@dataclass(frozen=True)
class Caller:
    """Somebody who calls, and how it stands to the case.

    ``refused`` is what the Act refuses where the table of rights permits: the status and the
    section, by operation.
    """

    person: str
    role: Role
    kind: OrganisationKind
    relation: Relation
    refused: Mapping[str, tuple[int, str]] = field(default_factory=dict)


MUNICIPALITY, EMPLOYMENT = OrganisationKind.MUNICIPALITY, OrganisationKind.EMPLOYMENT_AUTHORITY
WELFARE, KELA = OrganisationKind.WELFARE_AREA, OrganisationKind.KELA
INSPECTION = OrganisationKind.AUDITOR
ANSWERED_BY_OTHERS: Final = {
    "acceptReferral": (409, "3.1"),
    "declineReferral": (409, "3.1"),
}
"""The authority a referral was made to answers it, and not the one that answers for the case."""
CALLERS: Final = (
    Caller("officer@vaasa", Role.OFFICER, MUNICIPALITY, Relation.RESPONSIBLE, ANSWERED_BY_OTHERS),
    Caller("officer@espoo", Role.OFFICER, MUNICIPALITY, Relation.OTHER),
    Caller("officer@espoo-te", Role.OFFICER, EMPLOYMENT, Relation.OTHER),
    Caller("officer@pohjanmaa", Role.OFFICER, WELFARE, Relation.OTHER),
    Caller("officer@kela", Role.OFFICER, KELA, Relation.OTHER),
    Caller("officer@tarkastus", Role.OFFICER, INSPECTION, Relation.OTHER),
    Caller("professional@lansi-uusimaa", Role.PROFESSIONAL, WELFARE, Relation.OTHER),
    Caller("professional@vaasa", Role.PROFESSIONAL, MUNICIPALITY, Relation.RESPONSIBLE),
    Caller("auditor@tarkastus", Role.AUDITOR, INSPECTION, Relation.OTHER),
    Caller("auditor@vaasa", Role.AUDITOR, MUNICIPALITY, Relation.RESPONSIBLE),
    Caller("operator@keha", Role.OPERATOR, OrganisationKind.DEVELOPMENT_CENTRE, Relation.OTHER),
    Caller("operator@vaasa", Role.OPERATOR, MUNICIPALITY, Relation.RESPONSIBLE),
)
NOT_ITS_REVIEW: Final = {"recordNecessaryData": (422, "decree:3.5")}
"""A welfare area records other data of a review of its own, and this is the plan."""
AROUND_A_PLAN: Final = (
    Caller("professional@pohjanmaa", Role.PROFESSIONAL, WELFARE, Relation.PARTY, NOT_ITS_REVIEW),
    Caller("officer@pohjanmaa", Role.OFFICER, WELFARE, Relation.PARTY),
    Caller("operator@pohjanmaa", Role.OPERATOR, WELFARE, Relation.PARTY),
    Caller("auditor@pohjanmaa", Role.AUDITOR, WELFARE, Relation.PARTY),
    Caller(
        "officer@vaasan-seutu",
        Role.OFFICER,
        EMPLOYMENT,
        Relation.PARTY,
        {
            "reviewPlan": (422, "3.1"),
            "obtainExpertAssessment": (422, "3.1"),
            "recordNecessaryData": (422, "3.1"),
        },
    ),
    Caller("professional@vaasan-seutu", Role.PROFESSIONAL, EMPLOYMENT, Relation.PARTY),
    Caller("professional@lansi-uusimaa", Role.PROFESSIONAL, WELFARE, Relation.OTHER),
    Caller("officer@espoo-te", Role.OFFICER, EMPLOYMENT, Relation.OTHER),
)
"""Those around a plan of several authorities."""
AROUND_A_REFERRAL: Final = (
    Caller("professional@pohjanmaa", Role.PROFESSIONAL, WELFARE, Relation.PARTY, NOT_ITS_REVIEW),
    Caller("officer@vaasan-seutu", Role.OFFICER, EMPLOYMENT, Relation.REFERRED_TO),
    Caller("professional@vaasan-seutu", Role.PROFESSIONAL, EMPLOYMENT, Relation.REFERRED_TO),
    Caller("officer@espoo-te", Role.OFFICER, EMPLOYMENT, Relation.OTHER),
)
"""The same, once the client is referred."""
AFTER_A_HAND_OVER: Final = (
    Caller("officer@vaasa", Role.OFFICER, MUNICIPALITY, Relation.HANDED_OVER),
    Caller("professional@vaasa", Role.PROFESSIONAL, MUNICIPALITY, Relation.HANDED_OVER),
    Caller("operator@vaasa", Role.OPERATOR, MUNICIPALITY, Relation.HANDED_OVER),
    Caller("auditor@vaasa", Role.AUDITOR, MUNICIPALITY, Relation.HANDED_OVER),
    # It is a party for as long as the expert assessment is awaited from it; the plan is another's.
    Caller(
        "professional@pohjanmaa",
        Role.PROFESSIONAL,
        WELFARE,
        Relation.PARTY,
        {"reviewPlan": (422, "22.3"), **NOT_ITS_REVIEW},
    ),
    Caller("officer@espoo", Role.OFFICER, MUNICIPALITY, Relation.OTHER),
)
NO_EXPERT: Final = {"obtainExpertAssessment": (409, "14.2")}
AFTER_A_PLAN: Final = (
    Caller(
        "professional@pohjanmaa",
        Role.PROFESSIONAL,
        WELFARE,
        Relation.WAS_PARTY,
        NO_EXPERT | NOT_ITS_REVIEW,
    ),
    Caller("operator@pohjanmaa", Role.OPERATOR, WELFARE, Relation.WAS_PARTY),
    Caller("auditor@pohjanmaa", Role.AUDITOR, WELFARE, Relation.WAS_PARTY),
    Caller(
        "officer@vaasan-seutu",
        Role.OFFICER,
        EMPLOYMENT,
        Relation.WAS_PARTY,
        {"reviewPlan": (422, "3.1"), "recordNecessaryData": (422, "3.1"), **NO_EXPERT},
    ),
    Caller("professional@lansi-uusimaa", Role.PROFESSIONAL, WELFARE, Relation.OTHER),
)
"""Those who agreed on a plan that is over."""
GUIDANCE: Final[Mapping[str, tuple[Action, int]]] = {
    "giveGuidanceConsent": (Action.OPEN_GUIDANCE_RECORD, 201),
    "recordGuidance": (Action.RECORD_GUIDANCE, 201),
    "withdrawGuidanceConsent": (Action.RECORD_GUIDANCE, 201),
    "showGuidanceRecord": (Action.READ_GUIDANCE, 200),
    "lookUpGuidance": (Action.LOOK_UP_GUIDANCE, 200),
    "showGuidanceTrail": (Action.READ_GUIDANCE_TRAIL, 200),
    "correctGuidanceRecord": (Action.CORRECT_GUIDANCE, 201),
    "annulGuidanceRecord": (Action.CORRECT_GUIDANCE, 201),
    "showGuidanceHistory": (Action.READ_GUIDANCE_HISTORY, 200),
}
"""What is asked for of guidance records: no case is in question. See test_guidance_callers."""
FAMILY_PLANS: Final[Mapping[str, tuple[Action, int]]] = {
    "showFamilyPlan": (Action.READ_FAMILY_PLAN, 200),
    "drawUpFamilyPlan": (Action.DRAW_UP_FAMILY_PLAN, 201),
    "reviewFamilyPlan": (Action.RECORD_FAMILY_PLAN, 201),
    "joinFamilyPlan": (Action.RECORD_FAMILY_PLAN, 201),
    "leaveFamilyPlan": (Action.RECORD_FAMILY_PLAN, 201),
    "correctFamilyPlanRecord": (Action.CORRECT_FAMILY_PLAN, 201),
    "annulFamilyPlanRecord": (Action.CORRECT_FAMILY_PLAN, 201),
    "showFamilyPlanHistory": (Action.READ_FAMILY_PLAN_HISTORY, 200),
    "endFamilyPlan": (Action.RECORD_FAMILY_PLAN, 201),
}
"""What is asked for of family plans, by way of several cases. See test_family_plan_callers."""
NOTICES: Final[Mapping[str, Action]] = {
    "sendNotices": Action.SEND_NOTICE,
    "showNotices": Action.READ_NOTICES,
    "showNotice": Action.READ_NOTICES,
    "handleNotice": Action.HANDLE_NOTICE,
    "showNoticeTrail": Action.READ_NOTICE_TRAIL,
}
"""What is done with notices from outside: no case is in question. See test_notice_callers."""
UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"
OPERATIONS: Final = (*PUBLIC, *READS, *WITHOUT_A_CASE, *DRAFTS, *BODIES)


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
    if name in DRAFTS:
        action, done = DRAFTS[name]
    else:
        action = READS.get(name) or SHARED_ACTS.get(name, Action.RECORD_ACT)
        done = 200 if name in READS else 201
    if permitted(caller, action, caller.relation):
        return done
    reading = (Action.READ_CASE, Action.READ_PLAN)
    return 403 if any(permitted(caller, each, caller.relation) for each in reading) else 404


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


def asked(
    service: Service,
    name: str,
    place: tuple[str, str],
    case: Case,
    by: str | None,
    **more: Any,
) -> Any:
    """Ask for an operation as well as it can be asked for; ``more`` are members of the body."""
    method, path = place
    if name in PUBLIC:
        return service.get(PUBLIC[name], by=by)
    draft, tag = drafted(service, name, case)
    path = path.format(
        caseId=case.case_id,
        draftId=draft,
        planId=case.plan or UNKNOWN,
        assessmentId=case.assessment or UNKNOWN,
        expertAssessmentId=case.expert or UNKNOWN,
        referralId=case.referral or UNKNOWN,
        requestId=case.request or UNKNOWN,
        consentId=case.consent or UNKNOWN,
        serviceId=case.service or UNKNOWN,
        representationId=case.representation or UNKNOWN,
    )
    if method == "get":
        return service.get(path + QUERY.get(name, ""), by=by)
    if name in DRAFTS:
        key = str(uuid4()) if method == "post" else None
        return service.send(method.upper(), path, body=DRAFT, by=by, tag=tag, key=key)
    if name == "openCase":
        return service.post(path, opening(identity_code()), by=by)
    if name in LOOKUPS:
        return service.post(path, LOOKUPS[name](case), by=by)
    return service.post(path, body(name, case) | more, by=by, tag=case.etag)


def drafted(service: Service, name: str, case: Case) -> tuple[str, str]:
    """The id and the tag of a draft of Vaasa's, where the operation is on one and there can be."""
    if name in DRAFTS:
        begun = service.post(f"{case.path}/drafts", DRAFT)
        if begun.status_code == 201:
            return str(begun.json()["draftId"]), begun.headers["etag"]
    return UNKNOWN, case.etag


def answered(service: Service, name: str, caller: Caller, response: Any, case: Case) -> None:
    """The answer is the one of the table of rights, and so is its line in the trail."""
    status = expected(name, caller)
    assert response.status_code == status, (caller, response.text)
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
        assert results <= {"SHOWN", "RECORDED", "DONE", "NOTHING_FOUND"}
        assert trail
    assert {line["role"] for line in trail} <= {caller.role.value}


def refused_by_the_act(service: Service, name: str, caller: Caller, response: Any) -> None:
    """The table permits it, and the Act refuses it, by its section."""
    assert expected(name, caller) == 201
    status, section = caller.refused[name]
    assert response.status_code == status, (caller, response.text)
    assert section in {each["section"] for each in response.json()["legalBasis"]}, response.text
    assert {line["result"] for line in service.trail(response)} == {"REFUSED"}


@pytest.mark.guarantee("TR-5")
def test_every_operation_of_the_document_is_in_this_table(
    names: dict[str, tuple[str, str]],
) -> None:
    former = {route.name for route in FORMER}  # see test_deprecation
    assert set(names) == {*OPERATIONS, *GUIDANCE, *FAMILY_PLANS, *NOTICES} | former
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
        facts = service.facts()
        response = asked(service, name, place, case, caller.person)
        if name in caller.refused:
            refused_by_the_act(service, name, caller, response)
        else:
            answered(service, name, caller, response, case)
        recorded = response.status_code == 201 and name not in DRAFTS
        assert (service.facts() > facts) is recorded
    if name not in PUBLIC:
        problem(asked(service, name, place, case, None), 401, "unauthenticated")


@pytest.mark.guarantee("TR-5")
@pytest.mark.parametrize("name", [each for each in OPERATIONS if each not in PUBLIC])
@pytest.mark.parametrize(
    ("made", "callers"),
    [
        (shared, AROUND_A_PLAN),
        (referred, AROUND_A_REFERRAL),
        (handed_over, AFTER_A_HAND_OVER),
        (ended_together, AFTER_A_PLAN),
    ],
    ids=["around-a-plan", "around-a-referral", "after-a-hand-over", "after-a-plan"],
)
def test_each_authority_around_a_case_is_answered_as_the_table_of_rights_says(
    service: Service,
    names: dict[str, tuple[str, str]],
    made: Callable[[Service], Case],
    callers: tuple[Caller, ...],
    name: str,
) -> None:
    case = made(service)
    for caller in sorted(callers, key=lambda each: expected(name, each) == 201):
        facts, more = service.facts(), theirs(name, caller, case)
        response = asked(service, name, names[name], case, caller.person, **more)
        if name in caller.refused:
            refused_by_the_act(service, name, caller, response)
        else:
            answered(service, name, caller, response, case)
        recorded = response.status_code == 201 and name not in DRAFTS
        assert (service.facts() > facts) is recorded
        if response.status_code == 201:
            case = made(service)


def theirs(name: str, caller: Caller, case: Case) -> dict[str, Any]:
    """What an authority around the case may say in an act it takes part in."""
    if name == "reviewPlan" and caller.kind is WELFARE:
        own = {"heldBy": "WELFARE_AREA", "limitedTo": list(case.measures[1:])}
        in_time = caller.relation is Relation.WAS_PARTY
        return own | ({"effectiveOn": BEFORE} if in_time else {})
    if name == "obtainExpertAssessment" and caller.relation is Relation.HANDED_OVER:
        return {"effectiveOn": BEFORE}
    if name == "recordNecessaryData" and caller.relation is Relation.HANDED_OVER:
        return {"effectiveOn": BEFORE}
    if name == "reviewPlan" and caller.relation in {Relation.HANDED_OVER, Relation.WAS_PARTY}:
        return {"effectiveOn": BEFORE}
    return {}


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


def pages(service: Service, path: str, by: str) -> Iterator[str]:
    """Every page of a list: who asks may have more clients than go on one."""
    following: str | None = ""
    while following is not None:
        answer = service.get(f"{path}?limit=200{following}", by=by)
        yield answer.text
        cursor = answer.json()["next"]
        following = None if cursor is None else f"&cursor={cursor}"


@pytest.mark.guarantee("TR-5")
def test_a_list_holds_the_cases_of_the_callers_authority_and_no_others(service: Service) -> None:
    mine, theirs = service.planned("officer@vaasa"), service.planned("officer@espoo")
    service.settle()
    for person, own, other in (
        ("officer@vaasa", mine, theirs),
        ("officer@espoo", theirs, mine),
    ):
        for path in ("/worklist", "/clients"):
            whole = "".join(pages(service, path, person))
            assert own.case_id in whole
            assert other.case_id not in whole
    for path in ("/worklist", "/clients"):
        empty = service.get(path, by="officer@turku-te").json()
        assert (empty["items"], empty["next"]) == ([], None)


def test_head_answers_every_read_as_get_does_without_a_body(
    service: Service, names: dict[str, tuple[str, str]]
) -> None:
    case = service.planned()
    draft = service.begin_draft(case)
    service.settle()
    for name, (method, path) in names.items():
        if method != "get" or name in {*GUIDANCE, *FAMILY_PLANS, *NOTICES}:
            continue
        by = "auditor@tarkastus" if name == "showAccessTrail" else "officer@vaasa"
        address = PUBLIC.get(name) or path.format(caseId=case.case_id, draftId=draft)
        address += QUERY.get(name, "")
        head = service.send("HEAD", address, by=by)
        got = service.get(address, by=by)
        assert (head.status_code, head.content) == (got.status_code, b"") == (200, b"")
        same = {"content-type", "etag", "content-language", "cache-control", "vary"}
        assert [head.headers.get(each) for each in same] == [got.headers.get(each) for each in same]
        lines = len(service.trail(head))
        assert lines == len(service.trail(got))
        assert (lines == 0) is (name in PUBLIC)
