"""Processes that obey: one command a line in, one answer a line out, both JSON.

Instants in them are of the system's monotonic clock, which processes share.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

PATIENCE: Final = 240.0
"""Seconds for a process to start or to end: only a fault makes anybody wait so long."""

Command = dict[str, Any]
Answer = dict[str, Any]


class Process:
    """A process of ours that obeys."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def tell(self, do: str, **more: Any) -> None:
        """Give a command; several processes can be told before any is heard."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self._process.stdin.flush()

    def hear(self) -> Answer:
        """What it answers. Raises RuntimeError when it has ended instead."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} has ended; see what it said above")
        answer: Answer = json.loads(line)
        return answer

    def ask(self, do: str, **more: Any) -> Answer:
        """A command and its answer."""
        self.tell(do, **more)
        return self.hear()


@contextmanager
def process(module: str, *arguments: str) -> Iterator[Process]:
    """``python -m module`` with these arguments, for as long as the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        try:
            yield Process(started)
        finally:
            assert started.stdin is not None
            started.stdin.close()
            started.wait(PATIENCE)


def ask_all(processes: Sequence[Process], commands: Sequence[Command]) -> list[Answer]:
    """A command to each of the first processes, all at once; what they answer."""
    asked = processes[: len(commands)]
    for one, command in zip(asked, commands, strict=True):
        one.tell(**command)
    return [one.hear() for one in asked]


def obey(commands: Mapping[str, Callable[..., Answer]]) -> None:
    """Do what comes in until the input ends."""
    # Buffered, whatever PYTHONUNBUFFERED says: unbuffered, the rest of a write that is cut short
    # by a signal is lost.
    with open(sys.stdout.fileno(), "w", encoding="utf-8", closefd=False) as answers:
        for line in sys.stdin:
            command = json.loads(line)
            print(json.dumps(commands[command.pop("do")](**command)), file=answers, flush=True)


def shares(number: int, among: int) -> list[int]:
    """A number in as many nearly equal parts."""
    return [number // among + (n < number % among) for n in range(among)]
