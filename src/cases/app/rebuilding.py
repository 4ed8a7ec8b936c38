"""Loading the cases of a rebuild in several processes, each with a system of its own."""

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from multiprocessing import connection
from uuid import UUID

from cases.app.bootstrap import System, open_system
from cases.app.memory import settle
from cases.app.settings import Settings
from cases.projections.case_view import CaseView
from cases.projections.loading import Load, load_cases, load_here

_QUEUED = 2
"""Chunks that wait for each process, so that none of them idles and memory stays flat."""


@contextmanager
def loading(system: System, views: Sequence[CaseView], workers: int) -> Iterator[Load]:
    """How ``rebuild`` loads with this many processes; 1 is this one alone.

    A process that dies ends the rebuild, which then changes nothing.
    """
    if workers == 1:
        yield load_here(system.projector, system.log, views)
        return
    with ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_open,
        initargs=(system.settings, [view.name for view in views]),
    ) as pool:

        def load(chunks: Iterator[tuple[UUID, ...]]) -> Iterator[int]:
            pending: set[Future[int]] = set()
            try:
                for chunk in chunks:
                    pending.add(pool.submit(_load, chunk))
                    if len(pending) >= workers * _QUEUED:
                        done, pending = wait(pending, return_when=FIRST_COMPLETED)
                        yield from (each.result() for each in done)
                yield from (each.result() for each in pending)
            finally:
                for each in pending:
                    each.cancel()

        yield load


class _Here:
    """What a loading process has opened, for as long as it lives."""

    stack = ExitStack()
    system: System
    views: tuple[CaseView, ...]


def _open(settings: Settings, names: list[str]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Here.system = _Here.stack.enter_context(open_system(settings))
    _Here.views = tuple(view for view in _Here.system.views.all() if view.name in names)
    settle()


def _load(case_ids: tuple[UUID, ...]) -> int:
    return load_cases(_Here.system.projector, _Here.system.log, _Here.views, case_ids)


def _end_with_parent() -> None:
    """A rebuild that was killed leaves nobody who goes on copying."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
