"""Files of organisations: what is read, and what is told of bad lines."""

from datetime import date
from pathlib import Path

import pytest
from tests.register import HEADING

from cases.app.organisations import BEGINNING, BadRegister, Organisations
from cases.app.organisations.files import BadLines, Line, read_lines
from cases.app.organisations.importing import read_register
from cases.domain.codes.values import OrganisationKind

VAASA = "vaasa,MUNICIPALITY,905,Vaasa,Vasa,Vaasa,,,2025-01-01,"


def lines(tmp_path: Path, text: str, name: str = "register.csv") -> tuple[Line, ...]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_lines(path)[1]


def bad(tmp_path: Path, text: str, name: str = "register.csv") -> list[tuple[int, str]]:
    with pytest.raises(BadLines) as told:
        lines(tmp_path, text, name)
    return [(each.number, each.reason) for each in told.value.lines]


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_is_read_as_offices_and_spreadsheets_write_it(
    tmp_path: Path, separator: str, end: str, mark: str
) -> None:
    text = mark + end.join([HEADING, VAASA, "", ""]).replace(",", separator)

    (line,) = lines(tmp_path, text)

    assert (line.number, line.written.id, line.written.code) == (2, "vaasa", "905")
    assert line.written.names.sv == "Vasa"
    assert line.written.valid_from == date(2025, 1, 1)
    assert line.written.welfare_area is None


def test_columns_stand_in_any_order_and_those_not_needed_may_lack(tmp_path: Path) -> None:
    text = 'name_en,name_sv,name_fi,kind\n"Fund, the",Kassan,Kassa,UNEMPLOYMENT_FUND\n'

    (line,) = lines(tmp_path, text)

    assert (line.written.id, line.written.valid_from) == (None, None)
    assert line.written.names.en == "Fund, the"


def test_a_line_has_the_number_at_which_it_begins(tmp_path: Path) -> None:
    text = f'{HEADING}\n\na,KELA,,"Two\nlines",B,C,,,,\n\nb,KELLA,,A,B,C,,,,\n'

    (no_text, (number, reason)) = bad(tmp_path, text)

    assert no_text == (3, "a name, an id or a code has a character that is no text")
    assert number == 6
    assert reason.startswith("kind: Input should be 'MUNICIPALITY'")


@pytest.mark.guarantee("OR-2")
def test_every_bad_line_is_told_with_its_number_and_reason(tmp_path: Path) -> None:
    text = "\n".join(
        [
            HEADING,
            VAASA,
            "espoo,MUNICIPALITY,49,Espoo,Esbo,Espoo,,,2025-01-01,",
            "x y,MUNICIPALITY,001,A,B,C,,,2025-01-01,",
            "c,MUNICIPALITY,002,A,,C,,,2025-13-01,",
            "d,MUNICIPALITY,003,A,B,C,,,2025-01-02,2025-01-01",
            "e,MUNICIPALITY,004,A,B",
            "f,THIRD_SECTOR,,150380-901T,B,C,,,,",
        ]
    )

    told = bad(tmp_path, text)

    assert [number for number, _ in told] == [3, 4, 5, 5, 6, 7, 8]
    reasons = dict(told)
    assert reasons[3] == "code: a municipality has three digits, such as 049"
    assert reasons[4].startswith("id: letters, digits")
    assert {reason.partition(":")[0] for number, reason in told if number == 5} == {
        "names sv",
        "valid_from",
    }
    assert reasons[6] == "valid until: before the day it is valid from"
    assert reasons[7] == "5 cells where the heading has 10"
    assert reasons[8] == "an identity code is no part of an organisation"
    assert "150380-901T" not in str(told)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("r.csv", "", "line 1: the columns are id, kind"),
        ("r.csv", "id,kind,name_fi\n", "missing: name_en, name_sv"),
        ("r.csv", f"{HEADING},colour\n", "line 1: the columns are"),
        ("r.csv", f"{HEADING},id\n", "line 1: the columns are"),
        ("r.yaml", "vaasa: {}", "it has no mapping `organisations`"),
        ("r.yaml", "organisations: [", "can't be read: while parsing"),
    ],
)
def test_what_is_no_register_at_all_is_told_as_a_whole(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    with pytest.raises(BadRegister, match=reason):
        lines(tmp_path, text, name)


def test_a_file_that_is_not_there_or_not_utf_8_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadRegister, match="no such file"):
        read_lines(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes("Närpiö".encode("latin-1"))
    with pytest.raises(BadRegister, match="not UTF-8 at byte 1"):
        read_lines(tmp_path / "latin.csv")


def test_yaml_has_the_number_of_each_entry(tmp_path: Path) -> None:
    text = (
        "organisations:\n"
        "  a: {kind: KELA, names: {fi: A, sv: B, en: C}}\n"
        "  b:\n"
        "    - {kind: KELA, names: {fi: A, sv: B, en: C}, validUntil: 2025-12-31}\n"
        "    - {kind: KELA, names: {fi: A, sv: B}, validFrom: 2026-01-01}\n"
        "  a: {kind: KELA, names: {fi: A, sv: B, en: C}}\n"
        "  c: 7\n"
        '  905: {kind: KELA, names: {fi: "A", sv: B, en: C}}\n'
        "  d: {kind: KELA, names: {fi: A, sv: B, en: C}, validFrom: 2025-13-45}\n"
        '  e: {kind: KELA, names: {fi: "A\\0", sv: B, en: C}}\n'
    )

    told = bad(tmp_path, text, "r.yaml")

    assert [number for number, _ in told] == [5, 6, 7, 8, 9, 10]
    assert told[1][1] == "a stands twice; several versions are a list"
    assert told[4][1] == "month must be in 1..12"
    assert told[5][1] == "a name, an id or a code has a character that is no text"


def test_the_register_of_a_file_holds_always_unless_it_says_a_day(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(
        "organisations:\n"
        "  a: {kind: KELA, names: {fi: A, sv: B, en: C}}\n"
        "  b:\n"
        "    - {kind: KELA, names: {fi: A, sv: B, en: C}, validUntil: 2025-12-31}\n"
        "    - {kind: KELA, names: {fi: D, sv: E, en: F}, validFrom: 2026-01-01}\n",
        encoding="utf-8",
    )

    register: Organisations = read_register(path)

    assert register.kind_of("a", BEGINNING) is OrganisationKind.KELA
    first, second = register.versions("b")
    assert (first.valid_from, first.valid_until) == (BEGINNING, date(2025, 12, 31))
    assert (second.valid_from, second.valid_until) == (date(2026, 1, 1), None)
    assert second.entry.names.fi == "D"


@pytest.mark.guarantee("OR-2")
def test_the_register_of_a_file_is_held_against_the_rules_of_an_import(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    kela = "{kind: KELA, names: {fi: A, sv: B, en: C}, code: '1'}"
    town = "kind: MUNICIPALITY, names: {fi: A, sv: B, en: C}, employment_area"
    path.write_text(
        "organisations:\n"
        f"  a: {kela}\n"
        f"  b: {kela}\n"
        "  c: {kind: EMPLOYMENT_AUTHORITY, names: {fi: A, sv: B, en: C}, code: '31'}\n"
        f"  d: {{{town}: '31', code: '901'}}\n"
        f"  e: {{{town}: nowhere}}\n",
        encoding="utf-8",
    )
    with pytest.raises(BadLines) as found:
        read_register(path)
    assert [(line.number, line.reason) for line in found.value.lines] == [
        (3, "code: 1 is the code of a, b at once"),
        (6, "employment area: nowhere is none on 1900-01-01"),
    ]
    text = path.read_text(encoding="utf-8").replace(f"  b: {kela}\n", "")
    path.write_text(text.replace(": nowhere", ": c"), encoding="utf-8")
    entry = read_register(path).entry("d", BEGINNING)
    assert entry is not None
    assert entry.employment_area == "c"
