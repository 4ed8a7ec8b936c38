"""The stage of a story: the real HTTP interface on a loopback socket, and a simulated clock."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import httpx2

from cases.app.clock import SimulationClock
from cases.app.serving import App, Server, listen
from cases.app.settings import Settings
from cases.app.stories.player import Answer, Call

PATIENCE: Final = 30.0
"""Seconds an answer may take."""

Mint = Callable[[str], str]
"""An access token for ``role@organisation``, true at the simulated instant."""


class NoSimulation(RuntimeError):
    """The simulated clock was asked for in production."""


def simulation_clock(settings: Settings, instant: datetime) -> SimulationClock:
    """A clock that stands where it is set. Raises NoSimulation in production: recording instants
    there are told by the machine's clock and nothing else."""
    if settings.is_production:
        msg = "stories are loaded in development only: production has no simulated clock"
        raise NoSimulation(msg)
    return SimulationClock(instant)


class HttpStage:
    """Sends over a socket. Tokens are minted anew for each instant."""

    def __init__(
        self,
        client: httpx2.Client,
        clock: SimulationClock,
        mint: Mint,
        settle: Callable[[], None],
    ) -> None:
        self._client = client
        self._clock = clock
        self._mint = mint
        self._settle = settle
        self._tokens: dict[str, str] = {}

    def at(self, instant: datetime) -> None:
        """Set the clock; tokens of another instant are forgotten."""
        self._clock.set(instant)
        self._tokens.clear()

    def settle(self) -> None:
        """Let the worker catch up."""
        self._settle()

    def send(self, call: Call) -> Answer:
        """Send a request and read the answer."""
        if call.caller not in self._tokens:
            self._tokens[call.caller] = self._mint(call.caller)
        headers = {
            "Authorization": f"Bearer {self._tokens[call.caller]}",
            "Accept-Language": "en",
            **call.headers,
        }
        content = None if call.body is None else json.dumps(call.body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        response = self._client.request(
            call.method,
            f"/v1{call.path}",
            params=dict(call.query),
            headers=headers,
            content=content,
        )
        body = response.json() if response.content else None
        return Answer(status=response.status_code, etag=response.headers.get("ETag"), body=body)


@contextmanager
def http_stage(
    app: App,
    clock: SimulationClock,
    mint: Mint,
    settle: Callable[[], None],
    threads: int,
) -> Iterator[HttpStage]:
    """The app served on a free loopback port for as long as the block lasts."""
    with (
        Server(app, listen("127.0.0.1", 0), threads=threads) as server,
        httpx2.Client(base_url=server.url, timeout=PATIENCE, trust_env=False) as client,
    ):
        yield HttpStage(client, clock, mint, settle)
