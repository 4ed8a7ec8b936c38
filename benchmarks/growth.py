"""``python -m benchmarks.growth``: what things cost as the log grows, up to ten million facts.

One durable server and one log, loaded from size to size with invented histories. After each size
everything is measured and the table printed; what was measured is kept beside the data, so that an
interrupted run goes on where it was. ``make growth`` runs it up to a hundred thousand facts.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

import psycopg
from pydantic import SecretStr

from benchmarks import probes
from benchmarks.ground import load_average
from cases.app.bootstrap import System, open_system
from cases.app.embedded import Cluster
from cases.app.histories.generating import authorities_of, generate
from cases.app.memory import peak_memory
from cases.app.settings import Environment, Settings
from cases.app.store.keyring import FileKeyring
from cases.app.store.migrate import upgrade
from cases.app.store.sequencer import Sequencer

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
DATABASE = "growth"
BYTES_OF_A_FACT = 2_600
"""On disk with all indexes, its line in the trail and its share of the read models; generous."""

_BESIDE = 6 * 2**30
"""For the write-ahead log, the rebuilding of a read model, and the programs."""

_SETTINGS: dict[str, str | int] = {
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "shared_buffers": "1GB",
    "maintenance_work_mem": "256MB",
}
_BACKLOG = 20_000
"""Facts that are written without a sequencer beside, to see how fast it places them."""

Figures = dict[str, float]


@dataclass(frozen=True)
class Place:
    """Where the data are. ``server`` runs."""

    folder: Path
    server: Cluster
    database: str = DATABASE

    @property
    def settings(self) -> Settings:
        """The settings of the installation that is measured."""
        return Settings(
            environment=Environment.TEST,
            database_url=SecretStr(self.server.url(self.database)),
            keyring=self.folder / "keyring.json",
            state=self.folder,
            allow_test_codes=True,
        )

    @property
    def environment(self) -> dict[str, str]:
        """The same for a process of its own."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CASES_")}
        return kept | {
            "CASES_ENVIRONMENT": "test",
            "CASES_DATABASE_URL": self.server.url(self.database),
            "CASES_KEYRING": str(self.folder / "keyring.json"),
            "CASES_STATE": str(self.folder),
            "CASES_ALLOW_TEST_CODES": "true",
        }

    @property
    def superuser_url(self) -> str:
        """For what no role of ours may see."""
        return self.server.superuser_url(self.database)


def main(arguments: Sequence[str]) -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--upto", type=int, default=100_000, metavar="FACTS", help="(100000)")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("/var/tmp/cases-growth"),
        metavar="FOLDER",
        help="where the data are kept, and found again (/var/tmp/cases-growth)",
    )
    parser.add_argument("--remove", action="store_true", help="remove the data at the end")
    asked = parser.parse_args(arguments)
    sizes = [size for size in SIZES if size <= asked.upto]
    if not sizes:
        parser.error(f"the smallest size is {SIZES[0]}")
    folder = asked.data.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o711)
    if not _room(folder, sizes[-1]):
        sys.exit(1)
    _run(folder, sizes)
    if asked.remove:
        shutil.rmtree(folder)


def _room(folder: Path, facts: int) -> bool:
    """Say what is needed, and whether the disk has it."""
    there = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    needed = max(0, facts * BYTES_OF_A_FACT + _BESIDE - there)
    free = shutil.disk_usage(folder).free
    _tell(f"{facts:,} facts need {needed / 1e9:.0f} GB more at {folder}; {free / 1e9:.0f} are free")
    if needed > free:
        _tell("That is not enough; choose another folder with --data.")
    return needed <= free


def _run(folder: Path, sizes: Sequence[int]) -> None:
    kept = folder / "growth.json"
    figures: dict[str, Figures] = json.loads(kept.read_text()) if kept.exists() else {}
    with Cluster(folder, durable=True, settings=_SETTINGS) as server:
        place = Place(folder, server)
        if not server.has_database(DATABASE):
            server.create_database(DATABASE)
            keyring = folder / "keyring.json"
            keyring.unlink(missing_ok=True)
            FileKeyring.create(keyring, "growth", os.urandom)
        upgrade(server.url(DATABASE))
        for size in sizes:
            if str(size) not in figures:
                figures[str(size)] = _load(place, size) | _measure(place, size)
                kept.write_text(json.dumps(figures, indent=2))
            print(table({n: figures[n] for n in map(str, sizes) if n in figures}), flush=True)


def _load(place: Place, size: int) -> Figures:
    """Load up to ``size`` facts; the last of them wait for the sequencer, which is timed."""
    found: Figures = {}
    have = _facts(place)
    missing = size - have - min(_BACKLOG, size // 5)
    if missing > 0:
        _tell(f"{size:,}: loading {missing:,} facts")
        done = probes.run_cases(
            place.environment, "load", "--generate", str(missing), "--seed", str(size), "--json"
        )
        told = json.loads(done.output)
        found["bulk load, facts/s"] = told["factsPerSecond"]
        found["bulk load, planner, peak MB"] = told["peakMemoryMb"]["planner"]
        found["bulk load, writer, peak MB"] = max(told["peakMemoryMb"]["workers"])
    with open_system(place.settings) as system, Sequencer(system.url) as sequencer:
        sequencer.drain()
        if (left := size - _facts(place)) > 0:
            generate(
                system,
                left,
                seed=size + 1,
                authorities=authorities_of(system.organisations.current(), system.clock.today()),
                workers=1,
                stop=Event(),
            )
            placed, seconds = probes.timed(sequencer.drain)
            found["sequencer, facts/s"] = placed / seconds
    return found


def _measure(place: Place, size: int) -> Figures:
    """Everything but the loading."""
    _tell(f"{size:,}: vacuum")
    with psycopg.connect(place.superuser_url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")
    with open_system(place.settings) as system:
        found = _rebuilt(place, size, [view.name for view in system.views.all()])
        _tell(f"{size:,}: acts, cases, lookups, pages")
        times = probes.Times()
        codes = probes.acts(system, place.superuser_url, times)
        for view in system.views.all():
            found[f"catch up with {probes.ACTS} facts, {view.name}, facts/s"] = probes.catch_up(
                system, view
            )
        probes.lookups(system, codes, times)
        probes.pages(system, place.superuser_url, times)
        found |= times.milliseconds() | _size(place, system)
    found["measuring, peak MB"] = peak_memory()
    return found


def _rebuilt(place: Place, size: int, names: list[str]) -> Figures:
    _tell(f"{size:,}: rebuilding {', '.join(names)}")
    seconds, peak = probes.rebuild(place.environment, names)
    return {
        "rebuild of all read models, facts/s": _facts(place) / seconds,
        "rebuild of all read models, peak MB of its largest process": peak,
    }


def _size(place: Place, system: System) -> Figures:
    with psycopg.connect(place.superuser_url) as connection:
        row = connection.execute(
            "select pg_database_size(current_database()), (select count(*) from log.case_key)"
        ).fetchone()
    assert row is not None
    size, cases = row
    return {
        "facts": system.log.head(),
        "cases": cases,
        "database, GB": size / 1e9,
        "bytes a fact": size / system.log.head(),
    }


def _facts(place: Place) -> int:
    """How many facts there are, placed or not."""
    with psycopg.connect(place.superuser_url) as connection:
        row = connection.execute("select count(*) from log.event").fetchone()
    assert row is not None
    return int(row[0])


def table(figures: dict[str, Figures]) -> str:
    """A table in Markdown: a row for each measure, a column for each size."""
    names = list(dict.fromkeys(name for found in figures.values() for name in found))
    first = [n for n in ("facts", "cases", "database, GB", "bytes a fact") if n in names]
    ordered = first + [name for name in names if name not in first]
    lines = [
        f"| | {' | '.join(f'{int(size):,}' for size in figures)} |",
        f"|---|{'---:|' * len(figures)}",
    ]
    for name in ordered:
        cells = (_cell(found.get(name)) for found in figures.values())
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def _tell(line: str) -> None:
    minutes, seconds = divmod(int(monotonic() - _BEGUN), 60)
    print(f"[{minutes}:{seconds:02}, load {load_average()}] {line}", file=sys.stderr, flush=True)


_BEGUN = monotonic()

if __name__ == "__main__":
    main(sys.argv[1:])
