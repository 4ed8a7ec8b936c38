"""The page of rights says what the table says, and says what everything in it is."""

import json
import re

import pytest
from tests.access_page import ACTIONS, PAGE, RELATIONS, ROLES, page

from cases.app.access.policy import TABLE, Action, Relation
from cases.app.access.principal import Role


@pytest.mark.guarantee("AC-11")
def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.access_page writes it anew"


@pytest.mark.guarantee("AC-11")
def test_every_role_action_and_relation_is_told_in_words() -> None:
    assert ROLES.keys() == {*Role}
    assert ACTIONS.keys() == {*Action}
    assert RELATIONS.keys() == {*Relation}
    assert all([*ROLES.values(), *ACTIONS.values(), *(m for _, m in RELATIONS.values())])


@pytest.mark.guarantee("AC-11")
def test_every_cell_of_the_table_stands_on_the_page() -> None:
    """Read back from the page, whatever wrote it."""
    column = {heading: relation for relation, (heading, _) in RELATIONS.items()}
    found = {}
    for part in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE):
        name = part.partition("\n")[0]
        if name not in {*Role}:
            continue
        lines = [line.strip("| ").split(" | ") for line in part.splitlines() if "|" in line]
        headings = [column[heading] for heading in lines[0][1:]]
        rows = [line for line in part.splitlines() if line.startswith("| ")][1:]
        for row in rows:
            first, *cells = (cell.strip() for cell in row[1:-1].split("|"))
            action = Action(re.findall(r"`([A-Z_]+)`", first)[0])
            for relation, cell in zip(headings, cells, strict=True):
                if cell:
                    found[Role(name), action, relation] = tuple(cell.split(", "))
    assert found == {
        (role, action, relation): tuple(each.replace(":", " ") for each in sections)
        for (role, action), row in TABLE.items()
        for relation, sections in row.items()
    }


@pytest.mark.guarantee("AC-11")
def test_every_operation_for_which_one_signs_in_stands_there_once() -> None:
    told = PAGE.read_text(encoding="utf-8").partition("## Operations by action")[2]
    document = json.loads((PAGE.parent / "openapi.json").read_text(encoding="utf-8"))
    wanted = [
        operation["operationId"]
        for operations in document["paths"].values()
        for method, operation in operations.items()
        if method in {"get", "post", "put", "delete"} and operation.get("security") != []
    ]
    assert sorted(re.findall(r"`([a-z][A-Za-z]+)`", told)) == sorted(wanted)
