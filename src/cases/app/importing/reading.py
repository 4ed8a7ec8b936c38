"""Reading a file case by case: all lines of a case stand together, and are given together.

A file is read twice. The first time only to count its lines and to find the cases whose lines stand
apart: of those nothing may be recorded, and it is too late to find it out at the second part.
"""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Protocol

from cases.app.importing.lines import Refusal, case_reference, identity_codes, members_of

LONGEST_LINE: Final = 1_048_576
"""Bytes a line may have."""
MOST_LINES: Final = 5_000
"""Lines a case may have: they are in memory together."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its number: its members, or why it can't be read.

    ``of`` is the case of a line that can't be read, where that is known all the same.
    """

    number: int
    members: Mapping[str, Any] | Refusal
    of: str | None = None


@dataclass(frozen=True, slots=True)
class CaseLines:
    """The lines of one case. ``why_not`` is a code where nothing of it may be recorded.

    ``case`` is None where nothing tells which case it is. There are ``count`` lines, made of as
    many ``rows`` of the file or fewer: a row of a CSV makes one for each act.
    """

    case: str | None
    lines: tuple[Line, ...]
    count: int
    rows: int
    why_not: str | None = None

    @property
    def codes(self) -> frozenset[str]:
        """The identity codes these lines may tell."""
        return frozenset(
            code
            for line in self.lines
            if not isinstance(line.members, Refusal)
            for code in identity_codes(line.members)
        )


class Lines(Protocol):
    """Something that can be read line by line, as often as one likes."""

    def __iter__(self) -> Iterator[Line]: ...


class JsonLines:
    """A file of JSON Lines (UTF-8). Empty lines are passed over."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[Line]:
        with self._path.open("rb") as file:
            number = 0
            while raw := file.readline(LONGEST_LINE + 1):
                number += 1
                raw = raw.removeprefix(BOM_UTF8) if number == 1 else raw
                if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
                    while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                        pass
                    yield Line(number, Refusal("too-large"))
                elif raw.strip():
                    yield Line(number, _members(raw))


@dataclass(frozen=True, slots=True)
class Survey:
    """What the first reading finds: how many rows, and the cases whose lines stand apart."""

    rows: int
    apart: frozenset[int]


def survey(lines: Lines) -> Survey:
    """Read through once. A case takes some tens of bytes of memory."""
    rows, last = 0, 0
    seen: set[int] = set()
    apart: set[int] = set()
    before: str | None = None
    for line in lines:
        rows, last = rows + (line.number != last), line.number
        case = _case_of(line)
        if case is None or case == before:
            continue
        place = _digest(case)
        (apart if place in seen else seen).add(place)
        before = case
    return Survey(rows, frozenset(apart))


def cases(lines: Lines, found: Survey) -> Iterator[CaseLines]:
    """The cases, in the order of the file.

    A line that does not tell its case belongs to the case of the line before it.
    """
    case: str | None = None
    together: list[Line] = []
    count, rows, last = 0, 0, 0
    for line in lines:
        own = _case_of(line)
        if count and own is not None and own != case:
            if case is None:
                yield from _alone(together)
            else:
                yield _case(case, together, count, rows, found)
            together, count, rows = [], 0, 0
        case = own if own is not None else case
        count, rows, last = count + 1, rows + (line.number != last), line.number
        if count <= MOST_LINES:
            together.append(line)
    if case is None:
        yield from _alone(together)
    elif count:
        yield _case(case, together, count, rows, found)


def _case(case: str, lines: list[Line], count: int, rows: int, found: Survey) -> CaseLines:
    why_not = None
    if _digest(case) in found.apart:
        why_not = "lines-apart"
    elif count > MOST_LINES:
        why_not = "too-many-lines"
    return CaseLines(case, tuple(lines), count, rows, why_not)


def _alone(lines: Iterable[Line]) -> Iterator[CaseLines]:
    """Lines at the beginning of a file that are of no case."""
    for line in lines:
        yield CaseLines(None, (line,), 1, 1)


def _members(raw: bytes) -> Mapping[str, Any] | Refusal:
    try:
        return members_of(raw)
    except Refusal as refusal:
        return refusal


def _case_of(line: Line) -> str | None:
    if isinstance(line.members, Refusal):
        return case_reference({"case": line.of})
    return case_reference(line.members)


def _digest(case: str) -> int:
    return int.from_bytes(blake2b(case.encode(), digest_size=8).digest())
