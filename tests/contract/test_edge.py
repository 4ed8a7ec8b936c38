"""What the edge does around any app, in process and over a socket."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx2
import pytest
import structlog
import uvicorn
from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp
from tests.patience import PATIENCE, until

from cases.app.access.principal import Principal, Role
from cases.app.http.body import read_json
from cases.app.http.context import notes_of
from cases.app.http.errors import install
from cases.app.http.middleware import SHARED_HEADERS, Requests
from cases.app.http.problem_pages import problem_catalogue, problem_page
from cases.app.http.problems import Problematic, ProblemCode
from cases.app.observability import Metrics
from cases.app.store.faults import Erased, KeyUnavailable, StoreUnavailable, UnknownFactType
from cases.domain.case.act import Organisation
from cases.domain.codes.values import OrganisationKind

SECRET = "131052-9308"
CASE = "01920000-0000-7000-8000-000000000001"
BEARER = Principal(
    subject="pairwise-1",
    organisation=Organisation(id="vaasa", kind=OrganisationKind.MUNICIPALITY),
    roles=frozenset({Role.OFFICER}),
)


class Declared(BaseModel):
    a: int


async def _body(request: Request) -> bytes:
    return (await read_json(request, 1000, PATIENCE)).raw


def _trouble(kind: str) -> Response:
    case = UUID(CASE)
    faults: dict[str, Exception] = {
        "unexpected": RuntimeError(SECRET),
        "store": StoreUnavailable(SECRET),
        "keys": KeyUnavailable(SECRET),
        "erased": Erased(case, 1, "plan.drawn-up.v1"),
        "newer": UnknownFactType(case, 1, "plan.drawn-up.v2"),
        "hidden": Problematic(ProblemCode.NOT_FOUND),
        "stale": Problematic(ProblemCode.STALE_VERSION, current=17),
    }
    raise faults[kind]


def _show(request: Request, case_id: UUID) -> Response:
    notes = notes_of(request.scope)
    notes.principal, notes.purpose = BEARER, "ORGANISING_SERVICES"
    return JSONResponse({"id": str(case_id)}, headers={"ETag": '"1.a"'})


def _app(metrics: Metrics) -> ASGIApp:
    """The smallest app with everything in it: a mounted API, an included router, pages."""
    nested = APIRouter(prefix="/nested")
    nested.add_api_route("/{thing}", lambda thing: {"thing": len(thing)}, methods=["GET"])
    api = FastAPI(redirect_slashes=False, openapi_url=None)
    api.add_api_route("/cases/{case_id}", _show, methods=["GET"])
    api.add_api_route("/trouble/{kind}", _trouble, methods=["GET", "POST"])
    api.add_api_route("/bodies", _measured, methods=["POST"])
    api.add_api_route("/declared", _declared, methods=["POST"])
    api.add_api_route("/counted", _counted, methods=["GET"])
    api.add_api_route("/streamed", _streamed, methods=["GET"])
    api.include_router(nested)
    install(api)
    outer = FastAPI(redirect_slashes=False, openapi_url=None)
    outer.mount("/v1", api)
    outer.add_api_route("/problems", problem_catalogue, methods=["GET"])
    outer.add_api_route("/problems/{code}", problem_page, methods=["GET"])
    outer.add_api_route("/broken", _trouble_outside, methods=["GET"])
    install(outer)
    return Requests(
        outer,
        api_version="1.2.3",
        new_id=uuid4,
        seconds=time.perf_counter,
        metrics=metrics,
        most=256,
    )


def _measured(raw: Annotated[bytes, Depends(_body)]) -> int:
    return len(raw)


def _declared(body: Declared) -> int:
    return body.a


def _counted(limit: int) -> int:
    return limit


def _streamed() -> Response:
    def chunks() -> Iterator[bytes]:
        yield b"first"
        raise RuntimeError(SECRET)

    return StreamingResponse(chunks())


def _trouble_outside() -> Response:
    raise RuntimeError(SECRET)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def client(metrics: Metrics) -> Iterator[TestClient]:
    with TestClient(_app(metrics), raise_server_exceptions=True) as client:
        yield client


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as entries:
        yield entries


def problem(response: httpx2.Response) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == response.status_code
    assert body["instance"] == f"urn:uuid:{response.headers['request-id']}"
    assert SECRET not in response.text
    return body


@pytest.mark.guarantee("HP-14")
@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/trouble/unexpected", 500, "internal"),
        ("/v1/trouble/store", 503, "unavailable"),
        ("/v1/trouble/keys", 503, "unavailable"),
        ("/v1/trouble/erased", 410, "erased"),
        ("/v1/trouble/newer", 503, "newer-release"),
        ("/v1/trouble/hidden", 404, "not-found"),
        ("/v1/trouble/stale", 412, "stale-version"),
        (f"/v1/nowhere/{SECRET}", 404, "not-found"),
        (f"/nowhere/{SECRET}", 404, "not-found"),
        (f"/v1/cases/{SECRET}", 404, "not-found"),
        (f"/v1/cases/{CASE}/", 404, "not-found"),
        ("/v1", 404, "not-found"),
        ("/v1/", 404, "not-found"),
        ("/broken", 500, "internal"),
        (f"/v1/counted?limit={SECRET}", 400, "malformed-request"),
        ("/v1/counted", 400, "malformed-request"),
        (f"/problems/{SECRET}", 404, "not-found"),
        ("/v1/bodies", 405, "method-not-allowed"),
    ],
)
def test_everything_that_goes_wrong_is_a_problem(
    client: TestClient, path: str, status: int, code: str
) -> None:
    body = problem(client.get(path, follow_redirects=False))
    assert (body["status"], body["code"]) == (status, code)


@pytest.mark.guarantee("HP-14")
@pytest.mark.parametrize(
    "sent", [b'{"a": NaN}', b'{"a": "131052-9308"}', b'{"131052-9308": 1}', b"131052-9308", b""]
)
def test_even_bodies_read_by_the_framework_are_not_repeated(
    client: TestClient, sent: bytes
) -> None:
    response = client.post(
        "/v1/declared", content=sent, headers={"Content-Type": "application/json"}
    )
    assert problem(response)["code"] == "malformed-request"


@pytest.mark.guarantee("HP-14")
def test_a_problem_speaks_the_language_asked_for(client: TestClient) -> None:
    titles = set()
    for language in ("fi", "sv", "en"):
        response = client.get("/v1/nowhere", headers={"Accept-Language": language})
        assert response.headers["content-language"] == language
        titles.add(problem(response)["title"])
    assert len(titles) == 3


def test_a_declared_parameter_is_named_and_its_value_is_not(client: TestClient) -> None:
    (error,) = problem(client.get(f"/v1/counted?limit={SECRET}"))["errors"]
    assert (error["parameter"], error["code"]) == ("limit", "not-a-number")


def test_a_wrong_method_names_the_right_ones(client: TestClient) -> None:
    response = client.delete(f"/v1/cases/{CASE}")
    assert problem(response)["code"] == "method-not-allowed"
    assert response.headers["allow"] == "GET, HEAD"
    assert client.get("/v1/bodies").headers["allow"] == "POST"


@pytest.mark.guarantee("HP-15")
@pytest.mark.parametrize("path", [f"/v1/cases/{CASE}", "/problems/erased", "/v1/nested/x"])
def test_head_answers_as_get_without_the_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code == 200
    assert head.content == b""
    ours = {"request-id"}
    assert {k: v for k, v in head.headers.items() if k not in ours} == {
        k: v for k, v in got.headers.items() if k not in ours
    }


@pytest.mark.guarantee("HP-16")
@pytest.mark.parametrize(
    "path", [f"/v1/cases/{CASE}", "/v1/nowhere", "/nowhere", "/v1/trouble/unexpected", "/broken"]
)
def test_every_answer_has_the_shared_headers(client: TestClient, path: str) -> None:
    response = client.get(path, headers={"Request-Id": SECRET})
    assert UUID(response.headers["request-id"])
    assert response.headers["api-version"] == "1.2.3"
    for name, value in SHARED_HEADERS:
        assert response.headers[name] == value


def test_public_pages_may_be_kept(client: TestClient) -> None:
    assert client.get("/problems/erased").headers["cache-control"].startswith("public")


@pytest.mark.guarantee("HP-17")
@pytest.mark.parametrize("code", ProblemCode)
def test_every_problem_has_a_page(client: TestClient, code: ProblemCode) -> None:
    page = client.get(f"/problems/{code.value}").json()
    assert page["status"] == code.status
    assert set(page["title"]) == set(page["detail"]) == {"fi", "sv", "en"}
    html = client.get(f"/problems/{code.value}", headers={"Accept": "text/html"})
    assert html.headers["content-type"].startswith("text/html")
    assert html.text.count("<section lang=") == 3
    assert problem(client.get(f"/problems/{code.value}", headers={"Accept": "image/png"}))


@pytest.mark.guarantee("HP-17")
def test_the_catalogue_lists_every_problem(client: TestClient) -> None:
    listed = client.get("/problems").json()
    assert [each["code"] for each in listed["problems"]] == [code.value for code in ProblemCode]
    assert "not-a-day" in listed["errors"]
    assert "rule-violated" in client.get("/problems", headers={"Accept": "text/html"}).text


@pytest.mark.guarantee("HP-18")
def test_one_line_is_logged_for_a_request_and_it_names_nobody(
    client: TestClient, logged: list[Any]
) -> None:
    response = client.get(f"/v1/cases/{CASE}?name={SECRET}")
    (line,) = logged
    assert line["event"] == "request"
    assert line["route"] == "/v1/cases/{case_id}"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["request_id"] == response.headers["request-id"]
    assert (line["organisation"], line["purpose"]) == ("vaasa", "ORGANISING_SERVICES")
    assert line["organisation_kind"] == "MUNICIPALITY"
    for never in (CASE, SECRET, "pairwise-1", "name="):
        assert never not in str(line)


@pytest.mark.guarantee("HP-18")
@pytest.mark.parametrize(
    ("path", "route", "error"),
    [
        ("/v1/trouble/unexpected", "/v1/trouble/{kind}", "builtins.RuntimeError"),
        ("/broken", "/broken", "builtins.RuntimeError"),
        (f"/v1/{SECRET}", "(none)", None),
        (f"/{SECRET}", "(none)", None),
        ("/v1/nested/x", "/v1/nested/{thing}", None),
        (f"/v1/cases/{SECRET}", "/v1/cases/{case_id}", None),
        ("/problems/erased", "/problems/{code}", None),
    ],
)
def test_the_route_is_logged_and_never_the_address(
    client: TestClient, logged: list[Any], path: str, route: str, error: str | None
) -> None:
    client.get(path)
    (line,) = logged
    assert line["route"] == route
    assert line.get("error") == error
    assert line["log_level"] == ("error" if error else "info")
    assert SECRET not in str(line)


def test_an_error_is_logged_with_the_places_it_passed_through(
    client: TestClient, logged: list[Any]
) -> None:
    client.get("/v1/trouble/unexpected")
    assert any("test_edge.py" in place for place in logged[0]["places"])


@pytest.mark.guarantee("HP-19")
def test_figures_are_labelled_with_routes_and_never_with_persons(
    client: TestClient, metrics: Metrics
) -> None:
    client.get(f"/v1/cases/{CASE}")
    client.get(f"/v1/{SECRET}")
    client.request("PURGE", f"/v1/cases/{CASE}")
    text = metrics.text().decode()
    assert 'method="GET",route="/v1/cases/{case_id}",status="200"' in text
    assert 'method="GET",route="(none)",status="404"' in text
    assert 'method="OTHER"' in text
    for never in (CASE, SECRET, "PURGE"):
        assert never not in text


def test_a_body_is_read_through_the_framework(client: TestClient) -> None:
    assert client.post("/v1/bodies", json={"a": 1}).json() == 7
    assert problem(client.post("/v1/bodies"))["code"] == "unsupported-media-type"
    big = client.post("/v1/bodies", json={"a": "x" * 1000})
    assert problem(big)["code"] == "too-large"


# ------------------------------------------------------------------ over a socket


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        _app(Metrics()), access_log=False, server_header=False, log_config=None, log_level=None
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        until(lambda: server.started)
        yield listener.getsockname()
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def exchange(address: tuple[str, int], request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Speak raw HTTP, so that nothing between us and the server is polite."""
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        connection.sendall(request)
        answer = bytearray()
        while chunk := connection.recv(65536):
            answer += chunk
    head, _, body = bytes(answer).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(first.split()[1]), headers, body


CLOSE = b"Host: x\r\nConnection: close\r\n"


@pytest.mark.guarantee("HP-15")
def test_over_a_socket_head_has_no_body(address: tuple[str, int]) -> None:
    status, headers, body = exchange(
        address, f"HEAD /v1/cases/{CASE} HTTP/1.1\r\n".encode() + CLOSE + b"\r\n"
    )
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0
    assert "server" not in headers


@pytest.mark.guarantee("HP-11")
def test_over_a_socket_a_chunked_body_is_given_up_when_it_grows_too_large(
    address: tuple[str, int],
) -> None:
    chunk = b"64\r\n" + b"x" * 100 + b"\r\n"
    status, headers, body = exchange(
        address,
        b"POST /v1/bodies HTTP/1.1\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n" + CLOSE + b"\r\n" + chunk * 20 + b"0\r\n\r\n",
    )
    assert status == 413
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["code"] == "too-large"


def test_over_a_socket_an_answer_that_breaks_off_is_seen_to_break_off(
    address: tuple[str, int],
) -> None:
    url = f"http://{address[0]}:{address[1]}/v1/streamed"
    with pytest.raises(httpx2.RemoteProtocolError):
        httpx2.get(url)


@pytest.mark.guarantee("HP-14")
def test_over_a_socket_trouble_is_a_problem(address: tuple[str, int]) -> None:
    url = f"http://{address[0]}:{address[1]}"
    for path, status in (("/v1/trouble/unexpected", 500), (f"/v1/{SECRET}", 404), ("/broken", 500)):
        response = httpx2.get(url + path)
        assert problem(response)["status"] == status
