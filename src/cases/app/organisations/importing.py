"""Importing organisations: what a file changes in the register, worked out before anything is."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from cases.app.organisations.entries import Change, Organisations, Version
from cases.app.organisations.files import BadLine, BadLines, Line
from cases.domain.codes.values import OrganisationKind

AREAS: Final = {
    "welfare_area": OrganisationKind.WELFARE_AREA,
    "employment_area": OrganisationKind.EMPLOYMENT_AUTHORITY,
}
"""Members of an entry that name another organisation, and of which kind that is."""


class Fate(StrEnum):
    """What an import does to an organisation."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import does: to whom what, and the changes to record, in order."""

    fates: dict[str, Fate]
    changes: tuple[Change, ...]
    register: Organisations
    """As it stands afterwards."""

    def counts(self) -> dict[Fate, int]:
        """How many organisations each fate meets."""
        met = Counter(self.fates.values())
        return {fate: met[fate] for fate in Fate}


def plan_import(
    source: str,
    lines: Sequence[Line],
    before: Organisations,
    *,
    valid_from: date | None = None,
    complete: Collection[OrganisationKind] = (),
) -> Plan:
    """What the lines of a file change in the register as it stands ``before``.

    ``valid_from`` is the day of lines that tell none. Of the kinds in ``complete`` the file has
    all there are on that day: those it lacks end the day before. Raises BadLines, with all of them.
    """
    work = _Import(lines, before, valid_from)
    changes = work.changes()
    if complete:
        assert valid_from is not None, "asked for together"
        changes += [
            Change(version.id, valid_from, None)
            for version in before.with_changes(changes).on(valid_from)
            if version.entry.kind in complete and version.id not in work.numbers
        ]
    # Of one day the last counts, so that an end gives way to what begins on the day after it.
    effective = tuple({(each.id, each.valid_from): each for each in changes}.values())
    after = before.with_changes(effective)
    work.check(after, effective)
    if work.bad:
        raise BadLines(source, work.bad)
    fates = {
        each: _fate(before.versions(each), after.versions(each))
        for each in dict.fromkeys((*work.numbers, *(change.id for change in effective)))
    }
    return Plan(
        fates=fates,
        changes=tuple(each for each in effective if fates[each.id] is not Fate.UNCHANGED),
        register=after,
    )


class _Import:
    """Lines on their way to changes. What is wrong is gathered in ``bad``."""

    def __init__(
        self, lines: Sequence[Line], before: Organisations, valid_from: date | None
    ) -> None:
        self._before = before
        self._valid_from = valid_from
        self.bad: list[BadLine] = []
        self.numbers: dict[str, int] = {}
        """The line on which an organisation stands first."""
        self._by_code = self._codes(lines)
        self._placed = list(self._place(lines))

    def changes(self) -> list[Change]:
        """What the lines say, with ids for codes; ends first."""
        ends, begins = [], []
        for line, organisation, day in self._placed:
            areas = {name: self._area(line, name, kind) for name, kind in AREAS.items()}
            begins.append(Change(organisation, day, line.written.entry(**areas)))
            last = line.written.valid_until
            if last is not None:
                ends.append(Change(organisation, last + timedelta(days=1), None))
        return ends + begins

    def check(self, after: Organisations, changes: Sequence[Change]) -> None:
        """Hold the lines against the register as it would be."""
        for line, organisation, day in self._placed:
            self._check_kind(line, after.versions(organisation))
            for name, kind in AREAS.items():
                area = getattr(after.entry(organisation, day), name, None)
                if area is not None and after.kind_of(area, day) is not kind:
                    self._wrong(line.number, f"{_words(name)}: {area} is none on {day}")
        for code, ids in self._shared_codes(after):
            numbers = [self.numbers[each] for each in ids if each in self.numbers]
            self._wrong(max(numbers), f"code: {code} is the code of {', '.join(ids)} at once")
        for change in changes:
            if change.entry is None and (left := _belonging(after, change)):
                shown = ", ".join(left[:5]) + (" …" if len(left) > 5 else "")
                self._wrong(
                    self.numbers.get(change.id, 0),
                    f"{change.id} would be no more from {change.valid_from}, "
                    f"and {shown} would still belong to it",
                )

    def _codes(self, lines: Sequence[Line]) -> dict[tuple[OrganisationKind, str], list[str]]:
        """Who has or had a code, those of the register first."""
        found: dict[tuple[OrganisationKind, str], list[str]] = defaultdict(list)
        known = (v for each in self._before.ids() for v in self._before.versions(each))
        for version in known:
            if version.entry.code is not None:
                found[version.entry.kind, version.entry.code].append(version.id)
        for line in lines:
            if line.written.code is not None and line.written.id is not None:
                found[line.written.kind, line.written.code].append(line.written.id)
        return found

    def _place(self, lines: Sequence[Line]) -> Iterator[tuple[Line, str, date]]:
        """Each line with the id of its organisation and the day from which it holds."""
        met: dict[tuple[str, date], int] = {}
        for line in lines:
            day = line.written.valid_from or self._valid_from
            if day is None:
                self._wrong(line.number, "valid from: neither in the line nor given")
                continue
            last = line.written.valid_until
            if last is not None and last < day:
                self._wrong(line.number, "valid until: before the day it is valid from")
                continue
            organisation = self._id(line, day)
            if organisation is None:
                self._wrong(line.number, "id: neither an id nor a code")
                continue
            other = met.setdefault((organisation, day), line.number)
            if other != line.number:
                self._wrong(line.number, f"{organisation} stands on line {other} with the same day")
                continue
            self.numbers.setdefault(organisation, line.number)
            yield line, organisation, day

    def _id(self, line: Line, day: date) -> str | None:
        """The id written, or that of the organisation with this code, or one made of the code."""
        written = line.written
        if written.id is not None or written.code is None:
            return written.id
        found = self._of_code(written.kind, written.code, day)
        if found is None:
            found = f"{written.kind.value.lower().replace('_', '-')}-{written.code}"
            self._by_code[written.kind, written.code].append(found)
        return found

    def _of_code(self, kind: OrganisationKind, code: str, day: date) -> str | None:
        """Who has the code on the day; where nobody has, who had or will have it."""
        having = self._by_code.get((kind, code), [])
        now = [
            each
            for each in having
            if (entry := self._before.entry(each, day)) and entry.code == code
        ]
        found = now or having
        return found[-1] if found else None

    def _area(self, line: Line, name: str, kind: OrganisationKind) -> str | None:
        """The id of an area that was written as its id or its code."""
        written: str | None = getattr(line.written, name)
        if written is None or written in self.numbers or self._before.versions(written):
            return written
        day = line.written.valid_from or self._valid_from
        assert day is not None, "the line has its place"
        # Where there is none of this code either, the check of the whole says so.
        return self._of_code(kind, written, day) or written

    def _check_kind(self, line: Line, versions: Sequence[Version]) -> None:
        kinds = {version.entry.kind for version in versions}
        if len(kinds) > 1:
            named = " and ".join(sorted(kinds))
            self._wrong(line.number, f"kind: it would be {named}, and those are two organisations")

    def _shared_codes(self, after: Organisations) -> Iterator[tuple[str, list[str]]]:
        """Codes that several organisations of a kind would have on a day a line speaks of."""
        told = set()
        for day in sorted({day for _, _, day in self._placed}):
            having = defaultdict(list)
            for version in after.on(day):
                if version.entry.code is not None:
                    having[version.entry.kind, version.entry.code].append(version.id)
            for (kind, code), ids in having.items():
                ours = any(each in self.numbers for each in ids)
                if len(ids) > 1 and ours and (kind, code) not in told:
                    told.add((kind, code))
                    yield code, ids

    def _wrong(self, number: int, reason: str) -> None:
        self.bad.append(BadLine(number, reason))


def _belonging(after: Organisations, end: Change) -> list[str]:
    """Who would belong to an area from the day on which it is no more."""
    if after.version(end.id, end.valid_from) is not None:
        return []
    return [
        version.id
        for version in after.on(end.valid_from)
        if any(getattr(version.entry, name) == end.id for name in AREAS)
    ]


def _fate(before: Sequence[Version], after: Sequence[Version]) -> Fate:
    if tuple(before) == tuple(after):
        return Fate.UNCHANGED
    if not before:
        return Fate.ADDED
    kept = [(version.valid_from, version.entry) for version in before][: len(after)]
    shorter = [(version.valid_from, version.entry) for version in after] == kept
    return Fate.ENDED if shorter and (not after or after[-1].valid_until) else Fate.CHANGED


def _words(name: str) -> str:
    return name.replace("_", " ")
