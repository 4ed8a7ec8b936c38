"""Guidance records over HTTP: consent, guidance, withdrawal, and reading within the authority.

A record goes by the id of the consent it stands under. There is one operation for each act, as of a
case; what a record says is read by that id, or by looking the person up.
"""

from typing import Any, Final
from uuid import UUID

from pydantic import Field
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.caller import Caller
from cases.app.access.policy import Action
from cases.app.guidance_records import RecordShown
from cases.app.http.acts import ActRoute, RecordedFact, Resource
from cases.app.http.audit import KEYS, Access, page_of_trail
from cases.app.http.cursor import Cursors
from cases.app.http.describe import PERSONAL, Operation
from cases.app.http.exchange import Body, Desk, Exchange, case_headers
from cases.app.http.problems import ProblemCode, denied
from cases.app.outcomes import Forbidden, Hidden
from cases.domain.guidance_record.acts import (
    GiveGuidanceConsent,
    RecordGuidance,
    WithdrawGuidanceConsent,
)
from cases.domain.model import Value
from cases.domain.people import IdentityCode
from cases.domain.questions.guidance import GuidanceRecordShown, guidance_record

_BASIS: Final = ("10", "decree:4.1")


class GuidanceActAnswer(Value):
    """What an act recorded, and the version the guidance record is at with it."""

    consent_id: UUID
    version: int
    recorded: tuple[RecordedFact, ...]


GUIDANCE: Final = Resource(
    "/guidance",
    "consentId",
    lambda desk: desk.guidance.perform,
    GuidanceActAnswer,
    lambda consent_id, version, recorded: GuidanceActAnswer(
        consent_id=consent_id, version=version, recorded=recorded
    ),
)

ROUTES: Final[tuple[ActRoute, ...]] = (
    ActRoute("/guidance/consents", GiveGuidanceConsent, resource=GUIDANCE, opens=True),
    ActRoute("/guidance", RecordGuidance, resource=GUIDANCE, stream_member="consent"),
    ActRoute(
        "/guidance/consents/{consentId}/withdrawal",
        WithdrawGuidanceConsent,
        (("consentId", "consent"),),
        resource=GUIDANCE,
    ),
)
"""Every act on a guidance record."""


class GuidanceRecordAnswer(GuidanceRecordShown):
    """A guidance record, and what its next act is decided on."""

    consent_id: UUID
    version: int = Field(ge=1)


class GuidanceFound(GuidanceRecordAnswer):
    """One of a person's guidance records; ``etag`` is what its next act names in If-Match."""

    etag: str


class GuidanceLookup(Value):
    """A person looked for by identity code; the code stands in the body, never in an address."""

    identity_code: IdentityCode


class GuidanceRecordsFound(Value):
    """The person's guidance records at the caller's authority, the oldest first."""

    records: tuple[GuidanceFound, ...]


class GuidanceTrail(Value):
    """A page of the trail, oldest line first; ``next`` is the cursor of the next page."""

    consent_id: UUID
    items: tuple[Access, ...]
    next: str | None = None


def show(desk: Desk, request: HttpRequest) -> Response:
    """A guidance record of the caller's authority: 200, or not found."""
    exchange = desk.exchange(request, Action.READ_GUIDANCE)
    with exchange.trailing_refusals():
        exchange.only_query(())
        consent_id = exchange.path_id("consentId")
        caller = exchange.caller(purpose_required=True)
    shown = desk.guidance.show(caller, consent_id)
    if isinstance(shown, Hidden):
        raise denied(shown)
    headers = case_headers(exchange, shown.seen)
    if exchange.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    answer = GuidanceRecordAnswer.model_construct(**_said(shown))
    return Response(answer.model_dump_json(), 200, headers, "application/json")


def look_up(desk: Desk, request: HttpRequest, body: Body) -> Response:
    """A person's guidance records at the caller's authority: 200, with none where there is none."""
    exchange = desk.exchange(request, Action.LOOK_UP_GUIDANCE)
    with exchange.trailing_refusals():
        exchange.only_query(())
        asked = exchange.read(GuidanceLookup, body)
        caller = exchange.caller(purpose_required=True)
    found = desk.guidance.find(caller, asked.identity_code)
    if isinstance(found, Forbidden):
        raise denied(found)
    answer = GuidanceRecordsFound(records=tuple(_found(exchange, each) for each in found))
    return Response(answer.model_dump_json(), 200, media_type="application/json")


def show_trail(desk: Desk, cursors: Cursors, request: HttpRequest) -> Response:
    """The trail of a guidance record, for an auditor; it is there when the record is gone."""

    def look(caller: Caller, consent_id: UUID) -> None:
        outcome = desk.guidance.show_trail(caller, consent_id)
        if isinstance(outcome, Hidden | Forbidden):
            raise denied(outcome)

    exchange = desk.exchange(request, Action.READ_GUIDANCE_TRAIL)
    consent_id, items, following = page_of_trail(exchange, cursors, "consentId", look)
    page = GuidanceTrail(consent_id=consent_id, items=items, next=following)
    return Response(page.model_dump_json(), 200, media_type="application/json")


def _said(shown: RecordShown) -> dict[str, Any]:
    record = guidance_record(shown.state)
    return {**dict(record), "consent_id": shown.consent_id, "version": shown.seen.version}


def _found(exchange: Exchange, shown: RecordShown) -> GuidanceFound:
    etag = case_headers(exchange, shown.seen)["ETag"]
    return GuidanceFound.model_construct(**_said(shown), etag=etag)


RECORD: Final = Operation(
    "get",
    "/guidance/{consentId}",
    "showGuidanceRecord",
    "What was recorded under a consent, within the authority that guided",
    GuidanceRecordAnswer,
    headers=("Purpose-Of-Use",),
    problems=PERSONAL,
    legal_basis=_BASIS,
    conditional=True,
)
LOOKUP: Final = Operation(
    "post",
    "/guidance-lookups",
    "lookUpGuidance",
    "Find a person's guidance records of one's own authority by identity code, in the body",
    GuidanceRecordsFound,
    body=GuidanceLookup,
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, ProblemCode.TOO_LARGE, ProblemCode.UNSUPPORTED_MEDIA_TYPE),
    legal_basis=_BASIS,
)
TRAIL: Final = Operation(
    "get",
    "/guidance/{consentId}/access-trail",
    "showGuidanceTrail",
    "Who looked at a guidance record, recorded in it, or was refused",
    GuidanceTrail,
    query=KEYS,
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, ProblemCode.CURSOR_INVALID),
    legal_basis=("78", "79"),
)
