"""Over a raw socket, to the product itself: requests that no polite client would send."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import structlog
from tests.contract.conftest import Serve
from tests.contract.test_limits import held, waits
from tests.patience import until
from tests.service import VAASA, WORK, Service, identity_code

WAIT = 20


@contextmanager
def connected(service: Service) -> Iterator[socket.socket]:
    """A connection to the product."""
    at = urlsplit(service.url)
    assert at.hostname is not None
    assert at.port is not None
    with socket.create_connection((at.hostname, at.port), timeout=WAIT) as connection:
        yield connection


def heard(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """What is answered until the other side closes: status, headers, body; 0 for nothing at all."""
    answer = bytearray()
    while chunk := connection.recv(65536):
        answer += chunk
    if not answer:
        return 0, {}, b""
    head, _, body = bytes(answer).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return (
        int(first.split()[1]),
        dict(line.lower().split(": ", 1) for line in lines),
        body,
    )


def head(service: Service, line: str, *more: str) -> bytes:
    """The head of a request of an officer of Vaasa's, with further header lines."""
    lines = (
        line,
        "Host: x",
        "Connection: close",
        f"Authorization: Bearer {service.token(VAASA)}",
        f"Purpose-Of-Use: {WORK}",
        *more,
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def said(service: Service, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """A request and its answer."""
    with connected(service) as connection:
        connection.sendall(request)
        return heard(connection)


def body() -> bytes:
    """The body of an opening."""
    person = {"identityCode": identity_code(), "names": {"given": "Rude", "family": "Caller"}}
    return json.dumps({"origin": "OWN_WORK", "learnedOn": "2025-01-30", "person": person}).encode()


def opening(sent: bytes, *more: str, length: int | None = None) -> tuple[str, ...]:
    return (
        "POST /v1/cases HTTP/1.1",
        "Content-Type: application/json",
        f"Content-Length: {len(sent) if length is None else length}",
        f'Idempotency-Key: "{uuid4()}"',
        *more,
    )


def code(answer: tuple[int, dict[str, str], bytes]) -> tuple[int, str]:
    """Status and code of a problem."""
    status, headers, sent = answer
    assert headers["content-type"] == "application/problem+json"
    return status, json.loads(sent)["code"]


@pytest.mark.guarantee("HP-21")
def test_who_leaves_in_the_middle_of_a_body_has_recorded_nothing(service: Service) -> None:
    before, sent = service.facts(), body()
    with connected(service) as connection:
        connection.sendall(head(service, *opening(sent)) + sent[: len(sent) // 2])
    status, _, _ = said(service, head(service, *opening(sent)) + sent)
    assert status == 201
    assert service.facts() == before + 2


@pytest.mark.guarantee("HP-21")
def test_a_body_that_comes_slowly_keeps_nobody_waiting(service: Service) -> None:
    sent = body()
    with connected(service) as connection:
        connection.sendall(head(service, *opening(sent)) + sent[:10])
        # More of the kind than there are threads, and others are answered meanwhile.
        others = []
        for _ in range(service.system.settings.threads * 2):
            other = socket.create_connection(connection.getpeername(), timeout=WAIT)
            other.sendall(head(service, *opening(sent)) + sent[:10])
            others.append(other)
        assert service.get("/worklist").status_code == 200
        for other in others:
            other.close()
        connection.sendall(sent[10:])
        assert heard(connection)[0] == 201


@pytest.mark.guarantee("HP-21", "LI-2")
def test_bodies_that_do_not_come_keep_nobody_out_and_are_waited_for_no_longer(
    another: Serve,
) -> None:
    service, sent = another(max_under_way=2, body_timeout=3), body()
    before = service.facts()
    strangers = (b"POST /v1/cases HTTP/1.1", b"Host: x", b"Content-Length: 500")
    nobody = b"\r\n".join((*strangers, b"Content-Type: application/json", b"", b"{"))
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(service)) for _ in range(6)]
        for connection in slow[:3]:
            connection.sendall(nobody)
        for connection in slow[3:]:
            connection.sendall(head(service, *opening(sent)) + sent[:10])
        # As many requests may be under way as always.
        assert service.get("/worklist").status_code == 200
        with connected(service) as connection:
            connection.sendall(head(service, *opening(sent)) + sent)
            assert heard(connection)[0] == 201
        assert [code(heard(each)) for each in slow[3:]] == [(408, "request-timeout")] * 3
        # Who does not say who it is learns no more of what is wrong.
        for each in slow[:3]:
            assert each.recv(65536).startswith(b"HTTP/1.1 401 ")
    assert service.facts() == before + 2


@pytest.mark.guarantee("LI-2")
def test_bodies_that_all_come_at_once_are_as_many_requests_as_others(another: Serve) -> None:
    service, sent = another(max_under_way=2), body()
    with ExitStack() as stack:
        coming = [stack.enter_context(connected(service)) for _ in range(5)]
        for connection in coming:
            connection.sendall(head(service, *opening(sent)) + sent[:10])
        assert service.get("/worklist").status_code == 200
        with held(service, "log.identity"):
            for connection in coming[:2]:
                connection.sendall(sent[10:])
            until(partial(waits, service, 2))
            for connection in coming[2:]:
                connection.sendall(sent[10:])
            refused = [code(heard(each)) for each in coming[2:]]
        told = [heard(each)[0] for each in coming[:2]]
    assert refused == [(503, "overloaded")] * 3
    assert sorted(told) == [201, 409]


@pytest.mark.guarantee("HP-21")
def test_expect_is_answered_before_the_body_is_sent(service: Service) -> None:
    sent = body()
    with connected(service) as connection:
        connection.sendall(head(service, *opening(sent, "Expect: 100-continue")))
        assert connection.recv(4096).startswith(b"HTTP/1.1 100 ")
        connection.sendall(sent)
        assert heard(connection)[0] == 201


@pytest.mark.guarantee("HP-21")
def test_a_request_of_two_lengths_or_of_a_length_and_chunks_is_none(service: Service) -> None:
    before, sent = service.facts(), body()
    lengths = head(service, *opening(sent, f"Content-Length: {len(sent) - 1}")) + sent
    both = head(service, *opening(sent, "Transfer-Encoding: chunked")) + sent
    for request in (lengths, both):
        assert code(said(service, request)) == (400, "malformed-request")
    assert service.facts() == before


@pytest.mark.guarantee("HP-21")
def test_a_request_that_somebody_else_may_read_otherwise_is_none_and_ends_the_connection(
    service: Service,
) -> None:
    before, sent = service.facts(), body()
    chunked = f"{len(sent):x}\r\n".encode() + sent + b"\r\n0\r\n\r\n"
    opened = [line for line in opening(sent) if not line.startswith("Content-Length")]
    for more in (
        ["Transfer-Encoding: gzip, chunked"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", "Host: y"],
    ):
        # Nothing in it asks for the connection to be closed.
        request = head(service, *opened, *more).replace(b"Connection: close\r\n", b"") + chunked
        answer = said(service, request)
        assert code(answer) == (400, "malformed-request"), more
        assert answer[1]["connection"] == "close"
    nowhere = head(service, "GET /v1/worklist HTTP/1.1").replace(b"Host: x\r\n", b"")
    assert code(said(service, nowhere)) == (400, "malformed-request")
    assert service.facts() == before
    whole = head(service, *opened, "Transfer-Encoding: chunked") + chunked
    assert said(service, whole)[0] == 201


@pytest.mark.guarantee("HP-14", "HP-16", "HP-18")
@pytest.mark.parametrize(
    "request_line",
    [b"FOO /v1/codes HTTP/1.1", b"GET /v1/codes?a=\xff HTTP/1.1", b"GET /v1/codes\r\nHost"],
    ids=["no method", "no text", "no line"],
)
def test_what_is_no_request_is_answered_and_logged_like_any(
    service: Service, request_line: bytes
) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = said(service, request_line + b"\r\nHost: x\r\n\r\n")
    _, headers, _ = answer
    assert code(answer) == (400, "malformed-request")
    assert headers["connection"] == "close"
    assert headers["cache-control"] == "private, no-store"
    assert headers["api-version"]
    (told,) = [each for each in lines if each["event"] == "request"]
    assert (told["status"], told["request_id"]) == (400, headers["request-id"])


@pytest.mark.guarantee("HP-21")
def test_what_may_be_said_once_is_refused_when_said_twice(service: Service) -> None:
    case = service.open_case()
    sent = b'{"worker": "officer@vaasa"}'
    for twice, expected in (
        ('Idempotency-Key: "another"', (400, "idempotency-key-invalid")),
        (f"If-Match: {case.etag}", (400, "malformed-request")),
        (f"Purpose-Of-Use: {WORK}", (403, "purpose-not-allowed")),
        (f"Authorization: Bearer {service.token(VAASA)}", (401, "unauthenticated")),
    ):
        lines = (
            f"POST /v1{case.path}/worker HTTP/1.1",
            "Content-Type: application/json",
            f"Content-Length: {len(sent)}",
            f'Idempotency-Key: "{uuid4()}"',
            f"If-Match: {case.etag}",
            twice,
        )
        assert code(said(service, head(service, *lines) + sent)) == expected, twice


@pytest.mark.guarantee("HP-21")
@pytest.mark.parametrize(
    "line",
    [
        "GET /v1/cases/%FF%FE HTTP/1.1",
        "GET /v1/cases/\xff\xfe HTTP/1.1",
        "GET /v1/worklist/ HTTP/1.1",
        "GET //v1/worklist HTTP/1.1",
        "GET /v1/../health/live HTTP/1.1",
        "GET /v1/nothing%00 HTTP/1.1",
        "GET /v1%2Fworklist HTTP/1.1",
        "GET /v1/codes%2forganisation-kinds HTTP/1.1",
    ],
)
def test_an_address_that_is_none_is_not_found_and_never_another(
    service: Service, line: str
) -> None:
    status, headers, sent = said(service, head(service, line))
    assert status in {400, 404}
    assert "location" not in headers
    assert b"Traceback" not in sent


@pytest.mark.guarantee("TK-1")
@pytest.mark.parametrize("blanks", [b" ", b"\t", b" \t  "])
def test_blanks_after_a_value_are_no_part_of_it(service: Service, blanks: bytes) -> None:
    first, *headers = head(service, "GET /v1/worklist HTTP/1.1").rstrip().split(b"\r\n")
    sent = [first, *(header + blanks for header in headers), b"", b""]
    assert said(service, b"\r\n".join(sent))[0] == 200


@pytest.mark.guarantee("HP-21")
def test_bytes_that_are_no_text_are_refused_in_bodies_queries_and_headers(
    service: Service,
) -> None:
    sent = b'{"origin": "\xff\xfe"}'
    assert code(said(service, head(service, *opening(sent)) + sent)) == (400, "malformed-request")
    asked = head(service, "GET /v1/worklist?cursor=%FF%FE HTTP/1.1")
    assert code(said(service, asked))[0] == 400
    odd = head(service, "GET /v1/worklist HTTP/1.1", "Accept-Language: \xff\xfe;q=\x80")
    assert said(service, odd)[0] == 200


@pytest.mark.guarantee("HP-21")
def test_headers_beyond_all_measure_are_refused_and_the_server_goes_on(service: Service) -> None:
    for filler, expected in ((300_000, 431), (20_000, 200)):
        long = head(service, "GET /v1/worklist HTTP/1.1", "X-Filler: " + "x" * filler)
        assert said(service, long)[0] == expected
    assert said(service, b"\x16\x03\x01 no HTTP at all\r\n\r\n")[0] in {0, 400}
    assert service.get("/worklist").status_code == 200
