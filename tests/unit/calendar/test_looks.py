"""What a worker looks after beside the lists: what fails keeps nothing else from being done."""

import threading
from unittest.mock import Mock

import pytest
from structlog.testing import capture_logs

from cases.app.worker import Worker

LOOKS = {
    "erased": "_erase",
    "drafts": "_let_drafts_go",
    "notices": "_see_to_notices",
    "family_plans": "_tell_members",
    "cases": "_tell_others",
    "calendar": "_run_calendar",
}


@pytest.mark.parametrize("failing", LOOKS)
def test_a_look_that_fails_is_told_of_and_the_others_are_taken(
    monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    taken: list[str] = []
    stop = threading.Event()
    for name, method in LOOKS.items():

        def look(_: Worker, name: str = name) -> None:
            taken.append(name)
            if name == "calendar":
                stop.set()
            if name == failing:
                raise RuntimeError

        monkeypatch.setattr(Worker, method, look)
    system = Mock()
    system.views.all.return_value = ()
    with capture_logs() as logged:
        Worker(system)._keep_calendar(stop)
    assert taken == [*LOOKS]
    assert [(each["event"], each["error"]) for each in logged] == [
        (f"{failing}.failed", "RuntimeError")
    ]
