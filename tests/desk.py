"""An officer's desk: acts put to ``decide``, and the facts of the lawful ones kept in the case."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID, uuid5

from cases.domain.case.act import (
    Act,
    Circumstances,
    Decision,
    Maker,
    Organisation,
    OtherCase,
    Outcome,
    refuse,
)
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.past import past_of
from cases.domain.case.plan.acts import (
    Measure,
)
from cases.domain.case.plan.maximum import maximum_on
from cases.domain.case.plan.validity import validity
from cases.domain.case.register import decide
from cases.domain.case.state import NOTHING, CaseState, fold_on
from cases.domain.codes.terms import Language
from cases.domain.codes.values import (
    InForce,
    OrganisationKind,
    Service,
)
from cases.domain.facts import Actor, Fact, Recorded
from cases.domain.law.edition import Edition, Law
from cases.domain.law.load import load_law
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal
from cases.domain.law.texts import refuse as say_refusal
from cases.domain.time import legal_day
from tests.casebook import Case, Casebook

LAW = load_law()
LAW_IN_FORCE = load_law([("681/2023@2025", date(2025, 1, 1))])
VAASA = Organisation(id="vaasa", kind=OrganisationKind.MUNICIPALITY)
VAASA_TE = Organisation(id="vaasa-te", kind=OrganisationKind.EMPLOYMENT_AUTHORITY)
LAIHIA = Organisation(id="laihia", kind=OrganisationKind.MUNICIPALITY)
KASKINEN = Organisation(id="kaskinen", kind=OrganisationKind.MUNICIPALITY)
RANNIKKO_TE = Organisation(id="rannikko-te", kind=OrganisationKind.EMPLOYMENT_AUTHORITY)
POHJANMAA = Organisation(id="pohjanmaa", kind=OrganisationKind.WELFARE_AREA)
KELA = Organisation(id="kela", kind=OrganisationKind.KELA)
FUND = Organisation(id="esimerkkikassa", kind=OrganisationKind.UNEMPLOYMENT_FUND)
REGISTER: Mapping[str, OrganisationKind] = MappingProxyType(
    {
        VAASA.id: VAASA.kind,
        VAASA_TE.id: VAASA_TE.kind,
        LAIHIA.id: LAIHIA.kind,
        KASKINEN.id: KASKINEN.kind,
        RANNIKKO_TE.id: RANNIKKO_TE.kind,
        POHJANMAA.id: POHJANMAA.kind,
        KELA.id: KELA.kind,
        FUND.id: FUND.kind,
    }
)
"""The organisations of the installation's register; ``opisto`` is a provider outside it."""
AREAS: Mapping[str, str] = MappingProxyType(
    {VAASA.id: VAASA_TE.id, LAIHIA.id: VAASA_TE.id, KASKINEN.id: RANNIKKO_TE.id}
)
"""The employment area of each municipality of the register."""
MAKERS = (Maker(name="Virva Virkailija", organisation="vaasa"),)

TRAINING = Measure(
    service=Service.INTEGRATION_TRAINING, provider="opisto", serves="Language for work"
)
ORIENTATION = Measure(
    service=Service.CIVIC_ORIENTATION, provider="vaasa", serves="Knowledge of society"
)
REHABILITATION = Measure(
    service=Service.REHABILITATION, provider="pohjanmaa", serves="Strength for work"
)
STUDIES = Measure(
    service=Service.SELF_MOTIVATED_STUDIES, provider="ammattiopisto", serves="A trade"
)

OPENED = date(2025, 2, 3)
GRANTED = date(2024, 9, 16)
ASSESSED = date(2025, 2, 24)
DRAWN_UP = date(2025, 3, 3)
LAST_DAY = date(2026, 3, 3)
SECOND_DRAWN_UP = date(2026, 2, 23)
MAXIMUM = date(2027, 3, 3)


@dataclass
class Desk:
    """A case at work. Ids follow from the number of acts done, so that a case tells itself alike.

    ``today`` is the legal day of recording and never runs backwards; an act may be dated earlier.
    """

    law: Law = LAW
    case: Case = field(default_factory=lambda: Casebook().case(UUID(int=7)))
    state: CaseState = NOTHING
    done: int = 0
    today: date = OPENED
    areas: Mapping[str, str] = field(default_factory=lambda: AREAS)
    near: Mapping[str, frozenset[str]] = field(default_factory=dict)
    other: OtherCase | None = None
    earlier: EarlierPlans | None = None

    @property
    def facts(self) -> tuple[Recorded, ...]:
        return tuple(self.case.facts)

    def asks(
        self,
        act: Act,
        on: date,
        *,
        today: date | None = None,
        by: Organisation = VAASA,
        new_id: UUID | None = None,
    ) -> Outcome:
        """What would come of the act dated ``on``, recorded ``today`` (else on its own day)."""
        circumstances = Circumstances(
            on=on,
            today=today or max(on, self.today),
            edition=self.edition(act, on),
            new_id=new_id or uuid5(UUID(int=7), str(self.done)),
            organisation=by,
            kind_of=REGISTER.get,
            area_of=self.areas.get,
            earlier_plans=self.earlier,
            past=past_of(self.facts, self.under),
            works_with=lambda organisation: self.near.get(organisation, frozenset()),
            other=self.other,
        )
        return decide(act, self.state, circumstances)

    def under(self, act: Act, left: Recorded, on: date, new_id: UUID) -> Circumstances | Refusal:
        """What an act of this case was decided under, were it dated ``on``."""
        organisation = left.recorded_by.organisation
        first = self.law.timeline[0]
        if on < first.applies_from and not act.may_predate_the_act:
            edition = self.law.edition(first.edition)
            inputs = {"on": on, "appliesFrom": first.applies_from}
            return refuse(edition.line(Rule.AFTER_ENTRY_INTO_FORCE, inputs, False))
        return Circumstances(
            on=on,
            today=legal_day(left.recorded_at),
            edition=self.edition(act, on),
            new_id=new_id,
            organisation=Organisation(id=organisation, kind=REGISTER[organisation]),
            kind_of=REGISTER.get,
            area_of=self.areas.get,
            other=self.other,
            earlier_plans=getattr(left.fact, "earlier_plans", None),
        )

    def does(
        self,
        act: Act,
        on: date,
        *,
        today: date | None = None,
        by: Organisation = VAASA,
        new_id: UUID | None = None,
    ) -> Decision:
        """Do the act, which is lawful, and keep its facts."""
        outcome = self.asks(act, on, today=today, by=by, new_id=new_id)
        assert isinstance(outcome, Decision), outcome
        self.did(act, outcome, on, today=today, by=by)
        return outcome

    def did(
        self,
        act: Act,
        decision: Decision,
        on: date,
        *,
        today: date | None = None,
        by: Organisation = VAASA,
    ) -> None:
        """Keep the facts of an act that was decided on the case as it stands."""
        self.today = max(self.today, today or on)
        self.done += 1
        self.keep(act, decision, on, by)

    def edition(self, act: Act, on: date) -> Edition:
        """The edition the act is decided under; 102 § judges what predates the first."""
        return self.law.governing(on) if act.may_predate_the_act else self.law.on(on)

    def keep(self, act: Act, decision: Decision, on: date, by: Organisation = VAASA) -> None:
        """Keep the facts of a decision as the log would, at noon of the day of recording."""
        for fact in decision.facts:
            self.case.record(on, fact)
            self.case.facts[-1] = replace(
                self.case.facts[-1],
                recorded_by=Actor(subject="officer-1", organisation=by.id, role="OFFICER"),
                recorded_at=datetime.combine(self.today, time(12), tzinfo=UTC),
                act=act.NAME,
                act_id=f"act-{self.done}",
                edition=self.edition(act, on).id,
                rules=decision.rules,
                source=act.source,
            )
            self.case.book.ledger[-1] = self.case.facts[-1]
            self.state = fold_on(self.facts[-1:], self.state, lambda: self.facts[:-1])

    def copy(self) -> "Desk":
        """The same case on another desk."""
        case = Case(Casebook(list(self.case.book.ledger)), self.case.case_id, list(self.facts))
        return replace(self, case=case)

    def maximum(self, day: date | None = None) -> date:
        """The last day of all plans together, as decided by ``day`` (else by all that is known)."""
        day = day or date.max
        most = maximum_on(self.state, self.law.governing(min(day, self.today)), day)
        assert most is not None, "the case has a plan"
        return most.until

    def last_day(self, plan: UUID | None = None) -> date | None:
        """The last day of the plan, else of the one drawn up last, by all that is known."""
        found = next(p for p in self.state.plans if p.plan_id == (plan or self.plan))
        return validity(found, self.state, self.law.governing(self.today), date.max).last_day

    def in_force(self, day: date, *, plan: UUID | None = None) -> InForce | None:
        """How the plan, else the one drawn up last, is in force on ``day``."""
        found = next(p for p in self.state.plans if p.plan_id == (plan or self.plan))
        return validity(found, self.state, self.law.governing(self.today), date.max).on(day)

    @property
    def referral(self) -> UUID:
        return self.state.responsibility.referrals[-1].referral_id

    @property
    def assessment(self) -> UUID:
        return self.state.assessments[-1].assessment_id

    @property
    def plan(self) -> UUID:
        return self.state.plans[-1].plan_id

    @property
    def measures(self) -> tuple[UUID, ...]:
        return tuple(m.measure_id for m in self.state.plans[-1].measures)


# answers ----------------------------------------------------------------------------------------


F = TypeVar("F", bound=Fact)


def only(outcome: Outcome, kind: type[F]) -> F:
    """The one fact of a decision, of the kind it must be."""
    assert isinstance(outcome, Decision), outcome
    (fact,) = outcome.facts
    assert isinstance(fact, kind)
    return fact


def rule_log(outcome: Outcome) -> list[tuple[str, str, object]]:
    """Rule, section and result of each line of a decision's rule log."""
    assert isinstance(outcome, Decision), outcome
    return [(line.rule, line.section, line.result) for line in outcome.rules]


def refused(outcome: Outcome, *, conflict: bool = False) -> list[tuple[str, str, date | None]]:
    """Rule, section and latest lawful day of each violation of a refusal, which is one.

    Whatever is refused is said in three languages, and leaves nothing it names unknown.
    """
    assert isinstance(outcome, Refusal), outcome
    assert outcome.conflict is conflict
    for violation in outcome.violations:
        for language in Language:
            sentence = say_refusal(violation, language)
            assert not any(w in sentence for w in ("ei tiedossa", "okänt", "not known", "{"))
    return [(v.line.rule, v.line.section, v.latest) for v in outcome.violations]


def pointers(outcome: Outcome) -> list[str | None]:
    """The members of the act at fault, in the order of the violations."""
    assert isinstance(outcome, Refusal), outcome
    return [violation.pointer for violation in outcome.violations]
