"""``python -m benchmarks.load``: what officers ask for most, as the number of cases grows.

One durable server with a database for each size, filled with invented histories and kept in a
folder. ``cases serve`` and ``cases worker`` as installed answer over sockets, the sizes in turn.
``--soak`` keeps the mixed load of a day at the office up instead, over the largest size.
"""

import argparse
import json
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from benchmarks.ground import PROCESSES, Ground, describe, load_average
from benchmarks.growth import Place
from benchmarks.load import filling, measuring, operations, report, soaking
from benchmarks.load.office import Office
from benchmarks.load.serving import Serving
from benchmarks.load.statements import Server
from benchmarks.report import markdown
from benchmarks.talking import process
from benchmarks.web.services import Provider, provider
from cases.app.embedded import Cluster

SIZES = (1_000, 100_000)
NAMES = (*(each.name for each in operations.OPERATIONS), operations.MIXED)
_COPIED = 10_000
"""Up to so many cases, acts are done in a copy: they would make another size of it."""
_LONGEST = 480.0
"""Minutes of load at most: the tokens hold no longer."""


def main(arguments: Sequence[str]) -> None:
    """Fill, measure, print."""
    asked = _arguments(arguments)
    folder = asked.data.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o711)
    if not filling.room(folder, asked.cases):
        sys.exit(1)
    signal.signal(signal.SIGTERM, _end)
    ended = 0
    with filling.server(folder) as cluster:
        places = {size: filling.filled(cluster, folder, size) for size in asked.cases}
        for size, place in places.items():
            filling.tell(f"{size:,}: there are {filling.number_of_cases(place):,} cases")
        if asked.soak:
            ended = _soak(cluster, places[asked.cases[-1]], asked)
        elif not asked.fill:
            _measure(cluster, places, asked)
    if asked.remove:
        shutil.rmtree(folder)
    sys.exit(ended)


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    plan = measuring.Plan()
    parser.add_argument(
        "--cases", type=_sizes, default=SIZES, metavar="N,N,…", help="(1000,100000)"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("/var/tmp/cases-load"),
        metavar="FOLDER",
        help="where the data are kept, and found again (/var/tmp/cases-load)",
    )
    parser.add_argument("--fill", action="store_true", help="fill only, and measure another time")
    parser.add_argument("--soak", type=_minutes, default=0.0, metavar="MINUTES", help="mixed load")
    parser.add_argument("--only", choices=NAMES, nargs="+", default=NAMES, metavar="WHAT")
    parser.add_argument("--connections", type=int, default=plan.connections, help="(8)")
    parser.add_argument("--rounds", type=int, default=plan.rounds, help="(3)")
    parser.add_argument("--seconds", type=float, default=plan.seconds, help="of a turn (4)")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="of `cases serve`")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--remove", action="store_true", help="remove the data at the end")
    return parser.parse_args(arguments)


def _measure(cluster: Cluster, places: dict[int, Place], asked: argparse.Namespace) -> None:
    plan = measuring.Plan(rounds=asked.rounds, seconds=asked.seconds, connections=asked.connections)
    with ExitStack() as stack:
        machine = _machine(cluster, next(iter(places.values())), asked.processes)
        trusted = stack.enter_context(provider(asked.data.resolve()))
        driver = stack.enter_context(process("benchmarks.load.driver"))
        installations = [
            _up(stack, cluster, size, _for_acts(cluster, size, place), trusted, asked.processes)
            for size, place in places.items()
        ]
        measured = measuring.measure(installations, plan, asked.only, driver)
        machine["load average at the end"] = load_average()
        if asked.json:
            print(json.dumps({"machine": machine, **asdict(measured)}, indent=2))
        else:
            print(markdown(report.tables(machine, installations, measured)))


def _soak(cluster: Cluster, place: Place, asked: argparse.Namespace) -> int:
    """Whether something was not as promised, as the exit status."""
    size = asked.cases[-1]
    with ExitStack() as stack:
        machine = _machine(cluster, place, asked.processes)
        trusted = stack.enter_context(provider(asked.data.resolve()))
        driver = stack.enter_context(process("benchmarks.load.driver"))
        place = _for_acts(cluster, size, place)
        each = _up(stack, cluster, size, place, trusted, asked.processes)
        found = soaking.soak(each, asked.soak, asked.connections, driver)
        machine["load average at the end"] = load_average()
        if asked.json:
            print(json.dumps({"machine": machine, **asdict(found), "faults": found.faults}))
        else:
            print(markdown(report.soaked(machine, each, found)))
        return int(bool(found.faults))


def _up(  # noqa: PLR0913, PLR0917 - each a part of an installation
    stack: ExitStack,
    cluster: Cluster,
    size: int,
    place: Place,
    trusted: Provider,
    processes: int,
) -> measuring.Installation:
    office = stack.enter_context(Office(place, trusted))
    return measuring.Installation(
        size=size,
        cases=filling.number_of_cases(place),
        facts=filling.number_of_facts(place),
        gigabytes=filling.gigabytes(place),
        office=office,
        serving=stack.enter_context(Serving(place, trusted, processes)),
        server=Server(place.superuser_url, place.database),
        postmaster=cluster.pid,
    )


def _for_acts(cluster: Cluster, size: int, place: Place) -> Place:
    """Where acts are done: the place itself, or a copy of a small one, made anew."""
    if size > _COPIED:
        return place
    copy = Place(place.folder, cluster, f"{place.database}_copy")
    cluster.drop_database(copy.database)
    cluster.create_database(copy.database, template=place.database)
    return copy


def _machine(cluster: Cluster, place: Place, processes: int) -> dict[str, str]:
    return describe(Ground(cluster, place.folder, processes), place.database)


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(sorted({int(each) for each in text.split(",")}))
    if not sizes or sizes[0] < 100:
        raise argparse.ArgumentTypeError("a size is a number of cases, 100 at least")
    return sizes


def _minutes(text: str) -> float:
    minutes = float(text)
    if not 0 < minutes <= _LONGEST:
        raise argparse.ArgumentTypeError(f"minutes are more than 0, and at most {_LONGEST:.0f}")
    return minutes


def _end(number: int, frame: object) -> None:
    """An interrupt, as Ctrl-C: everything started is stopped on the way out."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    main(sys.argv[1:])
