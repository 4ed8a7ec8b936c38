"""Law and codes over HTTP: what anyone may read, in Finnish, Swedish and English."""

from datetime import timedelta
from typing import Any, Final

from pydantic import BaseModel, RootModel
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from cases.app.access.purposes import Purpose, Purposes
from cases.app.http.describe import Operation
from cases.app.http.problems import Problematic, ProblemCode
from cases.app.http.query import only_query
from cases.domain.codes.standards import standard_lists
from cases.domain.codes.terms import CodeList, CodeValue, Terms, code_lists
from cases.domain.law.edition import DurationRules, Edition, Law, NoEdition, Term, TimelineEntry
from cases.domain.model import Value


class CodeListEntry(Value):
    """A code list, without its values."""

    id: str
    title: Terms
    source: str


class CodeLists(Value):
    """All code lists there are."""

    items: tuple[CodeListEntry, ...]


class EditionEntry(Value):
    """An edition of the Act, or a repealed Act of which the durations still count."""

    id: str
    name: Term


class Editions(Value):
    """The editions known, and the timeline this installation follows."""

    timeline: tuple[TimelineEntry, ...]
    items: tuple[EditionEntry, ...]


class EditionRules(RootModel[Edition | DurationRules]):
    """Every rule of an edition as data; of a repealed Act its durations."""


class PurposeRegister(Value):
    """The register of processing activities, every version of each."""

    items: tuple[Purpose, ...]


def show_document(document: dict[str, Any], request: HttpRequest) -> Response:
    """The description of the interface itself (OpenAPI 3.1)."""
    only_query(request, ())
    return JSONResponse(document)


def show_code_lists(request: HttpRequest) -> Response:
    """The ids and titles of all code lists."""
    only_query(request, ())
    lists = (*code_lists().values(), *standard_lists().values())
    entries = (CodeListEntry(id=each.id, title=each.title, source=each.source) for each in lists)
    return _public(CodeLists(items=tuple(entries)))


def show_code_list(law: Law, request: HttpRequest) -> Response:
    """One code list, complete, with its terms and validity."""
    only_query(request, ())
    wanted = request.path_params["list"]
    found = code_lists().get(wanted) or standard_lists().get(wanted)
    if found is None:
        raise Problematic(ProblemCode.NOT_FOUND)
    values = tuple(_under(law, value) for value in found.values)
    return _public(found.model_copy(update={"values": values}))


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
    known = (*law.editions, *law.repealed)
    return _public(
        Editions(
            timeline=law.timeline,
            items=tuple(EditionEntry(id=each.id, name=each.name) for each in known),
        )
    )


def show_edition(law: Law, request: HttpRequest) -> Response:
    """One edition, every rule of it as data."""
    only_query(request, ())
    try:
        edition = law.durations(request.path_params["editionId"])
    except NoEdition:
        raise Problematic(ProblemCode.NOT_FOUND) from None
    return _public(edition)


def show_purposes(purposes: Purposes, request: HttpRequest) -> Response:
    """The register of processing activities: purposes, their legal basis, who may state them."""
    only_query(request, ())
    return _public(PurposeRegister(items=tuple(purposes.all())))


def _public(answer: Value) -> Response:
    headers = {"Cache-Control": "public, max-age=300"}
    return Response(answer.model_dump_json(), 200, headers, "application/json")


def _operation(path: str, name: str, summary: str, answer: type[BaseModel]) -> Operation:
    found = (ProblemCode.NOT_FOUND,) if "{" in path else ()
    return Operation("get", path, name, summary, answer, problems=found, public=True, tells=())


CODE_LISTS: Final = _operation(
    "/codes", "showCodeLists", "The ids and titles of all code lists", CodeLists
)
CODE_LIST: Final = _operation(
    "/codes/{list}",
    "showCodeList",
    "One code list, complete, with its terms and validity",
    CodeList,
)
EDITIONS: Final = _operation(
    "/editions",
    "showEditions",
    "The editions known, and the timeline this installation follows",
    Editions,
)
EDITION: Final = _operation(
    "/editions/{editionId}", "showEdition", "One edition, every rule of it as data", EditionRules
)
PURPOSES: Final = _operation(
    "/purposes",
    "showPurposes",
    "The register of processing activities: purposes, their legal basis, who may state them",
    PurposeRegister,
)
