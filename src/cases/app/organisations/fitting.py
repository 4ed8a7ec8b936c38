"""What in a register of organisations does not fit together, on any day there is."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from cases.app.organisations.entries import Organisations, Version
from cases.domain.codes.values import OrganisationKind

AREAS: Final = {
    "welfare_area": OrganisationKind.WELFARE_AREA,
    "employment_area": OrganisationKind.EMPLOYMENT_AUTHORITY,
}
"""Members of an entry that name another organisation, and of which kind that is."""


class Shared(NamedTuple):
    """A code that several organisations of a kind have on some day."""

    kind: OrganisationKind
    code: str
    ids: tuple[str, ...]


class Astray(NamedTuple):
    """An organisation, as it is ``since`` a day, belongs to an area that is none ``on`` a day."""

    id: str
    since: date
    member: str
    area: str
    on: date

    @property
    def from_the_start(self) -> bool:
        """Whether there never was such an area while it belonged to it."""
        return self.on == self.since


def shared_codes(register: Organisations) -> Iterator[Shared]:
    """Each code that several have at once, with those who have it. All days are looked at."""
    having: dict[tuple[OrganisationKind, str], list[Version]] = defaultdict(list)
    for version in register.all_versions():
        if version.entry.code is not None:
            having[version.entry.kind, version.entry.code].append(version)
    for (kind, code), versions in having.items():
        days = sorted(version.valid_from for version in versions)
        at_once = (tuple(v.id for v in versions if v.valid_on(day)) for day in days)
        for ids in dict.fromkeys(ids for ids in at_once if len(ids) > 1):
            yield Shared(kind, code, ids)


def astray(register: Organisations) -> Iterator[Astray]:
    """Whoever belongs to an area longer than there is one of this kind."""
    for version in register.all_versions():
        for member, kind in AREAS.items():
            area: str | None = getattr(version.entry, member)
            if area is None:
                continue
            lacking = _first_without(register.versions(area), kind, version)
            if lacking is not None:
                yield Astray(version.id, version.valid_from, member, area, lacking)


def _first_without(areas: tuple[Version, ...], kind: OrganisationKind, of: Version) -> date | None:
    """The first day of a version on which the area is none; None where there is no such day."""
    day = of.valid_from
    for area in areas:
        if area.entry.kind is not kind or not area.valid_on(day):
            continue
        if area.valid_until is None:
            return None
        day = area.valid_until + timedelta(days=1)
        if of.valid_until is not None and day > of.valid_until:
            return None
    return day
