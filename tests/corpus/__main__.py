"""Adds to the corpus of facts; nothing that is there is ever changed, but for expected views.

python -m tests.corpus add DRAFT.json   a history of new examples; then freeze
python -m tests.corpus freeze           write what is missing, and a dated line for each file
python -m tests.corpus accept           let what histories add up to today be what is expected
python -m tests.corpus check            say what is wrong, as the tests do
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.corpus.product import CASES, add_draft
from tests.corpus.rules import breaches


def main(words: list[str]) -> int:
    """Do what the words say; the exit code."""
    match words:
        case ["add", draft]:
            told = [add_draft(CASES, Path(draft))]
        case ["freeze"]:
            told = CASES.freeze(datetime.now(UTC).date())
        case ["accept"]:
            told = CASES.accept()
        case ["check"]:
            told = breaches(CASES)
        case _:
            told = [(__doc__ or "").strip()]
    sys.stdout.writelines(f"{line}\n" for line in told)
    return int(words == ["check"] and bool(told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
