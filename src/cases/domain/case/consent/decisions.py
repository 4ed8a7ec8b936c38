"""May a consent be recorded or withdrawn? 9, 21, 85 §."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.consent.acts import GiveConsent, WithdrawConsent
from cases.domain.case.consent.facts import ConsentGiven, ConsentWithdrawn, InformedOnRecord
from cases.domain.case.state import CaseState
from cases.domain.codes.values import ConsentGiver, ConsentScope
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, sorted_out

GUARDIAN: Final = ConsentGiver.GUARDIAN

SECTIONS: Final[Mapping[ConsentScope, str]] = MappingProxyType(
    {
        ConsentScope.CONTACT_BY_AUTHORITY: "9",
        ConsentScope.CONTACT_TO_NEW_MUNICIPALITY: "85",
        ConsentScope.FAMILY_PLAN: "21.1",
    }
)
"""Where the Act asks for each consent that belongs to a case. What guidance records does not."""


def decide_give_consent(
    act: GiveConsent, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """A consent counts once the person was told what it means; one of guidance stands elsewhere."""
    edition, section = circumstances.edition, SECTIONS.get(act.scope)
    of_a_case = circumstances.line(Rule.CONSENT_OF_A_CASE, section is not None, scope=act.scope)
    if section is None:
        return refuse(of_a_case, pointer="/scope")
    checked = [
        (
            edition.line(
                Rule.INFORMED_BEFORE_CONSENT,
                {"informedOn": act.informed.on, "on": circumstances.on},
                act.informed.on <= circumstances.on,
                section=section,
            ),
            "/informed/date",
        )
    ]
    if act.scope is ConsentScope.FAMILY_PLAN and edition.family_plan is None:
        line = circumstances.line(Rule.FAMILY_PLAN_OF_THE_EDITION, False)
        checked.append((line, "/scope"))
    rules, violations = sorted_out(*checked)
    if violations:
        return Refusal(violations=violations)
    fact = ConsentGiven(
        consent_id=circumstances.new_id,
        scope=act.scope,
        informed=InformedOnRecord.model_validate(act.informed.model_dump()),
        given_by=act.given_by or (GUARDIAN if act.guardian else ConsentGiver.CLIENT),
        guardian=act.guardian,
    )
    return Decision(facts=(fact,), rules=rules)


def decide_withdraw_consent(
    act: WithdrawConsent, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Only a consent that holds can be withdrawn; what was done with it before stays done."""
    found = next((c for c in state.consents if c.consent_id == act.consent), None)
    section = SECTIONS[found.scope] if found else Rule.CONSENT_HOLDS.section
    line = circumstances.edition.line(
        Rule.CONSENT_HOLDS,
        {"on": circumstances.on},
        found is not None and found.holds_on(circumstances.on) and found.withdrawn_on is None,
        section=section,
    )
    if not line.result:
        return refuse(line, pointer="/consent", conflict=True)
    return Decision(facts=(ConsentWithdrawn(consent_id=act.consent),), rules=(line,))
