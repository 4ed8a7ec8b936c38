"""Importing organisations: what a file changes in the register, worked out before anything is."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from cases.app.organisations.entries import BEGINNING, Change, Organisations, Version
from cases.app.organisations.files import BadLine, BadLines, Line, read_lines
from cases.app.organisations.fitting import AREAS, astray, shared_codes
from cases.app.organisations.periods import Told, changes_told
from cases.domain.codes.values import OrganisationKind


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
            Change(version.id, day, None)
            for version in before.with_changes(changes).on(valid_from)
            if version.entry.kind in complete and version.id not in work.numbers
            for day in (valid_from, *_said_after(before, version.id, valid_from))
        ]
    after = before.with_changes(changes)
    work.check(after, {change.id for change in changes})
    if work.bad:
        raise BadLines(source, work.bad)
    fates = {
        each: _fate(before.versions(each), after.versions(each))
        for each in dict.fromkeys((*work.numbers, *(change.id for change in changes)))
    }
    return Plan(
        fates=fates,
        changes=tuple(each for each in changes if fates[each.id] is not Fate.UNCHANGED),
        register=after,
    )


def register_of(source: str, lines: Sequence[Line]) -> Organisations:
    """The register that the lines of a file make by themselves, by the rules of an import.

    A line without a day holds always. Raises BadLines, with all of them.
    """
    return plan_import(source, lines, Organisations(), valid_from=BEGINNING).register


def read_register(path: Path) -> Organisations:
    """The register a file says there is. Raises BadRegister."""
    return register_of(str(path), read_lines(path)[1])


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
        """What the lines say, with ids for codes."""
        told = []
        for line, organisation, day in self._placed:
            areas = {name: self._area(line, name, kind) for name, kind in AREAS.items()}
            entry = line.written.entry(**areas)
            told.append(Told(line.number, organisation, day, line.written.valid_until, entry))
        periods = changes_told(told, self._before)
        for number, reason in periods.wrong:
            self._wrong(number, reason)
        return periods.changes

    def check(self, after: Organisations, changed: Collection[str]) -> None:
        """Hold the register as it would be, with who is ``changed``, against how it was."""
        for line, organisation, _ in self._placed:
            self._check_kind(line, after.versions(organisation))
        was_shared = {*shared_codes(self._before)}
        for shared in shared_codes(after):
            if shared not in was_shared:
                number = max(self.numbers.get(each, 0) for each in shared.ids)
                having = ", ".join(shared.ids)
                self._wrong(number, f"code: {shared.code} is the code of {having} at once")
        was_astray = {*astray(self._before)}
        left: dict[tuple[str, date], list[str]] = defaultdict(list)
        for each in astray(after):
            if each in was_astray:
                continue
            if each.area in changed and not (each.from_the_start and each.id in self.numbers):
                left[each.area, each.on].append(each.id)
            else:
                said = f"{_words(each.member)}: {each.area} is none on {each.on}"
                self._wrong(self._line_of(each.id, each.since), said)
        for (area, day), ids in left.items():
            shown = ", ".join(ids[:5]) + (" …" if len(ids) > 5 else "")
            self._wrong(
                self.numbers.get(area, 0),
                f"{area} would be no more from {day}, and {shown} would still belong to it",
            )

    def _line_of(self, organisation: str, begins: date) -> int:
        """The line that tells of a version, or of its organisation."""
        found = (n.number for n, each, day in self._placed if (each, day) == (organisation, begins))
        return next(found, self.numbers.get(organisation, 0))

    def _codes(self, lines: Sequence[Line]) -> dict[tuple[OrganisationKind, str], list[str]]:
        """Who has or had a code, those of the register first."""
        found: dict[tuple[OrganisationKind, str], list[str]] = defaultdict(list)
        for version in self._before.all_versions():
            if version.entry.code is not None:
                found[version.entry.kind, version.entry.code].append(version.id)
        for line in lines:
            if line.written.code is not None and line.written.id is not None:
                found[line.written.kind, line.written.code].append(line.written.id)
        return found

    def _place(self, lines: Sequence[Line]) -> Iterator[tuple[Line, str, date]]:
        """Each line with the id of its organisation and the day from which it holds."""
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

    def _wrong(self, number: int, reason: str) -> None:
        self.bad.append(BadLine(number, reason))


def _said_after(before: Organisations, organisation: str, day: date) -> list[date]:
    """The days after this one from which something was said of an organisation."""
    return [each for each in before.told(organisation) if each > day]


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
