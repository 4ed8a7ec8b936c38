"""``cases load --generate``: many invented histories, with flat memory, where nobody is real."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.adversary.examiner import Verdict, judge, ledger_of
from tests.commandline import PROGRAM, environment, run, run_alone
from tests.patience import PATIENCE, until

from cases.app.cli.trouble import ExitCode
from cases.app.embedded import Database


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> dict[str, object]:
    return {
        "environment": "test",
        "database_url": database.url,
        "state": tmp_path,
        "allow_test_codes": "true",
    }


def generated(facts: int, *arguments: str, **settings: object) -> dict[str, Any]:
    done = run_alone("load", "--generate", str(facts), "--json", *arguments, **settings)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def count(database: Database, query: str) -> int:
    with psycopg.connect(database.superuser_url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def check_whole(database: Database) -> None:
    """Every case is there from its first fact to its last, with its key, identity and trail."""
    assert (
        count(
            database,
            "select count(*) from (select stream_id, count(*) as n, max(version) as last,"
            " count(sealed) as sealed from log.event group by 1) e"
            " left join log.case_key using (stream_id)"
            " left join log.identity using (stream_id)"
            " left join (select case_id as stream_id, max(case_version) as told"
            " from trail.access group by 1) t using (stream_id)"
            " where n <> last or sealed <> n or wrapped is null or blind is null"
            " or told is distinct from last",
        )
        == 0
    )


@pytest.mark.guarantee("BL-6")
def test_so_many_facts_are_in_the_log_in_order_and_it_is_told(
    database: Database, settings: dict[str, object]
) -> None:
    told = generated(400, "--workers", "2", "--authorities", "vaasa,turku-te", **settings)

    assert 400 <= told["facts"] < 420
    assert count(database, "select count(*) from log.event") == told["facts"]
    assert count(database, "select count(*) from log.case_key") == told["cases"]
    assert not told["interrupted"]
    assert len(told["peakMemoryMb"]["workers"]) == 2
    check_whole(database)
    seen, gaps = ledger_of(database.superuser_url)
    assert (judge(seen, database.superuser_url), gaps) == (Verdict(0, 0, 0, 0, 0), 0)
    with psycopg.connect(database.superuser_url) as connection:
        rows = connection.execute(
            "select distinct organisation from trail.access where action = 'OPEN_CASE'"
        ).fetchall()
    assert sorted(rows) == [("turku-te",), ("vaasa",)]

    again = run_alone("load", "--generate", "50", "--workers", "1", **settings)
    assert again.returncode == 0
    assert again.stdout.startswith("Loaded ")
    assert count(database, "select count(*) from log.event") >= told["facts"] + 50


@pytest.mark.guarantee("CL-2")
@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("--generate", "100000000"), "--generate"),
        (("--generate", "50", "--authorities", ""), "--authorities"),
        (("--generate", "50", "--authorities", ","), "--authorities"),
    ],
)
def test_what_could_never_be_meant_is_refused_before_anything_is_loaded(
    settings: dict[str, object], arguments: tuple[str, ...], names: str
) -> None:
    settings = {**settings, "database_url": "postgresql://u@127.0.0.1:1/nowhere"}
    done = run("load", *arguments, **settings)

    assert done.returncode == ExitCode.WRONG_USAGE
    assert names in done.stderr


@pytest.mark.guarantee("BL-7")
def test_memory_does_not_grow_with_what_is_loaded(settings: dict[str, object]) -> None:
    little = generated(1_000, "--workers", "1", **settings)["peakMemoryMb"]
    much = generated(8_000, "--workers", "1", **settings)["peakMemoryMb"]

    assert much["planner"] < little["planner"] * 1.05 + 10
    assert much["workers"][0] < little["workers"][0] * 1.05 + 10


@pytest.fixture
def loading(database: Database, settings: dict[str, object]) -> Iterator[subprocess.Popen[str]]:
    """A load that goes on for long, in a process group of its own, once it has begun to write."""
    with subprocess.Popen(
        [PROGRAM, "load", "--generate", "5000000", "--workers", "2", "--json"],
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            until(lambda: count(database, "select count(*) from log.event") > 0)
            yield process
        finally:
            for number in (signal.SIGINT, signal.SIGKILL):
                if not ended(process.pid):
                    os.killpg(process.pid, number)


def ended(group: int) -> bool:
    """Whether no process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.guarantee("BL-8")
def test_ctrl_c_leaves_whole_cases_and_says_what_was_loaded(
    database: Database, loading: subprocess.Popen[str]
) -> None:
    os.killpg(loading.pid, signal.SIGINT)  # as a terminal does: everybody in front of it gets it
    out, err = loading.communicate(timeout=PATIENCE)

    told = json.loads(out)
    assert (loading.returncode, err) == (130, "")
    assert told["interrupted"]
    assert 0 < told["facts"] == count(database, "select count(*) from log.event")
    assert told["cases"] == count(database, "select count(*) from log.case_key")
    assert count(database, "select count(*) from log.ledger") == told["facts"]
    check_whole(database)
    until(lambda: ended(loading.pid))


@pytest.mark.guarantee("BL-8")
def test_a_killed_load_leaves_whole_cases_and_no_process(
    database: Database, loading: subprocess.Popen[str]
) -> None:
    loading.kill()
    loading.wait(PATIENCE)

    until(lambda: ended(loading.pid))
    assert count(database, "select count(*) from log.event") > 0
    check_whole(database)


@pytest.mark.guarantee("BL-8")
def test_a_writer_whose_connection_is_cut_ends_the_load_with_whole_cases(
    database: Database, loading: subprocess.Popen[str]
) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:

        def killed() -> bool:
            superuser.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and query like 'copy %'"
            )
            return loading.poll() is not None

        until(killed)
    out, err = loading.communicate(timeout=PATIENCE)

    assert (loading.returncode, out) == (ExitCode.DATABASE, "")
    assert err.count("\n") == 1
    check_whole(database)
    until(lambda: ended(loading.pid))


@pytest.mark.guarantee("BL-9")
@pytest.mark.parametrize(
    ("changed", "code", "word"),
    [
        ({"environment": "production"}, ExitCode.DEVELOPMENT_ONLY, "production"),
        ({"allow_test_codes": "false"}, ExitCode.SETTING, "CASES_ALLOW_TEST_CODES"),
    ],
)
def test_nothing_is_generated_where_people_may_be_real(
    database: Database,
    settings: dict[str, object],
    changed: dict[str, object],
    code: int,
    word: str,
) -> None:
    done = run("load", "--generate", "100", **(settings | changed))

    assert (done.returncode, done.stdout) == (code, "")
    assert word in done.stderr
    assert done.stderr.count("\n") == 1
    assert count(database, "select count(*) from log.event") == 0


@pytest.mark.guarantee("BL-9")
def test_an_installation_that_says_nothing_is_left_alone(
    database: Database, settings: dict[str, object]
) -> None:
    for unsaid, code in (
        ("allow_test_codes", ExitCode.SETTING),
        ("environment", ExitCode.DEVELOPMENT_ONLY),
    ):
        said = {name: value for name, value in settings.items() if name != unsaid}
        assert run("load", "--generate", "100", **said).returncode == code
    assert count(database, "select count(*) from log.event") == 0


def test_what_is_asked_for_must_make_sense(settings: dict[str, object]) -> None:
    wrong = [
        (["--generate", "100", "1-home-carer-in-vaasa"], ExitCode.WRONG_USAGE),
        (["--seed", "4", "1-home-carer-in-vaasa"], ExitCode.WRONG_USAGE),
        (["--generate", "0"], ExitCode.WRONG_USAGE),
        ([], ExitCode.WRONG_USAGE),
        (["--generate", "100", "--authorities", "kela"], ExitCode.NOT_FOUND),
    ]
    for arguments, code in wrong:
        done = run("load", *arguments, **settings)
        assert (done.returncode, done.stdout) == (code, ""), arguments
    assert "there are vaasa, espoo" in done.stderr
