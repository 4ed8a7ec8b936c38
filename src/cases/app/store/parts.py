"""Members' parts of a family plan: each sealed under the key of the member's case, and opened.

A part is sealed inside the fact it belongs to, which is then sealed under the plan's own key. So
erasing a case takes the parts of its member along, in every plan, and nothing else; no act on a
plan touches the stream of a case. A key that was destroyed meanwhile seals nothing that anybody
could open: whoever opens a part reads the wrapped key with it.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from pydantic import ValidationError

from cases.app.store.connections import Pools, statement
from cases.app.store.faults import SealBroken, UnknownFactType
from cases.app.store.keys import DataKeys, Entropy, StreamKey, WrappedKey
from cases.domain.facts import Recorded
from cases.domain.family.facts import FamilyPlanFact, Part

_FORM: Final = b"\x01"  # AES-256-GCM-SIV: this byte, 12 bytes of nonce, ciphertext with tag
_NONCE: Final = 12
_LABEL: Final = b"family-plan-part\0"

Keys = Mapping[UUID, StreamKey]


class Parts:
    """Seals and opens. Raises StoreUnavailable, and KeyUnavailable for the key store."""

    def __init__(self, pools: Pools, keys: DataKeys, entropy: Entropy) -> None:
        self._pools = pools
        self._keys = keys
        self._entropy = entropy

    def sealed(self, facts: Sequence[Recorded]) -> tuple[Recorded, ...] | None:
        """The facts as the log keeps them; None where a member's case was erased meanwhile."""
        keys = self._living(facts)
        told = (p.case_id for f in facts for p in _parts(f) if p.told is not None)
        if not keys.keys() >= {*told}:
            return None
        return tuple(
            _with_parts(fact, [self._seal(fact, part, keys) for part in _parts(fact)])
            for fact in facts
        )

    def opened(self, facts: Sequence[Recorded]) -> tuple[Recorded, ...]:
        """The facts with every part that can still be read.

        Raises SealBroken for one that was altered or moved, UnknownFactType for one a newer release
        has written.
        """
        keys = self._living(facts)
        return tuple(
            _with_parts(fact, [_open(fact, part, keys) for part in _parts(fact)]) for fact in facts
        )

    def _seal(self, fact: Recorded, part: Part, keys: Keys) -> Part:
        if part.told is None:
            return part
        key, nonce = keys[part.case_id], self._entropy(_NONCE)
        content = part.told.model_dump_json().encode()
        sealed = _FORM + nonce + key.cipher.encrypt(nonce, content, _bound_to(fact))
        return part.model_copy(update={"told": None, "sealed": b64encode(sealed).decode()})

    def _living(self, facts: Iterable[Recorded]) -> Keys:
        """The keys of the members' cases, read anew, so that a destroyed one is noticed."""
        members = {part.case_id for fact in facts for part in _parts(fact)}
        if not members:
            return {}
        rows = self._pools.read(statement("member_keys"), {"stream_ids": [*members]})
        found = {stream_id: WrappedKey(*wrapped) for stream_id, *wrapped in rows}
        for gone in members - found.keys():
            self._keys.forget(gone)
        return {stream_id: self._keys.admit(stream_id, key) for stream_id, key in found.items()}


def _open(fact: Recorded, part: Part, keys: Keys) -> Part:
    assert isinstance(fact.fact, FamilyPlanFact), "only these have parts"
    key = keys.get(part.case_id)
    if part.sealed is None:
        return part
    if key is None:
        return part.model_copy(update={"sealed": None})
    sealed = b64decode(part.sealed)
    topic = fact.fact.topic()
    if sealed[:1] > _FORM:
        raise UnknownFactType(fact.stream_id, fact.version, topic)
    try:
        nonce, content = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        told = key.cipher.decrypt(nonce, content, _bound_to(fact))
    except (InvalidTag, ValueError) as error:
        raise SealBroken(fact.stream_id, fact.version, topic) from error
    try:
        read = fact.fact.TOLD.model_validate_json(told)
    except ValidationError:
        # Without the content of the error: pydantic quotes its input.
        raise UnknownFactType(fact.stream_id, fact.version, topic) from None
    return part.model_copy(update={"told": read, "sealed": None})


def _parts(fact: Recorded) -> tuple[Part, ...]:
    return fact.fact.parts if isinstance(fact.fact, FamilyPlanFact) else ()


def _with_parts(fact: Recorded, parts: Sequence[Part]) -> Recorded:
    return fact.having(fact=fact.fact.model_copy(update={"parts": tuple(parts)}))


def _bound_to(fact: Recorded) -> bytes:
    """The plan and the place in it; whose part it is, its key says. It can be moved nowhere."""
    return _LABEL + fact.stream_id.bytes + fact.version.to_bytes(8)
