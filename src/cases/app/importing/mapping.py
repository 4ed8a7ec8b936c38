"""From the rows of a CSV to lines of an import, by a mapping that is written for an old system.

A mapping is data (YAML; docs/importing.md): for each act which rows make it, and for each of its
members a constant or the column it stands in. A row may make several acts, in the order of the
mapping. What is made is read and checked like any other line.
"""

import codecs
import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cases.app.importing.lines import ACTS, MALFORMED, Refusal, members_of
from cases.app.importing.reading import Line

_BETWEEN_THOUSANDS: Final = re.compile(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))")
_WHOLE: Final = re.compile(r"[0-9]{1,15}")
_EUROS: Final = re.compile(r"([0-9]{1,13})(?:[.,]([0-9]{1,2}))?")


class BadMapping(ValueError):
    """The mapping, or the CSV's header, is not what it should be; the message says why."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


@cache
def _why_no_form_of_days(form: str) -> str | None:
    """What is wrong with a form of days; remembered, since columns are read for every row."""
    try:
        datetime.strptime("", form)  # noqa: DTZ007
    except ValueError as error:
        return None if "does not match format" in str(error) else str(error)
    return None


class Column(_Part):
    """The value of a column; an empty cell leaves the member out.

    ``date`` is the form days are written in there (as of strptime), ``codes`` what each of its
    values means, ``number`` whether it is a whole number, or an amount in euros that is told in
    cents; ``split`` is what separates the items of a list.
    """

    column: str
    date: str | None = None
    codes: Mapping[str, Any] | None = None
    number: Literal["whole", "cents"] | None = None
    split: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if sum(each is not None for each in (self.date, self.codes, self.number)) > 1:
            raise ValueError("a column is a date, or codes, or a number")
        return self

    @model_validator(mode="after")
    def _is_a_form_of_days(self) -> Self:
        if self.date is not None and (why_not := _why_no_form_of_days(self.date)):
            raise ValueError(f"{self.date} is no form of days: {why_not}")
        return self

    def value(self, row: Mapping[str, str]) -> Any:
        """The value in a row, None for an empty cell. Raises Refusal."""
        text = row[self.column].strip()
        if not text:
            return None
        if self.split is not None:
            return [self._one(each.strip()) for each in text.split(self.split) if each.strip()]
        return self._one(text)

    def _one(self, text: str) -> Any:
        if self.codes is not None:
            if text not in self.codes:
                raise Refusal("not-in-the-mapping")
            return self.codes[text]
        if self.date is not None:
            try:
                return datetime.strptime(text, self.date).date().isoformat()  # noqa: DTZ007
            except ValueError:
                raise Refusal("not-a-day") from None
        return text if self.number is None else _number(text, cents=self.number == "cents")


def _number(text: str, *, cents: bool) -> int:
    """A whole number; of an amount in euros, so many cents. Raises Refusal."""
    found = (_EUROS if cents else _WHOLE).fullmatch(_BETWEEN_THOUSANDS.sub("", text))
    if found is None:
        raise Refusal("not-a-number")
    return int(found[1] + (found[2] or "").ljust(2, "0")) if cents else int(found[0])


class ActOfRow(_Part):
    """An act that a row makes: ``when`` each of these columns has one of these values.

    And when all that must be ``filled`` are not empty.
    """

    act: str
    when: Mapping[str, str | tuple[str, ...]] = {}
    filled: tuple[str, ...] = ()
    effective_on: Column = Field(alias="effectiveOn")
    source_date: Column = Field(alias="sourceDate")
    name: Any = Field(default=None, alias="as")
    content: Mapping[str, Any] = Field(default_factory=dict, alias="with")

    @model_validator(mode="after")
    def _is_an_act(self) -> Self:
        if self.act not in ACTS:
            raise ValueError(f"there is no act {self.act}")
        return self

    def applies(self, row: Mapping[str, str]) -> bool:
        """Whether a row makes this act."""
        return all(row[column].strip() for column in self.filled) and all(
            row[column].strip() in ((wanted,) if isinstance(wanted, str) else wanted)
            for column, wanted in self.when.items()
        )


class Mapped(_Part):
    """A mapping: the column that tells the case, the form of the CSV, and the acts of a row."""

    case: str
    source_system: str | None = Field(default=None, alias="sourceSystem")
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    encoding: str = "utf-8-sig"
    acts: tuple[ActOfRow, ...] = Field(min_length=1)

    def columns(self) -> set[str]:
        """All columns it speaks of."""
        found = {self.case}
        for act in self.acts:
            found |= {act.effective_on.column, act.source_date.column}
            found |= {*act.when, *act.filled}
            found |= {each.column for each in _columns([act.content, act.name])}
        return found


def read_mapping(path: Path) -> Mapped:
    """The mapping in a YAML file. Raises BadMapping."""
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        for where, why_not in _no_json(written, ()):
            raise BadMapping(f"the mapping {path} is wrong at {'.'.join(where)}: {why_not}")
        mapped = Mapped.model_validate(written)
        mapped.columns()
        "".encode(mapped.encoding)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadMapping(f"the mapping {path} is wrong at {place}: {first['msg']}") from None
    except (yaml.YAMLError, ValueError, LookupError, RecursionError) as error:
        if isinstance(error, BadMapping):
            raise
        raise BadMapping(f"the mapping {path} can't be read: {error}") from None
    return mapped


def _no_json(node: Any, where: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """What YAML makes of a text that nobody put in quotation marks, and no act can hold."""
    match node:
        case dict():
            for name, inner in node.items():
                if isinstance(name, str):
                    yield from _no_json(inner, (*where, name))
                else:
                    yield where, f"the name {name} is no text; write it in quotation marks"
        case list():
            for place, inner in enumerate(node):
                yield from _no_json(inner, (*where, str(place)))
        case date():
            yield where, f"write {node} in quotation marks"
        case str() | bool() | int() | float() | None:
            pass
        case _:
            yield where, "no text, number, list or mapping"


class CsvLines:
    """The lines that the rows of a CSV make. A line has the number of its row in the file."""

    def __init__(self, path: Path, mapping: Mapped) -> None:
        self._path = path
        self._mapping = mapping

    def __iter__(self) -> Iterator[Line]:
        mapping = self._mapping
        # What a spreadsheet calls UTF-8 begins with a mark, which is no part of the first column.
        encoding = mapping.encoding
        encoding = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
        with self._path.open(encoding=encoding, errors="replace", newline="") as file:
            rows = csv.reader(file, delimiter=mapping.delimiter, strict=True)
            try:
                header = [name.strip() for name in next(rows, [])]
                self._check_heading(header)
                for cells in rows:
                    if cells:
                        yield from self._lines(rows.line_num, header, cells)
            except csv.Error as error:
                raise BadMapping(
                    f"{self._path} is no CSV after line {rows.line_num}: {error}"
                ) from None
            except UnicodeError as error:
                raise BadMapping(f"{self._path} is not in {encoding}: {error}") from None

    def _check_heading(self, header: Sequence[str]) -> None:
        """Every column the mapping speaks of stands there, and once. Raises BadMapping."""
        for column in sorted(self._mapping.columns()):
            match header.count(column):
                case 0:
                    raise BadMapping(f"{self._path} has no column {column}")
                case 1:
                    pass
                case times:
                    raise BadMapping(f"{self._path} has {times} columns {column}")

    def _lines(self, number: int, header: Sequence[str], cells: Sequence[str]) -> Iterator[Line]:
        if len(cells) != len(header):
            yield Line(number, Refusal("not-as-many-cells-as-columns"))
            return
        row = dict(zip(header, cells, strict=True))
        if any("\ufffd" in cell for cell in cells):
            yield Line(number, Refusal("not-in-the-encoding"), row[self._mapping.case].strip())
            return
        made = [act for act in self._mapping.acts if act.applies(row)]
        if not made:
            refusal = Refusal("makes-no-act")
            yield Line(number, refusal, row[self._mapping.case].strip())
        for act in made:
            yield self._line(number, row, act)

    def _line(self, number: int, row: Mapping[str, str], act: ActOfRow) -> Line:
        case = row[self._mapping.case].strip()
        members: dict[str, Any] = {
            "case": case,
            "act": act.act,
            "sourceSystem": self._mapping.source_system,
        }
        try:
            members["effectiveOn"] = _value(act.effective_on, row, "#/effectiveOn")
            members["sourceDate"] = _value(act.source_date, row, "#/sourceDate")
            members["as"] = _filled(act.name, row, "#/as")
            members["with"] = _filled(act.content, row, "#/with") or {}
            written = {name: each for name, each in members.items() if each is not None}
            return Line(number, members_of(json.dumps(written).encode()))
        except Refusal as refusal:
            return Line(number, refusal, case)


_COLUMN: Final = "column"


def _columns(node: Any) -> Iterator[Column]:
    """The columns that stand in content. Raises ValidationError."""
    if isinstance(node, Mapping):
        if _COLUMN in node:
            yield Column.model_validate(node)
        else:
            for each in node.values():
                yield from _columns(each)
    elif isinstance(node, list | tuple):
        for each in node:
            yield from _columns(each)


def _filled(node: Any, row: Mapping[str, str], pointer: str) -> Any:
    """Content with the values of a row; what is empty is left out. Raises Refusal."""
    if isinstance(node, Mapping):
        if _COLUMN in node:
            return _value(Column.model_validate(node), row, pointer)
        filled = {
            name: value
            for name, each in node.items()
            if (value := _filled(each, row, f"{pointer}/{name}")) is not None
        }
        return filled or None
    if isinstance(node, list | tuple):
        items = [_filled(each, row, f"{pointer}/{n}") for n, each in enumerate(node)]
        return [each for each in items if each is not None] or None
    return node


def _value(column: Column, row: Mapping[str, str], pointer: str) -> Any:
    try:
        return column.value(row)
    except Refusal as refusal:
        raise Refusal(MALFORMED, (pointer, refusal.code)) from None
