"""What can go wrong for a person at a terminal: one sentence and one exit code each."""

from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """The exit codes of all commands. ``docs/cli.md`` explains them; a test compares the two."""

    DONE = 0
    CHECK_FAILED = 1
    WRONG_USAGE = 2
    NOT_SUPPORTED_YET = 3
    SETTING = 4
    DATABASE = 5
    NOT_MIGRATED = 6
    ADDRESS = 7
    FILE = 8
    NOT_FOUND = 9
    NOT_EMPTY = 10
    DEVELOPMENT_ONLY = 11
    NO_ANSWER = 12


INTERRUPTED: Final = 130
"""Ctrl-C during a command that does not wait for it; the shells' own convention."""


class Trouble(Exception):
    """A command can't go on: the sentence for stderr, and the exit code."""

    def __init__(self, code: ExitCode, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def trouble_of(error: Exception) -> Trouble | None:
    """The trouble behind an exception, None when nobody expects such an exception."""
    if isinstance(error, Trouble):
        return error
    code = _told_already(error)
    if code is not None:
        return Trouble(code, _sentence(str(error)))
    return _with_the_database(error) or _with_files(error)


def _told_already(error: Exception) -> ExitCode | None:
    """Exceptions whose message is for people."""
    from cases.app.bootstrap import NotConfigured
    from cases.app.embedded import EmbeddedError
    from cases.app.http.idp import NoSuchPerson, OnlyForDevelopment
    from cases.app.organisations import BadRegister
    from cases.app.serving import CannotListen
    from cases.app.store.faults import KeyUnavailable
    from cases.app.stories.model import BadStory
    from cases.app.stories.stage import NoSimulation

    codes: dict[type[Exception], ExitCode] = {
        NotConfigured: ExitCode.SETTING,
        EmbeddedError: ExitCode.DATABASE,
        NoSuchPerson: ExitCode.NOT_FOUND,
        OnlyForDevelopment: ExitCode.DEVELOPMENT_ONLY,
        NoSimulation: ExitCode.DEVELOPMENT_ONLY,
        BadRegister: ExitCode.FILE,
        BadStory: ExitCode.FILE,
        KeyUnavailable: ExitCode.FILE,
        CannotListen: ExitCode.ADDRESS,
    }
    return next((code for kind, code in codes.items() if isinstance(error, kind)), None)


def _with_the_database(error: Exception) -> Trouble | None:
    import psycopg
    import sqlalchemy.exc

    from cases.app.store.faults import SequencerRefuses, StoreUnavailable

    unreachable = (psycopg.OperationalError, sqlalchemy.exc.OperationalError, StoreUnavailable)
    reason = str(error).strip().partition("\n")[0]
    if isinstance(error, SequencerRefuses):
        told = f"The log can't be put in order: {reason}; see cases doctor --rebase"
    elif isinstance(error, unreachable):
        told = f"The database can't be reached: {reason}" if reason else "The database is away"
    elif isinstance(error, psycopg.errors.InsufficientPrivilege):
        told = f"The database does not permit it: {reason}"
    elif isinstance(error, psycopg.ProgrammingError):
        told = f"CASES_DATABASE_URL is no address of a database: {reason}"
    else:
        return None
    return Trouble(ExitCode.DATABASE, _sentence(told))


def _with_files(error: Exception) -> Trouble | None:
    if not isinstance(error, OSError) or error.strerror is None:
        return None
    where = f"{error.filename}: " if error.filename else ""
    return Trouble(ExitCode.FILE, _sentence(f"{where}{error.strerror.lower()}"))


def _sentence(message: str) -> str:
    """One line that begins and ends as sentences do."""
    line = " ".join(message.split())
    return f"{line[:1].upper()}{line[1:]}" + ("" if line.endswith((".", "!", "?")) else ".")
