"""Who may do what with family plans, over HTTP: every operation, for every kind of caller."""

from typing import Any, Final

import pytest
from tests.contract.test_access_matrix import CALLERS, FAMILY_PLANS, Caller, permitted
from tests.contract.test_family_plans import Family, planned
from tests.service import MAKERS, Service, problem

from cases.app.access.policy import Action, Relation
from cases.app.access.principal import Role
from cases.app.http.family_plans import ROUTES

PURPOSES: Final = {
    Role.OFFICER: "ORGANISING_SERVICES",
    Role.PROFESSIONAL: "ORGANISING_SERVICES",
    Role.AUDITOR: "DATA_PROTECTION_AUDIT",
    Role.OPERATOR: "KEEPING_THE_SYSTEM_RUNNING",
}


def asked(service: Service, name: str, family: Family, caller: Caller) -> Any:
    """Ask for an operation as well as the caller can."""
    how: dict[str, Any] = {"by": caller.person, "purpose": PURPOSES[caller.role]}
    if name.startswith("show"):
        path = "/history" if name == "showFamilyPlanHistory" else ""
        return service.get(f"{family.path}{path}", **how)
    if name == "drawUpFamilyPlan":
        another = Family(service)
        another.consents()
        return service.post("/family-plans", another.body(), **how)
    change = {"member": "/content/nextReviewOn", "to": "2025-09-01"}
    acts: dict[str, tuple[str, dict[str, Any]]] = {
        "reviewFamilyPlan": ("/reviews", {"nextReviewOn": "2025-12-01", "makers": MAKERS}),
        "joinFamilyPlan": ("/members", {}),
        "leaveFamilyPlan": (f"/members/{family.child.case_id}/leaving", {}),
        "endFamilyPlan": ("/ending", {"ground": "GOALS_REACHED"}),
        "correctFamilyPlanRecord": (
            "/corrections",
            {"version": 1, "changes": [change], "reason": "agreed so"},
        ),
        "annulFamilyPlanRecord": ("/annulments", {"version": 1, "reason": "by mistake"}),
    }
    where, body = acts[name]
    if name == "joinFamilyPlan":
        body = {"member": service.open_case().case_id}
    return family.act(where, body, **how)


def expected(name: str, caller: Caller) -> int:
    """The status that the table of rights, and the Act, make of it."""
    action, done = FAMILY_PLANS[name]
    if action is Action.DRAW_UP_FAMILY_PLAN:
        if not permitted(caller, action, Relation.NONE):
            return 403
        # Whoever may draw plans up may not for somebody else's clients.
        return done if permitted(caller, Action.RECORD_FAMILY_PLAN, caller.relation) else 422
    if permitted(caller, action, caller.relation):
        return done
    return 403 if permitted(caller, Action.READ_FAMILY_PLAN, caller.relation) else 404


@pytest.mark.guarantee("FP-3", "TR-5")
@pytest.mark.parametrize("name", FAMILY_PLANS)
def test_each_caller_is_answered_as_the_table_of_rights_says(service: Service, name: str) -> None:
    family = planned(service)
    for caller in sorted(CALLERS, key=lambda each: expected(name, each) < 300):
        response = asked(service, name, family, caller)
        assert response.status_code == expected(name, caller), (caller, response.text)
        trail = service.trail(response)
        assert trail
        assert {line["role"] for line in trail} <= {caller.role.value}
        if response.status_code in {403, 404}:
            assert {line["result"] for line in trail} == {"FORBIDDEN"}, caller
        if response.status_code >= 400:
            assert all(each.case_id not in response.text for each in family.everybody)
    problem(service.get(family.path, by=None, purpose=None), 401, "unauthenticated")


@pytest.mark.guarantee("FP-3")
def test_every_operation_on_family_plans_is_in_this_table(service: Service) -> None:
    document = service.get("/openapi.json", by=None, purpose=None).json()
    told = {
        operation["operationId"]
        for path, item in document["paths"].items()
        for operation in item.values()
        if path.startswith("/family-plans")
    }
    assert told == set(FAMILY_PLANS)
    assert {route.act.NAME for route in ROUTES} < told


@pytest.mark.guarantee("FP-3")
def test_head_answers_a_read_as_get_does(service: Service) -> None:
    family = planned(service)
    head = service.send("HEAD", family.path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == family.tag
    problem(service.send("DELETE", family.path), 405, "method-not-allowed")
