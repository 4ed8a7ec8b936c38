"""The published document as it was last agreed on: ``docs/openapi.json``.

``python -m tests.openapi`` writes it anew, and says what is different and which line the change log
(``docs/api-changes.md``) has to have. The tests ask for both.
"""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cases.app.http.operations import document

DOCS: Final = Path(__file__).parents[1] / "docs"
FROZEN: Final = DOCS / "openapi.json"
CHANGES: Final = DOCS / "api-changes.md"


def as_text(described: dict[str, Any]) -> str:
    """The document as the file keeps it: a line for each member, so that a difference is seen."""
    return json.dumps(described, ensure_ascii=False, indent=1) + "\n"


def line_of(text: str) -> str:
    """The line by which the change log says that it tells of this very document."""
    return f"Document: `{sha256(text.encode()).hexdigest()[:16]}`."


def newest_changes() -> str:
    """The newest section of the change log, with its heading."""
    return re.split(r"^(?=## )", CHANGES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1]


def differences(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """Where two documents differ, as JSON pointers with what happened there."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in (*old, *(name for name in new if name not in old)):
            place = f"{where}/{name.replace('~', '~0').replace('/', '~1')}"
            if name not in new:
                yield f"{place} is gone"
            elif name not in old:
                yield f"{place} is new"
            else:
                yield from differences(old[name], new[name], place)
    elif old != new:
        yield f"{where} is another"


def main() -> None:
    """Write the document, and say what has become different."""
    before = json.loads(FROZEN.read_text(encoding="utf-8")) if FROZEN.exists() else {}
    text = as_text(document())
    FROZEN.write_text(text, encoding="utf-8")
    print(*differences(before, json.loads(text)), sep="\n")
    if line_of(text) not in newest_changes():
        print(f"\n{CHANGES.name} tells what a client may notice, and has the line\n{line_of(text)}")


if __name__ == "__main__":
    main()
