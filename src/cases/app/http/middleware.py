"""Around every request: an id, the headers all answers share, one log line, the figures.

Pure ASGI and outermost, so that it also sees what frameworks answer by themselves.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cases.app.http.context import CALLER_LEFT, RequestNotes, attach
from cases.app.http.headers import language_of
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
    queue that grows makes everybody wait for answers that nobody waits for any more. What machines
    ask about the program itself is answered all the same.
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
        sender = _Sender(send, notes, self._api_version, without_body=method == "HEAD")
        self._under_way += 1
        try:
            notes.problem = self._unfit(scope)
            if notes.problem is not None:
                response = answer(Problematic(notes.problem), notes.language, notes.request_id)
                await response(scope, receive, sender)
            else:
                await self._app(scope, receive, sender)
        except ClientDisconnect:
            pass
        except Exception as error:
            await self._failed(error, notes, sender, scope, receive)
        finally:
            self._under_way -= 1
            self._told(scope, method, notes, sender.status, self._seconds() - began)

    def _unfit(self, scope: Scope) -> ProblemCode | None:
        """Why a request is answered by nobody else."""
        if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEADERS:
            return ProblemCode.HEADERS_TOO_LARGE
        busy = self._under_way > self._most and scope["path"].startswith("/v1/")
        return ProblemCode.OVERLOADED if busy else None

    async def _failed(
        self,
        error: Exception,
        notes: RequestNotes,
        sender: "_Sender",
        scope: Scope,
        receive: Receive,
    ) -> None:
        """The frameworks raise again what they have answered; what they have not, we answer."""
        notes.error, notes.places = name_of(error), places_of(error)
        if sender.status is None:
            notes.problem = ProblemCode.INTERNAL
            response = answer(Problematic(notes.problem), notes.language, notes.request_id)
            await response(scope, receive, sender)

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


def route_template(scope: Scope) -> str:
    """The template of the route that matched, such as ``/v1/cases/{caseId}``; never the address."""
    template = getattr(scope.get("route"), "path_format", None)
    if not isinstance(template, str) or "endpoint" not in scope or template.endswith("{path}"):
        return UNMATCHED
    mounted_at = str(scope.get("root_path", "")).rstrip("/")
    return f"{mounted_at}{template}"


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
            headers["Request-Id"] = str(self._notes.request_id)
            headers["API-Version"] = self._api_version
            for name, value in SHARED_HEADERS:
                headers.setdefault(name, value)
            if self._notes.rate is not None:
                headers.update(self._notes.rate.headers())
        elif message["type"] == "http.response.body" and self._without_body:
            message = {**message, "body": b""}
        await self._send(message)
