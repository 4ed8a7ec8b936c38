"""A pytest plugin that listens to the whole run and fails the test in which a person leaks.

What the product writes for machines and operators may name nobody: log lines, what commands print
on the side, problems, figures, headers and addresses, the log and the sessions of PostgreSQL. All
of it is looked at as it is written, for identity codes with every sign of a century and for the
family name that everybody has in the tests. Left out is what was asked for: the bodies of good
answers, and what commands that read a case or call the interface print.
"""

import functools
import re
import subprocess
import threading
from collections.abc import Callable, Generator, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO

import psycopg
import pytest

FAMILY_NAME: Final = "Ahmadinzadeh"
"""The family name of everybody in the tests."""

# Written anew, and not taken from the product, whose filter of log lines is on trial too.
# A wrong check character is no excuse: somebody mistyped a code.
_CODE: Final = re.compile(
    r"(?<![0-9a-f])(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}"
    r"(?:[-+A-FU-Y]|%2b|\\u002b)[0-9]{3}[0-9a-y](?![0-9a-z])",
    re.IGNORECASE,
)
_NAME: Final = re.compile(FAMILY_NAME, re.IGNORECASE)
_PROBLEM: Final = b"application/problem+json"
_READING: Final = {"case", "dev"}
"""Commands that print what they were asked for."""

App = Callable[..., Any]


class Leak(NamedTuple):
    """Where somebody was named, and the words around it."""

    where: str
    around: str


def found_in(text: str) -> Iterator[str]:
    """The places of a text that name somebody, with some words around each."""
    for match in (*_CODE.finditer(text), *_NAME.finditer(text)):
        yield text[max(0, match.start() - 80) : match.end() + 80]


class Watch:
    """Keeps what leaked until the report of the test during which it did."""

    def __init__(self) -> None:
        self._leaks: list[Leak] = []
        self._lock = threading.Lock()

    def look_at(self, where: str, said: str | bytes | None) -> None:
        """Look at something that was written; bytes as UTF-8."""
        if not said:
            return
        text = said.decode(errors="replace") if isinstance(said, bytes) else said
        leaks = [Leak(where, around) for around in found_in(text)]
        if leaks:
            with self._lock:
                self._leaks += leaks

    def taken(self) -> list[Leak]:
        """What has leaked since this was last asked."""
        with self._lock:
            leaks, self._leaks = self._leaks, []
        return leaks

    @contextmanager
    def aside(self) -> Iterator[list[Leak]]:
        """What leaks within the block is its own matter, and in the list when it ends."""
        before, mine = self.taken(), list[Leak]()
        try:
            yield mine
        finally:
            mine += self.taken()
            with self._lock:
                self._leaks = before


WATCH: Final = Watch()


class _Overheard:
    """A stream of log lines whose every line is looked at as well."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        WATCH.look_at("a log line", text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def overheard(configure: Callable[..., None]) -> Callable[..., None]:
    """The configuration of logging, to a stream that is looked at."""

    @functools.wraps(configure)
    def configured(stream: TextIO | None = None, *more: Any, **named: Any) -> None:
        if stream is None:
            configure(*more, **named)
        else:
            configure(_Overheard(stream), *more, **named)

    return configured


def watched(app: App) -> App:
    """An app whose headers, problems, figures and addresses are looked at.

    A request that is refused may hold anything: that is the caller's. One that is answered has an
    address that we gave.
    """

    async def watching(scope: MutableMapping[str, Any], receive: App, send: App) -> None:
        told = b""

        async def tell(message: MutableMapping[str, Any]) -> None:
            nonlocal told
            if message["type"] == "http.response.start":
                headers = b"\n".join(b": ".join(each) for each in message["headers"])
                WATCH.look_at("the headers of an answer", headers)
                if message["status"] < 400:
                    query = scope.get("query_string", b"").decode(errors="replace")
                    WATCH.look_at("an address that is answered", f"{scope['path']}?{query}")
                if _PROBLEM in headers:
                    told = b"a problem"
                elif scope["path"].startswith(("/metrics", "/health")):
                    told = b"figures"
            elif told:
                WATCH.look_at(told.decode(), message.get("body"))
            await send(message)

        await app(scope, receive, tell if scope["type"] == "http" else send)

    return watching


def look_at_command(arguments: list[str], out: str | bytes | None, err: str | bytes | None) -> None:
    """Look at what a command of the product printed, but for what it was asked to show."""
    command = " ".join(arguments[:2])
    WATCH.look_at(f"stderr of {command}", err)
    if not _READING & set(arguments[:1]):
        WATCH.look_at(f"stdout of {command}", out)


def look_at_sessions(connection: psycopg.Connection[Any]) -> None:
    """Look at what the server shows of its sessions: statements, names of programs."""
    with suppress(psycopg.OperationalError):  # the test has ended them all
        query = "select application_name, query from pg_stat_activity"
        shown = connection.execute(query).fetchall()
        WATCH.look_at("a session of the database", "\n".join(map(str, shown)))


def _arguments(process: "subprocess.Popen[Any]") -> list[str] | None:
    """With what the product's program was started; None of another program."""
    if isinstance(process.args, str | bytes):
        return None
    words = [str(each) for each in process.args]  # type: ignore[union-attr]
    return words[1:] if Path(words[0]).name == "cases" else None


def listen() -> None:
    """Overhear the product and the library of processes, as they are imported from now on.

    Called by the first of all conftest files: the others import what is overheard by its name.
    """
    from cases.app import observability
    from cases.app.cli import running
    from cases.app.embedded import Cluster

    http_app, stop = running.http_app, Cluster.stop
    communicate = subprocess.Popen.communicate

    def communicate_overheard(process: Any, *given: Any, **named: Any) -> Any:
        out, err = communicate(process, *given, **named)
        arguments = _arguments(process)
        if arguments is not None:
            look_at_command(arguments, out, err)
        return out, err

    def stop_and_read(cluster: Cluster) -> None:
        stop(cluster)
        for log in cluster._state.glob("postgresql.log*"):
            WATCH.look_at("the log of PostgreSQL", log.read_bytes())

    patch = pytest.MonkeyPatch()  # for as long as the process lives
    patch.setattr(observability, "configure_logging", overheard(observability.configure_logging))
    patch.setattr(running, "http_app", lambda *given: watched(http_app(*given)))
    patch.setattr(Cluster, "stop", stop_and_read)
    patch.setattr(subprocess.Popen, "communicate", communicate_overheard)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail the phase of the test in which somebody leaked, and say where."""
    report = yield
    for section, text in report.sections:
        if section in {f"Captured stdout {call.when}", f"Captured stderr {call.when}"}:
            WATCH.look_at(section, text)
    leaks = WATCH.taken()
    if leaks:
        report.outcome = "failed"
        told = "\n".join(f"{leak.where}: …{leak.around}…" for leak in leaks[:20])
        report.longrepr = f"{len(leaks)} places name somebody (tests/leaks.py):\n{told}"
    return report
