"""A record as its history entry shows it, and its members by JSON pointer (RFC 6901)."""

from copy import deepcopy
from typing import Any

from cases.domain.facts import Content, Fact, Recorded, Source
from cases.domain.model import State
from cases.domain.written import written, written_day


class NoSuchMember(LookupError):
    """A pointer leads nowhere."""


class Entry(State):
    """What can be corrected of a record: its legal date, its source, its content, as JSON."""

    members: Content

    def onto(self, recorded: Recorded) -> Recorded:
        """The record saying this. Raises ValueError for what it can't say."""
        source, kind = self.members.get("source"), type(recorded.fact)
        return recorded.having(
            fact=written(kind, whole(kind, self.members["content"])),
            effective_on=written_day(self.members.get("effectiveOn")),
            source=None if source is None else written(Source, source),
        )


def whole(kind: type[Fact], content: Content) -> Content:
    """The content with null for each member that is always said, also where there is nothing."""
    said = (name for name, field in kind.model_fields.items() if field.is_required())
    nulls = dict.fromkeys(kind.model_fields[name].alias or name for name in said)
    return {**nulls, **content}


def entry_of(recorded: Recorded, content: Content | None = None) -> Entry:
    """The record's entry, with this content where its fact doesn't say it by itself."""
    source = recorded.source
    if content is None:
        content = recorded.fact.model_dump(mode="json", exclude_none=True)
    return Entry(
        members={
            "effectiveOn": recorded.effective_on.isoformat(),
            "source": None if source is None else source.model_dump(mode="json", exclude_none=True),
            "content": content,
        }
    )


def read(entry: Entry, pointer: str) -> Any:
    """What stands at a pointer; None where a member could be and is not. Raises NoSuchMember."""
    *way, last = _parts(pointer)
    inside = _inside(entry.members, way)
    if isinstance(inside, dict):
        return inside.get(last)
    return inside[_place(inside, last)]


def rewritten(entry: Entry, pointer: str, value: Any) -> Entry:
    """The entry with a value at a pointer; None takes the member away. Raises NoSuchMember."""
    members = deepcopy(entry.members)
    *way, last = _parts(pointer)
    inside = _inside(members, way)
    if not isinstance(inside, dict):
        place = _place(inside, last)
        if value is None:
            del inside[place]
        else:
            inside[place] = value
    elif value is None:
        inside.pop(last, None)
    else:
        inside[last] = value
    return Entry(members=members)


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _inside(value: Any, way: list[str]) -> Any:
    """The object or list that a member stands in."""
    for part in way:
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list):
            value = value[_place(value, part)]
        else:
            raise NoSuchMember
    if not isinstance(value, dict | list):
        raise NoSuchMember
    return value


def _place(values: list[Any], part: str) -> int:
    if not part.isascii() or not part.isdecimal() or int(part) >= len(values):
        raise NoSuchMember
    return int(part)
