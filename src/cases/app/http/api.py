"""The app: every address there is, and what answers it.

Endpoints are synchronous – the store is – and run in a bounded number of threads; only the body is
read in the event loop. What machines ask about the program itself never waits for those threads.
Below ``/v1`` endpoints are plain routes: they read a request themselves, so whatever the framework
would find out about their signatures is time lost on every act.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from threading import Event
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route, Router

from cases.app.bootstrap import System
from cases.app.http import (
    acts,
    drafts,
    family_plans,
    guidance,
    lists,
    notices,
    operations,
    questions,
    reference,
    searching,
)
from cases.app.http.audit import show_access_trail
from cases.app.http.body import read_json
from cases.app.http.callers.known import read_callers
from cases.app.http.callers.proofs import Proofs
from cases.app.http.cursor import Cursors
from cases.app.http.describe import API_VERSION, Operation
from cases.app.http.errors import install
from cases.app.http.exchange import Body, Desk
from cases.app.http.health import Health
from cases.app.http.keys import Keys
from cases.app.http.limits import CallerRates
from cases.app.http.middleware import Requests
from cases.app.http.organisations import (
    show_organisation,
    show_organisations,
)
from cases.app.http.plan_page import show_plan_page
from cases.app.http.problem_pages import problem_catalogue, problem_page
from cases.app.http.problems import Problematic, ProblemCode
from cases.app.http.progress import Progress
from cases.app.http.provider_extract import (
    show_provider_extract,
)
from cases.app.http.tokens import TokenVerifier
from cases.app.http.waiting import Waiting
from cases.app.observability import Metrics
from cases.app.settings import Settings
from cases.app.store.faults import Unreadable
from cases.app.store.kinds import CasesInLog
from cases.domain.case.state import fold
from cases.projections.release import running_release

NO_DOCUMENT: Final[dict[str, Any]] = {"openapi_url": None, "docs_url": None, "redoc_url": None}

Read = tuple[Operation, Callable[[HttpRequest], Response]]


def create_app(system: System, keys: Keys, leaving: Event | None = None) -> Requests:
    """The whole app over a system; ``keys`` are the identity provider's.

    Once ``leaving`` is set it says that it is not to be asked any more, and goes on answering.
    Raises BadCallers where the file of callers can't be used.
    """
    metrics = Metrics()
    health = Health(system, metrics, leaving or Event())
    outer = FastAPI(redirect_slashes=False, **NO_DOCUMENT)
    outer.mount("/v1", _api(system, keys))
    outer.add_api_route("/health/live", health.live, methods=["GET"])
    outer.add_api_route("/health/ready", health.ready, methods=["GET"])
    outer.add_api_route("/metrics", health.metrics, methods=["GET"])
    outer.add_api_route("/problems", problem_catalogue, methods=["GET"])
    outer.add_api_route("/problems/{code}", problem_page, methods=["GET"])
    install(outer)
    return Requests(
        outer,
        api_version=API_VERSION,
        new_id=system.new_id,
        seconds=time.perf_counter,
        metrics=metrics,
        most=system.settings.max_under_way,
    )


def _api(system: System, keys: Keys) -> Router:
    waiting = Waiting(system.session, system.settings.threads)
    desk = _desk(system, keys, waiting)
    of_authority = lists.Lists(
        desk=desk,
        session=system.session,
        cursors=Cursors(system.keystore.shared_secret("cursors")),
        worklist_view=system.views.worklist,
        client_view=system.views.clients,
        name_view=system.views.names,
        name_index=system.name_index,
        waiting=waiting,
        recorded=partial(_recorded, system),
        behind=Progress(system, system.reader).behind,
        notices=system.inbox.waiting,
    )
    body = _body_reader(system.settings)
    answers: list[Answer] = []
    for route in (*acts.ROUTES, *acts.FORMER, *guidance.ROUTES, *family_plans.ROUTES):
        answers.append(_post(route.path, partial(acts.perform, desk, route), body))
    answers.append(_post(operations.PERSON_LOOKUP.path, partial(questions.look_up, desk), body))
    answers.append(_post(guidance.LOOKUP.path, partial(guidance.look_up, desk), body))
    answers.append(_post(searching.SEARCH.path, partial(searching.search, of_authority), body))
    for question in questions.QUESTIONS:
        answers.append(_get(question.path, partial(questions.ask, desk, question)))
    cursors = of_authority.cursors
    reads: tuple[Read, ...] = (
        (operations.PLAN_PAGE, partial(show_plan_page, desk, system.organisations)),
        (operations.ACCESS_TRAIL, partial(show_access_trail, desk, cursors)),
        (guidance.RECORD, partial(guidance.show, desk)),
        (guidance.HISTORY, partial(guidance.show_history, desk)),
        (guidance.TRAIL, partial(guidance.show_trail, desk, cursors)),
        (family_plans.PLAN, partial(family_plans.show, desk)),
        (family_plans.HISTORY, partial(family_plans.show_history, desk)),
        (operations.PROVIDER_EXTRACT, partial(show_provider_extract, desk, system.organisations)),
        (operations.WORKLIST, partial(lists.show_worklist, of_authority)),
        (operations.REPOSITORY_GAPS, partial(lists.show_repository_gaps, of_authority)),
        (operations.CLIENTS, partial(lists.show_clients, of_authority)),
        (reference.CODE_LISTS, reference.show_code_lists),
        (reference.CODE_LIST, partial(reference.show_code_list, system.law)),
        (reference.EDITIONS, partial(reference.show_editions, system.law)),
        (reference.EDITION, partial(reference.show_edition, system.law)),
        (reference.PURPOSES, partial(reference.show_purposes, system.purposes)),
        (
            operations.ORGANISATIONS,
            partial(show_organisations, system.organisations, system.clock.today, cursors),
        ),
        (operations.ORGANISATION, partial(show_organisation, system.organisations)),
    )
    for operation, answer in reads:
        # The id of an edition holds a slash.
        path = operation.path.replace("{editionId}", "{editionId:path}")
        answers.append(_get(path, answer))
    of_notices = notices.NoticeDesk(desk, system.notice_intake, system.inbox, cursors)
    for writes, shows, given in (
        (drafts.WITH_BODY, drafts.WITHOUT_BODY, (desk, system.drafts)),
        (notices.WITH_BODY, notices.WITHOUT_BODY, (of_notices,)),
    ):
        answers += _given(writes, shows, given, body)
    answers.append(_get("/openapi.json", partial(reference.show_document, operations.document())))
    return Router(_addresses(answers), redirect_slashes=False)


def _desk(system: System, keys: Keys, waiting: Waiting) -> Desk:
    lists_of_authority = (system.views.worklist, system.views.clients, system.views.names)

    def arrived(case_id: UUID, version: int, timeout: float) -> bool:
        # Whoever acted, a case stands in the lists of the authority that answers for it now.
        authority = _responsible(system.case_log, case_id, system.clock.today())
        return authority is not None and waiting.arrived(
            authority, lists_of_authority, case_id, version, timeout
        )

    verifier = TokenVerifier(
        keys,
        issuer=system.settings.issuer,
        audience=system.settings.audience,
        now=system.clock.now,
        find=system.organisations.find,
        development=not system.settings.is_production,
    )
    proofs = Proofs(
        verifier,
        proxies=system.settings.trusted_proxies,
        security_servers=system.settings.security_servers,
        callers=read_callers(system.settings.callers),
        find=system.organisations.find,
        now=system.clock.now,
    )
    return Desk(
        cases=system.cases,
        guidance=system.guidance,
        family_plans=system.family_plans,
        law=system.law,
        clock=system.clock,
        trail=system.trail,
        purposes=system.purposes,
        witness=system.witness,
        secret=system.keystore.shared_secret("fingerprints"),
        ground=_ground(system),
        authenticate=proofs.principal,
        rates=CallerRates(system.settings.requests_per_minute, time.monotonic),
        arrived=arrived,
        exists=lambda named: system.log.version_of(named) > 0 or system.inbox.is_there(named),
    )


def _ground(system: System) -> str:
    """What the text of every answer depends on, whatever is asked: the release and the timeline."""
    followed = (f"{each.edition}={each.applies_from}" for each in system.law.timeline)
    return " ".join((running_release(), *followed))


ReadBody = Callable[[HttpRequest], Awaitable[Body]]


def _responsible(log: CasesInLog, case_id: UUID, today: date) -> str | None:
    """Who answers for the case; None where that can't be read."""
    try:
        return fold(log.load(case_id)).responsible_on(today)
    except Unreadable:
        return None


def _recorded(system: System, authority: str, case_id: UUID, version: int) -> bool:
    """Whether the log has a version of a case the authority answers for, readable or not."""
    try:
        state = fold(system.case_log.load(case_id))
    except Unreadable:
        return True
    answers = state.responsible_on(system.clock.today())
    return state.version >= version and answers == authority


def _given(
    writes: Iterable[tuple[Operation, Callable[..., Response]]],
    shows: Iterable[tuple[Operation, Callable[..., Response]]],
    given: tuple[object, ...],
    read: ReadBody,
) -> Iterator["Answer"]:
    """What answers operations, each of which is ``given`` something before the request."""
    for operation, write in writes:
        endpoint = _with_body(partial(write, *given), read)
        yield Answer(operation.path, operation.method.upper(), endpoint)
    for operation, show in shows:
        endpoint = _without_body(partial(show, *given))
        yield Answer(operation.path, operation.method.upper(), endpoint)


def _body_reader(settings: Settings) -> ReadBody:
    """Reads a body in the event loop; what is wrong with it is told after who sent it is known.

    That there is too much to do is told at once.
    """

    async def read(request: HttpRequest) -> Body:
        try:
            return await read_json(request, settings.max_body, settings.body_timeout)
        except Problematic as problem:
            if problem.code is ProblemCode.OVERLOADED:
                raise
            return problem

    return read


Endpoint = Callable[[HttpRequest], Awaitable[Response]]


class Answer(NamedTuple):
    """What answers one method of an address."""

    path: str
    method: str
    endpoint: Endpoint


def _with_body(answer: Callable[[HttpRequest, Body], Response], read: ReadBody) -> Endpoint:
    async def endpoint(request: HttpRequest) -> Response:
        return await run_in_threadpool(answer, request, await read(request))

    return endpoint


def _without_body(answer: Callable[[HttpRequest], Response]) -> Endpoint:
    async def endpoint(request: HttpRequest) -> Response:
        return await run_in_threadpool(answer, request)

    return endpoint


def _addresses(answers: Iterable[Answer]) -> list[Route]:
    """One route for each address, with all its methods: a wrong one is told the right ones."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for answer in answers:
        by_path.setdefault(answer.path, {})[answer.method] = answer.endpoint
    return [_by_method(path, endpoints) for path, endpoints in by_path.items()]


def _by_method(path: str, answers: Mapping[str, Endpoint]) -> Route:
    async def endpoint(request: HttpRequest) -> Response:
        return await answers[request.method](request)

    return Route(path, endpoint, methods=[*answers])


def _post(path: str, answer: Callable[[HttpRequest, Body], Response], read: ReadBody) -> Answer:
    return Answer(path, "POST", _with_body(answer, read))


def _get(path: str, answer: Callable[[HttpRequest], Response]) -> Answer:
    return Answer(path, "GET", _without_body(answer))
