"""The register of organisations from outside: imported by command, seen by a service that runs."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.commandline import Done, run
from tests.contract.conftest import Serve
from tests.patience import until
from tests.register import EMPLOYMENT_AREAS, HEADING, MUNICIPALITIES, WELFARE_AREAS, country
from tests.service import START, Service, problem

from cases.app.bootstrap import open_system, organisations_file
from cases.app.cli.ground import account
from cases.app.cli.trouble import ExitCode
from cases.app.embedded import Database
from cases.app.settings import Settings

FROM_2025 = "--valid-from", "2025-01-01"


@pytest.fixture
def command(database: Database, tmp_path: Path) -> Callable[..., Done]:
    """``cases organisations …`` over a database of its own."""

    def organisations(*arguments: str | Path, **more: object) -> Done:
        settings = {"environment": "test", "database_url": database.url, "state": tmp_path}
        return run("organisations", *arguments, **(settings | more))

    return organisations


@pytest.fixture
def served(another: Serve, database: Database) -> Service:
    """A service over the same database, which began before anything was imported."""
    return another(database)


def written(folder: Path, *rows: str, name: str = "register.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADING, *rows]) + "\n", encoding="utf-8")
    return path


def everybody(service: Service, query: str = "") -> Iterator[dict[str, Any]]:
    """The organisations of all pages."""
    following = ""
    while following is not None:
        cursor = f"&cursor={following}" if following else ""
        answer = service.get(f"/organisations?limit=100{query}{cursor}", by=None, purpose=None)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield from page["items"]
        following = page["next"]


def counts(database: Database) -> tuple[int, int]:
    with psycopg.connect(database.superuser_url) as connection:
        row = connection.execute(
            "select (select count(*) from register.import), (select count(*) from register.change)"
        ).fetchone()
    assert row is not None
    return row[0], row[1]


@pytest.mark.guarantee("OR-1", "OR-3")
def test_a_country_of_308_municipalities_is_imported_and_found_by_validity(
    served: Service, command: Callable[..., Done], tmp_path: Path
) -> None:
    fictional = {each["id"] for each in everybody(served)}
    assert "vaasa" in fictional
    # The fictional municipality with the code 049 becomes the invented one from the day on.
    path = written(tmp_path, *list(country())[1:])

    done = command("import", path, "--json")

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert len(report["added"]) + len(report["changed"]) == (
        MUNICIPALITIES + WELFARE_AREAS + EMPLOYMENT_AREAS
    )
    until(lambda: served.get("/organisations/municipality-001", by=None).status_code == 200)
    shown = {each["id"]: each for each in everybody(served)}
    municipalities = [
        each for each in shown.values() if each["code"] and each["kind"] == "MUNICIPALITY"
    ]
    imported = [each for each in municipalities if each["names"]["en"].startswith("Municipality")]
    assert len(imported) == MUNICIPALITIES
    for each in imported:
        assert shown[each["welfareArea"]]["kind"] == "WELFARE_AREA"
        assert shown[each["employmentArea"]]["kind"] == "EMPLOYMENT_AUTHORITY"
        assert each["validFrom"] == "2025-01-01"
    assert {each["id"] for each in everybody(served, "&validOn=2024-12-31")} == fictional
    assert list(shown) == sorted(shown)


@pytest.mark.guarantee("OR-2")
def test_a_bad_line_is_told_and_nothing_is_imported(
    command: Callable[..., Done], database: Database, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        "a,KELA,,A,B,C,,,2025-01-01,",
        "b,KELLA,,A,B,C,,,2025-01-01,",
        "c,MUNICIPALITY,7,A,B,C,,,2025-01-01,",
    )

    plain, as_json = command("import", path), command("import", path, "--json")

    assert plain.returncode == as_json.returncode == ExitCode.FILE
    assert plain.stderr == "Nothing was imported: 2 lines are wrong.\n"
    assert [line.partition(":")[0] for line in plain.stdout.splitlines()] == ["line 3", "line 4"]
    assert [each["line"] for each in json.loads(as_json.stdout)["bad"]] == [3, 4]
    assert counts(database) == (0, 0)


@pytest.mark.guarantee("OR-2")
def test_an_import_that_dies_half_way_leaves_nothing(
    command: Callable[..., Done], database: Database, tmp_path: Path
) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute(
            "create function register.dies() returns trigger language plpgsql as"
            " $$begin raise exception 'as if the server had died'; end$$"
        )
        connection.execute(
            "create trigger dies before insert on register.change for each row"
            " when (new.organisation = 'b') execute function register.dies()"
        )
    path = written(tmp_path, *(f"{each},KELA,,A,B,C,,,2025-01-01," for each in "abc"))

    with pytest.raises(psycopg.errors.RaiseException):
        command("import", path)

    assert counts(database) == (0, 0)


@pytest.mark.guarantee("OR-4")
def test_every_import_is_recorded_with_who_when_and_which_file(
    command: Callable[..., Done], tmp_path: Path
) -> None:
    path = written(tmp_path, "a,KELA,,A,B,C,,,,")
    assert command("import", path, *FROM_2025, "--dry-run").stdout.splitlines() == [
        "added: a",
        "Nothing was imported yet: 1 added, 0 changed, 0 ended, 0 unchanged.",
    ]
    assert json.loads(command("imports", "--json").stdout) == []

    assert (
        command("import", path, *FROM_2025).stdout.splitlines()[-1].startswith("Import 2: 1 added")
    )
    assert command("import", path, *FROM_2025).stdout.splitlines() == [
        "Import 3: 0 added, 0 changed, 0 ended, 1 unchanged."
    ]

    along, first, again = json.loads(command("imports", "--json").stdout)
    assert (along["source"], along["number"]) == ("organisations.yaml", 1)
    assert along["added"] > 10
    for each, number, added in ((first, 2, 1), (again, 3, 0)):
        recorded = datetime.fromisoformat(each.pop("recordedAt"))
        assert abs(datetime.now(UTC) - recorded) < timedelta(hours=1)
        assert each == {
            "number": number,
            "recordedBy": account(),
            "source": "register.csv",
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "validFrom": "2025-01-01",
            "added": added,
            "changed": 0,
            "ended": 0,
            "unchanged": 1 - added,
        }


def test_the_list_is_of_a_day(command: Callable[..., Done], tmp_path: Path) -> None:
    row = "old,THIRD_SECTOR,,Vanha,Gamla,Old,,,2025-01-01,2025-12-31"
    assert command("import", written(tmp_path, row)).returncode == 0

    def ids(*arguments: str) -> set[str]:
        return {each["id"] for each in json.loads(command("list", "--json", *arguments).stdout)}

    assert "old" in ids("--on", "2025-12-31")
    assert "old" not in ids("--on", "2026-01-01")
    assert {"vaasa", "kela"} <= ids()
    assert "old\tTHIRD_SECTOR\t\tVanha\tGamla" in command("list", "--on", "2025-06-01").stdout


@pytest.mark.guarantee("OR-1")
def test_of_a_complete_kind_those_the_file_lacks_end_and_the_doctor_knows_the_import(
    command: Callable[..., Done], database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, "kassa,UNEMPLOYMENT_FUND,,Kassa,Kassa,Fund,,,,")
    day = ("--valid-from", "2026-01-01")

    done = command("import", path, *day, "--complete", "UNEMPLOYMENT_FUND")

    assert done.stdout.splitlines()[:2] == ["added: kassa", "ended: esimerkkikassa"]
    funds = {
        on: [
            each["id"]
            for each in json.loads(command("list", "--json", "--on", on).stdout)
            if each["kind"] == "UNEMPLOYMENT_FUND"
        ]
        for on in ("2025-12-31", "2026-01-01")
    }
    assert funds == {"2025-12-31": ["esimerkkikassa"], "2026-01-01": ["kassa"]}
    settings = {"environment": "test", "database_url": database.url, "state": tmp_path}
    looks = {each["look"]: each for each in json.loads(run("doctor", "--json", **settings).stdout)}
    assert looks["organisations"]["well"]
    assert looks["organisations"]["says"].endswith("organisations today, import 2")


def test_complete_needs_its_day(command: Callable[..., Done], tmp_path: Path) -> None:
    done = command("import", written(tmp_path), "--complete", "KELA")
    assert done.returncode == ExitCode.WRONG_USAGE
    assert "it goes with --valid-from" in done.stderr


@pytest.mark.guarantee("OR-4")
def test_production_needs_a_file_or_an_import_and_then_no_file(
    database: Database, tmp_path: Path
) -> None:
    keyring = tmp_path / "keyring.json"
    assert run("keyring", "create", keyring).returncode == 0
    issuer = "https://idp.example"
    production = {"database_url": database.url, "keyring": keyring, "issuer": issuer}
    none = run("case", "show", "018f0000-0000-7000-8000-000000000000", **production)
    assert none.returncode == ExitCode.SETTING
    assert none.stderr.startswith("There are no organisations: cases organisations import, or")
    path = written(tmp_path, "kela,KELA,,Kansaneläkelaitos,FPA,Kela,,,1900-01-01,")

    assert run("organisations", "import", path, **production).returncode == 0

    (only,) = json.loads(run("organisations", "imports", "--json", **production).stdout)
    assert (only["number"], only["source"], only["added"]) == (1, "register.csv", 1)
    with open_system(Settings(**production)) as system:  # type: ignore[arg-type]
        assert system.organisations.ids() == ("kela",)


@pytest.mark.parametrize(
    "asked",
    [("list", "--on"), ("import", "register.csv", "--valid-from")],
    ids=lambda each: each[0],
)
@pytest.mark.parametrize("day", ["1899-12-31", "2200-01-01"])
def test_a_day_that_no_case_has_is_asked_about_by_mistake(
    command: Callable[..., Done], asked: tuple[str, ...], day: str
) -> None:
    done = command(*asked, day)

    assert done.returncode == ExitCode.WRONG_USAGE
    assert done.stderr == f"{asked[-1]} is a day of the years 1900 to 2199.\n"


@pytest.mark.guarantee("OR-3")
def test_decisions_ask_for_an_organisation_on_the_legal_date_of_the_act(
    served: Service, command: Callable[..., Done], tmp_path: Path
) -> None:
    """Two employment authorities: the old one until March, the new one from April."""
    served.clock.set(START.replace(month=2))
    case = served.assessed()
    path = written(
        tmp_path,
        "vaasan-seutu,EMPLOYMENT_AUTHORITY,,Vanha,Gamla,Old,,,2020-01-01,2025-03-31",
        "uusi,EMPLOYMENT_AUTHORITY,,Uusi,Nya,New,,,2025-04-01,",
        "vaasa,MUNICIPALITY,905,Vaasa,Vasa,Vaasa,pohjanmaa,uusi,2025-04-01,",
    )
    assert command("import", path).returncode == 0
    until(lambda: served.get("/organisations/uusi", by=None).status_code == 200)
    served.clock.set(START.replace(month=5))

    def refer(to: str, on: str) -> Any:
        body = {"to": to, "reason": "INTENDS_TO_REGISTER", "effectiveOn": on}
        return served.post(f"{case.path}/referrals", body, tag=case.etag)

    problem(refer("vaasan-seutu", "2025-04-01"), 422, "rule-violated")
    problem(refer("uusi", "2025-03-31"), 422, "rule-violated")
    late = refer("vaasan-seutu", "2025-03-31")
    assert late.status_code == 201, late.text
    case.etag = late.headers["etag"]
    # Who has ended still closes what it began, as of its own days.
    case.referral = late.json()["recorded"][0]["content"]["referralId"]
    declined = {"reason": "merged", "effectiveOn": "2025-03-31"}
    where = f"/referrals/{case.referral}/declination"
    served.act(case, where, declined, by="officer@vaasan-seutu")


@pytest.mark.guarantee("OR-3")
def test_who_is_new_in_the_register_may_call_without_a_restart(
    served: Service, command: Callable[..., Done], tmp_path: Path
) -> None:
    headers = {"Authorization": f"Bearer {served.signed(organisation='uusi')}"}
    problem(served.get("/clients", headers=headers), 401, "unauthenticated")
    path = written(tmp_path, "uusi,MUNICIPALITY,900,Uusi,Nya,New,,,2025-01-01,")

    assert command("import", path).returncode == 0

    until(lambda: served.get("/clients", headers=headers).status_code != 401)


@pytest.mark.guarantee("OR-5")
def test_pages_are_whole_in_order_and_their_cursors_are_of_their_question(
    another: Serve,
) -> None:
    served = another()
    first = served.get("/organisations?limit=5", by=None, purpose=None)
    assert first.headers["cache-control"] == "public, max-age=60"
    page = first.json()
    ids = [each["id"] for each in page["items"]]
    assert (len(ids), page["validOn"]) == (5, "2025-02-03")
    more = served.get(f"/organisations?limit=5&cursor={page['next']}", by=None, purpose=None)
    assert more.json()["items"][0]["id"] > ids[-1]
    assert [each["id"] for each in everybody(served)] == sorted(served.system.organisations.ids())
    for query in (f"limit=6&cursor={page['next']}", f"limit=5&cursor={page['next']}A"):
        problem(served.get(f"/organisations?{query}", by=None), 400, "cursor-invalid")
    problem(served.get("/organisations?validOn=today", by=None), 400, "malformed-request")
    problem(served.get("/organisations/nobody", by=None), 404, "not-found")
    vaasa = served.get("/organisations/vaasa", by=None, purpose=None).json()
    assert vaasa == {
        "id": "vaasa",
        "versions": [
            {
                "id": "vaasa",
                "kind": "MUNICIPALITY",
                "code": "905",
                "names": {"fi": "Vaasa", "sv": "Vasa", "en": "Vaasa"},
                "welfareArea": "pohjanmaa",
                "employmentArea": "vaasan-seutu",
                "validFrom": None,
                "validUntil": None,
            }
        ],
    }


@pytest.mark.guarantee("HP-3", "OR-3")
def test_the_page_of_a_plan_is_another_once_its_authority_has_another_name(
    served: Service, command: Callable[..., Done], tmp_path: Path
) -> None:
    case = served.planned()
    address, finnish = f"{case.path}/plan/page", {"Accept-Language": "fi"}
    before = served.get(address, headers=finnish)
    row = "vaasa,MUNICIPALITY,905,Uusivaasa,Nyvasa,Newvaasa,pohjanmaa,vaasan-seutu,2025-01-01,"
    assert command("import", written(tmp_path, row)).returncode == ExitCode.DONE
    named = "/organisations/vaasa"
    until(lambda: "Uusivaasa" in served.get(named, by=None, purpose=None).text)
    told = {**finnish, "If-None-Match": before.headers["etag"]}
    after = served.get(address, headers=told)
    assert after.status_code == 200
    assert "Uusivaasa" in after.text
    assert after.headers["etag"] != before.headers["etag"]
    told["If-None-Match"] = after.headers["etag"]
    assert served.get(address, headers=told).status_code == 304


@pytest.mark.guarantee("HP-3")
def test_nor_is_it_the_same_where_a_file_names_the_authority_anew(
    served: Service, another: Serve, database: Database, tmp_path: Path
) -> None:
    case = served.planned()
    address = f"{case.path}/plan/page"
    before = served.get(address)
    written_anew = organisations_file(served.system.settings).read_text(encoding="utf-8")
    register = tmp_path / "register.yaml"
    register.write_text(written_anew.replace("Vaasa", "Waasa"), encoding="utf-8")
    restarted = another(database, organisations=register)
    after = restarted.get(address, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert ("Waasa" in before.text, "Waasa" in after.text) == (False, True)
    assert (
        restarted.get(address, headers={"If-None-Match": after.headers["etag"]}).status_code == 304
    )
