"""Who may do what with notices, over HTTP: every operation, for every kind of caller."""

from typing import Any, Final

import pytest
from tests.contract.noticing import item, received, send, somebody
from tests.contract.test_access_matrix import CALLERS, NOTICES, Caller, permitted
from tests.service import Service, problem

from cases.app.access.policy import Action, Relation
from cases.app.access.principal import Role
from cases.domain.codes.values import OrganisationKind

KELA, MIGRI = OrganisationKind.KELA, OrganisationKind.IMMIGRATION_SERVICE
EVERYBODY: Final = (
    *CALLERS,
    Caller("register@kela", Role.REGISTER, KELA, Relation.OTHER),
    Caller("register@migri", Role.REGISTER, MIGRI, Relation.OTHER),
    Caller("register@vaasa", Role.REGISTER, OrganisationKind.MUNICIPALITY, Relation.RESPONSIBLE),
    Caller(
        "register@esimerkkikassa", Role.REGISTER, OrganisationKind.UNEMPLOYMENT_FUND, Relation.OTHER
    ),
)


def asked(service: Service, name: str, notice: str, caller: Caller) -> Any:
    """Ask for an operation as well as the caller can."""
    match name:
        case "sendNotices":
            if caller.kind is MIGRI:
                person = {"identityCode": somebody(service)}
                return send(service, person, section="84.1", by=caller.person)
            return send(service, item(somebody(service)), by=caller.person)
        case "showNotices":
            return service.get("/notices", by=caller.person)
        case "showNotice":
            return service.get(f"/notices/{notice}", by=caller.person)
        case "showNoticeTrail":
            return service.get(f"/notices/{notice}/access-trail", by=caller.person)
    body = {"outcome": "NOT_A_CLIENT"}
    return service.post(f"/notices/{notice}/handling", body, by=caller.person)


def expected(name: str, caller: Caller) -> int:
    """The status that the table of rights makes of it."""
    action = NOTICES[name]
    if name in {"sendNotices", "showNotices"}:
        return 200 if permitted(caller, action, Relation.NONE) else 403
    if permitted(caller, action, caller.relation):
        return 200
    return 403 if permitted(caller, Action.READ_NOTICES, caller.relation) else 404


@pytest.mark.guarantee("NO-9", "TR-5")
@pytest.mark.parametrize("name", NOTICES)
def test_each_caller_is_answered_as_the_table_of_rights_says(service: Service, name: str) -> None:
    (notice,) = received(send(service, item(somebody(service))))
    for caller in sorted(EVERYBODY, key=lambda each: expected(name, each) < 300):
        response, status = asked(service, name, notice, caller), expected(name, caller)
        assert response.status_code == status, (caller, response.text)
        trail = service.trail(response)
        assert trail
        assert {line["role"] for line in trail} <= {caller.role.value}
        results = {"FORBIDDEN"} if status >= 400 else {"DONE", "SHOWN", "NOTHING_FOUND"}
        assert {line["result"] for line in trail} <= results, caller
    problem(service.get(f"/notices/{notice}", by=None, purpose=None), 401, "unauthenticated")


@pytest.mark.guarantee("NO-9")
def test_every_operation_on_notices_is_in_this_table(service: Service) -> None:
    document = service.get("/openapi.json", by=None, purpose=None).json()
    told = {
        operation["operationId"]
        for path, item in document["paths"].items()
        for operation in item.values()
        if path.startswith("/notices")
    }
    assert told == set(NOTICES)


@pytest.mark.guarantee("NO-9")
def test_a_register_does_nothing_else(service: Service) -> None:
    case = service.open_case()
    for path in ("/worklist", "/clients"):
        problem(service.get(path, by="register@kela"), 403, "forbidden")
    problem(service.get(case.path, by="register@kela"), 404, "not-found")
    looked_up = service.post("/person-lookups", {"identityCode": case.code}, by="register@kela")
    problem(looked_up, 403, "forbidden")
    wrong = send(service, item(case.code), purpose="ORGANISING_SERVICES")
    problem(wrong, 403, "purpose-not-allowed")
    unsaid = send(service, item(somebody(service)), purpose=None)
    assert unsaid.status_code == 200


@pytest.mark.guarantee("NO-9")
def test_head_answers_a_read_as_get_does_and_a_wrong_method_is_told_the_right_ones(
    service: Service,
) -> None:
    (notice,) = received(send(service, item(somebody(service))))
    for path in ("/notices", f"/notices/{notice}"):
        head = service.send("HEAD", path)
        assert (head.status_code, head.content) == (200, b"")
    for path, allowed in (
        ("/notices", "GET, HEAD, POST"),
        (f"/notices/{notice}", "GET, HEAD"),
        (f"/notices/{notice}/handling", "POST"),
    ):
        response = service.send("DELETE", path)
        problem(response, 405, "method-not-allowed")
        assert response.headers["allow"] == allowed
