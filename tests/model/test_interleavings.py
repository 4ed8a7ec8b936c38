"""Every schedule of three actors, for each protocol; and for each known bug one that shows it."""

import pytest
from tests.model.bugs import Bug
from tests.model.explorer import explore
from tests.model.reading import keeps_the_order
from tests.model.scenes import SCENES, explored
from tests.model.sequencing import Sequencer
from tests.model.world import World
from tests.model.writing import Statement, Writer

CAUGHT = [(name, bug) for name, scene in SCENES.items() for bug in scene.bugs]


@pytest.fixture
def depth(at_size: bool) -> int:
    return int(at_size)


@pytest.mark.guarantee("MO-1", "MO-2", "MO-3", "MO-4")
@pytest.mark.parametrize("name", SCENES)
def test_no_schedule_goes_wrong(name: str, depth: int, request: pytest.FixtureRequest) -> None:
    found = explored(name, None, depth)
    request.node.user_properties.append(("schedules", (name, str(found))))
    assert not found.wrong, f"\n{found}"
    assert found.schedules > 1_000


@pytest.mark.guarantee("MO-1", "MO-2", "MO-3", "MO-4")
@pytest.mark.parametrize(("name", "bug"), CAUGHT, ids=lambda each: getattr(each, "name", each))
def test_each_known_bug_goes_wrong_in_some_schedule(
    name: str, bug: Bug, depth: int, request: pytest.FixtureRequest
) -> None:
    found = explored(name, bug, depth)
    request.node.user_properties.append(("bug", (name, bug.name)))
    assert found.wrong.startswith(SCENES[name].bugs[bug]), f"{bug.value}:\n{found}"


def test_every_switch_is_tried() -> None:
    assert {bug for _, bug in CAUGHT} == set(Bug)


def test_actors_that_wait_for_each_other_are_noticed() -> None:
    """Two transactions that want the same two streams the other way round."""
    found = explore(
        World(),
        [
            Writer("A", (Statement("P"), Statement("Q"))),
            Writer("B", (Statement("Q"), Statement("P"))),
        ],
        lambda world, actors, over: "",
    )
    assert found.wrong == "they wait for each other"


def test_a_schedule_that_goes_wrong_can_be_read() -> None:
    told = str(explored("early numbers", Bug.ORDERED_BY_ID, 0)).splitlines()
    assert told[0].split() == ["1", "A", "reads", "Q", "is", "at", "0"]
    assert any("inserts" in line and "P2 with number 3" in line for line in told)
    assert told[-1].strip() == "=> inverted: P1 comes late in Q1 P2 P1"


def test_schedules_are_counted() -> None:
    """Two ticks of nothing beside a transaction of five steps, of which two may change places."""
    found = explore(
        World(),
        [Writer("A", (Statement("P"),), "rolls back"), Sequencer("sequencer", 2)],
        keeps_the_order,
    )
    assert (found.wrong, found.schedules, found.longest) == ("", 2 * 21, 7)
