"""Every code, act and fact says what it is in Finnish, Swedish and English."""

import re
from datetime import date
from enum import StrEnum

import pytest
from pydantic import ValidationError

from cases.domain.codes import values
from cases.domain.codes.terms import (
    CodeList,
    CodeValue,
    Language,
    Terms,
    act_term,
    acts,
    code_list_of,
    code_lists,
    fact_term,
    facts,
    term,
)
from cases.domain.codes.values import DueKind, FindingItem, LanguageLevel, PlanKind, Service

ENUMS = [
    enum
    for enum in vars(values).values()
    if isinstance(enum, type) and issubclass(enum, StrEnum) and enum is not StrEnum
]
LISTS = list(code_lists().values())

# Lists whose terms are alike in all languages, and why.
ALIKE = {
    "language-levels": "the levels are named by the signs of the European framework",
    "cefr-levels": "the levels are named by the signs of the European framework",
}

ENGLISH = re.compile(r"\b(the|of|and|to|by|with|from|or|not|is|case|plan's)\b", re.IGNORECASE)

STORY_ACTS = {
    "openCase",
    "recordDetails",
    "recordResidenceBasis",
    "recordLabourMarketStatus",
    "recordBenefitNotice",
    "startAssessment",
    "holdInitialInterview",
    "orderExpertAssessment",
    "obtainExpertAssessment",
    "completeAssessment",
    "discontinueAssessment",
    "drawUpPlan",
    "guideToServices",
    "reviewPlan",
    "endPlan",
    "expirePlan",
    "closeCase",
}
STORY_FACTS = {
    "CaseOpened",
    "PersonDetailsRecorded",
    "ResidenceBasisRecorded",
    "LabourMarketStatusRecorded",
    "BenefitNoticeRecorded",
    "AssessmentStarted",
    "InitialInterviewHeld",
    "ExpertAssessmentOrdered",
    "ExpertAssessmentObtained",
    "AssessmentCompleted",
    "AssessmentDiscontinued",
    "PlanDrawnUp",
    "ClientGuidedToServices",
    "PlanReviewed",
    "PlanEnded",
    "PlanExpired",
    "CaseClosed",
}


class Stranger(StrEnum):
    """An enumeration without terms, with a value that other enumerations know."""

    OTHER = "OTHER"


def all_terms() -> list[tuple[str, Terms]]:
    """Every term with a name for the message: values, titles, acts, facts."""
    found: list[tuple[str, Terms]] = []
    for code_list in LISTS:
        found.append((f"title of {code_list.id}", code_list.title))
        if code_list.id not in ALIKE:
            found += [(f"{code_list.id} {value.code}", value) for value in code_list.values]
    found += [(name, entry) for name, entry in [*acts().items(), *facts().items()]]
    return found


@pytest.mark.guarantee("CO-1")
@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_a_code_list_has_exactly_the_values_of_its_enumeration_in_order(
    enum: type[StrEnum],
) -> None:
    assert [value.code for value in code_list_of(enum).values] == [member.value for member in enum]


@pytest.mark.guarantee("CO-1")
def test_every_code_value_has_a_term_in_every_language() -> None:
    for enum in ENUMS:
        for member in enum:
            for language in Language:
                assert term(member, language), f"{enum.__name__}.{member.name} in {language}"


@pytest.mark.guarantee("CO-1")
def test_there_is_one_code_list_for_each_enumeration_and_no_other() -> None:
    assert len(ENUMS) == len(LISTS)
    assert {code_list_of(enum).id for enum in ENUMS} == set(code_lists())


@pytest.mark.parametrize("code_list", LISTS, ids=lambda code_list: code_list.id)
def test_a_code_list_has_a_kebab_case_id_and_a_source(code_list: CodeList) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code_list.id)
    assert code_list.source


@pytest.mark.guarantee("CO-2")
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code_list", LISTS, ids=lambda code_list: code_list.id)
def test_no_two_values_of_a_list_share_a_term(code_list: CodeList, language: Language) -> None:
    terms = [value.in_language(language).casefold() for value in code_list.values]
    assert sorted(terms) == sorted(set(terms))


@pytest.mark.guarantee("CO-2")
@pytest.mark.parametrize("language", Language)
def test_no_two_acts_and_no_two_facts_share_a_term(language: Language) -> None:
    for vocabulary in (acts(), facts()):
        terms = [entry.in_language(language).casefold() for entry in vocabulary.values()]
        assert sorted(terms) == sorted(set(terms))


@pytest.mark.guarantee("CO-3")
def test_no_term_is_left_in_another_language() -> None:
    for name, terms in all_terms():
        assert len({terms.fi.casefold(), terms.sv.casefold(), terms.en.casefold()}) == 3, name
        assert not ENGLISH.search(terms.fi), name
        assert not ENGLISH.search(terms.sv), name
        assert not re.search("[äöå]", terms.en, re.IGNORECASE), name
        assert not re.search("å", terms.fi, re.IGNORECASE), name


def test_only_lists_that_exist_and_are_alike_are_excused() -> None:
    for list_id in ALIKE:
        assert all(value.fi == value.sv == value.en for value in code_lists()[list_id].values)


def test_terms_are_the_words_of_the_statute() -> None:
    assert term(FindingItem.LITERACY, Language.SV) == "läs- och skrivkunnighet"
    assert term(PlanKind.MULTISECTORAL, Language.FI) == "monialainen kotoutumissuunnitelma"
    assert term(Service.SELF_MOTIVATED_STUDIES, Language.SV) == "frivilliga studier"
    assert term(LanguageLevel.B1_1, Language.EN) == "B1.1"


@pytest.mark.guarantee("CO-4")
def test_every_act_and_fact_has_terms_and_sections() -> None:
    assert set(acts()) >= STORY_ACTS
    assert set(facts()) >= STORY_FACTS
    for language in Language:
        assert all(act_term(name, language) for name in acts())
        assert all(fact_term(name, language) for name in facts())
    assert all(entry.basis for entry in [*acts().values(), *facts().values()])
    assert act_term("drawUpPlan", Language.SV) == "utarbetande av planen"
    assert fact_term("PlanReviewed", Language.FI) == "suunnitelma tarkistettu"


def test_acts_and_facts_are_named_in_their_own_cases() -> None:
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", name) for name in acts())
    assert all(re.fullmatch(r"([A-Z][a-z]+)+", name) for name in facts())
    assert {name: entry.name for name, entry in acts().items()} == {n: n for n in acts()}


def test_the_unknown_is_named_in_the_refusal() -> None:
    with pytest.raises(KeyError, match=r"no terms for Stranger\.OTHER"):
        term(Stranger.OTHER, Language.FI)
    with pytest.raises(KeyError, match="no code list for Stranger"):
        code_list_of(Stranger)
    with pytest.raises(KeyError, match="no act is named 'PlanDrawnUp'"):
        act_term("PlanDrawnUp", Language.FI)
    with pytest.raises(KeyError, match="no fact is named 'drawUpPlan'"):
        fact_term("drawUpPlan", Language.FI)


def test_nobody_can_change_the_lists() -> None:
    with pytest.raises(TypeError):
        code_lists()["new"] = LISTS[0]  # type: ignore[index]
    with pytest.raises(ValidationError):
        setattr(LISTS[0].values[0], "fi", "toinen")  # noqa: B010 - as a careless caller would


def test_a_value_is_valid_on_its_first_and_last_day_and_not_outside() -> None:
    value = CodeValue(
        code="X",
        fi="a",
        sv="b",
        en="c",
        valid_from=date(2025, 1, 1),
        valid_until=date(2026, 12, 31),
    )
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [value.valid_on(day) for day in days] == [False, True, True, False]
    always = CodeValue(code="X", fi="a", sv="b", en="c")
    assert all(always.valid_on(day) for day in days)


def test_a_validity_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValidationError, match="would end before it begins"):
        CodeValue(
            code="X",
            fi="a",
            sv="b",
            en="c",
            valid_from=date(2025, 1, 2),
            valid_until=date(2025, 1, 1),
        )


def test_a_missing_or_empty_term_is_refused() -> None:
    with pytest.raises(ValidationError):
        Terms.model_validate({"fi": "a", "sv": "b"})
    with pytest.raises(ValidationError):
        Terms(fi="a", sv=" ", en="c")


def test_validity_in_the_shipped_lists_is_sane() -> None:
    for code_list in LISTS:
        for value in code_list.values:
            for day in (value.valid_from, value.valid_until):
                assert day is None or date(2010, 1, 1) <= day <= date(2100, 1, 1)


def test_a_list_reads_in_camel_case_for_the_interface() -> None:
    first = code_list_of(DueKind).model_dump(mode="json")["values"][0]
    assert first == {
        "code": "ASSESSMENT_TO_START",
        "fi": "arviointi aloitettava",
        "sv": "bedömning ska inledas",
        "en": "assessment to start",
        "repealedBy": None,
        "validFrom": None,
        "validUntil": None,
    }
