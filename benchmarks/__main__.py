"""``python -m benchmarks [--quick] [--json] [--only PART …]``: measure, then print tables."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from rich.console import Console

from benchmarks import appending, catching_up, reading, visibility
from benchmarks.ground import describe, ground, load_average
from benchmarks.report import Report, as_json, show

PARTS = ("append", "visible", "read", "catch-up")


@dataclass(frozen=True)
class Plans:
    """How long each part measures."""

    append: appending.Plan
    visible: visibility.Plan
    read: reading.Plan
    catch_up: catching_up.Plan


FULL = Plans(appending.Plan(), visibility.Plan(), reading.Plan(), catching_up.Plan())
QUICK = Plans(
    appending.Plan(rounds=3, seconds=0.3, warm_up=0.2),
    visibility.Plan(rounds=1, seconds=(2.0, 2.0)),
    reading.Plan(times=100),
    catching_up.Plan(facts=1_000, rounds=1),
)


def main(arguments: Sequence[str]) -> None:
    """Run the parts that were asked for and print what they measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less than a minute; rough figures")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, metavar="PART")
    asked = parser.parse_args(arguments)
    aside = Console(stderr=True)
    plans = QUICK if asked.quick else FULL
    with aside.status("starting a server") as status:
        report = _measure(plans, asked.only, status.update)
    if asked.json:
        print(as_json(report))
    else:
        show(report, Console(width=None if sys.stdout.isatty() else 130))


def _measure(plans: Plans, only: Sequence[str], tell: appending.Tell) -> Report:
    start = monotonic()
    with ground() as found:
        machine = describe(found)
        visible = visibility.measure(found, plans.visible, tell) if "visible" in only else None
        read = reading.measure(found, plans.read, tell) if "read" in only else None
        catch_up = catching_up.measure(found, plans.catch_up, tell) if "catch-up" in only else None
        append = appending.measure(found, plans.append, tell) if "append" in only else None
        machine["load average at the end"] = load_average()
    machine["run"] = f"{monotonic() - start:.0f} s"
    return Report(machine, append, visible, read, catch_up)


if __name__ == "__main__":
    main(sys.argv[1:])
