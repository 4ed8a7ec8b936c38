"""The wrapping keys of an installation that keeps them in a file."""

import fcntl
import hmac
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap_with_padding,
    aes_key_wrap_with_padding,
)

from cases.app.store.faults import KeyUnavailable
from cases.app.store.keys import KEY_BYTES, Entropy


class FileKeyring:
    """Wrapping keys and the index key in a JSON file only its owner may read.

    For development, tests and small installations. The file holds no data keys. It is read again
    when something was wrapped with a key it did not have then: one process after the other comes
    to know a new key, and those that don't yet must read what the others write.
    """

    def __init__(
        self, current: str, wrapping: Mapping[str, bytes], index: bytes, path: Path | None = None
    ) -> None:
        self._current = current
        self._wrapping = wrapping
        self._index = index
        self._path = path

    @classmethod
    def create(cls, path: Path, name: str, entropy: Entropy) -> Self:
        """Make a new keyring at ``path``. Raises FileExistsError; never replaces keys."""
        keyring = cls(name, {name: entropy(KEY_BYTES)}, entropy(KEY_BYTES), path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(keyring._as_json())
            file.flush()
            os.fsync(file.fileno())
        return keyring

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the keyring at ``path``.

        Raises KeyUnavailable when it is missing, unreadable, or readable for others than its owner,
        and for a key too short to keep anything secret, as one that a template left empty.
        """
        try:
            with path.open("rb") as file:
                if os.fstat(file.fileno()).st_mode & 0o077:
                    raise KeyUnavailable(f"{path} is open to others: chmod 600 it")
                content = json.load(file)
            wrapping = {n: b64decode(k, validate=True) for n, k in content["wrapping"].items()}
            current, index = str(content["current"]), b64decode(content["index"], validate=True)
        except (
            OSError,
            ValueError,
            LookupError,
            AttributeError,
            TypeError,
            RecursionError,
        ) as error:
            raise KeyUnavailable(f"{path} is no keyring") from error
        if min(map(len, [index, *wrapping.values()])) < KEY_BYTES:
            raise KeyUnavailable(f"{path} has a key of fewer than {KEY_BYTES} bytes")
        return cls(current, wrapping, index, path)

    @classmethod
    def rotate(cls, path: Path, name: str, entropy: Entropy) -> Self:
        """Give the keyring at ``path`` a new current wrapping key, in one step; the new keyring.

        Earlier keys stay, since they open what they wrapped, and the file stays its owner's. Of
        two that rotate at once the second adds to what the first has written. Raises
        KeyUnavailable where there is no keyring, ValueError for a name it has.
        """
        path = path.resolve()  # a link stays one
        with _alone_in(path.parent):
            known = cls.open(path)
            if name in known._wrapping:
                raise ValueError("A wrapping key of this name exists.")
            new = cls(name, {**known._wrapping, name: entropy(KEY_BYTES)}, known._index, path)
            until_now = path.stat()
            beside = path.with_name(path.name + ".new")
            beside.unlink(missing_ok=True)
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                if (until_now.st_uid, until_now.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(file.fileno(), until_now.st_uid, until_now.st_gid)
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
        if name not in self._wrapping:
            self._read_again()
        try:
            return hmac.digest(self._wrapping[name], b"data-key\0" + context, sha256)
        except KeyError:
            raise KeyUnavailable("no such wrapping key") from None

    def _read_again(self) -> None:
        """Take the keys that the file has got since; what is no keyring of ours changes nothing."""
        if self._path is None:
            return
        try:
            newer = type(self).open(self._path)
        except KeyUnavailable:
            return
        if hmac.compare_digest(newer._index, self._index):
            # Not which one is current: what is being wrapped just now bears the name of that.
            self._wrapping = {**newer._wrapping, **self._wrapping}

    def lacks(self, names: Iterable[str]) -> list[str]:
        """Which of these wrapping keys it has not."""
        return sorted({*names} - {*self._wrapping})

    def _as_json(self) -> bytes:
        wrapping = {n: b64encode(k).decode() for n, k in self._wrapping.items()}
        index = b64encode(self._index).decode()
        content = {"current": self._current, "wrapping": wrapping, "index": index}
        return json.dumps(content, indent=2).encode()


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until nobody else on this host rotates a keyring in the folder, and keep others out."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
