"""May guidance be recorded? 10 §, decree 4 §."""

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.consent.facts import InformedOnRecord
from cases.domain.case.person.acts import PersonDetails
from cases.domain.case.person.decisions import not_born_by_then
from cases.domain.codes.values import ConsentGiver, OrganisationKind
from cases.domain.guidance_record.acts import (
    GiveGuidanceConsent,
    RecordGuidance,
    WithdrawGuidanceConsent,
)
from cases.domain.guidance_record.facts import (
    GuidanceConsentGiven,
    GuidanceConsentWithdrawn,
    GuidanceGiven,
    GuidedPersonOnRecord,
    GuidedToOnRecord,
)
from cases.domain.guidance_record.state import GuidanceRecordState
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, sorted_out

_DECREE = Rule.GUIDANCE_WITH_CONSENT.section


def decide_give_consent(
    act: GiveGuidanceConsent, state: GuidanceRecordState, circumstances: Circumstances
) -> Outcome:
    """A municipality may record once the person was told what it means, and then consented."""
    organisation, told = circumstances.organisation, act.informed
    checked = [
        (
            circumstances.line(
                Rule.GUIDANCE_OF_A_MUNICIPALITY,
                organisation.kind is OrganisationKind.MUNICIPALITY,
            ),
            None,
        ),
        (circumstances.line(Rule.TOLD_OF_RECORDING, told is not None), "/informed"),
    ]
    if told is not None:
        before = circumstances.edition.line(
            Rule.INFORMED_BEFORE_CONSENT,
            {"informedOn": told.on, "on": circumstances.on},
            told.on <= circumstances.on,
            section=_DECREE,
        )
        checked.append((before, "/informed/date"))
    rules, violations = sorted_out(*checked)
    person = PersonDetails(
        identity_code=act.person.identity_code, date_of_birth=act.person.date_of_birth
    )
    unborn = not_born_by_then(person, circumstances, "/person/dateOfBirth")
    if unborn:
        violations = (*violations, unborn)
    if violations or told is None:
        return Refusal(violations=violations)
    fact = GuidanceConsentGiven(
        authority=organisation.id,
        person=GuidedPersonOnRecord.model_validate(act.person.model_dump()),
        informed=InformedOnRecord.model_validate(told.model_dump()),
        given_by=act.given_by or ConsentGiver.CLIENT,
    )
    return Decision(facts=(fact,), rules=rules)


def decide_record_guidance(
    act: RecordGuidance, state: GuidanceRecordState, circumstances: Circumstances
) -> Outcome:
    """Nothing is recorded without a consent, nor of a day before it was given."""
    consent = state.consent
    line = circumstances.line(
        Rule.GUIDANCE_WITH_CONSENT,
        consent is not None and consent.given_on <= circumstances.on,
        on=circumstances.on,
    )
    if not line.result:
        return refuse(line, pointer="/consent" if consent is None else "/effectiveOn")
    fact = GuidanceGiven(
        guidance_id=circumstances.new_id,
        needs=act.needs,
        guided_to=tuple(GuidedToOnRecord.model_validate(to.model_dump()) for to in act.guided_to),
        other_matters=act.other_matters,
    )
    return Decision(facts=(fact,), rules=(line,))


def decide_withdraw_consent(
    act: WithdrawGuidanceConsent, state: GuidanceRecordState, circumstances: Circumstances
) -> Outcome:
    """It is withdrawn when it is recorded: from then on nothing under it can be read."""
    line = circumstances.line(
        Rule.WITHDRAWN_AT_ONCE, circumstances.on == circumstances.today, on=circumstances.on
    )
    if not line.result:
        return refuse(line, latest=circumstances.today, pointer="/effectiveOn")
    return Decision(facts=(GuidanceConsentWithdrawn(),), rules=(line,))
