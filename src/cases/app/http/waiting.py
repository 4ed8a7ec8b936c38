"""Waiting for lists to catch up. Who waits keeps a thread, so only some may at a time."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from threading import BoundedSemaphore
from uuid import UUID

from cases.projections.case_view import CaseView
from cases.projections.reading import Connection, wait_for

Session = Callable[[str], AbstractContextManager[Connection]]
"""Opens a transaction that sees the rows of one authority."""


class Waiting:
    """Where requests wait; at most half of the ``threads`` do, so that the others answer."""

    def __init__(self, session: Session, threads: int) -> None:
        self._session = session
        self._seats = BoundedSemaphore(max(1, threads // 2))

    def arrived(
        self, authority: str, views: Sequence[CaseView], case_id: UUID, version: int, timeout: float
    ) -> bool:
        """Whether all these lists of an authority have taken the version of a case in.

        Waits at most ``timeout`` seconds in all, and not at all where nobody else may wait.
        """
        if self._have(authority, views, case_id, version, 0.0):
            return True
        if timeout <= 0 or not self._seats.acquire(blocking=False):
            return False
        try:
            return self._have(authority, views, case_id, version, timeout)
        finally:
            self._seats.release()

    def _have(
        self, authority: str, views: Sequence[CaseView], case_id: UUID, version: int, timeout: float
    ) -> bool:
        until = time.monotonic() + timeout
        return all(
            wait_for(
                lambda: self._session(authority),
                view,
                case_id,
                version,
                timeout=max(0.0, until - time.monotonic()),
            )
            for view in views
        )
