"""Who may do what with guidance records, over HTTP: every operation, for every kind of caller."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from tests.contract.test_access_matrix import CALLERS, GUIDANCE, Caller, permitted
from tests.contract.test_guidance_records import AUDIT, GUIDING, INFORMED, NEED, Guided
from tests.service import Service, identity_code, problem

from cases.app.access.policy import Action, Relation
from cases.app.access.principal import Role
from cases.app.http.guidance import LOOKUP, ROUTES
from cases.domain.codes.values import OrganisationKind

PURPOSES: Final = {
    Role.OFFICER: GUIDING,
    Role.AUDITOR: AUDIT,
    Role.PROFESSIONAL: "ORGANISING_SERVICES",
    Role.OPERATOR: "KEEPING_THE_SYSTEM_RUNNING",
}
PUT_RIGHT: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "correctGuidanceRecord": (
        "/corrections",
        {
            "version": 1,
            "changes": [{"member": "/content/informed/language", "to": "fi"}],
            "reason": "It was Finnish",
        },
    ),
    "annulGuidanceRecord": ("/annulments", {"version": 1, "reason": "Nobody consented"}),
}
READ: Final = {
    "showGuidanceRecord": "",
    "showGuidanceHistory": "/history",
    "showGuidanceTrail": "/access-trail",
}
OF_NO_RECORD: Final = {Action.OPEN_GUIDANCE_RECORD, Action.LOOK_UP_GUIDANCE}


def asked(service: Service, name: str, guided: Guided, caller: Caller) -> Any:
    """Ask for an operation as well as the caller can."""
    how: dict[str, Any] = {"by": caller.person, "purpose": PURPOSES[caller.role]}
    if name in PUT_RIGHT:
        path, body = PUT_RIGHT[name]
        return service.post(f"{guided.path}{path}", body, tag=guided.tag, **how)
    if name in READ:
        return service.get(f"{guided.path}{READ[name]}", **how)
    match name:
        case "giveGuidanceConsent":
            names = {"given": "Ivan", "family": "Petrov"}
            person = {"names": names, "identityCode": identity_code()}
            body = {"person": person, "informed": INFORMED}
            return service.post("/guidance/consents", body, **how)
        case "recordGuidance":
            said = {"consent": guided.consent, "needs": [NEED]}
            return service.post("/guidance", said, tag=guided.tag, **how)
        case "withdrawGuidanceConsent":
            return guided.withdraw(**how)
        case "lookUpGuidance":
            code = {"identityCode": guided.code}
            return service.post(LOOKUP.path, code, key=None, **how)
    raise LookupError(name)


def expected(name: str, caller: Caller) -> int:
    """The status that the table of rights, and the Act, make of it."""
    action, done = GUIDANCE[name]
    if action in OF_NO_RECORD:
        if not permitted(caller, action, Relation.NONE):
            return 403
        of_act = name == "giveGuidanceConsent"
        return 422 if of_act and caller.kind is not OrganisationKind.MUNICIPALITY else done
    if permitted(caller, action, caller.relation):
        return done
    # Whoever records guidance at all is told by the decree, whatever is wrong with the consent.
    if name == "recordGuidance" and permitted(caller, action, Relation.RESPONSIBLE):
        return 422
    return 403 if permitted(caller, Action.READ_GUIDANCE, caller.relation) else 404


@pytest.mark.guarantee("GU-2", "TR-5")
@pytest.mark.parametrize("name", GUIDANCE)
def test_each_caller_is_answered_as_the_table_of_rights_says(service: Service, name: str) -> None:
    guided = Guided(service)
    for caller in sorted(CALLERS, key=lambda each: expected(name, each) < 300):
        facts = service.facts()
        response = asked(service, name, guided, caller)
        status = expected(name, caller)
        assert response.status_code == status, (caller, response.text)
        assert (service.facts() > facts) is (status == 201)
        assert status < 400 or guided.code not in response.text
        trail = service.trail(response)
        assert trail
        assert {line["role"] for line in trail} <= {caller.role.value}
        if status in {403, 404}:
            assert {line["result"] for line in trail} == {"FORBIDDEN"}, caller
        if status == 200 and name == "lookUpGuidance":
            assert len(response.json()["records"]) == (caller.relation is Relation.RESPONSIBLE)
    problem(service.get(guided.path, by=None, purpose=None), 401, "unauthenticated")


@pytest.mark.guarantee("GU-2")
def test_every_operation_on_guidance_records_is_in_this_table(service: Service) -> None:
    document = service.get("/openapi.json", by=None, purpose=None).json()
    told = {
        operation["operationId"]
        for path, item in document["paths"].items()
        for operation in item.values()
        if path.startswith("/guidance")
    }
    assert told == set(GUIDANCE)
    assert {route.act.NAME for route in ROUTES} < told


@pytest.mark.guarantee("GU-2")
def test_head_answers_a_read_as_get_does(service: Service) -> None:
    guided = Guided(service)
    head = service.send("HEAD", guided.path, purpose=GUIDING)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == guided.tag
    assert head.headers["content-type"] == "application/json"
    problem(service.send("DELETE", guided.path, purpose=GUIDING), 405, "method-not-allowed")
