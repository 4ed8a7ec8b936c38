"""A process of clients: ``python -m benchmarks.crew NAME PLACE`` writes when it is told to.

Eight clients are two such processes with four threads each, as two processes of ``cases serve``
would be: one Python process would show its own lock and not the store. For everybody alike.
"""

import gc
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from time import monotonic, perf_counter, process_time

from benchmarks.contestants import Contestant, Fact, Place, Work
from benchmarks.field import FIELD
from benchmarks.talking import Answer, ask_all, obey, process, shares


@dataclass(frozen=True)
class Turn:
    """Acts a second, the delay of each (s), and the processor time of all clients (s)."""

    rate: float
    delays: list[float]
    processor: float


class Crew:
    """The processes of one contestant's clients, seen from outside."""

    def __init__(self, contestant: type[Contestant], place: Place, processes: int) -> None:
        self._stack = ExitStack()
        arguments = ("benchmarks.crew", contestant.name, json.dumps(asdict(place)))
        self._processes = [self._stack.enter_context(process(*arguments)) for _ in range(processes)]

    def open(self, clients: int) -> None:
        """Connections for so many clients, shared out evenly."""
        commands = [{"do": "open", "threads": share} for share in self._shares(clients)]
        ask_all(self._processes, commands)

    def prepare(self, clients: int, size: int, facts: int) -> None:
        """Make ``size`` acts of ``facts`` facts for each client."""
        command = {"do": "prepare", "size": size, "facts": facts}
        ask_all(self._processes, [command for share in self._shares(clients) if share])

    def go(self, clients: int, seconds: float) -> Turn:
        """Write what was prepared; who runs out of acts ends the turn of its process."""
        command = {"do": "go", "seconds": seconds}
        turns = ask_all(self._processes, [command for share in self._shares(clients) if share])
        delays = [delay for turn in turns for delay in turn["delays"]]
        taken = max(turn["end"] for turn in turns) - min(turn["begin"] for turn in turns)
        return Turn(len(delays) / taken, delays, sum(turn["processor"] for turn in turns))

    def check(self) -> tuple[int, int]:
        """Facts acknowledged so far, and how many of them are not there."""
        answers = ask_all(self._processes, [{"do": "check"}] * len(self._processes))
        return sum(a["acknowledged"] for a in answers), sum(a["missing"] for a in answers)

    def close(self) -> None:
        """End the processes."""
        self._stack.close()

    def _shares(self, clients: int) -> list[int]:
        return shares(clients, len(self._processes))


class _Clients:
    """The inside of one process."""

    def __init__(self, contestant: type[Contestant], place: Place) -> None:
        self._kind = contestant
        self._place = place
        self._one: Contestant | None = None
        self._works: list[Work] = []
        self._acknowledged: set[Fact] = set()

    def open(self, threads: int) -> Answer:
        if self._one is not None:
            self._one.close()
        self._one = self._kind(self._place, threads) if threads else None
        return {}

    def prepare(self, size: int, facts: int) -> Answer:
        assert self._one is not None
        threads = range(self._one.threads)
        self._works = [self._one.work(client, size, facts) for client in threads]
        return {}

    def go(self, seconds: float) -> Answer:
        delays: list[list[float]] = [[] for _ in self._works]
        stop, ready = threading.Event(), threading.Barrier(len(self._works) + 1)
        failures: list[BaseException] = []

        def client(work: Work, taken: list[float]) -> None:
            ready.wait()
            try:
                _write(work, taken, stop)
            except BaseException as failure:
                failures.append(failure)
                stop.set()

        threads = [
            threading.Thread(target=client, args=pair)
            for pair in zip(self._works, delays, strict=True)
        ]
        for thread in threads:
            thread.start()
        with _without_collecting():
            ready.wait()
            begin, used = monotonic(), process_time()
            stop.wait(seconds)
            stop.set()
            for thread in threads:
                thread.join()
            end, used = monotonic(), process_time() - used
        if failures:
            raise failures[0]
        assert self._one is not None
        for work, done in zip(self._works, delays, strict=True):
            for act in work.acts[: len(done)]:
                self._acknowledged.update(self._one.facts(act))
        flat = [delay for done in delays for delay in done]
        return {"begin": begin, "end": end, "delays": flat, "processor": used}

    def check(self) -> Answer:
        one = self._one or self._kind(self._place, 1)
        missing = len(self._acknowledged - one.found())
        return {"acknowledged": len(self._acknowledged), "missing": missing}


def _write(work: Work, taken: list[float], stop: threading.Event) -> None:
    """Do acts until told to stop; whoever runs out of them stops this process."""
    do, stopped = work.do, stop.is_set
    for act in work.acts:
        if stopped():
            return
        start = perf_counter()
        do(act)
        taken.append(perf_counter() - start)
    stop.set()


@contextmanager
def _without_collecting() -> Iterator[None]:
    """The thousands of prepared acts are no garbage to look through in the middle of a turn."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def main(name: str, place: str) -> None:
    """Obey until the input ends."""
    clients = _Clients(FIELD[name], Place(**json.loads(place)))
    obey(
        {
            "open": clients.open,
            "prepare": clients.prepare,
            "go": clients.go,
            "check": clients.check,
        }
    )
    clients.open(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
