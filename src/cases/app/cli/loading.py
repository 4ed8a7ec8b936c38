"""Loading stories: played through the real HTTP interface under a simulated clock."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cases.app.cli.generating import Wish, load_generated
from cases.app.cli.ground import (
    development_settings,
    opened,
    quiet_logs,
    until_stopped,
    with_database,
)
from cases.app.cli.output import bar, on_terminal, say
from cases.app.cli.running import http_app
from cases.app.cli.trouble import ExitCode, Trouble

if TYPE_CHECKING:
    from cases.app.bootstrap import System
    from cases.app.http.idp import DevelopmentProvider
    from cases.app.settings import Settings
    from cases.app.stories.model import Story
    from cases.app.stories.report import Report, Result

NOT_EMPTY: Final = (
    "The installation is not empty: stories are loaded into an empty one only, so that what they "
    "expect is not disturbed."
)

MOST: Final = 40_000_000
"""Facts of a load: for so many there are people enough."""


def load(  # noqa: PLR0913, PLR0917 - the options of the command
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE…",
            help="Stories (YAML), or names of stories that come with the product, such as "
            "1-home-carer-in-vaasa.",
        ),
    ] = None,
    generate: Annotated[
        int | None,
        typer.Option(
            min=1, max=MOST, metavar="FACTS", help="Load so many facts of invented histories."
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="The same seed invents the same (default 1).")
    ] = None,
    authorities: Annotated[
        str | None,
        typer.Option(metavar="ID,ID…", help="Whose cases to invent; all authorities by default."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes that write; one for each core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Load case histories: stories that are checked, or with --generate many that are invented.

    Stories go into an empty installation.

    Every act goes through the HTTP interface at its own instant under a simulated clock, every
    answer is compared. Exit code 0: everything held. 1: something failed. 3: nothing failed, and
    something is not supported yet. In development only: production has no simulated clock, and
    where a database is configured CASES_ENVIRONMENT must say development.

    With --generate, whole cases of invented people are written in bulk until there are so many
    facts: each history is one that the application really decided, and everybody has an identity
    code of the test series. Only where such codes are accepted (CASES_ALLOW_TEST_CODES). Ctrl-C
    leaves whole cases. Who has a case already gets no other.
    """
    quiet_logs()
    if generate is not None:
        if files:
            raise typer.BadParameter("stories are not loaded together with --generate")
        chosen = tuple(filter(None, (authorities or "").split(",")))
        if authorities is not None and not chosen:
            raise typer.BadParameter(
                "name an authority, or leave it out", param_hint="--authorities"
            )
        wish = Wish(
            facts=generate,
            seed=1 if seed is None else seed,
            authorities=chosen,
            workers=workers,
            as_json=as_json,
        )
        with until_stopped() as stopping:
            load_generated(wish, stopping)
        if stopping.is_told:
            raise KeyboardInterrupt
        return
    if (seed, authorities, workers) != (None, None, None):
        raise typer.BadParameter("--seed, --authorities and --workers go with --generate")
    if not files:
        raise typer.BadParameter("name a story, or use --generate", param_hint="FILE…")
    stories = [read(path) for path in files]
    with until_stopped() as stopping:
        settings = development_settings(allow_test_codes=True)
        with with_database(settings) as ready, progress(stories) as watch:
            reports = play_into(ready, stories, watch)
    if stopping.is_told:
        raise KeyboardInterrupt
    raise typer.Exit(_tell(reports, as_json))


def read(path: Path) -> "Story":
    """A story from a file, or one that comes with the product by its name. Raises BadStory."""
    from cases.app.stories.model import read_story, shipped_story

    shipped = shipped_story(path.name)
    if not path.exists() and path.parent == Path() and shipped.is_file():
        return read_story(shipped)
    return read_story(path)


def play_into(
    settings: "Settings",
    stories: "Sequence[Story]",
    watch: "Callable[[Result], None] | None" = None,
    *,
    calendar: bool = False,
) -> "list[Report]":
    """Play stories, one after another, into an empty installation (whose database is set).

    With ``calendar`` it also records what has become due before every check. The answers are the
    same without, and then nothing is recorded ahead of the last act.
    Raises Trouble where it is not empty, NoSimulation in production.
    """
    from cases.app.http.keys import GivenKeys
    from cases.app.stories.player import play
    from cases.app.stories.stage import http_stage, simulation_clock
    from cases.app.stories.timeline import timeline
    from cases.app.worker import Worker

    first = min(entry.at for story in stories for entry in timeline(story))
    clock = simulation_clock(settings, first)
    with opened(settings, clock) as system:
        worker = Worker(system)
        worker.settle()
        if system.log.head() > 0:
            raise Trouble(ExitCode.NOT_EMPTY, NOT_EMPTY)
        provider = development_provider(system)
        app = http_app(system, GivenKeys(provider.jwks()))

        def settle() -> None:
            worker.settle()
            if calendar:
                worker.keep_calendar_once()
                worker.settle()

        with http_stage(app, clock, provider.mint, settle, settings.threads) as stage:
            return [play(story, stage, watch) for story in stories]


@contextmanager
def progress(stories: "Sequence[Story]") -> "Iterator[Callable[[Result], None]]":
    """A bar that moves on with every act and check."""
    with bar("Playing", sum(len(story.acts) + len(story.checks) for story in stories)) as advance:
        yield lambda _: advance(1)


def development_provider(system: "System") -> "DevelopmentProvider":
    """The development identity provider for the organisations of a system."""
    from cases.app.http.idp import DevelopmentProvider

    settings = system.settings
    return DevelopmentProvider(
        settings.state,
        settings.environment,
        issuer=settings.issuer,
        audience=settings.audience,
        organisations=system.organisations.ids(),
        find=system.organisations.find,
        now=system.clock.now,
        new_id=system.new_id,
    )


def tell(report: "Report") -> None:
    """Print the report: a table on a terminal, lines elsewhere."""
    from cases.app.stories.report import as_lines, as_table

    if on_terminal():
        from rich.console import Console

        Console().print(as_table(report))
        return
    for line in as_lines(report):
        say(line)


def _tell(reports: "list[Report]", as_json: bool) -> int:
    from cases.app.stories import report

    if as_json:
        say(report.as_json(reports))
    else:
        for each in reports:
            tell(each)
    return report.exit_code_of(reports)
