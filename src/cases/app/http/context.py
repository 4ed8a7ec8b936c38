"""What the edge knows about one request, kept with the request itself.

It travels in the ASGI scope and not in a context variable: one that is set in a thread, where
endpoints run, never reaches the line that is logged when the answer has left.
"""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from starlette.types import Scope

from cases.app.access.principal import Principal
from cases.app.http.limits import Rate
from cases.app.http.problems import ProblemCode
from cases.domain.codes.terms import Language

CALLER_LEFT: Final = 499
"""Not a status that is sent: the caller hung up before there was an answer."""

_KEY: Final = "cases.request"


@dataclass
class RequestNotes:
    """Notes on one request: set by whoever learns something, read by the canonical log line."""

    request_id: UUID
    language: Language
    principal: Principal | None = None
    purpose: str | None = None
    problem: ProblemCode | None = None
    refused_for: str | None = None
    """Why a proof was refused, in a word of ours."""
    rate: Rate | None = None
    error: str | None = None
    places: list[str] = field(default_factory=list)


def attach(scope: Scope, notes: RequestNotes) -> None:
    """Put the notes into the scope of a request."""
    scope[_KEY] = notes


def notes_of(scope: Scope) -> RequestNotes:
    """The notes of a request. Raises ``LookupError`` where the app runs without its edge."""
    notes = scope.get(_KEY)
    if not isinstance(notes, RequestNotes):
        raise LookupError("the app is not wrapped in cases.app.http.middleware.Requests")
    return notes
