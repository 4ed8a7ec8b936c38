"""Every rule speaks Finnish, Swedish and English, as applied and as a refusal."""

import string
from datetime import date

import pytest

from cases.domain.codes.terms import Language
from cases.domain.codes.values import GoalKind, PlanOutcome, ResidenceGroup
from cases.domain.law.decree_1 import decree_1_1_no_plan_reasons
from cases.domain.law.load import load_law
from cases.domain.law.register import REGISTER, Rule
from cases.domain.law.rules import RuleApplied, Violation
from cases.domain.law.section_14 import GroundFacts, section_14_ground, section_14_window
from cases.domain.law.section_18 import section_18_goals
from cases.domain.law.section_20 import section_20_3_outer_limit, section_20_5_guidance_due
from cases.domain.law.section_22 import section_22_1_review_due
from cases.domain.law.section_23 import section_23_2_first_plan, section_23_2_maximum
from cases.domain.law.section_77 import section_77_erasure
from cases.domain.law.section_102 import (
    section_102_2_first_plan,
    section_102_2_maximum,
    section_102_2_old_rules,
)
from cases.domain.law.texts import (
    NoText,
    cite,
    explain,
    refuse,
    rule_texts,
    write_day,
    write_period,
)
from cases.domain.law.window import Arrival
from cases.domain.time import Period

LAW = load_law()
EDITION = LAW.edition("681/2023")
OLD = LAW.durations("1386/2010")
DAY = date(2025, 3, 3)
LANGUAGES: tuple[Language, ...] = tuple(Language)
ARRIVED = Arrival(first_granted_on=DAY)
TRAFFICKED = ARRIVED.having(group=ResidenceGroup.VICTIM_OF_TRAFFICKING, reached_on=date(2028, 3, 4))

LINES: tuple[RuleApplied, ...] = (
    section_14_window(EDITION, ARRIVED).line,
    section_14_window(EDITION, TRAFFICKED).line,
    section_14_ground(EDITION, "14.1.4", GroundFacts()).line,
    section_14_ground(EDITION, "15.1.1", GroundFacts()).line,
    section_18_goals(EDITION, jobseeker=True, age=40, goals=[GoalKind.EMPLOYMENT]).line,
    section_18_goals(EDITION, jobseeker=True, age=40, goals=[]).line,
    section_20_3_outer_limit(EDITION, ARRIVED).line,
    section_20_3_outer_limit(EDITION, TRAFFICKED).line,
    section_20_5_guidance_due(EDITION, DAY).line,
    section_22_1_review_due(EDITION, DAY).line,
    section_23_2_first_plan(EDITION, DAY).line,
    section_23_2_maximum(EDITION, DAY).line,
    section_77_erasure(EDITION, DAY).line,
    section_102_2_old_rules(EDITION, DAY).line,
    section_102_2_old_rules(EDITION, date(2022, 10, 3)).line,
    section_102_2_first_plan(EDITION, OLD, DAY).line,
    section_102_2_maximum(EDITION, OLD, DAY).line,
    decree_1_1_no_plan_reasons(EDITION, PlanOutcome.NO_PLAN, "because").line,
    decree_1_1_no_plan_reasons(EDITION, PlanOutcome.NO_PLAN, None).line,
)


@pytest.mark.guarantee("LW-7")
def test_every_rule_is_in_the_register_and_has_all_its_texts_and_no_text_is_left_over() -> None:
    assert set(REGISTER) == set(Rule)
    texts = rule_texts()
    assert set(texts) == {rule.value for rule in Rule}
    for rule, entry in REGISTER.items():
        assert (texts[rule.value].refused is not None) == entry.refuses, rule
        assert (texts[rule.value].otherwise is not None) == entry.either_way, rule


@pytest.mark.guarantee("LW-7")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.rule}-{line.section}")
def test_a_text_names_only_what_its_rule_was_applied_to(
    line: RuleApplied, language: Language
) -> None:
    texts = rule_texts()[line.rule]
    for kind, extra in (("applied", set()), ("otherwise", set()), ("refused", {"latest"})):
        term = getattr(texts, kind)
        if term is None:
            continue
        sentence = getattr(term, language)
        named = {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
        assert named <= set(line.inputs) | {"result", "section"} | extra
        assert "section" in named
        assert sentence.endswith(".")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.rule}-{line.section}")
def test_an_explanation_leaves_no_code_no_iso_day_and_no_brace(
    line: RuleApplied, language: Language
) -> None:
    sentences = [explain(line, language)]
    if REGISTER[Rule(line.rule)].refuses:
        sentences.append(refuse(Violation(line=line, latest=DAY), language))
    for sentence in sentences:
        assert "{" not in sentence
        assert "2025-" not in sentence
        assert "_" not in sentence
        assert " P" not in sentence
        assert not any(word in sentence for word in ("ei tiedossa", "okänt", "not known"))


@pytest.mark.guarantee("LW-10")
@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.rule}-{line.section}")
def test_a_line_of_the_rule_log_reads_back_exactly_as_it_was_written(line: RuleApplied) -> None:
    assert RuleApplied.model_validate_json(line.model_dump_json()) == line
    assert line.edition == EDITION.id


def test_23_2_is_explained_in_each_language() -> None:
    line = section_23_2_maximum(EDITION, DAY).line
    assert [explain(line, language) for language in LANGUAGES] == [
        "Suunnitelmat voivat olla voimassa yhteensä enintään 2 vuoden ajan ensimmäisen "
        "suunnitelman laatimisesta 3.3.2025, viimeistään 3.3.2027 asti (23 § 2 mom.).",
        "Planerna kan sammanlagt gälla i högst 2 år från det att den första planen utarbetades "
        "3.3.2025, till och med 3.3.2027 (23 § 2 mom.).",
        "All plans together may be valid for at most 2 years from the drawing up of the first "
        "plan on 3 March 2025, until and including 3 March 2027 (section 23, subsection 2).",
    ]


def test_22_1_is_refused_in_each_language_with_the_latest_lawful_day() -> None:
    due = section_22_1_review_due(EDITION, DAY)
    violation = Violation(line=due.line, latest=due.value)
    assert [refuse(violation, language) for language in LANGUAGES] == [
        "Tarkistuksen päivä ei käy: suunnitelma on tarkistettava viimeistään 3.9.2025, "
        "6 kuukauden kuluessa päivästä 3.3.2025 (22 § 1 mom.).",
        "Dagen för översynen duger inte: översynen av planen ska göras senast 3.9.2025, "
        "inom 6 månader från 3.3.2025 (22 § 1 mom.).",
        "The day of the review will not do: the plan must be reviewed on 3 September 2025 at "
        "the latest, within 6 months of 3 March 2025 (section 22, subsection 1).",
    ]


def test_a_question_answered_no_and_a_rule_without_a_limit_say_so() -> None:
    ground = section_14_ground(EDITION, "15.1.1", GroundFacts()).line
    assert "does not show" in explain(ground, Language.EN)
    assert "no time limit" in explain(section_14_window(EDITION, TRAFFICKED).line, Language.EN)
    assert "lacks a goal" in explain(
        section_18_goals(EDITION, jobseeker=False, age=40, goals=[]).line, Language.EN
    )


def test_the_exempt_are_not_told_apart_by_their_group() -> None:
    line = section_14_window(EDITION, TRAFFICKED).line
    said = " ".join(explain(line, language) for language in LANGUAGES).lower()
    assert not any(word in said for word in ("ihmiskaup", "människohandel", "traffick"))


def test_a_line_that_lacks_an_input_is_still_explained() -> None:
    line = section_23_2_first_plan(EDITION, DAY).line.model_copy(update={"inputs": {}})
    assert "drawn up on not known" in explain(line, Language.EN)


def test_a_rule_without_texts_or_without_a_refusal_is_an_error_of_its_own() -> None:
    due = section_20_5_guidance_due(EDITION, DAY).line
    with pytest.raises(NoText):
        refuse(Violation(line=due), Language.FI)
    with pytest.raises(NoText):
        explain(due.model_copy(update={"rule": "no-such-rule"}), Language.FI)


@pytest.mark.parametrize(
    ("section", "cited"),
    [
        ("23.2", ("23 § 2 mom.", "23 § 2 mom.", "section 23, subsection 2")),
        (
            "14.1.3",
            (
                "14 § 1 mom. 3 kohta",
                "14 § 1 mom. 3 punkten",
                "section 14, subsection 1, point 3",
            ),
        ),
        ("77", ("77 §", "77 §", "section 77")),
        ("32a", ("32 a §", "32 a §", "section 32 a")),
        (
            "decree:1.1",
            (
                "asetuksen 1 § 1 mom.",
                "1 § 1 mom. i förordningen",
                "section 1, subsection 1 of the decree",
            ),
        ),
        ("1386/2010:12", ("1386/2010 12 §", "1386/2010 12 §", "1386/2010 section 12")),
        ("somewhere", ("somewhere", "somewhere", "somewhere")),
    ],
)
def test_a_section_is_cited_as_each_language_does(
    section: str, cited: tuple[str, str, str]
) -> None:
    assert tuple(cite(section, language) for language in LANGUAGES) == cited


def test_days_and_periods_are_written_as_each_language_does() -> None:
    assert [write_day(DAY, language) for language in LANGUAGES] == [
        "3.3.2025",
        "3.3.2025",
        "3 March 2025",
    ]
    both = Period.parse("P1Y1M")
    assert [write_period(both, language) for language in LANGUAGES] == [
        "1 vuoden ja 1 kuukauden",
        "1 år och 1 månad",
        "1 year and 1 month",
    ]
