"""An authority's inbox: what was sent to it, shown and handled."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Deny, Permit, Relation, may
from cases.app.access.record import AccessRecord, AccessResult
from cases.app.access.trails import trail_may_be_read
from cases.app.access.witness import Witness
from cases.app.clock import Clock
from cases.app.notices.model import Notice, notice_of
from cases.app.outcomes import Forbidden, Hidden, KeyReusedElsewhere
from cases.app.store.notices import BATCH, NoticeStore, Place, StoredAnswer, StoredNotice, Waiting
from cases.domain.codes.values import NoticeOutcome
from cases.domain.model import State
from cases.domain.time import legal_day

HANDLINGS: Final = UUID("5d2d2f4c-6f0e-5d39-9b61-0a8b7f1c3e72")
"""Namespace of what is remembered of handling: a repeat finds what it was answered."""


class NoticesShown(State):
    """Some of an authority's notices, the oldest first; ``next`` is the place of the last one."""

    notices: tuple[Notice, ...]
    next: Place | None


class Handled(State):
    """The notice is gone, now or by an earlier request with the same key (``repeated``)."""

    notice_id: UUID
    outcome: NoticeOutcome
    handled_at: datetime
    repeated: bool = False


class Inbox:
    """Who sees and handles which notice. Safe to share between threads.

    Every method raises StoreUnavailable when notices or lines can't be read or written.
    ``days`` is how long it is remembered how a notice was handled.
    """

    def __init__(self, store: NoticeStore, witness: Witness, clock: Clock, days: int) -> None:
        self.store = store
        self._witness = witness
        self._clock = clock
        self._days = days

    def of_authority(
        self, caller: Caller, after: Place | None, limit: int
    ) -> NoticesShown | Forbidden:
        """Notices sent to the caller's authority, the oldest first; a line for each of them."""
        action = Action.READ_NOTICES
        judged = may(caller.principal, action, Relation.NONE)
        if isinstance(judged, Deny):
            self._note(caller, action, AccessResult.FORBIDDEN)
            return Forbidden()
        caller = caller.in_role(judged.role)
        today = self._clock.today()
        found = self.store.page(caller.organisation, today, after, limit + 1)
        shown = found[:limit]
        people = [(each.notice_id, None) for each in shown]
        self._witness.note_people(caller, action, "notices", people)
        more = len(found) > limit
        last = (shown[-1].received_at, shown[-1].notice_id) if more else None
        return NoticesShown(notices=tuple(map(notice_of, shown)), next=last)

    def open(self, caller: Caller, notice_id: UUID) -> Notice | Hidden:
        """One notice of the caller's authority. *Hidden* to everybody else."""
        action = Action.READ_NOTICES
        found = self._find(caller, action, notice_id)
        if isinstance(found, Hidden):
            return found
        caller, stored = found
        self._note(caller, action, AccessResult.SHOWN, notice_id)
        return notice_of(stored)

    def show_trail(self, caller: Caller, notice_id: UUID) -> Permit | Hidden | Forbidden:
        """Whether the trail of a notice may be read, also of one that is gone; noted by then."""
        found = self.store.find(caller.organisation, notice_id, self._clock.today())
        relation = Relation.OTHER if found is None else Relation.RESPONSIBLE
        there = self.store.was_sent(notice_id)
        return trail_may_be_read(
            self._witness,
            caller,
            Action.READ_NOTICE_TRAIL,
            notice_id,
            relation if there else None,
        )

    def waiting(self, organisation: str) -> Waiting:
        """How many notices an authority has to handle, and since when the oldest waits."""
        return self.store.waiting(organisation, self._clock.today())

    def is_there(self, notice_id: UUID) -> bool:
        """Whether there is such a notice, whoever it was sent to."""
        return self.store.is_there(notice_id, self._clock.today())

    def handle(
        self,
        caller: Caller,
        notice_id: UUID,
        key: str,
        fingerprint: bytes,
        outcome: NoticeOutcome,
    ) -> Handled | Hidden | KeyReusedElsewhere:
        """Remove a notice that has been seen to; a repeat is answered as before."""
        action = Action.HANDLE_NOTICE
        answer_id = uuid5(HANDLINGS, f"{caller.name}\n{notice_id}\n{key}")
        repeated = self._handled_before(caller, notice_id, answer_id, fingerprint)
        if repeated is not None:
            return repeated
        found = self._find(caller, action, notice_id)
        if isinstance(found, Hidden):
            # A twin may have been at it in the meantime.
            return self._handled_before(caller, notice_id, answer_id, fingerprint) or found
        caller, stored = found
        instant = self._clock.now()
        answer = StoredAnswer(
            answer_id=answer_id,
            organisation=caller.organisation,
            fingerprint=fingerprint,
            answer={"at": instant.isoformat(), "outcome": outcome.value},
            last_day=legal_day(instant) + timedelta(self._days),
        )
        line = self._line(caller, action, AccessResult.DONE, notice_id, outcome.value)
        if self.store.remove(notice_id, stored.organisation, line, answer):
            return Handled(notice_id=notice_id, outcome=outcome, handled_at=instant)
        repeated = self._handled_before(caller, notice_id, answer_id, fingerprint)
        if repeated is None:
            self._note(caller, action, AccessResult.NOTHING_FOUND)
        return repeated or Hidden()

    def let_go(self, acting: Callable[[str], Caller]) -> int:
        """Remove the notices whose days are over; how many there were.

        ``acting`` tells the calendar as it acts for an organisation, by its id.
        """
        gone = 0
        while True:
            removed = self.store.remove_past(
                self._clock.today(),
                lambda notice_id, organisation: self._line(
                    acting(organisation), Action.HANDLE_NOTICE, AccessResult.DONE, notice_id
                ),
            )
            gone += removed
            if removed < BATCH:
                return gone

    def _handled_before(
        self, caller: Caller, notice_id: UUID, answer_id: UUID, fingerprint: bytes
    ) -> Handled | KeyReusedElsewhere | None:
        action = Action.HANDLE_NOTICE
        judged = may(caller.principal, action, Relation.RESPONSIBLE)
        if isinstance(judged, Deny):
            return None
        earlier = self.store.answered(answer_id, caller.organisation)
        if earlier is None:
            return None
        caller = caller.in_role(judged.role)
        if earlier.fingerprint != fingerprint:
            self._note(caller, action, AccessResult.REFUSED, notice_id)
            return KeyReusedElsewhere()
        self._note(caller, action, AccessResult.REPLAYED, notice_id)
        return Handled(
            notice_id=notice_id,
            outcome=NoticeOutcome(earlier.answer["outcome"]),
            handled_at=datetime.fromisoformat(earlier.answer["at"]),
            repeated=True,
        )

    def _find(
        self, caller: Caller, action: Action, notice_id: UUID
    ) -> tuple[Caller, StoredNotice] | Hidden:
        """The notice, for an authority it was sent to; or why there is none, which is noted."""
        today = self._clock.today()
        found = self.store.find(caller.organisation, notice_id, today)
        relation = Relation.OTHER if found is None else Relation.RESPONSIBLE
        judged = may(caller.principal, action, relation)
        if found is not None and isinstance(judged, Permit):
            return caller.in_role(judged.role), found
        if found is not None or self.store.is_there(notice_id, today):
            self._note(caller, action, AccessResult.FORBIDDEN, notice_id)
        elif isinstance(may(caller.principal, action, Relation.RESPONSIBLE), Deny):
            self._note(caller, action, AccessResult.FORBIDDEN)
        else:
            self._note(caller, action, AccessResult.NOTHING_FOUND)
        return Hidden()

    def _note(
        self,
        caller: Caller,
        action: Action,
        result: AccessResult,
        notice_id: UUID | None = None,
    ) -> None:
        sections = ["notice"] if result is AccessResult.SHOWN else []
        self._witness.note(caller, action, result, case_id=notice_id, sections=sections)

    def _line(
        self,
        caller: Caller,
        action: Action,
        result: AccessResult,
        notice_id: UUID,
        *traits: str,
    ) -> AccessRecord:
        return self._witness.line(
            caller, action, result, case_id=notice_id, sections=["notice"], traits=traits
        )
