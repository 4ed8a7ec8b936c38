"""Several processes that work off batches, each with connections of its own.

The one that hands them out gives a batch to whoever is free, and never more: memory does not grow
with what there is to do. Processes are started afresh (not forked) and end when their pipe does, so
none outlives the one that started them, however that ends. Interrupts are that one's business: it
stops handing out and waits for what is under way.
"""

import logging
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any, Final, Generic, Protocol, Self, TypeVar

from cases.app.memory import peak_memory, settle

_CONTEXT: Final = multiprocessing.get_context("spawn")
_INTERRUPTS: Final = (signal.SIGINT, signal.SIGTERM)
_GOODBYE: Final = 30.0
"""Seconds a process gets to end."""

B = TypeVar("B")
A = TypeVar("A")


class Stop(Protocol):
    """A ``threading.Event`` that is set to end the work early."""

    def is_set(self) -> bool: ...


class Crew(Generic[B, A]):
    """So many processes that do the same. Use as a context manager.

    ``opened`` is called in each process for the context in which it works, and that gives what is
    done with a batch; it, batches and answers travel between processes.
    """

    def __init__(
        self, opened: Callable[[], AbstractContextManager[Callable[[B], A]]], workers: int
    ) -> None:
        self._members: list[_Member] = []
        self._opened = opened
        self._workers = workers

    def __enter__(self) -> Self:
        try:
            while len(self._members) < self._workers:
                self._members.append(_Member(self._opened))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        for member in self._members:
            member.end()

    def answers(self, batches: Iterable[B | None], stop: Stop) -> Iterator[A]:
        """The answers to all batches, or to those handed out before ``stop`` is set.

        They come as they are finished. A batch that is None is not handed out: it waits for all
        that were. Raises what the work on a batch raised, and what ``batches`` raises.
        """
        idle, busy = list(self._members), dict[Connection, _Member]()
        for batch in batches:
            while busy and (batch is None or not idle):
                yield from self._finished(idle, busy)
            if stop.is_set():
                break
            if batch is not None:
                member = idle.pop()
                member.pipe.send(batch)
                busy[member.pipe] = member
        while busy:
            yield from self._finished(idle, busy)

    def dismiss(self) -> list[float]:
        """Let the processes end; the most memory each ever had, in MB."""
        return [member.dismiss() for member in self._members]

    @staticmethod
    def _finished(idle: "list[_Member]", busy: "dict[Connection, _Member]") -> list[A]:
        """Wait for at least one answer; those that are there."""
        answers = []
        for pipe in wait(list(busy)):
            assert isinstance(pipe, Connection)
            member = busy.pop(pipe)
            answers.append(member.answer())
            idle.append(member)
        return answers


class _Member:
    """One process, seen from the one that started it. It ends with its pipe, the batch done."""

    def __init__(self, opened: object) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_work, args=(theirs, opened), daemon=True)
        # It inherits what is held back here: an interrupt can't meet it before it ignores them. The
        # tracker comes with the first process, and lets through what is held back when it starts.
        resource_tracker.ensure_running()
        held = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
        theirs.close()

    def end(self) -> None:
        """Close the pipe, and see the process end."""
        self.pipe.close()
        self._process.join(_GOODBYE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def answer(self) -> Any:
        """What came of the batch. Raises what went wrong."""
        try:
            answer = self.pipe.recv()
        except EOFError:
            raise RuntimeError("a working process has died") from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def dismiss(self) -> float:
        """Let it end; the most memory it ever had, in MB."""
        with suppress(EOFError, OSError):
            self.pipe.send(None)
            peak: float = self.pipe.recv()
            return peak
        return 0.0


def _work(
    pipe: Connection, opened: Callable[[], AbstractContextManager[Callable[[object], object]]]
) -> None:
    """The life of a process: a batch, an answer, until there is none or nobody asks."""
    for number in _INTERRUPTS:
        signal.signal(number, signal.SIG_IGN)
    # What the driver warns of when a connection is cut is told once, by who started us.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    with suppress(EOFError, OSError), opened() as work:
        settle()
        while (batch := pipe.recv()) is not None:
            try:
                answer: object = work(batch)
            except Exception as error:
                answer = error
            pipe.send(answer)
        pipe.send(peak_memory())
