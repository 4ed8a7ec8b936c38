"""Whether an answer is what the story expects: members named must be so, others are free."""

from collections.abc import Iterator
from typing import Any

from cases.app.stories.model import Json
from cases.domain.model import State


class Difference(State):
    """One member that is not as expected. ``found`` is None where the answer has no such member."""

    member: str
    expected: Any
    found: Any = None


def differences(expected: Json, found: Json, member: str = "") -> tuple[Difference, ...]:
    """Where the answer differs. Objects may hold more than is named; lists must be the same."""
    match expected, found:
        case dict(), dict():
            return tuple(
                difference
                for name, inner in expected.items()
                for difference in differences(inner, found.get(name), _below(member, name))
            )
        case list(), list() if len(expected) == len(found):
            return tuple(
                difference
                for n, (inner, item) in enumerate(zip(expected, found, strict=True), start=1)
                for difference in differences(inner, item, _below(member, str(n)))
            )
    same = expected == found and isinstance(expected, bool) == isinstance(found, bool)
    return () if same else (Difference(member=member or "answer", expected=expected, found=found),)


def missing_entries(expected: list[Any], found: list[Any]) -> tuple[Difference, ...]:
    """The entries of a list that must contain them, in any order, and does not."""
    return tuple(
        Difference(member="entries", expected=entry, found=_closest(entry, found))
        for entry in expected
        if not any(not differences(entry, item) for item in found)
    )


def look(expected: dict[str, Any], answer: Json) -> tuple[Difference, ...]:
    """What ``contains`` and ``containsNot`` expect, looked for anywhere in the answer."""
    lacking = [
        Difference(member="contains", expected=wanted, found="nowhere in the answer")
        for wanted in expected.get("contains", ())
        if not occurs(wanted, answer)
    ]
    surplus = [
        Difference(member="containsNot", expected=unwanted, found="in the answer")
        for unwanted in expected.get("containsNot", ())
        if occurs(unwanted, answer)
    ]
    return (*lacking, *surplus)


def occurs(wanted: Json, answer: Json) -> bool:
    """Whether the wanted is anywhere in the answer.

    Text occurs within any text. An object occurs where all its members are those of one object,
    counting the objects inside it but not the items of its lists, which are other things.
    """
    if isinstance(wanted, str):
        return any(wanted in text for text in _texts(answer))
    if isinstance(wanted, dict):
        return any(_holds(wanted, candidate) for candidate in _objects(answer))
    return any(wanted == value for value in _values(answer))


def _holds(wanted: dict[str, Any], candidate: dict[str, Any]) -> bool:
    flat = list(_members(candidate))
    return all(
        any(name == member and not differences(inner, value) for member, value in flat)
        for name, inner in wanted.items()
    )


def _members(candidate: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in candidate.items():
        yield name, value
        if isinstance(value, dict):
            yield from _members(value)


def _values(answer: Json) -> Iterator[Json]:
    yield answer
    inner: list[Any] = []
    if isinstance(answer, dict):
        inner = list(answer.values())
    elif isinstance(answer, list):
        inner = answer
    for value in inner:
        yield from _values(value)


def _texts(answer: Json) -> Iterator[str]:
    for value in _values(answer):
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from (str(name) for name in value)


def _objects(answer: Json) -> Iterator[dict[str, Any]]:
    return (value for value in _values(answer) if isinstance(value, dict))


def _closest(entry: Json, found: list[Any]) -> Any:
    """The item that differs least, so that a reader sees what was there instead."""
    return min(found, key=lambda item: len(differences(entry, item)), default="no entries")


def _below(member: str, name: str) -> str:
    return f"{member}.{name}" if member else name
