"""Around every request: an id, the headers all answers share, one log line, the figures.

Pure ASGI and outermost, so that it also sees what frameworks answer by themselves.
"""

from asyncio import CancelledError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cases.app.http.context import CALLER_LEFT, RequestNotes, attach
from cases.app.http.headers import DEFAULT_LANGUAGE, language_of
from cases.app.http.problems import Problematic, ProblemCode, answer
from cases.app.observability import Metrics, name_of, places_of

UNMATCHED: Final = "(none)"
"""Stands for the route where no route matched: an address may hold anything."""

LARGEST_HEADERS: Final = 32_768
"""Bytes that the headers of a request may have together: a token is 8 kB at most."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

SHARED_HEADERS: Final = (
    ("Cache-Control", "private, no-store"),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)

_log = structlog.get_logger("cases.http")


class Requests:
    """Wraps an app. ``seconds`` is a clock for durations only, ``new_id`` makes UUIDv7.

    While ``most`` requests are under way, others are told at once to come again (overloaded): a
    queue that grows makes everybody wait for answers that nobody waits for any more. A request that
    waits for its own caller, to send or to take, is not under way: it keeps nobody else waiting.
    What machines ask about the program itself is answered all the same.
    """

    def __init__(  # noqa: PLR0913 - what every request meets, given by the composition root
        self,
        app: ASGIApp,
        *,
        api_version: str,
        new_id: Callable[[], UUID],
        seconds: Callable[[], float],
        metrics: Metrics,
        most: int,
    ) -> None:
        self._app = app
        self._most = most
        self._under_way = 0
        self._api_version = api_version
        self._new_id = new_id
        self._seconds = seconds
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; other kinds of connection go straight through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        notes = RequestNotes(self._new_id(), language_of(Headers(scope=scope)))
        method = scope["method"]
        if method == "HEAD":
            # A scope of our own: the server decides by its scope whether a body may follow.
            scope = {**scope, "method": "GET"}
        attach(scope, notes)
        began = self._seconds()
        received, sent = self._heard(scope, receive), self._said(send)
        sender = _Sender(sent, notes, self._api_version, without_body=method == "HEAD")
        self._under_way += 1
        try:
            unfit = self._unfit(scope)
            if unfit is None:
                await self._app(scope, received, sender)
            else:
                await self._answer(unfit, notes, sender, scope)
        except ClientDisconnect:
            pass
        except CancelledError:
            # The server stops, and waits no longer. An act may have been recorded all the same:
            # this is the answer after which it is sent again, under the same key.
            await self._answer(ProblemCode.UNAVAILABLE, notes, sender, scope)
        except Exception as error:
            notes.error, notes.places = name_of(error), places_of(error)
            await self._answer(ProblemCode.INTERNAL, notes, sender, scope)
        finally:
            self._under_way -= 1
            self._told(scope, method, notes, sender.status, self._seconds() - began)

    def unreadable(self) -> Response:
        """The answer to what is no request at all; it stands in the log like any other."""
        began = self._seconds()
        code = ProblemCode.MALFORMED_REQUEST
        notes = RequestNotes(self._new_id(), DEFAULT_LANGUAGE, problem=code)
        response = answer(Problematic(code), notes.language, notes.request_id)
        _share(response.headers, notes, self._api_version)
        self._told({}, "", notes, response.status_code, self._seconds() - began)
        return response

    def _heard(self, scope: Scope, receive: Receive) -> Receive:
        """What the caller sends. Once all of it is here, there may be too much to do."""

        async def received() -> Message:
            with self._waiting_for_the_caller():
                message = await receive()
            is_whole = message["type"] == "http.request" and not message.get("more_body")
            if is_whole and self._too_many(scope):
                raise Problematic(ProblemCode.OVERLOADED)
            return message

        return received

    def _said(self, send: Send) -> Send:
        """What the caller is sent, as slowly as it takes it."""

        async def sent(message: Message) -> None:
            with self._waiting_for_the_caller():
                await send(message)

        return sent

    @contextmanager
    def _waiting_for_the_caller(self) -> Iterator[None]:
        self._under_way -= 1
        try:
            yield
        finally:
            self._under_way += 1

    def _unfit(self, scope: Scope) -> ProblemCode | None:
        """Why a request is answered by nobody else."""
        if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEADERS:
            return ProblemCode.HEADERS_TOO_LARGE
        if _is_ambiguous(scope):
            return ProblemCode.MALFORMED_REQUEST
        if b"%2f" in (scope.get("raw_path") or b"").lower():
            return ProblemCode.NOT_FOUND  # a slash in a name, which no name of ours has
        return ProblemCode.OVERLOADED if self._too_many(scope) else None

    def _too_many(self, scope: Scope) -> bool:
        return self._under_way > self._most and str(scope["path"]).startswith("/v1/")

    async def _answer(
        self, code: ProblemCode, notes: RequestNotes, sender: "_Sender", scope: Scope
    ) -> None:
        """Say so, unless something was said already: frameworks raise again what they answered."""
        if sender.status is None:
            notes.problem = code
            response = answer(Problematic(code), notes.language, notes.request_id)
            if code is ProblemCode.MALFORMED_REQUEST:
                response.headers["Connection"] = "close"  # where the next one begins is in doubt
            await response(scope, _nothing, sender)

    def _told(
        self, scope: Scope, method: str, notes: RequestNotes, status: int | None, seconds: float
    ) -> None:
        """One canonical line: never the address itself, the query, the body or a name."""
        route = route_template(scope)
        method = method if method in _METHODS else "OTHER"
        status = status or CALLER_LEFT
        self._metrics.answered(route, method, status, seconds)
        line: dict[str, Any] = {
            "method": method,
            "route": route,
            "status": status,
            "duration_ms": round(seconds * 1000, 2),
            "request_id": str(notes.request_id),
            "purpose": notes.purpose,
            "problem": notes.problem and notes.problem.value,
            "refused_for": notes.refused_for,
            "error": notes.error,
            "places": notes.places or None,
        }
        if notes.principal is not None:
            line["organisation"] = notes.principal.organisation.id
            line["organisation_kind"] = notes.principal.organisation.kind.value
            line["roles"] = sorted(notes.principal.roles)
        told = {name: value for name, value in line.items() if value is not None}
        (_log.error if notes.error else _log.info)("request", **told)


def _share(headers: MutableHeaders, notes: RequestNotes, api_version: str) -> None:
    headers["Request-Id"] = str(notes.request_id)
    headers["API-Version"] = api_version
    for name, value in SHARED_HEADERS:
        headers.setdefault(name, value)


async def _nothing() -> Message:
    """What an answer that asks for nothing waits for."""
    return {"type": "http.disconnect"}


def route_template(scope: Scope) -> str:
    """The template of the route that matched, such as ``/v1/cases/{caseId}``; never the address."""
    template = getattr(scope.get("route"), "path_format", None)
    if not isinstance(template, str) or "endpoint" not in scope or template.endswith("{path}"):
        return UNMATCHED
    mounted_at = str(scope.get("root_path", "")).rstrip("/")
    return f"{mounted_at}{template}"


def _is_ambiguous(scope: Scope) -> bool:
    """Whether a proxy might have read another request in it (RFC 9112, 3.2 and 6.1)."""
    hosts = codings = 0
    for name, value in scope["headers"]:
        if name == b"host":
            hosts += 1
        elif name == b"transfer-encoding":
            codings += 1 if value.strip().lower() == b"chunked" else 2
    return hosts > 1 or codings > 1 or (hosts == 0 and scope["http_version"] == "1.1")


class _Sender:
    """Sends an answer on, with the shared headers; keeps its status; drops the body for HEAD."""

    def __init__(
        self, send: Send, notes: RequestNotes, api_version: str, *, without_body: bool
    ) -> None:
        self._send = send
        self._notes = notes
        self._api_version = api_version
        self._without_body = without_body
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            _share(headers, self._notes, self._api_version)
            if self.status == ProblemCode.REQUEST_TIMEOUT.status:
                # The rest of the request would come first on this connection, if it ever does.
                headers["Connection"] = "close"
            if self._notes.rate is not None:
                headers.update(self._notes.rate.headers())
        elif message["type"] == "http.response.body" and self._without_body:
            message = {**message, "body": b""}
        await self._send(message)
