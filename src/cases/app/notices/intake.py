"""Receiving notices: each is answered on its own, and alike whether the person is known or not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Deny, Relation, may
from cases.app.access.record import AccessRecord, AccessResult
from cases.app.access.witness import Witness
from cases.app.circumstances import Authorities
from cases.app.clock import Clock
from cases.app.notices.model import NoticeItem, content_of
from cases.app.outcomes import Forbidden, KeyReusedElsewhere, Refused
from cases.app.store.notices import NoticeStore, StoredAnswer, StoredNotice
from cases.domain.codes.values import NoticeResult
from cases.domain.law.edition import Edition, Law
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, Violation
from cases.domain.law.section_84 import (
    section_84_benefit,
    section_84_receiver,
    section_84_sender,
)
from cases.domain.model import State
from cases.domain.people import birth_date, is_test_code
from cases.domain.time import legal_day

CALLS: Final = UUID("a3f3f0f2-2f4a-5c0a-8a5d-7d0f4b8e61c9")
"""Namespace of what is remembered of calls: a repeat finds what it was answered."""


class ItemFault(State):
    """What is wrong with an item, and where in the body (a JSON pointer without its beginning)."""

    pointer: str
    code: str
    limit: str | None = None


class Sent(State):
    """What was sent: by which section, to whom, and of whom; or what is wrong with an item."""

    section: str
    to: str
    items: tuple[NoticeItem | tuple[ItemFault, ...], ...]


class ItemAnswer(State):
    """What became of one item: its id where it was received, why not where it was refused."""

    result: NoticeResult
    notice_id: UUID | None = None
    faults: tuple[ItemFault, ...] = ()
    violations: tuple[Violation, ...] = ()


class Received(State):
    """The items are answered, now or by an earlier call with the same key (``repeated``)."""

    received_at: datetime
    items: tuple[ItemAnswer, ...]
    repeated: bool = False


class NoticeIntake:
    """Receives notices. Safe to share between threads.

    ``file_soon`` is told the ids of those that may be recorded in a case, once they are received;
    ``days`` is how long a notice is kept.
    """

    def __init__(  # noqa: PLR0913 - everything it works with
        self,
        *,
        store: NoticeStore,
        witness: Witness,
        law: Law,
        clock: Clock,
        new_id: Callable[[], UUID],
        blind_index: Callable[[str], bytes],
        authorities: Authorities,
        file_soon: Callable[[Sequence[UUID]], None],
        accept_test_codes: bool,
        days: int,
    ) -> None:
        self._store = store
        self._witness = witness
        self._law = law
        self._clock = clock
        self._new_id = new_id
        self._blind_index = blind_index
        self._authorities = authorities
        self._file_soon = file_soon
        self._accept_test_codes = accept_test_codes
        self._days = days

    def send(
        self, caller: Caller, key: str, fingerprint: bytes, sent: Sent
    ) -> Received | Refused | KeyReusedElsewhere | Forbidden:
        """Receive notices: every item is answered on its own. A repeat is answered as before.

        Raises StoreUnavailable when nothing is known to have been received.
        """
        action = Action.SEND_NOTICE
        judged = may(caller.principal, action, Relation.NONE)
        if isinstance(judged, Deny):
            self._witness.note(caller, action, AccessResult.FORBIDDEN)
            return Forbidden()
        caller = caller.in_role(judged.role)
        answer_id = uuid5(CALLS, f"{caller.name}\n{key}")
        earlier = self._store.answered(answer_id, caller.organisation)
        if earlier is not None:
            return self._again(caller, earlier, fingerprint)
        instant = self._clock.now()
        today = legal_day(instant)
        edition = self._law.governing(today)
        refusal = self._refusal(caller, edition, sent, today)
        if refusal is not None:
            self._witness.note(caller, action, AccessResult.REFUSED)
            return Refused(refusal=refusal)
        answers, notices = [], []
        # Made in one instant they sort by chance; the order of the call is the order of filing.
        ids = sorted(self._new_id() for _ in sent.items)
        for place, (item, notice_id) in enumerate(zip(sent.items, ids, strict=True)):
            answer = self._answer(edition, sent.section, place, item, today)
            if answer.result is NoticeResult.RECEIVED:
                answer = answer.having(notice_id=notice_id)
            answers.append(answer)
            if answer.notice_id is not None:
                assert isinstance(item, NoticeItem), "what was received has its form"
                notices.append(
                    StoredNotice(
                        notice_id=answer.notice_id,
                        organisation=sent.to,
                        received_at=instant,
                        last_day=today + timedelta(self._days),
                        content=content_of(caller.organisation, sent.section, item),
                        blind=self._blind(item),
                    )
                )
        stored = StoredAnswer(
            answer_id=answer_id,
            organisation=caller.organisation,
            fingerprint=fingerprint,
            answer={"at": instant.isoformat(), "items": [_kept(each) for each in answers]},
            last_day=today + timedelta(self._days),
        )
        if not self._store.receive(stored, notices, [*self._lines(caller, notices)]):
            # A twin was there first.
            earlier = self._store.answered(answer_id, caller.organisation)
            assert earlier is not None, "the key was used"
            return self._again(caller, earlier, fingerprint)
        self._file_soon([notice.notice_id for notice in notices if notice.blind is not None])
        return Received(received_at=instant, items=tuple(answers))

    def _refusal(self, caller: Caller, edition: Edition, sent: Sent, today: date) -> Refusal | None:
        """Why the whole call is refused: what the Act does not have this authority tell so."""
        kind = caller.principal.organisation.kind
        sender = section_84_sender(edition, sent.section, kind)
        receiver = section_84_receiver(edition, self._authorities.kind_of(sent.to, today))
        broken = tuple(
            Violation(line=line, pointer=pointer)
            for line, pointer in ((sender, "/section"), (receiver, "/to"))
            if not line.result
        )
        return Refusal(violations=broken) if broken else None

    def _answer(
        self,
        edition: Edition,
        section: str,
        place: int,
        item: NoticeItem | tuple[ItemFault, ...],
        today: date,
    ) -> ItemAnswer:
        """What becomes of an item; whether the person is known is not asked."""
        if isinstance(item, tuple):
            return ItemAnswer(result=NoticeResult.REFUSED, faults=item)
        at = f"/items/{place}"
        code, faults, violations = item.identity_code, [], []
        if code is not None and is_test_code(code) and not self._accept_test_codes:
            faults.append(ItemFault(pointer=f"{at}/identityCode", code="not-an-identity-code"))
        if item.until is not None and item.until < (item.since or today):
            faults.append(ItemFault(pointer=f"{at}/until", code="does-not-fit-together"))
        days = item.since is not None or item.until is not None
        benefit = section_84_benefit(edition, section, item.benefit, tells_days=days)
        if not benefit.result:
            violations.append(Violation(line=benefit, pointer=f"{at}/benefit"))
        born = birth_date(code) if code is not None else item.date_of_birth
        if born is not None and born > today:
            line = edition.line(Rule.BORN_BY_THEN, {"on": today}, False)
            where = "dateOfBirth" if code is None else "identityCode"
            violations.append(Violation(line=line, latest=today, pointer=f"{at}/{where}"))
        if faults or violations:
            return ItemAnswer(
                result=NoticeResult.REFUSED, faults=tuple(faults), violations=tuple(violations)
            )
        return ItemAnswer(result=NoticeResult.RECEIVED)

    def _blind(self, item: NoticeItem) -> bytes | None:
        """The index of a person whose open case, where there is one, is told of the benefit."""
        if item.identity_code is None or item.benefit is None:
            return None
        return self._blind_index(item.identity_code)

    def _lines(self, caller: Caller, notices: Sequence[StoredNotice]) -> Iterator[AccessRecord]:
        """One line for each notice that was received; one with nobody where none was."""
        action = Action.SEND_NOTICE
        if not notices:
            yield self._witness.line(caller, action, AccessResult.REFUSED)
        for notice in notices:
            yield self._witness.line(
                caller, action, AccessResult.DONE, case_id=notice.notice_id, sections=["notice"]
            )

    def _again(
        self, caller: Caller, earlier: StoredAnswer, fingerprint: bytes
    ) -> Received | KeyReusedElsewhere:
        """The first answer, where the same was sent under the key; nothing else is written."""
        if earlier.fingerprint != fingerprint:
            self._witness.note(caller, Action.SEND_NOTICE, AccessResult.REFUSED)
            return KeyReusedElsewhere()
        self._witness.note(caller, Action.SEND_NOTICE, AccessResult.REPLAYED)
        items = tuple(_item_answer(each) for each in earlier.answer["items"])
        at = datetime.fromisoformat(earlier.answer["at"])
        return Received(received_at=at, items=items, repeated=True)


def _kept(answer: ItemAnswer) -> dict[str, Any]:
    """What is remembered of an answer: codes, places and our own ids, and nobody."""
    return {
        "result": answer.result.value,
        "noticeId": None if answer.notice_id is None else str(answer.notice_id),
        "faults": [[each.pointer, each.code, each.limit] for each in answer.faults],
        "violations": [each.model_dump(mode="json") for each in answer.violations],
    }


def _item_answer(kept: Mapping[str, Any]) -> ItemAnswer:
    notice_id = kept["noticeId"]
    return ItemAnswer(
        result=NoticeResult(kept["result"]),
        notice_id=None if notice_id is None else UUID(notice_id),
        faults=tuple(
            ItemFault(pointer=pointer, code=code, limit=limit)
            for pointer, code, limit in kept["faults"]
        ),
        violations=tuple(Violation.model_validate(each) for each in kept["violations"]),
    )
