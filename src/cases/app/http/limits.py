"""How many requests one caller may send, and how many may be under way at once, in one process."""

import threading
from collections.abc import Callable
from math import ceil
from typing import Final, NamedTuple

from cases.app.http.problems import Problematic, ProblemCode

WINDOW: Final = 60
"""Seconds in which a caller may send as many requests as the limit says."""
_REMEMBERED: Final = 10_000
"""Callers after whom those are forgotten who have not asked for a window."""


class Rate(NamedTuple):
    """What a caller may still send: of ``limit`` requests in a window ``left``.

    In ``reset`` seconds it is the whole again or, where nothing is left, at least one.
    """

    limit: int
    left: int
    reset: int

    def headers(self) -> dict[str, str]:
        """As headers (draft-ietf-httpapi-ratelimit-headers-10)."""
        return {
            "RateLimit-Policy": f'"caller";q={self.limit};w={WINDOW}',
            "RateLimit": f'"caller";r={self.left};t={self.reset}',
        }


class CallerRates:
    """Counts for each caller what it may still send. Safe to share between threads.

    What was sent is given back evenly over the window. ``limit`` 0 is no limit; ``seconds`` is a
    clock for durations only.
    """

    def __init__(self, limit: int, seconds: Callable[[], float]) -> None:
        self._limit = limit
        self._seconds = seconds
        self._known: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, caller: str) -> Rate | None:
        """Count one request of a caller; what is left, None without a limit.

        Raises too-many-requests.
        """
        if not self._limit:
            return None
        each = WINDOW / self._limit
        with self._lock:
            now = self._seconds()
            left, then = self._known.get(caller, (float(self._limit), now))
            left = min(float(self._limit), left + (now - then) / each)
            if left < 1:
                self._known[caller] = (left, now)
                wait = max(1, ceil((1 - left) * each))
                rate = Rate(self._limit, 0, wait)
                headers = {"Retry-After": str(wait), **rate.headers()}
                raise Problematic(ProblemCode.TOO_MANY_REQUESTS, headers=headers)
            self._known[caller] = (left - 1, now)
            if len(self._known) > _REMEMBERED:
                self._forget(now)
        return Rate(self._limit, int(left - 1), ceil((self._limit - left + 1) * each))

    def _forget(self, now: float) -> None:
        self._known = {
            caller: known for caller, known in self._known.items() if now - known[1] < WINDOW
        }
