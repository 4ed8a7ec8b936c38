"""The read models: how far they are, making them anew, comparing them with the log."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cases.app.cli.ground import opened, quiet_logs, read_settings, with_database
from cases.app.cli.output import say, say_json, say_rows
from cases.app.cli.trouble import ExitCode, Trouble

if TYPE_CHECKING:
    from uuid import UUID

    from cases.app.bootstrap import System
    from cases.projections.case_view import CaseView

group = typer.Typer(
    no_args_is_help=True,
    help="""The read models behind lists: how far they are, and whether they are true.

They can always be made anew from the log, and compared with it case by case.""",
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@group.command("status")
def show_status(as_json: AsJson = False) -> None:
    """Show how far each read model is, how many facts it lags, and what holds it.

    Exit code 1 when a bad fact holds one of them.
    """
    from cases.app.worker import Worker

    with _system() as system:
        found = Worker(system).status()
    if as_json:
        say_json(
            [
                {
                    "name": each.name,
                    "position": each.position,
                    "head": each.head,
                    "lag": each.lag,
                    "movedAt": each.moved_at.isoformat() if each.moved_at else None,
                    "heldBy": each.held_error,
                    "heldCase": str(each.held_case) if each.held_case else None,
                }
                for each in found
            ]
        )
    else:
        say_rows(
            ("name", "position", "lag", "moved at", "held by"),
            [(s.name, s.position, s.lag, s.moved_at, s.held_error) for s in found],
        )
    if any(each.held for each in found):
        raise typer.Exit(ExitCode.CHECK_FAILED)


@group.command("rebuild")
def rebuild_one(
    name: Annotated[str, typer.Argument(help="A read model, such as worklist.")],
) -> None:
    """Make a read model anew beside the live one, then let it take its place.

    Readers and followers go on meanwhile. The login of CASES_DATABASE_URL must be a member of
    cases_owner.
    """
    from cases.projections.rebuild import AlreadyRebuilding, rebuild

    with _system() as system, _bar(system) as progress:
        view = _view(system, name)
        try:
            rebuilt = rebuild(system.projector, system.log, view, progress=progress)
        except AlreadyRebuilding:
            raise Trouble(
                ExitCode.CHECK_FAILED, f"Another process is rebuilding {name} at the moment."
            ) from None
    say(
        f"{name} is new, true for position {rebuilt.position}; "
        f"{len(rebuilt.differing)} cases have other rows than before."
    )


@group.command("compare")
def compare_all(
    name: Annotated[
        str | None, typer.Argument(help="A read model; all of them without it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare read models with the log, case by case.

    Exit code 1 when anything differs, a read model is held, or a case cannot be read.
    """
    from cases.projections.engine import status

    with _system() as system:
        views = system.views.all() if name is None else (_view(system, name),)
        unreadable = _unreadable(system)
        found = {view.name: _differing(system, view, unreadable) for view in views}
        states = zip(views, status(system.projector, system.log, views), strict=True)
        held = {view.name: state for view, state in states if state.held}
    if as_json:
        say_json(
            {
                "differing": {each: [str(c) for c in cases] for each, cases in found.items()},
                "held": {
                    each: {"by": s.held_error, "case": str(s.held_case) if s.held_case else None}
                    for each, s in held.items()
                },
                "unreadable": {str(case_id): why for case_id, why in unreadable.items()},
            }
        )
    else:
        say_rows(("name", "differing cases"), [(each, len(cases)) for each, cases in found.items()])
        for each, cases in found.items():
            for case_id in cases:
                say(f"{each}: {case_id}")
        for each, state in held.items():
            by = f"case {state.held_case} ({state.held_error})"
            say(f"{each} is held by {by if state.held_case else state.held_error}.")
        for case_id, why in unreadable.items():
            say(f"Case {case_id} cannot be read ({why}).")
    if held or unreadable or any(found.values()):
        raise typer.Exit(ExitCode.CHECK_FAILED)


def _unreadable(system: "System") -> "dict[UUID, str]":
    """The cases with a fact that cannot be read, and why; not those erased by law."""
    found: dict[UUID, str] = {}
    position = 0
    while (page := system.log.page(position)).last > position:
        position = page.last
        for unread in page.not_read:
            if not unread.cause.gone:
                found.setdefault(unread.cause.stream_id, type(unread.cause).__name__)
    return found


def _differing(system: "System", view: "CaseView", unreadable: "dict[UUID, str]") -> "list[UUID]":
    """The cases whose rows differ; one that cannot be folded joins the ``unreadable``."""
    from cases.projections.engine import BadFact
    from cases.projections.rebuild import compare

    try:
        return compare(system.projector, system.log, view)
    except BadFact as error:
        unreadable.setdefault(error.case_id, error.kind)
        return []


def _view(system: "System", name: str) -> "CaseView":
    views = {view.name: view for view in system.views.all()}
    if name not in views:
        raise Trouble(ExitCode.NOT_FOUND, f"The read models are {', '.join(views)}.")
    return views[name]


@contextmanager
def _system() -> "Iterator[System]":
    quiet_logs()
    with with_database(read_settings()) as settings, opened(settings) as system:
        yield system


@contextmanager
def _bar(system: "System") -> "Iterator[Callable[[int], object]]":
    """A progress bar on stderr while a person looks at it; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda position: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Rebuilding", total=system.log.head())
        yield lambda position: bar.update(task, completed=position)
