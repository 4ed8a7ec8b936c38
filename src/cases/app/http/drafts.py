"""Drafts over HTTP: what an authority has begun to write about a case, outside the record."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from pydantic_core import to_json
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.policy import Action
from cases.app.drafts import (
    MOST,
    Changed,
    Draft,
    DraftableAct,
    Drafts,
    Kept,
    Opened,
    Page,
    Removed,
    TooMany,
    Written,
)
from cases.app.http.acts import ROUTES, ActRoute, fingerprint
from cases.app.http.body import JsonBody, to_model
from cases.app.http.describe import PERSONAL, Operation
from cases.app.http.exchange import Body, Desk, Exchange, case_headers
from cases.app.http.headers import in_language
from cases.app.http.parameters import OF_AN_ACT, TAGGED
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
from cases.app.http.unfinished import unfinished
from cases.app.outcomes import Forbidden, Hidden, KeyReusedElsewhere, Refused
from cases.domain.case.act import Act
from cases.domain.law.rules import NotSupported, Refusal
from cases.domain.model import Value

DRAFTS: Final = "/cases/{caseId}/drafts"
DRAFT: Final = DRAFTS + "/{draftId}"
CHECK: Final = DRAFT + "/check"

_ROUTES: Final[Mapping[DraftableAct, ActRoute]] = MappingProxyType(
    {DraftableAct(r.act.NAME): r for r in ROUTES if r.act.NAME in {*DraftableAct}}
)


class DraftBody(Value):
    """A draft as it is sent.

    ``target`` is the assessment or plan that the act's address names, where it names one. ``body``
    is as much of the act's body as there is: members may be missing or unfinished, but each is one
    that the act has. Once it is finished it is sent to the act's address as it is.
    """

    act: DraftableAct
    target: UUID | None = None
    body: dict[str, Any]


class DraftHead(Value):
    """A draft without what was written.

    ``begun_by`` and ``changed_by`` are the ids these people sign in with; ``kept_until`` is the
    last legal day on which it is shown, unless it is changed before, or the case is closed or
    becomes another authority's.
    """

    draft_id: UUID
    act: DraftableAct
    target: UUID | None
    begun_by: str
    begun_at: datetime
    changed_by: str
    changed_at: datetime
    kept_until: date


class DraftAnswer(DraftHead):
    """A draft that is kept."""

    case_id: UUID


class WholeDraft(DraftAnswer):
    """A draft with what was written."""

    body: dict[str, Any]


class DraftPage(Value):
    """The drafts of the caller's authority about a case, the one changed last first."""

    case_id: UUID
    items: tuple[DraftHead, ...]


class DraftCheck(Value):
    """What the act would be refused for if it were recorded now as the draft has it.

    Nothing is written, and nothing is promised: the case may change until it is recorded.
    ``version`` is that of the case. ``unfinished`` tells that the rules were not asked, because the
    draft is no act yet. ``errors`` point into the body, at ``#/target`` where that is missing.
    """

    case_id: UUID
    draft_id: UUID
    version: int
    recordable: bool
    unfinished: bool
    errors: tuple[ErrorItem, ...]
    legal_basis: tuple[LegalBasisItem, ...]


def begin(desk: Desk, drafts: Drafts, request: HttpRequest, body: Body) -> Response:
    """Begin a draft: 201 with its id."""
    exchange = desk.exchange(request, Action.WRITE_DRAFT)
    with exchange.trailing_refusals():
        exchange.only_query(())
        case_id = exchange.path_id("caseId")
        key = exchange.idempotency_key()
        written = _written(exchange, body)
        caller = exchange.caller(purpose_required=False)
    assert isinstance(body, JsonBody)
    digest = fingerprint(desk.secret, DRAFTS, request.path_params, body.raw)
    outcome = drafts.begin(caller, case_id, key, digest, written)
    match outcome:
        case Kept(draft=draft, repeated=repeated):
            headers = _headers(exchange, draft)
            headers["Location"] = f"/v1/cases/{case_id}/drafts/{draft.draft_id}"
            if repeated:
                headers["Idempotency-Replayed"] = "true"
            return _json(_answer(draft), 201, headers)
        case Refused(refusal=refusal):
            raise refused(refusal)
        case TooMany():
            fault = Fault(pointer="#", code="too-many", limit=str(MOST))
            raise Problematic(ProblemCode.TOO_MANY_DRAFTS, faults=(fault,))
        case KeyReusedElsewhere():
            raise Problematic(ProblemCode.IDEMPOTENCY_KEY_REUSED)
        case Hidden() | Forbidden():
            raise denied(outcome)


def show_drafts(desk: Desk, drafts: Drafts, request: HttpRequest) -> Response:
    """The drafts about a case, without what was written."""
    exchange = desk.exchange(request, Action.READ_DRAFTS)
    with exchange.trailing_refusals():
        exchange.only_query(())
        case_id = exchange.path_id("caseId")
        caller = exchange.caller(purpose_required=True)
    outcome = drafts.of_case(caller, case_id)
    match outcome:
        case Page(drafts=found):
            heads = tuple(DraftHead.model_construct(**_head(each)) for each in found)
            return _json(DraftPage.model_construct(case_id=case_id, items=heads), 200, {})
        case Hidden() | Forbidden():
            raise denied(outcome)


def show_draft(desk: Desk, drafts: Drafts, request: HttpRequest) -> Response:
    """A draft with what was written."""
    exchange, opened = _opened(desk, drafts, request, "draft")
    draft = opened.draft
    headers = _headers(exchange, draft)
    whole = WholeDraft.model_construct(**_head(draft), case_id=draft.case_id, body=dict(draft.body))
    return _json(whole, 200, headers)


def change(desk: Desk, drafts: Drafts, request: HttpRequest, body: Body) -> Response:
    """Put a draft in the place of the one that was read: 200, and it is kept for longer."""
    exchange = desk.exchange(request, Action.WRITE_DRAFT)
    with exchange.trailing_refusals():
        exchange.only_query(())
        case_id, draft_id = exchange.path_id("caseId"), exchange.path_id("draftId")
        seen = exchange.if_match()
        written = _written(exchange, body)
        caller = exchange.caller(purpose_required=False)
    outcome = drafts.change(caller, case_id, draft_id, seen, written)
    match outcome:
        case Kept(draft=draft):
            return _json(_answer(draft), 200, _headers(exchange, draft))
        case Changed(current=current):
            raise Problematic(ProblemCode.DRAFT_CHANGED, current=current)
        case Hidden() | Forbidden():
            raise denied(outcome)


def remove(desk: Desk, drafts: Drafts, request: HttpRequest) -> Response:
    """Remove a draft for good: 204."""
    exchange = desk.exchange(request, Action.DELETE_DRAFT)
    with exchange.trailing_refusals():
        exchange.only_query(())
        case_id, draft_id = exchange.path_id("caseId"), exchange.path_id("draftId")
        seen = exchange.if_match()
        caller = exchange.caller(purpose_required=False)
    outcome = drafts.remove(caller, case_id, draft_id, seen)
    match outcome:
        case Removed():
            return Response(status_code=204)
        case Changed(current=current):
            raise Problematic(ProblemCode.DRAFT_CHANGED, current=current)
        case Hidden() | Forbidden():
            raise denied(outcome)


def check(desk: Desk, drafts: Drafts, request: HttpRequest) -> Response:
    """What the act would be refused for now; nothing is written but the line in the trail."""
    exchange, opened = _opened(desk, drafts, request, "draft-check")
    draft, state = opened.draft, opened.state
    problem: Problematic | None = None
    unfinished = False
    try:
        act = _act(draft)
    except Problematic as malformed:
        problem, unfinished = malformed, True
    else:
        caller = exchange.caller(purpose_required=True)
        match desk.cases.foresee(caller, state, act):
            case Refusal() as refusal:
                problem = refused(refusal)
            case NotSupported() as what:
                problem = Problematic(ProblemCode.NOT_SUPPORTED_YET, unsupported=what)
    told = problem and write(problem, exchange.language, exchange.notes.request_id)
    answer = DraftCheck(
        case_id=draft.case_id,
        draft_id=draft.draft_id,
        version=state.version,
        recordable=told is None,
        unfinished=unfinished,
        errors=told.errors if told else (),
        legal_basis=told.legal_basis if told else (),
    )
    headers = in_language(exchange.language)
    text = answer.model_dump_json(by_alias=True, exclude_none=True)
    return Response(text, 200, headers, "application/json")


def _opened(
    desk: Desk, drafts: Drafts, request: HttpRequest, section: str
) -> tuple[Exchange, Opened]:
    exchange = desk.exchange(request, Action.READ_DRAFTS)
    with exchange.trailing_refusals():
        exchange.only_query(())
        case_id, draft_id = exchange.path_id("caseId"), exchange.path_id("draftId")
        caller = exchange.caller(purpose_required=True)
    outcome = drafts.open(caller, case_id, draft_id, section)
    if isinstance(outcome, Opened):
        return exchange, outcome
    raise denied(outcome)


def _written(exchange: Exchange, body: Body) -> Written:
    """What was written, with everything in its place. Raises malformed-request."""
    sent = exchange.read(DraftBody, body)
    route = _ROUTES[sent.act]
    named = {member for _, member in route.members}
    faults = unfinished(route.act, sent.body, named, "#/body")
    if sent.target is not None and not named:
        faults += (Fault(pointer="#/target", code="does-not-fit-together"),)
    if faults:
        raise Problematic(ProblemCode.MALFORMED_REQUEST, faults=faults)
    return Written(act=sent.act, target=sent.target, body=sent.body)


def _act(draft: Draft) -> Act:
    """The act that the draft would be. Raises malformed-request where it is none yet."""
    route = _ROUTES[draft.act]
    ids = {member: draft.target for _, member in route.members if draft.target is not None}
    try:
        return to_model(JsonBody(to_json(draft.body), draft.body), route.act, ids)
    except Problematic as malformed:
        names = {f"#/{member}" for _, member in route.members}
        raise Problematic(
            malformed.code,
            faults=[
                fault.model_copy(update={"pointer": "#/target"})
                if fault.pointer in names
                else fault
                for fault in malformed.faults
            ],
        ) from None


def _head(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in DraftHead.model_fields}


def _answer(draft: Draft) -> DraftAnswer:
    return DraftAnswer.model_construct(**_head(draft), case_id=draft.case_id)


def _headers(exchange: Exchange, draft: Draft) -> dict[str, str]:
    return case_headers(exchange, draft.seen)


def _json(answer: Value, status: int, headers: Mapping[str, str]) -> Response:
    return Response(answer.model_dump_json(), status, headers, "application/json")


_REVISED: Final = (ProblemCode.PRECONDITION_REQUIRED, ProblemCode.DRAFT_CHANGED)
_BASIS: Final = ("72", "79")

Reading = Callable[[Desk, Drafts, HttpRequest], Response]
Writing = Callable[[Desk, Drafts, HttpRequest, Body], Response]

WITHOUT_BODY: Final[tuple[tuple[Operation, Reading], ...]] = (
    (
        Operation(
            "get",
            DRAFTS,
            "showDrafts",
            "The drafts of the caller's authority about a case",
            DraftPage,
            headers=("Purpose-Of-Use",),
            problems=PERSONAL,
            legal_basis=_BASIS,
            tells=(),
        ),
        show_drafts,
    ),
    (
        Operation(
            "get",
            DRAFT,
            "showDraft",
            "A draft with what was written",
            WholeDraft,
            headers=("Purpose-Of-Use",),
            problems=PERSONAL,
            legal_basis=_BASIS,
            tells=TAGGED,
        ),
        show_draft,
    ),
    (
        Operation(
            "delete",
            DRAFT,
            "removeDraft",
            "Remove a draft for good",
            None,
            status=204,
            headers=("If-Match",),
            optional=("Purpose-Of-Use",),
            problems=(*PERSONAL, *_REVISED),
            legal_basis=_BASIS,
            tells=(),
        ),
        remove,
    ),
    (
        Operation(
            "get",
            CHECK,
            "checkDraft",
            "What the act would be refused for if it were recorded now as the draft has it",
            DraftCheck,
            headers=("Purpose-Of-Use",),
            problems=PERSONAL,
            legal_basis=_BASIS,
        ),
        check,
    ),
)
WITH_BODY: Final[tuple[tuple[Operation, Writing], ...]] = (
    (
        Operation(
            "post",
            DRAFTS,
            "beginDraft",
            "Begin a draft of an act, outside the record",
            DraftAnswer,
            status=201,
            body=DraftBody,
            headers=("Idempotency-Key",),
            optional=("Purpose-Of-Use",),
            problems=(
                *PERSONAL,
                *OF_A_BODY,
                ProblemCode.IDEMPOTENCY_KEY_MISSING,
                ProblemCode.IDEMPOTENCY_KEY_INVALID,
                ProblemCode.IDEMPOTENCY_KEY_REUSED,
                ProblemCode.STATE_CONFLICT,
                ProblemCode.TOO_MANY_DRAFTS,
            ),
            legal_basis=_BASIS,
            tells=OF_AN_ACT,
        ),
        begin,
    ),
    (
        Operation(
            "put",
            DRAFT,
            "changeDraft",
            "Put what is written now in the place of what was",
            DraftAnswer,
            body=DraftBody,
            headers=("If-Match",),
            optional=("Purpose-Of-Use",),
            problems=(*PERSONAL, *OF_A_BODY, *_REVISED),
            legal_basis=_BASIS,
            tells=TAGGED,
        ),
        change,
    ),
)
