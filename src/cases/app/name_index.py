"""The keyed index of names: by it a person is found, and nothing is told of her."""

import hmac
from datetime import date
from hashlib import sha256
from typing import Final

from cases.projections.names.fold import NameIndex

LABEL: Final = "client-names"
"""The label of the secret, so that no other index can be joined with this one."""


def name_index(secret: bytes) -> NameIndex:
    """HMAC-SHA-256 of authority, date of birth and word; ``secret`` is the installation's own."""

    def index(authority: str, word: str, born: date) -> bytes:
        told = b"\0".join((authority.encode(), born.isoformat().encode(), word.encode()))
        return hmac.digest(secret, told, sha256)

    return index
