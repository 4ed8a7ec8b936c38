"""A server that is told to stop takes nobody new and answers everybody else."""

import json
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import uuid4

import httpx2
import psycopg
import pytest
from tests.commandline import PROGRAM, environment
from tests.leaks import WATCH
from tests.patience import PATIENCE, until
from tests.service import opening

from cases.app.bootstrap import standing_organisations
from cases.app.clock import WallClock
from cases.app.embedded import Database
from cases.app.http.idp import DevelopmentProvider, provider_app
from cases.app.serving import Server, listen
from cases.app.settings import Environment, Settings


@contextmanager
def provider(settings: Settings) -> Iterator[DevelopmentProvider]:
    """The development identity provider, answering at the address it names as the issuer's."""
    listening = listen("127.0.0.1", 0)
    organisations = standing_organisations(settings).organisations
    giving = DevelopmentProvider(
        settings.state,
        Environment.DEVELOPMENT,
        issuer=f"http://127.0.0.1:{listening.getsockname()[1]}",
        audience="cases",
        organisations=organisations.ids(),
        find=organisations.find,
        now=WallClock().now,
        new_id=uuid4,
    )
    with Server(provider_app(giving), listening, threads=1):
        yield giving


def refused(port: int) -> bool:
    """Whether nobody takes a connection any more."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE):
            return False
    except ConnectionRefusedError:
        return True


def installation(database: Database, state: Path) -> dict[str, object]:
    return {"environment": "development", "database_url": database.url, "state": state}


class Served:
    """``cases serve`` in a process of its own, and what it printed so far."""

    def __init__(self, process: subprocess.Popen[str], stdout: IO[str]) -> None:
        self.process = process
        self._stdout = stdout
        self.printed = ""
        self.read_until("Answering on")
        self.url = self.printed.split("Answering on ")[1].split("/v1", maxsplit=1)[0]
        self.port = int(self.url.rpartition(":")[2])

    def read_until(self, words: str) -> None:
        while words not in self.printed:
            line = self._stdout.readline()
            assert line, self.printed
            self.printed += line

    def ended(self) -> int:
        self.printed += self._stdout.read()
        return self.process.wait()


@contextmanager
def serving(settings: dict[str, object]) -> Iterator[Served]:
    process = subprocess.Popen(
        [PROGRAM, "serve", "--port", "0"],
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    killing = threading.Timer(PATIENCE, process.kill)
    killing.start()
    assert process.stdout is not None
    with process, process.stdout as stdout:
        served = Served(process, stdout)
        yield served
        process.kill()
    killing.cancel()
    WATCH.look_at("what cases serve printed", served.printed)


@pytest.mark.guarantee("CL-9")
def test_what_is_in_flight_is_answered_and_nobody_new_is_taken(
    database: Database, tmp_path: Path
) -> None:
    settings = {**installation(database, tmp_path), "allow_test_codes": True}
    asked = Settings(**settings)  # type: ignore[arg-type]
    with (
        provider(asked) as giving,
        ThreadPoolExecutor(1) as officer,
        serving({**settings, "issuer": giving.issuer}) as served,
    ):
        process, port = served.process, served.port
        with (
            httpx2.Client(base_url=served.url, timeout=PATIENCE, trust_env=False) as client,
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as idle,
            psycopg.connect(database.superuser_url) as holder,
            psycopg.connect(database.superuser_url, autocommit=True) as watcher,
        ):
            assert client.get("/health/ready").status_code == 200
            holder.execute("lock table log.identity in access exclusive mode")
            act = officer.submit(
                client.post,
                "/v1/cases",
                json=opening(),
                headers={
                    "Authorization": f"Bearer {giving.mint('officer@vaasa')}",
                    "Idempotency-Key": '"in-flight"',
                    "Purpose-Of-Use": "ORGANISING_SERVICES",
                },
            )
            waiting = b"select from pg_locks where not granted"
            until(lambda: act.done() or watcher.execute(waiting).fetchone() is not None)
            assert not act.done(), act.result().text

            process.send_signal(signal.SIGTERM)
            until(lambda: refused(port))
            assert idle.recv(1) == b"", "whoever asks for nothing is not waited for"
            served.read_until("Waiting for connections to close")  # the library says so
            assert process.poll() is None
            assert not act.done()

            holder.rollback()
            answer = act.result()
        code = served.ended()
    printed = served.printed

    assert (answer.status_code, code) == (201, 0), (answer.text, printed)
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    (told,) = [each for each in lines if each.get("route") == "/v1/cases"]
    assert told["status"] == 201
    with psycopg.connect(database.superuser_url) as connection:
        (recorded,) = connection.execute("select stream_id from log.event where version = 1")
    assert str(recorded[0]) == answer.json()["caseId"]


@pytest.mark.guarantee("CL-9", "HP-21")
def test_what_does_not_end_in_time_is_answered_as_what_may_be_sent_again(
    database: Database, tmp_path: Path
) -> None:
    settings = {**installation(database, tmp_path), "allow_test_codes": True}
    asked = Settings(**settings)  # type: ignore[arg-type]
    with (
        provider(asked) as giving,
        ThreadPoolExecutor(1) as officer,
        serving({**settings, "issuer": giving.issuer}) as served,
        httpx2.Client(base_url=served.url, timeout=PATIENCE, trust_env=False) as client,
        socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as slow,
        psycopg.connect(database.superuser_url) as holder,
        psycopg.connect(database.superuser_url, autocommit=True) as watcher,
    ):
        assert client.get("/health/ready").status_code == 200
        holder.execute("lock table log.identity in access exclusive mode")
        headers = {
            "Authorization": f"Bearer {giving.mint('officer@vaasa')}",
            "Idempotency-Key": '"too-long"',
            "Purpose-Of-Use": "ORGANISING_SERVICES",
        }
        act = officer.submit(client.post, "/v1/cases", json=opening(), headers=headers)
        slow.sendall(
            b"POST /v1/cases HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 500\r\n\r\n{"
        )
        waiting = b"select from pg_locks where not granted"
        until(lambda: act.done() or watcher.execute(waiting).fetchone() is not None)
        served.process.send_signal(signal.SIGTERM)
        answer = act.result()
        said = b"".join(iter(lambda: slow.recv(65536), b""))
        holder.rollback()
        code = served.ended()
    printed = served.printed

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), printed
    assert answer.headers["request-id"]
    assert int(answer.headers["retry-after"]) > 0
    assert said.startswith(b"HTTP/1.1 503 "), said
    assert b"application/problem+json" in said
    assert code == 0, printed
    assert "Exception in ASGI" not in printed
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    told = [each["status"] for each in lines if each.get("event") == "request"]
    assert sorted(told) == [200, 503, 503]


@pytest.mark.guarantee("CL-9")
def test_with_a_delay_it_first_says_so_to_whoever_asks_and_goes_on_answering(
    database: Database, tmp_path: Path
) -> None:
    settings = {**installation(database, tmp_path), "stop_delay": 300}
    with serving(settings) as served:

        def ask(path: str) -> httpx2.Response:
            return httpx2.get(served.url + path, timeout=PATIENCE, trust_env=False)

        assert ask("/health/ready").status_code == 200
        served.process.send_signal(signal.SIGTERM)
        until(lambda: ask("/health/ready").status_code == 503)
        assert ask("/health/ready").json() == {"status": "fail", "failed": ["stopping"]}
        assert ask("/health/live").status_code == 200
        assert ask("/v1/openapi.json").status_code == 200
        assert served.process.poll() is None

        served.process.send_signal(signal.SIGTERM)
        assert served.ended() == 0
