"""Two worlds that differ in one thing somebody may not be told: all answers must be the same."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final, TypeVar

import httpx2
from tests.service import Service

_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CODE: Final = re.compile(r"\d{6}-9\d{2}[0-9A-Y]")
_MARK: Final = re.compile(r"\.[0-9a-f]{8}")
_CURSOR: Final = re.compile(r"cursor=[^>&\"]*")
_NEXT: Final = re.compile(r'"next":"[^"]*"')
# How many facts the lists are behind: those of other authorities count too.
_BEHIND: Final = re.compile(r'"behind":\d+')
_CHANGING: Final = {"date", "request-id", "server"}
Told = tuple[int, str, dict[str, str]]


@dataclass
class World:
    """A service, and its ids and codes by the order in which they were first met."""

    service: Service
    names: dict[str, str] = field(default_factory=dict)

    def told(self, answer: httpx2.Response) -> Told:
        """All that an answer tells, but for what differs between any two services."""

        def name(found: re.Match[str]) -> str:
            return self.names.setdefault(found[0], f"name {len(self.names)}")

        def plain(text: str) -> str:
            return _CODE.sub(name, _ID.sub(name, _CURSOR.sub("", _MARK.sub("", text))))

        headers = {n: plain(v) for n, v in answer.headers.items() if n not in _CHANGING}
        text = _NEXT.sub('"next":""', _BEHIND.sub('"behind":0', plain(answer.text)))
        return answer.status_code, _in_order(text), headers

    def act(self, path: str, where: str, body: Any, by: str, key: str) -> httpx2.Response:
        """An act on what is at a path, seen as it is now."""
        tag = self.service.get(path, by=by).headers.get("etag")
        return self.service.post(f"{path}{where}", body, by=by, tag=tag, key=key)


W = TypeVar("W", bound=World)


def _in_order(text: str) -> str:
    """A worklist with its entries in an order: that of those of one day follows from ids."""
    if '"unmatchedNotices"' not in text:
        return text
    page = json.loads(text)
    return json.dumps({**page, "items": sorted(page["items"], key=json.dumps)})


def same(worlds: Sequence[W], ask: Callable[[W], httpx2.Response]) -> list[httpx2.Response]:
    """Ask in both worlds: the answers must be the same."""
    answers = [ask(world) for world in worlds]
    one, other = (world.told(answer) for world, answer in zip(worlds, answers, strict=True))
    assert one == other
    return answers


def pass_time(worlds: Sequence[World], days: int) -> None:
    """Some days and a minute go by in both."""
    then = worlds[0].service.clock.now() + timedelta(days=days, minutes=1)
    for world in worlds:
        world.service.clock.set(then)


def as_of(random: Random, today: date, known: Sequence[datetime]) -> list[str]:
    """Queries: of now, of a past day, of a version, and from the knowledge of an instant."""
    past = today - timedelta(days=random.randint(0, 20))
    at = random.choice(known).isoformat().replace("+00:00", "Z")
    return ["", f"?validOn={past}", f"?version={random.randint(1, 14)}", f"?knownAt={at}"]
