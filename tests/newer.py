"""A newer release that writes beside this one: it knows one more version of one fact."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import ClassVar, Final
from uuid import UUID, uuid4

from cases.app.bootstrap import System
from cases.app.store.connections import Pools
from cases.app.store.entries import ActRecord, Append, Appended
from cases.app.store.keys import DataKeys
from cases.app.store.log import CaseLog
from cases.app.store.mapper import CaseMapper, FactTypes
from cases.app.store.sequencer import Sequencer
from cases.domain.case.person.facts import BenefitNoticeRecorded
from cases.domain.case.register import FACTS, UPCASTERS
from cases.domain.codes.values import Benefit
from cases.domain.facts import Upcaster
from cases.projections.engine import Runner
from cases.projections.status import Status, status
from cases.projections.turns import try_held_again
from tests.logbook import access


class BenefitNoticeRecorded2(BenefitNoticeRecorded):
    """Says in addition who is paid."""

    VERSION: ClassVar[int] = 2

    paid_to: str | None = None


OLD: Final = BenefitNoticeRecorded.topic()
NEW: Final = BenefitNoticeRecorded2.topic()
TYPES: Final = FactTypes(
    {**{topic: fact for topic, fact in FACTS.items() if topic != OLD}, NEW: BenefitNoticeRecorded2},
    {**UPCASTERS, OLD: Upcaster(NEW, dict)},
)


@contextmanager
def newer_release(system: System) -> Iterator[CaseLog]:
    """The log of a system as the newer release reads and writes it."""
    keys = DataKeys(system.keystore, os.urandom, time.monotonic)
    with Pools(system.url) as pools:
        yield CaseLog(pools, CaseMapper(TYPES, keys, os.urandom), keys)


def record_newer(log: CaseLog, case_id: UUID) -> int:
    """Record a fact of the newer version in a case; the version the case is at then."""
    last = log.load(case_id)[-1]
    version, key = last.version + 1, str(uuid4())
    notice = BenefitNoticeRecorded2(
        benefit=Benefit.CHILD_HOME_CARE_ALLOWANCE, since=date(2025, 2, 1), paid_to="her"
    )
    fact = replace(
        last,
        version=version,
        event_id=uuid4(),
        act="recordBenefitNotice",
        act_id=key,
        fact=notice,
        rules=(),
        position=None,
    )
    written = log.append(
        Append(
            stream_id=case_id,
            expected_version=last.version,
            facts=(fact,),
            act=ActRecord(
                stream_id=case_id,
                caller="officer",
                key=key,
                fingerprint=b"newer",
                act=fact.act,
                first_version=version,
                last_version=version,
                recorded_at=fact.recorded_at,
            ),
            access=(access(case_id, fact.recorded_at),),
        )
    )
    assert written == Appended(version, version)
    return version


def follow(system: System, log: CaseLog | None = None, times: int = 3) -> tuple[Status, ...]:
    """Let every read model look at the ledger a few times, as a release reads it; how far they are.

    ``log`` is that of another release than the system's own.
    """
    with Sequencer(system.url) as sequencer:
        sequencer.drain()
    for view in system.views.all():
        with system.projector.begin() as connection:
            try_held_again(connection, view)  # as another release would
        runner = Runner(system.projector, log or system.log, view, chance=lambda: 0.5)
        for _ in range(times):
            runner.attempt()
    return status(system.projector, system.log, system.views.all())
