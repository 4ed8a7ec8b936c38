"""What a process that goes on for long tells Python's collector."""

import gc
from collections.abc import Iterator

import pytest

from cases.app.memory import OFTEN, settle


@pytest.fixture
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("as_it_was")
def test_what_is_there_is_not_walked_over_again_and_cycles_are_still_found() -> None:
    settle()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold() == OFTEN
    for _ in range(1_000):
        cycle: list[object] = []
        cycle.append(cycle)
    del cycle
    assert gc.collect() >= 1_000
