"""The keyring gets a new key while processes run that have read it before, or is another one."""

import os
from pathlib import Path

import pytest
from tests.commandline import run
from tests.contract.conftest import Serve

from cases.app.bootstrap import rotate_keyring
from cases.app.cli.doctor import LOOKS, Unwell
from cases.app.cli.ground import opened
from cases.app.cli.trouble import ExitCode
from cases.app.embedded import Database
from cases.app.store.keyring import FileKeyring


@pytest.mark.guarantee("KY-2")
def test_processes_that_have_read_the_keyring_before_go_on_with_what_newer_ones_write(
    another: Serve, database: Database
) -> None:
    before = another(database)
    old = before.open_case()
    rotate_keyring(before.system.settings.state / "keyring.json", "second")
    after = another(database)
    new = after.planned()
    names = {each["wrapping_key"] for each in after.rows("select * from log.case_key")}
    assert names == {"first", "second"}
    for service in (before, after):
        for case in (old, new):
            assert service.get(case.path).status_code == 200
    assert before.get(f"{new.path}/plan").json() == after.get(f"{new.path}/plan").json()
    before.settle()  # as the worker that nobody has restarted
    listed = before.get("/clients?limit=200").text
    assert old.case_id in listed
    assert new.case_id in listed


@pytest.mark.guarantee("KY-2")
def test_the_doctor_names_a_key_that_the_keyring_lacks(another: Serve, database: Database) -> None:
    service = another(database)
    settings, url = service.system.settings, service.database.url
    path = settings.state / "keyring.json"
    was = path.read_bytes()
    service.open_case()
    FileKeyring.rotate(path, "second", bytes)
    another(database).open_case()
    assert LOOKS["keys"](settings, url) == "wrap and unwrap"
    path.write_bytes(was)
    with pytest.raises(Unwell, match="lacks second"):
        LOOKS["keys"](settings, url)
    path.unlink()
    FileKeyring.create(path, "first", os.urandom)
    FileKeyring.rotate(path, "second", os.urandom)
    with pytest.raises(Unwell, match="another keyring"):
        LOOKS["keys"](settings, url)


@pytest.mark.guarantee("KY-2")
@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("worker",)])
@pytest.mark.parametrize("name", ["first", "of-its-own"])
def test_nothing_starts_with_the_keyring_of_something_else(
    another: Serve, database: Database, tmp_path: Path, command: tuple[str, ...], name: str
) -> None:
    another(database).open_case()
    ring = tmp_path / "ring.json"
    FileKeyring.create(ring, name, os.urandom)
    done = run(
        *command, environment="test", database_url=database.url, keyring=ring, state=tmp_path
    )
    assert done.returncode == ExitCode.SETTING
    assert done.stderr.startswith("The keyring is not the one of this database")
    assert done.stderr.count("\n") == 1


@pytest.mark.guarantee("KY-2")
def test_what_lacks_a_newer_key_starts_and_opens_the_rest(
    another: Serve, database: Database
) -> None:
    service = another(database)
    settings = service.system.settings
    path = settings.state / "keyring.json"
    was = path.read_bytes()
    service.open_case()
    rotate_keyring(path, "second")
    another(database).open_case()
    path.write_bytes(was)
    with opened(settings) as system:
        assert system.keystore.lacks(["first", "second"]) == ["second"]
