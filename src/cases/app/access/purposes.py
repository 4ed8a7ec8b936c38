"""The register of processing activities: for what a person's data may be used, and by whom.

The register is data (``purposes.toml``). A purpose changes by a new version that counts from a
day; old versions stay readable for as long as the trail names them.
"""

import tomllib
from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field, ValidationError

from cases.app.access.policy import Action
from cases.app.access.principal import Role
from cases.domain.codes.terms import Terms
from cases.domain.model import Value

Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,63}$")]


class Purpose(Value):
    """One version of a purpose. ``valid_from`` is a legal day (Helsinki), included.

    ``roles`` may state it, and ``actions`` are what it covers: stated for anything else it counts
    for nothing.
    """

    code: Code
    version: Annotated[int, Field(ge=1)]
    valid_from: date
    legal_basis: tuple[str, ...] = Field(min_length=1)
    roles: frozenset[Role] = Field(min_length=1)
    actions: frozenset[Action] = Field(min_length=1)
    title: Terms
    description: Terms


class PurposeError(Exception):
    """Base of the errors below. None carries what the caller wrote."""


class UnknownPurpose(PurposeError):
    """The register has no such purpose on that day."""


class PurposeNotAllowed(PurposeError):
    """The purpose is there, but none of the caller's roles may use it."""


class BrokenRegister(ValueError):
    """The data file can't be read as a register; the message says why."""


class Purposes:
    """The register: every version of every purpose."""

    def __init__(self, entries: Iterable[Purpose]) -> None:
        self._versions: dict[str, list[Purpose]] = {}
        for entry in sorted(entries, key=lambda each: each.version):
            self._versions.setdefault(entry.code, []).append(entry)
        for code, versions in self._versions.items():
            _check_order(code, versions)

    def purpose(self, code: str, roles: Collection[Role], day: date) -> Purpose:
        """The version of a purpose that counts on a legal day, for a caller with these roles.

        Raises UnknownPurpose and PurposeNotAllowed.
        """
        in_force = [each for each in self._versions.get(code, ()) if each.valid_from <= day]
        if not in_force:
            raise UnknownPurpose
        if in_force[-1].roles.isdisjoint(roles):
            raise PurposeNotAllowed
        return in_force[-1]

    def version(self, code: str, version: int) -> Purpose:
        """One version of a purpose, in force or not. Raises UnknownPurpose."""
        for each in self._versions.get(code, ()):
            if each.version == version:
                return each
        raise UnknownPurpose

    def all(self) -> tuple[Purpose, ...]:
        """Every version of every purpose, by code and version."""
        return tuple(each for code in sorted(self._versions) for each in self._versions[code])


def read_purposes(text: str) -> Purposes:
    """A register from TOML. Raises BrokenRegister."""
    try:
        entries = tomllib.loads(text)["purpose"]
        return Purposes(Purpose.model_validate(entry) for entry in entries)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValidationError) as error:
        raise BrokenRegister(str(error)) from error


@cache
def shipped_purposes() -> Purposes:
    """The register that comes with the product."""
    return read_purposes(files(__package__).joinpath("purposes.toml").read_text("utf-8"))


def _check_order(code: str, versions: list[Purpose]) -> None:
    if [each.version for each in versions] != list(range(1, len(versions) + 1)):
        raise BrokenRegister(f"{code}: versions are counted from 1, without gaps")
    days = [each.valid_from for each in versions]
    if days != sorted(set(days)):
        raise BrokenRegister(f"{code}: each version counts from a later day than the one before")
