"""Drafts of acts: what an authority has begun to write about a case and nobody has decided.

A draft is outside the record: no fact, in no view, history or explanation, and gone once it is
removed. It belongs to the authority that answers for the case, and every officer who may act on the
case there may go on with it. It goes with the act that comes of it, when the case is closed or
becomes another authority's, on request, and some days after its last change. Whoever comes near it
leaves a line in the access trail before anything is answered.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid5

from cases.app.access.caller import Caller
from cases.app.access.policy import Action
from cases.app.access.record import AccessRecord, AccessResult
from cases.app.access.witness import Witness
from cases.app.clock import Clock
from cases.app.outcomes import Forbidden, Hidden, KeyReusedElsewhere, Refused, Seen
from cases.app.reach import Reach
from cases.app.store.drafts import BATCH, DraftStore, StoredDraft
from cases.domain.case.act import refuse
from cases.domain.case.assessment.acts import CompleteAssessment
from cases.domain.case.plan.acts import DrawUpPlan
from cases.domain.case.review.acts import ReviewPlan, SwitchPlan
from cases.domain.case.state import CaseState
from cases.domain.law.edition import Law
from cases.domain.law.register import Rule
from cases.domain.model import State

MOST: Final = 50
"""Drafts an authority may have about one case at a time."""

IDS: Final = UUID("0c0f4f4e-58d0-5c39-9a39-0f1d8d1b7d0a")
"""Namespace of draft ids: one follows from caller, case and key, so that a repeat meets its own."""


class DraftableAct(StrEnum):
    """The acts there are drafts of: those whose body is written in more than one sitting."""

    COMPLETE_ASSESSMENT = CompleteAssessment.NAME
    DRAW_UP_PLAN = DrawUpPlan.NAME
    REVIEW_PLAN = ReviewPlan.NAME
    SWITCH_PLAN = SwitchPlan.NAME


class Draft(State):
    """A draft as it is shown.

    ``target`` is the assessment or plan the act is on, ``body`` as much of the act's body as there
    is. ``begun_by`` and ``changed_by`` are the ids these people sign in with. ``kept_until`` is the
    last legal day on which it is shown, where the case is not another authority's before: of that
    day a draft tells nothing. ``seen`` is its revision.
    """

    case_id: UUID
    draft_id: UUID
    act: DraftableAct
    target: UUID | None
    body: Mapping[str, Any]
    begun_by: str
    begun_at: datetime
    changed_by: str
    changed_at: datetime
    kept_until: date
    seen: Seen


class Written(State):
    """What somebody wrote: of which act, on what, and as much of its body as there is."""

    act: DraftableAct
    target: UUID | None
    body: Mapping[str, Any]


class Kept(State):
    """The draft is kept, now or by an earlier request with the same key (``repeated``)."""

    draft: Draft
    repeated: bool = False


class Removed(State):
    """The draft is gone."""


class Changed(State):
    """Somebody has changed the draft since; it is at revision ``current``."""

    current: int


class TooMany(State):
    """There are as many drafts about the case as there may be."""


class Page(State):
    """The drafts about a case."""

    drafts: tuple[Draft, ...]


class Opened(State):
    """A draft, and the state of the case it is about."""

    draft: Draft
    state: CaseState


Denied = Hidden | Forbidden


class Drafts:
    """Who does what with which draft. Safe to share between threads.

    Every method raises StoreUnavailable when draft or line can't be read or written. *Hidden* is
    told where there is no such case or draft, and to whoever may not know of the case.
    """

    def __init__(  # noqa: PLR0913 - everything it works with
        self,
        *,
        reach: Reach,
        witness: Witness,
        store: DraftStore,
        law: Law,
        clock: Clock,
        days: int,
    ) -> None:
        self._reach = reach
        self._witness = witness
        self.store = store
        self._law = law
        self._clock = clock
        self._days = days

    def begin(
        self, caller: Caller, case_id: UUID, key: str, fingerprint: bytes, written: Written
    ) -> Kept | Refused | TooMany | KeyReusedElsewhere | Denied:
        """Begin a draft. A repeat finds it as it is now; after a removal it begins it anew."""
        action = Action.WRITE_DRAFT
        admitted = self._admit(caller, action, case_id)
        if isinstance(admitted, Hidden | Forbidden):
            return admitted
        caller, state = admitted
        if state.closing is not None:
            self._refuse(caller, action, state)
            return self._closed(state)
        today = self._clock.today()
        draft_id = uuid5(IDS, f"{case_id}\n{caller.name}\n{key}")
        found = self.store.find(case_id, caller.organisation, draft_id, today)
        if found is not None:
            return self._repeat(caller, state, found, fingerprint)
        if len(self.store.of_case(case_id, caller.organisation, today)) >= MOST:
            self._refuse(caller, action, state)
            return TooMany()
        who, now = caller.principal.subject, self._clock.now()
        kept = self.store.keep(
            StoredDraft(
                case_id=case_id,
                draft_id=draft_id,
                organisation=caller.organisation,
                revision=1,
                changed_at=now,
                last_day=today + timedelta(self._days),
                answers_until=state.responsibility.last_day_of_authority(today),
                fingerprint=fingerprint,
                content=_content(written, begun_by=who, begun_at=now, changed_by=who),
            ),
            self._line(caller, action, AccessResult.DONE, state),
        )
        if kept is not None:
            return Kept(draft=_draft(kept))
        # A twin was there first; or one that has expired still has the id, and its key was used.
        found = self.store.find(case_id, caller.organisation, draft_id, today)
        return self._repeat(caller, state, found, fingerprint)

    def of_case(self, caller: Caller, case_id: UUID) -> Page | Denied:
        """The drafts of the caller's authority about a case, the one changed last first."""
        action = Action.READ_DRAFTS
        admitted = self._admit(caller, action, case_id)
        if isinstance(admitted, Hidden | Forbidden):
            return admitted
        caller, state = admitted
        found: tuple[StoredDraft, ...] = ()
        if state.closing is None:
            found = self.store.of_case(case_id, caller.organisation, self._clock.today())
        result = AccessResult.SHOWN if found else AccessResult.NOTHING_FOUND
        self._note(caller, action, result, state, "drafts")
        return Page(drafts=tuple(_draft(each) for each in found))

    def open(
        self, caller: Caller, case_id: UUID, draft_id: UUID, section: str = "draft"
    ) -> Opened | Denied:
        """One draft, for an answer that shows ``section``."""
        reached = self._find(caller, Action.READ_DRAFTS, case_id, draft_id)
        if isinstance(reached, Hidden | Forbidden):
            return reached
        caller, state, found = reached
        self._note(caller, Action.READ_DRAFTS, AccessResult.SHOWN, state, section)
        return Opened(draft=_draft(found), state=state)

    def change(
        self, caller: Caller, case_id: UUID, draft_id: UUID, seen: Seen, written: Written
    ) -> Kept | Changed | Denied:
        """Put something else in the place of what was written, and keep it for longer."""
        action = Action.WRITE_DRAFT
        reached = self._find(caller, action, case_id, draft_id)
        if isinstance(reached, Hidden | Forbidden):
            return reached
        caller, state, found = reached
        if seen == _seen(found):
            content = _content(
                written,
                begun_by=found.content["begunBy"],
                begun_at=datetime.fromisoformat(found.content["begunAt"]),
                changed_by=caller.principal.subject,
            )
            kept = self.store.change(
                StoredDraft(
                    case_id=case_id,
                    draft_id=draft_id,
                    organisation=found.organisation,
                    revision=found.revision + 1,
                    changed_at=self._clock.now(),
                    last_day=self._clock.today() + timedelta(self._days),
                    fingerprint=found.fingerprint,
                    content=content,
                ),
                self._line(caller, action, AccessResult.DONE, state),
            )
            if kept is not None:
                return Kept(draft=_draft(kept))
        return self._changed(caller, action, state, found)

    def remove(
        self, caller: Caller, case_id: UUID, draft_id: UUID, seen: Seen
    ) -> Removed | Changed | Denied:
        """Remove a draft for good."""
        action = Action.DELETE_DRAFT
        reached = self._find(caller, action, case_id, draft_id)
        if isinstance(reached, Hidden | Forbidden):
            return reached
        caller, state, found = reached
        if seen == _seen(found):
            line = self._line(caller, action, AccessResult.DONE, state)
            if self.store.remove(found, line):
                return Removed()
        return self._changed(caller, action, state, found)

    def let_go(self, acting: Callable[[str], Caller]) -> int:
        """Remove the drafts whose days are over, and those of erased cases; how many there were.

        ``acting`` tells the calendar as it acts for an organisation, by its id.
        """
        gone = 0
        while True:
            removed = self.store.remove_past(
                self._clock.today(),
                lambda case_id, organisation: self._witness.line(
                    acting(organisation), Action.DELETE_DRAFT, AccessResult.DONE, case_id=case_id
                ),
            )
            gone += removed
            if removed < BATCH:
                return gone

    def _admit(
        self, caller: Caller, action: Action, case_id: UUID
    ) -> tuple[Caller, CaseState] | Denied:
        """The caller in its role, and the state of the case; or the denial, which is noted."""
        admitted = self._reach.admit(caller, action, case_id)
        if isinstance(admitted, Hidden | Forbidden):
            return admitted
        return admitted.caller, admitted.state

    def _find(
        self, caller: Caller, action: Action, case_id: UUID, draft_id: UUID
    ) -> tuple[Caller, CaseState, StoredDraft] | Denied:
        """The draft, for a caller who may; or why there is none, which is noted."""
        admitted = self._admit(caller, action, case_id)
        if isinstance(admitted, Hidden | Forbidden):
            return admitted
        caller, state = admitted
        today = self._clock.today()
        found = None
        if state.closing is None:
            found = self.store.find(case_id, caller.organisation, draft_id, today)
        if found is None:
            self._note(caller, action, AccessResult.NOTHING_FOUND, state)
            return Hidden()
        return caller, state, found

    def _repeat(
        self, caller: Caller, state: CaseState, found: StoredDraft | None, fingerprint: bytes
    ) -> Kept | KeyReusedElsewhere:
        if found is None or found.fingerprint != fingerprint:
            self._refuse(caller, Action.WRITE_DRAFT, state)
            return KeyReusedElsewhere()
        self._note(caller, Action.WRITE_DRAFT, AccessResult.REPLAYED, state)
        return Kept(draft=_draft(found), repeated=True)

    def _changed(
        self, caller: Caller, action: Action, state: CaseState, found: StoredDraft
    ) -> Changed | Hidden:
        """Word of the revision it is at now, unless it is gone in the meantime."""
        self._refuse(caller, action, state)
        now = self.store.find(
            found.case_id, found.organisation, found.draft_id, self._clock.today()
        )
        return Hidden() if now is None else Changed(current=now.revision)

    def _closed(self, state: CaseState) -> Refused:
        """Nothing more is done in a case that is closed, so nothing is begun."""
        assert state.closing is not None
        edition = self._law.governing(self._clock.today())
        line = edition.line(Rule.CASE_IS_OPEN, {"closedOn": state.closing.closed_on}, False)
        return Refused(refusal=refuse(line, conflict=True))

    def _refuse(self, caller: Caller, action: Action, state: CaseState) -> None:
        self._note(caller, action, AccessResult.REFUSED, state)

    def _note(
        self, caller: Caller, action: Action, result: AccessResult, state: CaseState, *sections: str
    ) -> None:
        self._witness.note(
            caller,
            action,
            result,
            case_id=state.case_id,
            version=state.version,
            sections=sections,
        )

    def _line(
        self, caller: Caller, action: Action, result: AccessResult, state: CaseState
    ) -> AccessRecord:
        return self._witness.line(
            caller,
            action,
            result,
            case_id=state.case_id,
            version=state.version,
            sections=["draft"],
        )


def _content(
    written: Written, *, begun_by: str, begun_at: datetime, changed_by: str
) -> dict[str, Any]:
    """What is sealed of a draft."""
    return {
        "act": written.act.value,
        "target": None if written.target is None else str(written.target),
        "body": written.body,
        "begunBy": begun_by,
        "begunAt": begun_at.isoformat(),
        "changedBy": changed_by,
    }


def _draft(stored: StoredDraft) -> Draft:
    content = stored.content
    return Draft(
        case_id=stored.case_id,
        draft_id=stored.draft_id,
        act=DraftableAct(content["act"]),
        target=None if content["target"] is None else UUID(content["target"]),
        body=content["body"],
        begun_by=content["begunBy"],
        begun_at=datetime.fromisoformat(content["begunAt"]),
        changed_by=content["changedBy"],
        changed_at=stored.changed_at,
        kept_until=stored.last_day,
        seen=_seen(stored),
    )


def _seen(stored: StoredDraft) -> Seen:
    return Seen(version=stored.revision, mark=stored.mark)
