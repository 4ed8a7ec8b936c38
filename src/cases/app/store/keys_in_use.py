"""Whether a keyring is the one that the keys in the database were wrapped with."""

from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from cases.app.store.connections import statement
from cases.app.store.faults import KeyUnavailable
from cases.app.store.keys import KeyStore


class Fit(NamedTuple):
    """How a keyring fits the keys in use, by the names of wrapping keys.

    ``opens`` opened a key that is wrapped with them; of ``differing`` it has another key of that
    name; ``lacking`` it has none of.
    """

    opens: tuple[str, ...]
    differing: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def is_another(self) -> bool:
        """The keyring of something else. Its index key differs as well: it would find nobody, and
        let who has a case be opened another.
        """
        return bool(self.differing or (self.lacking and not self.opens))


def fit(keyring: KeyStore, connection: Connection[TupleRow]) -> Fit:
    """Try one stored key of each wrapping key in use. Raises psycopg.Error.

    Reads over all keys: 0.1 s for a million.
    """
    opens, differing = [], []
    rows = connection.execute(statement("keys_in_use")).fetchall()
    lacking = keyring.lacks(name for name, *_ in rows)
    for name, wrapped, context in rows:
        if name in lacking:
            continue
        try:
            keyring.unwrap(wrapped, name, context.bytes)
        except KeyUnavailable:
            differing.append(name)
        else:
            opens.append(name)
    return Fit(tuple(opens), tuple(differing), tuple(lacking))
