"""The processes of a load: they tell patterns and write the cases, each on its own connection."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from cases.app.bootstrap import open_bulk
from cases.app.crew import Crew, Stop
from cases.app.histories.plan import Batch
from cases.app.histories.retelling import Retelling
from cases.app.memory import peak_memory
from cases.app.settings import Settings
from cases.app.store.bulk import BulkLog, NotNew


class SomebodyElse(Exception):
    """A person of a batch had a case when it was written: another load is at work beside this."""


@dataclass(slots=True)
class Loaded:
    """What was written. ``peaks`` are the most memory each process ever had, in MB."""

    cases: int = 0
    facts: int = 0
    peaks: list[float] = field(default_factory=list)


def load(  # noqa: PLR0913 - each a part of its own
    settings: Settings,
    seed: int,
    batches: Iterable[Batch],
    *,
    workers: int,
    stop: Stop,
    tell: Callable[[int], object] = lambda facts: None,
) -> Loaded:
    """Write all batches with so many processes, or those handed out before ``stop`` is set.

    ``tell`` is told of facts as they are written. Raises SomebodyElse, what the writing of a batch
    raised, and what ``batches`` raises; then, too, no case is left half written.
    """
    loaded = Loaded()
    with Crew(partial(_writing, settings, seed), workers) as crew:
        for cases, facts in crew.answers(batches, stop):
            loaded.cases += cases
            loaded.facts += facts
            tell(facts)
        loaded.peaks = [peak_memory(), *crew.dismiss()]
    return loaded


@contextmanager
def _writing(settings: Settings, seed: int) -> Iterator[Callable[[Batch], tuple[int, int]]]:
    """What a process of a load does with a batch."""
    with open_bulk(settings) as bulk:
        yield lambda batch: write(bulk, batch, seed)


def write(bulk: BulkLog, batch: Batch, seed: int) -> tuple[int, int]:
    """Tell the patterns of a batch and write the cases; how many, and how many facts.

    Raises SomebodyElse, and what the writing raises.
    """
    cases = [
        retelling.of(person)
        for portion in batch.portions
        for retelling in [Retelling(portion.pattern, seed)]
        for person in portion.people
    ]
    written = bulk.write(cases)
    if isinstance(written, NotNew):
        raise SomebodyElse("another load is at work, and its people are the same; try again")
    return written.cases, written.facts
