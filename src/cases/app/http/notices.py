"""Notices from outside over HTTP (84 §): sent by registers, seen and handled by their receivers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field, SkipValidation
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.caller import Caller
from cases.app.access.policy import Action
from cases.app.http.acts import fingerprint
from cases.app.http.audit import Access, page_of_trail
from cases.app.http.body import JsonBody, to_model
from cases.app.http.cursor import Cursors
from cases.app.http.describe import PERSONAL, Operation
from cases.app.http.exchange import Body, Desk, Exchange
from cases.app.http.headers import in_language
from cases.app.http.parameters import IN_A_LANGUAGE
from cases.app.http.problems import (
    OF_A_BODY,
    ErrorItem,
    Fault,
    LegalBasisItem,
    Problematic,
    ProblemCode,
    denied,
    refused,
    write,
)
from cases.app.http.query import page_size_of
from cases.app.notices.inbox import Handled, Inbox, NoticesShown
from cases.app.notices.intake import ItemAnswer, ItemFault, NoticeIntake, Received, Sent
from cases.app.notices.model import Notice, NoticeItem
from cases.app.outcomes import Forbidden, Hidden, KeyReusedElsewhere, Refused
from cases.domain.case.act import OrganisationId
from cases.domain.case.person.acts import PersonName
from cases.domain.codes.values import Benefit, NoticeOutcome, NoticeResult
from cases.domain.law.rules import Refusal
from cases.domain.model import Value

NOTICES: Final = "/notices"
NOTICE: Final = NOTICES + "/{noticeId}"
HANDLING: Final = NOTICE + "/handling"
TRAIL: Final = NOTICE + "/access-trail"
KEYS: Final = ("limit", "cursor")
MOST: Final = 1000
"""Notices in one call."""


_EXAMPLE: Final = {
    "identityCode": "190695-936T",
    "benefit": "SOCIAL_ASSISTANCE_NOT_TEMPORARY",
    "from": "2025-01-01",
}


class NoticesSent(Value):
    """Notices of people to a municipality, by a section of the Act."""

    section: Annotated[str, Field(pattern=r"^\d+(\.\d+){0,2}$", examples=["84.3"])]
    to: OrganisationId = Field(examples=["espoo"])
    items: Annotated[
        tuple[SkipValidation[NoticeItem], ...],
        Field(min_length=1, max_length=MOST, examples=[[_EXAMPLE]]),
    ]


class NoticeAnswered(Value):
    """What became of one notice, in the order they were sent.

    ``errors`` point into the body of the call. Whether the person is known is not told: not here,
    and not by when the answer comes.
    """

    result: NoticeResult
    notice_id: UUID | None = None
    errors: tuple[ErrorItem, ...] = ()
    legal_basis: tuple[LegalBasisItem, ...] = ()


class NoticesAnswer(Value):
    """What became of each notice of a call."""

    received_at: datetime
    items: tuple[NoticeAnswered, ...]


class NoticeShown(Value):
    """A notice another authority sent to the caller's.

    ``from`` is null where no day was told: then the benefit is received on the day of the receipt.
    ``keptUntil`` is the last legal day on which the notice is shown.
    """

    notice_id: UUID
    section: str
    sender: str
    received_at: datetime
    received_on: date
    kept_until: date
    identity_code: str | None
    names: PersonName | None
    date_of_birth: date | None
    benefit: Benefit | None
    since: date | None = Field(alias="from")
    until: date | None


class NoticePage(Value):
    """A page of notices, the oldest first; ``next`` is the cursor of the next one."""

    items: tuple[NoticeShown, ...]
    next: str | None = None


class NoticeTrail(Value):
    """A page of the trail, oldest line first; ``next`` is the cursor of the next page."""

    notice_id: UUID
    items: tuple[Access, ...]
    next: str | None = None


class Handling(Value):
    """How the authority has handled a notice, which goes with that."""

    outcome: NoticeOutcome


class HandlingAnswer(Value):
    """The notice is gone."""

    notice_id: UUID
    outcome: NoticeOutcome
    handled_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeDesk:
    """What notices are received, shown and handled with."""

    desk: Desk
    intake: NoticeIntake
    inbox: Inbox
    cursors: Cursors


def send(of: NoticeDesk, request: HttpRequest, body: Body) -> Response:
    """Receive notices: 200 with an answer for each."""
    exchange = of.desk.exchange(request, Action.SEND_NOTICE)
    with exchange.trailing_refusals():
        exchange.only_query(())
        key = exchange.idempotency_key()
        sent = _sent(exchange.read(NoticesSent, body), body)
        caller = exchange.caller(purpose_required=False)
    outcome = of.intake.send(caller, key, _fingerprint(of, request, NOTICES, body), sent)
    match outcome:
        case Received():
            answer = NoticesAnswer(
                received_at=outcome.received_at,
                items=tuple(_answered(exchange, each) for each in outcome.items),
            )
            return _answer(exchange, answer, repeated=outcome.repeated)
        case Refused(refusal=refusal):
            raise refused(refusal)
        case KeyReusedElsewhere():
            raise Problematic(ProblemCode.IDEMPOTENCY_KEY_REUSED)
        case Forbidden():
            raise denied(outcome)


def show_notices(of: NoticeDesk, request: HttpRequest) -> Response:
    """Notices sent to the caller's authority, the oldest first."""
    exchange = of.desk.exchange(request, Action.READ_NOTICES)
    with exchange.trailing_refusals():
        exchange.only_query(KEYS)
        limit = page_size_of(request)
        caller = exchange.caller(purpose_required=True)
        bound_to = (caller.name, request.url.path, str(limit))
        cursor = request.query_params.get("cursor")
        place = of.cursors.read(bound_to, cursor) if cursor is not None else None
    after = place and (datetime.fromisoformat(str(place[0])), UUID(str(place[1])))
    outcome = of.inbox.of_authority(caller, after or None, limit)
    match outcome:
        case NoticesShown(notices=notices, next=last):
            following = last and of.cursors.write(bound_to, [last[0].isoformat(), str(last[1])])
            page = NoticePage(items=tuple(map(_shown, notices)), next=following)
            return Response(page.model_dump_json(), 200, media_type="application/json")
        case Forbidden():
            raise denied(outcome)


def show_notice(of: NoticeDesk, request: HttpRequest) -> Response:
    """A notice sent to the caller's authority."""
    exchange = of.desk.exchange(request, Action.READ_NOTICES)
    with exchange.trailing_refusals():
        exchange.only_query(())
        notice_id = exchange.path_id("noticeId")
        caller = exchange.caller(purpose_required=True)
    outcome = of.inbox.open(caller, notice_id)
    if isinstance(outcome, Hidden):
        raise denied(outcome)
    return Response(_shown(outcome).model_dump_json(), 200, media_type="application/json")


def show_trail(of: NoticeDesk, request: HttpRequest) -> Response:
    """The trail of a notice, for an auditor; it is there when the notice is gone."""

    def look(caller: Caller, notice_id: UUID) -> None:
        outcome = of.inbox.show_trail(caller, notice_id)
        if isinstance(outcome, Hidden | Forbidden):
            raise denied(outcome)

    exchange = of.desk.exchange(request, Action.READ_NOTICE_TRAIL)
    notice_id, items, following = page_of_trail(exchange, of.cursors, "noticeId", look)
    page = NoticeTrail(notice_id=notice_id, items=items, next=following)
    return Response(page.model_dump_json(), 200, media_type="application/json")


def handle(of: NoticeDesk, request: HttpRequest, body: Body) -> Response:
    """Remove a notice that has been seen to: 200."""
    exchange = of.desk.exchange(request, Action.HANDLE_NOTICE)
    with exchange.trailing_refusals():
        exchange.only_query(())
        notice_id = exchange.path_id("noticeId")
        key = exchange.idempotency_key()
        handling = exchange.read(Handling, body)
        caller = exchange.caller(purpose_required=False)
    digest = _fingerprint(of, request, HANDLING, body)
    outcome = of.inbox.handle(caller, notice_id, key, digest, handling.outcome)
    match outcome:
        case Handled():
            answer = HandlingAnswer(
                notice_id=outcome.notice_id,
                outcome=outcome.outcome,
                handled_at=outcome.handled_at,
            )
            return _answer(exchange, answer, repeated=outcome.repeated)
        case KeyReusedElsewhere():
            raise Problematic(ProblemCode.IDEMPOTENCY_KEY_REUSED)
        case Hidden():
            raise denied(outcome)


def _sent(sent: NoticesSent, body: Body) -> Sent:
    """What was sent, each item with its form, or with what is wrong with it."""
    assert isinstance(body, JsonBody), "what could not be read is no model"
    items = tuple(_item(place, each) for place, each in enumerate(body.members["items"]))
    return Sent(section=sent.section, to=sent.to, items=items)


def _item(place: int, told: Any) -> NoticeItem | tuple[ItemFault, ...]:
    at = f"/items/{place}"
    if not isinstance(told, dict):
        return (ItemFault(pointer=at, code="not-an-object"),)
    try:
        return to_model(JsonBody(b"", told), NoticeItem)
    except Problematic as malformed:
        return tuple(
            ItemFault(
                pointer=at + (fault.pointer or "#").removeprefix("#"),
                code=fault.code,
                limit=fault.limit,
            )
            for fault in malformed.faults
        )


def _answered(exchange: Exchange, answer: ItemAnswer) -> NoticeAnswered:
    """The answer to an item, in the language asked for."""
    problem = Problematic(
        ProblemCode.MALFORMED_REQUEST,
        faults=[
            Fault(pointer=f"#{each.pointer}", code=each.code, limit=each.limit)
            for each in answer.faults
        ],
        refusal=Refusal(violations=answer.violations) if answer.violations else None,
    )
    told = write(problem, exchange.language, exchange.notes.request_id)
    return NoticeAnswered(
        result=answer.result,
        notice_id=answer.notice_id,
        errors=told.errors,
        legal_basis=told.legal_basis,
    )


def _shown(notice: Notice) -> NoticeShown:
    return NoticeShown.model_construct(
        **{name: getattr(notice, name) for name in NoticeShown.model_fields}
    )


def _fingerprint(of: NoticeDesk, request: HttpRequest, path: str, body: Body) -> bytes:
    assert isinstance(body, JsonBody), "what could not be read is no model"
    return fingerprint(of.desk.secret, path, request.path_params, body.raw)


def _answer(exchange: Exchange, answer: Value, *, repeated: bool) -> Response:
    headers = in_language(exchange.language)
    if repeated:
        headers["Idempotency-Replayed"] = "true"
    text = answer.model_dump_json(exclude_none=True)
    return Response(text, 200, headers, "application/json")


_WRITES: Final = (
    *OF_A_BODY,
    ProblemCode.IDEMPOTENCY_KEY_MISSING,
    ProblemCode.IDEMPOTENCY_KEY_INVALID,
    ProblemCode.IDEMPOTENCY_KEY_REUSED,
)
_BASIS: Final = ("72", "79", "84")

Reading = Callable[[NoticeDesk, HttpRequest], Response]
Writing = Callable[[NoticeDesk, HttpRequest, Body], Response]

_KEYED: Final = (*IN_A_LANGUAGE, "Idempotency-Replayed")

WITHOUT_BODY: Final[Sequence[tuple[Operation, Reading]]] = (
    (
        Operation(
            "get",
            NOTICES,
            "showNotices",
            "Notices other authorities sent to the caller's, the oldest first",
            NoticePage,
            query=KEYS,
            headers=("Purpose-Of-Use",),
            problems=(*PERSONAL, ProblemCode.CURSOR_INVALID),
            legal_basis=_BASIS,
            tells=(),
        ),
        show_notices,
    ),
    (
        Operation(
            "get",
            NOTICE,
            "showNotice",
            "A notice another authority sent to the caller's",
            NoticeShown,
            headers=("Purpose-Of-Use",),
            problems=PERSONAL,
            legal_basis=_BASIS,
            tells=(),
        ),
        show_notice,
    ),
    (
        Operation(
            "get",
            TRAIL,
            "showNoticeTrail",
            "Who sent, looked at or handled a notice, or was refused",
            NoticeTrail,
            query=KEYS,
            headers=("Purpose-Of-Use",),
            problems=(*PERSONAL, ProblemCode.CURSOR_INVALID),
            legal_basis=("78", "79"),
            tells=(),
        ),
        show_trail,
    ),
)
WITH_BODY: Final[Sequence[tuple[Operation, Writing]]] = (
    (
        Operation(
            "post",
            NOTICES,
            "sendNotices",
            "Tell a municipality of people; each notice is answered on its own",
            NoticesAnswer,
            body=NoticesSent,
            headers=("Idempotency-Key",),
            optional=("Purpose-Of-Use",),
            problems=(*PERSONAL, *_WRITES, ProblemCode.RULE_VIOLATED),
            legal_basis=("84",),
            tells=_KEYED,
            of_registers=True,
        ),
        send,
    ),
    (
        Operation(
            "post",
            HANDLING,
            "handleNotice",
            "Remove a notice that has been seen to",
            HandlingAnswer,
            body=Handling,
            headers=("Idempotency-Key",),
            optional=("Purpose-Of-Use",),
            problems=(*PERSONAL, *_WRITES),
            legal_basis=_BASIS,
            tells=_KEYED,
        ),
        handle,
    ),
)
