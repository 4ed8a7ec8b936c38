"""Finding clients by name and date of birth over HTTP, which stand in the body.

A search finds the clients of the caller's own authority and nobody else: who has a case elsewhere
is answered as nobody. Like a list it is answered from a read model, and says how far behind it is.
"""

from datetime import date
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import Field, model_validator
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.policy import Action, Mask, Permit, Relation, may
from cases.app.http.describe import Operation
from cases.app.http.exchange import Body
from cases.app.http.headers import in_language
from cases.app.http.lists import LIST, Behind, Lists, wait_for
from cases.app.http.problems import OF_A_BODY, Problematic, ProblemCode
from cases.app.http.query import page_size_of, seen_of
from cases.app.searching import ClientFound
from cases.domain.case.act import LegalDate
from cases.domain.case.person.acts import PersonName
from cases.domain.model import Value
from cases.domain.names import words
from cases.projections.names.queries import named

KEYS: Final = ("limit", "cursor", "seen")


class ClientSearch(Value):
    """A client searched for: some or all words of the name, in any order, and the date of birth.

    Words are compared whole, without case and without marks on letters. Former names find too.
    """

    name: Annotated[str, Field(min_length=1, max_length=200)]
    date_of_birth: LegalDate

    @model_validator(mode="after")
    def _has_words(self) -> Self:
        if not words(self.name):
            msg = "the name has no letters"
            raise ValueError(msg)
        return self


class ClientMatch(Value):
    """A client who was found. ``names`` and ``dateOfBirth`` are those that hold today.

    ``closedOn`` is null while the case is open; a duplicate says in which case it ``continuesIn``.
    ``masked`` names what answers about a protected
    client leave out.
    """

    case_id: UUID
    version: int = Field(ge=1)
    names: PersonName | None
    date_of_birth: date | None
    opened_on: date
    closed_on: date | None
    continues_in: UUID | None
    worker: str | None
    masked: tuple[Mask, ...] = ()


class ClientsFound(Value):
    """A page of clients found, by case id; ``next`` is the cursor of the next one."""

    behind: Behind
    items: tuple[ClientMatch, ...]
    next: str | None = None


SEARCH: Final = Operation(
    "post",
    "/client-searches",
    "searchClients",
    "Find the caller's authority's clients by name and date of birth, which stand in the body",
    ClientsFound,
    body=ClientSearch,
    query=KEYS,
    headers=("Purpose-Of-Use",),
    problems=(*LIST, *OF_A_BODY),
    legal_basis=("72", "79"),
)


def search(lists: Lists, request: HttpRequest, body: Body) -> Response:
    """Find clients: 200 with those found, nobody too. The access is on the trail by then."""
    desk = lists.desk
    exchange = desk.exchange(request, Action.SEARCH_CLIENTS)
    with exchange.trailing_refusals():
        exchange.only_query(KEYS)
        limit = page_size_of(request)
        seen = seen_of(request)
        asked = exchange.read(ClientSearch, body)
        caller = exchange.caller(purpose_required=True)
        judged = may(caller.principal, Action.SEARCH_CLIENTS, Relation.NONE)
        if not isinstance(judged, Permit):
            raise Problematic(ProblemCode.FORBIDDEN)
        caller = caller.in_role(judged.role)
        name, born = words(asked.name), asked.date_of_birth
        blinds = [lists.name_index(caller.organisation, word, born) for word in sorted(name)]
        bound_to = (caller.name, request.url.path, str(limit), *(blind.hex() for blind in blinds))
        cursor = request.query_params.get("cursor")
        after = UUID(str(lists.cursors.read(bound_to, cursor)[0])) if cursor is not None else None
        if seen is not None:
            wait_for(lists, exchange, caller.organisation, lists.name_view, *seen)
        behind = lists.behind(lists.name_view)
    with lists.session(caller.organisation) as conn:
        found = named(
            conn,
            authority=caller.organisation,
            on=desk.clock.today(),
            blinds=blinds,
            after=after,
            limit=limit + 1,
        )
    page = found[:limit]
    following = lists.cursors.write(bound_to, [str(page[-1])]) if len(found) > limit else None
    items = desk.cases.searching.show(caller, page, name, born)
    answer = ClientsFound(behind=behind, items=tuple(map(_match, items)), next=following)
    headers = in_language(exchange.language)
    return Response(answer.model_dump_json(), 200, headers, "application/json")


def _match(client: ClientFound) -> ClientMatch:
    return ClientMatch(
        case_id=client.case_id,
        version=client.version,
        names=client.names,
        date_of_birth=client.born_on,
        opened_on=client.opened_on,
        closed_on=client.closed_on,
        continues_in=client.continues_in,
        worker=client.worker,
        masked=tuple(sorted(client.masks)),
    )
