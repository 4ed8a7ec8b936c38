"""What follows from a notice of a benefit: the person's open case is told of it.

It is told by an ordinary act of the product, under a key that follows from the notice; then the
notice goes. Who dies in between leaves the notice behind, and the next look finds that the case
knows. It is done once the sender has been answered, so that how long an answer takes says nothing
of anybody, and whatever is left, or finds its case later, is done by the next look of a worker.

Of several notices of a benefit from one day the case goes by the one it was told last. So whoever
files one files what was received of that person before it first, and what was left behind is not
told to a case that was told of the same since.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from cases.app.access.caller import Caller
from cases.app.access.policy import Action
from cases.app.access.principal import Role, inbox_of
from cases.app.access.purposes import Purposes
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.cases import Cases
from cases.app.clock import Clock
from cases.app.notices.model import Notice, notice_of
from cases.app.outcomes import Performed, Seen, Stale
from cases.app.requests import Request
from cases.app.store.entries import CaseStreams
from cases.app.store.faults import StoreFault, Unreadable
from cases.app.store.notices import BATCH, NoticeStore, WithCases
from cases.domain.case.act import Decision, Organisation
from cases.domain.case.person.acts import RecordBenefitNotice
from cases.domain.case.person.facts import BenefitNoticeRecorded
from cases.domain.case.records.mending import mended
from cases.domain.case.state import CaseState, fold
from cases.domain.codes.values import SourceKind
from cases.domain.facts import Recorded, Source

PURPOSE: Final = "FILING_NOTICES"
FILED: Final = "FILED"
"""What the trail says of a notice that went because the case knows what it tells."""
_ATTEMPTS: Final = 3
Left = dict[UUID, int]
"""The cases that were not told of a notice in a pass, each with the version it was looked at."""


class NoticeFiling:
    """Tells the cases. Safe to share between threads, and to run any number of times at once."""

    def __init__(  # noqa: PLR0913 - everything it works with, given by the composition root
        self,
        *,
        store: NoticeStore,
        case_log: CaseStreams,
        cases: Cases,
        witness: Witness,
        find: Callable[[str], Organisation | None],
        purposes: Purposes,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._store = store
        self._log = case_log
        self._cases = cases
        self._witness = witness
        self._find = find
        self._purposes = purposes
        self._clock = clock
        self._new_id = new_id

    def file(self, notices: Sequence[UUID]) -> None:
        """File what can be filed of these now, and of what waits of the same people.

        What can't be is left to ``file_all``.
        """
        try:
            self._file_some(notices)
        except StoreFault:
            return

    def file_all(self) -> int:
        """File whatever can be filed; how many notices that was. Raises StoreUnavailable."""
        return self._file_some(None)

    def _file_some(self, notices: Sequence[UUID] | None) -> int:
        filed, after, left = 0, None, Left()
        while True:
            found = self._store.with_cases(self._clock.today(), notices, after)
            filed += sum(self._file(each, left) for each in found)
            if len(found) < BATCH:
                return filed
            after = (found[-1].received_at, found[-1].notice_id)

    def _file(self, found: WithCases, left: Left) -> bool:
        """Whether a case knows what the notice tells, and the notice is gone."""
        today = self._clock.today()
        receiver = self._find(found.organisation)
        if receiver is None:
            return False
        try:
            stored = self._store.find(found.organisation, found.notice_id, today)
            if stored is None:
                return False
            purpose = self._purposes.purpose(PURPOSE, {Role.INBOX}, today)
            caller = Caller(inbox_of(receiver), purpose, str(self._new_id()))
            notice = notice_of(stored)
        except Unreadable:
            return False
        if not any(self._tell_if_read(caller, each, notice, left) for each in found.case_ids):
            return False
        line = self._witness.line(
            caller,
            Action.HANDLE_NOTICE,
            AccessResult.DONE,
            case_id=found.notice_id,
            sections=["notice"],
            traits=[FILED],
        )
        return self._store.remove(found.notice_id, found.organisation, line)

    def _tell_if_read(self, caller: Caller, case_id: UUID, notice: Notice, left: Left) -> bool:
        """Whether the case knows by now; one that can't be read is in no other's way."""
        try:
            return self._tell(caller, case_id, notice, left)
        except Unreadable:
            return False

    def _tell(self, caller: Caller, case_id: UUID, notice: Notice, left: Left) -> bool:
        """Whether the case knows by now: told before, by this notice or another, or told here.

        Where the case has changed since an older notice was left, nothing is done about a newer
        one: what was left may be told now, and the next look begins with that. What would be
        refused, or is overtaken, waits for an officer.
        """
        key = str(uuid5(notice.notice_id, "recorded"))
        facts: Sequence[Recorded] = ()
        for _ in range(_ATTEMPTS):
            facts = self._log.load(case_id)
            if any(fact.act_id == key for fact in facts):
                return True
            state = fold(facts)
            if left.get(case_id, len(facts)) != len(facts) or not self._is_receivers(caller, state):
                break
            if _knows(state, notice):
                return True
            day = _told_on(state, notice)
            act = _act(notice, day)
            # What would be refused is not asked for, so that no look leaves the same line again.
            if _is_overtaken(facts, notice, day) or not isinstance(
                self._cases.foresee(caller, state, act), Decision
            ):
                break
            request = Request(
                act=act,
                key=key,
                fingerprint=key.encode(),
                case_id=case_id,
                # What the case knows was looked up at this version.
                seen=Seen.of(facts),
            )
            outcome = self._cases.perform(caller, request)
            if isinstance(outcome, Performed):
                if case_id in left:
                    left[case_id] = outcome.version
                return True
            if not isinstance(outcome, Stale):
                break
        left.setdefault(case_id, len(facts))
        return False

    def _is_receivers(self, caller: Caller, state: CaseState) -> bool:
        """Whether it is the open case of the authority the notice was sent to."""
        answers = state.responsible_on(self._clock.today())
        return state.closing is None and answers == caller.organisation


def _act(notice: Notice, day: date) -> RecordBenefitNotice:
    assert notice.benefit is not None, "only what tells of a benefit is filed"
    return RecordBenefitNotice(
        benefit=notice.benefit,
        since=notice.begins_on,
        until=notice.until,
        effective_on=day,
        source=Source(kind=SourceKind.AUTHORITY, name=notice.sender),
    )


def _told_on(state: CaseState, notice: Notice) -> date:
    """The legal day on which the case is told: of the receipt, or the next on which it is open.

    Of a day on which it was closed nothing is recorded, but of the one it was closed on.
    """
    day = notice.received_on
    while (closing := state.closing_on(day)) is not None and closing.closed_on < day:
        if closing.reopened_on is None:
            break
        day = closing.reopened_on
    return day


def _is_overtaken(facts: Sequence[Recorded], notice: Notice, day: date) -> bool:
    """Whether the case was told since, of the same benefit from the same day.

    That is by somebody who recorded it after the receipt, or by a notice of a later legal day than
    ``day``. What was annulled counts, too, and what a record says as corrected: whether the older
    notice holds then is for an officer to say.
    """
    return any(
        isinstance(told := each.fact, BenefitNoticeRecorded)
        and (told.benefit, told.since) == (notice.benefit, notice.begins_on)
        and (
            each.effective_on > day
            if each.recorded_by.role == Role.INBOX
            else each.recorded_at > notice.received_at
        )
        for each in (*facts, *mended(facts))
    )


def _knows(state: CaseState, notice: Notice) -> bool:
    """Whether the case was told last of this benefit, from this day, that it lasts as long.

    Where no day is told, it is enough that the benefit is received on the day of the receipt.
    """
    benefits = state.person.benefits
    if notice.since is None and notice.until is None:
        return notice.benefit in state.person.benefits_on(notice.received_on)
    told = [
        each.until
        for each in benefits
        if (each.benefit, each.since) == (notice.benefit, notice.begins_on)
    ]
    return bool(told) and told[-1] == notice.until
