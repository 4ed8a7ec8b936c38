"""Importing a file into an installation, with several processes."""

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from uuid import UUID

from cases.app.access.policy import OFFICES
from cases.app.access.principal import Role
from cases.app.bootstrap import open_bulk, open_system
from cases.app.crew import Crew, Stop
from cases.app.importing.deciding import Deciding
from cases.app.importing.reading import CaseLines, Lines, Survey, cases
from cases.app.importing.recording import Recording, Tally
from cases.app.memory import peak_memory
from cases.app.organisations import Register
from cases.app.settings import Settings
from cases.domain.case.act import Organisation

BATCH: Final = 400
"""Lines after which a batch is full: one transaction, some hundred milliseconds."""
REMEMBERED: Final = 20_000
"""Identity codes after which whatever is under way is waited for, so that they can be forgotten."""

Batch = tuple[int, list[CaseLines]]


class NoSuchAuthority(LookupError):
    """An organisation that is not in the register, or that answers for no cases."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose records are imported, by which account; one id stands in the trail for all of it."""

    organisation: str
    account: str
    request_id: UUID
    dry_run: bool


@dataclass(slots=True)
class Imported:
    """What came of an import. ``peaks`` are the most memory each process ever had, in MB."""

    tally: Tally = field(default_factory=Tally)
    peaks: list[float] = field(default_factory=list)


def authority(organisations: Register, organisation: str) -> Organisation:
    """The authority of this id, whose cases can be imported. Raises NoSuchAuthority."""
    found = organisations.find(organisation)
    if found is None or found.kind not in OFFICES[Role.IMPORTER]:
        raise NoSuchAuthority("--organisation names no authority that answers for cases")
    return found


def import_cases(  # noqa: PLR0913 - what an import is asked for
    settings: Settings,
    lines: Lines,
    found: Survey,
    wish: Wish,
    *,
    workers: int,
    stop: Stop,
    tell: Callable[[Tally], object],
) -> Imported:
    """Import the cases of a file, or those handed out before ``stop`` is set.

    ``tell`` is told of each batch, in the order of the file. Each case is recorded whole or not at
    all, whatever is raised, and however it ends.
    """
    imported = Imported()
    waiting: list[tuple[int, Tally]] = []
    told = 0
    with Crew(partial(_recording, settings, wish), workers) as crew:
        for tally in crew.answers(batches(cases(lines, found)), stop):
            heapq.heappush(waiting, (tally.number, tally))
            while waiting and waiting[0][0] == told:
                _, next_one = heapq.heappop(waiting)
                imported.tally.add(next_one)
                tell(next_one)
                told += 1
        imported.peaks = [peak_memory(), *crew.dismiss()]
    return imported


def batches(found: Iterator[CaseLines]) -> Iterator[Batch | None]:
    """The cases in batches; None where all before must be recorded before what follows.

    That is before another case of a person who had one in this file: an earlier case has a say in
    a later one, and must be there to be asked.
    """
    number, batch, size = 0, list[CaseLines](), 0
    people: set[str] = set()
    for case in found:
        again = not people.isdisjoint(case.codes)
        if batch and (again or size + case.count > BATCH):
            yield number, batch
            number, batch, size = number + 1, [], 0
        if again or len(people) > REMEMBERED:
            yield None
            people.clear()
        people |= case.codes
        batch.append(case)
        size += case.count
    if batch:
        yield number, batch


@contextmanager
def _recording(settings: Settings, wish: Wish) -> Iterator[Callable[[Batch], Tally]]:
    """What a process of an import does with a batch."""
    with (
        open_system(settings.model_copy(update={"threads": 1})) as system,
        open_bulk(settings) as bulk,
    ):
        organisation = authority(system.organisations, wish.organisation)
        deciding = Deciding(system, organisation, wish.account, str(wish.request_id))
        recording = Recording(deciding, bulk, system.trail, dry_run=wish.dry_run)
        yield lambda batch: recording.record(*batch)
