"""``cases import``: whole histories of an authority, killed and run again, with flat memory."""

import json
import os
import re
import signal
import stat
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.adversary.examiner import Verdict, judge, ledger_of
from tests.commandline import PROGRAM, environment, run, run_alone
from tests.old_system import histories, history, test_code, write
from tests.patience import PATIENCE, until

from cases.app.cli.trouble import ExitCode
from cases.app.embedded import Database

PAGE = Path(__file__).parents[2] / "docs" / "importing.md"
FACTS = 13


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> dict[str, object]:
    return {
        "environment": "test",
        "database_url": database.url,
        "state": tmp_path / "state",
        "allow_test_codes": "true",
    }


def imported(file: Path, *arguments: str | Path, **settings: object) -> tuple[int, dict[str, Any]]:
    done = run_alone("import", file, "--organisation", "vaasa", "--json", *arguments, **settings)
    assert done.stderr == "", done.stderr
    return done.returncode, json.loads(done.stdout)


def count(database: Database, query: str) -> int:
    with psycopg.connect(database.superuser_url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


HALF = (
    "select count(*) from (select stream_id, count(*) as n, max(version) as last from log.event"
    f" group by 1) e where n <> {FACTS} or last <> {FACTS}"
)


@pytest.mark.guarantee("IM-2")
@pytest.mark.parametrize("how", ["the file", "a symbolic link", "a hard link", "the mapping"])
def test_no_report_takes_the_place_of_what_is_read(
    settings: dict[str, object], tmp_path: Path, how: str
) -> None:
    file = write(tmp_path / "file.jsonl", [*histories(1)])
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("case: asiakas\n")
    report = tmp_path / "report.jsonl"
    match how:
        case "the file":
            report = tmp_path / "." / "file.jsonl"
        case "a symbolic link":
            report.symlink_to(file)
        case "a hard link":
            report.hardlink_to(file)
        case _:
            report = mapping
    before = file.read_bytes(), mapping.read_bytes()
    for dry in ((), ("--dry-run",)):
        more = ("--mapping", mapping, *dry, "--report", report)
        done = run("import", file, "--organisation", "vaasa", *more, **settings)
        assert done.returncode == ExitCode.WRONG_USAGE
        assert "would take the place of" in done.stderr
    assert (file.read_bytes(), mapping.read_bytes()) == before


@pytest.mark.guarantee("IM-2", "IM-3")
def test_an_import_as_it_is_run(
    database: Database, settings: dict[str, object], tmp_path: Path
) -> None:
    spoilt = history("A-9", test_code(9))
    spoilt[6] = spoilt[6] | {"with": spoilt[6]["with"] | {"validUntil": "2027-03-03"}}
    file = write(tmp_path / "file.jsonl", [*histories(3), *spoilt])
    report = tmp_path / "report.jsonl"

    code, told = imported(file, "--workers", "2", "--report", report, **settings)

    assert code == ExitCode.CHECK_FAILED
    assert told["recorded"] == {"cases": 3, "acts": 36, "facts": 3 * FACTS}
    assert told["refused"] == {"cases": 1, "lines": 12}
    assert (told["lines"], told["interrupted"], told["dryRun"]) == (48, False, False)
    assert len(told["peakMemoryMb"]["workers"]) == 2
    (bad,) = map(json.loads, report.read_text(encoding="utf-8").splitlines())
    assert (bad["line"], bad["case"], bad["sections"]) == (43, "A-9", ["23.2"])
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    seen, gaps = ledger_of(database.superuser_url)
    assert (judge(seen, database.superuser_url), gaps) == (Verdict(0, 0, 0, 0, 0), 0)

    with psycopg.connect(database.superuser_url) as connection:
        row = connection.execute("select stream_id from log.event limit 1").fetchone()
    assert row is not None
    shown = run("case", "show", str(row[0]), **settings)
    assert shown.stdout.count("Recorded in the old system on") == FACTS
    assert "case closed – Recorded in the old system on 17 February 2026 (Old system)." in (
        shown.stdout
    )

    again = run_alone("import", file, "--organisation", "vaasa", **settings)
    assert again.returncode == ExitCode.CHECK_FAILED
    assert '"line": 43' in again.stdout
    assert "There already: 36 acts of 3 cases." in again.stdout
    assert count(database, "select count(*) from log.event") == 3 * FACTS


@pytest.mark.guarantee("IM-4")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_an_import_that_was_ended_goes_on_where_it_was(
    database: Database, settings: dict[str, object], tmp_path: Path, end: signal.Signals
) -> None:
    file = write(tmp_path / "file.jsonl", histories(240))
    command: list[str | Path] = [
        PROGRAM,
        "import",
        file,
        "--organisation",
        "vaasa",
        "--workers",
        "2",
    ]
    with subprocess.Popen(
        command,
        env=environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        until(lambda: count(database, "select count(*) from log.event") > 0)
        (os.killpg if end is signal.SIGKILL else os.kill)(process.pid, end)
        code = process.wait(timeout=PATIENCE)
    assert code == (-signal.SIGKILL if end is signal.SIGKILL else 130)
    until(lambda: gone(process.pid))
    there = count(database, "select count(*) from log.case_key")
    assert 0 < there < 240
    assert count(database, HALF) == 0

    code, told = imported(file, **settings)

    assert code == ExitCode.DONE
    assert told["thereAlready"]["cases"] >= there
    assert told["recorded"]["cases"] + told["thereAlready"]["cases"] == 240
    assert count(database, HALF) == 0
    for table in ("case_key", "identity"):
        assert count(database, f"select count(*) from log.{table}") == 240
    seen, gaps = ledger_of(database.superuser_url)
    assert (judge(seen, database.superuser_url), gaps) == (Verdict(0, 0, 0, 0, 0), 0)


@pytest.mark.guarantee("IM-6")
def test_memory_does_not_grow_with_the_file(settings: dict[str, object], tmp_path: Path) -> None:
    peaks = []
    for size, first in ((40, 0), (300, 40)):
        file = write(tmp_path / f"{size}.jsonl", histories(size, first))
        code, told = imported(file, "--workers", "1", **settings)
        assert code == ExitCode.DONE
        peaks.append(told["peakMemoryMb"])

    little, much = peaks
    assert much["reading"] < little["reading"] * 1.05 + 10
    assert much["workers"][0] < little["workers"][0] * 1.05 + 10


@pytest.mark.guarantee("IM-7")
def test_the_example_of_a_mapping_is_imported_as_it_stands(
    database: Database, settings: dict[str, object], tmp_path: Path
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, kind in (("clients.csv", "csv"), ("mapping.yaml", "yaml")):
        found = re.search(rf"<!-- {name} -->\n```{kind}\n(.*?)```", page, re.DOTALL)
        assert found is not None
        (tmp_path / name).write_text(found[1], encoding="utf-8")
    first, put_right, _ = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    (tmp_path / "file.jsonl").write_text(first + put_right, encoding="utf-8")

    code, told = imported(tmp_path / "file.jsonl", "--workers", "1", "--dry-run", **settings)
    assert (code, told["recorded"]) == (0, {"cases": 2, "acts": 10, "facts": 12})
    mapping = ("--mapping", tmp_path / "mapping.yaml", "--workers", "1")
    rows = (tmp_path / "clients.csv").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(rows.replace(";3.2.2025", ";31.2.2025"), encoding="utf-8")
    report = tmp_path / "report.jsonl"
    code, told = imported(wrong, *mapping, "--dry-run", "--report", report, **settings)
    # A row that makes several acts is one line, and what is wrong with it is told once.
    bad = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    assert [(each["line"], each["code"]) for each in bad] == [(2, "malformed-request")]
    assert (told["lines"], told["refused"]) == (4, {"cases": 1, "lines": 3})
    code, told = imported(tmp_path / "clients.csv", *mapping, **settings)
    assert (code, told["recorded"]) == (0, {"cases": 2, "acts": 8, "facts": 10})
    with psycopg.connect(database.superuser_url) as connection:
        topics = connection.execute("select topic from log.event order by seq").fetchall()
    assert ("assessment.discontinued.v1",) in topics


@pytest.mark.guarantee("CL-2")
def test_what_could_never_be_meant_is_one_sentence(
    settings: dict[str, object], tmp_path: Path
) -> None:
    file = write(tmp_path / "file.jsonl", history("A", test_code(1)))
    csv = tmp_path / "rows.csv"
    csv.write_text("id\n1\n", encoding="utf-8")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("case: id\n", encoding="utf-8")
    for arguments, code, told in (
        ((file, "--organisation", "pohjanmaa"), ExitCode.NOT_FOUND, "--organisation"),
        ((file, "--organisation", "nowhere"), ExitCode.NOT_FOUND, "--organisation"),
        ((tmp_path / "none", "--organisation", "vaasa"), ExitCode.FILE, "none"),
        ((csv, "--organisation", "vaasa"), ExitCode.WRONG_USAGE, "--mapping"),
        ((csv, "--mapping", mapping, "--organisation", "vaasa"), ExitCode.FILE, "acts"),
        ((file,), ExitCode.WRONG_USAGE, "--organisation"),
    ):
        done = run("import", *arguments, **settings)
        assert (done.returncode, done.stdout) == (code, ""), done
        assert told in done.stderr


def gone(group: int) -> bool:
    """Whether no process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False
