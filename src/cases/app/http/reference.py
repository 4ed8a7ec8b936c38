"""Law and codes over HTTP: what anyone may read, in Finnish, Swedish and English."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from cases.app.access.purposes import Purposes
from cases.app.http.problems import Problematic, ProblemCode
from cases.app.http.query import only_query
from cases.domain.codes.standards import standard_lists
from cases.domain.codes.terms import CodeValue, code_lists
from cases.domain.law.edition import Law, NoEdition


def show_code_lists(request: HttpRequest) -> Response:
    """The ids and titles of all code lists."""
    only_query(request, ())
    lists = [
        {"id": each.id, "title": each.title.model_dump(), "source": each.source}
        for each in (*code_lists().values(), *standard_lists().values())
    ]
    return _public({"items": lists})


def show_code_list(law: Law, request: HttpRequest) -> Response:
    """One code list, complete, with its terms and validity."""
    only_query(request, ())
    wanted = request.path_params["list"]
    found = code_lists().get(wanted) or standard_lists().get(wanted)
    if found is None:
        raise Problematic(ProblemCode.NOT_FOUND)
    values = tuple(_under(law, value) for value in found.values)
    return _public(found.model_copy(update={"values": values}).model_dump(mode="json"))


def _under(law: Law, value: CodeValue) -> CodeValue:
    """The value, closed the day before the installation follows the edition that repealed it."""
    if value.repealed_by is None:
        return value
    days = (each.applies_from for each in law.timeline if each.edition == value.repealed_by)
    first = next(days, None)
    if first is None:
        return value
    return value.model_copy(update={"valid_until": first - timedelta(days=1)})


def show_editions(law: Law, request: HttpRequest) -> Response:
    """The editions known, and the timeline this installation follows."""
    only_query(request, ())
    return _public(
        {
            "timeline": [each.model_dump(mode="json") for each in law.timeline],
            "items": [
                {"id": each.id, "name": each.name.model_dump()}
                for each in (*law.editions, *law.repealed)
            ],
        }
    )


def show_edition(law: Law, request: HttpRequest) -> Response:
    """One edition, every rule of it as data."""
    only_query(request, ())
    try:
        edition = law.durations(request.path_params["editionId"])
    except NoEdition:
        raise Problematic(ProblemCode.NOT_FOUND) from None
    return _public(edition.model_dump(mode="json"))


def show_purposes(purposes: Purposes, request: HttpRequest) -> Response:
    """The register of processing activities: purposes, their legal basis, who may state them."""
    only_query(request, ())
    return _public({"items": [each.model_dump(mode="json") for each in purposes.all()]})


def _public(content: Any) -> Response:
    return JSONResponse(content, headers={"Cache-Control": "public, max-age=300"})
