"""What is kept apart from the log – drafts, notices –: sealed, read and written in one way.

It is shown to its own authority alone, whatever writes it writes its lines of the access trail in
the same transaction, and it is gone when its row is.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from cryptography.exceptions import InvalidTag
from psycopg.rows import TupleRow
from pydantic_core import from_json, to_json

from cases.app.access.record import AccessRecord
from cases.app.store.connections import Params, Pools, borrowed, statement
from cases.app.store.faults import SealBroken, StoreUnavailable
from cases.app.store.keys import Entropy, StreamKey
from cases.app.store.trail import ACCESS

_FORM: Final = b"\x01"  # AES-256-GCM-SIV: this byte, 12 bytes of nonce, ciphertext with tag
_NONCE: Final = 12


def sealed(content: Mapping[str, Any], key: StreamKey, entropy: Entropy, bound: bytes) -> bytes:
    """Content as JSON, sealed under a key and ``bound`` to its place."""
    nonce = entropy(_NONCE)
    return _FORM + nonce + key.cipher.encrypt(nonce, to_json(content), bound)


def opened(text: bytes, key: StreamKey, bound: bytes, kind: str) -> Any:
    """What was sealed. Raises SealBroken, of something of this ``kind``, for what was altered."""
    try:
        if text[:1] != _FORM:
            raise InvalidTag
        plain = key.cipher.decrypt(text[1 : 1 + _NONCE], text[1 + _NONCE :], bound)
    except (InvalidTag, ValueError) as error:
        raise SealBroken(key.stream_id, 0, kind) from error
    return from_json(plain)


def read(pools: Pools, organisation: str, name: str, params: Params) -> list[TupleRow]:
    """The rows of a statement, as far as the organisation may see them."""
    with borrowed(pools.reader) as connection, connection.transaction():
        run(connection, "authorities", {"authorities": [organisation]})
        return run(connection, name, params).fetchall()


@contextmanager
def writing(pools: Pools) -> Iterator[psycopg.Connection[TupleRow]]:
    """A transaction that writes. Raises StoreUnavailable where somebody else is at the rows."""
    try:
        with borrowed(pools.writer) as connection, connection.transaction():
            yield connection
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
        # Whoever was first is at it still. Nothing was written, and trying again is safe.
        raise StoreUnavailable from error


def run(
    connection: psycopg.Connection[TupleRow], name: str, params: Params
) -> psycopg.Cursor[TupleRow]:
    """Run a statement by its name."""
    return connection.execute(statement(name), params, prepare=True, binary=True)


def write_trail(connection: psycopg.Connection[TupleRow], lines: Sequence[AccessRecord]) -> None:
    """Write lines of the access trail, where there are any."""
    if lines:
        access = ACCESS.dump_json(tuple(lines), by_alias=False).decode()
        connection.execute(statement("trail_write"), {"access": access}, prepare=True)
