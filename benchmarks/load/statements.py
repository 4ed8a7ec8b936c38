"""What the server did meanwhile: its statements and their time, and tables it read whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psycopg

MANY = 1_000
"""Rows from which on reading a whole table is worth telling."""

_RESET = "select pg_stat_statements_reset(0, oid, 0) from pg_database where datname = %s"
_SPENT = """
    select s.query, s.calls, s.total_exec_time, s.shared_blks_hit + s.shared_blks_read,
           s.shared_blks_read
      from pg_stat_statements s join pg_database d on d.oid = s.dbid
     where d.datname = current_database() and s.query !~ 'pg_stat_statements'"""
_SCANS = """
    select schemaname || '.' || relname, seq_scan, seq_tup_read from pg_stat_user_tables
     where schemaname in ('log', 'trail', 'views', 'drafts', 'notices')"""


@dataclass(frozen=True)
class Statement:
    """A statement over some time: ``ms`` of the server in all, ``blocks`` of 8 kB looked at."""

    query: str
    calls: int
    ms: float
    blocks: int
    from_disk: int

    @property
    def words(self) -> str:
        """Its text in one line, without comments."""
        lines = (line.partition("--")[0] for line in self.query.splitlines())
        return " ".join(" ".join(lines).split())


class Server:
    """The server's own account of a database; ``url`` is the superuser's."""

    def __init__(self, url: str, database: str) -> None:
        self._url = url
        self._database = database

    def begin(self) -> None:
        """Count from now on."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(_RESET, (self._database,))

    def statements(self) -> list[Statement]:
        """All statements since, the one that took longest first."""
        with psycopg.connect(self._url) as connection:
            found = [Statement(*row) for row in connection.execute(_SPENT)]
        return sorted(found, key=lambda each: each.ms, reverse=True)

    def scans(self) -> dict[str, tuple[int, int]]:
        """For each table how often it was read whole so far, and how many rows that were."""
        with psycopg.connect(self._url) as connection:
            return {table: (times, rows) for table, times, rows in connection.execute(_SCANS)}


def read_whole(
    before: Mapping[str, tuple[int, int]], after: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    """Tables that were read whole in between, those of many rows: how often, and how many rows."""
    found = {}
    for table, (times, rows) in after.items():
        earlier = before.get(table, (0, 0))
        more, read = times - earlier[0], rows - earlier[1]
        if more and read / more >= MANY:
            found[table] = (more, read // more)
    return found


def together(statements: Iterable[Statement]) -> list[Statement]:
    """The same statements of several turns as one each, the one that took longest first."""
    found: dict[str, Statement] = {}
    for each in statements:
        so_far = found.get(each.words, Statement(each.query, 0, 0.0, 0, 0))
        found[each.words] = Statement(
            each.query,
            so_far.calls + each.calls,
            so_far.ms + each.ms,
            so_far.blocks + each.blocks,
            so_far.from_disk + each.from_disk,
        )
    return sorted(found.values(), key=lambda each: each.ms, reverse=True)
