"""The state of a case: what its facts add up to. Built by folding, asked by legal day.

The fold keeps everything that is known, each piece with its own legal days; questions name the day
they ask about. So the order of recording changes nothing but what was known when.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any, get_args
from uuid import UUID

from cases.domain.case.assessment import evolution as assessment
from cases.domain.case.assessment.evolution import Assessments
from cases.domain.case.assessment.facts import AssessmentForgone
from cases.domain.case.closing import evolution as closing
from cases.domain.case.closing.evolution import Closing, Closings
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.consent import evolution as consent
from cases.domain.case.consent.evolution import Consents
from cases.domain.case.consent.facts import ConsentWithdrawn
from cases.domain.case.costs import evolution as costs
from cases.domain.case.costs.evolution import Costs
from cases.domain.case.costs.facts import CostRecorded
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.earlier_plans.facts import EarlierPlansNoted
from cases.domain.case.extension import evolution as extension
from cases.domain.case.extension.evolution import Extensions
from cases.domain.case.extension.facts import PlanExtended
from cases.domain.case.family_plan import evolution as family_plan
from cases.domain.case.family_plan.evolution import FamilyPlans
from cases.domain.case.family_plan.facts import NamedInFamilyPlan
from cases.domain.case.family_plan.lost import LostConsents, lost_consents
from cases.domain.case.joining import evolution as joining
from cases.domain.case.joining.evolution import JoinedCases
from cases.domain.case.joining.facts import CasesJoined
from cases.domain.case.necessary_data import evolution as necessary_data
from cases.domain.case.necessary_data.evolution import NecessaryData
from cases.domain.case.necessary_data.facts import NecessaryDataRecorded
from cases.domain.case.opening import evolution as opening
from cases.domain.case.opening.evolution import Opening
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.person import evolution as person
from cases.domain.case.person.evolution import Person
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.plan import evolution as plan
from cases.domain.case.plan.evolution import Plans
from cases.domain.case.plan.facts import PlanExpired
from cases.domain.case.protection import evolution as protection
from cases.domain.case.protection.evolution import Protection
from cases.domain.case.records import evolution as records
from cases.domain.case.records.evolution import CorrectionRequests
from cases.domain.case.records.mending import ABOUT_THE_RECORD, FoldAnew, mended, touches
from cases.domain.case.referral_elsewhere import evolution as referral_elsewhere
from cases.domain.case.referral_elsewhere.evolution import ReferralsElsewhere
from cases.domain.case.reopening import evolution as reopening
from cases.domain.case.reopening.facts import CaseReopened
from cases.domain.case.representation import evolution as representation
from cases.domain.case.representation.evolution import Representations
from cases.domain.case.responsibility import evolution as responsibility
from cases.domain.case.responsibility.evolution import Responsibility
from cases.domain.case.responsibility.facts import HandOverRequested
from cases.domain.case.review import evolution as review
from cases.domain.case.review.evolution import Reviews
from cases.domain.case.review.facts import PlanReviewed
from cases.domain.case.services import evolution as services
from cases.domain.case.services.evolution import Courses, LanguageTests
from cases.domain.case.services.facts import LanguageTestRecorded
from cases.domain.case.studies import evolution as studies
from cases.domain.case.studies.evolution import SupportedStudies
from cases.domain.facts import Fact, Recorded
from cases.domain.model import State


class CaseState(State):
    """A case at one version of its stream.

    ``version`` is 0 before the first fact. ``recorded_at`` is the instant (UTC) of the newest fact,
    ``latest_effective_on`` the latest legal date of any act of an authority.
    """

    case_id: UUID | None = None
    version: int = 0
    recorded_at: datetime | None = None
    latest_effective_on: date | None = None
    opening: Opening | None = None
    closings: Closings = ()
    person: Person = Person()
    protection: Protection = Protection()
    consents: Consents = ()
    assessments: Assessments = ()
    forgone_on: date | None = None
    plans: Plans = ()
    reviews: Reviews = ()
    extensions: Extensions = ()
    studies: SupportedStudies = ()
    responsibility: Responsibility = Responsibility()
    earlier_plans: EarlierPlans | None = None
    referrals_elsewhere: ReferralsElsewhere = ()
    courses: Courses = ()
    language_tests: LanguageTests = ()
    costs: Costs = ()
    necessary_data: NecessaryData = ()
    representations: Representations = ()
    family_plans: FamilyPlans = ()
    lost_consents: LostConsents = ()
    correction_requests: CorrectionRequests = ()
    joined: JoinedCases = ()

    @property
    def closing(self) -> Closing | None:
        """The closing of a case that is closed by all that is known; None of one that is open."""
        last = self.closings[-1] if self.closings else None
        return None if last is None or last.reopened is not None else last

    def closing_on(self, day: date) -> Closing | None:
        """The closing by which the case is closed on ``day``; None where it is open then."""
        return next((closing for closing in self.closings if closing.holds_on(day)), None)

    @property
    def told_of_earlier(self) -> tuple[EarlierPlans, ...]:
        """Every time other cases of the person brought their plans along: opening, reopening."""
        reopened = (c.reopened.earlier_plans for c in self.closings if c.reopened)
        return tuple(each for each in (self.earlier_plans, *reopened) if each is not None)

    def first_plan_drawn_up_on(self, day: date) -> date | None:
        """The day the person's first plan was drawn up, in this case or an earlier one.

        As known of ``day``; None while there is no plan. The maximum runs from it (23 § 2 mom.).
        """
        own = (p.drawn_up_on for p in self.plans)
        earlier = (told.first_drawn_up_on for told in self.told_of_earlier)
        return min((d for d in (*own, *earlier) if d <= day), default=None)

    def responsible_on(self, day: date) -> str | None:
        """The id of the authority that answers for the case on ``day`` (3, 85 §).

        None before its opening. A hand-over may lie ahead: there is no authority but of a day.
        """
        if self.opening is None:
            return None
        return self.responsibility.authority_on(day, self.opening.responsible)


NOTHING = CaseState()


class UnknownFact(TypeError):
    """A fact of a type this release cannot fold: a programming error, never skipped."""


def fold(facts: Iterable[Recorded], state: CaseState = NOTHING) -> CaseState:
    """The state after ``facts``, which stand in the order of their versions.

    What was annulled or corrected among them counts as it was put right. Raises UnknownFact for a
    fact of a type it does not know, and FoldAnew where one of them puts right what ``state`` holds;
    who has the whole case at hand calls ``fold_on``.
    """
    told = tuple(facts)
    if not told:
        return state
    if state.version and touches(told, state.version):
        raise FoldAnew
    change: dict[str, Any] = {}
    latest = state.latest_effective_on
    counted = mended(told)
    for recorded in counted:
        fact = recorded.fact
        if not isinstance(fact, _NO_EVENT) and (latest is None or recorded.effective_on > latest):
            latest = recorded.effective_on
        _evolve(state, change, recorded, fact)
    if counted is not told and (lost := lost_consents(told)):
        change["lost_consents"] = (*state.lost_consents, *lost)
    last = told[-1]
    return state.having(
        **change,
        case_id=last.stream_id,
        version=last.version,
        recorded_at=last.recorded_at,
        latest_effective_on=latest,
    )


def fold_on(
    facts: Sequence[Recorded], state: CaseState, before: Callable[[], Iterable[Recorded]]
) -> CaseState:
    """The state after ``facts``, gone on from ``state`` where that can be.

    ``before`` answers the facts that ``state`` was folded from; it is asked only where one of
    ``facts`` puts right something of them.
    """
    if state.version and touches(facts, state.version):
        return fold((*before(), *facts))
    return fold(facts, state)


def evolve(state: CaseState, recorded: Recorded) -> CaseState:
    """The state after one more fact. Raises what ``fold`` raises."""
    return fold((recorded,), state)


# The calendar's notes follow from other facts, whenever it came to them; that another asks for
# the case is no act on it, nor is what is said of the record.
_NO_EVENT = (
    PlanExpired,
    NamedInFamilyPlan,
    EarlierPlansNoted,
    HandOverRequested,
    *ABOUT_THE_RECORD,
)


def _forgone(known: date | None, recorded: Recorded, fact: AssessmentForgone) -> date:
    return recorded.effective_on


def _opened(known: Opening | None, recorded: Recorded, fact: CaseOpened) -> Opening:
    return opening.evolve(recorded, fact)


def _earlier(known: EarlierPlans | None, recorded: Recorded, fact: Any) -> EarlierPlans | None:
    told: EarlierPlans | None = fact.earlier_plans
    return known if told is None else told.and_of(known)


def _further(known: EarlierPlans | None, recorded: Recorded, fact: Any) -> EarlierPlans | None:
    told: EarlierPlans | None = fact.earlier_plans
    return known if told is None else told.after(known)


_Evolve = Callable[[Any, Recorded, Any], Any]
_Parts = tuple[tuple[str, _Evolve], ...]


def _about(facts: Any, *parts: tuple[str, _Evolve]) -> dict[type[Fact], _Parts]:
    """The facts of a union, or one, each with the parts of the state it is about."""
    return dict.fromkeys(get_args(facts) or (facts,), parts)


# A table and no chain of questions: folding a case asks once for each of its facts.
_PARTS: Mapping[type[Fact], _Parts] = MappingProxyType(
    _about(person.PersonFact, ("person", person.evolve))
    | _about(
        PersonDetailsRecorded,
        ("person", person.evolve),
        ("earlier_plans", _earlier),
    )
    | _about(consent.ConsentFact, ("consents", consent.evolve))
    | _about(
        ConsentWithdrawn,
        ("consents", consent.evolve),
        ("responsibility", responsibility.evolve_cancelled),
    )
    | _about(protection.ProtectionFact, ("protection", protection.evolve))
    | _about(assessment.AssessmentFact, ("assessments", assessment.evolve))
    | _about(AssessmentForgone, ("forgone_on", _forgone))
    | _about(plan.PlanFact, ("plans", plan.evolve))
    | _about(PlanReviewed, ("plans", plan.evolve), ("reviews", review.evolve))
    | _about(PlanExtended, ("extensions", extension.evolve))
    | _about(studies.StudiesFact, ("studies", studies.evolve))
    | _about(responsibility.ResponsibilityFact, ("responsibility", responsibility.evolve))
    | _about(referral_elsewhere.ElsewhereFact, ("referrals_elsewhere", referral_elsewhere.evolve))
    | _about(services.CourseFact, ("courses", services.evolve))
    | _about(LanguageTestRecorded, ("language_tests", services.tested))
    | _about(CostRecorded, ("costs", costs.evolve))
    | _about(NecessaryDataRecorded, ("necessary_data", necessary_data.evolve))
    | _about(representation.RepresentationFact, ("representations", representation.evolve))
    | _about(NamedInFamilyPlan, ("family_plans", family_plan.evolve))
    | _about(records.RecordFact, ("correction_requests", records.evolve))
    | _about(CasesJoined, ("joined", joining.evolve), ("earlier_plans", _further))
    | _about(EarlierPlansNoted, ("earlier_plans", _further))
    | _about(CaseOpened, ("opening", _opened), ("earlier_plans", _earlier))
    | _about(
        CaseClosed,
        ("closings", closing.evolve),
        ("responsibility", responsibility.evolve_cancelled),
    )
    | _about(CaseReopened, ("closings", reopening.evolve))
)


@cache
def _parts_of(kind: type[Fact]) -> _Parts:
    """The parts a type of fact is about; none for one that is unknown."""
    return next((_PARTS[each] for each in kind.__mro__ if each in _PARTS), ())


def _evolve(state: CaseState, change: dict[str, Any], recorded: Recorded, fact: Fact) -> None:
    """Bring the parts of the state that the fact is about up to it, in ``change``."""
    parts = _parts_of(type(fact))
    if not parts:
        msg = f"no evolution for {type(fact).__name__}"
        raise UnknownFact(msg)
    for name, evolve_part in parts:
        known = change[name] if name in change else getattr(state, name)
        change[name] = evolve_part(known, recorded, fact)
