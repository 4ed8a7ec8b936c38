"""Recording who the person is: what an authority learns is recorded with its source (73 §)."""

from cases.domain.case.act import Circumstances, Decision, Outcome
from cases.domain.case.person.acts import (
    PersonDetails,
    RecordBenefitNotice,
    RecordDetails,
    RecordLabourMarketStatus,
    RecordResidenceBasis,
)
from cases.domain.case.person.facts import (
    BenefitNoticeRecorded,
    DetailsOnRecord,
    LabourMarketStatusRecorded,
    PersonDetailsRecorded,
    ResidenceBasisRecorded,
)
from cases.domain.case.state import CaseState
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, Violation
from cases.domain.law.section_14 import section_14_window
from cases.domain.people import birth_date


def decide_record_details(
    act: RecordDetails, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Details are recorded as they are told, of a person who has been born (73 § 1 mom.)."""
    unborn = not_born_by_then(act.details, circumstances, "/details/dateOfBirth")
    if unborn:
        return Refusal(violations=(unborn,))
    fact = PersonDetailsRecorded(
        details=on_record(act.details),
        earlier_plans=circumstances.earlier_plans,
    )
    return Decision(facts=(fact,))


def decide_record_residence_basis(
    act: RecordResidenceBasis, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """The basis is recorded, and the window it opens is computed at once (14 § 1 mom.)."""
    first = min(
        act.first_granted_on,
        state.person.first_granted_on(circumstances.on) or act.first_granted_on,
    )
    window = section_14_window(circumstances.edition, first, act.group)
    fact = ResidenceBasisRecorded(
        kind=act.kind, first_granted_on=act.first_granted_on, group=act.group
    )
    return Decision(facts=(fact,), rules=(window.line,))


def decide_record_labour_market_status(
    act: RecordLabourMarketStatus, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Responsibility follows registration as a jobseeker; the status is only recorded (3 §)."""
    line = circumstances.line(Rule.RESPONSIBILITY_FOLLOWS_STATUS, act.status, since=act.since)
    return Decision(
        facts=(LabourMarketStatusRecorded(status=act.status, since=act.since),), rules=(line,)
    )


def decide_record_benefit_notice(
    act: RecordBenefitNotice, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Kela's notice is recorded for the days it covers (84 § 2 and 3 mom.)."""
    fact = BenefitNoticeRecorded(benefit=act.benefit, since=act.since, until=act.until)
    return Decision(facts=(fact,))


def not_born_by_then(
    details: PersonDetails, circumstances: Circumstances, pointer: str
) -> Violation | None:
    """What is wrong with a birth after the legal date of the act; None where nothing is.

    The day in the identity code counts too. That the two differ is no fault: a date of birth may
    have been put right while the code stayed.
    """
    said = [details.date_of_birth]
    if details.identity_code is not None:
        said.append(birth_date(details.identity_code))
    if all(born is None or born <= circumstances.on for born in said):
        return None
    line = circumstances.line(Rule.BORN_BY_THEN, False, on=circumstances.on)
    return Violation(line=line, latest=circumstances.on, pointer=pointer)


def on_record(details: PersonDetails) -> DetailsOnRecord:
    """The details that were given, as the record keeps them."""
    return DetailsOnRecord.model_validate(details.model_dump())
