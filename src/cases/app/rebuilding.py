"""Loading the cases of a rebuild in several processes, each with a system of its own."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from cases.app.bootstrap import System, open_system
from cases.app.crew import Crew
from cases.app.settings import Settings
from cases.projections.case_view import CaseView
from cases.projections.loading import Load, load_cases, load_here


@contextmanager
def loading(system: System, views: Sequence[CaseView], workers: int) -> Iterator[Load]:
    """How ``rebuild`` loads with this many processes; 1 is this one alone.

    A process that dies ends the rebuild, which then changes nothing.
    """
    if workers == 1:
        yield load_here(system.projector, system.log, views)
        return
    names = frozenset(view.name for view in views)
    with Crew(partial(_loading, system.settings, names), workers) as crew:
        yield lambda chunks: crew.answers(chunks, threading.Event())


@contextmanager
def _loading(
    settings: Settings, names: frozenset[str]
) -> Iterator[Callable[[tuple[UUID, ...]], int]]:
    """What a process of a rebuild does with the cases it is given."""
    with open_system(settings) as system:
        views = [view for view in system.views.all() if view.name in names]
        yield lambda case_ids: load_cases(system.projector, system.log, views, case_ids)
