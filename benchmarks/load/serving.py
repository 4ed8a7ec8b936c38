"""``cases serve`` and ``cases worker`` as installed, over the database of one size."""

from contextlib import ExitStack
from pathlib import Path
from typing import Self

from benchmarks.growth import Place
from benchmarks.web.services import COMMAND, ONE_CALLER, Provider, running

_MB = 2**10


class Serving:
    """The processes of an installation. Use as a context manager.

    ``ports`` are where they listen; ``pids`` the processes by what they do.
    """

    def __init__(self, place: Place, trusted: Provider, processes: int) -> None:
        self.place = place
        self.ports: list[int] = []
        self.pids: dict[str, int] = {}
        self._processes = processes
        self._env = place.environment | {
            "CASES_ISSUER": trusted.issuer,
            "CASES_AUDIENCE": trusted.audience,
            **ONE_CALLER,
        }
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for number in range(1, self._processes + 1):
                said = self._start(
                    stack,
                    f"serve {number}",
                    ["serve", "--port", "0"],
                    r"Answering on http://[^:]+:(\d+)",
                )
                self.ports.append(int(said))
            self._start(stack, "worker", ["worker"], "(Working)")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    @property
    def servers(self) -> list[int]:
        """The processes that answer."""
        return [pid for name, pid in self.pids.items() if name != "worker"]

    def memory(self) -> dict[str, float]:
        """The memory each process has now, in MB."""
        return {name: resident(pid) for name, pid in self.pids.items()}

    def _start(self, stack: ExitStack, name: str, arguments: list[str], answering: str) -> str:
        log = self.place.folder / f"{self.place.database}-{name.replace(' ', '-')}.log"
        command = ["-c", COMMAND, *arguments]
        self.pids[name], said = running(stack, log, command, answering, self._env)
        return said


def resident(pid: int) -> float:
    """The memory a process has now, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / _MB
