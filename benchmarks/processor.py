"""Processor time of other processes, where the system tells it (Linux).

On a machine with little to spare it says more than the clock on the wall: it counts the work, and
not whoever else was at work.
"""

import os
from collections.abc import Iterable
from pathlib import Path

_PROC = Path("/proc")
_PPID, _UTIME, _STIME, _CUTIME, _CSTIME = 1, 11, 12, 13, 14  # after the name, proc(5)


def spent(pids: Iterable[int]) -> float | None:
    """Seconds these processes and all below them have used so far; None where nobody tells.

    What a process that has ended used counts with its parent.
    """
    if not (_PROC / "self" / "stat").exists():
        return None
    stats = _all()
    ticks, open_pids = 0, list(pids)
    while open_pids:
        pid = open_pids.pop()
        if pid in stats:
            fields = stats[pid]
            ticks += sum(int(fields[n]) for n in (_UTIME, _STIME, _CUTIME, _CSTIME))
        open_pids += [child for child, fields in stats.items() if int(fields[_PPID]) == pid]
    return ticks / os.sysconf("SC_CLK_TCK")


def _all() -> dict[int, list[str]]:
    found = {}
    for folder in _PROC.glob("[0-9]*"):
        try:
            text = (folder / "stat").read_text()
        except OSError:
            continue  # it has ended
        found[int(folder.name)] = text.rpartition(")")[2].split()
    return found
