"""A file is read case by case; what stands apart, or can't be read, spoils no other case."""

import json
from pathlib import Path

import pytest
from tests.old_system import Line, histories, history, line, test_code, write

from cases.app.importing.importing import BATCH, batches
from cases.app.importing.lines import Refusal
from cases.app.importing.reading import (
    LONGEST_LINE,
    MOST_LINES,
    CaseLines,
    JsonLines,
    cases,
    survey,
)


def read(path: Path) -> list[CaseLines]:
    lines = JsonLines(path)
    return list(cases(lines, survey(lines)))


def shape(found: list[CaseLines]) -> list[tuple[str | None, list[int], str | None]]:
    return [(case.case, [line.number for line in case.lines], case.why_not) for case in found]


def opening(case: str) -> dict[str, object]:
    return line(case, "openCase", "2025-02-03")


def test_lines_of_a_case_are_given_together_by_their_numbers(tmp_path: Path) -> None:
    a, b = opening("A"), opening("B")
    file = write(tmp_path / "f", [a, a, "", b])

    assert shape(read(file)) == [("A", [1, 2], None), ("B", [4], None)]
    assert survey(JsonLines(file)).rows == 3
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().rstrip())
    assert shape(read(file)) == [("A", [1, 2], None), ("B", [4], None)]
    assert read(write(tmp_path / "empty", [])) == []


@pytest.mark.guarantee("IM-5")
def test_a_case_whose_lines_stand_apart_is_told_at_its_first_line_already(tmp_path: Path) -> None:
    a, b, c = opening("A"), opening("B"), opening("C")
    found = read(write(tmp_path / "f", [a, b, b, a, c, a]))

    assert shape(found) == [
        ("A", [1], "lines-apart"),
        ("B", [2, 3], None),
        ("A", [4], "lines-apart"),
        ("C", [5], None),
        ("A", [6], "lines-apart"),
    ]


@pytest.mark.guarantee("IM-2")
def test_a_line_that_does_not_tell_its_case_belongs_to_the_one_before(tmp_path: Path) -> None:
    a, b = opening("A"), opening("B")
    lines: list[Line | str] = ["{", "{}", a, "{", a, '{"case": 7}', b, '{"case": "010190-901R"}']
    found = read(write(tmp_path / "f", lines))

    assert shape(found) == [
        (None, [1], None),
        (None, [2], None),
        ("A", [3, 4, 5, 6], None),
        ("B", [7, 8], None),
    ]
    broken = found[2].lines[1].members
    assert isinstance(broken, Refusal)
    assert broken.errors[0][1] == "not-json"


@pytest.mark.guarantee("IM-6")
def test_a_line_and_a_case_are_limited_and_only_that_much_is_held(tmp_path: Path) -> None:
    a, b = opening("A"), opening("B")
    long = json.dumps(opening("B") | {"with": {"text": "x" * 2 * LONGEST_LINE}})
    found = read(write(tmp_path / "f", [a] * (MOST_LINES + 5) + [b, long, b]))

    many, too_large = found
    assert (many.count, len(many.lines), many.why_not) == (
        MOST_LINES + 5,
        MOST_LINES,
        "too-many-lines",
    )
    assert [line.number for line in too_large.lines] == [MOST_LINES + n for n in (6, 7, 8)]
    refusal = too_large.lines[1].members
    assert isinstance(refusal, Refusal)
    assert refusal.code == "too-large"


@pytest.mark.guarantee("IM-1")
def test_a_second_case_of_a_person_waits_until_the_first_is_recorded(tmp_path: Path) -> None:
    one, other = test_code(1), test_code(2)
    renamed = line("B", "recordDetails", "2025-03-01", {"details": {"identityCode": f" {one} "}})
    told = [*history("A", one), *history("B", other), renamed, *history("C", None)]
    file = write(tmp_path / "f", [*told, *history("D", other)])
    lines = JsonLines(file)
    found = [
        None if batch is None else [case.case for case in batch[1]]
        for batch in batches(cases(lines, survey(lines)))
    ]

    assert found == [["A"], None, ["B", "C"], None, ["D"]]


@pytest.mark.guarantee("IM-1")
def test_who_a_correction_says_the_client_is_counts_among_the_people_of_a_case(
    tmp_path: Path,
) -> None:
    change = {"member": "/content/details/identityCode", "to": test_code(2)}
    body = {"version": 2, "changes": [change], "reason": "misread"}
    put_right = line("B", "correctRecord", "2025-03-01", body)
    told = [*history("A", test_code(2)), opening("B"), put_right]
    lines = JsonLines(write(tmp_path / "f", told))
    assert [batch is None for batch in batches(cases(lines, survey(lines)))] == [False, True, False]

    # What else an act tells of under the same name is nobody's code.
    moved = [line(case, "handOver", "2025-03-01", {"to": "vaasan-seutu"}) for case in "AB"]
    lines = JsonLines(write(tmp_path / "f", [opening("A"), moved[0], opening("B"), moved[1]]))
    assert [batch is None for batch in batches(cases(lines, survey(lines)))] == [False]


@pytest.mark.guarantee("IM-6")
def test_batches_are_numbered_and_bounded(tmp_path: Path) -> None:
    lines = JsonLines(write(tmp_path / "f", histories(100)))
    found = [batch for batch in batches(cases(lines, survey(lines))) if batch is not None]

    assert [number for number, _ in found] == list(range(len(found)))
    assert sum(len(each) for _, each in found) == 100
    assert max(sum(case.count for case in each) for _, each in found) <= BATCH
