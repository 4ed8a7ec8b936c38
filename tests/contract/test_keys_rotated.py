"""The keyring gets a new key while processes run that have read it before."""

import os

import pytest
from tests.contract.conftest import Serve

from cases.app.bootstrap import rotate_keyring
from cases.app.cli.doctor import LOOKS, Unwell
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
    FileKeyring.open(path).rotate(path, "second", bytes)
    another(database).open_case()
    assert LOOKS["keys"](settings, url) == "wrap and unwrap"
    path.write_bytes(was)
    with pytest.raises(Unwell, match="lacks second"):
        LOOKS["keys"](settings, url)
    path.unlink()
    FileKeyring.create(path, "first", os.urandom).rotate(path, "second", os.urandom)
    with pytest.raises(Unwell, match="another keyring"):
        LOOKS["keys"](settings, url)
