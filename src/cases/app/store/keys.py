"""Keys: one data key per stream, wrapped by a key store; a bounded, time-limited cache of them.

A data key exists in the clear only in this process's memory. The log keeps it wrapped; destroying
the wrapped key erases what it sealed.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol, Self
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

Entropy = Callable[[int], bytes]  # n -> n unpredictable bytes, such as os.urandom
KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as the log keeps it; only ``wrapping_key`` of the key store opens it."""

    key_id: UUID
    wrapped: bytes
    wrapping_key: str


class KeyStore(Protocol):
    """Where wrapping keys live: a file in development, a key service in production.

    ``context`` binds a wrapped key to its stream: unwrapping under another context fails. Every
    method raises KeyUnavailable when the store does not answer or lacks the key.
    """

    def wrapping_key_id(self) -> str:
        """The wrapping key in use for new data keys."""

    def wrap(self, secret: bytes, context: bytes) -> bytes:
        """The secret wrapped under the current wrapping key and the context."""

    def unwrap(self, wrapped: bytes, wrapping_key: str, context: bytes) -> bytes:
        """The secret. KeyUnavailable also for altered bytes or another context."""

    def blind_index(self, code: str) -> bytes:
        """The keyed index (32 bytes) of a normalised identity code: equal for equal codes."""

    def guidance_index(self, authority: str, code: str) -> bytes:
        """The keyed index (32 bytes) of a code in one authority's guidance records."""

    def shared_secret(self, label: str) -> bytes:
        """A secret (32 bytes) that all processes of an installation have, one for each label."""

    def lacks(self, names: Iterable[str]) -> list[str]:
        """Which of these wrapping keys it has not, in order."""

    def health(self) -> str | None:
        """None when the store can wrap and unwrap, else what is wrong, without secrets."""


@dataclass(frozen=True, slots=True)
class StreamKey:
    """The unwrapped data key of one stream; ``key_id`` stands in every header.

    ``bound`` are the bytes of the stream's id, which everything sealed is bound to.
    """

    key_id: UUID
    stream_id: UUID
    bound: bytes
    secret: bytes = field(repr=False)
    cipher: AESGCMSIV = field(repr=False)

    @classmethod
    def of(cls, stream_id: UUID, key_id: UUID, secret: bytes) -> Self:
        """The key of a stream, ready to seal and to open."""
        return cls(key_id, stream_id, stream_id.bytes, secret, AESGCMSIV(secret))


class DataKeys:
    """The unwrapped keys of recent streams: at most ``capacity``, none longer than ``lifetime``.

    ``lifetime`` is in seconds of ``clock`` (monotonic). The cache only saves unwrapping: whoever
    reads a stream reads its wrapped key with it, so a destroyed key is noticed at the next read,
    cached or not.

    What is kept are the secrets. A cipher is made anew for each reading, in 3 µs: one takes 2.6 kB
    of the C library's memory, and thousands of them among what lives for milliseconds would keep
    whole pages from being given back.
    """

    def __init__(
        self,
        store: KeyStore,
        entropy: Entropy,
        clock: Callable[[], float],
        *,
        capacity: int = 4_096,
        lifetime: float = 300.0,
    ) -> None:
        self.store = store
        self._entropy = entropy
        self._clock = clock
        self._capacity = capacity
        self._lifetime = lifetime
        self._known: OrderedDict[UUID, tuple[float, UUID, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def make(self, stream_id: UUID) -> tuple[WrappedKey, StreamKey]:
        """A new data key for a stream, wrapped; not cached before it is known to be stored."""
        secret = self._entropy(KEY_BYTES)
        key_id = UUID(bytes=self._entropy(16), version=4)
        wrapped = self.store.wrap(secret, stream_id.bytes)
        stored = WrappedKey(key_id, wrapped, self.store.wrapping_key_id())
        return stored, StreamKey.of(stream_id, key_id, secret)

    def admit(self, stream_id: UUID, stored: WrappedKey) -> StreamKey:
        """The stream's key, unwrapped now or remembered. Raises KeyUnavailable."""
        known = self.known(stream_id)
        if known is not None and known.key_id == stored.key_id:
            return known
        secret = self.store.unwrap(stored.wrapped, stored.wrapping_key, stream_id.bytes)
        key = StreamKey.of(stream_id, stored.key_id, secret)
        self.remember(stream_id, key)
        return key

    def known(self, stream_id: UUID) -> StreamKey | None:
        """The remembered key of a stream, if it is not too old."""
        with self._lock:
            found = self._known.get(stream_id)
            if found is None:
                return None
            since, key_id, secret = found
            if self._clock() - since > self._lifetime:
                del self._known[stream_id]
                return None
            self._known.move_to_end(stream_id)
        return StreamKey.of(stream_id, key_id, secret)

    def remember(self, stream_id: UUID, key: StreamKey) -> None:
        """Keep a key for its lifetime; the one unused for longest makes room."""
        with self._lock:
            self._known[stream_id] = (self._clock(), key.key_id, key.secret)
            self._known.move_to_end(stream_id)
            while len(self._known) > self._capacity:
                self._known.popitem(last=False)

    def forget(self, stream_id: UUID) -> None:
        """Drop the key of a stream at once, as erasing requires."""
        with self._lock:
            self._known.pop(stream_id, None)
