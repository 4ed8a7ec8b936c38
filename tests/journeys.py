"""The pages of ``docs/journeys``: their requests are sent, and the answers are as the pages show.

How a page is written stands on the first of them, ``docs/journeys/README.md``. All pages tell of
one service, one after the other, and what one learned is known to the next.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

FOLDER: Final = Path(__file__).parents[1] / "docs" / "journeys"
PAGES: Final = (
    "README.md",
    "open.md",
    "assess.md",
    "plan.md",
    "review.md",
    "switch.md",
    "hand-over.md",
    "correct.md",
    "look-back.md",
)
"""In the order in which they are told."""

MORE: Final = "…"
_DAY: Final = re.compile(r"\*([A-Z][a-z]+ [0-9]{1,2} [A-Z][a-z]+ [0-9]{4})\*")
_NAME: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9@ -]*)\}")
_PART: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9@ -]*)\}|(…)")
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|…')


class Unreadable(ValueError):
    """A page that is not written as pages are."""


@dataclass(frozen=True, slots=True)
class Day:
    """From here on it is this day, nine in the morning in Helsinki."""

    instant: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what is answered to it; ``line`` is where the request stands on its page."""

    line: int
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: Any
    status: int
    answered: tuple[tuple[str, str], ...]
    content: Any
    """What is shown of the answer; None where nothing is."""


Step = Day | Exchange


class _Block(NamedTuple):
    line: int
    first: str
    headers: tuple[tuple[str, str], ...]
    body: Any


def read_page(text: str) -> tuple[Step, ...]:
    """The days and exchanges of a page, in order. Raises Unreadable."""
    steps: list[Step] = []
    asked: _Block | None = None
    for found in _parts(text):
        if isinstance(found, Day):
            steps.append(found)
        elif not found.first.startswith("HTTP/1.1 "):
            if asked is not None:
                raise Unreadable(f"line {asked.line}: a request without an answer")
            asked = found
        elif asked is None:
            raise Unreadable(f"line {found.line}: an answer to nothing")
        else:
            method, _, target = asked.first.partition(" ")
            status = int(found.first.split()[1])
            steps.append(
                Exchange(
                    asked.line,
                    method,
                    target,
                    asked.headers,
                    asked.body,
                    status,
                    found.headers,
                    found.body,
                )
            )
            asked = None
    if asked is not None:
        raise Unreadable(f"line {asked.line}: a request without an answer")
    return tuple(steps)


def _parts(text: str) -> Iterator[Day | _Block]:
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        if day := _DAY.fullmatch(line):
            begun = datetime.strptime(day[1], "%A %d %B %Y").date()  # noqa: DTZ007 - a day, no hour
            if f"{begun:%A}" != day[1].split()[0]:
                raise Unreadable(f"line {number}: {begun} is a {begun:%A}")
            yield Day(datetime.combine(begun, time(9), ZoneInfo("Europe/Helsinki")))
        elif line == "```http":
            block = []
            for _, inside in lines:
                if inside == "```":
                    break
                block.append(inside)
            yield _block(number, block)


def _block(number: int, lines: list[str]) -> _Block:
    first, *rest = lines
    end = rest.index("") if "" in rest else len(rest)
    headers = []
    for line in rest[:end]:
        name, colon, value = line.partition(": ")
        if not colon:
            raise Unreadable(f"line {number}: {line!r} is no header")
        headers.append((name, value))
    text = "\n".join(rest[end:]).strip()
    try:
        body = json.loads(_as_json(text)) if text else None
    except json.JSONDecodeError as error:
        raise Unreadable(f"line {number}: {error}") from None
    return _Block(number, first, tuple(headers), body)


def _as_json(text: str) -> str:
    """The text with each ``…`` that stands for what is left out as a member or an item."""
    inside: list[str] = []

    def written(found: re.Match[str]) -> str:
        match found[0]:
            case "[" | "{":
                inside.append(found[0])
            case "]" | "}":
                inside.pop()
            case "…":
                return '"…": "…"' if inside[-1] == "{" else '"…"'
        return found[0]

    return _TOKEN.sub(written, text)


@dataclass
class Names:
    """What the names of the pages stand for, as far as has been learned."""

    known: dict[str, Any] = field(default_factory=dict)

    def fill(self, pattern: Any) -> Any:
        """What a request says, with each name replaced. Raises Unreadable for an unknown one."""
        match pattern:
            case dict():
                return {name: self.fill(value) for name, value in pattern.items()}
            case list():
                return [self.fill(each) for each in pattern]
            case str() if whole := _NAME.fullmatch(pattern):
                return self._value(whole[1])
            case str():
                return _NAME.sub(lambda found: str(self._value(found[1])), pattern)
        return pattern

    def header(self, name: str, pattern: str) -> str:
        """The same of a header; in Idempotency-Key a new name is a new key."""
        if name == "Idempotency-Key":
            for key in _NAME.findall(pattern):
                self.known.setdefault(f"key {key}", str(uuid4()))
            return _NAME.sub(lambda found: self.known[f"key {found[1]}"], pattern)
        return str(self.fill(pattern))

    def headers_differ(
        self, shown: tuple[tuple[str, str], ...], answered: Mapping[str, str]
    ) -> Iterator[str]:
        """In what an answer's headers are not as shown; a tag is learned anew each time."""
        for name, pattern in shown:
            if name == "ETag":
                for each in _NAME.findall(pattern):
                    self.known.pop(each, None)
            if name.lower() not in answered:
                yield f"{name}: there is none"
            else:
                yield from self.differ(pattern, answered[name.lower()], name)

    def differ(self, shown: Any, answered: Any, where: str = "") -> Iterator[str]:
        """In what an answer is not as shown; learns the names that are not known yet."""
        if isinstance(shown, dict) and isinstance(answered, dict):
            yield from self._members(shown, answered, where)
        elif isinstance(shown, list) and isinstance(answered, list):
            yield from self._items(shown, answered, where)
        elif isinstance(shown, str) and (whole := _NAME.fullmatch(shown)):
            known = self.known.setdefault(whole[1], answered)
            if known != answered or answered is None:
                yield f"{where}: {shown} is {known!r}, and {answered!r} was answered"
        elif isinstance(shown, str) and isinstance(answered, str):
            yield from self._text(shown, answered, where)
        elif shown != answered or type(shown) is not type(answered):
            yield f"{where}: {shown!r} is shown, and {answered!r} was answered"

    def _members(
        self, shown: dict[str, Any], answered: dict[str, Any], where: str
    ) -> Iterator[str]:
        for name, value in shown.items():
            if name == MORE:
                continue
            if name not in answered:
                yield f"{where}/{name}: there is none"
            else:
                yield from self.differ(value, answered[name], f"{where}/{name}")
        left = [name for name in answered if name not in shown]
        if MORE not in shown and left:
            yield f"{where}: {', '.join(left)} stand in the answer, too"

    def _items(self, shown: list[Any], answered: list[Any], where: str) -> Iterator[str]:
        first = shown.index(MORE) if MORE in shown else len(shown)
        last = shown[first + 1 :]
        if len(answered) < first + len(last) or (first == len(shown) < len(answered)):
            yield f"{where}: {len(answered)} items were answered"
            return
        for number, value in enumerate(shown[:first]):
            yield from self.differ(value, answered[number], f"{where}/{number}")
        for back, value in enumerate(reversed(last), 1):
            yield from self.differ(value, answered[-back], f"{where}/-{back}")

    def _text(self, shown: str, answered: str, where: str) -> Iterator[str]:
        new: list[str] = []

        def part(found: re.Match[str]) -> str:
            if found[2]:
                return ".*"
            if found[1] in self.known:
                return re.escape(str(self.known[found[1]]))
            new.append(found[1])
            return "(.+)"

        pieces, at = [], 0
        for found in _PART.finditer(shown):
            pieces += [re.escape(shown[at : found.start()]), part(found)]
            at = found.end()
        pieces.append(re.escape(shown[at:]))
        match = re.fullmatch("".join(pieces), answered, re.DOTALL)
        if match is None:
            yield f"{where}: {shown!r} is shown, and {answered!r} was answered"
        else:
            self.known.update(zip(new, match.groups(), strict=True))

    def _value(self, name: str) -> Any:
        if name not in self.known:
            raise Unreadable(f"nothing has told what {{{name}}} is")
        return self.known[name]
