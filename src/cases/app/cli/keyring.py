"""The wrapping keys of an installation that keeps them in a file."""

import re
from pathlib import Path
from typing import Annotated, Final

import typer

from cases.app.cli.output import say
from cases.app.cli.trouble import ExitCode, Trouble

group = typer.Typer(
    no_args_is_help=True,
    help="""The wrapping keys of an installation (CASES_KEYRING).

Keep the file apart from the database and its backups: with both, everything can be read; without
the file, nothing can.""",
)
_NAME: Final = re.compile(r"[!-~]{1,64}")
KeyringFile = Annotated[Path, typer.Argument(metavar="FILE", help="The keyring.")]


@group.command("create", epilog="Example: cases keyring create /etc/cases/keyring.json")
def create(file: KeyringFile) -> None:
    """Make a keyring that only you may read. It never replaces one."""
    from cases.app.bootstrap import make_keyring

    try:
        made = make_keyring(file)
    except FileExistsError:
        raise Trouble(
            ExitCode.FILE, f"{file} exists already, and keys are never replaced."
        ) from None
    say(f"{file} holds the wrapping key {made.wrapping_key_id()}; keep it safe.")


@group.command("rotate", epilog="Example: cases keyring rotate /etc/cases/keyring.json 2026-01")
def rotate(
    file: KeyringFile,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A name for the new key, such as 2026-01.")
    ],
) -> None:
    """Wrap with a new key from now on; the earlier ones stay and open what they wrapped.

    Processes that run open what is wrapped with it, and wrap with it once they are started anew.
    """
    from cases.app.bootstrap import rotate_keyring

    if not _NAME.fullmatch(name):
        raise typer.BadParameter("1 to 64 visible characters of ASCII", param_hint="NAME")
    try:
        rotated = rotate_keyring(file, name)
    except ValueError:
        raise Trouble(ExitCode.WRONG_USAGE, f"{file} has a wrapping key {name} already.") from None
    say(f"{file} wraps with {rotated.wrapping_key_id()} from now on.")
