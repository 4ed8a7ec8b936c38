"""One service for a module of tests; when it ends, everything it answered is looked at again."""

import io
import itertools
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from tests.service import Service, serve, template

from cases.app.embedded import Cluster, Database
from cases.app.http.parameters import ANSWER_HEADERS, AT_TIMES
from cases.app.observability import configure_logging
from cases.domain.people import contains_identity_code

_numbers = itertools.count(1)

Serve = Callable[..., Service]
"""Serves the product over a database of its own, with other settings, until the test ends."""


@contextmanager
def _logging(stream: io.StringIO) -> Iterator[None]:
    """Log as the product does, into a stream."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    configure_logging(stream)
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.reset_defaults()


@contextmanager
def _fresh(cluster: Cluster, template: str) -> Iterator[Database]:
    name = f"contract_{next(_numbers)}"
    database = cluster.create_database(name, template=template)
    try:
        yield database
    finally:
        cluster.drop_database(name)


@pytest.fixture(scope="module")
def logged() -> Iterator[io.StringIO]:
    """What all services of a module log."""
    stream = io.StringIO()
    with _logging(stream):
        yield stream


@pytest.fixture(scope="module")
def service(
    cluster: Cluster,
    migrated_template: str,
    logged: io.StringIO,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    """The product as it is developed with, for all tests of a module; each has its own people."""
    state = tmp_path_factory.mktemp("state")
    with (
        _fresh(cluster, migrated_template) as database,
        serve(database, state, logged) as served,
    ):
        yield served
        document = served.get("/openapi.json", by=None, purpose=None).json()
    every_answer_is_documented(served, document)
    one_line_for_every_request_and_nobody_in_it(served)


@pytest.fixture
def another(
    cluster: Cluster, migrated_template: str, logged: io.StringIO, tmp_path: Path
) -> Iterator[Serve]:
    """Serves another service, over its own database unless one is given."""
    with ExitStack() as stack:

        def start(database: Database | None = None, **settings: Any) -> Service:
            database = database or stack.enter_context(_fresh(cluster, migrated_template))
            state = settings.pop("state", tmp_path)
            return stack.enter_context(serve(database, state, logged, **settings))

        yield start


def responses_of(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """What an operation may answer, by status."""
    shared = document["components"]["responses"]
    return {
        status: shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for status, answer in operation["responses"].items()
    }


def every_answer_is_documented(service: Service, document: dict[str, Any]) -> None:
    """Each answer has a status its operation names, and there the headers and the body promised."""
    forms: dict[str, Draft202012Validator] = {}
    for heard in service.heard:
        method = "GET" if heard.method == "HEAD" else heard.method
        path = template(document, method, heard.path)
        if path is None:
            continue
        responses = responses_of(document, document["paths"][path][method.lower()])
        told = f"{method} {path} {heard.status}"
        assert str(heard.status) in responses, f"{told} is not in the document: {heard.content}"
        answered = {name for name in ANSWER_HEADERS if name.lower() in heard.headers}
        promised = {*responses[str(heard.status)]["headers"]}
        assert answered <= promised, f"{told} has {answered - promised}"
        assert promised - AT_TIMES <= answered, f"{told} lacks {promised - AT_TIMES - answered}"
        if heard.content is None:
            continue
        ((kind, media),) = responses[str(heard.status)]["content"].items()
        if kind == "application/problem+json":
            code = heard.content["code"]
            assert f"{code}:" in responses[str(heard.status)]["description"], f"{told} {code}"
        if told not in forms:
            schema = {**media["schema"], "components": document["components"]}
            forms[told] = Draft202012Validator(schema)
        wrong = [
            f"{told} {each.json_path}: {each.message}"
            for each in itertools.islice(forms[told].iter_errors(heard.content), 3)
        ]
        assert not wrong, wrong


def one_line_for_every_request_and_nobody_in_it(service: Service) -> None:
    """Log lines are JSON, one for each request, without address, query, code, name or body."""
    written = service.logged.getvalue()
    lines = [json.loads(line) for line in written.splitlines()]
    told = Counter(line["request_id"] for line in lines if line["event"] == "request")
    assert {told[heard.request_id] for heard in service.heard} <= {1}
    assert not contains_identity_code(written)
    assert [secret for secret in service.secrets if secret in written] == []
    # An address with anything but its template would hold the id of a case, or a query.
    addresses = (heard.path for heard in service.heard if heard.path.startswith("/v1/cases/"))
    ids = {part for address in addresses for part in address.split("/") if len(part) >= 32}
    assert [each for each in ids if each in written] == []
    assert "?" not in "".join(line.get("route", "") for line in lines)
