"""The invented people: only codes of the test series, valid, and nobody's twice."""

from datetime import date, timedelta

import pytest

from cases.app.histories.people import Group, Population
from cases.domain.codes.values import Gender
from cases.domain.people import birth_date, identity_code, is_test_code
from cases.domain.time import age_on

TODAY = date(2026, 11, 21)


@pytest.mark.guarantee("BL-4")
@pytest.mark.parametrize("born_on", [date(1962, 2, 28), date(1999, 12, 31), date(2000, 2, 29)])
@pytest.mark.parametrize("gender", [Gender.FEMALE, Gender.MALE])
def test_every_code_of_a_group_is_valid_of_the_test_series_and_of_its_day(
    born_on: date, gender: Gender
) -> None:
    codes = Group(born_on, gender).codes()
    assert len(codes) == len(set(codes)) == 300
    assert len({code[6] for code in codes}) == 6
    for code in codes:
        assert identity_code(code) == code
        assert is_test_code(code)
        assert birth_date(code) == born_on
        assert int(code[7:10]) % 2 == (gender is Gender.MALE)


@pytest.mark.guarantee("BL-4")
@pytest.mark.parametrize("seed", [1, 2, 2**40])
def test_each_group_comes_once_and_there_are_people_enough(seed: int) -> None:
    groups = list(Population(TODAY, seed))
    assert len(groups) == len(set(groups)) == len(Population(TODAY, seed))
    assert {group.gender for group in groups} == {Gender.FEMALE, Gender.MALE}
    assert {age_on(group.born_on, date(2025, 1, 1)) for group in groups} == {*range(15, 64)}
    assert len(groups) * 300 > 9_000_000


def test_a_population_begins_where_its_seed_says_and_is_the_same_again() -> None:
    first = [next(iter(Population(TODAY, seed))) for seed in range(20)]
    assert len(set(first)) > 15
    assert first == [next(iter(Population(TODAY, seed))) for seed in range(20)]
    tomorrow = next(iter(Population(TODAY + timedelta(days=1), 1)))
    assert tomorrow.born_on - first[1].born_on <= timedelta(days=1)
