"""Acts ready to be appended, one fact each, with everything that goes into the log beside it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from os import urandom
from pathlib import Path
from time import monotonic
from uuid import UUID, uuid4

from benchmarks.ground import CLIENTS
from benchmarks.history import ESPOO, OFFICER, PURPOSE, case_history, retold
from cases.app.access.policy import Action
from cases.app.access.record import AccessRecord, AccessResult
from cases.app.store.connections import Pools
from cases.app.store.entries import ActRecord, Append, Appended
from cases.app.store.keyring import FileKeyring
from cases.app.store.keys import DataKeys
from cases.app.store.log import CaseLog
from cases.app.store.mapper import CaseMapper, FactTypes
from cases.domain.case.register import FACTS, UPCASTERS
from cases.domain.facts import Recorded

the_history = cache(case_history)
"""The history every case retells."""


@dataclass(frozen=True)
class OurLog:
    """The log as the composition root makes it, with its parts at hand."""

    pools: Pools
    keys: DataKeys
    mapper: CaseMapper
    log: CaseLog


@contextmanager
def our_log(url: str, keyring: Path | str, threads: int = CLIENTS) -> Iterator[OurLog]:
    """The log over a migrated database, with connections for so many threads."""
    keys = DataKeys(FileKeyring.open(Path(keyring)), urandom, monotonic)
    mapper = CaseMapper(FactTypes(FACTS, UPCASTERS), keys, urandom)
    with Pools(url, writers=threads, readers=threads) as pools:
        yield OurLog(pools, keys, mapper, CaseLog(pools, mapper, keys))


def act(facts: Sequence[Recorded], identities: tuple[bytes, ...] = ()) -> Append:
    """One act that leaves these facts behind, as the application would append it."""
    first, last = facts[0], facts[-1]
    return Append(
        stream_id=first.stream_id,
        expected_version=first.version - 1,
        facts=tuple(facts),
        act=ActRecord(
            stream_id=first.stream_id,
            caller=f"{ESPOO.id}/{OFFICER.subject}",
            key=first.act_id,
            fingerprint=sha256(first.event_id.bytes).digest(),
            act=first.act,
            first_version=first.version,
            last_version=last.version,
            recorded_at=last.recorded_at,
        ),
        access=(_access(last),),
        new_identities=identities,
    )


def opening(case_id: UUID) -> Append:
    """The act that opens a case: its first fact, a key of its own and a person nobody else has."""
    return act(retold(the_history()[:1], case_id), (sha256(case_id.bytes).digest(),))


def together(facts: Sequence[Recorded]) -> tuple[Recorded, ...]:
    """The same facts as one act leaves them: with one header, that of the last."""
    one = facts[-1]
    header = {"act": one.act, "act_id": one.act_id, "edition": one.edition}
    return tuple(fact.having(recorded_at=one.recorded_at, **header) for fact in facts)


def whole_case(history: Sequence[Recorded], case_id: UUID) -> Append:
    """A history as one act of a new case: for filling, not for measuring."""
    return act(together(retold(tuple(history), case_id)), (sha256(case_id.bytes).digest(),))


def open_cases(log: CaseLog, number: int) -> list[UUID]:
    """That many new cases in the log, each with its first fact."""
    cases = [uuid4() for _ in range(number)]
    for case_id in cases:
        assert isinstance(log.append(opening(case_id)), Appended)
    return cases


def later_acts(case_id: UUID, to: int | None = None, size: int = 1) -> list[Append]:
    """What follows the opening of a case up to version ``to``, in acts of ``size`` facts each."""
    facts = retold(the_history()[1:to], case_id)
    starts = range(0, len(facts) - size + 1, size)
    return [act(together(facts[start : start + size])) for start in starts]


def _access(fact: Recorded) -> AccessRecord:
    return AccessRecord(
        id=uuid4(),
        at=fact.recorded_at,
        subject=OFFICER.subject,
        organisation=OFFICER.organisation,
        role=OFFICER.role,
        purpose=PURPOSE,
        purpose_version="1",
        action=Action.RECORD_ACT.value,
        case_id=fact.stream_id,
        case_version=fact.version,
        result=AccessResult.RECORDED,
        request_id=str(fact.event_id),
    )
