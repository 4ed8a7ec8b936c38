"""The pages say what the program does: settings, guarantees, links."""

import re
from pathlib import Path

import pytest

from cases.app.http.health import gauges
from cases.app.observability import Metrics
from cases.app.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_every_setting_is_on_the_configuration_page_and_no_other() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(CASES_[A-Z_]+)` \|", page, re.MULTILINE))
    assert documented == {f"CASES_{name.upper()}" for name in Settings.model_fields}


def test_every_default_is_the_one_on_the_configuration_page() -> None:
    """A default that is none is told in words, or as what stands in its place."""
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(CASES_[A-Z_]+)` \| ([^|]+) \|", page, re.MULTILINE))
    none = {
        "database_url": "–",
        "listen_url": "`CASES_DATABASE_URL`",
        "keyring": "`<state>/keyring.json`",
        "organisations": "the fictional register",
        "jwks_url": "`<issuer>/jwks`",
        "trusted_proxies": "–",
        "security_servers": "–",
        "callers": "–",
    }
    for name, field in Settings.model_fields.items():
        is_none = field.default is None or field.default == ()
        wanted = none.pop(name) if is_none else f"`{written(field.default)}`"
        assert told[f"CASES_{name.upper()}"] == wanted
    assert not none


def written(default: object) -> str:
    """A default as the environment would say it."""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return " ".join(f"{edition}={day}" for edition, day in default)
    return f"{default:g}" if isinstance(default, float) else str(default)


@pytest.mark.guarantee("HL-5")
def test_every_figure_is_on_the_page_for_operators_with_its_labels_and_no_other() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    documented = {
        name: set(filter(None, labels.split(",")))
        for row in re.findall(r"^\| (`cases_[^|]+) \|", page, re.MULTILINE)
        for name, labels in re.findall(r"`(cases_[a-z_]+)(?:\{([a-z,]+)\})?`", row)
    }
    metrics = Metrics()
    metrics.answered("/", "GET", 200, 0.0)
    exposed = {
        f"{family.name}_total" if family.type == "counter" else family.name: {
            label for sample in family.samples for label in sample.labels if label != "le"
        }
        for family in metrics.registry.collect()
    }
    exposed |= {gauge.name: {*gauge._labelnames} for gauge in gauges().values()}
    assert documented == exposed


def test_no_lock_of_packages_of_node_names_where_they_were_fetched() -> None:
    locks = [*ROOT.glob("clients/*/package-lock.json"), *ROOT.glob(".ci/*/package-lock.json")]
    assert len(locks) == 2
    for lock in locks:
        assert "resolved" not in lock.read_text(encoding="utf-8")


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
