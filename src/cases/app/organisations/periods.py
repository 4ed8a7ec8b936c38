"""What lines say of organisations, each from its first day to its last, as changes of the register.

A line says what an organisation is from its day on, until the next day on which something else
begins. Where it has a last day, it holds until then, whatever end was told before. Where it has
none, an end that was told before stays, unless the line corrects the very version that ended: the
one that began on the same day.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from cases.app.organisations.entries import Change, OrganisationEntry, Organisations, Version

Days = dict[date, OrganisationEntry | None]
"""What an organisation is from each of these days on; None is no more."""


@dataclass(frozen=True, slots=True)
class Told:
    """A line with its place: which organisation it is about, from and until which legal day."""

    number: int
    id: str
    begins: date
    last: date | None
    entry: OrganisationEntry


@dataclass(frozen=True, slots=True)
class Periods:
    """The changes that lines make, and the lines that contradict (number, reason)."""

    changes: list[Change] = field(default_factory=list)
    wrong: list[tuple[int, str]] = field(default_factory=list)


def changes_told(lines: Sequence[Told], before: Organisations) -> Periods:
    """What lines change in the register as it stands ``before``."""
    found = Periods()
    by_organisation: dict[str, list[Told]] = defaultdict(list)
    for line in lines:
        by_organisation[line.id].append(line)
    for organisation, told in by_organisation.items():
        own = sorted(told, key=lambda line: line.begins)
        if overlapping := [*_overlapping(own)]:
            found.wrong.extend(overlapping)
            continue
        work = _One(own, _days(before.versions(organisation)), before.told(organisation))
        found.changes.extend(work.changes())
        found.wrong.extend(work.wrong)
    return found


def _overlapping(own: Sequence[Told]) -> Iterator[tuple[int, str]]:
    for line, following in pairwise(own):
        if following.begins == line.begins:
            yield following.number, f"{line.id} stands on line {line.number} with the same day"
        elif line.last is not None and following.begins <= line.last:
            yield (
                line.number,
                f"valid until: line {following.number} says what {line.id} is"
                f" from {following.begins} on",
            )


class _One:
    """The lines of one organisation, in the order of their days, none of them over another."""

    def __init__(
        self, own: Sequence[Told], known: Days, told: Mapping[date, OrganisationEntry | None]
    ) -> None:
        self._own = own
        self._known = known
        self._before = told
        self._days = dict(known)
        self._told = {line.begins for line in own}
        self.wrong: list[tuple[int, str]] = []

    def changes(self) -> list[Change]:
        """What is told, and what becomes of the ends that were told before."""
        following = [line.begins for line in self._own[1:]]
        for line, begins in zip(self._own, [*following, None], strict=True):
            self._hold(line, begins)
        return list(self._differing())

    def _differing(self) -> Iterator[Change]:
        """The days on which something else has to be said; days that only said again among them."""
        holds: OrganisationEntry | None = None
        for day in sorted({*self._days, *self._before}):
            holds = self._days.get(day, holds)
            said_so = day in self._before and self._before[day] == holds
            if day in self._told or not said_so:
                yield Change(self._own[0].id, day, holds)

    def _hold(self, line: Told, following: date | None) -> None:
        corrects = self._known.get(line.begins) is not None
        later = sorted(day for day in self._days if day > line.begins)
        self._days[line.begins] = line.entry
        if line.last is None and not corrects:
            return
        for day in later:
            if following is not None and day >= following:
                break
            if line.last is not None and day > line.last:
                break
            entry = self._days[day]
            if entry is None:
                self._days[day] = line.entry
            elif line.last is None:
                break
            elif entry != line.entry:
                self._wrong(line, f"{line.id} is something else from {day} on")
        if line.last is not None:
            self._end(line, line.last + timedelta(days=1))

    def _end(self, line: Told, day: date) -> None:
        """An end gives way to what begins on the day after it."""
        begins = self._days.get(day)
        if begins is None:
            self._days[day] = None
        elif day not in self._told and begins == line.entry:
            self._wrong(line, f"{line.id} is the same from {day} on")

    def _wrong(self, line: Told, reason: str) -> None:
        self.wrong.append((line.number, f"valid until: {reason}"))


def _days(versions: Sequence[Version]) -> Days:
    """The days on which something begins, or is no more."""
    found: Days = {}
    for version in versions:  # in order: what begins on the day after an end takes its place
        found[version.valid_from] = version.entry
        if version.valid_until is not None:
            found[version.valid_until + timedelta(days=1)] = None
    return found
