"""UmaDB: a server of its own, made for events; its package is fetched for the run."""

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any
from uuid import UUID, uuid4

from benchmarks import peers
from benchmarks.contestants import PAGE, Absent, Contestant, Fact, Given, Needs, Place, Work
from benchmarks.history import LENGTH
from benchmarks.library import random_text
from benchmarks.talking import PATIENCE
from cases.app.serving import listen

_SERVE = "import sys, umadb; umadb.run_server_from_args(['umadb', *sys.argv[1:]])"


class UmaDb(Contestant):
    """``Client.append`` under a condition."""

    name = "UmaDB 0.7.8"
    does = (
        "Its server (Rust, a process of its own, gRPC on loopback, defaults) and its Python "
        "client, one for each process of clients, as its threads may share one: append of as many "
        "events, each with data as long as our header and payload, an id and the stream as tag, on "
        "the condition that nothing follows in the stream. It flushes before it acknowledges: two "
        "fdatasync for an append that comes alone, seen with strace."
    )
    follows = "read from the position after the last"

    def __init__(self, place: Place, threads: int) -> None:
        super().__init__(place, threads)
        self._umadb = _module(place)
        self._client = self._umadb.Client(place.url)
        self._data = random_text(round(place.event_bytes) - _VERSION).encode()

    @classmethod
    @contextmanager
    def laid(cls, needs: Needs) -> Iterator[Place]:
        """The package, and the server on data of its own beside the database's."""
        found = peers.python_peers(needs.peers)
        with listen("127.0.0.1", 0) as free:
            port = free.getsockname()[1]
        place = Place(f"http://127.0.0.1:{port}", "", needs.event_bytes, str(found))
        data = needs.ground.state / "umadb.db"
        with subprocess.Popen(
            [sys.executable, "-c", _SERVE, "--listen", f"127.0.0.1:{port}", "--db-path", str(data)],
            env=os.environ | {"PYTHONPATH": str(found)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                _wait(place, process)
                yield Place(place.url, "", place.event_bytes, place.peers, process.pid)
            finally:
                process.send_signal(signal.SIGINT)

    def work(self, client: int, size: int, facts: int) -> Work:
        acts: list[tuple[UUID, int, list[Any], Any]] = []
        while len(acts) < size:
            stream = uuid4()
            last = self._client.append([self._event(stream, 1)])
            for first in range(2, LENGTH + 2 - facts, facts):
                events = [self._event(stream, first + n) for n in range(facts)]
                acts.append((stream, first, events, last))
        of_stream = {
            stream: self._umadb.Query([self._umadb.QueryItem(tags=[str(stream)])])
            for stream, *_ in acts
        }
        last_of = {stream: last for stream, _, _, last in acts}

        def do(act: tuple[UUID, int, list[Any], Any]) -> None:
            stream, _, events, _ = act
            condition = self._umadb.AppendCondition(of_stream[stream], after=last_of[stream])
            last_of[stream] = self._client.append(events, condition)

        return Work(acts, do)

    def facts(self, act: tuple[UUID, int, list[Any], Any]) -> list[Fact]:
        stream, first, events, _ = act
        return [(stream, first + n) for n in range(len(events))]

    def found(self) -> set[Fact]:
        return {(given.stream, given.version) for given in map(_given, self._client.read())}

    def follow(self, after: int) -> list[Given]:
        return [_given(each) for each in self._client.read(start=after + 1, limit=PAGE)]

    def _event(self, stream: UUID, version: int) -> Any:
        return self._umadb.Event(
            "Told",
            f"{version:0{_VERSION}d}".encode() + self._data,
            tags=[str(stream)],
            uuid=uuid4(),
        )


_VERSION = 8
"""Digits of the version at the beginning of the data: the store has no versions."""


def _given(each: Any) -> Given:
    event = each.event
    return Given(each.position, UUID(event.tags[0]), int(bytes(event.data[:_VERSION])))


def _module(place: Place) -> Any:
    if place.peers not in sys.path:
        sys.path.insert(0, place.peers)
    try:
        return importlib.import_module("umadb")
    except ImportError as error:
        raise Absent(f"It was fetched and cannot be loaded: {error}.") from error


def _wait(place: Place, process: subprocess.Popen[bytes]) -> None:
    client = _module(place).Client(place.url)
    patience = monotonic() + PATIENCE
    while monotonic() < patience and process.poll() is None:
        try:
            client.head()
        except Exception:
            sleep(0.1)
        else:
            return
    raise Absent("Its server did not start.")
