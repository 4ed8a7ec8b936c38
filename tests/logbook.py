"""What tests of the log share: a fact type, and acts that record it."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

from cases.app.access.record import AccessRecord, AccessResult
from cases.app.embedded import Cluster
from cases.app.store.connections import Pools
from cases.app.store.entries import ActRecord, Append
from cases.app.store.keyring import FileKeyring
from cases.app.store.keys import DataKeys
from cases.app.store.log import CaseLog
from cases.app.store.mapper import CaseMapper, FactTypes
from cases.domain.facts import Actor, Fact, Recorded

ACTOR = Actor(subject="officer-1", organisation="espoo", role="OFFICER")
# Fixed, so that the processes of one test can read each other's streams.
KEYRING = FileKeyring("test", {"test": b"w" * 32}, b"i" * 32)


class Noted(Fact):
    """A fact that says one thing."""

    TOPIC = "test.noted"

    note: str


TYPES = FactTypes({Noted.topic(): Noted})


@dataclass(frozen=True)
class Opened:
    """A log and what it is made of."""

    pools: Pools
    keys: DataKeys
    mapper: CaseMapper
    log: CaseLog


@contextmanager
def opened(
    url: str,
    *,
    types: FactTypes = TYPES,
    size: int = 8,
    lock_timeout: int = 2_000,
    patience: float = 5.0,
) -> Iterator[Opened]:
    """A log over the database at ``url``."""
    keys = DataKeys(KEYRING, os.urandom, time.monotonic)
    mapper = CaseMapper(types, keys, os.urandom)
    with Pools(
        url, writers=size, readers=size, lock_timeout=lock_timeout, patience=patience
    ) as pools:
        yield Opened(pools, keys, mapper, CaseLog(pools, mapper, keys))


def access(case_id: UUID | None = None, at: datetime | None = None) -> AccessRecord:
    """An access record."""
    return AccessRecord(
        id=uuid4(),
        at=at or datetime.now(UTC),
        subject=ACTOR.subject,
        organisation=ACTOR.organisation,
        role=ACTOR.role,
        purpose="case-work",
        purpose_version="1",
        action="note",
        case_id=case_id,
        sections=("details", "plan"),
        case_version=1,
        result=AccessResult.RECORDED,
        request_id="req-1",
        traits=("PAST_VIEW",),
    )


def act(
    stream_id: UUID,
    expected: int,
    key: str,
    facts: int = 1,
    *,
    note: str = "Anna Andersson",
    at: datetime | None = None,
    fingerprint: bytes = b"same",
    identities: tuple[bytes, ...] = (),
    close: bool = False,
    reopen: bool = False,
) -> Append:
    """An act of ``facts`` facts decided against version ``expected``."""
    now = at or datetime.now(UTC)
    return Append(
        stream_id=stream_id,
        expected_version=expected,
        facts=tuple(
            Recorded(
                stream_id=stream_id,
                version=version,
                event_id=uuid4(),
                recorded_at=now,
                recorded_by=ACTOR,
                effective_on=date(2026, 3, 1),
                act_id=key,
                act="note",
                purpose="case-work",
                edition="2025-01",
                fact=Noted(note=note),
            )
            for version in range(expected + 1, expected + 1 + facts)
        ),
        act=ActRecord(
            stream_id=stream_id,
            caller="officer-1",
            key=key,
            fingerprint=fingerprint,
            act="note",
            first_version=expected + 1,
            last_version=expected + facts,
            recorded_at=now,
        ),
        access=(access(stream_id, now),),
        new_identities=identities,
        close_identities=close,
        reopen_identities=reopen,
    )


@contextmanager
def another(cluster: Cluster) -> Iterator[Cluster]:
    """A second cluster of the same programs."""
    state = Path(tempfile.mkdtemp(prefix="cases-second-", dir="/tmp"))
    state.chmod(0o711)
    second = Cluster(state, durable=False, binaries=cluster.programs)
    second.start()
    try:
        yield second
    finally:
        second.stop()
        shutil.rmtree(state)
