"""How a process that goes on for long treats its memory."""

import ctypes
import gc
import resource
import sys
from pathlib import Path
from typing import Final

OFTEN: Final = (100_000, 50, 100)
"""After how many new objects the collector looks for cycles, and how much more seldom among old."""


ARENAS: Final = 2
"""Heaps of the C library that threads share, where it is glibc."""

_M_ARENA_MAX: Final = -8


def share_heaps() -> None:
    """Let the threads of this process share two heaps, instead of filling up to eight a core.

    To be called before there are threads. Each heap keeps what others could use, and none gives it
    back: over forty minutes of mixed load a server came to hold twice of what it needed. Where the
    C library has no such setting, nothing is done.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, ARENAS)


def settle() -> None:
    """What is here now stays, and new objects are looked over for cycles less often.

    To be called once, when everything is composed. Reading a case makes some hundreds of objects
    that live for milliseconds and have no cycles; by its own settings the collector would walk
    over everything the process has ever imported, again and again, to find that out: measured,
    half the time of unsealing. Memory without cycles is given back at once either way.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*OFTEN)


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
