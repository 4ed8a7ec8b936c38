"""Rows of a CSV become lines, by a mapping that is checked before anything is imported."""

from pathlib import Path
from typing import Any

import pytest

from cases.app.importing.lines import Refusal
from cases.app.importing.mapping import BadMapping, CsvLines, read_mapping

HEADER = "id,what,day,noted,who,tags\n"
MAPPING = """
case: id
acts:
  - act: openCase
    when: {what: [OPEN, REOPEN]}
    effectiveOn: {column: day, date: "%d.%m.%Y"}
    sourceDate: {column: noted, date: "%d.%m.%Y"}
    as: {column: who}
    with:
      learnedOn: "2025-01-30"
      person: {names: {family: {column: who, codes: {x: Esimerkki, y: true}}}}
      informed: {column: tags, split: "|"}
      nested: [{deep: {column: who}}, constant]
  - act: closeCase
    when: {what: CLOSE}
    effectiveOn: {column: day}
    sourceDate: {column: noted}
"""


def lines(folder: Path, rows: str, mapping: str = MAPPING, encoding: str = "utf-8") -> list[Any]:
    (folder / "rows.csv").write_bytes((HEADER + rows).encode(encoding))
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    found = CsvLines(folder / "rows.csv", read_mapping(folder / "mapping.yaml"))
    return [
        (
            line.number,
            (line.of, line.members.code, line.members.errors)
            if isinstance(line.members, Refusal)
            else line.members,
        )
        for line in found
    ]


@pytest.mark.guarantee("IM-7")
def test_what_a_spreadsheet_calls_utf_8_begins_with_a_mark(tmp_path: Path) -> None:
    rows = "7,OPEN,3.2.2025,4.2.2025,x,å\n"
    (as_it_is,) = lines(tmp_path, rows)
    for mapping in (MAPPING, f"encoding: utf-8{MAPPING}"):
        assert lines(tmp_path, rows, mapping, "utf-8-sig") == [as_it_is]


@pytest.mark.guarantee("IM-7")
def test_constants_columns_days_codes_and_lists(tmp_path: Path) -> None:
    assert lines(tmp_path, "7,OPEN,3.2.2025,4.2.2025,x,a| b |\n\n7,CLOSE,2025-05-01,,,\n") == [
        (
            2,
            {
                "case": "7",
                "act": "openCase",
                "effectiveOn": "2025-02-03",
                "sourceDate": "2025-02-04",
                "as": "x",
                "with": {
                    "learnedOn": "2025-01-30",
                    "person": {"names": {"family": "Esimerkki"}},
                    "informed": ["a", "b"],
                    "nested": [{"deep": "x"}, "constant"],
                },
            },
        ),
        (4, {"case": "7", "act": "closeCase", "effectiveOn": "2025-05-01", "with": {}}),
    ]
    ((_, made),) = lines(tmp_path, "7,REOPEN,3.2.2025,4.2.2025,y,\n")
    assert made["with"]["person"] == {"names": {"family": True}}
    assert "informed" not in made["with"]


@pytest.mark.guarantee("IM-7")
def test_a_row_makes_the_acts_whose_columns_are_filled(tmp_path: Path) -> None:
    both = MAPPING.replace("when: {what: CLOSE}", "filled: [who, tags]")
    for who, tags, acts in (("x", "a", 2), ("x", " ", 1), ("", "a", 1)):
        made = lines(tmp_path, f"7,OPEN,3.2.2025,4.2.2025,{who},{tags}\n", both)
        assert [each["act"] for _, each in made] == ["openCase", "closeCase"][:acts]


@pytest.mark.guarantee("IM-7")
@pytest.mark.parametrize(
    ("kind", "cell", "told"),
    [
        ("whole", "60", 60),
        ("whole", "1 250", 1250),
        ("whole", "60,5", None),
        ("whole", "-60", None),
        ("whole", "sixty", None),
        ("whole", "\u0666\u0660", None),
        ("cents", "1234,5", 123_450),
        ("cents", "1234.05", 123_405),
        ("cents", "1 234,50", 123_450),
        ("cents", "1\u00a0234\u00a0567", 123_456_700),
        ("cents", "0,07", 7),
        ("cents", "1.234,50", None),
        ("cents", "1,234", None),
        ("cents", "12 34,50", None),
        ("cents", "12345678901234", None),
        ("cents", "12,", None),
        ("cents", "12 €", None),
    ],
)
def test_a_number_is_read_as_it_is_written_or_not_at_all(
    tmp_path: Path, kind: str, cell: str, told: int | None
) -> None:
    mapping = MAPPING.replace('split: "|"', f"number: {kind}")
    ((_, made),) = lines(tmp_path, f'7,OPEN,3.2.2025,4.2.2025,x,"{cell}"\n', mapping)
    if told is None:
        assert made == ("7", "malformed-request", (("#/with/informed", "not-a-number"),))
    else:
        assert made["with"]["informed"] == told


@pytest.mark.guarantee("IM-7")
def test_what_a_row_lacks_is_told_by_its_place_and_nothing_of_it_is_repeated(
    tmp_path: Path,
) -> None:
    rows = "7,OPEN,3.13.2025,4.2.2025,x,\n7,OPEN,3.2.2025,4.2.2025,z,\n7,ELSE,,,,\n7,OPEN\n"
    assert lines(tmp_path, rows) == [
        (2, ("7", "malformed-request", (("#/effectiveOn", "not-a-day"),))),
        (3, ("7", "malformed-request", (("#/with/person/names/family", "not-in-the-mapping"),))),
        (4, ("7", "makes-no-act", ())),
        (5, (None, "not-as-many-cells-as-columns", ())),
    ]
    assert lines(tmp_path, "7,OPEN,3.2.2025,4.2.2025,å,\n", encoding="iso-8859-1") == [
        (2, ("7", "not-in-the-encoding", ()))
    ]


@pytest.mark.guarantee("IM-7")
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("closeCase", "shutCase", "there is no act shutCase"),
        ("case: id", "case: number", "has no column number"),
        ("column: tags", "column: labels", "has no column labels"),
        ("when: {what: CLOSE}", "wen: {what: CLOSE}", "acts.1.wen"),
        ("when: {what: CLOSE}", "filled: [labels]", "has no column labels"),
        ('split: "|"', 'spilt: "|"', "spilt"),
        ("case: id", "case: id\nencoding: utf-77", "utf-77"),
        ("case: id", "case: id\nencoding: undefined", "can't be read"),
        ("case: id", "case: id\nencoding: utf-16", "is not in utf-16"),
        ("case: id", "case: [", "can't be read"),
        ('"2025-01-30"', "2025-01-30", "acts.0.with.learnedOn: write 2025-01-30 in quotation"),
        ('"2025-01-30"', "2025-13-45", "can't be read: month must be in 1..12"),
        ('split: "|"', "number: fraction", "wrong at number"),
        ('split: "|"', "number: whole, codes: {a: 1}", "a date, or codes, or a number"),
        ('"%d.%m.%Y"', '"%d.%m.%J"', "no form of days"),
        ('"%d.%m.%Y"', '"%d.%m.%"', "no form of days"),
        ("learnedOn:", "1:", "acts.0.with: the name 1 is no text"),
        ("learnedOn:", "yes:", "acts.0.with: the name True is no text"),
        ("constant]", "!!binary aGVp]", "acts.0.with.nested.1: no text"),
        ("case: id", "case: &all {id: *all}", "can't be read"),
    ],
)
def test_a_mapping_that_is_wrong_is_refused_before_anything_is_imported(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    with pytest.raises(BadMapping, match=told.replace(".", r"\.")):
        lines(tmp_path, "7,OPEN,3.2.2025,4.2.2025,x,\n", MAPPING.replace(old, new))


@pytest.mark.guarantee("IM-7")
def test_a_column_that_stands_twice_is_refused_where_the_mapping_speaks_of_it(
    tmp_path: Path,
) -> None:
    rows = "7,OPEN,3.2.2025,4.2.2025,x,a,\n"
    header = HEADER.strip()
    for twice, told in (("day", "has 2 columns day"), ("other,other", None)):
        (tmp_path / "rows.csv").write_text(f"{header},{twice}\n{rows.strip()},,\n")
        (tmp_path / "mapping.yaml").write_text(MAPPING)
        found = CsvLines(tmp_path / "rows.csv", read_mapping(tmp_path / "mapping.yaml"))
        if told is None:
            assert len([*found]) == 1
        else:
            with pytest.raises(BadMapping, match=told):
                list(found)


@pytest.mark.guarantee("IM-7")
def test_what_a_row_makes_is_checked_as_if_it_were_written_as_a_line(tmp_path: Path) -> None:
    rows = "7,OPEN,3.2.2025,4.2.2025,x,\n"
    codes = "codes: {x: Esimerkki, y: true}"
    deep = "[" * 70 + "]" * 70
    assert [
        lines(tmp_path, row, MAPPING.replace(*change))
        for row, change in (
            ("7,CLOSE,2025-05-0\0,4.2.2025,,\n", ("", "")),
            (rows, (codes, 'codes: {x: "a\\0b"}')),
            (rows, (codes, "codes: {x: .nan}")),
            (rows, (codes, f"codes: {{x: {deep}}}")),
        )
    ] == [
        [(2, ("7", "malformed-request", (("#", code),)))]
        for code in (
            "unreadable-character",
            "unreadable-character",
            "not-a-number",
            "too-deep",
        )
    ]


def test_what_is_no_csv_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadMapping, match="is no CSV after line 2"):
        lines(tmp_path, '7,"OPEN"x,,,,\n')
