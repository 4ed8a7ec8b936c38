"""A process of clients that append by a timetable: ``python -m benchmarks.pacing URL KEYRING``."""

import sys
import threading
from contextlib import ExitStack
from time import monotonic, sleep
from uuid import UUID

from benchmarks.acts import OurLog, later_acts, open_cases, our_log
from benchmarks.talking import Answer, obey
from cases.app.store.entries import Append, Appended

WARM_UP = 8
"""Acts each client does once, unmeasured: for connections, plans and keys."""


class _Clients:
    def __init__(self, url: str, keyring: str, stack: ExitStack) -> None:
        self._url = url
        self._keyring = keyring
        self._stack = stack
        self._stock: list[list[Append]] = []

    def stock(self, clients: int, size: int) -> Answer:
        """For each client ``size`` acts, last one first, going round its own cases; some done."""
        self._ours = self._stack.enter_context(our_log(self._url, self._keyring, clients))
        for _ in range(clients):
            number = max(8, (size + WARM_UP) // 20)
            self._stock.append(_in_turns(open_cases(self._ours.log, number), size + WARM_UP))
        for acts in self._stock:
            for _ in range(WARM_UP):
                _done(self._ours, acts.pop())
        return {}

    def write(self, begin: float, rate: float, turns: list[list[int]]) -> Answer:
        """Append at the instants of the timetable, whatever the appends take.

        Turn n is at ``begin`` + n / ``rate``; ``turns`` are those of each client. The answer tells
        of each act its stream, its version, and when its append was called and had returned.
        """
        sent: list[tuple[str, int, float, float]] = []
        failures: list[BaseException] = []

        def client(acts: list[Append], mine: list[int]) -> None:
            try:
                for turn in mine:
                    act = acts.pop()
                    sleep(max(0.0, begin + turn / rate - monotonic()))
                    called = monotonic()
                    version = _done(self._ours, act)
                    sent.append((act.stream_id.hex, version, called, monotonic()))
            except BaseException as failure:
                failures.append(failure)

        threads = [
            threading.Thread(target=client, args=pair)
            for pair in zip(self._stock, turns, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        return {"sent": sent}


def _done(ours: OurLog, act: Append) -> int:
    result = ours.log.append(act)
    assert isinstance(result, Appended), result
    return result.last_version


def _in_turns(cases: list[UUID], needed: int) -> list[Append]:
    turns = zip(*(later_acts(case_id) for case_id in cases), strict=True)
    acts = [each for turn in turns for each in turn][:needed]
    return acts[::-1]


def main(url: str, keyring: str) -> None:
    """Obey until the input ends."""
    with ExitStack() as stack:
        clients = _Clients(url, keyring, stack)
        obey({"stock": clients.stock, "write": clients.write})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
