"""The access trail of a case over HTTP: who looked at it, changed it, was refused, and why."""

from datetime import datetime
from typing import Final
from uuid import UUID

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.policy import Action
from cases.app.access.record import AccessResult
from cases.app.http.cursor import Cursors
from cases.app.http.exchange import Desk
from cases.app.http.lists import page_size
from cases.app.http.questions import shown_or_problem
from cases.domain.model import Value
from cases.domain.questions.as_of import AsOf

KEYS: Final = ("limit", "cursor")


class Access(Value):
    """One line of the trail; ``at`` is an instant (UTC). It never holds a value of the record."""

    at: datetime
    subject: str
    organisation: str
    role: str
    purpose: str
    purpose_version: str
    action: str
    sections: tuple[str, ...]
    case_version: int | None
    result: AccessResult
    request_id: str
    traits: tuple[str, ...]


class AccessTrail(Value):
    """A page of the trail, oldest line first; ``next`` is the cursor of the next page."""

    case_id: UUID
    items: tuple[Access, ...]
    next: str | None = None


def show_access_trail(desk: Desk, cursors: Cursors, request: HttpRequest) -> Response:
    """The trail of a case, for an auditor; this very reading is its newest line.

    The pages that follow end with that line too: their own readings are for the next reader.
    """
    exchange = desk.exchange(request, Action.READ_ACCESS_TRAIL)
    with exchange.trailing_refusals():
        exchange.only_query(KEYS)
        limit = page_size(request)
        case_id = exchange.path_id("caseId")
        caller = exchange.caller(purpose_required=True)
        bound_to = (caller.name, exchange.action.value, str(case_id), str(limit))
        cursor = request.query_params.get("cursor")
        place = [int(p) for p in cursors.read(bound_to, cursor)] if cursor is not None else None
    today = desk.clock.today()
    shown_or_problem(
        desk.cases.asking.show(
            caller, exchange.action, case_id, AsOf(valid_on=today), ["access-trail"]
        )
    )
    after, until = place or (0, desk.trail.last_of_case(case_id))
    found = desk.trail.of_case(case_id, after, limit + 1, until)
    lines = found[:limit]
    following = cursors.write(bound_to, [lines[-1].seq, until]) if len(found) > limit else None
    page = AccessTrail(
        case_id=case_id,
        items=tuple(
            Access.model_validate(line.record.model_dump(exclude={"id", "case_id"}))
            for line in lines
        ),
        next=following,
    )
    return Response(page.model_dump_json(), 200, media_type="application/json")
