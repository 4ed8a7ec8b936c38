"""Lists that others keep are whole, and what an edition of the Act repealed is marked so."""

import re

import pytest

from cases.app.histories.names import ORIGINS
from cases.domain.codes.standards import standard_lists
from cases.domain.codes.terms import Language, code_lists
from cases.domain.codes.values import ConsentScope
from cases.domain.law.load import load_law

COUNTRIES, LANGUAGES = (standard_lists()[each] for each in ("countries", "languages"))


@pytest.mark.guarantee("CO-5")
def test_every_country_has_its_code_and_there_are_as_many_as_the_standard_has() -> None:
    codes = [value.code for value in COUNTRIES.values]
    assert all(re.fullmatch("[A-Z]{2}", code) for code in codes)
    assert len(codes) == 249 + 2
    assert {"FI", "SE", "AF", "SO", "UA", "XK", "XX"} <= set(codes)


@pytest.mark.guarantee("CO-5")
def test_every_language_has_its_code_as_acts_take_it() -> None:
    codes = {value.code for value in LANGUAGES.values}
    assert all(re.fullmatch("[a-z]{2,3}", code) for code in codes)
    assert sum(len(code) == 2 for code in codes) == 183
    assert {"fi", "sv", "en", "ar", "prs", "ckb", "kmr", "so", "ti", "uk", "fse"} <= codes


@pytest.mark.guarantee("CO-5")
@pytest.mark.parametrize("code_list", [COUNTRIES, LANGUAGES], ids=lambda each: each.id)
def test_each_has_a_name_of_its_own_in_every_language(code_list: object) -> None:
    for language in Language:
        names = [value.in_language(language).casefold() for value in code_list.values]  # type: ignore[attr-defined]
        assert all(names)
        assert len(names) == len(set(names)), language


def test_whoever_is_invented_speaks_and_comes_from_what_is_listed() -> None:
    assert {each.mother_tongue for each in ORIGINS} <= {v.code for v in LANGUAGES.values}
    assert {each.citizenship for each in ORIGINS} <= {v.code for v in COUNTRIES.values}


def test_no_id_is_both_ours_and_another_s() -> None:
    assert not set(standard_lists()) & set(code_lists())


@pytest.mark.guarantee("CO-5")
def test_what_is_marked_as_repealed_is_what_the_edition_knows_no_more() -> None:
    law = load_law()
    first = law.editions[0]
    for edition in law.editions:
        marked = {
            each.id: {value.code for value in each.values if value.repealed_by == edition.id}
            for each in code_lists().values()
        }
        told = {name for name, codes in marked.items() if codes}
        assert told <= {"assessment-kinds", "plan-kinds", "consent-scopes"}
        assert marked["assessment-kinds"] == set(first.assessment_kinds) - set(
            edition.assessment_kinds
        )
        assert marked["plan-kinds"] == set(first.plan_kinds) - set(edition.plan_kinds)
        none = edition.family_plan is None
        assert marked["consent-scopes"] == ({ConsentScope.FAMILY_PLAN} if none else set())
