"""Where notices from outside are kept: each under a key of its own, apart from the log.

A notice goes with its key when its row is deleted; then nothing opens it, backups aside.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.types.numeric import Int8
from pydantic_core import from_json, to_json

from cases.app.access.record import AccessRecord
from cases.app.store.apart import opened, read, run, sealed, write_trail, writing
from cases.app.store.connections import Params, Pools, borrowed, statement
from cases.app.store.keys import DataKeys, Entropy, StreamKey, WrappedKey

BATCH: Final = 500
"""Notices that are removed, or looked at, in one go."""

_KIND: Final = "notice"


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notice as it is kept. ``content`` is what is sealed, ``last_day`` the last one it is shown.

    ``blind`` is the index of the identity code, of one that may be recorded in an open case.
    """

    notice_id: UUID
    organisation: str
    received_at: datetime
    last_day: date
    content: Mapping[str, Any]
    blind: bytes | None = None


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered under an idempotency key; ``answer`` is JSON, and names nobody.

    ``fingerprint`` is the digest of what was asked, ``last_day`` the last one it is known.
    """

    answer_id: UUID
    organisation: str
    fingerprint: bytes
    answer: Any
    last_day: date


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many notices wait for an authority, and when the oldest came (UTC; None: no notice)."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class WithCases:
    """A notice, the authority it was sent to, and the cases of the person, whoever's they are."""

    notice_id: UUID
    received_at: datetime
    organisation: str
    case_ids: Sequence[UUID]


Place = tuple[datetime, UUID]
"""A place in the order of notices: when one was received, and its id."""


class NoticeStore:
    """Keeping, reading and removing. Safe to share between threads.

    Whatever writes also writes its lines of the access trail, all or nothing. Every method raises
    StoreUnavailable when the database can't be reached, KeyUnavailable when the key store can't.
    """

    def __init__(self, pools: Pools, keys: DataKeys, entropy: Entropy) -> None:
        self._pools = pools
        self._keys = keys
        self._entropy = entropy

    def answered(self, answer_id: UUID, organisation: str) -> StoredAnswer | None:
        """What an organisation was answered under a key, if it was."""
        params = {"id": answer_id, "organisation": organisation}
        rows = read(self._pools, organisation, "notice_answer_select", params)
        if not rows:
            return None
        fingerprint, answer, last_day = rows[0]
        return StoredAnswer(answer_id, organisation, fingerprint, from_json(answer), last_day)

    def receive(
        self,
        answer: StoredAnswer,
        notices: Sequence[StoredNotice],
        lines: Sequence[AccessRecord],
    ) -> bool:
        """Keep the notices of a call and its answer; False where the key was used already."""
        rows = [self._row(notice) for notice in notices]
        try:
            with writing(self._pools) as connection:
                run(connection, "notice_answer_insert", _answer_row(answer))
                if rows:
                    connection.cursor(binary=True).executemany(statement("notice_insert"), rows)
                write_trail(connection, lines)
        except psycopg.errors.UniqueViolation:
            return False
        return True

    def page(
        self, organisation: str, today: date, after: Place | None, limit: int
    ) -> tuple[StoredNotice, ...]:
        """An organisation's notices that are shown on ``today``, the oldest first."""
        return self._select(organisation, today, None, after, limit)

    def find(self, organisation: str, notice_id: UUID, today: date) -> StoredNotice | None:
        """One of them."""
        found = self._select(organisation, today, notice_id, None, 1)
        return found[0] if found else None

    def waiting(self, organisation: str, today: date) -> Waiting:
        """How many of them there are, and since when."""
        params = {"organisation": organisation, "today": today}
        ((count, oldest),) = read(self._pools, organisation, "notice_count", params)
        return Waiting(count, oldest and oldest.replace(tzinfo=UTC))

    def is_there(self, notice_id: UUID, today: date) -> bool:
        """Whether there is such a notice, whoever it was sent to."""
        with borrowed(self._pools.writer) as connection:
            found = run(connection, "notice_there", {"id": notice_id, "today": today})
            return found.fetchone() is not None

    def was_sent(self, notice_id: UUID) -> bool:
        """Whether there is such a notice, or there was one, whoever it was sent to."""
        with borrowed(self._pools.writer) as connection:
            return run(connection, "notice_sent", {"id": notice_id}).fetchone() is not None

    def remove(
        self,
        notice_id: UUID,
        organisation: str,
        line: AccessRecord,
        answer: StoredAnswer | None = None,
    ) -> bool:
        """Remove a notice for good, and keep what was answered; False where it is not there."""
        try:
            with writing(self._pools) as connection:
                params = {"id": notice_id, "organisation": organisation}
                if not run(connection, "notice_delete", params).rowcount:
                    return False
                if answer is not None:
                    run(connection, "notice_answer_insert", _answer_row(answer))
                write_trail(connection, [line])
        except psycopg.errors.UniqueViolation:
            return False
        self._keys.forget(notice_id)
        return True

    def remove_past(self, today: date, line: Callable[[UUID, str], AccessRecord]) -> int:
        """Remove at most ``BATCH`` notices whose last day is over, and every such answer.

        ``line`` makes the line of the trail for one of a notice and an organisation.
        """
        with writing(self._pools) as connection:
            params: Params = {"today": today, "limit": Int8(BATCH)}
            rows = run(connection, "notice_expire", params).fetchall()
            run(connection, "notice_answer_expire", {"today": today})
            write_trail(
                connection, [line(notice_id, organisation) for notice_id, organisation in rows]
            )
        return len(rows)

    def with_cases(
        self, today: date, ids: Sequence[UUID] | None = None, after: Place | None = None
    ) -> tuple[WithCases, ...]:
        """Some of the notices whose person has or had a case, the oldest first.

        All of them, or those named and whatever else waits of the same people.
        """
        params: Params = {
            "today": today,
            "ids": None if ids is None else [*ids],
            "after": after and after[0],
            "after_id": after and after[1],
            "limit": Int8(BATCH),
        }
        with borrowed(self._pools.writer) as connection:
            rows = run(connection, "notice_with_case", params).fetchall()
        return tuple(WithCases(*row) for row in rows)

    def _select(
        self,
        organisation: str,
        today: date,
        notice_id: UUID | None,
        after: Place | None,
        limit: int,
    ) -> tuple[StoredNotice, ...]:
        params: Params = {
            "organisation": organisation,
            "today": today,
            "id": notice_id,
            "after": after and after[0],
            "after_id": after and after[1],
            "limit": Int8(limit),
        }
        rows = read(self._pools, organisation, "notice_select", params)
        return tuple(self._stored(organisation, *row) for row in rows)

    def _stored(  # noqa: PLR0913, PLR0917 - one parameter per column of the query
        self,
        organisation: str,
        notice_id: UUID,
        received_at: datetime,
        last_day: date,
        text: bytes,
        key_id: UUID,
        wrapped: bytes,
        wrapping_key: str,
    ) -> StoredNotice:
        key = self._keys.admit(notice_id, WrappedKey(key_id, wrapped, wrapping_key))
        content = opened(text, key, _bound_to(key, organisation), _KIND)
        return StoredNotice(
            notice_id=notice_id,
            organisation=organisation,
            received_at=received_at.replace(tzinfo=UTC),
            last_day=last_day,
            content=content,
        )

    def _row(self, notice: StoredNotice) -> Params:
        stored, key = self._keys.make(notice.notice_id)
        bound = _bound_to(key, notice.organisation)
        return {
            "id": notice.notice_id,
            "organisation": notice.organisation,
            "received_at": notice.received_at,
            "last_day": notice.last_day,
            "sealed": sealed(notice.content, key, self._entropy, bound),
            "key_id": stored.key_id,
            "wrapped": stored.wrapped,
            "wrapping_key": stored.wrapping_key,
            "blind": notice.blind,
        }


def _answer_row(answer: StoredAnswer) -> Params:
    return {
        "id": answer.answer_id,
        "organisation": answer.organisation,
        "fingerprint": answer.fingerprint,
        "answer": to_json(answer.answer).decode(),
        "last_day": answer.last_day,
    }


def _bound_to(key: StreamKey, organisation: str) -> bytes:
    """What a notice is bound to: no draft and no fact is bound to this, whatever its id."""
    return key.bound + _KIND.encode() + organisation.encode()
