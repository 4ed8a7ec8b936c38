"""Codes of lists that others keep, as acts tell them: each stands in its list, or is refused.

It is asked of what is told, when it is told. What is on record says what it said, whatever lists
have become since: no fact is read by them, and no act of old is decided again by them.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from cases.domain.case.act import Act, Circumstances, Decision
from cases.domain.codes.standards import standard_lists
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, Violation

LISTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "citizenships": "countries",
        "contactLanguage": "languages",
        "language": "languages",
        "motherTongue": "languages",
    }
)
"""The members of acts that are codes of such a list, by their names in JSON, with its id."""


def with_listed_codes(
    act: Act, outcome: Decision | Refusal, circumstances: Circumstances
) -> Decision | Refusal:
    """The outcome of an act, refused for the codes it tells that no list has, too."""
    violations = tuple(
        Violation(line=circumstances.line(Rule.CODE_OF_THE_LIST, False, list=name), pointer=pointer)
        for pointer, name in unlisted(act)
    )
    if not violations:
        return outcome
    if isinstance(outcome, Refusal):
        return Refusal(violations=(*outcome.violations, *violations), conflict=outcome.conflict)
    return Refusal(violations=violations)


def unlisted(act: Act) -> Iterator[tuple[str, str]]:
    """Where an act tells a code that is not in its list, and the id of the list.

    Of a correction only what it says instead: what it says was there stays what it was.
    """
    said = act.model_dump(mode="json", by_alias=True, exclude_none=True)
    changes = said.get("changes")
    if isinstance(changes, list):
        said["changes"] = None
        for n, change in enumerate(changes):
            yield from _unlisted(_last_name(change["member"]), change.get("to"), f"/changes/{n}/to")
    yield from _unlisted("", said, "")


def _unlisted(name: str, told: Any, pointer: str) -> Iterator[tuple[str, str]]:
    match told:
        case dict():
            for member, inner in told.items():
                yield from _unlisted(member, inner, f"{pointer}/{member}")
        case list():
            for place, inner in enumerate(told):
                yield from _unlisted(name, inner, f"{pointer}/{place}")
        case str() if name in LISTED and told not in _codes(LISTED[name]):
            yield pointer, LISTED[name]


def _last_name(pointer: str) -> str:
    """The name of the member a pointer leads to, or of the list it leads into."""
    return next(part for part in reversed(pointer.split("/")) if not part.isdigit())


@cache
def _codes(name: str) -> frozenset[str]:
    return frozenset(value.code for value in standard_lists()[name].values)
