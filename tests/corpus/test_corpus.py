"""Everything that was ever recorded is read today as it was meant."""

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.corpus.__main__ import main
from tests.corpus.example import Example
from tests.corpus.product import CASES, add_draft
from tests.corpus.rules import breaches
from tests.corpus.visits import RELEASES, corpus_of, names_of_a_line, visitors_of_names

from cases.domain.streams import FACTS, UPCASTERS


@pytest.mark.guarantee("EV-1", "EV-2")
def test_every_fact_ever_recorded_is_read_as_it_was_meant() -> None:
    assert breaches(CASES) == []


@pytest.mark.guarantee("EV-1", "EV-3")
def test_three_releases_of_a_made_up_fact_are_read_by_the_third() -> None:
    assert breaches(corpus_of(3)) == []


def test_every_type_and_version_of_the_register_has_examples_from_decisions_and_beyond() -> None:
    """The rules of the corpus ask for every member; this, for the ways examples came about."""
    histories, recorded = CASES.histories(), FACTS.keys() | UPCASTERS.keys()
    topics = {name: {example.topic for example in found} for name, found in histories.items()}
    decided = {name for name, found in histories.items() if any(each.rules for each in found)}
    assert set().union(*(topics[name] for name in decided)) == recorded
    both = {
        "referred-elsewhere",
        "services-and-tests",
        "costs-to-compensate",
        "other-necessary-data",
        "represented-minor",
    }
    little = {"as-little-as-possible"} | {name for name in topics if name.endswith("-in-brief")}
    much = {"as-much-as-possible", "back-with-earlier-plans"}
    much |= {name for name in topics if name.endswith("-in-full")}
    for names in (little | both, much | both):
        assert set().union(*(topics[name] for name in names)) == recorded
    assert CASES.schemas().keys() == recorded
    assert sum(len(example.rules) for example in histories["every-kind-as-decided"]) > 20


def test_each_frozen_file_has_the_day_on_which_it_was_added() -> None:
    for corpus in (CASES, corpus_of(3)):
        lines = (corpus.folder / "frozen.txt").read_text(encoding="utf-8").splitlines()
        days = [date.fromisoformat(line.split()[0]) for line in lines]
        assert days == sorted(days)
        assert {line.split()[2] for line in lines} == corpus.digests().keys()


# upcasters --------------------------------------------------------------------------------------


OLD: dict[str, Any] = {"visitedOn": "2026-01-09", "by": "Aino and Veikko", "note": None}


@pytest.mark.guarantee("EV-3")
def test_an_upcaster_makes_new_content_of_old_and_leaves_the_old_alone() -> None:
    given = deepcopy(OLD)
    new = names_of_a_line(given)
    assert new == {"visitedOn": "2026-01-09", "visitors": ["Aino", "Veikko"], "note": ""}
    assert visitors_of_names(new) == {
        "heldOn": "2026-01-09",
        "visitors": [{"name": "Aino"}, {"name": "Veikko"}],
        "note": "",
    }
    assert given == OLD
    assert names_of_a_line(given) == new


@pytest.mark.guarantee("EV-1")
@pytest.mark.parametrize("release", RELEASES)
def test_each_release_reads_what_it_and_those_before_it_recorded(release: int) -> None:
    corpus = corpus_of(release)
    histories = list(corpus.histories().values())  # in the order of their releases, by name
    for examples in histories[:release]:
        facts = corpus.read(examples)
        assert {recorded.fact.topic() for recorded in facts} == {f"test.visit-noted.v{release}"}


# the tool ---------------------------------------------------------------------------------------


def test_the_tool_says_what_it_does_and_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "python -m tests.corpus add DRAFT.json" in capsys.readouterr().out
    assert main(["check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_draft_is_added_once_and_never_over_another(tmp_path: Path) -> None:
    draft = tmp_path / "visit.json"
    draft.write_text(
        '{"name": "visit", "about": "One visit.", "days": ["2026-02-01"], "facts": [{"topic":'
        ' "test.visit-noted.v3", "effectiveOn": "2026-01-10", "act": "noteVisit", "fact":'
        ' {"heldOn": "2026-01-09", "visitors": [], "note": ""}}]}',
        encoding="utf-8",
    )
    corpus = corpus_of(3, tmp_path)
    assert add_draft(corpus, draft) == "visit"
    (example,) = corpus.histories()["visit"]
    assert isinstance(example, Example)
    assert corpus.expected_views("visit") == {"2026-02-01": {"visits": 1, "visitors": []}}
    assert len(corpus.freeze(date(2026, 11, 21))) == 4
    assert corpus.freeze(date(2026, 11, 22)) == []
    with pytest.raises(FileExistsError):
        add_draft(corpus, draft)
