"""The demonstration: everything on one machine, with one case history and a tour."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Annotated, Final

import typer
from pydantic import SecretStr

from cases.app.cli.ground import (
    Stopping,
    development_settings,
    opened,
    quiet_logs,
    until_stopped,
)
from cases.app.cli.loading import development_provider, play_into, progress, read, tell
from cases.app.cli.output import say
from cases.app.cli.running import Background, http_app, remote_keys
from cases.app.cli.tour import tour_lines
from cases.app.cli.trouble import ExitCode, Trouble

if TYPE_CHECKING:
    from cases.app.settings import Settings

STORY: Final = "1-home-carer-in-vaasa"
LOOPBACK: Final = "127.0.0.1"
_OWN: Final = dict.fromkeys(("database_url", "listen_url", "keyring", "organisations", "jwks_url"))
"""What of an installation the demonstration has by itself, whatever the environment says."""


def demo(
    port: Annotated[
        int | None, typer.Option(help="Port of the HTTP interface, 0 for any (CASES_PORT).")
    ] = None,
    idp_port: Annotated[
        int | None, typer.Option(help="Port of the identity provider, 0 for any (CASES_IDP_PORT).")
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Folder for all that is kept (CASES_STATE)."),
    ] = None,
) -> None:
    """Start everything with one case history, and print what to try. Ctrl-C ends it.

    It starts a PostgreSQL of its own below the state folder, whatever database, keyring and
    organisations are configured, migrates it, loads the story of a
    client in Vaasa if nothing is there yet, and starts the development identity provider, the HTTP
    interface and the worker. A second start keeps the data.
    """
    from cases.app.serving import listen

    asked = development_settings(_OWN, port=port, idp_port=idp_port, state=state)
    with (
        until_stopped() as stopping,
        listen(LOOPBACK, asked.port, "--port or CASES_PORT") as api,
        listen(LOOPBACK, asked.idp_port, "--idp-port or CASES_IDP_PORT") as idp,
    ):
        settings = asked.model_copy(
            update={
                "state": asked.state.resolve(),
                "issuer": f"http://{LOOPBACK}:{idp.getsockname()[1]}",
                "allow_test_codes": True,
            }
        )
        quiet_logs()
        say("Starting PostgreSQL …")
        with _database(settings) as ready:
            _run(ready, api, idp, stopping)
    if stopping.is_told:
        say("Everything has ended; the data are kept.")


@contextmanager
def _database(settings: "Settings") -> "Iterator[Settings]":
    """The settings with a database that is migrated and holds the story, or what came after it."""
    from cases.app.embedded.shared import shared_database

    made = False

    def fill(url: str) -> None:
        nonlocal made
        made = True
        _prepare(_with_url(settings, url))

    with shared_database(settings.state, join=False, fill=fill) as url:
        ready = _with_url(settings, url)
        if not made:
            _prepare(ready)
        yield ready


def _prepare(settings: "Settings") -> None:
    """Migrate, and load the story where nothing is there yet."""
    from cases.app.store.migrate import upgrade

    assert settings.database_url is not None
    upgrade(settings.database_url.get_secret_value())
    story = read(Path(STORY))
    try:
        with progress([story]) as watch:
            reports = play_into(settings, [story], watch)
    except Trouble as trouble:
        if trouble.code is not ExitCode.NOT_EMPTY:
            raise
        say("The data of an earlier start are there.")
        return
    tell(reports[0])


def _run(settings: "Settings", api: socket, idp: socket, stopping: Stopping) -> None:
    """Identity provider, HTTP interface and worker, until told to stop."""
    from cases.app.http.idp import provider_app
    from cases.app.memory import settle
    from cases.app.serving import Server
    from cases.app.worker import Worker

    with ExitStack() as running:
        system = running.enter_context(opened(settings))
        provider = development_provider(system)
        running.enter_context(Server(provider_app(provider), idp, threads=2))
        background = running.enter_context(Background(Worker(system).run))
        app = http_app(system, remote_keys(system))
        answering = Server(app, api, threads=settings.threads, unreadable=app.unreadable)
        server = running.enter_context(answering)
        settle()
        stopping.started()
        _greet(settings, server.url)
        stopping.wait(background.thread)
        background.complain()


def _greet(settings: "Settings", url: str) -> None:
    curl = shutil.which("curl") is not None
    say()
    say("The story was played under a simulated clock; its last days may be ahead of today.")
    say(f"Answering on {url}/v1 (document: {url}/v1/openapi.json), tokens on {settings.issuer}.")
    say("Paste these lines into another terminal, in this folder. Ctrl-C here ends everything.")
    say()
    for line in tour_lines(url, settings.issuer, settings.state, curl=curl):
        say(line)
    say()


def _with_url(settings: "Settings", url: str) -> "Settings":
    return settings.model_copy(update={"database_url": SecretStr(url)})
