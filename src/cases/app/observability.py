"""Logs and metrics: JSON lines to stdout that name nobody, figures that count nobody.

Everything logged, ours and the libraries', ends in one chain whose last step withholds anything
that looks like an identity code. Exceptions are logged by their class and the places they passed
through; their messages may repeat what somebody sent, so they stay out.
"""

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from structlog.typing import EventDict, Processor, WrappedLogger

from cases.domain.people import contains_identity_code

WITHHELD: Final = "[withheld]"

_BUCKETS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_DEEPEST: Final = 8


def configure_logging(stream: TextIO = sys.stdout, level: int = logging.INFO) -> None:
    """Send every log line of the process to a stream, as JSON. Called once, when composing.

    Our own lines go there straight, and not by way of a record of the standard library, which
    doubles what each request's line costs; the libraries' records end in the same chain.
    """
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    chain: list[Processor] = [
        places_instead_of_exceptions,
        scrub,
        structlog.processors.JSONRenderer(sort_keys=True),
    ]
    structlog.configure(
        processors=[*shared, *chain],
        logger_factory=structlog.WriteLoggerFactory(stream),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name, _drop_colours],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *chain],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = name != "uvicorn.access"  # it prints paths and queries
    # A library at DEBUG prints statements and addresses with what they carry.
    for name in ("httpx2", "httpcore2", "psycopg", "psycopg.pool", "sqlalchemy", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def scrub(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Withhold every text of a log event that holds anything like an identity code."""
    return {_scrubbed_key(name): _scrubbed(value, 0) for name, value in event.items()}


def places_instead_of_exceptions(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and the places it passed through, without its message."""
    given = event.pop("exc_info", None)
    event.pop("exception", None)
    event.pop("stack", None)
    error = given[1] if isinstance(given, tuple) else given
    if given is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event.update(error=name_of(error), places=places_of(error))
    return event


def name_of(error: BaseException) -> str:
    """The class of an exception, with its module."""
    return f"{type(error).__module__}.{type(error).__qualname__}"


def places_of(error: BaseException) -> list[str]:
    """Where an exception passed through, innermost last: file, line, function; no values."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


class Metrics:
    """The figures of one process. Labels are route templates and codes of ours, never persons."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "cases_http_requests",
            "Requests answered, by route template, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._durations = Histogram(
            "cases_http_request_duration_seconds",
            "Time from the request to the end of its answer.",
            ("route", "method"),
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request that was answered."""
        self._requests.labels(route, method, str(status)).inc()
        self._durations.labels(route, method).observe(seconds)

    def text(self) -> bytes:
        """All figures in the text format of Prometheus."""
        return generate_latest(self.registry)


def _scrubbed_key(name: str) -> str:
    return WITHHELD if contains_identity_code(name) else name


def _scrubbed(value: object, depth: int) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth < _DEEPEST and isinstance(value, Mapping):
        return {_scrubbed_key(str(k)): _scrubbed(each, depth + 1) for k, each in value.items()}
    if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return [_scrubbed(each, depth + 1) for each in value]
    text = str(value)
    return WITHHELD if contains_identity_code(text) else text


def _drop_colours(
    _: WrappedLogger, __: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    event.pop("color_message", None)  # uvicorn's second copy of the same line
    return event
