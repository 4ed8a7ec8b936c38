"""From a recorded fact to sealed bytes and back.

The header (actor, act, purpose, edition) stays readable so that order and evidence survive erasure;
everything about the person is sealed with AES-256-GCM-SIV under the stream's own key, bound to
stream, version and topic, so that no payload can be moved.

What is sealed is three lines of JSON: the fact, its circumstances (legal date, source), the rule
log. Apart, so that each is read by the one who needs it: folding a case never looks at the rules.
What was imported from an old system has a third circumstance, when that one recorded it; so that a
release which does not know of it refuses it, that is a form of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple, overload
from uuid import UUID

from cryptography.exceptions import InvalidTag
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from cases.app.store.faults import KeyUnavailable, SealBroken, UnknownFactType
from cases.app.store.keys import DataKeys, Entropy, StreamKey
from cases.domain.facts import Actor, Carrier, Content, Fact, Recorded, Source, Upcaster
from cases.domain.law.rules import RuleApplied
from cases.domain.model import Value
from cases.domain.old_record import OldRecord

_FORMAT = b"\x01"  # AES-256-GCM-SIV: this byte, 12 bytes of nonce, ciphertext with tag
_IMPORTED = b"\x02"  # the same, with an old record among the circumstances
_FORMS = (_FORMAT, _IMPORTED)
_NONCE = 12
_RULES = TypeAdapter(tuple[RuleApplied, ...])


@dataclass(frozen=True)
class SealedEvent(StoredEvent):
    """A stored event of the library with the header the log keeps beside the sealed ``state``.

    ``metadata`` is the JSON text as stored. ``recorded_at`` is an instant in UTC.
    """

    event_id: UUID
    recorded_at: datetime
    metadata: str
    key_id: UUID


class PlainFact(NamedTuple):
    """A fact of a known stream as it is before it is sealed.

    The header as the log shows it, ``metadata`` being JSON text, the ``payload`` to be sealed, and
    the ``form`` it is sealed in.
    ``recorded_at`` is an instant in UTC.
    """

    version: int
    event_id: UUID
    topic: str
    recorded_at: datetime
    metadata: str
    payload: bytes
    form: bytes = _FORMAT


class Header(Value):
    """The readable part of a fact."""

    actor: Actor
    act: str
    act_id: str
    purpose: str
    edition: str


class FactTypes:
    """Which class reads which topic, and how an older topic becomes a newer one.

    ``upcasters`` maps an older topic to what makes a newer one of it. Raises ValueError for what
    could not be read: a class under a topic other than its own, an upcaster for a current topic,
    to a topic nobody knows, to a lower version of the same name, or back to where it came from.
    """

    def __init__(
        self, current: Mapping[str, type[Fact]], upcasters: Mapping[str, Upcaster] | None = None
    ) -> None:
        self._current = dict(current)
        self._upcasters = dict(upcasters or {})
        if any(topic != fact.topic() for topic, fact in self._current.items()):
            raise ValueError("Every class stands under its own topic.")
        if self._current.keys() & self._upcasters.keys():
            raise ValueError("A topic is current or upcast, not both.")
        for topic in self._upcasters:
            self._check_way(topic)

    def has(self, topic: str) -> bool:
        """Whether facts of the topic can be read."""
        return topic in self._current or topic in self._upcasters

    def read(self, topic: str, line: bytes) -> Fact:
        """The fact of a line of JSON.

        Raises KeyError for an unknown topic, ValidationError for foreign content.
        """
        current = self._current.get(topic)
        if current is not None:
            fact = current.model_validate_json(line)
        else:
            newest, content = self.newest(topic, from_json(line))
            fact = self._current[newest].model_validate(content)
        if isinstance(fact, Carrier):
            carried = fact.brought_up_to_date(self.newest)
            # Content nobody could read is refused here, like that of the fact it corrects.
            self._current[carried.content_topic].model_validate(carried.content)
            return carried
        return fact

    def newest(self, topic: str, content: Content) -> tuple[str, Content]:
        """The newest version of content that was recorded under a topic, and its topic."""
        while (upcaster := self._upcasters.get(topic)) is not None:
            topic, content = upcaster.topic, upcaster.change(content)
        return topic, content

    def _check_way(self, topic: str) -> None:
        """Go from an older topic to a current one, as reading will."""
        passed = [topic]
        while (upcaster := self._upcasters.get(passed[-1])) is not None:
            (name, old), (new_name, new) = _parts(passed[-1]), _parts(upcaster.topic)
            if name == new_name and new <= old:
                raise ValueError(f"{passed[-1]} becomes {upcaster.topic}: versions go up.")
            if upcaster.topic in passed:
                raise ValueError(f"{topic} never becomes a current topic: it goes round.")
            passed.append(upcaster.topic)
        if passed[-1] not in self._current:
            raise ValueError(f"{topic} becomes {passed[-1]}, which nobody reads.")


class RuleLog(Sequence[RuleApplied]):
    """The rule log of one fact, made from its line of JSON when somebody looks at it."""

    __slots__ = ("_line", "_rules")

    def __init__(self, line: bytes) -> None:
        self._line = line
        self._rules: tuple[RuleApplied, ...] | None = None

    def _made(self) -> tuple[RuleApplied, ...]:
        if self._rules is None:
            self._rules = _RULES.validate_json(self._line)
        return self._rules

    @overload
    def __getitem__(self, index: int) -> RuleApplied: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[RuleApplied, ...]: ...
    def __getitem__(self, index: int | slice) -> RuleApplied | tuple[RuleApplied, ...]:
        return self._made()[index]

    def __iter__(self) -> Iterator[RuleApplied]:
        return iter(self._made())

    def __len__(self) -> int:
        return len(self._made())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._made() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._made())

    def __repr__(self) -> str:
        return repr(self._made())


class CaseMapper(Mapper[UUID]):
    """The library's mapper interface over ``Recorded`` and ``SealedEvent``.

    Keys come from ``keys``; ``seal`` and ``unseal`` take one in hand instead and are what the log
    uses. The library's transcoder, compressor and cipher are not used: a cipher there cannot see
    whose event it is.
    """

    def __init__(self, types: FactTypes, keys: DataKeys, entropy: Entropy) -> None:
        super().__init__(transcoder=JSONTranscoder())
        self.types = types
        self._keys = keys
        self._entropy = entropy

    def header(self, recorded: Recorded) -> str:
        """The readable part of a fact, as the JSON text that is stored; one for a whole act."""
        return Header(
            actor=recorded.recorded_by,
            act=recorded.act,
            act_id=recorded.act_id,
            purpose=recorded.purpose,
            edition=recorded.edition,
        ).model_dump_json()

    def payload(self, recorded: Recorded, key: StreamKey) -> bytes:
        """Everything else, sealed. Raises UnknownFactType for a type nobody could read."""
        topic = self._topic(recorded)
        assert key.stream_id == recorded.stream_id, "a key seals its own stream"
        return self._sealed(key, recorded.version, topic, _lines(recorded), _form(recorded))

    def plain(self, recorded: Recorded) -> PlainFact:
        """The fact written out, not sealed. Raises UnknownFactType for a type nobody could read."""
        return PlainFact(
            version=recorded.version,
            event_id=recorded.event_id,
            topic=self._topic(recorded),
            recorded_at=recorded.recorded_at,
            metadata=self.header(recorded),
            payload=_lines(recorded),
            form=_form(recorded),
        )

    def seal_plain(self, plain: PlainFact, key: StreamKey) -> bytes:
        """The sealed bytes of a fact of the key's stream, bound to its place."""
        return self._sealed(key, plain.version, plain.topic, plain.payload, plain.form)

    def seal(self, recorded: Recorded, key: StreamKey) -> SealedEvent:
        """The fact sealed under ``key``. Raises UnknownFactType for a type nobody could read."""
        return SealedEvent(
            originator_id=recorded.stream_id,
            originator_version=recorded.version,
            topic=recorded.fact.topic(),
            state=self.payload(recorded, key),
            event_id=recorded.event_id,
            recorded_at=recorded.recorded_at,
            metadata=self.header(recorded),
            key_id=key.key_id,
        )

    def unseal(self, sealed: SealedEvent, key: StreamKey) -> Recorded:
        """The fact. Raises SealBroken or UnknownFactType, naming stream, version and topic."""
        return self.unseal_row(
            key,
            *_place(sealed),
            sealed.event_id,
            sealed.recorded_at,
            sealed.metadata,
            sealed.state,
        )

    def unseal_row(  # noqa: PLR0913, PLR0917 - a row of the log, in the order of its columns
        self,
        key: StreamKey,
        stream_id: UUID,
        version: int,
        topic: str,
        event_id: UUID,
        recorded_at: datetime,
        metadata: str,
        state: bytes,
        position: int | None = None,
    ) -> Recorded:
        """``unseal`` without the stored event in between: folding a case is made of this."""
        try:
            if state[:1] > _IMPORTED:  # the form of a newer release
                raise UnknownFactType(stream_id, version, topic)
            if state[:1] not in _FORMS or key.stream_id != stream_id:
                raise InvalidTag
            plain = key.cipher.decrypt(
                state[1 : 1 + _NONCE], state[1 + _NONCE :], _bound_to(key, version, topic)
            )
        except (InvalidTag, ValueError) as error:
            raise SealBroken(stream_id, version, topic) from error
        line, circumstances, rules = plain.split(b"\n")
        try:
            fact = self.types.read(topic, line)
        except (KeyError, ValidationError) as error:
            # Without the content of the error: pydantic quotes its input.
            raise UnknownFactType(stream_id, version, topic) from (
                error if isinstance(error, KeyError) else None
            )
        header = from_json(metadata)
        content = from_json(circumstances)
        source, old = content["source"], content.get("oldRecord")
        return Recorded.made(
            {
                "stream_id": stream_id,
                "version": version,
                "event_id": event_id,
                "recorded_at": recorded_at,
                "recorded_by": _actor(**header["actor"]),
                "effective_on": date.fromisoformat(content["effectiveOn"]),
                "act_id": header["actId"],
                "act": header["act"],
                "purpose": header["purpose"],
                "edition": header["edition"],
                "fact": fact,
                "rules": () if rules == b"[]" else RuleLog(rules),
                "source": None if source is None else Source.model_validate(source),
                "old_record": None if old is None else OldRecord.model_validate(old),
                "position": position,
            }
        )

    def to_stored_event(self, domain_event: Recorded) -> SealedEvent:  # type: ignore[override]
        """``seal`` under the stream's remembered key. Raises KeyUnavailable when there is none.

        Our facts name their stream by another word than the library's protocol, hence the ignore.
        """
        return self.seal(domain_event, self._key(domain_event.stream_id))

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:  # type: ignore[override]
        """``unseal`` under the stream's remembered key. Raises KeyUnavailable as well."""
        assert isinstance(stored_event, SealedEvent)
        return self.unseal(stored_event, self._key(_place(stored_event)[0]))

    def _topic(self, recorded: Recorded) -> str:
        topic = recorded.fact.topic()
        if not self.types.has(topic):
            raise UnknownFactType(recorded.stream_id, recorded.version, topic)
        return topic

    def _sealed(self, key: StreamKey, version: int, topic: str, lines: bytes, form: bytes) -> bytes:
        nonce = self._entropy(_NONCE)
        return form + nonce + key.cipher.encrypt(nonce, lines, _bound_to(key, version, topic))

    def _key(self, stream_id: UUID) -> StreamKey:
        key = self._keys.known(stream_id)
        if key is None:
            raise KeyUnavailable("the key of this stream is not at hand")
        return key


def _form(recorded: Recorded) -> bytes:
    """The form a fact is sealed in: an older release reads all but what was imported."""
    return _FORMAT if recorded.old_record is None else _IMPORTED


def _lines(recorded: Recorded) -> bytes:
    """The three lines that are sealed; JSON itself never holds the end of a line."""
    fact, source, old = recorded.fact, recorded.source, recorded.old_record
    return b"".join(
        (
            fact.__pydantic_serializer__.to_json(fact, by_alias=True),
            b'\n{"effectiveOn":"',
            recorded.effective_on.isoformat().encode(),
            b'","source":',
            b"null" if source is None else source.model_dump_json().encode(),
            b"}\n" if old is None else b',"oldRecord":' + old.model_dump_json().encode() + b"}\n",
            _RULES.dump_json(tuple(recorded.rules), by_alias=True) if recorded.rules else b"[]",
        )
    )


def _parts(topic: str) -> tuple[str, int]:
    """Name and version: ``plan.drawn-up.v1`` is the first version of ``plan.drawn-up``."""
    name, _, version = topic.rpartition(".v")
    if not name or not version.isdecimal():
        raise ValueError(f"{topic} is no topic: a name, a dot, v and the version.")
    return name, int(version)


def _bound_to(key: StreamKey, version: int, topic: str) -> bytes:
    return key.bound + version.to_bytes(8) + topic.encode()


@lru_cache(maxsize=1_024)
def _actor(subject: str, organisation: str, role: str) -> Actor:
    """The same few people record most facts."""
    return Actor(subject=subject, organisation=organisation, role=role)


def _place(sealed: StoredEvent) -> tuple[UUID, int, str]:
    stream_id = sealed.originator_id
    assert isinstance(stream_id, UUID)
    return stream_id, sealed.originator_version, sealed.topic
