"""Telling a pattern again, as the history of another person.

What differs is put in the place of what the pattern has: the identity code, name and address, every
id, the keys of the acts, and the instants, all later by one and the same part of a day. Nothing
else is touched: no legal day, no rule log, no age. So the retold history is what the application
would have recorded for that person at those instants, to the letter.
"""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import shake_128
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from cases.app.histories.names import STREETS
from cases.app.histories.pattern import ADDRESS, FAMILY, GIVEN, Pattern
from cases.app.requests import case_id_of
from cases.app.store.bulk import NewCase
from cases.app.store.mapper import PlainFact

LATEST: Final = 3 * 3600
"""Seconds by which a person's instants may be later than the pattern's: within office hours."""

_WORDS: Final = (GIVEN.encode(), FAMILY.encode(), ADDRESS.encode())
_LAST_BITS: Final = (1 << 62) - 1


class Person(NamedTuple):
    """Someone of the pattern's group: the identity code and its blind index."""

    code: str
    blind: bytes


@dataclass(frozen=True, slots=True)
class Own:
    """What is a person's own, in the order of the pattern's: ids, texts, and how much later.

    ``texts`` stand in the place of ``Retelling.texts``.
    """

    ids: list[UUID]
    texts: list[bytes]
    later: timedelta


class Retelling:
    """Tells one pattern, as often as there are people. What is their own follows from ``seed``.

    ``ids`` are the pattern's ids that the application made; ``texts`` every word and every id of it
    that is somebody's own, as it is written.
    """

    def __init__(self, pattern: Pattern, seed: int) -> None:
        self._pattern = pattern
        self._seed = seed
        case = pattern.case
        self._caller = pattern.performed[0].caller.name
        self._given = pattern.origin.given(pattern.group.gender)
        payloads = b"".join(fact.payload for fact in case.facts)
        shown = {*(fact.event_id for fact in case.facts), *(line.id for line in case.access)}
        requests = [line.request_id for line in case.access]
        self._issued = [
            each
            for each in pattern.issued
            if each in shown or str(each) in requests or str(each).encode() in payloads
        ]
        self.ids = [*self._issued, *(each.id for each in pattern.derived)]
        place = {each: n for n, each in enumerate(self.ids)}
        self._derived = [(place[each.parent], each.name) for each in pattern.derived]
        written = [str(each) for each in self.ids]
        keys = [performance.request.key for performance in pattern.performed]
        chosen = [each for each in keys if each not in written]
        # The ids that are written somewhere, the keys that callers chose, the words.
        self._written = [
            n
            for n, text in enumerate(written)
            if text.encode() in payloads or text in keys or text in requests
        ]
        self._chosen = len(chosen)
        own = [*(written[n] for n in self._written), *chosen, pattern.group.codes()[0]]
        self.texts = [*(text.encode() for text in own), *_WORDS]
        text_at = {text.decode(): n for n, text in enumerate(self.texts)}
        self._opened_under = text_at[keys[0]]
        self._facts = [
            (
                fact,
                place[fact.event_id],
                text_at[json.loads(fact.metadata)["actId"]],
                [n for n, text in enumerate(self.texts) if text in fact.payload],
            )
            for fact in case.facts
        ]
        self._access = [(line, place[line.id], text_at[line.request_id]) for line in case.access]
        self._acts = [(act, text_at[act.key]) for act in case.acts]

    def own(self, person: Person) -> Own:
        """What is the person's own."""
        drawn = _Drawn(f"{self._seed}/{person.code}")
        later = drawn.number(LATEST)
        ids = [_renewed(old, later * 1000, drawn.bytes(10)) for old in self._issued]
        for parent, name in self._derived:
            ids.append(uuid5(ids[parent], name))
        texts = [str(ids[n]).encode() for n in self._written]
        texts += [_uuid4_text(drawn.bytes(16)) for _ in range(self._chosen)]
        families = self._pattern.origin.families
        address = (
            f"{STREETS[drawn.number(len(STREETS))]} {drawn.number(80) + 1} "
            f"A {drawn.number(40) + 1}, {self._pattern.town}"
        )
        words = (
            person.code,
            self._given[drawn.number(len(self._given))],
            families[drawn.number(len(families))],
            address,
        )
        texts += [word.encode() for word in words]
        return Own(ids, texts, timedelta(seconds=later))

    def of(self, person: Person) -> NewCase:
        """The case of the person."""
        own = self.own(person)
        ids, texts, later = own.ids, own.texts, own.later
        case_id = case_id_of(self._caller, texts[self._opened_under].decode())
        facts = []
        for fact, event_id, key, places in self._facts:
            payload = fact.payload
            for n in places:
                payload = payload.replace(self.texts[n], texts[n])
            metadata = fact.metadata.replace(self.texts[key].decode(), texts[key].decode())
            facts.append(
                PlainFact(
                    fact.version,
                    ids[event_id],
                    fact.topic,
                    fact.recorded_at + later,
                    metadata,
                    payload,
                )
            )
        case = self._pattern.case
        return NewCase(
            stream_id=case_id,
            facts=tuple(facts),
            access=tuple(
                line.model_copy(
                    update={
                        "id": ids[at],
                        "at": line.at + later,
                        "case_id": case_id,
                        "request_id": texts[request].decode(),
                    }
                )
                for line, at, request in self._access
            ),
            acts=tuple(
                replace(
                    act,
                    stream_id=case_id,
                    key=texts[key].decode(),
                    # Of a request that nobody sent, so that none is ever taken for its repeat.
                    fingerprint=shake_128(act.fingerprint + case_id.bytes).digest(32),
                    recorded_at=act.recorded_at + later,
                )
                for act, key in self._acts
            ),
            identities=tuple((person.blind, since + later) for _, since in case.identities),
            is_open=case.is_open,
        )


class _Drawn:
    """Bytes that follow from a text, each drawn once, as many as the longest history needs."""

    def __init__(self, text: str) -> None:
        self._bytes = shake_128(text.encode()).digest(2048)
        self._at = 0

    def bytes(self, length: int) -> bytes:
        """The next bytes."""
        at, self._at = self._at, self._at + length
        assert self._at <= len(self._bytes)
        return self._bytes[at : self._at]

    def number(self, below: int) -> int:
        """A number from 0 up to below ``below``, which is small beside 2**32."""
        return int.from_bytes(self.bytes(4)) % below


def _renewed(old: UUID, later: int, random: bytes) -> UUID:
    """An id of the kind that ``ids.uuid7`` makes, ``later`` milliseconds later."""
    time, bits = (old.int >> 80) + later, int.from_bytes(random) >> 6
    return UUID(int=time << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & _LAST_BITS)


def _uuid4_text(random: bytes) -> bytes:
    """A UUID of version 4 as it is written, without the object in between."""
    text = random.hex()
    return (
        f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[random[8] & 3]}{text[17:20]}-{text[20:]}"
    ).encode()
