"""Whatever goes wrong in an app is answered as a problem; nothing of what was sent comes back."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, cast

from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from cases.app.http.context import CALLER_LEFT, notes_of
from cases.app.http.problems import Fault, Problematic, ProblemCode, answer
from cases.app.http.validation import fault_code
from cases.app.observability import name_of, places_of
from cases.app.store.faults import Erased, KeyUnavailable, StoreUnavailable, UnknownFactType

_BY_STATUS: Final[Mapping[int, ProblemCode]] = MappingProxyType(
    {
        400: ProblemCode.MALFORMED_REQUEST,
        401: ProblemCode.UNAUTHENTICATED,
        403: ProblemCode.FORBIDDEN,
        404: ProblemCode.NOT_FOUND,
        405: ProblemCode.METHOD_NOT_ALLOWED,
        406: ProblemCode.NOT_ACCEPTABLE,
        413: ProblemCode.TOO_LARGE,
        415: ProblemCode.UNSUPPORTED_MEDIA_TYPE,
        503: ProblemCode.UNAVAILABLE,
    }
)
_KEPT: Final = ("allow", "retry-after")


def install(app: Starlette) -> None:
    """Answer everything that goes wrong in an app with problems: the mounted one and the outer."""
    for kind, handler in (
        (Problematic, _problematic),
        (RequestValidationError, _invalid),
        (HTTPException, _http),
        (ClientDisconnect, _left),
        (Exception, _unexpected),
    ):
        app.add_exception_handler(kind, cast(Callable[[Request, Exception], Response], handler))


def respond(request: Request, raised: Problematic) -> Response:
    """The answer to a problem, in the language of the request; it is noted for the log."""
    notes = notes_of(request.scope)
    notes.problem = raised.code
    return answer(raised, notes.language, notes.request_id)


def invalid_request(errors: Sequence[Mapping[str, Any]]) -> Problematic:
    """The problem of FastAPI's own validation errors.

    An id in the path that can't be one names nothing: not found, like any other.
    """
    places = [tuple(error["loc"]) for error in errors]
    if any(place[:1] == ("path",) for place in places):
        return Problematic(ProblemCode.NOT_FOUND)
    faults = [
        _fault(place, fault_code(str(error["type"])))
        for place, error in zip(places, errors, strict=True)
    ]
    return Problematic(ProblemCode.MALFORMED_REQUEST, faults=tuple(dict.fromkeys(faults)))


def _fault(place: tuple[str | int, ...], code: str) -> Fault:
    """A declared parameter is named; within a body, only the body: its names are the caller's."""
    match place:
        case ("query", str(name), *_) if code != "unknown-member":
            return Fault(parameter=name, code=code)
        case ("header", str(name), *_) if code != "unknown-member":
            return Fault(header=name, code=code)
    return Fault(pointer="#", code=code)


async def _problematic(request: Request, raised: Problematic) -> Response:
    return respond(request, raised)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    return respond(request, invalid_request(error.errors()))


async def _http(request: Request, error: HTTPException) -> Response:
    fallback = ProblemCode.INTERNAL if error.status_code >= 500 else ProblemCode.MALFORMED_REQUEST
    code = _BY_STATUS.get(error.status_code, fallback)
    kept = {k: v for k, v in (error.headers or {}).items() if k.lower() in _KEPT}
    if code is ProblemCode.METHOD_NOT_ALLOWED:
        kept = {"Allow": _allowed(kept)}
    return respond(request, Problematic(code, headers=kept))


async def _left(request: Request, _: ClientDisconnect) -> Response:
    """Nobody hears this; it is no fault of ours, and only the log has a status for it."""
    return Response(status_code=CALLER_LEFT)


async def _unexpected(request: Request, error: Exception) -> Response:
    """Faults of the store that have an answer of their own; for all others, 500."""
    notes = notes_of(request.scope)
    notes.error, notes.places = name_of(error), places_of(error)
    match error:
        case StoreUnavailable() | KeyUnavailable():
            code = ProblemCode.UNAVAILABLE
        case Erased():
            code = ProblemCode.ERASED
        case UnknownFactType():
            code = ProblemCode.NEWER_RELEASE
        case _:
            code = ProblemCode.INTERNAL
    return respond(request, Problematic(code))


def _allowed(headers: Mapping[str, str]) -> str:
    """The methods a place knows; HEAD wherever GET is."""
    given = next((v for k, v in headers.items() if k.lower() == "allow"), "")
    methods = {each.strip() for each in given.split(",") if each.strip()}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
