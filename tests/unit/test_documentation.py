"""The pages say what the program does: settings, guarantees, links."""

import re
from pathlib import Path

import pytest

from cases.app.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_every_setting_is_on_the_configuration_page_and_no_other() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(CASES_[A-Z_]+)` \|", page, re.MULTILINE))
    assert documented == {f"CASES_{name.upper()}" for name in Settings.model_fields}


def guarantees_on_the_page() -> set[str]:
    page = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z]{2}-\d+) \| (.+) \|$", page, re.MULTILINE)
    assert all(promise.strip() for _, promise in rows)
    ids = [identifier for identifier, _ in rows]
    assert len(ids) == len(set(ids)), "an id stands twice"
    return set(ids)


def guarantees_in_the_tests() -> set[str]:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    marks = re.compile(r"mark\.guarantee\(((?:\s*\"[A-Z]{2}-\d+\",?)+)\s*\)")
    return {
        identifier
        for source in sources
        for cited in marks.findall(source)
        for identifier in re.findall(r"[A-Z]{2}-\d+", cited)
    }


def test_every_guarantee_is_defended_by_a_test_and_every_id_in_a_test_is_a_guarantee() -> None:
    promised, defended = guarantees_on_the_page(), guarantees_in_the_tests()
    assert promised - defended == set(), "promised without a test"
    assert defended - promised == set(), "cited by a test and not on the page"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
