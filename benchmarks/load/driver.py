"""``python -m benchmarks.load.driver``: sends requests of many kinds over kept connections.

As the driver of the acts beside the plain service, but it remembers for each kind how long its
answers took and what they were. Told that the service is overloaded, it waits as long as it is
asked to.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import uvloop

from benchmarks.talking import Answer, obey
from benchmarks.web.driver import Connection, drive, header
from benchmarks.web.script import Request

OVERLOADED = 503


@dataclass
class _Client(Connection):
    """One connection; ``kinds`` are those of its requests."""

    kinds: list[int] = field(default_factory=list)
    heard_of: list[tuple[int, int]] = field(default_factory=list)
    complaints: dict[int, str] = field(default_factory=dict)
    abrupt: int = 0
    """Answers 503 that didn't say when to come again."""

    def heard(self, status: int, head: bytes) -> float:
        kind = self.kinds[len(self.heard_of)]
        self.heard_of.append((kind, status))
        if self.complaint:
            self.complaints.setdefault(kind, self.complaint)
            self.complaint = ""
        if status != OVERLOADED:
            return 0.0
        after = header(head, b"retry-after:")
        self.abrupt += not after
        return float(after or 1)


async def _run(job: dict[str, Any]) -> Answer:
    """``connections`` are tags, and requests: kind, place of the tag, both halves."""
    loop = asyncio.get_running_loop()
    ports = job["ports"]
    made: list[_Client] = []
    for number, (tags, asked) in enumerate(job["connections"]):
        requests = [
            (place, Request(before.encode(), after.encode())) for _, place, before, after in asked
        ]
        client = partial(
            _Client, requests, [tag.encode() for tag in tags], kinds=[each[0] for each in asked]
        )
        _, connection = await loop.create_connection(
            client, "127.0.0.1", ports[number % len(ports)]
        )
        made.append(connection)
    taken = await drive(made, job["seconds"])
    return {"seconds": taken, **_told(made)}


def _told(clients: list[_Client]) -> Answer:
    delays: dict[int, list[float]] = {}
    statuses: dict[int, Counter[int]] = {}
    for client in clients:
        for (kind, status), delay in zip(client.heard_of, client.delays, strict=True):
            delays.setdefault(kind, []).append(delay)
            statuses.setdefault(kind, Counter())[status] += 1
    return {
        "delays": delays,
        "statuses": statuses,
        "complaints": {k: v for client in clients for k, v in client.complaints.items()},
        "cut": sum(client.statuses[0] for client in clients),
        "abrupt": sum(client.abrupt for client in clients),
    }


def _drive(**job: Any) -> Answer:
    answer: Answer = uvloop.run(_run(job))
    return answer


if __name__ == "__main__":
    obey({"drive": _drive})
