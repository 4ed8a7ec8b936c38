"""What can go wrong for a person at a terminal: one sentence and one exit code each."""

import sys
from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
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


class Trouble(Exception):
    """A command can't go on: the sentence for stderr, and the exit code."""

    def __init__(self, code: ExitCode, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


TOLD: Final[Mapping[tuple[str, str], ExitCode]] = MappingProxyType(
    {
        ("cases.app.bootstrap", "NotConfigured"): ExitCode.SETTING,
        ("cases.app.embedded.trouble", "EmbeddedError"): ExitCode.DATABASE,
        ("cases.app.histories.crew", "SomebodyElse"): ExitCode.NOT_EMPTY,
        ("cases.app.histories.generating", "NoSuchAuthority"): ExitCode.NOT_FOUND,
        ("cases.app.histories.pattern", "NoTime"): ExitCode.SETTING,
        ("cases.app.histories.plan", "NobodyLeft"): ExitCode.NOT_EMPTY,
        ("cases.app.http.callers.known", "BadCallers"): ExitCode.FILE,
        ("cases.app.http.idp", "NoSuchPerson"): ExitCode.NOT_FOUND,
        ("cases.app.http.idp", "OnlyForDevelopment"): ExitCode.DEVELOPMENT_ONLY,
        ("cases.app.importing.importing", "NoSuchAuthority"): ExitCode.NOT_FOUND,
        ("cases.app.importing.mapping", "BadMapping"): ExitCode.FILE,
        ("cases.app.organisations.files", "BadRegister"): ExitCode.FILE,
        ("cases.app.serving", "CannotListen"): ExitCode.ADDRESS,
        ("cases.domain.law.edition", "BrokenTimeline"): ExitCode.SETTING,
        ("cases.app.store.faults", "KeyUnavailable"): ExitCode.FILE,
        ("cases.app.stories.model", "BadStory"): ExitCode.FILE,
        ("cases.app.stories.stage", "NoSimulation"): ExitCode.DEVELOPMENT_ONLY,
    }
)
"""Exceptions whose message is for people, by module and name: nothing is imported to compare."""


def trouble_of(error: BaseException) -> Trouble | None:
    """The trouble behind an exception, None when nobody expects such an exception."""
    if isinstance(error, Trouble):
        return error
    for kind in type(error).__mro__:
        code = TOLD.get((kind.__module__, kind.__qualname__))
        if code is not None:
            return Trouble(code, _sentence(str(error)))
    inner = getattr(error, "orig", None)  # SQLAlchemy wraps what the database said
    cause = inner if isinstance(inner, Exception) else error
    return _with_the_database(cause) or _with_files(cause)


def _with_the_database(error: BaseException) -> Trouble | None:
    if "psycopg" not in sys.modules:
        return None
    import psycopg

    from cases.app.store.faults import SequencerRefuses, StoreUnavailable

    if isinstance(error, StoreUnavailable) and isinstance(
        error.__cause__, psycopg.errors.InsufficientPrivilege
    ):
        error = error.__cause__
    reason = str(error).strip().partition("\n")[0]
    if isinstance(error, SequencerRefuses):
        told = f"The log can't be put in order: {reason}; see cases doctor --rebase"
    elif isinstance(error, psycopg.OperationalError | StoreUnavailable):
        told = f"The database can't be reached: {reason}" if reason else "The database is away"
    elif isinstance(error, psycopg.errors.InsufficientPrivilege):
        told = f"The database does not permit it: {reason}"
    else:
        return None
    return Trouble(ExitCode.DATABASE, _sentence(told))


def _with_files(error: BaseException) -> Trouble | None:
    if not isinstance(error, OSError) or error.strerror is None:
        return None
    where = f"{error.filename}: " if error.filename else ""
    return Trouble(ExitCode.FILE, _sentence(f"{where}{error.strerror.lower()}"))


def _sentence(message: str) -> str:
    """One line that begins and ends as sentences do; a name it begins with is left as it is."""
    line = " ".join(message.split())
    named = line.partition(" ")[0].endswith(":")
    begun = line if named else f"{line[:1].upper()}{line[1:]}"
    return begun + ("" if line.endswith((".", "!", "?")) else ".")
