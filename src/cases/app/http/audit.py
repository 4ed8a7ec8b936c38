"""The access trail of a case over HTTP: who looked at it, changed it, was refused, and why."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.caller import Caller
from cases.app.access.policy import Action
from cases.app.access.record import AccessResult
from cases.app.http.cursor import Cursors
from cases.app.http.exchange import Desk, Exchange
from cases.app.http.query import page_size_of
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
    """The trail of a case, for an auditor; this very reading is its newest line."""

    def look(caller: Caller, case_id: UUID) -> None:
        today = AsOf(valid_on=desk.clock.today())
        action = Action.READ_ACCESS_TRAIL
        shown_or_problem(desk.cases.asking.show(caller, action, case_id, today, ["access-trail"]))

    exchange = desk.exchange(request, Action.READ_ACCESS_TRAIL)
    case_id, items, following = page_of_trail(exchange, cursors, "caseId", look)
    page = AccessTrail(case_id=case_id, items=items, next=following)
    return Response(page.model_dump_json(), 200, media_type="application/json")


def page_of_trail(
    exchange: Exchange, cursors: Cursors, name: str, look: Callable[[Caller, UUID], None]
) -> tuple[UUID, tuple[Access, ...], str | None]:
    """The stream whose id has this name in the path, a page of its trail, and the next's cursor.

    ``look`` judges whether it may be read and writes the line of this very reading, or raises a
    problem. The pages that follow end with that line too: their own are for the next reader.
    """
    desk = exchange.desk
    with exchange.trailing_refusals():
        exchange.only_query(KEYS)
        limit = page_size_of(exchange.request)
        stream_id = exchange.path_id(name)
        caller = exchange.caller(purpose_required=True)
        bound_to = (caller.name, exchange.action.value, str(stream_id), str(limit))
        cursor = exchange.request.query_params.get("cursor")
        place = [int(p) for p in cursors.read(bound_to, cursor)] if cursor is not None else None
    look(caller, stream_id)
    after, until = place or (0, desk.trail.last_of_case(stream_id))
    found = desk.trail.of_case(stream_id, after, limit + 1, until)
    lines = found[:limit]
    following = cursors.write(bound_to, [lines[-1].seq, until]) if len(found) > limit else None
    items = tuple(
        Access.model_validate(line.record.model_dump(exclude={"id", "case_id"})) for line in lines
    )
    return stream_id, items, following
