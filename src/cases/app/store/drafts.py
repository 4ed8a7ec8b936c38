"""Where drafts are kept: sealed under the case's key, apart from the log, and gone when removed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.types.numeric import Int8

from cases.app.access.record import AccessRecord
from cases.app.store.apart import opened, read, run, sealed, write_trail, writing
from cases.app.store.connections import Pools
from cases.app.store.faults import Erased
from cases.app.store.keys import DataKeys, Entropy, StreamKey, WrappedKey

BATCH: Final = 500
"""Drafts that are removed in one transaction."""

_KIND: Final = "draft"


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft as it is kept. ``content`` is what is sealed, ``last_day`` the last one it is shown.

    Where its organisation answers for the case only ``answers_until`` an earlier one, it is shown
    until then. That is told when it is begun, and from then on by the acts on the case.
    ``revision`` counts its changes from 1; ``mark`` tells this revision from another of its number,
    and is empty before it is stored. ``fingerprint`` is the digest of what it was begun with.
    """

    case_id: UUID
    draft_id: UUID
    organisation: str
    revision: int
    changed_at: datetime
    last_day: date
    fingerprint: bytes
    content: Mapping[str, Any]
    mark: str = ""
    answers_until: date | None = None


class DraftStore:
    """Keeping, reading and removing. Safe to share between threads.

    Whatever writes also writes its line of the access trail, both or neither. Every method raises
    StoreUnavailable when the database can't be reached, KeyUnavailable when the key store can't,
    and Erased when the case's key is gone.
    """

    def __init__(self, pools: Pools, keys: DataKeys, entropy: Entropy) -> None:
        self._pools = pools
        self._keys = keys
        self._entropy = entropy

    def of_case(self, case_id: UUID, organisation: str, today: date) -> tuple[StoredDraft, ...]:
        """An organisation's drafts about a case that are shown on ``today``, newest first."""
        return self._select(case_id, organisation, today, None)

    def find(
        self, case_id: UUID, organisation: str, draft_id: UUID, today: date
    ) -> StoredDraft | None:
        """One of them."""
        found = self._select(case_id, organisation, today, draft_id)
        return found[0] if found else None

    def keep(self, draft: StoredDraft, line: AccessRecord) -> StoredDraft | None:
        """Keep a new draft; as it is kept, or None where one of its id is there already."""
        try:
            return self._write("draft_insert", draft, line)
        except psycopg.errors.UniqueViolation:
            return None

    def change(self, draft: StoredDraft, line: AccessRecord) -> StoredDraft | None:
        """Keep the next revision; None where the draft is not at the one before, or not there."""
        return self._write("draft_update", draft, line)

    def remove(self, draft: StoredDraft, line: AccessRecord) -> bool:
        """Remove a draft for good; False where it is not at this revision, or not there."""
        params = {
            "case_id": draft.case_id,
            "draft_id": draft.draft_id,
            "organisation": draft.organisation,
            "revision": Int8(draft.revision),
        }
        with writing(self._pools) as connection:
            removed = run(connection, "draft_delete", params).rowcount
            if removed:
                write_trail(connection, [line])
        return bool(removed)

    def remove_past(
        self, today: date, line: Callable[[UUID, str], AccessRecord], limit: int = BATCH
    ) -> int:
        """Remove at most ``limit`` drafts whose last day is over, or their organisation's.

        And those of cases that were erased.

        ``line`` makes the line of the trail for one of a case and an organisation.
        """
        with writing(self._pools) as connection:
            params = {"today": today, "limit": Int8(limit)}
            rows = run(connection, "draft_expire", params).fetchall()
            write_trail(connection, [line(case_id, organisation) for case_id, organisation in rows])
        return len(rows)

    def _select(
        self, case_id: UUID, organisation: str, today: date, draft_id: UUID | None
    ) -> tuple[StoredDraft, ...]:
        params = {
            "case_id": case_id,
            "organisation": organisation,
            "today": today,
            "draft_id": draft_id,
        }
        rows = read(self._pools, organisation, "draft_select", params)
        return tuple(self._stored(case_id, organisation, *row) for row in rows)

    def _stored(  # noqa: PLR0913, PLR0917 - one parameter per column of the query
        self,
        case_id: UUID,
        organisation: str,
        draft_id: UUID,
        revision: int,
        text: bytes,
        fingerprint: bytes,
        changed_at: datetime,
        last_day: date,
        key_id: UUID | None,
        wrapped: bytes | None,
        wrapping_key: str | None,
    ) -> StoredDraft:
        if key_id is None or wrapped is None or wrapping_key is None:
            self._keys.forget(case_id)
            raise Erased(case_id, 0, _KIND)
        key = self._keys.admit(case_id, WrappedKey(key_id, wrapped, wrapping_key))
        content = opened(text, key, _bound_to(key, draft_id, revision, organisation), _KIND)
        return StoredDraft(
            case_id=case_id,
            draft_id=draft_id,
            organisation=organisation,
            revision=revision,
            changed_at=changed_at.replace(tzinfo=UTC),
            last_day=last_day,
            fingerprint=fingerprint,
            content=content,
            mark=_mark(text),
        )

    def _write(self, name: str, draft: StoredDraft, line: AccessRecord) -> StoredDraft | None:
        """Write a draft and its line, in one transaction; None where the row was not written."""
        key = self._key(draft.case_id)
        bound = _bound_to(key, draft.draft_id, draft.revision, draft.organisation)
        text = sealed(draft.content, key, self._entropy, bound)
        params = {
            "case_id": draft.case_id,
            "draft_id": draft.draft_id,
            "organisation": draft.organisation,
            "revision": Int8(draft.revision),
            "sealed": text,
            "fingerprint": draft.fingerprint,
            "changed_at": draft.changed_at,
            "last_day": draft.last_day,
            "answers_until": draft.answers_until,
            "key_id": key.key_id,
        }
        with writing(self._pools) as connection:
            if not run(connection, name, params).rowcount:
                return None
            write_trail(connection, [line])
        return replace(draft, mark=_mark(text))

    def _key(self, case_id: UUID) -> StreamKey:
        """The case's living key."""
        rows = self._pools.read(_LIVING, {"case_id": case_id})
        if not rows:
            self._keys.forget(case_id)
            raise Erased(case_id, 0, _KIND)
        return self._keys.admit(case_id, WrappedKey(*rows[0]))


def _bound_to(key: StreamKey, draft_id: UUID, revision: int, organisation: str) -> bytes:
    """What a draft is bound to. A fact is bound to its version, which is never 0, at this place.

    So neither opens as the other, and no draft opens as another, or as another's.
    """
    place = (0).to_bytes(8) + _KIND.encode() + draft_id.bytes + revision.to_bytes(8)
    return key.bound + place + organisation.encode()


def _mark(text: bytes) -> str:
    """Eight signs of the seal, which is different whenever something is sealed."""
    return text[-4:].hex()


_LIVING: Final = (
    b"select key_id, wrapped, wrapping_key from log.case_key"
    b" where stream_id = %(case_id)b and wrapped is not null"
)
