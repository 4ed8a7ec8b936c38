"""The command line as people meet it: help, exit codes, one sentence for each trouble."""

import json
import os
import pwd
import signal
import subprocess
import threading
from importlib import import_module
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from tests.commandline import PROGRAM, case_of, environment, load_first_story, run, run_alone
from tests.leaks import WATCH
from tests.patience import PATIENCE

from cases.app.bootstrap import open_system
from cases.app.cli.trouble import TOLD, ExitCode
from cases.app.embedded import Cluster, Database
from cases.app.settings import Settings


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> dict[str, object]:
    return {"environment": "test", "database_url": database.url, "state": tmp_path}


@pytest.fixture
def loaded(settings: dict[str, object]) -> dict[str, object]:
    """An installation with story 1."""
    load_first_story(settings)
    return settings


# ---------------------------------------------------------------------- one sentence for each


@pytest.mark.guarantee("CL-2")
def test_a_missing_setting_is_named() -> None:
    done = run_alone("serve")

    assert done.stderr == (
        "Production needs CASES_DATABASE_URL, CASES_KEYRING, CASES_ISSUER "
        "(or set CASES_ENVIRONMENT=development).\n"
    )
    assert done.returncode == ExitCode.SETTING


@pytest.mark.guarantee("CL-2")
@pytest.mark.parametrize(
    ("arguments", "given", "code", "begins"),
    [
        (["serve"], {"port": "many"}, ExitCode.SETTING, "CASES_PORT: "),
        (
            ["doctor"],
            {"state": ""},
            ExitCode.SETTING,
            "CASES_STATE: It must name a file or folder.",
        ),
        (["doctor"], {"keyring": ""}, ExitCode.SETTING, "CASES_KEYRING: It must name a file "),
        (["migrate"], {"environment": "moon"}, ExitCode.SETTING, "CASES_ENVIRONMENT: "),
        (["dev", "token", "x"], {"environment": "moon"}, ExitCode.SETTING, "CASES_ENVIRONMENT: "),
        (
            ["worker"],
            {"database_url": "postgresql://u@127.0.0.1:1/x"},
            ExitCode.DATABASE,
            "The database can't be reached: ",
        ),
        (
            ["migrate"],
            {"database_url": "not an address"},
            ExitCode.SETTING,
            "CASES_DATABASE_URL: It must be the address of a database: postgresql://…",
        ),
        (["migrate"], {"database_url": ""}, ExitCode.SETTING, "CASES_DATABASE_URL: It must be "),
        (["serve"], {"host": ""}, ExitCode.SETTING, "CASES_HOST: It must be a name "),
        (["demo", "--state", ""], {}, ExitCode.SETTING, "CASES_STATE: It must name a file or "),
        (["load", "/nowhere.yaml"], {}, ExitCode.FILE, "/nowhere.yaml: the story can't be read: "),
        (["load", "nowhere.yaml"], {}, ExitCode.FILE, "nowhere.yaml: the story can't be read: "),
        (["load", "/"], {}, ExitCode.FILE, "/: the story can't be read: is a directory"),
        (
            ["dev", "call", "officer@vaasa", "GET", "/worklist", "--issuer", "http://127.0.0.1:1"],
            {},
            ExitCode.NO_ANSWER,
            "No identity provider answers at http://127.0.0.1:1; ",
        ),
        (
            ["dev", "token", "officer@vaasa", "--issuer", "nonsense"],
            {},
            ExitCode.SETTING,
            "CASES_ISSUER: It must be an http or https address with a host.",
        ),
        (
            ["dev", "call", "x@y", "GET", "/", "-H", "nonsense"],
            {},
            ExitCode.WRONG_USAGE,
            "A header is given as ",
        ),
    ],
)
def test_what_a_person_can_cause_is_one_sentence(
    tmp_path: Path, arguments: list[str], given: dict[str, str], code: ExitCode, begins: str
) -> None:
    settings: dict[str, object] = {"environment": "development", "state": tmp_path, **given}
    done = run(*arguments, **settings)

    assert done.stderr.startswith(begins), done.stderr
    assert done.stderr.count("\n") == 1
    assert done.returncode == code


@pytest.mark.guarantee("CL-2")
@pytest.mark.parametrize(
    ("given", "begins"),
    [
        ({"issuer": "nourl"}, "CASES_ISSUER: "),
        ({"issuer": "https://"}, "CASES_ISSUER: "),
        ({"issuer": "ftp://idp.example"}, "CASES_ISSUER: "),
        ({"issuer": "https://idp.example:port"}, "CASES_ISSUER: "),
        ({"issuer": "https://idp .example"}, "CASES_ISSUER: "),
        ({"issuer": ""}, "CASES_ISSUER: "),
        ({"jwks_url": "x"}, "CASES_JWKS_URL: "),
        ({"audience": ""}, "CASES_AUDIENCE: "),
        ({"audience": "a b"}, "CASES_AUDIENCE: "),
        ({"audience": "cases "}, "CASES_AUDIENCE: "),
        ({"listen_url": "garbage"}, "CASES_LISTEN_URL: "),
        ({"listen_url": "mysql://u:secret@db/x"}, "CASES_LISTEN_URL: "),
    ],
)
def test_a_setting_that_cannot_be_right_keeps_the_server_from_starting(
    tmp_path: Path, given: dict[str, str], begins: str
) -> None:
    # A database nobody answers at: were the setting taken, that is what would be told.
    away = {"environment": "test", "database_url": "postgresql://u@127.0.0.1:1/x"}
    done = run("serve", "--port", "0", **away, state=tmp_path, **given)

    assert done.stderr.startswith(begins), done.stderr
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
    assert done.returncode == ExitCode.SETTING


@pytest.mark.guarantee("CL-2")
def test_a_database_that_is_not_migrated_is_told_how_to(cluster: Cluster, tmp_path: Path) -> None:
    empty = cluster.create_database("not_migrated")
    given = {"environment": "test", "database_url": empty.url, "state": tmp_path}
    try:
        for arguments in (["serve", "--port", "0"], ["worker"], ["projections", "status"]):
            done = run(*arguments, **given)
            assert done.stderr == (
                "The database is not migrated to this release; run: cases migrate\n"
            )
            assert done.returncode == ExitCode.NOT_MIGRATED
        looked = run("doctor", **given)
        migrated = run("migrate", **given)
        again = run("migrate", **given)
    finally:
        cluster.drop_database("not_migrated")

    assert "migrations\tWRONG\t" in looked.stdout
    assert looked.returncode == ExitCode.CHECK_FAILED
    assert (migrated.returncode, again.returncode) == (0, 0)
    assert again.stdout.endswith("already.\n")


def test_every_exception_that_is_told_exists() -> None:
    for module, name in TOLD:
        assert issubclass(getattr(import_module(module), name), Exception)


@pytest.mark.guarantee("CL-3")
@pytest.mark.parametrize(
    "arguments",
    [["dev", "idp"], ["dev", "token", "x@y"], ["load", "2-quota-family-in-espoo"], ["demo"]],
)
def test_development_aids_refuse_to_run_in_production(arguments: list[str]) -> None:
    done = run(*arguments, environment="production")

    assert done.stderr == (
        "This command is for development only, and CASES_ENVIRONMENT says production.\n"
    )
    assert done.returncode == ExitCode.DEVELOPMENT_ONLY


# -------------------------------------------------------------------------------- commands


def test_load_tells_what_is_not_supported_and_refuses_a_second_time(
    settings: dict[str, object],
) -> None:
    first = run("load", "4-mistakes-are-made", "--json", **settings)
    second = run("load", "4-mistakes-are-made", **settings)

    report = json.loads(first.stdout)
    assert first.returncode == ExitCode.NOT_SUPPORTED_YET == report["exitCode"]
    assert report["stories"][0]["failed"] == 0
    assert first.stderr == ""
    assert second.returncode == ExitCode.NOT_EMPTY
    assert second.stderr.startswith("The installation is not empty: ")


@pytest.mark.guarantee("CL-4")
def test_a_look_at_a_case_is_on_its_access_trail_under_the_account_of_the_system(
    database: Database, loaded: dict[str, object]
) -> None:
    case = case_of(database)

    shown = run("case", "show", case, "--valid-on", "2025-06-15", "--json", **loaded)
    told = run("case", "explain", case, "--valid-on", "2026-11-21", "--lang", "sv", **loaded)

    answer = json.loads(shown.stdout)
    assert answer["plan"]["maximumUntil"] == "2027-03-03"
    assert [e["fact"] for e in answer["entries"]][-1] == "ClientGuidedToServices"
    assert "2027-03-03" in told.stdout
    assert "3.3.2027" in told.stdout
    with open_system(Settings(**loaded)) as system:  # type: ignore[arg-type]
        lines = [line.record for line in system.trail.of_case(UUID(case))][-2:]
    account = pwd.getpwuid(os.getuid()).pw_name
    assert [(r.subject, r.organisation, r.role, r.action) for r in lines] == [
        (account, "tarkastus", "AUDITOR", "READ_HISTORY"),
        (account, "tarkastus", "AUDITOR", "READ_EXPLANATION"),
    ]


def test_a_case_is_shown_as_it_was_known(database: Database, loaded: dict[str, object]) -> None:
    case = case_of(database)
    day = ("--valid-on", "2025-09-15", "--json")

    then = run("case", "show", case, *day, "--known-at", "2025-08-01T00:00:00Z", **loaded)
    early = run("case", "show", case, *day, "--version", "8", **loaded)
    edition = ("--edition", "681/2023@2025")
    there = run("case", "explain", case, *day, *edition, **loaded)
    vague = run("case", "show", case, *day, "--known-at", "2025-08-01", **loaded)

    assert json.loads(then.stdout)["plan"]["reviewOverdueSince"] == "2025-09-04"
    assert json.loads(early.stdout)["plan"] is None
    assert json.loads(early.stdout)["edition"] is None
    assert json.loads(there.stdout)["edition"] == "681/2023@2025"
    assert vague.returncode == ExitCode.WRONG_USAGE


@pytest.mark.guarantee("CL-2")
def test_what_is_not_there_is_told(database: Database, loaded: dict[str, object]) -> None:
    case = case_of(database)
    nowhere = "00000000-0000-4000-8000-000000000000"

    for arguments in (
        ("case", "show", nowhere),
        ("case", "show", case, "--version", "999"),
        ("case", "explain", case, "--known-at", "2025-01-01T00:00:00Z"),
        ("case", "show", case, "--organisation", "vaasa"),
        ("projections", "rebuild", "nothing"),
    ):
        done = run(*arguments, **loaded)
        assert done.returncode == ExitCode.NOT_FOUND, arguments
        assert done.stderr.count("\n") == 1


@pytest.mark.guarantee("CL-2")
@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (
            ("--known-at", "2099-01-01T00:00:00Z"),
            ExitCode.WRONG_USAGE,
            "--known-at is still to come",
        ),
        (
            ("--known-at", "2099-01-01T00:00:00Z", "--version", "8"),
            ExitCode.WRONG_USAGE,
            "The case has no such version, or --known-at is still to come",
        ),
        (("--version", "999"), ExitCode.NOT_FOUND, "The case has no such version."),
        (("--known-at", "0001-01-01T00:00:00+01:00"), ExitCode.WRONG_USAGE, "--known-at is an"),
        (("--valid-on", "1899-12-31"), ExitCode.WRONG_USAGE, "--valid-on is a day of the years"),
        (("--valid-on", "2200-01-01"), ExitCode.WRONG_USAGE, "--valid-on is a day of the years"),
        (("--valid-on", "1900-01-01"), ExitCode.DONE, ""),
        (("--valid-on", "2199-12-31"), ExitCode.DONE, ""),
    ],
)
def test_what_cannot_be_asked_about_a_case_is_told_as_it_is(
    database: Database,
    loaded: dict[str, object],
    asked: tuple[str, ...],
    code: ExitCode,
    said: str,
) -> None:
    done = run("case", "show", case_of(database), *asked, **loaded)
    assert done.stderr.startswith(said), done.stderr
    assert done.stderr.count("\n") == (1 if said else 0)
    assert done.returncode == code


def test_read_models_are_compared_with_the_log_and_made_anew(
    database: Database, loaded: dict[str, object]
) -> None:
    assert run("projections", "compare", **loaded).returncode == 0
    status = json.loads(run("projections", "status", "--json", **loaded).stdout)
    assert {each["lag"] for each in status} == {0}
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute("update views.client set authority = 'espoo'")

    differs = run("projections", "compare", "--json", **loaded)
    refused = run("projections", "rebuild", "clients", "--workers", "1", **loaded)
    made = run("projections", "rebuild", "clients", "--accept-differences", **loaded)

    assert refused.returncode == ExitCode.CHECK_FAILED
    assert refused.stdout == f"clients: {case_of(database)}\n"
    assert "--accept-differences" in refused.stderr
    assert differs.returncode == ExitCode.CHECK_FAILED
    assert json.loads(differs.stdout)["differing"]["clients"] == [case_of(database)]
    assert made.returncode == 0, made.stderr
    assert run("projections", "compare", **loaded).returncode == 0


@pytest.mark.guarantee("RB-3", "CL-2")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_rebuild_names_the_case_it_cannot_take_in(
    database: Database, loaded: dict[str, object], workers: str
) -> None:
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute(
            "update log.event set sealed = set_byte(sealed, 20, 255 - get_byte(sealed, 20))"
            " where version = 2"
        )

    done = run("projections", "rebuild", "clients", "--workers", workers, **loaded)

    assert done.stderr == (
        f"Case {case_of(database)} cannot be taken in (SealBroken); nothing has changed.\n"
    )
    assert done.returncode == ExitCode.CHECK_FAILED


@pytest.mark.guarantee("RB-5", "PZ-3")
def test_one_case_is_made_anew_and_a_parked_one_is_tried_again(
    database: Database, loaded: dict[str, object]
) -> None:
    case = case_of(database)
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute("update views.client set authority = 'turku'")
        connection.execute(
            "insert into views.parked (projection, case_id, position, version, error, release,"
            " tried_by, next_try_at)"
            " values ('worklist.v7', %s, 1, 1, 'LookupError', '1', '{1}', now())",
            (case,),
        )
    looked = run("projections", "status", **loaded)
    compared = json.loads(run("projections", "compare", "--json", **loaded).stdout)
    one = run("projections", "rebuild", "clients", "--case", case, **loaded)
    tried = run("projections", "retry", "worklist", **loaded)
    again = run("projections", "retry", "worklist", "--case", case, **loaded)
    nobody = run("projections", "rebuild", "clients", "--case", str(UUID(int=7)), **loaded)
    neither = run("projections", "retry", "worklist", "--case", str(UUID(int=7)), **loaded)

    assert looked.returncode == ExitCode.CHECK_FAILED
    parked = {"clients": {}, "worklist": {case: "LookupError"}, "timers": {}, "names": {}}
    assert compared["parked"] == parked
    assert one.stdout.startswith(f"clients has case {case} at version ")
    assert tried.stdout == f"Case {case} is parked no more.\n"
    assert again.stdout == f"Case {case} is not parked, or somebody else is trying it.\n"
    assert [done.returncode for done in (one, tried, again)] == [0, 0, 0]
    assert nobody.returncode == neither.returncode == ExitCode.NOT_FOUND
    assert run("projections", "compare", **loaded).returncode == 0


def test_the_doctor_finds_nothing_wrong_where_nothing_is(loaded: dict[str, object]) -> None:
    looked = run("doctor", "--json", **loaded)
    rebased = run("doctor", "--rebase", **loaded)

    assert looked.returncode == 0, looked.stdout
    assert all(each["well"] for each in json.loads(looked.stdout))
    assert rebased.returncode == 0, rebased.stdout
    assert rebased.stdout.startswith("The ledger is re-based;")


def test_a_keyring_is_made_for_its_owner_only_and_never_replaced(tmp_path: Path) -> None:
    ring = tmp_path / "ring.json"

    made = run("keyring", "create", ring)
    again = run("keyring", "create", ring)
    rotated = run("keyring", "rotate", ring, "second")
    twice = run("keyring", "rotate", ring, "second")

    assert made.returncode == rotated.returncode == 0
    assert ring.stat().st_mode & 0o777 == 0o600
    assert again.returncode == ExitCode.FILE
    assert twice.returncode == ExitCode.WRONG_USAGE


@pytest.mark.parametrize("name", ["", "a name", "avain-ä", "x" * 65])
def test_a_wrapping_key_has_a_name_that_can_be_told(tmp_path: Path, name: str) -> None:
    ring = tmp_path / "ring.json"
    run("keyring", "create", ring)
    made = ring.read_bytes()
    refused = run("keyring", "rotate", ring, name)
    assert refused.returncode == ExitCode.WRONG_USAGE
    assert "NAME" in refused.stderr
    assert ring.read_bytes() == made


@pytest.mark.guarantee("CL-5")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["serve", "--port", "0"], "Answering on "),
        (["worker"], "Working until "),
        (["dev", "idp", "--port", "0"], "Giving tokens on "),
    ],
)
def test_what_runs_until_told_to_stop_ends_cleanly(
    settings: dict[str, object], sign: signal.Signals, arguments: list[str], says: str
) -> None:
    process = subprocess.Popen(
        [PROGRAM, *arguments],
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    patience = threading.Timer(PATIENCE, process.kill)
    patience.start()
    with process, process.stdout:
        printed = ""
        while says not in printed:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        process.send_signal(sign)
        printed += process.stdout.read()
        assert process.wait() == 0, printed
    patience.cancel()
    WATCH.look_at(f"what cases {arguments[0]} printed", printed)
    assert "Traceback" not in printed
