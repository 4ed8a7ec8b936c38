"""``python -m benchmarks``: measure, then print tables.

``--quick`` for a first look, ``--only`` for some parts, ``--json`` for programs, ``--markdown`` for
a page, ``--commit-delay`` for a slower disk.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from rich.console import Console

from benchmarks import appending, catching_up, reading, visibility
from benchmarks.ground import PROCESSES, Ground, describe, ground, load_average
from benchmarks.report import Report, as_json, as_markdown, show
from benchmarks.web import measuring
from cases.app.memory import settle

P = TypeVar("P")
T = TypeVar("T")
Tell = Callable[[str], None]

PARTS = ("append", "visible", "read", "catch-up", "http")


@dataclass(frozen=True)
class Plans:
    """How long each part measures."""

    append: appending.Plan
    visible: visibility.Plan
    read: reading.Plan
    catch_up: catching_up.Plan
    http: measuring.Plan


FULL = Plans(
    appending.Plan(), visibility.Plan(), reading.Plan(), catching_up.Plan(), measuring.Plan()
)
QUICK = Plans(
    appending.Plan(
        rounds=2, seconds=0.25, warm_up=0.15, followed=1.0, crowds=((1, 1), (8, 1), (8, 5))
    ),
    visibility.Plan(rounds=1, seconds=(1.5, 1.0, 1.0)),
    reading.Plan(times=60),
    catching_up.Plan(facts=500, rounds=1),
    measuring.Plan(rounds=2, seconds=0.4, warm_up=0.4, connections=(8,)),
)


def main(arguments: Sequence[str]) -> None:
    """Run the parts that were asked for and print what they measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about three minutes; rough figures")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--markdown", action="store_true", help="print tables in Markdown")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, metavar="PART")
    parser.add_argument(
        "--commit-delay",
        type=int,
        default=0,
        metavar="MICROSECONDS",
        help="make every flush that much longer, as on a slower disk",
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=PROCESSES,
        help=f"processes of clients, and of each service ({PROCESSES})",
    )
    asked = parser.parse_args(arguments)
    settle()  # as the processes that are measured do
    aside = Console(stderr=True)
    plans = QUICK if asked.quick else FULL
    with aside.status("starting a server") as status:
        report = _measure(
            plans, asked.only, ground(asked.commit_delay, asked.processes), status.update
        )
    if asked.json:
        print(as_json(report))
    elif asked.markdown:
        print(as_markdown(report))
    else:
        show(report, Console(width=None if sys.stdout.isatty() else 160))


def _measure(
    plans: Plans, only: Sequence[str], grounds: AbstractContextManager[Ground], tell: Tell
) -> Report:
    start = monotonic()
    spent: dict[str, float] = {}

    def part(name: str, measure: Callable[[Ground, P, Tell], T], plan: P) -> T | None:
        if name not in only:
            return None
        begun = monotonic()
        try:
            return measure(found, plan, tell)
        finally:
            spent[name] = monotonic() - begun

    with grounds as found:
        machine = describe(found)
        append = part("append", appending.measure, plans.append)
        visible = part("visible", visibility.measure, plans.visible)
        read = part("read", reading.measure, plans.read)
        catch_up = part("catch-up", catching_up.measure, plans.catch_up)
        http = part("http", measuring.measure, plans.http)
        machine["load average at the end"] = load_average()
    parts = ", ".join(f"{name} {seconds:.0f}" for name, seconds in spent.items())
    machine["run"] = f"{monotonic() - start:.0f} s ({parts})"
    return Report(machine, append, visible, read, catch_up, http)


if __name__ == "__main__":
    main(sys.argv[1:])
