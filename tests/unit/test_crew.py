"""Several processes that work off batches, and what a terminal sends them all."""

import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from tests.patience import PATIENCE

PROGRAM = dedent(
    """
    import signal
    import threading
    from contextlib import contextmanager

    from cases.app.crew import Crew


    def held_back(_):
        return sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, ())))


    @contextmanager
    def opened():
        yield held_back


    if __name__ == "__main__":
        with Crew(opened, 2) as crew:
            print(list(crew.answers([0, 0], threading.Event())))
        print(sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, ()))))
    """
)


def test_no_process_can_be_interrupted_before_it_ignores_it_not_even_the_first(
    tmp_path: Path,
) -> None:
    """In a program of its own: what starts with the first process has started here long ago."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    both = [signal.SIGINT.value, signal.SIGTERM.value]
    every_process, afterwards = done.stdout.splitlines()
    assert [every_process, afterwards] == [str([both, both]), "[]"]
