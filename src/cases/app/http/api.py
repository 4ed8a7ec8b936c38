"""The app: every address there is, and what answers it.

Endpoints are synchronous – the store is – and run in a bounded number of threads; only the body is
read in the event loop. What machines ask about the program itself never waits for those threads.
Below ``/v1`` endpoints are plain routes: they read a request themselves, so whatever the framework
would find out about their signatures is time lost on every act.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from cases.app.bootstrap import System
from cases.app.http import (
    acts,
    drafts,
    family_plans,
    guidance,
    lists,
    questions,
    reference,
    searching,
)
from cases.app.http.audit import AccessTrail, show_access_trail
from cases.app.http.body import read_json
from cases.app.http.cursor import Cursors
from cases.app.http.describe import API_VERSION, PERSONAL, Description, Operation, describe
from cases.app.http.errors import install
from cases.app.http.exchange import Body, Desk
from cases.app.http.health import Health
from cases.app.http.keys import Keys
from cases.app.http.middleware import Requests
from cases.app.http.organisations import (
    KEYS,
    OrganisationHistory,
    OrganisationPage,
    show_organisation,
    show_organisations,
)
from cases.app.http.plan_page import show_plan_page
from cases.app.http.problem_pages import problem_catalogue, problem_page
from cases.app.http.problems import Problematic, ProblemCode
from cases.app.http.progress import Progress
from cases.app.http.provider_extract import (
    PROVIDER,
    ProviderExtractAnswer,
    show_provider_extract,
)
from cases.app.http.tokens import TokenVerifier
from cases.app.http.waiting import Waiting
from cases.app.observability import Metrics
from cases.app.store.faults import Unreadable
from cases.app.store.kinds import CasesInLog
from cases.domain.case.state import fold

NO_DOCUMENT: Final[dict[str, Any]] = {"openapi_url": None, "docs_url": None, "redoc_url": None}

Read = tuple[Operation, Callable[[HttpRequest], Response]]


def create_app(system: System, keys: Keys) -> ASGIApp:
    """The whole app over a system; ``keys`` are the identity provider's."""
    metrics = Metrics()
    health = Health(system, metrics)
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
    )
    body = _body_reader(system.settings.max_body)
    description = Description()
    routes = []
    for route in (*acts.ROUTES, *guidance.ROUTES, *family_plans.ROUTES):
        routes.append(_post(route.path, partial(acts.perform, desk, route), body))
        description.act(route)
    routes.append(_post("/person-lookups", partial(questions.look_up, desk), body))
    routes.append(_post(guidance.LOOKUP.path, partial(guidance.look_up, desk), body))
    routes.append(_post(searching.SEARCH.path, partial(searching.search, of_authority), body))
    for question in questions.QUESTIONS:
        routes.append(_get(question.path, partial(questions.ask, desk, question)))
        description.question(question)
    cursors = of_authority.cursors
    reads: tuple[Read, ...] = (
        (_PAGE, partial(show_plan_page, desk, system.organisations)),
        (_TRAIL, partial(show_access_trail, desk, cursors)),
        (guidance.RECORD, partial(guidance.show, desk)),
        (guidance.TRAIL, partial(guidance.show_trail, desk, cursors)),
        (family_plans.PLAN, partial(family_plans.show, desk)),
        (_EXTRACT, partial(show_provider_extract, desk, system.organisations)),
        (_WORKLIST, partial(lists.show_worklist, of_authority)),
        (_GAPS, partial(lists.show_repository_gaps, of_authority)),
        (_CLIENTS, partial(lists.show_clients, of_authority)),
        _public("/codes", "showCodeLists", reference.show_code_lists),
        _public("/codes/{list}", "showCodeList", reference.show_code_list, system.law),
        _public("/editions", "showEditions", reference.show_editions, system.law),
        _public("/editions/{editionId}", "showEdition", reference.show_edition, system.law),
        _public("/purposes", "showPurposes", reference.show_purposes, system.purposes),
        (
            _ORGANISATIONS,
            partial(show_organisations, system.organisations, system.clock.today, cursors),
        ),
        (_ORGANISATION, partial(show_organisation, system.organisations)),
    )
    for operation, answer in reads:
        # The id of an edition holds a slash.
        path = operation.path.replace("{editionId}", "{editionId:path}")
        routes.append(_get(path, answer))
        description.add(operation)
    description.add(_LOOKUP)
    description.add(searching.SEARCH)
    description.add(guidance.LOOKUP)
    routes += _drafts(system, desk, body, description)
    document = describe(description)
    routes.append(_get("/openapi.json", lambda _: JSONResponse(document)))
    return Router(routes, redirect_slashes=False)


_PAGE: Final = Operation(
    "get",
    "/cases/{caseId}/plan/page",
    "showPlanPage",
    "The plan in force as a page to hand to the client, in Finnish, Swedish or English",
    None,
    query=questions.AXES,
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, ProblemCode.VIEW_CANNOT_ANSWER),
    legal_basis=("19", "24"),
    conditional=True,
    media_type="text/html",
)
_TRAIL: Final = Operation(
    "get",
    "/cases/{caseId}/access-trail",
    "showAccessTrail",
    "Who looked at the case, changed it, or was refused",
    AccessTrail,
    query=("limit", "cursor"),
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, ProblemCode.CURSOR_INVALID),
    legal_basis=("78", "79"),
)
_EXTRACT: Final = Operation(
    "get",
    "/cases/{caseId}/provider-extract",
    "showProviderExtract",
    "What a provider of one of the client's services may be told, and nothing else",
    ProviderExtractAnswer,
    query=(PROVIDER,),
    headers=("Purpose-Of-Use",),
    problems=PERSONAL,
    legal_basis=("94",),
)
_WORKLIST: Final = Operation(
    "get",
    "/worklist",
    "showWorklist",
    "What the caller's authority has to do, overdue first",
    lists.WorklistPage,
    query=lists.KEYS,
    headers=("Purpose-Of-Use",),
    problems=lists.LIST,
    legal_basis=("72", "79"),
)
_GAPS: Final = Operation(
    "get",
    "/repository-gaps",
    "showRepositoryGaps",
    "What is missing in the repository record of the caller's authority's open cases",
    lists.GapPage,
    query=lists.KEYS,
    headers=("Purpose-Of-Use",),
    problems=lists.LIST,
    legal_basis=("76", "79"),
)
_CLIENTS: Final = Operation(
    "get",
    "/clients",
    "showClients",
    "The caller's authority's clients, each with the plan in force",
    lists.ClientPage,
    query=lists.KEYS,
    headers=("Purpose-Of-Use",),
    problems=lists.LIST,
    legal_basis=("72", "79"),
)
_LOOKUP: Final = Operation(
    "post",
    "/person-lookups",
    "lookUpPerson",
    "Find a person's case by identity code, which stands in the body",
    questions.PersonFound,
    body=questions.PersonLookup,
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, ProblemCode.TOO_LARGE, ProblemCode.UNSUPPORTED_MEDIA_TYPE),
    legal_basis=("72", "79"),
)


_ORGANISATIONS: Final = Operation(
    "get",
    "/organisations",
    "showOrganisations",
    "The organisations of a legal day, by id, with the areas they belong to",
    OrganisationPage,
    query=KEYS,
    problems=(ProblemCode.CURSOR_INVALID,),
    public=True,
)
_ORGANISATION: Final = Operation(
    "get",
    "/organisations/{organisation}",
    "showOrganisation",
    "One organisation: everything it was, is and will be, with the days",
    OrganisationHistory,
    problems=(ProblemCode.NOT_FOUND,),
    public=True,
)


def _public(path: str, name: str, show: Callable[..., Response], *of: object) -> Read:
    """What anyone may read: law, codes, purposes. ``show`` is told ``of`` before the request."""
    summary = (show.__doc__ or "").split("\n")[0]
    operation = Operation(
        "get", path, name, summary, None, problems=(ProblemCode.NOT_FOUND,), public=True
    )
    return operation, partial(show, *of)


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
        authenticate=lambda request: verifier.principal(request.headers),
        arrived=arrived,
        exists=lambda case_id: system.log.version_of(case_id) > 0,
    )


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


def _drafts(system: System, desk: Desk, read: ReadBody, description: Description) -> list[Route]:
    """The addresses of drafts, each with all its methods, so that a wrong one is told the right."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for operation, write in drafts.WITH_BODY:
        answer = partial(write, desk, system.drafts)
        by_path.setdefault(operation.path, {})[operation.method.upper()] = _with_body(answer, read)
        description.add(operation)
    for operation, show in drafts.WITHOUT_BODY:
        without = _without_body(partial(show, desk, system.drafts))
        by_path.setdefault(operation.path, {})[operation.method.upper()] = without
        description.add(operation)
    return [_by_method(path, answers) for path, answers in by_path.items()]


def _body_reader(max_size: int) -> ReadBody:
    """Reads a body in the event loop; what is wrong with it is told after who sent it is known."""

    async def read(request: HttpRequest) -> Body:
        try:
            return await read_json(request, max_size)
        except Problematic as problem:
            return problem

    return read


Endpoint = Callable[[HttpRequest], Awaitable[Response]]


def _with_body(answer: Callable[[HttpRequest, Body], Response], read: ReadBody) -> Endpoint:
    async def endpoint(request: HttpRequest) -> Response:
        return await run_in_threadpool(answer, request, await read(request))

    return endpoint


def _without_body(answer: Callable[[HttpRequest], Response]) -> Endpoint:
    async def endpoint(request: HttpRequest) -> Response:
        return await run_in_threadpool(answer, request)

    return endpoint


def _by_method(path: str, answers: Mapping[str, Endpoint]) -> Route:
    async def endpoint(request: HttpRequest) -> Response:
        return await answers[request.method](request)

    return Route(path, endpoint, methods=[*answers])


def _post(path: str, answer: Callable[[HttpRequest, Body], Response], read: ReadBody) -> Route:
    return Route(path, _with_body(answer, read), methods=["POST"])


def _get(path: str, answer: Callable[[HttpRequest], Response]) -> Route:
    return Route(path, answer, methods=["GET"])
