"""The identity provider as it falls silent and changes its keys; both it and the product listen."""

import io
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any, Final

import httpx2
import pytest
from joserfc.jwk import ECKey
from tests.contract.conftest import _fresh
from tests.patience import PATIENCE
from tests.service import MARKER, START, WORK, Service, problem, serve

from cases.app.clock import SimulationClock
from cases.app.embedded import Cluster
from cases.app.http.keys import RemoteKeys, fetch_from

OLD: Final = ECKey.generate_key("P-256", {"kid": "old"})
NEW: Final = ECKey.generate_key("P-256", {"kid": "new"})
A_DAY_LATER: Final = int(START.timestamp()) + 86_400


@dataclass
class Provider:
    """A provider's key set on a socket, which can be silent, hold its answer back, and rotate."""

    clock: SimulationClock
    url: str = ""
    keys: tuple[ECKey, ...] = (OLD,)
    silent: bool = False
    asked: int = 0
    is_asked: threading.Event = field(default_factory=threading.Event)
    answers: threading.Event = field(default_factory=threading.Event)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        self.is_asked.set()
        self.answers.wait(PATIENCE)
        keys = {"keys": [each.as_dict(private=False) for each in self.keys]}
        body = b"" if self.silent else json.dumps(keys).encode()
        handler.send_response(503 if self.silent else 200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def later(self, **time: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**time))


@contextmanager
def listening(provider: Provider) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.answer(self)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}/jwks"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    provider.answers.set()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def served(
    cluster: Cluster,
    migrated_template: str,
    logged: io.StringIO,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Service, SimulationClock]]:
    """One service for the module; its keys are exchanged by each test, as a restart would."""
    clock = SimulationClock(START)
    keys = Restarted()
    state = tmp_path_factory.mktemp("state")
    with (
        _fresh(cluster, migrated_template) as database,
        serve(database, state, logged, clock=clock, keys=keys) as service,
    ):
        service.key = OLD
        yield service, clock


class Restarted:
    """The keys of a server that was just started, as often as a test wants one."""

    keys: RemoteKeys

    def find(self, kid: str) -> Any:
        return Restarted.keys.find(kid)


@pytest.fixture
def provider(served: tuple[Service, SimulationClock]) -> Iterator[Provider]:
    _, clock = served
    clock.set(START)
    found = Provider(clock)
    with listening(found):
        Restarted.keys = RemoteKeys(fetch_from(found.url, PATIENCE), clock.now, patience=PATIENCE)
        yield found


@pytest.fixture
def service(served: tuple[Service, SimulationClock], provider: Provider) -> Service:
    return served[0]


def ask(service: Service, key: ECKey = OLD, **more: Any) -> httpx2.Response:
    """Ask with a token signed by a key just now."""
    service.key = key
    token = service.signed({"kid": key.kid}, **more)
    return service.get("/worklist", by=None, headers={"Authorization": f"Bearer {token}"})


def told_to_come_again(response: httpx2.Response) -> None:
    problem(response, 503, "unavailable")
    assert int(response.headers["retry-after"]) > 0


@pytest.mark.guarantee("TK-9")
def test_while_the_provider_was_never_heard_nobody_is_told_to_be_nobody(
    service: Service, provider: Provider
) -> None:
    facts, lines = service.facts(), service.rows("select max(seq) as n from trail.access")
    provider.silent = True
    for _ in range(3):
        told_to_come_again(ask(service))
    assert provider.asked == 1
    # What proves nothing whatever the provider says is refused all the same, and the rest answers.
    refused = [
        [],
        [("Authorization", "Bearer opaque-token-of-an-introspecting-provider")],
        [("Authorization", f"Bearer {MARKER}")],
        [("Authorization", f"Bearer {service.signed({'kid': 'old', 'typ': 'JWT'})}")],
    ]
    for headers in refused:
        problem(service.get("/worklist", by=None, headers=headers), 401, "unauthenticated")
    assert service.get("/codes", by=None, purpose=None).status_code == 200
    assert service.get("/health/ready", by=None, purpose=None).status_code == 200
    assert service.facts() == facts
    assert service.rows("select max(seq) as n from trail.access") == lines
    provider.silent = False
    provider.later(seconds=5)
    assert ask(service).status_code == 200


@pytest.mark.guarantee("TK-9")
def test_a_server_that_was_started_while_nobody_listened_there_says_to_come_again(
    service: Service, provider: Provider
) -> None:
    Restarted.keys = RemoteKeys(fetch_from("http://127.0.0.1:1/jwks"), provider.clock.now)
    told_to_come_again(ask(service))


@pytest.mark.guarantee("TK-6", "TK-9")
def test_a_provider_that_falls_silent_is_done_without_for_a_day(
    service: Service, provider: Provider
) -> None:
    assert ask(service).status_code == 200
    provider.silent = True
    provider.later(hours=23, minutes=59)
    assert ask(service).status_code == 200
    told_to_come_again(ask(service, NEW))
    provider.later(minutes=1)
    told_to_come_again(ask(service))
    provider.silent = False
    provider.later(seconds=5)
    assert ask(service).status_code == 200


@pytest.mark.guarantee("TK-9")
def test_a_key_set_that_drips_or_has_no_end_is_not_waited_for() -> None:
    class Dripping(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                while True:
                    self.wfile.write(b" " * (1 if self.path == "/drips" else 65_536))
                    if self.path == "/drips":
                        sleep(0.01)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Dripping)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        for path, timeout in (("/drips", 0.5), ("/has-no-end", PATIENCE)):
            with pytest.raises((OSError, httpx2.HTTPError)):
                fetch_from(url + path, timeout)()
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.guarantee("TK-9")
def test_a_new_key_is_fetched_once_however_many_come_with_it(
    service: Service, provider: Provider
) -> None:
    assert ask(service).status_code == 200
    provider.keys = (NEW, OLD)
    provider.answers.clear()
    provider.is_asked.clear()
    provider.later(seconds=30)
    service.key = NEW
    headers = [
        {"Authorization": f"Bearer {service.signed({'kid': 'new'})}", "Purpose-Of-Use": WORK}
        for _ in range(6)
    ]
    with ThreadPoolExecutor(6) as pool:
        asking = [pool.submit(service.client.get, "/v1/worklist", headers=each) for each in headers]
        assert provider.is_asked.wait(PATIENCE)
        # Who knows the key is answered while the question is open.
        assert ask(service).status_code == 200
        provider.answers.set()
        assert {each.result(20).status_code for each in asking} == {200}
    assert provider.asked == 2


@pytest.mark.guarantee("TK-9")
def test_a_key_that_is_gone_proves_nothing_once_that_is_known(
    service: Service, provider: Provider
) -> None:
    service.key = OLD
    held = {"Authorization": f"Bearer {service.signed({'kid': 'old'}, exp=A_DAY_LATER)}"}
    assert service.get("/worklist", by=None, headers=held).status_code == 200
    provider.keys = (NEW,)
    provider.later(seconds=29)
    assert service.get("/worklist", by=None, headers=held).status_code == 200
    provider.later(seconds=1)
    assert ask(service, NEW).status_code == 200
    problem(service.get("/worklist", by=None, headers=held), 401, "unauthenticated")
    problem(ask(service, OLD), 401, "unauthenticated")
    assert provider.asked == 2


@pytest.mark.guarantee("TK-9")
def test_a_withdrawn_key_is_forgotten_within_ten_minutes_though_nobody_brings_a_new_one(
    service: Service, provider: Provider
) -> None:
    assert ask(service).status_code == 200
    provider.keys = (NEW,)
    provider.later(minutes=10)
    problem(ask(service), 401, "unauthenticated")


@pytest.mark.guarantee("TK-6")
def test_made_up_keys_ask_the_provider_no_more_than_once_in_thirty_seconds(
    service: Service, provider: Provider
) -> None:
    assert ask(service).status_code == 200
    provider.later(seconds=30)
    service.key = OLD
    for number in range(20):
        token = service.signed({"kid": f"made-up-{number}"})
        headers = {"Authorization": f"Bearer {token}"}
        problem(service.get("/worklist", by=None, headers=headers), 401, "unauthenticated")
    assert provider.asked == 2


@pytest.mark.guarantee("TK-3")
def test_another_key_of_the_same_name_proves_nothing(service: Service, provider: Provider) -> None:
    assert ask(service).status_code == 200
    impostor = ECKey.generate_key("P-256", {"kid": "old"})
    problem(ask(service, impostor), 401, "unauthenticated")
