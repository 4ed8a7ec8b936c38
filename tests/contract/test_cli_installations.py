"""The command line on installations of which something is wrong, or of which somebody is wary."""

import json
import os
import re
import shlex
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest
from tests.commandline import PROGRAM, case_of, environment, load_first_story, run
from tests.patience import PATIENCE
from typer.main import get_command

from cases.app.cli.app import app
from cases.app.cli.trouble import ExitCode
from cases.app.embedded import Cluster, Database

OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> dict[str, object]:
    return {"environment": "test", "database_url": database.url, "state": tmp_path}


@pytest.fixture
def loaded(settings: dict[str, object]) -> dict[str, object]:
    """An installation with story 1."""
    load_first_story(settings)
    return settings


# ------------------------------------------------------ development must be stated beside data


@pytest.mark.guarantee("CL-3")
def test_nothing_is_loaded_into_an_installation_that_does_not_state_development(
    database: Database, tmp_path: Path
) -> None:
    ring = tmp_path / "ring.json"
    run("keyring", "create", ring)
    register = tmp_path / "organisations.yaml"
    register.write_bytes(
        (
            Path(__file__).parents[2] / "src/cases/app/stories/library/organisations.yaml"
        ).read_bytes()
    )

    done = run(
        "load",
        "1-home-carer-in-vaasa",
        database_url=database.url,
        keyring=ring,
        organisations=register,
        state=tmp_path,
    )

    with psycopg.connect(database.superuser_url) as connection:
        row = connection.execute("select count(*) from log.event").fetchone()
    assert row == (0,)
    assert done.returncode == ExitCode.DEVELOPMENT_ONLY
    assert "CASES_ENVIRONMENT=development" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.guarantee("CL-3")
@pytest.mark.parametrize("name", ["database_url", "keyring", "organisations"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["load", "2-quota-family-in-espoo"],
        ["dev", "idp", "--port", "0"],
        ["dev", "token", "officer@vaasa"],
        ["dev", "call", "officer@vaasa", "GET", "/worklist"],
    ],
)
def test_any_part_of_an_installation_asks_for_development_to_be_stated(
    tmp_path: Path, name: str, arguments: list[str]
) -> None:
    done = run(*arguments, **{name: tmp_path / "something"}, state=tmp_path)

    assert done.stderr == (
        f"This command is for development only, and CASES_{name.upper()} is set: "
        "state CASES_ENVIRONMENT=development if this is development.\n"
    )
    assert done.returncode == ExitCode.DEVELOPMENT_ONLY
    assert list(tmp_path.iterdir()) == []


@pytest.mark.guarantee("CL-3")
def test_where_nothing_is_configured_development_need_not_be_stated(tmp_path: Path) -> None:
    done = run("dev", "token", "officer@vaasa", "--issuer", "http://127.0.0.1:1", state=tmp_path)

    assert done.returncode == ExitCode.NO_ANSWER


# --------------------------------------------------------------- comparing what cannot be read


@pytest.mark.guarantee("CL-6")
def test_a_comparison_tells_which_read_model_is_held_and_by_which_case(
    database: Database, loaded: dict[str, object]
) -> None:
    case = case_of(database)
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute(
            "insert into views.turn (name, first, last, held_error, held_case)"
            " select name, allotted + 1, allotted + 1, 'UnknownFactType', %s"
            " from views.tracking where name like 'worklist.%%'",
            (case,),
        )

    told = run("projections", "compare", **loaded)
    listed = run("projections", "compare", "--json", **loaded)
    other = run("projections", "compare", "clients", **loaded)

    assert told.returncode == listed.returncode == ExitCode.CHECK_FAILED
    assert f"worklist is held by case {case} (UnknownFactType)." in told.stdout
    assert json.loads(listed.stdout)["held"] == {
        "worklist": {"by": "UnknownFactType", "case": case}
    }
    assert other.returncode == 0, other.stdout


@pytest.mark.guarantee("CL-6")
def test_a_comparison_tells_which_case_cannot_be_read(
    database: Database, loaded: dict[str, object]
) -> None:
    case = case_of(database)
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(
            "update log.event set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)"
            " where version = 2"
        )
        for table in ("client", "worklist", "timer"):
            name = connection.execute("select to_regclass(%s)", (f"views.{table}",)).fetchone()
            if name != (None,):
                connection.execute(f"delete from views.{table}".encode())

    told = run("projections", "compare", **loaded)
    listed = run("projections", "compare", "--json", **loaded)

    assert told.returncode == listed.returncode == ExitCode.CHECK_FAILED
    assert f"Case {case} cannot be read (SealBroken)." in told.stdout
    assert json.loads(listed.stdout)["unreadable"] == {case: "SealBroken"}


@pytest.mark.guarantee("EV-6")
def test_the_doctor_names_what_a_newer_release_has_recorded(
    database: Database, loaded: dict[str, object]
) -> None:
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute(
            "update log.event set topic = 'plan.drawn-up.v99' where topic like 'plan.drawn-up.v%'"
        )

    looked = run("doctor", "--json", **loaded)

    (facts,) = (each for each in json.loads(looked.stdout) if each["look"] == "facts")
    assert looked.returncode == ExitCode.CHECK_FAILED
    assert not facts["well"]
    assert re.fullmatch(
        r"A newer release has recorded plan\.drawn-up\.v99 \(\d+\), which this one cannot read: "
        "take the newer one into use everywhere\\.",
        facts["says"],
    )


# ------------------------------------------------------------------- logins and their roles


def sql_of_superuser(database: Database, *statements: str) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def as_login(database: Database, login: str) -> str:
    return database.url.replace("//cases@", f"//{login}@")


def test_the_doctor_tells_what_a_login_may_not_from_a_database_that_is_away(
    database: Database, loaded: dict[str, object]
) -> None:
    sql_of_superuser(database, "create role stranger login")
    try:
        url = as_login(database, "stranger")
        looked = run("doctor", "--json", **{**loaded, "database_url": url})
        sql_of_superuser(database, "grant cases_writer, cases_projector, cases_reader to stranger")
        partly = run("doctor", "--json", **{**loaded, "database_url": url})
    finally:
        sql_of_superuser(database, "drop role stranger")

    says = {each["look"]: each["says"] for each in json.loads(looked.stdout)}
    assert looked.returncode == ExitCode.CHECK_FAILED
    assert says["ledger"] == (
        "The login stranger is not permitted to be cases_sequencer; see Roles in "
        "docs/operations.md."
    )
    assert says["read models"].startswith(
        "The login stranger is not permitted to be cases_writer, cases_projector, cases_reader;"
    )
    assert "away" not in looked.stdout
    well = {each["look"]: each["well"] for each in json.loads(partly.stdout)}
    assert (well["ledger"], well["read models"]) == (False, True)


@pytest.mark.guarantee("CL-2")
def test_a_right_that_was_withdrawn_is_not_told_as_a_database_that_is_away(
    database: Database, loaded: dict[str, object]
) -> None:
    case = case_of(database)
    sql_of_superuser(database, "revoke insert on trail.access from cases_reader, cases_writer")

    done = run("case", "show", case, **loaded)

    assert done.stderr.startswith("The database does not permit it: permission denied for ")
    assert done.returncode == ExitCode.DATABASE


def test_a_second_installation_of_a_cluster_migrates_once_the_roles_are_granted(
    cluster: Cluster, database: Database, tmp_path: Path
) -> None:
    grant = re.search(r"`(grant cases_owner, [^`]+ with admin option)`", OPERATIONS)
    apart = re.search(r"`(revoke connect on database cases from public)`", OPERATIONS)
    assert grant is not None
    assert apart is not None
    second = cluster.create_database("second_installation")
    sql_of_superuser(
        second,
        "create role second login createrole",
        "alter database second_installation owner to second",
    )
    given = {"environment": "test", "database_url": as_login(second, "second"), "state": tmp_path}
    try:
        refused = run("migrate", **given)
        with psycopg.connect(database.url, autocommit=True) as first:
            first.execute(grant[1].encode())
        migrated = run("migrate", **given)
        looked = run("doctor", "--json", **given)
        with psycopg.connect(as_login(database, "second")) as theirs:
            theirs.execute("set role cases_reader")  # what the page warns of
            theirs.execute("select * from log.event")
        with psycopg.connect(database.url, autocommit=True) as first:
            first.execute(apart[1].replace("database cases", f"database {database.name}").encode())
        with pytest.raises(psycopg.OperationalError, match="CONNECT"):
            psycopg.connect(as_login(database, "second"))
    finally:
        cluster.drop_database("second_installation")
        sql_of_superuser(
            database,
            "drop owned by second cascade",
            "drop role second",
        )

    assert refused.returncode == ExitCode.DATABASE
    assert refused.stderr.startswith("The database does not permit it: ")
    assert migrated.returncode == 0, migrated.stderr
    assert looked.returncode == 0, looked.stdout


# ------------------------------------------------------------------------ told to stop in between


def until(connection: psycopg.Connection, query: bytes) -> None:
    """Wait until there is what is asked for."""
    deadline = monotonic() + PATIENCE
    while connection.execute(query).fetchone() is None:
        assert monotonic() < deadline, "it never came true"
        sleep(0.02)


@pytest.mark.guarantee("CL-5", "RB-2")
@pytest.mark.parametrize(
    ("sign", "whom"),
    [
        (signal.SIGTERM, os.kill),
        (signal.SIGTERM, os.killpg),  # as a service manager does
        (signal.SIGINT, os.killpg),  # as a terminal does
    ],
    ids=["terminated", "all terminated", "Ctrl-C"],
)
def test_a_rebuild_that_is_told_to_stop_ends_in_order(
    database: Database,
    loaded: dict[str, object],
    sign: signal.Signals,
    whom: Callable[[int, int], None],
) -> None:
    with (
        psycopg.connect(database.superuser_url) as holder,
        psycopg.connect(database.superuser_url, autocommit=True) as watcher,
    ):
        holder.execute("lock table log.case_key in access exclusive mode")  # a loader waits for it
        process = subprocess.Popen(
            [PROGRAM, "projections", "rebuild", "clients", "--workers", "2"],
            env=environment(loaded),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            until(
                watcher,
                b"select from pg_locks where relation = 'log.case_key'::regclass and not granted",
            )
            whom(process.pid, sign)
            until(
                watcher,
                b"select where not exists (select from pg_tables where schemaname = 'views_next')",
            )
            holder.rollback()
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        assert (process.returncode, out, err) == (130, "", "")
        assert run("projections", "compare", **loaded).returncode == 0


# --------------------------------------------------------------------- the page, and a closed pipe


def quoted_commands() -> list[str]:
    return sorted(set(re.findall(r"`cases ([^`]+)`", OPERATIONS)))


@pytest.mark.guarantee("CL-1")
@pytest.mark.parametrize("line", quoted_commands())
def test_what_the_page_for_operators_quotes_is_understood(line: str) -> None:
    command = get_command(app)
    context = command.make_context("cases", shlex.split(line))
    while (inner := getattr(context.command, "commands", None)) is not None:
        name, *rest = [*context._protected_args, *context.args]
        context = inner[name].make_context(name, rest, parent=context)

    assert context.command.name == line.split()[len(context.command_path.split()) - 2]


@pytest.mark.guarantee("CL-2")
@pytest.mark.parametrize("arguments", [["case", "explain"], ["--help"]])
def test_a_closed_pipe_ends_a_command_quietly(
    database: Database, loaded: dict[str, object], arguments: list[str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    if arguments == ["case", "explain"]:
        arguments = [*arguments, case_of(database)]
    done = subprocess.run(
        [PROGRAM, *arguments],
        env=environment(loaded),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    os.close(writing)

    assert done.stderr == ""
    assert done.returncode == 141


@pytest.mark.guarantee("CL-2")
def test_with_standard_output_closed_a_command_says_so(loaded: dict[str, object]) -> None:
    done = subprocess.run(
        [PROGRAM, "projections", "status", "--json"],
        env=environment(loaded),
        preexec_fn=lambda: os.close(1),
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.stderr.startswith("Standard output is closed")
    assert done.stderr.count("\n") == 1
    assert done.returncode == ExitCode.FILE
