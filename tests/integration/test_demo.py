"""`cases demo` as a newcomer meets it: started, followed, stopped, started again."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.patience import PATIENCE

from cases.app.cli.trouble import ExitCode

PROGRAM = Path(sys.executable).with_name("cases")
CONFIGURED = (
    "CASES_DATABASE_URL",
    "CASES_LISTEN_URL",
    "CASES_KEYRING",
    "CASES_ORGANISATIONS",
    "CASES_JWKS_URL",
)


@dataclass
class Demonstration:
    """A running `cases demo`; what it prints is gathered as it comes."""

    process: subprocess.Popen[str]
    printed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.printed.extend(iter(self.process.stdout.readline, ""))

    @property
    def text(self) -> str:
        return "".join(self.printed)

    def up(self) -> "Demonstration":
        until = time.monotonic() + PATIENCE
        while "/access-trail" not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < until, self.text
            time.sleep(0.05)
        return self

    @property
    def tour(self) -> str:
        return self.text.split("Paste these lines", 1)[1].split("\n", 1)[1]

    def stop(self, sign: signal.Signals) -> int:
        self.process.send_signal(sign)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def state() -> Iterator[Path]:
    """A state folder the server's account can reach, unlike pytest's own."""
    folder = Path("/tmp") / f"cases-demo-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o711)
    yield folder
    shutil.rmtree(folder)


def environment(without: str | None = None) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CASES_")}
    if without is not None:
        folders = kept["PATH"].split(os.pathsep)
        kept["PATH"] = os.pathsep.join(f for f in folders if not (Path(f) / without).exists())
    return kept


def start(state: Path, without: str | None = None, **also: str) -> Demonstration:
    process = subprocess.Popen(
        [PROGRAM, "demo", "--port", "0", "--idp-port", "0", "--state", state],
        env=environment(without) | also,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Demonstration(process)


def paste(lines: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env=environment(),
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def processes_of(state: Path) -> list[str]:
    """The command lines of all processes that name the state folder or have it in use."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(state) in command and int(folder.name) != os.getpid():
            found.append(command)
    return found


@pytest.fixture
def demonstration(state: Path) -> Iterator[Demonstration]:
    running = start(state)
    yield running
    if running.process.poll() is None:
        running.stop(signal.SIGINT)


@pytest.mark.guarantee("DM-1")
@pytest.mark.guarantee("DM-2")
@pytest.mark.guarantee("DM-3")
def test_the_demonstration_does_what_it_says_ends_cleanly_and_keeps_its_data(
    state: Path, demonstration: Demonstration
) -> None:
    demonstration.up()
    assert "home-carer-in-vaasa: 23 held, 0 failed, 0 not supported" in demonstration.text

    answers = paste(demonstration.tour)

    case = answers.splitlines()[0]
    assert re.fullmatch(r"[0-9a-f-]{36}", case)
    for expected in (
        '"nextReviewDue": "2025-09-03"',  # her plan in June 2025
        '"fact": "PlanDrawnUp"',  # everything that happened
        '"reviewOverdueSince": "2025-09-04"',  # as it was known in August
        '"lastReviewedOn": "2025-09-01"',  # as it is known now
        '"date": "2027-03-03"',  # why
        "3.3.2027",  # why, on the command line in Finnish
        '"due": "REVIEW"',  # what is to be done
        '"subject": "auditor@tarkastus"',  # who has looked
    ):
        assert expected in answers

    assert demonstration.stop(signal.SIGINT) == 0
    assert demonstration.printed[-1] == "Everything has ended; the data are kept.\n"
    assert "Traceback" not in demonstration.text
    assert processes_of(state) == []

    again = start(state, without="curl").up()
    try:
        assert "The data of an earlier start are there." in again.text
        assert "curl" not in again.tour
        assert "cases dev call" in again.tour
        answers = paste(again.tour)
    finally:
        assert again.stop(signal.SIGTERM) == 0
    assert answers.splitlines()[0] == case
    assert '"reviewOverdueSince": "2025-09-04"' in answers
    assert '"subject": "auditor@tarkastus"' in answers
    assert processes_of(state) == []


@pytest.mark.guarantee("DM-4")
def test_ctrl_c_while_it_starts_ends_it_and_the_next_start_begins_anew(state: Path) -> None:
    early = start(state)
    until = time.monotonic() + PATIENCE
    while not (state / "postgresql.log").exists():
        assert time.monotonic() < until
        time.sleep(0.01)

    assert early.stop(signal.SIGINT) == 0
    assert "Traceback" not in early.text
    assert processes_of(state) == []

    elsewhere = dict.fromkeys(CONFIGURED, "/nowhere")  # it has its own of all of them
    again = start(state, **elsewhere)
    try:
        assert "23 held, 0 failed" in again.up().text
    finally:
        assert again.stop(signal.SIGINT) == 0


def told(*arguments: str) -> tuple[int, str]:
    """The exit code and what stands on stderr; nothing else may stand there."""
    done = subprocess.run(
        [PROGRAM, "demo", *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.guarantee("CL-2")
@pytest.mark.parametrize("option", ["--port", "--idp-port"])
def test_a_busy_port_is_one_sentence(state: Path, option: str) -> None:
    other = "--idp-port" if option == "--port" else "--port"
    named = f"{option} or CASES_{option.strip('-').replace('-', '_').upper()}"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = told(option, str(port), other, "0", "--state", str(state))

    assert said == f"Port {port} of 127.0.0.1 is already in use; choose another with {named}.\n"
    assert code == ExitCode.ADDRESS


@pytest.mark.guarantee("CL-2")
def test_a_state_folder_that_cannot_be_written_is_one_sentence(state: Path) -> None:
    (state / "file").touch()

    code, said = told("--port", "0", "--idp-port", "0", "--state", str(state / "file" / "below"))

    assert said.count("\n") == 1
    assert said.startswith(f"{state}/file/below cannot be the state folder")
    assert code == ExitCode.DATABASE


@pytest.mark.guarantee("CL-2")
def test_a_second_demonstration_on_the_same_folder_is_told_which_process_holds_it(
    state: Path, demonstration: Demonstration
) -> None:
    demonstration.up()

    code, said = told("--port", "0", "--idp-port", "0", "--state", str(state))

    pid = demonstration.process.pid
    assert said == f"{state} is already in use by process {pid}; stop that one first.\n"
    assert code == ExitCode.DATABASE
