"""Reading organisations from a file: YAML in the form of the register, or CSV with a heading.

Nothing is taken from a file that has a bad line; every bad line is told, with its number.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from cases.app.organisations.entries import OrganisationEntry
from cases.domain.case.act import LegalDate
from cases.domain.codes.values import OrganisationKind
from cases.domain.people import contains_identity_code

COLUMNS: Final = (
    "id",
    "kind",
    "code",
    "name_fi",
    "name_sv",
    "name_en",
    "welfare_area",
    "employment_area",
    "valid_from",
    "valid_until",
)
"""The columns of a CSV file; those of ``NEEDED`` must be there, in whatever order."""
NEEDED: Final = frozenset({"kind", "name_fi", "name_sv", "name_en"})

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NO_TEXT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MUNICIPALITY_CODE: Final = re.compile(r"[0-9]{3}")


class BadRegister(ValueError):
    """A register of organisations can't be read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """What is wrong with one line of a file."""

    number: int
    reason: str


class BadLines(BadRegister):
    """A file has bad lines; nothing of it was taken."""

    def __init__(self, source: str, lines: Sequence[BadLine]) -> None:
        first = min(lines, key=lambda line: line.number)
        more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        super().__init__(
            f"the register of organisations {source} can't be read: "
            f"line {first.number}: {first.reason}{more}"
        )
        self.lines = tuple(sorted(lines, key=lambda line: line.number))


class Written(OrganisationEntry):
    """An organisation as a file writes it: an entry, and from when until when it holds."""

    id: Annotated[str, Field(max_length=100)] | None = None
    valid_from: LegalDate | None = None
    valid_until: LegalDate | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.id is not None and not _ID.fullmatch(self.id):
            raise ValueError("id: letters, digits, dots, lines and hyphens, at most 100")
        if self.code is not None and not _ID.fullmatch(self.code):
            raise ValueError("code: letters, digits, dots, lines and hyphens, at most 20")
        if (
            self.kind is OrganisationKind.MUNICIPALITY
            and self.code is not None
            and not _MUNICIPALITY_CODE.fullmatch(self.code)
        ):
            raise ValueError("code: a municipality has three digits, such as 049")
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid until: before the day it is valid from")
        texts = (self.id, self.code, *self.names.model_dump().values())
        if any(_NO_TEXT.search(each) for each in texts if each):
            raise ValueError("a name, an id or a code has a character that is no text")
        if any(contains_identity_code(each) for each in texts if each):
            raise ValueError("an identity code is no part of an organisation")
        return self

    def entry(self, **changed: Any) -> OrganisationEntry:
        """What it is, with other areas where they were written as codes."""
        members = {name: getattr(self, name) for name in OrganisationEntry.model_fields}
        return OrganisationEntry(**{**members, **changed})


@dataclass(frozen=True, slots=True)
class Line:
    """An organisation in a file, and the number of its line."""

    number: int
    written: Written


def read_lines(path: Path) -> tuple[bytes, tuple[Line, ...]]:
    """The bytes of a file and its organisations, in its order.

    Raises BadRegister where it is no such file at all, BadLines where a line is wrong.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise BadRegister(_cannot(path, (error.strerror or "no file").lower())) from error
    except UnicodeDecodeError as error:
        raise BadRegister(_cannot(path, f"not UTF-8 at byte {error.start}")) from error
    try:
        rows = tuple(_csv(text) if path.suffix.lower() == ".csv" else _yaml(text))
    except (yaml.YAMLError, csv.Error, _NoSuchForm) as error:
        raise BadRegister(_cannot(path, " ".join(str(error).split()))) from error
    lines, bad = [], []
    for number, row in rows:
        if isinstance(row, str):
            bad.append(BadLine(number, row))
            continue
        try:
            lines.append(Line(number, Written.model_validate(row)))
        except ValidationError as error:
            bad += [BadLine(number, reason) for reason in _reasons(error)]
    if bad:
        raise BadLines(str(path), bad)
    return content, tuple(lines)


class _NoSuchForm(ValueError):
    """The file as a whole is not of a form we know."""


Row = tuple[int, Mapping[str, Any] | str]
"""The number of a line, and what it says or what is wrong with it."""


def _csv(text: str) -> Iterator[Row]:
    """Lines of CSV: comma or semicolon, a heading; an empty cell is not said."""
    heading = text.partition("\n")[0]
    separator = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    names = [name.strip() for name in next(reader, [])]
    strange = [name for name in names if name not in COLUMNS]
    missing = sorted(NEEDED - set(names))
    if strange or missing or len(set(names)) < len(names):
        raise _NoSuchForm(
            f"line 1: the columns are {', '.join(COLUMNS)}"
            + (f"; missing: {', '.join(missing)}" if missing else "")
        )
    number = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield number, _row(names, cells)
        number = reader.line_num + 1


def _row(names: Sequence[str], cells: Sequence[str]) -> Mapping[str, Any] | str:
    if len(cells) != len(names):
        return f"{len(cells)} cells where the heading has {len(names)}"
    said = {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()}
    spoken = {
        language: said.pop(f"name_{language}")
        for language in ("fi", "sv", "en")
        if f"name_{language}" in said
    }
    return {**said, "names": spoken}


def _yaml(text: str) -> Iterator[Row]:
    """``organisations: {id: entry}``; an entry may be a list, one for each time."""
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        listed = _member(root, "organisations")
        if not isinstance(listed, yaml.MappingNode):
            raise _NoSuchForm("it has no mapping `organisations`")
        met: set[str] = set()
        for key, value in listed.value:
            number = key.start_mark.line + 1
            organisation = loader.construct_object(key)
            if not isinstance(organisation, str):
                yield number, f"the id {organisation!r} is no text; write it in quotation marks"
                continue
            if organisation in met:
                yield number, f"{organisation} stands twice; several versions are a list"
                continue
            met.add(organisation)
            several = isinstance(value, yaml.SequenceNode)
            for node in value.value if several else [value]:
                place = node.start_mark.line + 1
                try:
                    entry = loader.construct_object(node, deep=True)
                except ValueError as error:  # a day there is not
                    yield place, str(error)
                    continue
                if isinstance(entry, dict):
                    yield place, {**entry, "id": organisation}
                else:
                    yield place, f"{organisation} is no mapping"
    finally:
        loader.dispose()


def _member(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    found = (value for key, value in node.value if key.value == name)
    return next(found, None)


def _reasons(error: ValidationError) -> Iterator[str]:
    for each in error.errors(include_url=False, include_input=False):
        where = " ".join(str(part) for part in each["loc"])
        said = each["msg"].removeprefix("Value error, ")
        yield f"{where}: {said}" if where else said


def _cannot(path: Path, reason: str) -> str:
    return f"the register of organisations {path} can't be read: {reason}"
