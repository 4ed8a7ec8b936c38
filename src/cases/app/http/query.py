"""Query parameters, read strictly: an unknown or repeated one is refused, never passed over."""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from starlette.requests import Request

from cases.app.http.problems import Fault, Problematic, ProblemCode

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"([Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_COUNT: Final = re.compile(r"[1-9][0-9]{0,17}")
FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
PAGE: Final = 50
LARGEST_PAGE: Final = 200
"""Entries of a page: where none are asked for, and at most."""
_ENTRIES: Final = re.compile(r"[1-9][0-9]{0,2}")
_SEEN: Final = re.compile(
    r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@([1-9][0-9]{0,17})"
)
LONGEST_ID: Final = 200
"""Characters of the id somebody signs in with, at most."""


def only_query(request: Request, known: Collection[str]) -> None:
    """Refuse query parameters other than the known ones, and any that is repeated.

    Raises unknown-parameter; the name of an unknown one is the caller's text and is not told.
    Raises malformed-request for a value with a character no text of ours has.
    """
    names = [name for name, _ in request.query_params.multi_items()]
    repeated = sorted({name for name in names if name in known and names.count(name) > 1})
    if repeated or not set(names) <= set(known):
        faults = [Fault(parameter=name, code="repeated") for name in repeated]
        raise Problematic(ProblemCode.UNKNOWN_PARAMETER, faults=faults)
    for name, value in request.query_params.multi_items():
        if "\x00" in value:
            raise _malformed(name, "unreadable-character")


def day_of(request: Request, name: str = "validOn") -> date | None:
    """A legal day (Helsinki), ISO 8601, between 1900 and 2199. Raises malformed-request."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise _malformed(name, "not-a-day")
    return day


def instant_of(request: Request, name: str = "knownAt") -> datetime | None:
    """An instant, RFC 3339 with a time zone, answered in UTC. Raises malformed-request.

    Digits beyond the microsecond are cut off: the log keeps none, so the same facts are known.
    """
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text.upper()) if _INSTANT.fullmatch(text) else None
        if instant is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _malformed(name, "not-an-instant")


def version_of(request: Request, name: str = "version") -> int | None:
    """A version of a case, from 1. Raises malformed-request."""
    text = request.query_params.get(name)
    if text is None:
        return None
    if not _COUNT.fullmatch(text):
        raise _malformed(name, "not-a-version")
    return int(text)


def page_size_of(request: Request) -> int:
    """The number of entries asked for on a page. Raises malformed-request."""
    text = request.query_params.get("limit")
    if text is None:
        return PAGE
    if not _ENTRIES.fullmatch(text) or int(text) > LARGEST_PAGE:
        raise _malformed("limit", "not-a-number")
    return int(text)


def seen_of(request: Request) -> tuple[UUID, int] | None:
    """The act whose effect the reader must see: case and version. Raises malformed-request."""
    text = request.query_params.get("seen")
    if text is None:
        return None
    match = _SEEN.fullmatch(text)
    if match is None:
        raise _malformed("seen", "wrong-form")
    return UUID(match[1]), int(match[2])


def worker_of(request: Request) -> str | None:
    """The worker whose cases are asked for. Raises malformed-request."""
    text = request.query_params.get("worker")
    if text is not None and len(text) > LONGEST_ID:
        raise _malformed("worker", "too-long")
    return text


def _malformed(name: str, code: str) -> Problematic:
    fault = Fault(parameter=name, code=code)
    return Problematic(ProblemCode.MALFORMED_REQUEST, faults=[fault])
