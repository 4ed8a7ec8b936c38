"""For machines that keep the program running: is it alive, is it fit to answer, its figures."""

from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from cases.app.bootstrap import System
from cases.app.observability import Metrics
from cases.app.store.migrate import is_at_head
from cases.projections.engine import Status, status


class Health:
    """Answers without naming anybody; details are codes of ours."""

    def __init__(self, system: System, metrics: Metrics) -> None:
        self._system = system
        self._metrics = metrics
        metrics.registry.register(_Progress(system))

    def live(self, request: HttpRequest) -> Response:
        """The process answers."""
        return JSONResponse({"status": "pass"})

    def ready(self, request: HttpRequest) -> Response:
        """Fit to answer: database there and migrated, keys there, read models not far behind."""
        checks = {"database": self._database, "keys": self._keys}
        failed = [name for name, check in checks.items() if not _passes(check)]
        if "database" not in failed:
            # Asked only then: each would wait for a connection for longer than whoever asks does.
            checks = {"sequencer": self._sequencer, "projections": self._projections}
            failed += [name for name, check in checks.items() if not _passes(check)]
        content = {"status": "fail", "failed": failed} if failed else {"status": "pass"}
        return JSONResponse(content, 503 if failed else 200)

    def metrics(self, request: HttpRequest) -> Response:
        """The figures, in the text format of Prometheus."""
        return Response(self._metrics.text(), media_type="text/plain; version=0.0.4")

    def _database(self) -> bool:
        return is_at_head(self._system.url)

    def _keys(self) -> bool:
        return self._system.keystore.health() is None

    def _sequencer(self) -> bool:
        """No committed fact has waited too long for its place: a frozen ledger has no lag."""
        waiting_since = self._system.log.waiting_since()
        return waiting_since is None or self._is_recent(waiting_since)

    def _projections(self) -> bool:
        """None is held by a bad fact, none has stood still behind the ledger for too long."""
        return all(
            not each.held and (not each.lag or self._moves(each))
            for each in _statuses(self._system)
        )

    def _moves(self, behind: Status) -> bool:
        """It moved a moment ago, or what it has not taken in yet is that new."""
        if behind.moved_at is not None and self._is_recent(behind.moved_at):
            return True
        waiting = self._system.log.page(behind.position, 1).facts
        return bool(waiting) and self._is_recent(waiting[0].recorded_at)

    def _is_recent(self, instant: datetime) -> bool:
        age = self._system.clock.now() - instant
        return age.total_seconds() <= self._system.settings.lag_limit


class _Progress(Collector):
    """How far the read models are, asked when the figures are."""

    def __init__(self, system: System) -> None:
        self._system = system

    def collect(self) -> list[GaugeMetricFamily]:
        """Positions and lag; nothing when the database does not answer."""
        head = GaugeMetricFamily("cases_ledger_head", "The last position of the ledger.")
        lag = GaugeMetricFamily(
            "cases_projection_lag_facts", "Facts not yet taken in.", labels=["projection"]
        )
        held = GaugeMetricFamily(
            "cases_projection_held", "1 while a bad fact holds it.", labels=["projection"]
        )
        try:
            statuses = _statuses(self._system)
        except Exception:
            return [head, lag, held]
        if statuses:
            head.add_metric([], statuses[0].head)
        for each in statuses:
            lag.add_metric([each.name], each.lag)
            held.add_metric([each.name], int(each.held))
        return [head, lag, held]

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is collected at registration."""
        return []


def _statuses(system: System) -> tuple[Status, ...]:
    return status(system.projector, system.log, system.views.all())


def _passes(check: object) -> bool:
    try:
        return bool(check())  # type: ignore[operator]
    except Exception:
        return False
