"""Recording who the person is: what an authority learns is recorded with its source (73 §)."""

from cases.domain.case.act import Circumstances, Decision, Outcome
from cases.domain.case.earlier import EarlierPlans
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
from cases.domain.codes.values import OrganisationKind
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, RuleApplied, Violation
from cases.domain.law.section_14 import section_14_window
from cases.domain.law.window import Arrival
from cases.domain.people import birth_date


def decide_record_details(
    act: RecordDetails, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Details are recorded as they are told, of a person who has been born (73 § 1 mom.)."""
    rules, violations = about_the_person(act.details, circumstances, "/details")
    if state.case_id in (act.details.guardians or ()):
        line = circumstances.line(Rule.GUARDIAN_IS_ANOTHER, False)
        violations += (Violation(line=line, pointer="/details/guardians"),)
    if violations:
        return Refusal(violations=violations)
    fact = details_recorded(
        act.details,
        employment_authority=employment_authority_at_home(act.details, circumstances),
        earlier_plans=circumstances.earlier_plans,
    )
    return Decision(facts=(fact,), rules=rules)


def decide_record_residence_basis(
    act: RecordResidenceBasis, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """The basis is recorded, and the window it opens is computed at once (14 § 1 mom.)."""
    first = min(
        act.first_granted_on,
        state.person.first_granted_on(circumstances.on) or act.first_granted_on,
    )
    reached = None if state.opening is None else state.opening.learned_on
    arrival = Arrival(first_granted_on=first, group=act.group, reached_on=reached)
    window = section_14_window(circumstances.edition, arrival)
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


def about_the_person(
    details: PersonDetails, circumstances: Circumstances, pointer: str
) -> tuple[tuple[RuleApplied, ...], tuple[Violation, ...]]:
    """The rules that details keep, and what is wrong with them; they stand at ``pointer``."""
    unborn = not_born_by_then(details, circumstances, f"{pointer}/dateOfBirth")
    broken = (unborn,) if unborn else ()
    if details.home_municipality is None:
        return (), broken
    # Which one, the rule log does not say: it is read by more than who may know where she lives.
    line = circumstances.line(
        Rule.LIVES_IN_A_MUNICIPALITY,
        circumstances.kind_of(details.home_municipality) is OrganisationKind.MUNICIPALITY,
        on=circumstances.on,
    )
    if line.result:
        return (line,), broken
    return (), (*broken, Violation(line=line, pointer=f"{pointer}/homeMunicipality"))


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


def details_recorded(
    details: PersonDetails,
    *,
    employment_authority: str | None = None,
    earlier_plans: EarlierPlans | None = None,
) -> PersonDetailsRecorded:
    """The fact of the details that were given, as the record keeps them."""
    return PersonDetailsRecorded(
        details=DetailsOnRecord.model_validate(details.model_dump()),
        earlier_plans=earlier_plans,
        employment_authority=employment_authority,
    )


def employment_authority_at_home(
    details: PersonDetails, circumstances: Circumstances
) -> str | None:
    """The employment authority of the home municipality told; None where none is, or not known."""
    home = details.home_municipality
    return None if home is None else circumstances.area_of(home)
