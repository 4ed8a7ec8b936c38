"""Cursors of lists: where the next page begins, bound to the caller and the filter, authenticated.

A cursor is opaque to whoever holds it. One that is foreign, altered, or of another question is
refused in the same words.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Final

from cases.app.http.problems import Problematic, ProblemCode

Part = str | int | bool

_SEAL: Final = 16
_LONGEST: Final = 1024


class Cursors:
    """Writes and reads cursors under one secret, which all processes of an installation share."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def write(self, bound_to: Sequence[str], place: Sequence[Part]) -> str:
        """A cursor for a place in the list that ``bound_to`` (caller, question, filter) names."""
        content = json.dumps(list(place), separators=(",", ":")).encode()
        return urlsafe_b64encode(self._seal(bound_to, content) + content).decode().rstrip("=")

    def read(self, bound_to: Sequence[str], cursor: str) -> list[Part]:
        """The place a cursor of ours names. Raises cursor-invalid."""
        try:
            if len(cursor) > _LONGEST:
                raise ValueError
            whole = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            if urlsafe_b64encode(whole).decode().rstrip("=") != cursor:
                raise ValueError
            seal, content = whole[:_SEAL], whole[_SEAL:]
            if not compare_digest(seal, self._seal(bound_to, content)):
                raise ValueError
            place: list[Part] = json.loads(content)
        except ValueError:
            raise Problematic(ProblemCode.CURSOR_INVALID) from None
        return place

    def _seal(self, bound_to: Sequence[str], content: bytes) -> bytes:
        binding = sha256("\n".join(bound_to).encode()).digest()
        return digest(self._secret, binding + content, "sha256")[:_SEAL]
