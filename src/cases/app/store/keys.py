"""Keys: one data key per stream, wrapped by a key store; a bounded, time-limited cache of them.

A data key exists in the clear only in this process's memory. The log keeps it wrapped; destroying
the wrapped key erases what it sealed.
"""

import base64
import hmac
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Protocol, Self
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap_with_padding,
    aes_key_wrap_with_padding,
)

from cases.app.store.faults import KeyUnavailable

Entropy = Callable[[int], bytes]  # n -> n unpredictable bytes, such as os.urandom
_KEY_BYTES = 32


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

    def health(self) -> str | None:
        """None when the store can wrap and unwrap, else what is wrong, without secrets."""


class FileKeyring:
    """Wrapping keys and the index key in a JSON file only its owner may read.

    For development, tests and small installations. The file holds no data keys.
    """

    def __init__(self, current: str, wrapping: dict[str, bytes], index: bytes) -> None:
        self._current = current
        self._wrapping = wrapping
        self._index = index

    @classmethod
    def create(cls, path: Path, name: str, entropy: Entropy) -> Self:
        """Make a new keyring at ``path``. Raises FileExistsError; never replaces keys."""
        keyring = cls(name, {name: entropy(_KEY_BYTES)}, entropy(_KEY_BYTES))
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(keyring._as_json())
            file.flush()
            os.fsync(file.fileno())
        return keyring

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the keyring at ``path``.

        Raises KeyUnavailable when it is missing, unreadable, or readable for others than its owner.
        """
        try:
            with path.open("rb") as file:
                if os.fstat(file.fileno()).st_mode & 0o077:
                    raise KeyUnavailable(f"{path} is open to others: chmod 600 it")
                content = json.load(file)
            wrapping = {n: base64.b64decode(k) for n, k in content["wrapping"].items()}
            return cls(content["current"], wrapping, base64.b64decode(content["index"]))
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise KeyUnavailable(f"{path} is no keyring") from error

    def rotate(self, path: Path, name: str, entropy: Entropy) -> Self:
        """The keyring with a new current wrapping key, written to ``path`` in one step.

        Earlier keys stay, since they open what they wrapped. Raises ValueError for a known name.
        """
        if name in self._wrapping:
            raise ValueError("A wrapping key of this name exists.")
        wrapping = {**self._wrapping, name: entropy(_KEY_BYTES)}
        new = type(self)(name, wrapping, self._index)
        beside = path.with_name(path.name + ".new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(new._as_json())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        return new

    def wrapping_key_id(self) -> str:
        """The name of the current wrapping key."""
        return self._current

    def wrap(self, secret: bytes, context: bytes) -> bytes:
        """AES-KWP (RFC 5649) under a key derived for this context alone."""
        return aes_key_wrap_with_padding(self._derived(self._current, context), secret)

    def unwrap(self, wrapped: bytes, wrapping_key: str, context: bytes) -> bytes:
        """The secret; KeyUnavailable for an unknown key, another context or altered bytes."""
        try:
            return aes_key_unwrap_with_padding(self._derived(wrapping_key, context), wrapped)
        except (InvalidUnwrap, ValueError) as error:
            raise KeyUnavailable("this wrapped key does not open") from error

    def blind_index(self, code: str) -> bytes:
        """HMAC-SHA-256 with a label, so that no other index can be joined with this one."""
        return hmac.digest(self._index, b"identity-code\0" + code.encode(), sha256)

    def guidance_index(self, authority: str, code: str) -> bytes:
        """HMAC-SHA-256 with another label: neither cases nor other authorities can be joined."""
        told = b"\0".join((b"guidance-record", authority.encode(), code.encode()))
        return hmac.digest(self._index, told, sha256)

    def shared_secret(self, label: str) -> bytes:
        """HMAC-SHA-256 under the index key, with a label of its own."""
        return hmac.digest(self._index, b"shared-secret\0" + label.encode(), sha256)

    def health(self) -> str | None:
        """Whether the current key is there."""
        return None if self._current in self._wrapping else "the current wrapping key is missing"

    def _derived(self, name: str, context: bytes) -> bytes:
        """AES-KWP takes no associated data; a key of its own per context binds instead."""
        try:
            return hmac.digest(self._wrapping[name], b"data-key\0" + context, sha256)
        except KeyError:
            raise KeyUnavailable("no such wrapping key") from None

    def _as_json(self) -> bytes:
        wrapping = {n: base64.b64encode(k).decode() for n, k in self._wrapping.items()}
        index = base64.b64encode(self._index).decode()
        content = {"current": self._current, "wrapping": wrapping, "index": index}
        return json.dumps(content, indent=2).encode()


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
        secret = self._entropy(_KEY_BYTES)
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
