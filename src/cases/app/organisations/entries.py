"""The register of organisations: who there is, of which kind, under which names, on which days.

An organisation keeps its id; what it is called and where it belongs may change from a day on, and
one day it may be no more. Nothing is taken out: on its old days it stays what it was.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final, Self

from pydantic import Field

from cases.domain.case.act import Organisation
from cases.domain.codes.values import OrganisationKind
from cases.domain.model import Value

BEGINNING: Final = date(1900, 1, 1)
"""The first legal day there is: what is valid from it has no beginning that anybody told."""

Name = Annotated[str, Field(min_length=1, max_length=200)]


class Names(Value):
    """An organisation's name in Finnish, Swedish and English."""

    fi: Name
    sv: Name
    en: Name


class OrganisationEntry(Value):
    """What an organisation is. A municipality names the welfare area and employment area it
    belongs to, by their ids; ``code`` is the official one, of a municipality three digits."""

    kind: OrganisationKind
    names: Names
    code: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    welfare_area: str | None = None
    employment_area: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """From ``valid_from`` on the organisation is this, or (None) no more; Helsinki days."""

    id: str
    valid_from: date
    entry: OrganisationEntry | None


@dataclass(frozen=True, slots=True)
class Version:
    """What an organisation is from one day to another, both included; None is open."""

    id: str
    valid_from: date
    valid_until: date | None
    entry: OrganisationEntry

    def valid_on(self, day: date) -> bool:
        """Whether the organisation is this on the day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Organisations:
    """The register as it stands, by organisation id; never changed once made."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        """Of all changes there are, in the order they were recorded: of one day the last counts."""
        by_day: dict[str, dict[date, OrganisationEntry | None]] = {}
        for change in changes:
            by_day.setdefault(change.id, {})[change.valid_from] = change.entry
        self._told = by_day
        self._versions = {each: _versions(each, days) for each, days in by_day.items()}

    @classmethod
    def always(cls, entries: Mapping[str, OrganisationEntry]) -> Self:
        """A register without a history."""
        return cls(Change(each, BEGINNING, entry) for each, entry in entries.items())

    def find(self, organisation: str, on: date | None = None) -> Organisation | None:
        """The organisation as one that acts; None where there is none, or not yet.

        As it is on a day, or as it was last before it: who has ended still answers for what it
        has not handed over. Without a day, as it is in the end.
        """
        begun = [v for v in self.versions(organisation) if on is None or v.valid_from <= on]
        return Organisation(id=organisation, kind=begun[-1].entry.kind) if begun else None

    def kind_of(self, organisation: str, on: date) -> OrganisationKind | None:
        """The organisation's kind on a day; None where there is no such one then."""
        entry = self.entry(organisation, on)
        return entry.kind if entry else None

    def area_of(self, municipality: str, on: date) -> str | None:
        """The employment authority of the municipality's area on a day; None where not told."""
        entry = self.entry(municipality, on)
        return entry.employment_area if entry else None

    def works_with(self, organisation: str, on: date) -> frozenset[str]:
        """The authorities that serve the same people on a day.

        A municipality's areas, and an employment area's municipalities and theirs; none where the
        register does not tell.
        """
        own = [
            {version.id, version.entry.welfare_area, version.entry.employment_area}
            for version in self._near(organisation, on)
            if version.entry.welfare_area is not None
        ]
        return frozenset(each for areas in own for each in areas if each is not None)

    def _near(self, organisation: str, on: date) -> Iterator[Version]:
        """The municipality, or the municipalities of the employment area."""
        version = self.version(organisation, on)
        if version is not None and version.entry.kind is OrganisationKind.MUNICIPALITY:
            yield version
        else:
            yield from (each for each in self.on(on) if each.entry.employment_area == organisation)

    def entry(self, organisation: str, on: date) -> OrganisationEntry | None:
        """All that is known of the organisation on a day; None where there is none then."""
        version = self.version(organisation, on)
        return version.entry if version else None

    def version(self, organisation: str, on: date) -> Version | None:
        """The version of the organisation that is valid on a day."""
        versions = self.versions(organisation)
        place = bisect_right(versions, on, key=lambda each: each.valid_from)
        return versions[place - 1] if place and versions[place - 1].valid_on(on) else None

    def versions(self, organisation: str) -> tuple[Version, ...]:
        """Everything the organisation was, is and will be, oldest first; nothing if unknown."""
        return self._versions.get(organisation, ())

    def all_versions(self) -> Iterator[Version]:
        """Everything that any organisation was, is and will be."""
        for versions in self._versions.values():
            yield from versions

    def on(self, day: date) -> Iterator[Version]:
        """What is valid on a day, in the order in which it was first told."""
        for each in self._versions:
            version = self.version(each, day)
            if version is not None:
                yield version

    def ids(self) -> tuple[str, ...]:
        """The ids of all organisations there ever were."""
        return tuple(each for each, versions in self._versions.items() if versions)

    def with_changes(self, changes: Iterable[Change]) -> "Organisations":
        """The register after further changes."""
        return Organisations((*self.changes(), *changes))

    def told(self, organisation: str) -> Mapping[date, OrganisationEntry | None]:
        """What was said from each day on; also on days that say again what held already.

        Such a day makes no version, and counts again once what went before it is something else.
        """
        return self._told.get(organisation, {})

    def changes(self) -> Iterator[Change]:
        """The changes that make this register."""
        for organisation, days in self._told.items():
            for day in sorted(days):
                yield Change(organisation, day, days[day])


def _versions(
    organisation: str, days: Mapping[date, OrganisationEntry | None]
) -> tuple[Version, ...]:
    """Consecutive versions; days that say again what holds already make no new one."""
    found: list[Version] = []
    known: OrganisationEntry | None = None
    for day in sorted(days):
        entry = days[day]
        if entry == known:
            continue
        if known is not None:
            last = found.pop()
            found.append(Version(last.id, last.valid_from, day - timedelta(days=1), known))
        if entry is not None:
            found.append(Version(organisation, day, None, entry))
        known = entry
    return tuple(found)
