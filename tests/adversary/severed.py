"""A line to PostgreSQL that can be cut at the worst moment."""

import contextlib
import shutil
import socket
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo


class SeverableLine:
    """A relay in front of the server's socket; ``url`` leads through it.

    ``cut_after_commit`` lets the next request reach the server, waits until the server says that
    it is done, keeps that answer to itself and hangs up. ``cut_before`` hangs up instead of passing
    the next request on. ``fall_silent`` passes nothing on any more, to nobody, and keeps every
    line open; ``hang_up`` closes those that are open.
    """

    def __init__(self, url: str) -> None:
        there = conninfo_to_dict(url)
        self._server = f"{there['host']}/.s.PGSQL.{there['port']}"
        self._folder = Path(tempfile.mkdtemp(prefix="cases-line-", dir="/tmp"))
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(self._folder / f".s.PGSQL.{there['port']}"))
        self._listening.listen()
        self._cut: str | None = None
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._silent: list[socket.socket] = []
        self.url = make_conninfo(url, host=str(self._folder))

    def cut_after_commit(self) -> None:
        """Lose the answer to the next request."""
        self._cut = "after"

    def cut_before(self) -> None:
        """Lose the next request."""
        self._cut = "before"

    def fall_silent(self) -> None:
        """The lines that are open now stay open, and nothing ever comes through them again."""
        self._silent += self._open
        self._open = []

    def hang_up(self) -> None:
        """Close the lines that are open now."""
        _hang_up(*self._open)

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for each in (self._listening, *self._open, *self._silent):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join()
        shutil.rmtree(self._folder)

    def _run(self, part: object, *arguments: object) -> None:
        thread = threading.Thread(target=part, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                self._open += [client, server]
                self._run(self._requests, client, server)
                self._run(self._answers, client, server)

    def _requests(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 20):
                if client in self._silent:
                    continue
                if self._cut == "before":
                    self._cut = None
                    break
                server.sendall(data)
        _hang_up(client, server)

    def _answers(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 20):
                if server in self._silent:
                    continue
                if self._cut == "after":
                    # ReadyForQuery, idle: the transaction is over, the server has nothing to add.
                    if data.endswith(b"Z\x00\x00\x00\x05I"):
                        self._cut = None
                        break
                    continue
                client.sendall(data)
        _hang_up(client, server)


def _hang_up(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
