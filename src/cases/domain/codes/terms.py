"""The terms of codes, acts and facts in Finnish, Swedish and English.

The terms are data (``data/*.toml``), written in the words of the Act where it has them, so that an
officer, a recipient and a court read the same word for the same thing. They are read once and
checked as they are read; whoever asks for something that has no terms gets a ``KeyError``.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from cases.domain.codes import values as code_values
from cases.domain.model import Value

_DATA = files(__package__).joinpath("data")
_VOCABULARY = ("acts.toml", "facts.toml")

Text = Annotated[str, Field(min_length=1)]
Section = Annotated[str, Field(pattern=r"^(decree:|GDPR:|\d+/\d{4}:)?\d+(\.\d+){0,2}$")]


class Language(StrEnum):
    """The languages every term has."""

    FI = "fi"
    SV = "sv"
    EN = "en"


class Terms(Value):
    """One meaning in the three languages."""

    fi: Text
    sv: Text
    en: Text

    def in_language(self, language: Language) -> str:
        """The term in one language."""
        return {Language.FI: self.fi, Language.SV: self.sv, Language.EN: self.en}[language]


class CodeValue(Terms):
    """One value of a code list. Both days of its validity (Helsinki) are included; None is open.

    A value outside its validity keeps its terms: what was once recorded stays readable.
    ``repealed_by`` is the edition of the Act that knows it no more; from which day, an
    installation's timeline says.
    """

    code: Text
    repealed_by: Text | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    @model_validator(mode="after")
    def _validity_in_order(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError(f"{self.code} would end before it begins")
        return self

    def valid_on(self, day: date) -> bool:
        """Whether the value may be used on ``day`` (Helsinki)."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class CodeList(Value):
    """A code list: its title, the section or decree it comes from, its values in order."""

    id: Text
    title: Terms
    source: Text
    values: tuple[CodeValue, ...] = Field(min_length=1)


class VocabularyEntry(Terms):
    """An act or a fact: its name, its terms, and the sections it rests on."""

    name: Text
    basis: tuple[Section, ...] = Field(min_length=1)


def term(value: StrEnum, language: Language) -> str:
    """The term of a code value in one language. ``KeyError`` if the value is in no code list."""
    found = _values().get((type(value), value))
    if found is None:
        raise KeyError(f"no terms for {type(value).__name__}.{value.name}")
    return found.in_language(language)


def code_lists() -> Mapping[str, CodeList]:
    """All code lists by id, such as ``finding-items``."""
    return MappingProxyType({code_list.id: code_list for code_list in _lists().values()})


def code_list_of(enum: type[StrEnum]) -> CodeList:
    """The code list of an enumeration. ``KeyError`` if there is none."""
    found = _lists().get(enum)
    if found is None:
        raise KeyError(f"no code list for {enum.__name__}")
    return found


def acts() -> Mapping[str, VocabularyEntry]:
    """The acts by name, such as ``drawUpPlan``."""
    return _vocabulary("acts.toml")


def facts() -> Mapping[str, VocabularyEntry]:
    """The facts by name, such as ``PlanDrawnUp``."""
    return _vocabulary("facts.toml")


def act_term(name: str, language: Language) -> str:
    """The term of an act in one language. ``KeyError`` if there is no such act."""
    return _entry(acts(), "act", name).in_language(language)


def fact_term(name: str, language: Language) -> str:
    """The term of a fact in one language. ``KeyError`` if there is no such fact."""
    return _entry(facts(), "fact", name).in_language(language)


def _entry(vocabulary: Mapping[str, VocabularyEntry], what: str, name: str) -> VocabularyEntry:
    if name not in vocabulary:
        raise KeyError(f"no {what} is named {name!r}")
    return vocabulary[name]


@cache
def _vocabulary(file: str) -> Mapping[str, VocabularyEntry]:
    return MappingProxyType(
        {
            name: VocabularyEntry.model_validate({"name": name, **entry})
            for name, entry in _read(file).items()
        }
    )


@cache
def _lists() -> Mapping[type[StrEnum], CodeList]:
    lists: dict[type[StrEnum], CodeList] = {}
    names = sorted(item.name for item in _DATA.iterdir() if item.name.endswith(".toml"))
    for file in names:
        if file in _VOCABULARY:
            continue
        for list_id, entry in _read(file).items():
            enum = _enum(entry.pop("enum"))
            if enum in lists:
                raise ValueError(f"{enum.__name__} has two lists: {lists[enum].id}, {list_id}")
            values = [{"code": code, **terms} for code, terms in entry.pop("values").items()]
            lists[enum] = CodeList.model_validate({"id": list_id, "values": values, **entry})
    return MappingProxyType(lists)


@cache
def _values() -> Mapping[tuple[type[StrEnum], str], CodeValue]:
    return {(enum, value.code): value for enum, found in _lists().items() for value in found.values}


def _enum(name: str) -> type[StrEnum]:
    enum = getattr(code_values, name, None)
    if not (isinstance(enum, type) and issubclass(enum, StrEnum)):
        raise ValueError(f"a code list names {name}, which is no enumeration of codes")
    return enum


def _read(file: str) -> dict[str, Any]:
    return tomllib.loads(_DATA.joinpath(file).read_text(encoding="utf-8"))
