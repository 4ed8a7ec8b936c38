"""``python -m benchmarks.web.driver``: sends prepared requests over kept connections.

A process of its own and little more than a loop around sockets, so that it measures the service
and not itself. Each connection has at most one request under way; it sends its own list, in order,
until the time is up.
"""

import asyncio
import gc
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any, cast

import uvloop

from benchmarks.talking import Answer, obey
from benchmarks.web.script import Request, Standing, Step


@dataclass
class Connection(asyncio.Protocol):
    """One client of the service: what it asks for, of which case; the newest tag of each case."""

    requests: list[tuple[int, Request]]
    tags: list[bytes]
    until: float = 0.0
    delays: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    complaint: str = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self._buffer = b""
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def begin(self, until: float) -> None:
        """Send the first request."""
        self.until = until
        self._next = 0
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, blank, rest = self._buffer.partition(b"\r\n\r\n")
        if not blank or len(rest) < _length(head):
            return
        now = perf_counter()
        self.delays.append(now - self._sent)
        status = int(head[9:12])
        if status >= 300 and not self.complaint:
            self.complaint = rest.decode(errors="replace")
        if tag := header(head, b"etag:"):
            self.tags[self._case] = tag
        self._buffer = b""
        pause = self.heard(status, head)
        if now >= self.until or self._next >= len(self.requests):
            self.ended.set_result(None)
        elif pause:
            asyncio.get_running_loop().call_later(pause, self._send)
        else:
            self._send()

    def heard(self, status: int, head: bytes) -> float:
        """Count an answer; seconds to wait before the next request."""
        self.statuses[status] += 1
        return 0.0

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.statuses[0] += 1
            self.ended.set_result(None)

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def _send(self) -> None:
        self._case, request = self.requests[self._next]
        self._next += 1
        self._sent = perf_counter()
        self._transport.write(request.tagged(self.tags[self._case]))


def _length(head: bytes) -> int:
    return int(header(head, b"content-length:") or 0)


def header(head: bytes, name: bytes) -> bytes:
    """What a header says; ``name`` is in small letters, with its colon."""
    at = head.lower().find(b"\r\n" + name)
    return head[at + 2 + len(name) :].partition(b"\r\n")[0].strip() if at >= 0 else b""


async def drive(connections: Sequence[Connection], seconds: float) -> float:
    """Let all of them ask for so many seconds, and close them; how many it took."""
    gc.collect()
    gc.freeze()
    start = perf_counter()
    for connection in connections:
        connection.begin(start + seconds)
    await asyncio.gather(*(connection.ended for connection in connections))
    taken = perf_counter() - start
    gc.unfreeze()
    for connection in connections:
        connection.close()
    return taken


async def _run(job: dict[str, Any]) -> Answer:
    """``connections`` are lists of cases; they are spread over the ``ports``."""
    loop = asyncio.get_running_loop()
    ports = job["ports"]
    made = []
    for number, cases in enumerate(job["connections"]):
        standing = [Standing(*case) for case in cases]
        client = partial(
            Connection, _requests(standing, job), [case.tag.encode() for case in standing]
        )
        _, connection = await loop.create_connection(
            client, "127.0.0.1", ports[number % len(ports)]
        )
        made.append(connection)
    taken = await drive(made, job["seconds"])
    return {
        "seconds": taken,
        "done": [len(connection.delays) for connection in made],
        "delays": [delay for connection in made for delay in connection.delays],
        "complaint": next((c.complaint for c in made if c.complaint), ""),
        "statuses": sum((connection.statuses for connection in made), Counter()),
    }


def _requests(standing: list[Standing], job: dict[str, Any]) -> list[tuple[int, Request]]:
    """Going round its cases, so that nobody's next act follows on its last."""
    steps = [Step(path, body) for path, body in job["steps"]]
    if job["what"] == "read":
        once = [(place, case.read(job["headers"])) for place, case in enumerate(standing)]
        return once * len(steps)
    turns = zip(*(case.acts(steps, job["headers"]) for case in standing), strict=True)
    return [each for turn in turns for each in enumerate(turn)]


def _drive(**job: Any) -> Answer:
    answer: Answer = uvloop.run(_run(job))
    return answer


if __name__ == "__main__":
    obey({"drive": _drive})
