"""Family plans over HTTP: one operation for each act, and the plan as far as the caller may see."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from pydantic import Field
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.policy import Action
from cases.app.family_plans import FamilyPlanReadable
from cases.app.http.acts import ActRoute, RecordedFact, Resource
from cases.app.http.describe import PERSONAL, Operation
from cases.app.http.exchange import Desk, Exchange, case_headers
from cases.app.http.parameters import TAGGED
from cases.app.http.problems import Problematic, ProblemCode
from cases.app.http.questions import AXES, as_of_asked
from cases.app.outcomes import CannotAnswer, Hidden
from cases.domain.family.acts import (
    AnnulFamilyPlanRecord,
    CorrectFamilyPlanRecord,
    DrawUpFamilyPlan,
    EndFamilyPlan,
    JoinFamilyPlan,
    LeaveFamilyPlan,
    ReviewFamilyPlan,
)
from cases.domain.model import Value
from cases.domain.questions.family_history import FamilyPlanHistory, family_plan_history
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
    ActRoute(f"{_PLAN}/corrections", CorrectFamilyPlanRecord, resource=FAMILY_PLANS),
    ActRoute(f"{_PLAN}/annulments", AnnulFamilyPlanRecord, resource=FAMILY_PLANS),
)
"""Every act on a family plan."""


class FamilyPlanAsked(Value):
    """Of which plan, on which legal day, from what knowledge: as ``AskedOf`` of a case."""

    family_plan_id: UUID
    version: int = Field(ge=1)
    valid_on: date
    known_at: datetime | None
    recorded_at: datetime


class FamilyPlanAnswer(FamilyPlanAsked, FamilyPlanShown):
    """A family plan as far as it may be seen, and what its next act is decided on."""


class FamilyPlanHistoryAnswer(FamilyPlanAsked, FamilyPlanHistory):
    """Everything that happened to a family plan, as far as it may be seen."""


def show(desk: Desk, request: HttpRequest) -> Response:
    """A family plan, by way of the members whose cases the caller may look at: 200, or not found.

    Its tag names the version alone: what a caller may see of it changes with the members' cases.
    """
    exchange, shown = _asked(desk, request, Action.READ_FAMILY_PLAN)
    said = family_plan(shown.facts, shown.visible, shown.as_of.valid_on)
    return _answered(exchange, shown, FamilyPlanAnswer, said)


def show_history(desk: Desk, request: HttpRequest) -> Response:
    """What happened to a family plan, by way of members whose history the caller may read."""
    exchange, shown = _asked(desk, request, Action.READ_FAMILY_PLAN_HISTORY)
    said = family_plan_history(
        shown.facts,
        shown.visible,
        shown.as_of.valid_on,
        exchange.language,
        annulled_shown=shown.annulled_shown,
    )
    return _answered(exchange, shown, FamilyPlanHistoryAnswer, said)


def _asked(desk: Desk, request: HttpRequest, action: Action) -> tuple[Exchange, FamilyPlanReadable]:
    """The plan as it is asked for; the problem raised where it may not be shown."""
    exchange = desk.exchange(request, action)
    with exchange.trailing_refusals():
        exchange.only_query(AXES)
        as_of = as_of_asked(exchange)
        family_plan_id = exchange.path_id("familyPlanId")
        caller = exchange.caller(purpose_required=True)
    shown = desk.family_plans.show(caller, action, family_plan_id, as_of)
    if isinstance(shown, Hidden):
        raise Problematic(ProblemCode.NOT_FOUND)
    if isinstance(shown, CannotAnswer):
        raise Problematic(ProblemCode.VIEW_CANNOT_ANSWER)
    return exchange, shown


def _answered(
    exchange: Exchange, shown: FamilyPlanReadable, model: type[FamilyPlanAsked], said: Value
) -> Response:
    answer = model.model_construct(
        **dict(said),
        family_plan_id=shown.family_plan_id,
        version=shown.seen.version,
        valid_on=shown.as_of.valid_on,
        known_at=shown.as_of.known_at,
        recorded_at=shown.facts[-1].recorded_at,
    )
    also = ("ANNULLED",) if shown.annulled_shown else ()
    headers = case_headers(exchange, shown.seen, day=shown.as_of.valid_on, also=also)
    return Response(answer.model_dump_json(), 200, headers, "application/json")


PLAN: Final = Operation(
    "get",
    _PLAN,
    "showFamilyPlan",
    "A family's plan: the parts of the members whose cases the caller may look at",
    FamilyPlanAnswer,
    query=AXES,
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, ProblemCode.VIEW_CANNOT_ANSWER),
    legal_basis=("21", "72", "79"),
    tells=TAGGED,
)
HISTORY: Final = Operation(
    "get",
    f"{_PLAN}/history",
    "showFamilyPlanHistory",
    "Who did what to a family's plan, when and why, and what was put right in it",
    FamilyPlanHistoryAnswer,
    query=AXES,
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, ProblemCode.VIEW_CANNOT_ANSWER),
    legal_basis=("21", "72", "79"),
    tells=TAGGED,
)
