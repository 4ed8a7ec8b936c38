"""The ground commands stand on: settings, a database, a system, and an orderly end."""

import os
import pwd
import signal
import threading
from _thread import start_new_thread
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from types import FrameType, MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from cases.app.cli.trouble import ExitCode, Trouble

if TYPE_CHECKING:
    from cases.app.bootstrap import System
    from cases.app.clock import Clock
    from cases.app.settings import Settings
    from cases.app.store.keys import KeyStore

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def read_settings(own: Mapping[str, Any] = _NOTHING, **given: Any) -> "Settings":
    """The settings of the environment; what was ``given`` on the command line (not None) wins.

    Of a command's ``own`` settings the environment is not even read; None among them is left out.
    Raises Trouble that names what is missing or wrong.
    """
    from pydantic import ValidationError

    from cases.app.settings import Settings

    try:
        told = {name: value for name, value in given.items() if value is not None}
        return Settings(**told, **own)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "".join(f"CASES_{part}: ".upper() for part in first["loc"][:1])
        said = first["msg"].removeprefix("Value error, ")
        raise Trouble(ExitCode.SETTING, f"{name}{said[:1].upper()}{said[1:]}.") from error


def legal_day(option: str, given: datetime | None) -> date | None:
    """The day given with an option. Raises Trouble for one no case can be asked about."""
    from cases.app.http.query import FIRST_DAY, LAST_DAY

    if given is None:
        return None
    if not FIRST_DAY <= given.date() <= LAST_DAY:
        raise Trouble(
            ExitCode.WRONG_USAGE,
            f"{option} is a day of the years {FIRST_DAY.year} to {LAST_DAY.year}.",
        )
    return given.date()


def development_settings(own: Mapping[str, Any] = _NOTHING, **given: Any) -> "Settings":
    """The settings of a command that exists for development only.

    Where production is said, it is refused. Where nothing is said, it runs only if nothing of an
    installation is configured, since production is the default, or if it has its ``own`` of
    everything an installation consists of.
    """
    from pydantic import ValidationError

    from cases.app.settings import Environment, configured, stated_environment

    try:
        stated = stated_environment()
    except ValidationError:
        return read_settings()  # which says what is wrong
    if stated is Environment.PRODUCTION:
        raise Trouble(
            ExitCode.DEVELOPMENT_ONLY,
            "This command is for development only, and CASES_ENVIRONMENT says production.",
        )
    found = () if stated or own else configured()
    if found:
        raise Trouble(
            ExitCode.DEVELOPMENT_ONLY,
            f"This command is for development only, and {found[0]} is set: "
            "state CASES_ENVIRONMENT=development if this is development.",
        )
    return read_settings(own, environment=stated or Environment.DEVELOPMENT, **given)


@contextmanager
def with_database(settings: "Settings") -> Iterator["Settings"]:
    """The settings with the address of a database.

    Without one, development starts the embedded server for as long as the block lasts (or joins
    the one another process has started). A database made there is migrated at once.
    """
    if settings.database_url is not None or settings.is_production:
        yield settings
        return
    from cases.app.embedded.shared import shared_database
    from cases.app.store.migrate import upgrade

    with shared_database(settings.state, fill=upgrade) as url:
        yield settings.model_copy(update={"database_url": _secret(url)})


@contextmanager
def opened(settings: "Settings", clock: "Clock | None" = None) -> Iterator["System"]:
    """The system of the settings on a migrated database, with the keyring of what stands there.

    Raises Trouble where it is not migrated, or the keyring is another one.
    """
    from cases.app.bootstrap import open_system

    url = migrated(settings)
    with open_system(settings, clock) as system:
        _opens(system.keystore, url)
        yield system


def migrated(settings: "Settings") -> str:
    """The address of the settings' database. Raises Trouble where it is not migrated."""
    from cases.app.store.migrate import is_migrated

    if settings.database_url is None:
        raise Trouble(ExitCode.SETTING, "CASES_DATABASE_URL is not set.")
    url = settings.database_url.get_secret_value()
    if not is_migrated(url):
        raise Trouble(
            ExitCode.NOT_MIGRATED,
            "The database is not migrated to this release; run: cases migrate",
        )
    return url


def _opens(keyring: "KeyStore", url: str) -> None:
    """Raise Trouble where the keyring is that of something else.

    With it no case could be read, but openings would be recorded, of people who have a case too.
    One that lacks a newer wrapping key may start: it gets the key when the file does.
    """
    from cases.app.store.connections import Role, connect
    from cases.app.store.keys_in_use import fit

    with connect(url, Role.READER) as connection:
        if fit(keyring, connection).is_another:
            raise Trouble(
                ExitCode.SETTING,
                "The keyring is not the one of this database: what is stored there does not open "
                "with it. Set CASES_KEYRING to the right file.",
            )


def account() -> str:
    """The name of the account of this process, as the system knows it and no variable can say."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


def quiet_logs() -> None:
    """Warnings and worse as JSON on stderr; stdout belongs to the command's own words."""
    import logging
    import sys

    from cases.app.observability import configure_logging

    configure_logging(sys.stderr, logging.WARNING)


class Stopping:
    """Told to stop by Ctrl-C or SIGTERM, once: a second signal does not disturb the end, and only
    cuts short what would be waited before it (``at_once``).

    While starting, a signal interrupts whatever is under way. Once ``started``, it only sets the
    event: an exception raised between two arbitrary instructions may land where it is lost.
    """

    def __init__(self) -> None:
        self.event = threading.Event()
        self.at_once = threading.Event()
        self.has_started = False
        self.is_told = False

    def tell(self, number: int, frame: FrameType | None) -> None:
        """A signal came. Raises KeyboardInterrupt while everything starts.

        Events are set by another thread: the one that is interrupted may be waiting for the same
        event, and hold the lock that setting it needs.
        """
        if self.is_told:
            start_new_thread(self.at_once.set, ())
            return
        self.is_told = True
        start_new_thread(self.event.set, ())
        if not self.has_started:
            raise KeyboardInterrupt

    def started(self) -> None:
        """Everything runs; from now on a signal is a wish, met by ``wait``."""
        self.has_started = True

    def wait(self, thread: threading.Thread | None = None) -> None:
        """Wait until told to stop, or until the thread that is needed has ended."""
        self.started()
        while not self.event.wait(0.2):
            if thread is not None and not thread.is_alive():
                return


@contextmanager
def until_stopped() -> Iterator[Stopping]:
    """Run until told to stop. A signal in the middle of starting ends that in order as well."""
    stopping = Stopping()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    for number in before:
        signal.signal(number, stopping.tell)
    try:
        yield stopping
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _secret(text: str) -> Any:
    from pydantic import SecretStr

    return SecretStr(text)
