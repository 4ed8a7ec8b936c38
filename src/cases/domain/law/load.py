"""Reading the editions from their data files.

The files ship with the package; a broken one stops the program at start, by name and reason.
"""

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from pydantic import ValidationError

from cases.domain.law.edition import (
    DurationRules,
    Edition,
    Law,
    TimelineEntry,
    check_timeline,
)

DEFAULT_TIMELINE: Final[tuple[tuple[str, date], ...]] = (("681/2023", date(2025, 1, 1)),)


class BrokenEdition(ValueError):
    """A data file that cannot be read as an edition; the message names file and reason."""


def load_law(timeline: Sequence[tuple[str, date]] = DEFAULT_TIMELINE) -> Law:
    """The shipped editions under a timeline of (edition id, legal day it applies from).

    Raises ``BrokenEdition`` for a wrong data file, ``BrokenTimeline`` for a wrong timeline.
    """
    editions, repealed = _shipped()
    entries = tuple(TimelineEntry(edition=name, applies_from=day) for name, day in timeline)
    check_timeline(editions, entries)
    return Law(editions=editions, repealed=repealed, timeline=entries)


def read_editions(
    sources: Iterable[Traversable],
) -> tuple[tuple[Edition, ...], tuple[DurationRules, ...]]:
    """Whole editions and the duration rules of repealed Acts from TOML files, each by its id.

    A file says which it is by ``scope = "EDITION"`` or ``"DURATIONS"``. Raises ``BrokenEdition``
    for a file that is not TOML, lacks or has unknown members, repeats an id, or sends old plans to
    rules that are not there.
    """
    editions: list[Edition] = []
    repealed: list[DurationRules] = []
    for source in sorted(sources, key=lambda each: each.name):
        try:
            members = tomllib.loads(source.read_text("utf-8"))
            match members.pop("scope", None):
                case "EDITION":
                    editions.append(Edition.model_validate(members))
                case "DURATIONS":
                    repealed.append(DurationRules.model_validate(members))
                case other:
                    raise BrokenEdition(f"{source.name}: scope is {other!r}")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
            raise BrokenEdition(f"{source.name}: {error}") from error
    ids = [rules.id for rules in (*editions, *repealed)]
    if len(ids) != len(set(ids)):
        raise BrokenEdition(f"an id stands twice among {sorted(ids)}")
    for edition in editions:
        if edition.old_plans.durations_of not in ids:
            raise BrokenEdition(
                f"{edition.id} sends old plans to {edition.old_plans.durations_of}: not there"
            )
    by_id: dict[str, DurationRules] = {rules.id: rules for rules in (*editions, *repealed)}
    whole = [
        edition.model_copy(
            update={
                "old_plans": edition.old_plans.model_copy(
                    update={"rules": by_id[edition.old_plans.durations_of]}
                )
            }
        )
        for edition in sorted(editions, key=lambda each: each.id)
    ]
    return tuple(whole), tuple(repealed)


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[Edition, ...], tuple[DurationRules, ...]]:
    folder = files("cases.domain.law").joinpath("editions")
    return read_editions(each for each in folder.iterdir() if each.name.endswith(".toml"))
