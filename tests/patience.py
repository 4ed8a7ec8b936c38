"""How tests wait for what must come."""

import time
from collections.abc import Callable
from typing import Final

PATIENCE: Final = 240.0
"""Seconds. Only a fault makes anybody wait so long: a busy machine must not look like one."""
PAUSE: Final = 0.01


def until(holds: Callable[[], object]) -> None:
    """Wait until something is so. Raises TimeoutError when it never comes to be."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(PAUSE)
