"""Attackers in processes of their own, that can be killed, stopped and asked what they were told.

They are forked from one process that has everything imported: a fresh interpreter for each would
spend the time on its imports.
"""

import contextlib
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.patience import PATIENCE, until

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["__main__", "tests.adversary.attackers"])

Line = dict[str, Any]


class Attacker:
    """One process. What it says goes to a file, so that no way of dying takes it back."""

    def __init__(
        self, said: Path, part: Callable[..., None], arguments: tuple[object, ...]
    ) -> None:
        self._said = said
        said.touch()
        self._process = _FORKS.Process(target=_live, args=(said, part, arguments), daemon=True)
        self._process.start()

    @property
    def alive(self) -> bool:
        """Whether it runs, or is stopped."""
        return self._process.is_alive()

    def told(self) -> list[Line]:
        """What it has said so far; a line cut short by its death was not said."""
        lines = self._said.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def wait_until_it_said(self, lines: int = 1) -> None:
        """Wait for the first so many lines."""
        until(lambda: len(self.told()) >= lines or not self.alive)
        assert len(self.told()) >= lines, f"died by itself: {self._process.exitcode}"

    def kill(self) -> None:
        """SIGKILL. It must have been alive: one that fell over by itself is a fault of the test."""
        self._process.kill()
        self._process.join(PATIENCE)
        assert self._process.exitcode == -signal.SIGKILL, f"died: {self._process.exitcode}"

    def pause(self) -> None:
        """SIGSTOP: it does nothing more, and knows nothing of it."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def stop(self) -> list[Line]:
        """Ask it to end, wait until it has, and return what it said."""
        self._signal(signal.SIGTERM)
        return self.ended()

    def ended(self) -> list[Line]:
        """Wait until it has ended by itself, as it should, and return what it said."""
        self._process.join(PATIENCE)
        assert self._process.exitcode == 0, f"ended with {self._process.exitcode}"
        return self.told()

    def end(self) -> None:
        """Whatever it does: it is gone afterwards."""
        if self.alive:
            self._process.kill()
        self._process.join(PATIENCE)

    def _signal(self, what: signal.Signals) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, what)


class Attackers:
    """Starts attackers, and ends those that are left."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[Attacker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for attacker in self._started:
            attacker.end()

    def start(self, part: Callable[..., None], *arguments: object) -> Attacker:
        """An attacker that does ``part``, a function of a module."""
        said = self._folder / f"said-{len(self._started)}"
        self._started.append(Attacker(said, part, arguments))
        return self._started[-1]

    def live_dangerously(
        self,
        part: Callable[..., None],
        places: Sequence[Sequence[object]],
        kills: int,
        enough: Callable[[], bool] = lambda: False,
    ) -> list[Line]:
        """Keep a process in every place and kill one after the other, ``kills`` of them.

        Each life must have said something before it is killed, at a moment nobody chose. It ends
        earlier when it has done ``enough`` harm. Returns what all lives said.
        """
        dice = random.Random(7)
        first = len(self._started)
        lives = [self.start(part, *arguments) for arguments in places]
        for _ in range(kills):
            place = dice.randrange(len(places))
            lives[place].wait_until_it_said()
            time.sleep(dice.uniform(0.0, 0.06))
            lives[place].kill()
            if enough():
                break
            lives[place] = self.start(part, *places[place])
        for life in lives:
            life.end()
        return [line for life in self._started[first:] for line in life.told()]


def say(**what: object) -> None:
    """One line of what an attacker was told or has done, at once."""
    sys.stdout.write(json.dumps(what, default=str) + "\n")
    sys.stdout.flush()


def _live(said: Path, part: Callable[..., None], arguments: tuple[object, ...]) -> None:
    with said.open("a", encoding="utf-8") as lines, contextlib.redirect_stdout(lines):
        part(*arguments)
