"""Guidance records over HTTP: consent, guidance, withdrawal, and reading within the authority.

A record goes by the id of the consent it stands under. There is one operation for each act, as of a
case; what a record says is read by that id, or by looking the person up.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from pydantic import Field
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.caller import Caller
from cases.app.access.policy import Action
from cases.app.guidance_records import GuidanceReadable
from cases.app.http.acts import ActRoute, RecordedFact, Resource
from cases.app.http.audit import KEYS, Access, page_of_trail
from cases.app.http.cursor import Cursors
from cases.app.http.describe import PERSONAL, Operation
from cases.app.http.exchange import Body, Desk, Exchange, case_headers
from cases.app.http.parameters import TAGGED
from cases.app.http.problems import OF_A_BODY, Problematic, ProblemCode, denied
from cases.app.http.questions import AXES, as_of_asked
from cases.app.outcomes import CannotAnswer, Forbidden, Hidden
from cases.domain.guidance_record.acts import (
    AnnulGuidanceRecord,
    CorrectGuidanceRecord,
    GiveGuidanceConsent,
    RecordGuidance,
    WithdrawGuidanceConsent,
)
from cases.domain.model import Value
from cases.domain.people import IdentityCode
from cases.domain.questions.as_of import AsOf
from cases.domain.questions.guidance import GuidanceRecordShown, guidance_record
from cases.domain.questions.guidance_history import GuidanceHistory, guidance_history

_BASIS: Final = ("10", "decree:4.1")
_RECORD: Final = "/guidance/{consentId}"


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
    ActRoute(f"{_RECORD}/corrections", CorrectGuidanceRecord, resource=GUIDANCE),
    ActRoute(f"{_RECORD}/annulments", AnnulGuidanceRecord, resource=GUIDANCE),
)
"""Every act on a guidance record."""


class GuidanceAsked(Value):
    """Of which record, on which legal day, from what knowledge: as ``AskedOf`` of a case."""

    consent_id: UUID
    version: int = Field(ge=1)
    valid_on: date
    known_at: datetime | None
    recorded_at: datetime


class GuidanceRecordAnswer(GuidanceAsked, GuidanceRecordShown):
    """A guidance record, and what its next act is decided on."""


class GuidanceHistoryAnswer(GuidanceAsked, GuidanceHistory):
    """Everything that was recorded under a consent, and what was put right in it."""


class GuidanceFound(GuidanceRecordShown):
    """One of a person's guidance records; ``etag`` is what its next act names in If-Match."""

    consent_id: UUID
    version: int = Field(ge=1)
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
    exchange, as_of, shown = _asked(desk, request, Action.READ_GUIDANCE)
    said = guidance_record(shown.facts, as_of.valid_on)
    return _answered(exchange, as_of, shown, GuidanceRecordAnswer, said)


def show_history(desk: Desk, request: HttpRequest) -> Response:
    """What was recorded under a consent of the caller's authority: 200, or not found."""
    exchange, as_of, shown = _asked(desk, request, Action.READ_GUIDANCE_HISTORY)
    said = guidance_history(shown.facts, as_of.valid_on, exchange.language)
    return _answered(exchange, as_of, shown, GuidanceHistoryAnswer, said)


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


def _asked(
    desk: Desk, request: HttpRequest, action: Action
) -> tuple[Exchange, AsOf, GuidanceReadable]:
    """The record as it is asked for; the problem raised where it may not be shown."""
    exchange = desk.exchange(request, action)
    with exchange.trailing_refusals():
        exchange.only_query(AXES)
        as_of = as_of_asked(exchange)
        consent_id = exchange.path_id("consentId")
        caller = exchange.caller(purpose_required=True)
    shown = desk.guidance.show(caller, action, consent_id, as_of)
    if isinstance(shown, Hidden):
        raise denied(shown)
    if isinstance(shown, CannotAnswer):
        raise Problematic(ProblemCode.VIEW_CANNOT_ANSWER)
    return exchange, as_of, shown


def _answered(
    exchange: Exchange,
    as_of: AsOf,
    shown: GuidanceReadable,
    model: type[GuidanceAsked],
    said: Value,
) -> Response:
    headers = case_headers(exchange, shown.seen, day=as_of.valid_on)
    if exchange.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    answer = model.model_construct(
        **dict(said),
        consent_id=shown.consent_id,
        version=shown.seen.version,
        valid_on=as_of.valid_on,
        known_at=as_of.known_at,
        recorded_at=shown.facts[-1].recorded_at,
    )
    return Response(answer.model_dump_json(), 200, headers, "application/json")


def _found(exchange: Exchange, shown: GuidanceReadable) -> GuidanceFound:
    return GuidanceFound.model_construct(
        **dict(guidance_record(shown.facts)),
        consent_id=shown.consent_id,
        version=shown.seen.version,
        etag=case_headers(exchange, shown.seen)["ETag"],
    )


RECORD: Final = Operation(
    "get",
    _RECORD,
    "showGuidanceRecord",
    "What was recorded under a consent, within the authority that guided",
    GuidanceRecordAnswer,
    query=AXES,
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, ProblemCode.VIEW_CANNOT_ANSWER),
    legal_basis=_BASIS,
    conditional=True,
    tells=TAGGED,
)
HISTORY: Final = Operation(
    "get",
    f"{_RECORD}/history",
    "showGuidanceHistory",
    "Who recorded what under a consent, when and why, and what was put right in it",
    GuidanceHistoryAnswer,
    query=AXES,
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, ProblemCode.VIEW_CANNOT_ANSWER),
    legal_basis=_BASIS,
    conditional=True,
    tells=TAGGED,
)
LOOKUP: Final = Operation(
    "post",
    "/guidance-lookups",
    "lookUpGuidance",
    "Find a person's guidance records of one's own authority by identity code, in the body",
    GuidanceRecordsFound,
    body=GuidanceLookup,
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, *OF_A_BODY),
    legal_basis=_BASIS,
    tells=(),
)
TRAIL: Final = Operation(
    "get",
    f"{_RECORD}/access-trail",
    "showGuidanceTrail",
    "Who looked at a guidance record, recorded in it, or was refused",
    GuidanceTrail,
    query=KEYS,
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, ProblemCode.CURSOR_INVALID),
    legal_basis=("78", "79"),
    tells=(),
)
