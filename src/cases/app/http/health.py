"""For machines that keep the program running: is it alive, is it fit to answer, its figures."""

from collections.abc import Callable
from math import inf
from threading import Event
from typing import Final

from anyio import CapacityLimiter, to_thread
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from cases.app.bootstrap import System
from cases.app.http.progress import Progress
from cases.app.observability import Metrics
from cases.app.store.migrate import is_migrated

AT_A_TIME: Final = 2
"""Checks, and readings of figures, that may go on at a time."""


_OF_LEDGER: Final = {
    "cases_ledger_head": "The last position of the ledger.",
    "cases_ledger_gap_facts": "Committed facts without a place in the ledger.",
    "cases_ledger_gap_seconds": "For how many seconds the oldest of them has waited.",
}
_OF_PROJECTIONS: Final = {
    "cases_projection_position": "Up to where everything is taken in.",
    "cases_projection_lag_facts": "Facts not yet taken in.",
    "cases_projection_lag_seconds": "For how long something placed has been missing.",
    "cases_projection_unfinished": "Pages handed out and not finished.",
    "cases_projection_held": "1 while it is held.",
    "cases_projection_parked": "Cases that stand aside.",
}
_EPOCH: Final = "cases_ledger_epoch"


def gauges() -> dict[str, GaugeMetricFamily]:
    """The figures of the ledger and the read models by name, without values yet."""
    epoch = GaugeMetricFamily(
        _EPOCH,
        "The epoch of the ledger: one more after every start of a server; its reason says"
        " whether facts that were shown may be missing.",
        labels=["reason"],
    )
    return {
        **{name: GaugeMetricFamily(name, text) for name, text in _OF_LEDGER.items()},
        _EPOCH: epoch,
        **{
            name: GaugeMetricFamily(name, text, labels=["projection"])
            for name, text in _OF_PROJECTIONS.items()
        },
    }


class Health:
    """Answers without naming anybody; details are codes of ours.

    None of it waits for the threads that answer everybody else: a program that is busy is alive.
    """

    def __init__(self, system: System, metrics: Metrics, leaving: Event) -> None:
        self._system = system
        self._leaving = leaving
        self._metrics = metrics
        # Its connections are not those that requests use.
        self._progress = Progress(system, system.projector)
        self._checking, self._reading = CapacityLimiter(AT_A_TIME), CapacityLimiter(AT_A_TIME)
        metrics.registry.register(_Figures(self._progress))

    async def live(self, request: HttpRequest) -> Response:
        """The process answers."""
        return JSONResponse({"status": "pass"})

    async def ready(self, request: HttpRequest) -> Response:
        """Fit to answer: database there and migrated, keys there, read models not far behind.

        Not when it is about to stop: whoever asks is to send requests elsewhere.
        """
        if self._leaving.is_set():
            return JSONResponse({"status": "fail", "failed": ["stopping"]}, 503)
        return await to_thread.run_sync(self._ready, limiter=self._checking)

    async def metrics(self, request: HttpRequest) -> Response:
        """The figures, in the text format of Prometheus."""
        text = await to_thread.run_sync(self._metrics.text, limiter=self._reading)
        return Response(text, media_type="text/plain; version=0.0.4")

    def _ready(self) -> Response:
        checks: dict[str, Callable[[], bool]] = {"database": self._database, "keys": self._keys}
        failed = [name for name, check in checks.items() if not _passes(check)]
        if "database" not in failed:
            # Asked only then: each would wait for a connection for longer than whoever asks does.
            checks = {
                "sequencer": self._progress.places_are_given,
                "projections": self._projections,
            }
            failed += [name for name, check in checks.items() if not _passes(check)]
        content = {"status": "fail", "failed": failed} if failed else {"status": "pass"}
        return JSONResponse(content, 503 if failed else 200)

    def _database(self) -> bool:
        return is_migrated(self._system.url)

    def _keys(self) -> bool:
        return self._system.keystore.health() is None

    def _projections(self) -> bool:
        return all(self._progress.keeps_up(each) for each in self._progress.statuses())


class _Figures(Collector):
    """How far the ledger and the read models are, asked when the figures are."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def collect(self) -> list[GaugeMetricFamily]:
        """Positions, lag and trouble; nothing when the database does not answer."""
        by_name = gauges()
        everything = [*by_name.values()]
        try:
            statuses, newest = self._progress.statuses(), self._progress.epoch()
            facts, seconds = self._progress.gap()
        except Exception:
            return everything
        by_name[_EPOCH].add_metric([newest.reason], newest.number)
        figures = (statuses[0].head if statuses else 0, facts, seconds)
        for name, figure in zip(_OF_LEDGER, figures, strict=True):
            by_name[name].add_metric([], figure)
        for each in statuses:
            behind_for = inf if each.behind_for is None else each.behind_for
            held = int(each.held)
            figures_of_it = (
                each.position,
                each.lag,
                behind_for,
                each.unfinished,
                held,
                each.parked,
            )
            for name, figure in zip(_OF_PROJECTIONS, figures_of_it, strict=True):
                by_name[name].add_metric([each.name], figure)
        return everything

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is collected at registration."""
        return []


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        return False
