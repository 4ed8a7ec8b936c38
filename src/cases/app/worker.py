"""What runs beside the API: the sequencer, the followers of the ledger, and the calendar.

Any number of workers may run. Each part recovers by itself from a lost database; nothing that is
shown depends on a worker being there, except that lists are then behind and say so.
"""

import random
import threading
from collections.abc import Callable
from functools import partial
from uuid import UUID

import structlog

from cases.app.access.caller import Caller
from cases.app.access.principal import Role, calendar_of
from cases.app.bootstrap import System
from cases.app.calendar.calendar import AlreadyNoted, Calendar, Report, key_of
from cases.app.outcomes import Performed, Refused
from cases.app.requests import Request
from cases.app.store.faults import KeyUnavailable, SequencerRefuses, StoreUnavailable
from cases.app.store.ledger import Epoch
from cases.app.store.sequencer import Sequencer
from cases.app.store.wakeup import Wakeup
from cases.domain.case.act import Organisation
from cases.domain.case.plan.acts import ExpirePlan
from cases.domain.case.state import fold
from cases.domain.codes.values import OrganisationKind
from cases.domain.law.rules import Refusal
from cases.projections.engine import Runner
from cases.projections.erasing import erase_gone
from cases.projections.status import Status, status
from cases.projections.timers.queries import TimerStore

CALENDAR_PURPOSE = "CALENDAR"
CALENDAR_PAUSE = 60.0
"""Seconds between two looks of the calendar; what it records has its legal date either way."""
LISTENING = 1.0
"""Seconds for which word is waited for at a time, and in which the listener notices its end."""

logger = structlog.get_logger("cases.worker")


class CouldNotExpire(RuntimeError):
    """The expiry of a plan could not be recorded now; the next run tries again."""


class News:
    """Word that the ledger has moved, from one listening connection to all who wait for it."""

    def __init__(self) -> None:
        self._told = 0
        self._changed = threading.Condition()

    def tell(self) -> None:
        """Wake everybody who waits, and whoever has not heard yet."""
        with self._changed:
            self._told += 1
            self._changed.notify_all()

    def listener(self) -> Callable[[float], bool]:
        """A wait of its own: whether there is news since the last one, within some seconds."""
        heard = 0

        def wait(timeout: float) -> bool:
            nonlocal heard
            with self._changed:
                came = self._changed.wait_for(lambda: self._told != heard, timeout)
                heard = self._told
                return came

        return wait


class Worker:
    """The background parts of one process."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._runners = tuple(
            Runner(
                system.projector,
                system.sources,
                view,
                chance=random.random,
                transient=(StoreUnavailable, KeyUnavailable),
            )
            for view in system.views.all()
        )
        self._calendar = Calendar(TimerStore(system.projector), self._expire)

    def run(self, stop: threading.Event) -> None:
        """Run every part in a thread of its own until ``stop`` is set.

        Raises SequencerRefuses when the log must not be sequenced as it stands; everything else is
        waited out.
        """
        refused: list[SequencerRefuses] = []
        news = News()
        parts: list[Callable[[], None]] = [
            lambda: self._sequence(stop, refused),
            lambda: self._listen(stop, news),
            lambda: self._keep_calendar(stop),
            *(partial(runner.run, stop, news.listener()) for runner in self._runners),
        ]
        threads = [threading.Thread(target=part, daemon=True) for part in parts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if refused:
            raise refused[0]

    def settle(self) -> None:
        """Bring the ledger and every read model up to date, here and now. For loading and tests."""
        with Sequencer(self._system.url) as sequencer:
            sequencer.drain()
        # Side by side, so that a case is folded once for all of them.
        while sum(runner.step() for runner in self._runners):
            pass

    def keep_calendar_once(self) -> Report:
        """Record everything that is due today and not recorded yet."""
        return self._calendar.run_once(self._system.clock.today())

    def status(self) -> tuple[Status, ...]:
        """How far each read model is."""
        return status(self._system.projector, self._system.log, self._system.views.all())

    def _sequence(self, stop: threading.Event, refused: list[SequencerRefuses]) -> None:
        with Sequencer(self._system.url, begun=_tell) as sequencer:
            try:
                sequencer.run(stop, trouble=_tell_trouble)
            except SequencerRefuses as error:
                refused.append(error)
                logger.error("sequencer.refuses", reason=str(error))
                stop.set()

    def _listen(self, stop: threading.Event, news: "News") -> None:
        listen = self._system.settings.listen_url
        url = listen.get_secret_value() if listen else self._system.url
        with Wakeup(url, stop.wait) as wakeup:
            while not stop.is_set():
                if wakeup.wait(LISTENING):
                    news.tell()

    def _keep_calendar(self, stop: threading.Event) -> None:
        while not stop.is_set():
            for of_what, look in (
                ("erased", self._erase),
                ("drafts", self._let_drafts_go),
                ("notices", self._see_to_notices),
                ("family_plans", self._tell_members),
                ("cases", self._tell_others),
                ("calendar", self._run_calendar),
            ):
                try:
                    look()
                except Exception as error:  # the next look finds the same work
                    logger.warning(f"{of_what}.failed", error=type(error).__name__)
            stop.wait(CALENDAR_PAUSE)

    def _run_calendar(self) -> None:
        report = self.keep_calendar_once()
        if report.recorded or report.failures:
            logger.info(
                "calendar.ran",
                recorded=report.recorded,
                failed=len(report.failures),
                oldest_due_days=report.oldest_due_days,
            )

    def _erase(self) -> None:
        """Let go what the read models still have of cases that were erased."""
        system = self._system
        for view in system.views.all():
            if had := erase_gone(system.projector, system.log, view):
                logger.info("erased.removed", view=view.name, cases=had)

    def let_drafts_go_once(self) -> int:
        """Remove the drafts whose days are over, and those of erased cases; how many there were."""
        return self._system.drafts.let_go(self._calendar_for())

    def let_notices_go_once(self) -> int:
        """Remove the notices whose days are over; how many there were."""
        return self._system.inbox.let_go(self._calendar_for())

    def file_notices_once(self) -> int:
        """Record what notices tell in the open cases of who they are about; how many that was."""
        return self._system.notice_filing.file_all()

    def _calendar_for(self) -> Callable[[str], Caller]:
        """The calendar as it acts for an organisation, by its id."""
        system = self._system
        purpose = system.purposes.purpose(CALENDAR_PURPOSE, {Role.CALENDAR}, system.clock.today())
        request_id = str(system.new_id())

        def acting(organisation: str) -> Caller:
            known = system.organisations.find(organisation)
            # For one that has left the register since, old things are still removed.
            of = known or Organisation(id=organisation, kind=OrganisationKind.MUNICIPALITY)
            return Caller(calendar_of(of), purpose, request_id)

        return acting

    def _let_drafts_go(self) -> None:
        if gone := self.let_drafts_go_once():
            logger.info("drafts.removed", drafts=gone)

    def _see_to_notices(self) -> None:
        if gone := self.let_notices_go_once():
            logger.info("notices.removed", notices=gone)
        if filed := self.file_notices_once():
            logger.info("notices.filed", notices=filed)

    def _tell_members(self) -> None:
        """Tell cases of family plans what is left to tell them."""
        if told := self._system.family_notes.tell_all():
            logger.info("family_plans.told", plans=told)

    def _tell_others(self) -> None:
        """Tell other cases what was put right in one, where that is left to tell."""
        notes = self._system.cases.notes
        if notes is not None and (told := notes.tell_all()):
            logger.info("cases.told", cases=told)

    def _expire(self, case_id: UUID, act: ExpirePlan) -> Refusal | AlreadyNoted | None:
        """Perform the calendar's act for the authority that answers for the case.

        Nothing is done, and nothing left in the trail, where the fact is there already: the timer
        goes once its read model has seen it.
        """
        system = self._system
        facts = system.log.load(case_id)
        key = key_of(act, facts)
        if key is None:
            return AlreadyNoted()
        state = fold(facts)
        answers = state.responsible_on(system.clock.today())
        responsible = system.organisations.find(answers or "")
        if responsible is None:
            raise CouldNotExpire(case_id)
        principal = calendar_of(responsible)
        purpose = system.purposes.purpose(CALENDAR_PURPOSE, {Role.CALENDAR}, system.clock.today())
        outcome = system.cases.perform(
            Caller(principal, purpose, str(system.new_id())),
            Request(act=act, key=key, fingerprint=key.encode(), case_id=case_id),
        )
        match outcome:
            case Performed(replayed=replayed):
                # Of two nodes that looked at once, one has recorded it.
                return AlreadyNoted() if replayed else None
            case Refused(refusal=refusal):
                return refusal
        raise CouldNotExpire(case_id)


def _tell(epoch: Epoch) -> None:
    """Log that an epoch has begun, as a warning where facts that were shown may be missing."""
    log = logger.info if epoch.goes_on else logger.warning
    log(
        "ledger.epoch",
        number=epoch.number,
        reason=epoch.reason,
        first_position=epoch.first_idx,
        timeline=epoch.timeline,
    )


def _tell_trouble(error: BaseException | None) -> None:
    """Why the sequencer waits, by its class: the message may repeat what somebody sent."""
    logger.warning("sequencer.waits", error=type(error).__name__)
