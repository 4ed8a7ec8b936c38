"""The lists of an authority over HTTP: its worklist, and its clients with their current plan.

Lists come from read models that follow the log. A reader who must see its own act says so
(``seen=<case>@<version>``) and waits; a list that is behind then says 503, and 400 where there is
no such act, or none any more, that it could ever show this reader. Every page says how many facts
its list lacks, and one that has stood still for too long is not shown: old news is never new.
One line of the trail is written for every person shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Permit, Relation, may
from cases.app.http.cursor import Cursors, Part
from cases.app.http.describe import PERSONAL
from cases.app.http.exchange import Desk, Exchange
from cases.app.http.headers import in_language
from cases.app.http.problems import Problematic, ProblemCode
from cases.app.http.query import page_size_of, seen_of, worker_of
from cases.app.http.waiting import Session, Waiting
from cases.app.store.notices import Waiting as NoticesWaiting
from cases.domain.codes.terms import Language, term
from cases.domain.codes.values import DueKind, InForce, PlanKind, RecordItem
from cases.domain.model import Value
from cases.domain.time import legal_day
from cases.projections.case_view import CaseView
from cases.projections.clients.queries import Client, clients
from cases.projections.names.fold import NameIndex
from cases.projections.reading import Connection
from cases.projections.worklist.fold import WITHHELD
from cases.projections.worklist.queries import Entry, Place, missing, worklist

KEYS: Final = ("validOn", "limit", "cursor", "seen", "worker")
WAIT: Final = 2.0
"""Seconds a list waits for the act its reader has seen, unless ``Prefer: wait`` says less."""

_NOBODY: Final = "\0"
"""Stands in a cursor for a worker without a name: no text of a query is this."""

LIST: Final = (
    *PERSONAL,
    ProblemCode.CURSOR_INVALID,
    ProblemCode.VIEW_CANNOT_ANSWER,
    ProblemCode.PROJECTION_BEHIND,
)
"""Problems that every list can have."""

Behind = Annotated[
    int,
    Field(
        ge=0,
        description="0: the list has every act recorded by now. Otherwise how many facts it lacks;"
        " those just recorded, which have no place in the ledger yet, count as one.",
    ),
]


OutdatedSince = Annotated[
    datetime | None,
    Field(
        description="An instant from which on acts on the case may be missing in this entry,"
        " because the case stands aside until it is mended; the case itself answers as always."
    ),
]


class Due(Value):
    """One thing to do. All days are legal days (Helsinki); ``by`` is the statutory last day,
    ``planned_on`` the day agreed, ``since`` the day from which *without delay* is counted."""

    case_id: UUID
    due: DueKind
    title: str
    subject: UUID | None
    section: str
    worker: str | None
    by: date | None
    planned_on: date | None
    since: date | None
    overdue_since: date | None
    outdated_since: OutdatedSince = None


class Missing(Value):
    """An item of the repository record that is missing, of the part recorded for a legal day."""

    case_id: UUID
    item: RecordItem
    title: str
    subject: UUID
    section: str
    worker: str | None
    on: date
    outdated_since: OutdatedSince = None


class GapPage(Value):
    """A page of what is missing; ``counts`` tell how often each item is, in all cases."""

    valid_on: date
    behind: Behind
    counts: dict[RecordItem, int]
    items: tuple[Missing, ...]
    next: str | None = None


class ClientPlan(Value):
    """The plan in force for a client, fully until ``valid_until``."""

    plan: UUID
    kind: PlanKind
    in_force: InForce
    drawn_up_on: date
    valid_from: date
    valid_until: date
    maximum_until: date
    next_review_on: date | None
    next_review_due: date | None


class ClientEntry(Value):
    """A client of the authority."""

    case_id: UUID
    version: int
    opened_on: date
    worker: str | None
    plan: ClientPlan | None
    outdated_since: OutdatedSince = None


class UnmatchedNotices(Value):
    """Notices from other authorities that wait for somebody to handle them; see ``/notices``.

    ``count`` of the whole authority, whoever is asked for and on whatever day; ``since`` is the
    legal day on which the oldest came, null where there is none.
    """

    count: Annotated[int, Field(ge=0)]
    since: date | None


class WorklistPage(Value):
    """A page of the worklist; ``next`` is the cursor of the next one."""

    valid_on: date
    behind: Behind
    items: tuple[Due, ...]
    unmatched_notices: UnmatchedNotices
    next: str | None = None


class ClientPage(Value):
    """A page of clients; ``next`` is the cursor of the next one."""

    valid_on: date
    behind: Behind
    items: tuple[ClientEntry, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Lists:
    """What the lists are answered from."""

    desk: Desk
    session: Session
    cursors: Cursors
    worklist_view: CaseView
    client_view: CaseView
    name_view: CaseView
    name_index: NameIndex
    waiting: Waiting
    recorded: Callable[[str, UUID, int], bool]
    """Whether the log has a version of a case of an authority: its lists will show it."""
    behind: Callable[[CaseView], int]
    """How many facts a list lacks; raises projection-behind where that has lasted too long."""
    notices: Callable[[str], NoticesWaiting]
    """The notices an authority has to handle."""


def show_worklist(lists: Lists, request: HttpRequest) -> Response:
    """The caller's authority's worklist of a legal day: overdue first, then by day."""
    asked = _Asked.read(lists, request, Action.READ_WORKLIST, lists.worklist_view)
    with lists.session(asked.authority) as conn:
        shown, cursor = _entries(asked, conn, gaps=False)
    asked.trail("worklist", [(entry.case_id, entry.version) for entry in shown])
    page = WorklistPage(
        valid_on=asked.day,
        behind=asked.behind,
        items=tuple(_due(entry, asked.exchange.language) for entry in shown),
        unmatched_notices=_unmatched(lists.notices(asked.authority)),
        next=cursor,
    )
    return asked.answer(page)


def show_repository_gaps(lists: Lists, request: HttpRequest) -> Response:
    """What is missing in the repository record of the caller's authority's open cases."""
    asked = _Asked.read(lists, request, Action.READ_WORKLIST, lists.worklist_view)
    with lists.session(asked.authority) as conn:
        shown, cursor = _entries(asked, conn, gaps=True)
        counts = missing(conn, authority=asked.authority, on=asked.day)
    asked.trail("repositoryGaps", [(entry.case_id, entry.version) for entry in shown])
    items = tuple(_missing(entry, asked.exchange.language) for entry in shown)
    return asked.answer(
        GapPage(valid_on=asked.day, behind=asked.behind, counts=counts, items=items, next=cursor)
    )


def _entries(
    asked: "_Asked", conn: Connection, *, gaps: bool
) -> tuple[tuple[Entry, ...], str | None]:
    """A page of entries, and the cursor of the next one."""
    after = (
        Place(
            bool(asked.place[0]),
            date.fromisoformat(str(asked.place[1])),
            UUID(str(asked.place[2])),
            int(asked.place[3]),
        )
        if asked.place
        else None
    )
    shown: list[Entry] = []
    # What is withheld leaves no gap: nobody is to see by a page that there was something.
    while (wanted := asked.limit + 1 - len(shown)) > 0:
        found = worklist(
            conn,
            authority=asked.authority,
            on=asked.day,
            gaps=gaps,
            worker=asked.worker,
            reader=asked.caller.principal.subject,
            today=asked.lists.desk.clock.today(),
            after=after,
            limit=wanted,
        )
        # That a guardian is protected the entries of the child's case don't know.
        shown += (each for each in found if each.kind not in WITHHELD or not asked.withheld(each))
        if len(found) < wanted:
            return tuple(shown), None
        after = found[-1].place
    page = tuple(shown[: asked.limit])
    place = page[-1].place
    return page, asked.cursor(
        [place.in_time, place.day.isoformat(), str(place.case_id), place.entry, gaps]
    )


def show_clients(lists: Lists, request: HttpRequest) -> Response:
    """The caller's authority's clients on a legal day, each with the plan in force."""
    asked = _Asked.read(lists, request, Action.READ_CLIENTS, lists.client_view, of_past_days=True)
    after = UUID(str(asked.place[0])) if asked.place else None
    with lists.session(asked.authority) as conn:
        found = clients(
            conn,
            authority=asked.authority,
            on=asked.day,
            worker=asked.worker,
            after=after,
            limit=asked.limit + 1,
        )
    shown = found[: asked.limit]
    cursor = asked.cursor([str(shown[-1].case_id)]) if len(found) > asked.limit else None
    asked.trail("clients", [(client.case_id, client.version) for client in shown])
    items = tuple(_client(client) for client in shown)
    return asked.answer(
        ClientPage(valid_on=asked.day, behind=asked.behind, items=items, next=cursor)
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question for a list, understood, allowed, and waited for."""

    lists: Lists
    exchange: Exchange
    caller: Caller
    day: date
    limit: int
    worker: str | None
    place: Sequence[Part]
    bound_to: tuple[str, ...]
    behind: int

    @classmethod
    def read(
        cls,
        lists: Lists,
        request: HttpRequest,
        action: Action,
        view: CaseView,
        *,
        of_past_days: bool = False,
    ) -> "_Asked":
        exchange = lists.desk.exchange(request, action)
        with exchange.trailing_refusals():
            exchange.only_query(KEYS)
            day = exchange.query_day("validOn") or lists.desk.clock.today()
            limit = page_size_of(request)
            seen = seen_of(request)
            worker = worker_of(request)
            caller = exchange.caller(purpose_required=True)
            if day < lists.desk.clock.today() and not of_past_days:
                # What has been done since is on no worklist any more: one case can tell (dues).
                raise Problematic(ProblemCode.VIEW_CANNOT_ANSWER)
            judged = may(caller.principal, action, Relation.NONE)
            if not isinstance(judged, Permit):
                raise Problematic(ProblemCode.FORBIDDEN)
            caller = caller.in_role(judged.role)
            # Everybody's cases, and those of who has no name, are two questions.
            whose = "" if worker is None else worker or _NOBODY
            bound_to = (caller.name, request.url.path, day.isoformat(), str(limit), whose)
            cursor = request.query_params.get("cursor")
            place = lists.cursors.read(bound_to, cursor) if cursor is not None else []
            if seen is not None:
                wait_for(lists, exchange, caller.organisation, view, *seen)
            behind = lists.behind(view)
        return cls(lists, exchange, caller, day, limit, worker, place, bound_to, behind)

    @property
    def authority(self) -> str:
        return self.caller.organisation

    def withheld(self, entry: Entry) -> bool:
        return self.lists.desk.cases.asking.is_withheld(self.caller, entry.case_id)

    def cursor(self, place: Sequence[Part]) -> str:
        return self.lists.cursors.write(self.bound_to, place)

    def trail(self, section: str, shown: Sequence[tuple[UUID, int]]) -> None:
        witness = self.lists.desk.witness
        witness.note_people(self.caller, self.exchange.action, section, shown)

    def answer(self, page: Value) -> Response:
        headers = in_language(self.exchange.language)
        return Response(page.model_dump_json(), 200, headers, "application/json")


def wait_for(  # noqa: PLR0913, PLR0917 - two of them are what was seen
    lists: Lists, exchange: Exchange, authority: str, view: CaseView, case_id: UUID, version: int
) -> None:
    """Wait until ``view`` has what the reader has seen.

    Raises view-cannot-answer where it never will, and projection-behind.
    """
    preferred = exchange.preferred_wait()
    timeout = WAIT if preferred is None else float(preferred)
    if lists.waiting.arrived(authority, (view,), case_id, version, 0.0):
        return
    if not lists.recorded(authority, case_id, version):
        raise Problematic(ProblemCode.VIEW_CANNOT_ANSWER)
    if not lists.waiting.arrived(authority, (view,), case_id, version, timeout):
        raise Problematic(ProblemCode.PROJECTION_BEHIND)


def _unmatched(waiting: NoticesWaiting) -> UnmatchedNotices:
    oldest = waiting.oldest
    return UnmatchedNotices(count=waiting.count, since=oldest and legal_day(oldest))


def _due(entry: Entry, language: Language) -> Due:
    return Due(
        case_id=entry.case_id,
        due=entry.kind,
        title=term(entry.kind, language),
        subject=entry.subject_id,
        section=entry.section,
        worker=entry.worker,
        by=entry.by,
        planned_on=entry.planned_on,
        since=entry.since,
        overdue_since=entry.overdue_since,
        outdated_since=entry.outdated_since,
    )


def _missing(entry: Entry, language: Language) -> Missing:
    assert entry.item is not None, "an entry about the record names its item"
    assert entry.subject_id is not None, "and the part it is missing in"
    return Missing(
        case_id=entry.case_id,
        item=entry.item,
        title=term(entry.item, language),
        subject=entry.subject_id,
        section=entry.section,
        worker=entry.worker,
        on=entry.since or entry.place.day,
        outdated_since=entry.outdated_since,
    )


def _client(client: Client) -> ClientEntry:
    plan = client.plan
    return ClientEntry(
        case_id=client.case_id,
        version=client.version,
        opened_on=client.opened_on,
        worker=client.worker,
        plan=ClientPlan(
            plan=plan.plan_id,
            kind=plan.kind,
            in_force=plan.in_force,
            drawn_up_on=plan.drawn_up_on,
            valid_from=plan.valid_from,
            valid_until=plan.valid_until,
            maximum_until=plan.maximum_until,
            next_review_on=plan.next_review_on,
            next_review_due=plan.next_review_due,
        )
        if plan
        else None,
        outdated_since=client.outdated_since,
    )
