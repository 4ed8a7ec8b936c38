"""Loading generated histories in bulk, into an installation that is there for that."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cases.app.cli.ground import Stopping, development_settings, opened, with_database
from cases.app.cli.output import bar, say, say_json
from cases.app.cli.running import Background
from cases.app.cli.trouble import ExitCode, Trouble

if TYPE_CHECKING:
    from cases.app.histories.crew import Loaded
    from cases.app.settings import Settings

REAL_PEOPLE: Final = (
    "This installation refuses identity codes of the test series, as one that serves real people "
    "does: nothing is generated into it. If it serves nobody, set CASES_ALLOW_TEST_CODES=true."
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for. ``workers`` None is one for each core, ``authorities`` none is all."""

    facts: int
    seed: int
    authorities: tuple[str, ...]
    workers: int | None
    as_json: bool


def settings_for_generating() -> "Settings":
    """The settings, if this is an installation for invented people.

    Raises Trouble in production, where development is not stated beside a configured installation,
    and where one does not accept identity codes of the test series.
    """
    from cases.app.settings import configured

    settings = development_settings(allow_test_codes=None if configured() else True)
    if not settings.allow_test_codes:
        raise Trouble(ExitCode.SETTING, REAL_PEOPLE)
    return settings


def load_generated(wish: Wish, stopping: Stopping) -> None:
    """Generate and load, with a sequencer beside; print what was done.

    A signal ends it between two transactions. Raises Trouble, and what loading raises.
    """
    import os

    from cases.app.histories.generating import authorities_of, generate
    from cases.app.store.sequencer import Sequencer

    with with_database(settings_for_generating()) as ready, opened(ready) as system:
        authorities = authorities_of(
            system.organisations.current(), system.clock.today(), wish.authorities
        )
        stopping.started()
        begun = time.monotonic()
        # Facts get their places while others are written: then there never is a large backlog.
        with (
            Sequencer(system.url) as sequencer,
            Background(sequencer.run) as background,
            bar("Loading", wish.facts) as tell,
        ):
            loaded = generate(
                system,
                wish.facts,
                seed=wish.seed,
                authorities=authorities,
                workers=wish.workers or os.cpu_count() or 1,
                stop=stopping.event,
                tell=tell,
            )
            written = time.monotonic()
            background.complain()
        with Sequencer(system.url) as sequencer:
            sequencer.drain()
        placed = time.monotonic()
    told = _summary(wish, loaded, written - begun, placed - begun)
    told["interrupted"] = stopping.is_told
    if wish.as_json:
        say_json(told)
    else:
        _tell(told)


def _summary(wish: Wish, loaded: "Loaded", seconds: float, until_placed: float) -> dict[str, Any]:
    planner, *workers = (round(peak, 1) for peak in loaded.peaks)
    return {
        "seed": wish.seed,
        "facts": loaded.facts,
        "cases": loaded.cases,
        "seconds": round(seconds, 2),
        "secondsUntilPlaced": round(until_placed, 2),
        "factsPerSecond": round(loaded.facts / seconds),
        "peakMemoryMb": {"planner": planner, "workers": workers},
    }


def _tell(told: dict[str, Any]) -> None:
    peaks = told["peakMemoryMb"]
    say(
        f"Loaded {told['facts']} facts of {told['cases']} cases in {told['seconds']} s "
        f"({told['factsPerSecond']} facts a second); all have their places in the ledger."
    )
    say(
        f"Peak memory: planning {peaks['planner']} MB, writing "
        f"{', '.join(str(peak) for peak in peaks['workers'])} MB."
    )
    say("Lists follow while cases worker runs; cases projections rebuild makes them anew.")
