"""Family plans over HTTP: one operation for each act, and the plan as far as the caller may see."""

from typing import Final
from uuid import UUID

from pydantic import Field
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.policy import Action
from cases.app.http.acts import ActRoute, RecordedFact, Resource
from cases.app.http.describe import PERSONAL, Operation
from cases.app.http.exchange import Desk, case_headers
from cases.app.http.problems import Problematic, ProblemCode
from cases.app.outcomes import Hidden
from cases.domain.family.acts import (
    DrawUpFamilyPlan,
    EndFamilyPlan,
    JoinFamilyPlan,
    LeaveFamilyPlan,
    ReviewFamilyPlan,
)
from cases.domain.model import Value
from cases.domain.questions.family_plan import FamilyPlanShown, family_plan

_PLAN: Final = "/family-plans/{familyPlanId}"


class FamilyPlanActAnswer(Value):
    """What an act recorded, and the version the family plan is at with it."""

    family_plan_id: UUID
    version: int
    recorded: tuple[RecordedFact, ...]


FAMILY_PLANS: Final = Resource(
    "/family-plans",
    "familyPlanId",
    lambda desk: desk.family_plans.perform,
    FamilyPlanActAnswer,
    lambda family_plan_id, version, recorded: FamilyPlanActAnswer(
        family_plan_id=family_plan_id, version=version, recorded=recorded
    ),
)

ROUTES: Final[tuple[ActRoute, ...]] = (
    ActRoute("/family-plans", DrawUpFamilyPlan, resource=FAMILY_PLANS, opens=True),
    ActRoute(f"{_PLAN}/reviews", ReviewFamilyPlan, resource=FAMILY_PLANS),
    ActRoute(f"{_PLAN}/members", JoinFamilyPlan, resource=FAMILY_PLANS),
    ActRoute(
        f"{_PLAN}/members/{{memberId}}/leaving",
        LeaveFamilyPlan,
        (("memberId", "member"),),
        resource=FAMILY_PLANS,
    ),
    ActRoute(f"{_PLAN}/ending", EndFamilyPlan, resource=FAMILY_PLANS),
)
"""Every act on a family plan."""


class FamilyPlanAnswer(FamilyPlanShown):
    """A family plan as far as it may be seen, and what its next act is decided on."""

    family_plan_id: UUID
    version: int = Field(ge=1)


def show(desk: Desk, request: HttpRequest) -> Response:
    """A family plan, by way of the members whose cases the caller may look at: 200, or not found.

    Its tag names the version alone: what a caller may see of it changes with the members' cases.
    """
    exchange = desk.exchange(request, Action.READ_FAMILY_PLAN)
    with exchange.trailing_refusals():
        exchange.only_query(())
        family_plan_id = exchange.path_id("familyPlanId")
        caller = exchange.caller(purpose_required=True)
    shown = desk.family_plans.show(caller, family_plan_id)
    if isinstance(shown, Hidden):
        raise Problematic(ProblemCode.NOT_FOUND)
    said = family_plan(shown.state, shown.visible)
    answer = FamilyPlanAnswer.model_construct(
        **dict(said), family_plan_id=shown.family_plan_id, version=shown.seen.version
    )
    headers = case_headers(exchange, shown.seen)
    return Response(answer.model_dump_json(), 200, headers, "application/json")


PLAN: Final = Operation(
    "get",
    _PLAN,
    "showFamilyPlan",
    "A family's plan: the parts of the members whose cases the caller may look at",
    FamilyPlanAnswer,
    headers=("Purpose-Of-Use",),
    problems=PERSONAL,
    legal_basis=("21", "72", "79"),
)
