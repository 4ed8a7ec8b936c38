"""A server with a database for each size, filled with invented histories.

What is there is found again: a run that was interrupted goes on where it was.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import psycopg

from benchmarks import probes
from benchmarks.ground import load_average
from benchmarks.growth import BYTES_OF_A_FACT, Place
from cases.app.bootstrap import open_system
from cases.app.embedded import Cluster
from cases.app.store.keyring import FileKeyring
from cases.app.store.migrate import upgrade
from cases.projections.status import status

FACTS_OF_A_CASE = 13.7
"""Of the invented histories, on average, about; rather too many."""

_STEP = 400_000
"""Facts of one load: what is lost where the machine goes down in the midst of one is less."""

_BESIDE = 6 * 2**30
"""For the write-ahead log, the rebuilding of a read model, and the programs."""

_MUCH = 5_000
"""Facts that a read model lacks and a rebuild takes in sooner than the worker."""

_SETTINGS: dict[str, str | int] = {
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "shared_buffers": "1GB",
    "maintenance_work_mem": "256MB",
    "max_connections": 400,
    "shared_preload_libraries": "pg_stat_statements",
}


def room(folder: Path, sizes: Sequence[int]) -> bool:
    """Say how much disk is needed, and whether it is there."""
    there = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    facts = sum(sizes) * FACTS_OF_A_CASE
    needed = max(0.0, facts * BYTES_OF_A_FACT + _BESIDE - there)
    free = shutil.disk_usage(folder).free
    tell(
        f"{' + '.join(f'{size:,}' for size in sizes)} cases need {needed / 1e9:.0f} GB more at "
        f"{folder}; {free / 1e9:.0f} are free"
    )
    if needed > free:
        tell("That is not enough; choose another folder with --data, or fewer cases.")
    return needed <= free


@contextmanager
def server(folder: Path) -> Iterator[Cluster]:
    """The durable server of a folder, with the keyring of all its databases."""
    with Cluster(folder, durable=True, settings=_SETTINGS) as cluster:
        keyring = folder / "keyring.json"
        if not keyring.exists():
            FileKeyring.create(keyring, "load", os.urandom)
        yield cluster


def filled(cluster: Cluster, folder: Path, size: int) -> Place:
    """The database with so many cases at least, its read models up to date. Made where missing."""
    place = Place(folder, cluster, f"load_{size}")
    if not cluster.has_database(place.database):
        cluster.create_database(place.database)
    upgrade(cluster.url(place.database))
    with psycopg.connect(place.superuser_url, autocommit=True) as connection:
        connection.execute("create extension if not exists pg_stat_statements")
    started, loaded = monotonic(), 0
    while (missing := size - number_of_cases(place)) > 0:
        loaded += _load(place, size, missing)
    if loaded:
        tell(f"{size:,}: loaded {loaded:,} facts in {monotonic() - started:.0f} s; vacuum")
        _vacuum(place)
    if behind := _behind(place):
        tell(f"{size:,}: rebuilding {', '.join(behind)}")
        seconds, _ = probes.rebuild(place.environment, behind)
        tell(f"{size:,}: rebuilt in {seconds:.0f} s; vacuum")
        _vacuum(place)
    return place


def number_of_cases(place: Place) -> int:
    """How many cases there are, open or closed."""
    return _number(place, "select count(*) from log.case_key")


def number_of_facts(place: Place) -> int:
    """How many facts there are, placed or not."""
    return _number(place, "select count(*) from log.event")


def gigabytes(place: Place) -> float:
    """What the database takes on the disk (GB)."""
    return _number(place, "select pg_database_size(current_database())") / 1e9


def _load(place: Place, size: int, missing: int) -> int:
    have = number_of_cases(place)
    facts = min(_STEP, round(missing * FACTS_OF_A_CASE) + 20)
    tell(f"{size:,}: {have:,} cases are there; loading {facts:,} facts")
    # Another seed each time: it decides who gets a case, and whose turn it is.
    arguments = ("load", "--generate", str(facts), "--seed", str(size + have), "--json")
    done = json.loads(probes.run_cases(place.environment, *arguments).output)
    if done["interrupted"]:
        raise KeyboardInterrupt
    return int(done["facts"])


def _behind(place: Place) -> list[str]:
    """The read models that lack much."""
    with open_system(place.settings) as system:
        head = system.log.head()
        views = system.views.all()
        found = zip(views, status(system.reader, system.log, views), strict=True)
        return [view.name for view, each in found if head - each.position > _MUCH or each.held]


def _vacuum(place: Place) -> None:
    with psycopg.connect(place.superuser_url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


def _number(place: Place, query: str) -> int:
    with psycopg.connect(place.superuser_url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def tell(line: str) -> None:
    """Say what is being done, with the time since the start and the load of the machine."""
    minutes, seconds = divmod(int(monotonic() - _BEGUN), 60)
    print(f"[{minutes}:{seconds:02}, load {load_average()}] {line}", file=sys.stderr, flush=True)


_BEGUN = monotonic()
