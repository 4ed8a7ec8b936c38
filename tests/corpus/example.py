"""One recorded fact of the corpus: what can be read of it, and the bytes as they were sealed.

The bytes are opened here with nothing but the cipher, as docs/facts.md describes their form, so
that the form itself is tested and not only that we read what we write.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Self
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from tests.logbook import KEYRING

from cases.app.store.keys import DataKeys, StreamKey
from cases.app.store.mapper import CaseMapper, FactTypes, SealedEvent
from cases.domain.facts import Recorded

SECRET = b"an open key, for the corpus only"
KEY_ID = UUID("c0c0c0c0-0000-4000-8000-000000000001")

Json = dict[str, Any]


def key_of(stream: UUID) -> StreamKey:
    """The key of every example, for one stream: known to everybody, like what it seals."""
    return StreamKey.of(stream, KEY_ID, SECRET)


@dataclass(frozen=True)
class Example:
    """A fact at its place, and the content that was sealed: fact, circumstances, rule log."""

    stream: UUID
    version: int
    topic: str
    event_id: UUID
    recorded_at: datetime
    header: Json
    fact: Json
    circumstances: Json
    rules: list[Json]
    sealed: bytes

    @classmethod
    def of(cls, recorded: Recorded, types: FactTypes) -> Self:
        """The fact sealed as this release seals it, with a nonce that follows from its place."""
        place = f"{recorded.stream_id}@{recorded.version}"
        event = mapper(types, sha256(place.encode()).digest()[:12]).seal(
            recorded, key_of(recorded.stream_id)
        )
        fact, circumstances, rules = opened_by_hand(
            event.state, recorded.stream_id, recorded.version, event.topic
        )
        return cls(
            stream=recorded.stream_id,
            version=recorded.version,
            topic=event.topic,
            event_id=recorded.event_id,
            recorded_at=recorded.recorded_at,
            header=json.loads(event.metadata),
            fact=fact,
            circumstances=circumstances,
            rules=rules,
            sealed=event.state,
        )

    @classmethod
    def read(cls, stream: UUID, content: Json) -> Self:
        """The example as ``written`` wrote it."""
        return cls(
            stream=stream,
            version=content["version"],
            topic=content["topic"],
            event_id=UUID(content["eventId"]),
            recorded_at=datetime.fromisoformat(content["recordedAt"]),
            header=content["header"],
            fact=content["fact"],
            circumstances=content["circumstances"],
            rules=content["rules"],
            sealed=base64.b64decode(content["sealed"], validate=True),
        )

    def written(self) -> Json:
        """The example as JSON."""
        return {
            "version": self.version,
            "topic": self.topic,
            "eventId": str(self.event_id),
            "recordedAt": self.recorded_at.isoformat(),
            "header": self.header,
            "fact": self.fact,
            "circumstances": self.circumstances,
            "rules": self.rules,
            "sealed": base64.b64encode(self.sealed).decode(),
        }

    def stored(self) -> SealedEvent:
        """The example as the log would hold it."""
        return SealedEvent(
            originator_id=self.stream,
            originator_version=self.version,
            topic=self.topic,
            state=self.sealed,
            event_id=self.event_id,
            recorded_at=self.recorded_at,
            metadata=compact(self.header),
            key_id=KEY_ID,
        )


def opened_by_hand(
    sealed: bytes, stream: UUID, version: int, topic: str
) -> tuple[Json, Json, list[Json]]:
    """Fact, circumstances and rule log. Raises InvalidTag or ValueError for other bytes."""
    if sealed[0] not in {1, 2}:
        raise ValueError(f"form {sealed[0]}")
    bound = stream.bytes + version.to_bytes(8, "big") + topic.encode()
    plain = AESGCMSIV(SECRET).decrypt(sealed[1:13], sealed[13:], bound)
    fact, circumstances, rules = (json.loads(line) for line in plain.split(b"\n"))
    if ("oldRecord" in circumstances) != (sealed[0] == 2):
        raise ValueError("the form tells whether there is an old record")
    return fact, circumstances, rules


def mapper(types: FactTypes, nonce: bytes = bytes(12)) -> CaseMapper:
    """The product's mapper, sealing with this nonce."""
    keys = DataKeys(KEYRING, lambda n: nonce[:n], lambda: 0.0)
    return CaseMapper(types, keys, lambda n: nonce[:n])


def meaning(recorded: Recorded) -> Json:
    """Everything that was read of a fact, as JSON."""
    source, old = recorded.source, recorded.old_record
    return {
        "version": recorded.version,
        "topic": recorded.fact.topic(),
        "eventId": str(recorded.event_id),
        "recordedAt": recorded.recorded_at.isoformat(),
        "header": {
            "actor": recorded.recorded_by.model_dump(mode="json"),
            "act": recorded.act,
            "actId": recorded.act_id,
            "purpose": recorded.purpose,
            "edition": recorded.edition,
        },
        "fact": recorded.fact.model_dump(mode="json"),
        "circumstances": {
            "effectiveOn": recorded.effective_on.isoformat(),
            "source": None if source is None else source.model_dump(mode="json"),
            **({} if old is None else {"oldRecord": old.model_dump(mode="json")}),
        },
        "rules": [line.model_dump(mode="json") for line in recorded.rules],
    }


def compact(content: Mapping[str, Any]) -> str:
    """JSON as it is stored: members in their order, nothing between them."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
