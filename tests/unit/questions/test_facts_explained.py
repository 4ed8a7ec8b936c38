"""Each fact of an act is told with the rules that bear on it, and with days of its own."""

from dataclasses import replace
from datetime import date

import pytest
from tests.acts import lengthen, review, switch
from tests.desk import DRAWN_UP, LAST_DAY, LAW, OPENED, Desk
from tests.standing import opened, planned, planned_together
from tests.unit.questions.test_every_state_explained import EN, on, told
from tests.unit.questions.test_explanation import everything
from tests.unit.questions.test_grants_explained import grown_out_of_it

from cases.domain.case.plan.acts import Ending
from cases.domain.case.responsibility.acts import ReferToEmploymentAuthority
from cases.domain.codes.terms import Language
from cases.domain.codes.values import (
    EndingGround,
    ExtensionGround,
    PlanKind,
    ReferralReason,
)
from cases.domain.facts import Recorded
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied
from cases.domain.law.texts import write_day
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.bearing import BEARS_ON
from cases.domain.questions.explanation import explanation
from cases.domain.questions.repository_record import repository_record


def reviewed_with_everything() -> Desk:
    desk = planned()
    extended = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2027, 9, 3))
    referral = ReferToEmploymentAuthority(to="vaasa-te", reason=ReferralReason.INTENDS_TO_REGISTER)
    act = review(
        desk.plan,
        next_on=None,
        extension=extended,
        ending=Ending(ground=EndingGround.EMPLOYED, ends_on=date(2025, 9, 30)),
        intends_to_become_jobseeker=True,
        referral=referral,
    )
    desk.does(act, date(2025, 9, 1))
    return desk


@pytest.mark.guarantee("QU-17")
def test_each_fact_of_an_act_is_told_with_the_rules_that_bear_on_it() -> None:
    chain = told(reviewed_with_everything(), date(2025, 9, 1)).chain[-4:]
    assert [(link.fact, [rule.rule for rule in link.rules]) for link in chain] == [
        ("PlanReviewed", ["reviewed-by-who-answers", "review-due"]),
        (
            "PlanExtended",
            ["special-measures", "extends-within-its-cap", "all-plans", "extension"],
        ),
        ("PlanEnded", ["ends-within-validity"]),
        ("ReferredToEmploymentAuthority", ["referred-to-employment-authority"]),
    ]
    desk = planned_together()
    later = switch(
        desk.plan,
        PlanKind.INTEGRATION,
        date(2025, 9, 2),
        LAST_DAY,
        review_on=date(2026, 2, 2),
    )
    desk.does(later, date(2025, 9, 1))
    links = {
        link.fact: [r.rule for r in link.rules] for link in told(desk, date(2025, 9, 1)).chain[-3:]
    }
    assert links["PlanSwitched"] == ["switched-to-other-kind"]
    assert "reviewed-together" not in links["PlanDrawnUp"]
    assert "goals" not in links["PlanReviewed"]


@pytest.mark.guarantee("QU-17")
def test_a_rule_that_the_table_does_not_know_is_told_under_the_first_fact_of_its_act() -> None:
    desk = reviewed_with_everything()
    gone = RuleApplied(rule="rule-of-long-ago", section="22.1", edition="0/1900", result=True)
    old = [replace(each, rules=(*each.rules, gone)) for each in desk.facts[-4:]]
    asked = known([*desk.facts[:-4], *old], AsOf(valid_on=date(2025, 9, 1)))
    chain = explanation(asked, LAW, EN).chain[-4:]
    said = [[rule.text for rule in link.rules].count("section 22, subsection 1") for link in chain]
    assert said == [1, 0, 0, 0]


@pytest.mark.guarantee("QU-16")
def test_each_fact_is_told_with_the_days_of_its_own() -> None:
    chains = [told(opened(), OPENED, language).chain for language in Language]
    assert [[day for link in chain for day in link.days][2:] for chain in chains] == [
        [
            "Työvoiman ulkopuolella: lapsen kotihoito: 1.11.2024 alkaen.",
            "Lasten kotihoidon tuki: 1.11.2024 alkaen.",
        ],
        [
            "Utanför arbetskraften: vård av barn i hemmet: från och med 1.11.2024.",
            "Stöd för hemvård av barn: från och med 1.11.2024.",
        ],
        [
            "Outside the labour force: caring for a child at home: from 1 November 2024 on.",
            "Child home care allowance: from 1 November 2024 on.",
        ],
    ]
    for desk in (*everything(), reviewed_with_everything()):
        facts = {each.version: each.fact for each in on(desk, date(2030, 1, 1)).counted}
        for link in told(desk, date(2030, 1, 1)).chain:
            fact = facts[link.version]
            own = [getattr(fact, name) for name in type(fact).model_fields]
            for day in (each for each in own if isinstance(each, date)):
                assert any(write_day(day, EN) in sentence for sentence in link.days), fact


def told_of(recorded: Recorded, rule: str) -> bool:
    """Of a fact that was corrected, everything but that the record which is corrected counts."""
    return rule != "record-counts" or recorded.act in {"correctRecord", "annulRecord"}


@pytest.mark.guarantee("QU-17")
def test_no_rule_of_an_act_is_left_untold_and_a_fact_that_came_alone_has_them_all() -> None:
    for desk in (*everything(), reviewed_with_everything(), grown_out_of_it()):
        chain = {link.version: link for link in told(desk, date(2030, 1, 1)).chain}
        acts: dict[str, list[int]] = {}
        for each in desk.facts:
            acts.setdefault(each.act_id, []).append(each.version)
        for recorded in on(desk, date(2030, 1, 1)).counted:
            together = acts[recorded.act_id]
            if not all(version in chain for version in together):
                continue
            said = {rule.rule for version in together for rule in chain[version].rules}
            kept = [line.rule for line in recorded.rules if told_of(recorded, line.rule)]
            assert said == set(kept)
            if len(together) == 1:
                assert [rule.rule for rule in chain[recorded.version].rules] == kept


@pytest.mark.guarantee("QU-17")
def test_of_acts_that_come_to_several_facts_every_rule_bears_on_one() -> None:
    """The rules such acts are decided under; another would be told under their first fact."""
    for desk in (*everything(), reviewed_with_everything()):
        acts: dict[str, list[int]] = {}
        for n, each in enumerate(desk.facts):
            acts.setdefault(each.act_id, []).append(n)
        for numbers in acts.values():
            facts = [desk.facts[n] for n in numbers]
            if len(facts) < 2:
                continue
            borne = {rule for f in facts for rule in BEARS_ON[type(f.fact)]}
            assert {Rule(line.rule) for line in facts[0].rules} <= borne


# the record ---------------------------------------------------------------------------------------


@pytest.mark.guarantee("QU-12")
def test_assessments_and_plans_are_called_in_the_record_what_their_edition_calls_their_kind() -> (
    None
):
    titles = [
        [
            part.title
            for part in repository_record(on(planned_together(), DRAWN_UP), LAW, language).parts
        ]
        for language in Language
    ]
    assert titles == [
        [
            "monialainen osaamisen ja kotoutumisen palvelutarpeen arviointi",
            "monialainen kotoutumissuunnitelma",
        ],
        [
            "sektorsövergripande bedömning av kompetens och behovet av integrationstjänster",
            "sektorsövergripande integrationsplan",
        ],
        [
            "multisectoral assessment of skills and service needs",
            "multisectoral integration plan",
        ],
    ]
    ordinary = repository_record(on(planned(), DRAWN_UP), LAW, EN).parts
    assert [part.title for part in ordinary] == [
        "assessment of skills and service needs",
        "integration plan",
    ]
