"""Several processes that tell patterns and write the cases, each on a connection of its own.

The one that plans hands a batch to whoever is free, and never more: memory does not grow with what
is asked for. Processes are started afresh (not forked) and end when their pipe does, so none
outlives the planner, however it ends. Interrupts are the planner's business: it stops handing out
and waits for the transactions in flight.
"""

import logging
import multiprocessing
import resource
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Final, Protocol

from cases.app.bootstrap import open_bulk
from cases.app.histories.plan import Batch
from cases.app.histories.retelling import Retelling
from cases.app.memory import settle
from cases.app.settings import Settings
from cases.app.store.bulk import BulkLog, NotNew

_CONTEXT: Final = multiprocessing.get_context("spawn")
_INTERRUPTS: Final = (signal.SIGINT, signal.SIGTERM)
_GOODBYE: Final = 30.0
"""Seconds a process gets to end."""


class SomebodyElse(Exception):
    """A person of a batch had a case when it was written: another load is at work beside this."""


class Stop(Protocol):
    """A ``threading.Event`` that is set to end a load early."""

    def is_set(self) -> bool: ...


@dataclass(slots=True)
class Loaded:
    """What was written. ``peaks`` are the most memory each process ever had, in MB."""

    cases: int = 0
    facts: int = 0
    peaks: list[float] = field(default_factory=list)


def load(  # noqa: PLR0913 - each a part of its own
    settings: Settings,
    seed: int,
    batches: Iterable[Batch],
    *,
    workers: int,
    stop: Stop,
    tell: Callable[[int], object] = lambda facts: None,
) -> Loaded:
    """Write all batches with so many processes, or those handed out before ``stop`` is set.

    ``tell`` is told of facts as they are written. Raises SomebodyElse, what the writing of a batch
    raised, and what ``batches`` raises; then, too, no case is left half written.
    """
    loaded = Loaded()
    with ExitStack() as stack:
        crew = [stack.enter_context(_Member(settings, seed)) for _ in range(workers)]
        idle, busy = list(crew), dict[Connection, _Member]()
        for batch in batches:
            if not idle:
                idle += _finished(busy, loaded, tell)
            if stop.is_set():
                break
            member = idle.pop()
            member.pipe.send(batch)
            busy[member.pipe] = member
        while busy:
            _finished(busy, loaded, tell)
        loaded.peaks = [peak_memory(), *(member.dismiss() for member in crew)]
    return loaded


def peak_memory() -> float:
    """The most memory this process ever had, in MB."""
    told = high_water("self")
    if told is not None:
        return told
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def high_water(process: int | str) -> float | None:
    """The most memory a running process ever had, in MB; None where the system does not tell.

    Its status, not its usage: Linux counts into that what the process had that started it.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 2**10
    except (OSError, IndexError, ValueError):
        return None


def _finished(
    busy: "dict[Connection, _Member]", loaded: Loaded, tell: Callable[[int], object]
) -> "list[_Member]":
    """Wait for at least one answer, and count it in."""
    free = []
    for pipe in wait(list(busy)):
        assert isinstance(pipe, Connection)
        member = busy.pop(pipe)
        cases, facts = member.answer()
        loaded.cases += cases
        loaded.facts += facts
        tell(facts)
        free.append(member)
    return free


class _Member:
    """One process, seen from the planner's. It ends with its pipe, the batch in hand finished."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_work, args=(theirs, settings, seed), daemon=True)
        # It inherits what is held back here: an interrupt can't meet it before it ignores them.
        held = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
        theirs.close()

    def __enter__(self) -> "_Member":
        return self

    def __exit__(self, *error: object) -> None:
        self.pipe.close()
        self._process.join(_GOODBYE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def answer(self) -> tuple[int, int]:
        """What came of the batch: how many cases and facts. Raises what went wrong."""
        try:
            answer = self.pipe.recv()
        except EOFError:
            raise RuntimeError("a loading process has died") from None
        if isinstance(answer, Exception):
            raise answer
        cases, facts = answer
        return cases, facts

    def dismiss(self) -> float:
        """Let it end; the most memory it ever had, in MB."""
        with suppress(EOFError, OSError):
            self.pipe.send(None)
            peak: float = self.pipe.recv()
            return peak
        return 0.0


def _work(pipe: Connection, settings: Settings, seed: int) -> None:
    """The life of a loading process: a batch, an answer, until there is none or nobody asks."""
    for number in _INTERRUPTS:
        signal.signal(number, signal.SIG_IGN)
    # What the driver warns of when a connection is cut is told once, by the planner.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    with suppress(EOFError, OSError), open_bulk(settings) as bulk:
        settle()
        while (batch := pipe.recv()) is not None:
            try:
                answer: object = write(bulk, batch, seed)
            except Exception as error:
                answer = error
            pipe.send(answer)
        pipe.send(peak_memory())


def write(bulk: BulkLog, batch: Batch, seed: int) -> tuple[int, int]:
    """Tell the patterns of a batch and write the cases; how many, and how many facts.

    Raises SomebodyElse, and what the writing raises.
    """
    cases = [
        retelling.of(person)
        for portion in batch.portions
        for retelling in [Retelling(portion.pattern, seed)]
        for person in portion.people
    ]
    written = bulk.write(cases)
    if isinstance(written, NotNew):
        raise SomebodyElse("another load is at work, and its people are the same; try again")
    return written.cases, written.facts
