"""What an import does to the register: added, changed, ended, unchanged, or nothing at all."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.register import HEADING, MUNICIPALITIES, country

from cases.app.organisations import Organisations
from cases.app.organisations.files import BadLines, read_lines
from cases.app.organisations.importing import Fate, Plan, plan_import
from cases.domain.codes.values import OrganisationKind

AREA = "tya,EMPLOYMENT_AUTHORITY,001,Työ,Arbete,Work,,,2025-01-01,"
OLD = "old,MUNICIPALITY,001,Vanha,Gamla,Old,,tya,2025-01-01,"
NEIGHBOUR = "next,MUNICIPALITY,002,Naapuri,Granne,Next,,tya,2025-01-01,"


class Imports:
    """Imports one after another, as a person makes them."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "register.csv"
        self.register = Organisations()

    def __call__(
        self,
        *rows: str,
        on: date | None = None,
        complete: Collection[OrganisationKind] = (),
    ) -> Plan:
        self._path.write_text("\n".join([HEADING, *rows]), encoding="utf-8")
        _, lines = read_lines(self._path)
        plan = plan_import("file", lines, self.register, valid_from=on, complete=complete)
        self.register = self.register.with_changes(plan.changes)
        return plan

    def bad(self, *rows: str, on: date | None = None) -> list[tuple[int, str]]:
        before = self.register
        with pytest.raises(BadLines) as told:
            self(*rows, on=on)
        assert self.register is before
        return [(each.number, each.reason) for each in told.value.lines]


@pytest.fixture
def imports(tmp_path: Path) -> Imports:
    return Imports(tmp_path)


@pytest.mark.guarantee("OR-1")
def test_what_is_told_again_is_unchanged_and_changes_nothing(imports: Imports) -> None:
    first = imports(AREA, OLD, NEIGHBOUR)
    again = imports(AREA, OLD, NEIGHBOUR)

    assert set(first.fates.values()) == {Fate.ADDED}
    assert set(again.fates.values()) == {Fate.UNCHANGED}
    assert again.changes == ()


@pytest.mark.guarantee("OR-1")
def test_a_change_holds_from_its_day_and_the_old_stays_known(imports: Imports) -> None:
    imports(AREA, OLD)
    plan = imports("old,MUNICIPALITY,001,Uusi,Nya,New,,tya,2026-01-01,")

    assert plan.fates == {"old": Fate.CHANGED}
    names = {
        day: entry.names.en
        for day in (date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
        if (entry := imports.register.entry("old", day))
    }
    assert list(names.values()) == ["Old", "Old", "New"]
    assert imports.register.entry("old", date(2024, 12, 31)) is None


@pytest.mark.guarantee("OR-1")
def test_a_merged_municipality_is_known_on_its_old_days_and_acts_until_it_has_handed_over(
    imports: Imports,
) -> None:
    imports(AREA, OLD, NEIGHBOUR)
    plan = imports("old,MUNICIPALITY,001,Vanha,Gamla,Old,,tya,2025-01-01,2025-12-31")

    assert plan.fates == {"old": Fate.ENDED}
    register = imports.register
    assert register.kind_of("old", date(2025, 12, 31)) is OrganisationKind.MUNICIPALITY
    assert register.area_of("old", date(2025, 12, 31)) == "tya"
    assert register.kind_of("old", date(2026, 1, 1)) is None
    acting = register.find("old", date(2026, 6, 1))
    assert acting is not None
    assert acting.kind is OrganisationKind.MUNICIPALITY
    assert register.find("old", date(2024, 12, 31)) is None
    assert [each.id for each in register.on(date(2026, 1, 1))] == ["tya", "next"]


@pytest.mark.guarantee("OR-1")
def test_of_a_complete_kind_those_the_file_lacks_end(imports: Imports) -> None:
    imports(AREA, OLD, NEIGHBOUR)
    whole = {OrganisationKind.MUNICIPALITY}
    plan = imports(
        "next,MUNICIPALITY,002,Naapuri,Granne,Next,,tya,,",
        on=date(2026, 1, 1),
        complete=whole,
    )

    assert plan.fates == {"next": Fate.UNCHANGED, "old": Fate.ENDED}
    (version,) = imports.register.versions("old")
    assert version.valid_until == date(2025, 12, 31)
    # And without saying so, nobody ends for standing elsewhere.
    assert imports(AREA).fates == {"tya": Fate.UNCHANGED}


def test_one_that_ended_may_begin_again(imports: Imports) -> None:
    imports(AREA, OLD)
    imports("old,MUNICIPALITY,001,Vanha,Gamla,Old,,tya,2025-01-01,2025-12-31")
    plan = imports("old,MUNICIPALITY,001,Vanha,Gamla,Old,,tya,2027-01-01,")

    assert plan.fates == {"old": Fate.CHANGED}
    assert [v.valid_from.year for v in imports.register.versions("old")] == [2025, 2027]
    assert imports.register.kind_of("old", date(2026, 6, 1)) is None


def test_several_versions_of_one_stand_in_one_file(imports: Imports) -> None:
    plan = imports(
        AREA,
        "old,MUNICIPALITY,001,Uusi,Nya,New,,tya,2026-01-01,",
        "old,MUNICIPALITY,001,Vanha,Gamla,Old,,tya,2025-01-01,2025-12-31",
    )

    assert plan.fates["old"] is Fate.ADDED
    first, second = imports.register.versions("old")
    assert (first.entry.names.en, first.valid_until) == ("Old", date(2025, 12, 31))
    assert (second.entry.names.en, second.valid_until) == ("New", None)


def test_a_line_without_an_id_is_who_has_its_code_or_is_named_by_it(imports: Imports) -> None:
    imports(AREA, OLD)
    plan = imports(
        ",MUNICIPALITY,001,Uusi,Nya,New,,001,2026-01-01,",
        ",MUNICIPALITY,007,Seitsemän,Sju,Seven,,001,2026-01-01,",
    )

    assert plan.fates == {"old": Fate.CHANGED, "municipality-007": Fate.ADDED}
    assert imports.register.area_of("municipality-007", date(2026, 1, 1)) == "tya"


@pytest.mark.guarantee("OR-1")
@pytest.mark.parametrize("last", ["2024-12-31", "2026-12-31", ""])
def test_a_wrong_last_day_is_corrected_by_the_right_line_with_the_same_day(
    imports: Imports, last: str
) -> None:
    began = "old,MUNICIPALITY,001,Vanha,Gamla,Old,,,2024-01-01,"
    imports(f"{began}2025-12-31")
    plan = imports(f"{began}{last}")

    assert plan.fates["old"] is not Fate.UNCHANGED
    (version,) = imports.register.versions("old")
    assert version.valid_until == (date.fromisoformat(last) if last else None)


@pytest.mark.guarantee("OR-1")
def test_what_begins_on_another_day_leaves_the_end_unless_it_tells_its_own(
    imports: Imports,
) -> None:
    imports("old,MUNICIPALITY,001,Vanha,Gamla,Old,,,2025-01-01,2027-12-31")
    # Such as the classification of a year, which knows nothing of a merger to come.
    imports("old,MUNICIPALITY,001,Uusi,Nya,New,,,2026-01-01,")
    assert [v.valid_until for v in imports.register.versions("old")] == [
        date(2025, 12, 31),
        date(2027, 12, 31),
    ]
    imports("old,MUNICIPALITY,001,Uudempi,Nyare,Newer,,,2027-01-01,2028-12-31")
    assert imports.register.versions("old")[-1].valid_until == date(2028, 12, 31)


@pytest.mark.guarantee("OR-1")
def test_the_past_of_an_organisation_told_again_leaves_what_it_is_now(imports: Imports) -> None:
    past = "old,MUNICIPALITY,001,Vanha,Gamla,Old,,,2025-01-01,2025-12-31"
    imports(past, "old,MUNICIPALITY,001,Uusi,Nya,New,,,2026-01-01,")

    assert imports(past).fates == {"old": Fate.UNCHANGED}
    assert imports.register.version("old", date(2030, 1, 1)) is not None
    # A gap that was told is closed by the right line, and nothing else of what follows changes.
    imports("old,MUNICIPALITY,001,Vanha,Gamla,Old,,,2025-01-01,2025-06-30")
    assert imports.register.version("old", date(2025, 7, 1)) is None
    imports("old,MUNICIPALITY,001,Vanha,Gamla,Old,,,2025-01-01,")
    assert [v.valid_from.year for v in imports.register.versions("old")] == [2025, 2026]
    assert imports.register.version("old", date(2025, 7, 1)) is not None


@pytest.mark.guarantee("OR-1")
def test_what_was_said_again_does_not_come_back_when_what_went_before_it_changes(
    imports: Imports,
) -> None:
    """A first day that was put right leaves the wrong one in the register, saying it again."""
    imports("k,KELA,,A,B,C,,,2023-01-01,")
    imports("k,KELA,,A,B,C,,,2020-01-01,")
    (version,) = imports.register.versions("k")
    assert (version.valid_from.year, version.valid_until) == (2020, None)

    assert imports("k,KELA,,A,B,C,,,2020-01-01,2021-12-31").fates == {"k": Fate.ENDED}
    assert imports.register.version("k", date(2024, 1, 1)) is None

    imports("k,KELA,,D,E,F,,,2020-01-01,")
    (version,) = imports.register.versions("k")
    assert (version.entry.names.en, version.valid_until) == ("F", None)

    imports("k,KELA,,D,E,F,,,2022-01-01,")
    imports(AREA, on=date(2021, 1, 1), complete={OrganisationKind.KELA})
    assert imports.register.version("k", date(2023, 1, 1)) is None


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(2020, 2026), st.none() | st.integers(2020, 2027)),
        max_size=6,
    )
)
@pytest.mark.guarantee("OR-1")
def test_the_register_is_what_was_announced(told: list[tuple[int, int, int | None]]) -> None:
    """What is recorded, played again, is the register that was checked; and the line holds."""
    with TemporaryDirectory() as folder:
        imports = Imports(Path(folder))
        for name, first, last in told:
            until = f"{last}-12-31" if last else ""
            try:
                plan = imports(f"k,KELA,,A,B,N{name},,,{first}-01-01,{until}")
            except BadLines:
                continue
            found, announced = imports.register, plan.register
            assert found.versions("k") == announced.versions("k")
            for year in range(first, (last or first) + 1):
                entry = found.entry("k", date(year, 6, 1))
                assert entry is not None
                assert entry.names.en == f"N{name}"
            if last:
                after = found.version("k", date(last + 1, 1, 1))
                assert after is None or after.valid_from == date(last + 1, 1, 1)


def test_who_a_complete_file_lacks_does_not_come_back_under_another_name(
    imports: Imports,
) -> None:
    imports(AREA, OLD, "old,MUNICIPALITY,001,Uusi,Nya,New,,tya,2027-01-01,", NEIGHBOUR)
    imports(NEIGHBOUR, on=date(2026, 1, 1), complete={OrganisationKind.MUNICIPALITY})

    (version,) = imports.register.versions("old")
    assert version.valid_until == date(2025, 12, 31)


@pytest.mark.guarantee("OR-2")
@pytest.mark.parametrize(
    ("first", "rows", "told"),
    [
        (
            [],
            [
                "k,KELA,,A,B,C,,,2025-01-01,2025-12-31",
                "k,KELA,,D,E,F,,,2025-06-01,2027-12-31",
            ],
            (2, "valid until: line 3 says what k is from 2025-06-01 on"),
        ),
        (
            ["k,KELA,,D,E,F,,,2025-06-01,"],
            ["k,KELA,,A,B,C,,,2025-01-01,2025-12-31"],
            (2, "valid until: k is something else from 2025-06-01 on"),
        ),
        (
            ["k,KELA,,A,B,C,,,2025-01-01,", "k,KELA,,D,E,F,,,2026-01-01,"],
            ["k,KELA,,D,E,F,,,2025-01-01,2025-12-31"],
            (2, "valid until: k is the same from 2026-01-01 on"),
        ),
        (
            ["x,MUNICIPALITY,009,A,B,C,,,2027-01-01,"],
            ["y,MUNICIPALITY,009,A,B,C,,,2025-01-01,"],
            (2, "code: 009 is the code of x, y at once"),
        ),
        (
            ["w,WELFARE_AREA,09,A,B,C,,,2025-01-01,2025-12-31"],
            ["x,MUNICIPALITY,009,A,B,C,w,,2025-01-01,"],
            (2, "welfare area: w is none on 2026-01-01"),
        ),
        (
            [
                "w,WELFARE_AREA,09,A,B,C,,,2025-01-01,",
                "x,MUNICIPALITY,009,A,B,C,,,2025-01-01,",
                "x,MUNICIPALITY,009,A,B,C,w,,2027-01-01,",
            ],
            ["w,WELFARE_AREA,09,A,B,C,,,2025-01-01,2025-12-31"],
            (2, "w would be no more from 2027-01-01, and x would still belong to it"),
        ),
    ],
)
def test_what_contradicts_on_any_day_is_told(
    imports: Imports, first: list[str], rows: list[str], told: tuple[int, str]
) -> None:
    if first:
        imports(*first)
    assert imports.bad(*rows) == [told]


@pytest.mark.guarantee("OR-2")
@pytest.mark.parametrize(
    ("rows", "number", "reason"),
    [
        (["x,KELA,,A,B,C,,,,"], 2, "valid from: neither in the line nor given"),
        ([",KELA,,A,B,C,,,2025-01-01,"], 2, "id: neither an id nor a code"),
        ([OLD, OLD], 3, "old stands on line 2 with the same day"),
        (
            ["x,MUNICIPALITY,009,A,B,C,,nowhere,2025-01-01,"],
            2,
            "employment area: nowhere is none on 2025-01-01",
        ),
        (
            ["x,MUNICIPALITY,009,A,B,C,tya,,2025-01-01,"],
            2,
            "welfare area: tya is none on 2025-01-01",
        ),
        (
            ["x,MUNICIPALITY,009,A,B,C,,tya,2024-12-31,"],
            2,
            "employment area: tya is none on 2024-12-31",
        ),
        (
            ["next,KELA,,A,B,C,,,2026-01-01,"],
            2,
            "kind: it would be KELA and MUNICIPALITY, and those are two organisations",
        ),
        (
            ["x,MUNICIPALITY,002,A,B,C,,,2025-01-01,"],
            2,
            "code: 002 is the code of next, x at once",
        ),
        (
            ["tya,EMPLOYMENT_AUTHORITY,001,Työ,Arbete,Work,,,2025-01-01,2025-12-31"],
            2,
            "tya would be no more from 2026-01-01, and next would still belong to it",
        ),
    ],
)
def test_what_does_not_fit_the_register_is_told_and_nothing_is_imported(
    imports: Imports, rows: list[str], number: int, reason: str
) -> None:
    imports(AREA, NEIGHBOUR)

    assert imports.bad(*rows) == [(number, reason)]


def test_a_whole_country_finds_itself(imports: Imports) -> None:
    plan = imports(*list(country())[1:])
    register = imports.register

    kinds = [version.entry.kind for version in register.on(date(2025, 1, 1))]
    assert kinds.count(OrganisationKind.MUNICIPALITY) == MUNICIPALITIES
    assert list(register.on(date(2024, 12, 31))) == []
    assert set(plan.fates.values()) == {Fate.ADDED}
    for version in register.on(date(2025, 1, 1)):
        if version.entry.kind is OrganisationKind.MUNICIPALITY:
            area = register.area_of(version.id, date(2025, 1, 1))
            assert area is not None
            assert register.kind_of(area, date(2025, 1, 1)) is OrganisationKind.EMPLOYMENT_AUTHORITY
