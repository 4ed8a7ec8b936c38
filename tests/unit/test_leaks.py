"""The run of the tests fails where somebody is named, wherever it is."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from tests.contract import conftest
from tests.leaks import FAMILY_NAME, WATCH, found_in, look_at_command, watched
from tests.patience import PATIENCE

from cases.app import observability
from cases.domain.people import SIGNS

CODES = [f"131052{sign}9308" for sign in SIGNS]
ROOT = Path(__file__).parents[2]


@pytest.mark.guarantee("HL-6")
@pytest.mark.parametrize("code", CODES)
def test_a_code_is_found_whatever_its_sign_and_however_it_is_written(code: str) -> None:
    escaped = [code.replace("+", "%2B"), code.replace("+", "\\u002b")]
    for written in (code, code.lower(), *escaped):
        for text in (
            written,
            f"/cases?code={written}&x=1",
            f'{{"who":"{written}"}}',
            f"x{written}",
        ):
            assert [*found_in(text)] == [text]


def test_a_name_is_found_and_ids_instants_are_not() -> None:
    assert len([*found_in(f"{FAMILY_NAME} and {FAMILY_NAME.lower()}")]) == 2
    for text in (
        "0195c1a2-7d3e-7b52-9f1c-2f0f5a1c8e11",
        "01131052-9308-4b52-9f1c-2f0f5a1c8e11",
        "2026-11-22T15:41:31.131052Z",
        "991352-930T",
    ):
        assert [*found_in(text)] == []


@pytest.mark.guarantee("HL-6")
def test_a_log_line_is_overheard(monkeypatch: pytest.MonkeyPatch) -> None:
    import logging

    import structlog

    root = logging.getLogger()
    handlers, level, stream = root.handlers, root.level, StringIO()
    monkeypatch.setattr(observability, "scrub", lambda _, __, event: event)
    try:
        with WATCH.aside() as leaks:
            observability.configure_logging(stream)
            structlog.get_logger("cases").info("seen", who=CODES[1])
            logging.getLogger("library").warning("saw %s", FAMILY_NAME)
    finally:
        structlog.reset_defaults()
        root.handlers, root.level = handlers, level
    assert [leak.where for leak in leaks] == ["a log line"] * 2
    assert len(stream.getvalue().splitlines()) == 2


def test_whoever_imports_it_by_name_configures_logs_that_are_overheard() -> None:
    imported = vars(conftest)["configure_logging"]
    assert imported is observability.configure_logging
    assert hasattr(imported, "__wrapped__")


@pytest.mark.guarantee("HL-6")
def test_headers_problems_figures_and_addresses_are_overheard() -> None:
    async def answer(request: Request) -> Response:
        how = request.query_params
        if "header" in how:
            return PlainTextResponse("", headers={"Location": f"/cases/{CODES[3]}"})
        if "problem" in how:
            return JSONResponse({"detail": FAMILY_NAME}, 400, media_type="application/problem+json")
        return PlainTextResponse(f"{FAMILY_NAME} {CODES[1]}")

    routes = [Route("/cases", answer), Route("/metrics", answer)]
    client = TestClient(watched(Starlette(routes=routes)))

    def leaking(address: str) -> list[str]:
        with WATCH.aside() as leaks:
            client.get(address)
        return [leak.where for leak in leaks]

    assert leaking("/cases?header=1") == ["the headers of an answer"]
    assert leaking("/cases?problem=1") == ["a problem"]
    assert leaking("/metrics") == ["figures"] * 2
    assert leaking(f"/cases?who={CODES[0].replace('+', '%2B')}") == ["an address that is answered"]
    assert leaking("/cases") == []  # what was asked for
    assert leaking(f"/nowhere/{CODES[1]}") == []  # what somebody sent and nobody answers


@pytest.mark.guarantee("HL-6")
def test_what_commands_print_is_overheard_but_for_what_they_were_asked_to_show() -> None:
    with WATCH.aside() as leaks:
        look_at_command(["import", "x.jsonl"], f"line 1: {CODES[1]}", None)
        look_at_command(["case", "show"], FAMILY_NAME, f"{FAMILY_NAME}?")
        subprocess.run(
            ["cases", "-c", f"print('{CODES[2]}')"],
            executable=sys.executable,
            capture_output=True,
            check=True,
        )
    wheres = [
        "stdout of import x.jsonl",
        "stderr of case show",
        f"stdout of -c print('{CODES[2]}')",
    ]
    assert [leak.where for leak in leaks] == wheres


@pytest.mark.guarantee("HL-6")
def test_the_test_in_which_somebody_leaks_fails(tmp_path: Path) -> None:
    leaking = tmp_path / "test_leaking.py"
    leaking.write_text(
        "import sys\n"
        "from tests.leaks import WATCH\n"
        "def test_tells():\n"
        f"    WATCH.look_at('here', '{CODES[2]}')\n"
        "def test_prints():\n"
        f"    sys.stdout.write('{FAMILY_NAME}')\n"
        "def test_says_nothing():\n"
        "    pass\n"
    )
    options = ("-q", "-p", "tests.leaks", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", tmp_path, leaking],
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "2 failed, 1 passed" in done.stdout
    assert f"here: …{CODES[2]}…" in done.stdout
