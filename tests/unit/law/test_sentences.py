"""Every place of the decree, and of the Act's follow-up, is defended by tests that exist."""

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
TABLE = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text("utf-8"))
PLACES = {
    f"{source}:{place}#{what}": defended
    for source, places in TABLE.items()
    for place, sentences in places.items()
    for what, defended in sentences.items()
}
DECREE = {"1.1", "1.2", "2", "2.1", "2.2", "3.1", "3.2", "3.3", "3.4", "3.5", "4", "5"}
FOLLOW_UP = {
    "assessments",
    "plans",
    "reviews",
    "promptness",
    "lengths",
    "outside the labour force",
}


@cache
def defined_in(file: str) -> frozenset[str]:
    """The names of the tests a file defines, also within classes."""
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def test_no_place_is_left_out() -> None:
    assert set(TABLE) == {"decree", "follow-up"}
    assert set(TABLE["decree"]) == DECREE
    assert set(TABLE["follow-up"]) == FOLLOW_UP
    assert all(TABLE[source][place] for source in TABLE for place in TABLE[source])


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_defended_by_tests_that_exist_or_says_why_not_yet(place: str) -> None:
    defended = PLACES[place]
    if isinstance(defended, dict):
        assert list(defended) == ["not_yet"]
        assert defended["not_yet"]
        return
    assert defended
    assert len(set(defended)) == len(defended)
    for each in defended:
        file, _, name = each.partition("::")
        assert defined_in(file), f"{file} has no tests"
        assert name in defined_in(file), f"{each} is no test"


def test_every_test_of_what_the_decree_wants_recorded_stands_at_a_place() -> None:
    file = "unit/law/test_decree_recording.py"
    cited = {
        name
        for defended in PLACES.values()
        if isinstance(defended, list)
        for each in defended
        for at, _, name in [each.partition("::")]
        if at == file
    }
    assert defined_in(file) == cited
