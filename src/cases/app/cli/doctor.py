"""Looking for what is wrong with an installation, and putting its log in order again."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cases.app.cli.ground import quiet_logs, read_settings, with_database
from cases.app.cli.output import say, say_json, say_rows
from cases.app.cli.trouble import ExitCode, trouble_of

if TYPE_CHECKING:
    from cases.app.settings import Settings
    from cases.app.store.connections import Role

Look = Callable[["Settings", str], str]
"""One look: a few words when all is well, an exception or ``Unwell`` when not."""


class Unwell(Exception):
    """What is wrong, and what to do about it, in a sentence."""


def doctor(
    rebase: Annotated[
        bool,
        typer.Option(
            "--rebase",
            help="Put the ledger of a logically restored database in order, then look.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look for what is wrong, from the database and its migrations to the facts and the lists.

    After a logical dump and restore the sequencer refuses to run until --rebase has put the ledger
    in order; stop every `cases serve` and `cases worker` first. Exit code 1 when anything is wrong.
    """
    quiet_logs()
    with with_database(read_settings()) as settings:
        assert settings.database_url is not None
        url = settings.database_url.get_secret_value()
        if rebase:
            from cases.app.store.sequencer import rebase as rebase_ledger

            placed = rebase_ledger(url)
            if not as_json:
                say(f"The ledger is re-based; {placed} facts had no place yet.")
        found = [(name, *_looked(look, settings, url)) for name, look in LOOKS.items()]
    if as_json:
        say_json([{"look": name, "well": well, "says": says} for name, well, says in found])
    else:
        rows = [(name, "well" if well else "WRONG", says) for name, well, says in found]
        say_rows(("look", "", ""), rows)
    if not all(well for _, well, _ in found):
        raise typer.Exit(ExitCode.CHECK_FAILED)


def _looked(look: Look, settings: "Settings", url: str) -> tuple[bool, str]:
    try:
        return True, look(settings, url)
    except Exception as error:
        if isinstance(error, Unwell):
            return False, str(error)
        trouble = trouble_of(error)
        return False, trouble.sentence if trouble else type(error).__name__


def _database(settings: "Settings", url: str) -> str:
    import psycopg

    with psycopg.connect(url, connect_timeout=5) as connection:
        version = connection.info.server_version // 10_000
    if version < 15:
        msg = f"PostgreSQL {version} is too old: 15 or newer is needed."
        raise Unwell(msg)
    return f"PostgreSQL {version}"


def _migrations(settings: "Settings", url: str) -> str:
    from cases.app.store.migrate import current, head, is_newer

    at = current(url)
    if is_newer(at):
        return f"at {at}, of a newer release than this one ({head()})"
    if at != head():
        msg = f"The schema is at {at or 'nothing'}, this release needs {head()}: cases migrate"
        raise Unwell(msg)
    return f"at {at}"


def _keys(settings: "Settings", url: str) -> str:
    from cases.app.bootstrap import open_keyring
    from cases.app.store.connections import Role, connect
    from cases.app.store.keys_in_use import fit

    keyring = open_keyring(settings)
    complaint = keyring.health()
    if complaint is not None:
        raise Unwell(complaint)
    _must_be(url, (Role.READER,))
    with connect(url, Role.READER) as connection:
        found = fit(keyring, connection)
    if found.differing:
        names = ", ".join(found.differing)
        raise Unwell(f"What is wrapped with {names} does not open: this is another keyring.")
    if found.lacking:
        names = ", ".join(found.lacking)
        raise Unwell(f"The keyring lacks {names}, and keys are wrapped with it.")
    return "wrap and unwrap"


def _ledger(settings: "Settings", url: str) -> str:
    from cases.app.store.connections import Role
    from cases.app.store.sequencer import Sequencer

    _must_be(url, (Role.SEQUENCER,))
    with Sequencer(url) as sequencer:
        placed, epoch = sequencer.drain(), sequencer.epoch()
    return f"in order; {placed} facts had no place yet; {epoch}"


def _facts(settings: "Settings", url: str) -> str:
    from cases.app.store.connections import Role, connect
    from cases.domain.streams import FACTS, UPCASTERS

    _must_be(url, (Role.READER,))
    with connect(url, Role.READER) as connection:
        query = "select topic, count(*) from log.event group by topic order by topic"
        recorded: list[tuple[str, int]] = connection.execute(query).fetchall()
    newer = [f"{topic} ({n})" for topic, n in recorded if topic not in {*FACTS, *UPCASTERS}]
    if newer:
        msg = (
            f"A newer release has recorded {', '.join(newer)}, which this one cannot read: "
            "take the newer one into use everywhere."
        )
        raise Unwell(msg)
    return f"{sum(n for _, n in recorded)}, of {len(recorded)} types, all known"


def _read_models(settings: "Settings", url: str) -> str:
    from cases.app.bootstrap import open_system
    from cases.app.store.connections import Role
    from cases.app.worker import Worker

    _must_be(url, (Role.WRITER, Role.PROJECTOR, Role.READER))
    ready = settings.model_copy(update={"database_url": settings.database_url})
    with open_system(ready) as system:
        found = Worker(system).status()
    held = [each.name for each in found if each.held]
    if held:
        msg = f"Something holds {', '.join(held)}: cases projections status"
        raise Unwell(msg)
    parked = [f"{each.parked} of {each.name}" for each in found if each.parked]
    if parked:
        msg = f"Cases are parked ({', '.join(parked)}): cases projections compare"
        raise Unwell(msg)
    late = [each.name for each in found if (each.behind_for or 0) > settings.lag_limit]
    if late:
        msg = f"{', '.join(late)} lacks facts for over {settings.lag_limit} s: does a worker run?"
        raise Unwell(msg)
    return ", ".join(f"{each.name} lags {each.lag}" for each in found)


def _must_be(url: str, roles: "Sequence[Role]") -> None:
    """Raise Unwell where the login may not take one of the roles: a pool only finds no session."""
    import psycopg

    with psycopg.connect(url, connect_timeout=5) as connection:
        login = connection.execute("select session_user").fetchone()
        # From 16 on, holding a role and being allowed to become it are two things.
        right = "SET" if connection.info.server_version >= 160000 else "MEMBER"
        rows = connection.execute(
            "select name from unnest(%s::text[]) with ordinality as wanted (name, place)"
            " left join pg_roles on rolname = name"
            " where oid is null or not pg_has_role(oid, %s) order by place",
            ([role.value for role in roles], right),
        ).fetchall()
    if rows and login is not None:
        msg = (
            f"The login {login[0]} is not permitted to be {', '.join(name for (name,) in rows)}; "
            "see Roles in docs/operations.md."
        )
        raise Unwell(msg)


def _organisations(settings: "Settings", url: str) -> str:
    from cases.app.bootstrap import standing_organisations
    from cases.app.clock import WallClock
    from cases.app.store.connections import Role

    _must_be(url, (Role.READER,))
    known = standing_organisations(settings)
    number = sum(1 for _ in known.organisations.on(WallClock().today()))
    source = f"import {known.mark.number}" if known.mark else "of the file: nothing is imported"
    return f"{number} organisations today, {source}"


def _callers(settings: "Settings", url: str) -> str:
    from cases.app.bootstrap import standing_organisations
    from cases.app.clock import WallClock
    from cases.app.http.callers.known import read_callers

    of = [*read_callers(settings.callers).organisations()]
    register, today = standing_organisations(settings).organisations, WallClock().today()
    unknown = [each for each in of if register.find(each, today) is None]
    if unknown:
        msg = f"CASES_CALLERS names organisations there are none of: {', '.join(unknown)}"
        raise Unwell(msg)
    trusted = len(settings.trusted_proxies) + len(settings.security_servers)
    if of and not trusted:
        raise Unwell(
            "CASES_CALLERS names systems, and neither CASES_TRUSTED_PROXIES nor "
            "CASES_SECURITY_SERVERS anybody who may hand on what they say."
        )
    return f"systems of {len(of)} organisations without a token, by {trusted} networks"


LOOKS: dict[str, Look] = {
    "database": _database,
    "migrations": _migrations,
    "keys": _keys,
    "ledger": _ledger,
    "facts": _facts,
    "read models": _read_models,
    "organisations": _organisations,
    "callers": _callers,
}
