"""Decision records are numbered, complete, and listed."""

import re
from pathlib import Path

import pytest

ADR = Path(__file__).parents[2] / "docs" / "adr"
RECORDS = sorted(ADR.glob("[0-9]*.md"))
HEADINGS = ["## Context", "## Decision", "## Consequences", "## Rejected"]


def test_numbers_are_unique_and_without_gaps() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name[:4])
def test_a_record_has_its_number_its_headings_and_a_line_in_the_list(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    assert text.startswith(f"# {record.name[:4]}. ")
    assert [line for line in text.splitlines() if line.startswith("## ")] == HEADINGS
    assert all(part.strip() for part in re.split(r"^## .+$", text, flags=re.M))
    assert f"]({record.name})" in (ADR / "README.md").read_text(encoding="utf-8")
