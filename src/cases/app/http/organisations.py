"""The register of organisations over HTTP: what anyone may read, in fi, sv and en."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Final

from pydantic import Field
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.http.cursor import Cursors
from cases.app.http.problems import Problematic, ProblemCode
from cases.app.http.query import day_of, only_query, page_size_of
from cases.app.organisations import BEGINNING, Names, Register, Version
from cases.domain.codes.values import OrganisationKind
from cases.domain.model import Value

KEYS: Final = ("validOn", "limit", "cursor")
_SHORT: Final = {"Cache-Control": "public, max-age=60"}
"""A minute: an import is to be seen soon."""


class OrganisationVersion(Value):
    """What an organisation is from one legal day (Helsinki) to another, both included.

    ``validFrom`` is null where no beginning was told, ``validUntil`` where there is no end.
    """

    id: str
    kind: OrganisationKind
    code: str | None = Field(description="The official code, of a municipality three digits")
    names: Names
    welfare_area: str | None = Field(description="Id of the welfare area it belongs to")
    employment_area: str | None = Field(description="Id of its area's employment authority")
    valid_from: date | None
    valid_until: date | None


class OrganisationPage(Value):
    """Organisations of a day, by id; ``next`` is the cursor of the next page."""

    valid_on: date
    items: tuple[OrganisationVersion, ...]
    next: str | None = None


class OrganisationHistory(Value):
    """An organisation: everything it was, is and will be, oldest first."""

    id: str
    versions: Annotated[tuple[OrganisationVersion, ...], Field(min_length=1)]


def show_organisations(
    register: Register, today: Callable[[], date], cursors: Cursors, request: HttpRequest
) -> Response:
    """The organisations of a legal day, by id, with the areas they belong to."""
    only_query(request, KEYS)
    day, limit = day_of(request) or today(), page_size_of(request)
    bound_to = ("organisations", day.isoformat(), str(limit))
    cursor = request.query_params.get("cursor")
    after = str(cursors.read(bound_to, cursor)[0]) if cursor is not None else ""
    found = sorted(register.current().on(day), key=lambda version: version.id)
    found = [version for version in found if version.id > after]
    shown = found[:limit]
    following = cursors.write(bound_to, [shown[-1].id]) if len(found) > limit else None
    page = OrganisationPage(valid_on=day, items=tuple(map(_shown, shown)), next=following)
    return Response(page.model_dump_json(), 200, _SHORT, "application/json")


def show_organisation(register: Register, request: HttpRequest) -> Response:
    """One organisation: everything it was, is and will be, with the days."""
    only_query(request, ())
    organisation = request.path_params["organisation"]
    versions = register.current().versions(organisation)
    if not versions:
        raise Problematic(ProblemCode.NOT_FOUND)
    history = OrganisationHistory(id=organisation, versions=tuple(map(_shown, versions)))
    return Response(history.model_dump_json(), 200, _SHORT, "application/json")


def _shown(version: Version) -> OrganisationVersion:
    begins = version.valid_from
    return OrganisationVersion(
        id=version.id,
        valid_from=None if begins == BEGINNING else begins,
        valid_until=version.valid_until,
        **{name: getattr(version.entry, name) for name in type(version.entry).model_fields},
    )
