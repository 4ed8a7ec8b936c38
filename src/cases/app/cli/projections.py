"""The read models: how far they are, making them anew, comparing them with the log."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cases.app.cli.ground import (
    opened,
    quiet_logs,
    read_settings,
    until_stopped,
    with_database,
)
from cases.app.cli.output import bar, say, say_json, say_rows
from cases.app.cli.trouble import ExitCode, Trouble

if TYPE_CHECKING:
    from uuid import UUID

    from cases.app.bootstrap import System
    from cases.projections.case_view import CaseView
    from cases.projections.status import Status

group = typer.Typer(
    no_args_is_help=True,
    help="""The read models behind lists: how far they are, and whether they are true.

They can always be made anew from the log, and compared with it case by case.""",
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@group.command("status")
def show_status(as_json: AsJson = False) -> None:
    """Show how far each read model is, what holds it, and how many cases are parked.

    Exit code 1 when one of them is held or a case is parked.
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
                    "behindFor": each.behind_for,
                    "unfinished": each.unfinished,
                    "parked": each.parked,
                    "heldBy": each.held_error,
                    "heldCase": str(each.held_case) if each.held_case else None,
                    "heldSince": each.held_since.isoformat() if each.held_since else None,
                }
                for each in found
            ]
        )
    else:
        say_rows(
            ("name", "position", "lag", "behind for (s)", "unfinished", "parked", "held by"),
            [
                (s.name, s.position, s.lag, _seconds(s), s.unfinished, s.parked, s.held_error)
                for s in found
            ],
        )
    if any(each.held or each.parked for each in found):
        raise typer.Exit(ExitCode.CHECK_FAILED)


def _seconds(reached: "Status") -> str:
    return "never followed" if reached.behind_for is None else f"{reached.behind_for:.0f}"


@group.command("retry", epilog="Example: cases projections retry worklist")
def retry(
    name: Annotated[str, typer.Argument(help="A read model, such as worklist.")],
    case: Annotated[
        str | None, typer.Option("--case", help="A parked case; all of them without it.")
    ] = None,
) -> None:
    """Try parked cases again now, and let a held read model try again at once.

    Exit code 1 when a case can still not be taken in, 9 where there is no such case.
    """
    from cases.projections.parking import parked, try_again
    from cases.projections.projection import tracking_name
    from cases.projections.turns import try_held_again

    with _system() as system:
        view = _view(system, name)
        with system.projector.begin() as connection:
            held = try_held_again(connection, view)
            aside = [each.case_id for each in parked(connection, tracking_name(view))]
        wanted = aside if case is None else [_case_id(case)]
        if case is not None and not system.log.version_of(wanted[0]):
            raise Trouble(ExitCode.NOT_FOUND, f"There is no case {wanted[0]}.")
        tried = [try_again(system.projector, view, system.sources, each) for each in wanted]
    failed = False
    for case_id, each in zip(wanted, tried, strict=True):
        if each is None:
            say(f"Case {case_id} is not parked, or somebody else is trying it.")
        elif each.error is None:
            say(f"Case {case_id} is parked no more.")
        else:
            failed = True
            say(f"Case {case_id} can still not be taken in ({each.error}).")
    if held:
        say(f"{name} is held; a worker tries it again now.")
    elif not wanted:
        say(f"No case of {name} is parked.")
    if failed:
        raise typer.Exit(ExitCode.CHECK_FAILED)


@group.command("rebuild", epilog="Example: cases projections rebuild clients worklist --workers 4")
def rebuild_some(
    names: Annotated[list[str], typer.Argument(help="Read models, such as worklist.")],
    case: Annotated[
        str | None, typer.Option("--case", help="Make the rows of this case anew, in place.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="Processes; as many as cores without it."),
    ] = None,
    accept_differences: Annotated[
        bool,
        typer.Option("--accept-differences", help="Swap although rows have changed."),
    ] = False,
) -> None:
    """Make read models anew beside the live ones, then let them take their place.

    Readers and followers go on meanwhile. Where a read model has the version it had, and the new
    rows of a case are not the live ones, nothing is swapped and exit code 1 names the cases. Ctrl-C
    or SIGTERM before the swap changes nothing. The login of CASES_DATABASE_URL must be a member of
    cases_owner.
    """
    with until_stopped() as stopping:
        _rebuild_some(names, case, workers or os.cpu_count() or 1, accept_differences)
    if stopping.is_told:
        raise KeyboardInterrupt


def _rebuild_some(
    names: list[str], case: str | None, workers: int, accept_differences: bool
) -> None:
    from cases.projections.feed import BadFact
    from cases.projections.rebuild import AlreadyRebuilding, Differs

    with _system() as system:
        views = [_view(system, name) for name in names]
        try:
            if case is not None:
                _rebuild_case(system, views, _case_id(case))
            else:
                _rebuild_whole(system, views, workers, accept_differences)
        except AlreadyRebuilding as already:
            raise Trouble(
                ExitCode.CHECK_FAILED, f"Another process is rebuilding {already} at the moment."
            ) from None
        except BadFact as bad:
            raise Trouble(
                ExitCode.CHECK_FAILED,
                f"Case {bad.case_id} cannot be taken in ({bad.kind}); nothing has changed.",
            ) from None
        except Differs as differs:
            for name, case_ids in differs.cases.items():
                for case_id in case_ids:
                    say(f"{name}: {case_id}")
            raise Trouble(
                ExitCode.CHECK_FAILED,
                f"The rows of {differs} would change though the version has not; nothing has "
                "changed. If that is a repair: --accept-differences",
            ) from None


def _rebuild_case(system: "System", views: "Sequence[CaseView]", case_id: "UUID") -> None:
    from cases.projections.rebuild import rebuild_case

    for view in views:
        version = rebuild_case(system.projector, system.log, view, case_id)
        system.sources.folded.forget([case_id])
        if version is None:
            raise Trouble(ExitCode.NOT_FOUND, f"There is no case {case_id}.")
        say(f"{view.name} has case {case_id} at version {version}.")


def _rebuild_whole(
    system: "System", views: "Sequence[CaseView]", workers: int, accept_differences: bool
) -> None:
    from cases.app.memory import settle
    from cases.app.rebuilding import loading
    from cases.projections.rebuild import rebuild

    settle()
    with loading(system, views, workers) as load, bar("Rebuilding", system.log.head()) as advance:
        so_far = 0

        def progress(facts: int) -> None:
            nonlocal so_far
            advance(facts - so_far)
            so_far = facts

        rebuilt = rebuild(
            system.projector,
            system.log,
            views,
            load=load,
            accept_differences=accept_differences,
            progress=progress,
        )
    for name, case_ids in rebuilt.differing.items():
        say(
            f"{name} is new, true for position {rebuilt.position}; "
            f"{len(case_ids)} cases have other rows than before."
        )


@group.command("compare", epilog="Example: cases projections compare worklist --json")
def compare_all(
    name: Annotated[
        str | None, typer.Argument(help="A read model; all of them without it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare read models with the log, case by case.

    Exit code 1 when anything differs, a case is parked or cannot be read, or a read model is held.
    """
    from cases.projections.comparing import compare, covered
    from cases.projections.status import status

    with _system() as system:
        views = system.views.all() if name is None else (_view(system, name),)
        with bar("Comparing", sum(covered(system.projector, view) for view in views)) as advance:
            found = {
                view.name: compare(system.projector, system.log, view, progress=advance)
                for view in views
            }
        states = zip(views, status(system.projector, system.log, views), strict=True)
        held = {view.name: state for view, state in states if state.held}
    unreadable = {c: why for each in found.values() for c, why in each.unreadable.items()}
    if as_json:
        say_json(
            {
                "differing": {n: [str(c) for c in each.differing] for n, each in found.items()},
                "parked": {
                    n: {str(case.case_id): case.error for case in each.parked}
                    for n, each in found.items()
                },
                "held": {
                    each: {"by": s.held_error, "case": str(s.held_case) if s.held_case else None}
                    for each, s in held.items()
                },
                "unreadable": {str(case_id): why for case_id, why in unreadable.items()},
            }
        )
    else:
        say_rows(
            ("name", "differing cases", "parked cases"),
            [(n, len(each.differing), len(each.parked)) for n, each in found.items()],
        )
        for each, compared in found.items():
            for case_id in compared.differing:
                say(f"{each}: {case_id}")
            for case in compared.parked:
                say(f"{each}: {case.case_id} is parked since {case.parked_at} ({case.error})")
        for each, state in held.items():
            by = f"case {state.held_case} ({state.held_error})"
            say(f"{each} is held by {by if state.held_case else state.held_error}.")
        for case_id, why in unreadable.items():
            say(f"Case {case_id} cannot be read ({why}).")
    if held or unreadable or any(each.differing or each.parked for each in found.values()):
        raise typer.Exit(ExitCode.CHECK_FAILED)


def _view(system: "System", name: str) -> "CaseView":
    views = {view.name: view for view in system.views.all()}
    if name not in views:
        raise Trouble(ExitCode.NOT_FOUND, f"The read models are {', '.join(views)}.")
    return views[name]


def _case_id(text: str) -> "UUID":
    from uuid import UUID

    try:
        return UUID(text)
    except ValueError:
        raise Trouble(ExitCode.WRONG_USAGE, f"{text} is not the id of a case.") from None


@contextmanager
def _system() -> "Iterator[System]":
    quiet_logs()
    with with_database(read_settings()) as settings, opened(settings) as system:
        yield system
