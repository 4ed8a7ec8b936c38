"""What the build says when a fact was changed as it must not be: each way, and what to do."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import Field, field_validator
from tests.corpus import corpus as corpus_module
from tests.corpus.corpus import Corpus
from tests.corpus.rules import breaches
from tests.corpus.visits import INTO_2, INTO_3, VisitNoted3, Visitor, corpus_of, views_of_visits

from cases.domain.facts import Content, Fact, Upcaster

V1, V2, V3 = (f"test.visit-noted.v{version}" for version in (1, 2, 3))
BOTH = {V1: INTO_2, V2: INTO_3}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the corpus, to be spoilt."""
    return shutil.copytree(corpus_of(3).folder, tmp_path / "visits")


def told(folder: Path, fact: type[Fact] = VisitNoted3, ways: Mapping[str, Upcaster] = BOTH) -> str:
    """What is wrong with the corpus when this is the fact type of today."""
    return "\n".join(breaches(Corpus(folder, {fact.topic(): fact}, ways, views_of_visits)))


# changed types ------------------------------------------------------------------------------------


class WithAnOptionalMember(VisitNoted3):
    place: str | None = None


class WithAnotherRange(VisitNoted3):
    note: str = Field(max_length=100)


class WithAnotherCheck(VisitNoted3):
    @field_validator("note")
    @classmethod
    def _short(cls, note: str) -> str:
        return note[:20]


class WithoutAMember(Fact):
    TOPIC: ClassVar[str] = "test.visit-noted"
    VERSION: ClassVar[int] = 3

    held_on: date
    visitors: tuple[Visitor, ...]


class WithAnotherName(Fact):
    TOPIC: ClassVar[str] = "test.visit-noted"
    VERSION: ClassVar[int] = 3

    held_on: date
    visitors: tuple[Visitor, ...]
    remark: str


class VisitNoted4(VisitNoted3):
    VERSION: ClassVar[int] = 4

    place: str | None = None


class Renamed(VisitNoted3):
    TOPIC: ClassVar[str] = "test.visit-recorded"


@pytest.mark.guarantee("EV-2")
@pytest.mark.parametrize(
    "changed",
    [
        WithAnOptionalMember,
        WithAnotherRange,
        WithAnotherCheck,
        WithoutAMember,
        WithAnotherName,
    ],
)
def test_changed_content_needs_a_new_version(folder: Path, changed: type[Fact]) -> None:
    said = told(folder, changed)
    assert f"The content of {V3} has changed" in said
    assert "Give the class the next VERSION, put an upcaster for the old one into UPCASTERS" in said
    assert "see docs/facts.md" in said


def test_other_words_about_the_content_change_nothing(folder: Path) -> None:
    class Reworded(VisitNoted3):
        """Another sentence."""

        note: str = Field(description="In a few words.", title="Remark")

    assert told(folder, Reworded) == ""


@pytest.mark.guarantee("EV-2")
@pytest.mark.parametrize("fact", [VisitNoted4, Renamed])
def test_a_new_version_or_name_needs_an_upcaster_for_the_old(
    folder: Path, fact: type[Fact]
) -> None:
    """What was upcast to the old one leads nowhere either, and that is told first."""
    assert f"{V1} becomes {V3}, which nobody reads" in told(folder, fact)
    said = told(folder, fact, {})
    for topic in (V1, V2, V3):
        assert f"{topic} can no longer be read, and facts recorded under that name remain" in said
    assert f"third-release, fact 1 ({V3}), cannot be read: UnknownFactType." in said


@pytest.mark.guarantee("EV-2")
def test_a_removed_type_is_missed(folder: Path) -> None:
    corpus = Corpus(folder, {}, {}, views_of_visits)
    assert f"{V3} can no longer be read" in "\n".join(breaches(corpus))


@pytest.mark.guarantee("EV-2")
def test_a_new_version_is_frozen_with_examples_and_with_how_the_old_ones_read(
    folder: Path,
) -> None:
    ways = {**BOTH, V3: Upcaster("test.visit-noted.v4", dict)}
    said = told(folder, VisitNoted4, ways)
    assert "test.visit-noted.v4 is new and not frozen yet" in said
    assert "How first-release reads as test.visit-noted.v4 is not frozen yet" in said
    corpus = Corpus(folder, {VisitNoted4.topic(): VisitNoted4}, ways, views_of_visits)
    corpus.freeze(date(2027, 1, 1))
    assert breaches(corpus) == [
        "test.visit-noted.v4 has no example: python -m tests.corpus add",
    ]
    written = [*corpus.read(corpus.histories()["third-release"])]
    corpus.add("fourth-release", "Without a place.", written, [date(2027, 1, 1)])
    corpus.freeze(date(2027, 1, 2))
    assert "No example of test.visit-noted.v4 has place: python -m tests.corpus add" in breaches(
        corpus
    )


# upcasters that are not what they must be ---------------------------------------------------------


def _otherwise(old: Content) -> Content:
    return {"visitedOn": old["visitedOn"], "visitors": [old["by"]], "note": ""}


def _altering(old: Content) -> Content:
    old["visitors"] = [old.pop("by")]
    return {**old, "note": ""}


def _for_some(old: Content) -> Content:
    return {"visitedOn": old["visitedOn"], "visitors": [], "note": old["note"].upper()}


def _counting() -> Callable[[Content], Content]:
    times: list[int] = []

    def change(old: Content) -> Content:
        times.append(1)
        return {"visitedOn": old["visitedOn"], "visitors": [], "note": str(len(times))}

    return change


@pytest.mark.guarantee("EV-3")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_otherwise, f"first-release reads as {V3} otherwise than it did: mend the upcaster."),
        (_altering, f"({V1}), is altered by the upcaster of {V1}, which must leave it as it is."),
        (_for_some, f"first-release, fact 2 ({V1}), cannot be read: AttributeError."),
        (_counting(), f"is not always read alike by the upcaster of {V1}."),
    ],
    ids=["otherwise", "altering", "for some", "counting"],
)
def test_an_upcaster_must_be_pure_total_and_read_as_ever(
    folder: Path, change: Callable[[Content], Content], said: str
) -> None:
    assert said in told(folder, ways={**BOTH, V1: Upcaster(V2, change)})


# files --------------------------------------------------------------------------------------------


def _edit(path: Path, change: Callable[[Any], None]) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@pytest.mark.guarantee("EV-2")
def test_frozen_files_are_neither_edited_nor_removed_nor_slipped_in(folder: Path) -> None:
    schema, history = f"schemas/{V3}.json", "histories/third-release.json"
    (folder / schema).write_text("{}", encoding="utf-8")
    with (folder / "frozen.txt").open("a", encoding="utf-8") as frozen:
        frozen.write(f"2027-01-01 {sha256(b'{}').hexdigest()} {schema}\n")
    (folder / history).rename(folder / "histories/another.json")
    said = told(folder)
    assert f"{schema} was altered. What is frozen is never edited: restore it." in said
    assert f"{history} is gone. What is frozen is never removed: restore it." in said
    assert "histories/another.json has no line in frozen.txt" in said


@pytest.mark.guarantee("EV-1")
def test_bytes_that_do_not_say_what_is_written_beside_them_are_found(folder: Path) -> None:
    history = folder / "histories/third-release.json"
    _edit(history, lambda content: content["facts"][0]["fact"].update(note="neither"))
    said = told(folder)
    assert f"third-release, fact 1 ({V3}), does not hold what is written beside it." in said
    assert f"third-release, fact 1 ({V3}), reads otherwise than it did: fact." in said
    _edit(history, lambda content: content["facts"][0].update(version=2))
    assert f"third-release, fact 2 ({V3}), does not open." in told(folder)


@pytest.mark.guarantee("EV-1")
def test_a_history_that_adds_up_to_something_else_is_found_and_can_be_accepted(
    folder: Path,
) -> None:
    views = folder / "views/third-release.json"
    _edit(views, lambda content: content["2026-12-31"].update(visits=7))
    assert "third-release adds up to something else on 2026-12-31" in told(folder)
    corpus = corpus_of(3, folder)
    assert corpus.accept() == ["third-release"]
    assert corpus.accept() == []
    assert breaches(corpus) == []
    views.unlink()
    assert breaches(corpus) == [
        "third-release adds up to nothing: it needs a day to be asked about."
    ]


@pytest.mark.guarantee("EV-2")
def test_a_changed_envelope_needs_a_form_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = corpus_module.envelopes_of_today()
    changed = {**written["2"], "circumstances": [*written["2"]["circumstances"], "place"]}
    monkeypatch.setattr("tests.corpus.rules.envelopes_of_today", lambda: {**written, "2": changed})
    assert "The envelope of facts has changed, and everything recorded has the old one" in told(
        folder
    )
    monkeypatch.setattr("tests.corpus.rules.envelopes_of_today", lambda: {**written, "3": changed})
    assert "The form 3 of what is sealed is not frozen yet" in told(folder)


def test_no_example_is_about_somebody_who_could_exist(folder: Path) -> None:
    corpus = corpus_of(3, folder)
    for name, code in (("nobody", "140392-9029"), ("somebody", "140392-902A")):
        (recorded,) = corpus.read(corpus.histories()["third-release"])
        about = VisitNoted3(held_on=date(2026, 1, 1), visitors=(Visitor(name=code),), note="")
        fact = replace(recorded, fact=about)
        corpus.add(name, "A visit.", [fact], [date(2026, 12, 31)])
    corpus.freeze(date(2027, 1, 1))
    assert breaches(corpus) == [
        f"somebody, fact 1 ({V3}), has an identity code that is not of the 900 series."
    ]
