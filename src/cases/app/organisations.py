"""The installation's register of organisations: who there is, of which kind, under which names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

import yaml
from pydantic import TypeAdapter, ValidationError

from cases.domain.case.act import Organisation
from cases.domain.codes.values import OrganisationKind
from cases.domain.model import Value


class Names(Value):
    """An organisation's name in Finnish, Swedish and English."""

    fi: str
    sv: str
    en: str


class OrganisationEntry(Value):
    """One organisation. A municipality names the welfare area and employment area it belongs to."""

    kind: OrganisationKind
    names: Names
    code: str | None = None
    welfare_area: str | None = None
    employment_area: str | None = None


class BadRegister(ValueError):
    """The register of organisations can't be read; the message says which file and why."""


class Organisations:
    """The register, by organisation id."""

    def __init__(self, entries: Mapping[str, OrganisationEntry]) -> None:
        self._entries = dict(entries)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a register from a YAML file. Raises BadRegister."""
        try:
            document = yaml.safe_load(path.read_text(encoding="utf-8"))
            entries = TypeAdapter(dict[str, OrganisationEntry]).validate_python(
                document["organisations"]
            )
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValidationError) as error:
            msg = f"the register of organisations {path} can't be read: {error}"
            raise BadRegister(msg) from error
        return cls(entries)

    def find(self, organisation: str) -> Organisation | None:
        """The organisation, as far as the law asks about it; None where there is none."""
        entry = self._entries.get(organisation)
        return Organisation(id=organisation, kind=entry.kind) if entry else None

    def kind_of(self, organisation: str) -> OrganisationKind | None:
        """The organisation's kind; None where there is no such one."""
        entry = self._entries.get(organisation)
        return entry.kind if entry else None

    def area_of(self, municipality: str) -> str | None:
        """The employment authority of the municipality's area; None where it is not told."""
        entry = self._entries.get(municipality)
        return entry.employment_area if entry else None

    def works_with(self, organisation: str) -> frozenset[str]:
        """The authorities that serve the same people: its own areas, or its area's municipalities.

        Empty where the register does not tell.
        """
        own = [
            {name, entry.welfare_area, entry.employment_area}
            for name, entry in self._entries.items()
            if organisation in {name, entry.employment_area} and entry.welfare_area is not None
        ]
        return frozenset(each for areas in own for each in areas if each is not None)

    def entry(self, organisation: str) -> OrganisationEntry | None:
        """All that is known of the organisation."""
        return self._entries.get(organisation)

    def ids(self) -> tuple[str, ...]:
        """The ids of all organisations."""
        return tuple(self._entries)
