"""What is logged and counted names nobody."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from cases.app.observability import WITHHELD, Metrics, configure_logging, scrub
from cases.domain.people import SIGNS

CODES = [f"131052{sign}9308" for sign in SIGNS]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging(stream)
    yield stream
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


def last(stream: io.StringIO) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return told


@pytest.mark.guarantee("HP-20")
@pytest.mark.parametrize("code", [*CODES, CODES[1].lower(), "131052%2b9308", "131052–9308"])
def test_whatever_looks_like_an_identity_code_is_withheld(code: str) -> None:
    event = scrub(
        None,
        "info",
        {
            "a": code,
            "b": f"GET /cases?code={code}",
            "c": [{"d": (code,)}],
            code: 1,
            "e": {code: {code}},
            "f": ValueError(code),
            "g": code.encode(),
        },
    )
    assert code not in str(event)
    assert event["a"] == event["b"] == WITHHELD


def test_ids_instants_and_figures_stay_readable() -> None:
    event = {
        "request_id": "01920521-0512-7934-8123-130520930811",
        "timestamp": "2026-11-21T12:00:00.131052Z",
        "route": "/v1/cases/{caseId}",
        "duration_ms": 131052.9,
        "ok": True,
        "nothing": None,
    }
    assert scrub(None, "info", dict(event)) == event


@pytest.mark.guarantee("HP-20")
def test_a_log_line_is_json_and_scrubbed_whoever_wrote_it(lines: io.StringIO) -> None:
    structlog.get_logger("cases").info("seen", who=CODES[1])
    assert last(lines)["who"] == WITHHELD
    logging.getLogger("some.library").warning("saw %s", CODES[2])
    assert last(lines)["event"] == WITHHELD
    assert last(lines)["level"] == "warning"


@pytest.mark.guarantee("HP-20")
def test_an_exception_is_logged_without_its_message(lines: io.StringIO) -> None:
    try:
        raise ValueError("Maija Meikäläinen")
    except ValueError:
        structlog.get_logger("cases").exception("broke")
        logging.getLogger("some.library").exception("broke")
    # Another thread's line may stand between; ours are those that say so.
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    ours = [line for line in told if line["event"] == "broke"]
    assert len(ours) == 2
    for line in ours:
        assert line["error"] == "builtins.ValueError"
        assert "test_observability.py" in line["places"][0]
    assert "Maija" not in lines.getvalue()


def test_the_access_log_of_the_server_is_silent(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info("GET /v1/cases?code=x")
    assert lines.getvalue() == ""
    logging.getLogger("uvicorn.error").info("started", extra={"color_message": "started"})
    assert "color_message" not in last(lines)


def test_figures_are_counted_by_route_method_and_status() -> None:
    metrics = Metrics()
    metrics.answered("/v1/cases/{caseId}", "GET", 200, 0.01)
    metrics.answered("/v1/cases/{caseId}", "GET", 200, 0.02)
    text = metrics.text().decode()
    labels = 'method="GET",route="/v1/cases/{caseId}",status="200"'
    assert f"cases_http_requests_total{{{labels}}} 2.0" in text
    assert "cases_http_request_duration_seconds_count" in text
