"""Running the product: serve, worker, migrate."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Final, Self

import typer

from cases.app.cli.ground import opened, quiet_logs, read_settings, until_stopped, with_database
from cases.app.cli.output import say

if TYPE_CHECKING:
    from cases.app.bootstrap import System
    from cases.app.http.keys import Keys
    from cases.app.http.middleware import Requests

GOODBYE: Final = 15.0
"""Seconds a worker gets to end what it is doing."""


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (CASES_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port, 0 for any free one (CASES_PORT).")] = None,
) -> None:
    """Answer HTTP until told to stop.

    Any number may run beside each other. Ctrl-C or SIGTERM lets requests in flight finish. Logs are
    JSON lines on stdout, one for each request. Needs a migrated database; lists stay fresh only
    while a worker runs.
    """
    from cases.app.memory import settle, share_heaps
    from cases.app.observability import configure_logging
    from cases.app.serving import Server, listen

    share_heaps()
    leaving = threading.Event()
    with until_stopped() as stopping:
        settings = read_settings(host=host, port=port)
        configure_logging()
        with (
            listen(settings.host, settings.port, "--port or CASES_PORT") as listening,
            with_database(settings) as ready,
            opened(ready) as system,
        ):
            app = http_app(system, remote_keys(system), leaving)
            with Server(app, listening, threads=ready.threads, unreadable=app.unreadable) as server:
                settle()
                stopping.started()
                say(f"Answering on {server.url}/v1 until Ctrl-C.")
                stopping.wait()
                leaving.set()
                stopping.at_once.wait(settings.stop_delay)


def worker() -> None:
    """Keep the ledger, the lists and the calendar up to date until told to stop.

    Any number may run beside each other; each part waits out a lost database. Needs a migrated
    database. Logs are JSON lines on stdout.
    """
    from cases.app.memory import settle, share_heaps
    from cases.app.observability import configure_logging
    from cases.app.worker import Worker

    share_heaps()
    with until_stopped() as stopping:
        settings = read_settings()
        configure_logging()
        with with_database(settings) as ready, opened(ready) as system:
            settle()
            stopping.started()
            say("Working until Ctrl-C.")
            with Background(Worker(system).run) as background:
                stopping.wait(background.thread)
                background.complain()


def migrate() -> None:
    """Bring the database to the schema of this release; nothing happens when it is there, or when
    a newer release has brought it further.

    The login of CASES_DATABASE_URL needs CREATEROLE and CREATE on the database. Migrations only
    add, so the release before keeps running while they are made.
    """
    from cases.app.store.migrate import current, head, is_newer, upgrade

    settings = read_settings()
    quiet_logs()
    with with_database(settings) as ready:
        assert ready.database_url is not None
        url = ready.database_url.get_secret_value()
        at = current(url)
        if at == head() or is_newer(at):
            say(f"The database is at {at} already.")
            return
        upgrade(url)
        say(f"The database is at {head()} now.")


class Background:
    """A worker in a thread of its own; a context manager that stops it."""

    def __init__(self, run: Callable[[threading.Event], None]) -> None:
        self._run = run
        self._stop = threading.Event()
        self._error: Exception | None = None
        self.thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._stop.set()
        self.thread.join(GOODBYE)

    def complain(self) -> None:
        """Raise what ended the worker, if it did not end because it was told to."""
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        try:
            self._run(self._stop)
        except Exception as error:
            self._error = error


def http_app(system: "System", keys: "Keys", leaving: threading.Event | None = None) -> "Requests":
    """The whole HTTP interface over a system, not fit any more once it is ``leaving``."""
    from cases.app.http.api import create_app

    return create_app(system, keys, leaving)


def remote_keys(system: "System") -> "Keys":
    """The identity provider's keys, fetched when needed."""
    from cases.app.http.keys import RemoteKeys, fetch_from

    return RemoteKeys(fetch_from(system.settings.keys_url), system.clock.now)
