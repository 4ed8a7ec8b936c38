"""What a process that goes on for long tells Python's collector."""

import gc
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from cases.app.memory import ARENAS, OFTEN, settle


@pytest.fixture
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("as_it_was")
def test_what_is_there_is_not_walked_over_again_and_cycles_are_still_found() -> None:
    settle()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold() == OFTEN
    for _ in range(1_000):
        cycle: list[object] = []
        cycle.append(cycle)
    del cycle
    assert gc.collect() >= 1_000


THREADS = """
import ctypes, sys, threading
from cases.app.memory import share_heaps
if sys.argv[1] == "shared":
    share_heaps()
meeting = threading.Barrier(9)
def hold():
    held = [bytes(4_000) for _ in range(100)]
    meeting.wait()
    meeting.wait()
for _ in range(8):
    threading.Thread(target=hold).start()
meeting.wait()
library = ctypes.CDLL(None)
library.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, out)
library.fflush(out)
meeting.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a setting of glibc")
def test_threads_that_hold_memory_at_once_share_their_heaps() -> None:
    def heaps(how: str) -> int:
        command = [sys.executable, "-c", THREADS, how]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return len(re.findall(r"<heap nr=", told))

    assert heaps("shared") <= ARENAS < heaps("as they come")
