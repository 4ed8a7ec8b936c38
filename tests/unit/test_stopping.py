"""Told to stop by a signal, whatever the program is in the middle of."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from tests.patience import PATIENCE

PROGRAM = dedent(
    """
    import signal
    from cases.app.cli.ground import until_stopped

    with until_stopped() as stopping:
        stopping.started()
        # As a thread holds it for a moment whenever it begins, or ends, to wait for the event.
        with stopping.event._cond:
            signal.raise_signal(signal.SIGTERM)
        stopping.wait()
        with stopping.at_once._cond:
            signal.raise_signal(signal.SIGTERM)
        stopping.at_once.wait()
    print("ended")
    """
)


@pytest.mark.guarantee("CL-5")
def test_a_signal_that_comes_while_the_event_is_locked_is_heard(tmp_path: Path) -> None:
    """In a program of its own, which would hang."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stdout) == (0, "ended\n"), done.stderr
