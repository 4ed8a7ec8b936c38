"""Editions of the Act as data, and the law of an installation: editions and their timeline.

A decision takes the edition that applies on the legal date of the act being recorded. A new
edition is a new file in ``editions`` with tests of its own; no code names an edition.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, HttpUrl, model_validator

from cases.domain.codes.values import (
    AssessmentKind,
    Benefit,
    CompensationGround,
    ExtensionGround,
    GoalKind,
    LabourMarketStatus,
    OrganisationKind,
    PlanKind,
    ResidenceGroup,
)
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied
from cases.domain.model import State, Value
from cases.domain.time import Period


class NoEdition(LookupError):
    """No edition applies on a day, or none has the id asked for."""


class BrokenTimeline(ValueError):
    """A timeline that names no edition, an unknown one, or days out of order."""


class Term(Value):
    """A term in Finnish, Swedish and English."""

    fi: str = Field(min_length=1)
    sv: str = Field(min_length=1)
    en: str = Field(min_length=1)


class SourceCitation(Value):
    """Where the rules were taken from: the acts by number, and an address to read them at."""

    acts: tuple[str, ...] = Field(min_length=1)
    address: HttpUrl


class CountedFrom(StrEnum):
    """The day from which the maximum of all plans runs."""

    DRAWING_UP = "DRAWING_UP"
    SIGNING = "SIGNING"


class Maximum(Value):
    """How long all plans may last together, and from which day of the first plan."""

    period: Period
    counted_from: CountedFrom


class Extension(Value):
    """A way to extend the maximum. ``at_most`` is its cap; without one, as long as the obstacle.

    ``under_age`` bounds it to clients below an age in full years.
    ``special_measures_for`` are the grounds that hold only with special measures.
    """

    section: str
    grounds: tuple[ExtensionGround, ...] = Field(min_length=1)
    at_most: Period | None = None
    under_age: int | None = None
    special_measures_for: tuple[ExtensionGround, ...] = ()


class Continuation(Value):
    """Continuation for the studies only, until a substitute plan (31 § 2–3 mom.)."""

    sections: tuple[str, ...] = Field(min_length=1)
    from_age: int


class DurationRules(Value):
    """How long plans last. All that a repealed Act still rules, and a part of every edition.

    ``sections`` says where a rule stands when that is not where the register has it.
    """

    id: str = Field(min_length=1)
    name: Term
    source: SourceCitation
    first_plan: Period
    all_plans: Maximum
    extensions: tuple[Extension, ...]
    sections: dict[Rule, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _first_fits_in_all(self) -> Self:
        if self.first_plan.months > self.all_plans.period.months:
            raise ValueError("the first plan may not outlast all plans together")
        grounds = [ground for extension in self.extensions for ground in extension.grounds]
        if len(grounds) != len(set(grounds)):
            raise ValueError("a ground of extension stands twice")
        return self

    def __hash__(self) -> int:
        """Rules that are equal have one id; hashing all of them would cost more than asking."""
        return hash(self.id)

    def extension(self, ground: ExtensionGround) -> Extension | None:
        """The extension a ground opens under this edition, or None."""
        return next((each for each in self.extensions if ground in each.grounds), None)

    def section(self, rule: Rule) -> str:
        """Where a rule stands in this edition."""
        return self.sections.get(rule, rule.section)

    def line(
        self,
        rule: Rule,
        inputs: Mapping[str, object],
        result: object,
        section: str | None = None,
    ) -> RuleApplied:
        """One line of the rule log under this edition; days are written as ISO text.

        ``inputs`` are scalars, days, or tuples of them; anything else is a ``ValidationError``.
        ``section`` is for rules whose place depends on what they were applied to.
        """
        return RuleApplied.model_validate(
            {
                "rule": rule.value,
                "section": section or self.section(rule),
                "edition": self.id,
                "inputs": dict(inputs),
                "result": result,
            }
        )


class AssessmentKindRule(Value):
    """A kind of assessment an edition knows."""

    kind: AssessmentKind
    section: str
    term: Term


class PlanKindRule(Value):
    """A kind of plan an edition knows."""

    kind: PlanKind
    section: str
    term: Term


class FamilyPlanRule(Value):
    """The family plan (21 §), and whose consent it needs."""

    section: str
    consent_of: Literal["EACH_GUARDIAN"]
    term: Term


class Window(Value):
    """How long after the first permit, card or registration; who is exempt if reached later."""

    period: Period
    exempt_if_reached_later: tuple[ResidenceGroup, ...]


class Ground(Value):
    """A ground for an assessment, by its place in the Act (``14.1.3``).

    It holds when any of its statuses, groups or benefits is known; a group's ground with
    ``under_age`` only below that age. ``by_judgement`` grounds hold by the authority's judgement;
    ``shown_by_ordinary`` ones when the ordinary assessment has shown the need.
    """

    id: str = Field(pattern=r"^\d+\.\d+(\.\d+)?$")
    kind: AssessmentKind
    statuses: tuple[LabourMarketStatus, ...] = ()
    groups: tuple[ResidenceGroup, ...] = ()
    under_age: int | None = None
    benefits: tuple[Benefit, ...] = ()
    by_judgement: bool = False
    shown_by_ordinary: bool = False

    @model_validator(mode="after")
    def _has_a_condition(self) -> Self:
        by_facts = self.statuses or self.groups or self.benefits
        if not (by_facts or self.by_judgement or self.shown_by_ordinary):
            raise ValueError(f"ground {self.id} can never hold")
        return self


class GoalRules(Value):
    """The goals a plan must or as a rule should have (18 §). Inner tuples are alternatives."""

    jobseeker_must: tuple[tuple[GoalKind, ...], ...]
    others_should: tuple[tuple[GoalKind, ...], ...]
    young_should: tuple[tuple[GoalKind, ...], ...]
    young_under_age: int
    young_jobseekers_too: bool


class WantedInPlan(StrEnum):
    """What an edition wants in a plan besides what every plan is made of (19, 24 §).

    No plan is without measures, the reason for each, and how they are followed up: an act that
    lacks them is none.
    """

    JOB_SEARCH_OBLIGATION = "JOB_SEARCH_OBLIGATION"
    RIGHTS_AND_DUTIES_EXPLAINED = "RIGHTS_AND_DUTIES_EXPLAINED"


class OldPlans(Value):
    """Plans drawn up ``before`` a day keep the durations of another Act (102 § 2 mom.)."""

    before: date
    durations_of: str
    rules: DurationRules | None = Field(default=None, exclude=True)
    """The rules of ``durations_of``, found when the editions are read."""


class CompulsoryRecording(Value):
    """From which day recording is compulsory, and for whom (102 § 4 mom.)."""

    from_day: date
    organisations: tuple[OrganisationKind, ...] = Field(min_length=1)


class Compensation(Value):
    """Costs the state compensates as they arose (63–66, 68–69 §), and for how long at most.

    ``at_most_with_reason`` is the longer time where a reason is given, ``under_age`` bounds it to
    clients below an age in full years; ``needs_decision``: of the vitality centre.
    """

    ground: CompensationGround
    section: str
    at_most: Period | None = None
    at_most_with_reason: Period | None = None
    under_age: int | None = None
    needs_decision: bool = False


class NoticeRule(Value):
    """A notice to a municipality about a person (84 §): by which section, from whom, of what.

    ``benefit`` is the one it tells of; None where it tells of none, but of the person alone.
    """

    section: str
    sender: OrganisationKind
    benefit: Benefit | None = None


class Readings(Value):
    """The readings chosen where the text leaves a choice: one line each.

    Where only one reading is decided so far, another is refused when the edition is read.
    """

    first_review_counted_from: Literal["DRAWING_UP"]
    own_services_review_restarts_interval: bool
    extension_moves: Literal["MAXIMUM"]
    obstacle_days: Literal["UNION_BOTH_ENDS_COUNTED"]
    studies_age_taken_on: Literal["END_OF_MAXIMUM"]
    continuation_needs_act: Literal[True]
    transferred_plan_needs_assessment: Literal[False]
    old_plans_follow_old_rules_until: Literal["FIRST_REVIEW"]
    annulled_plan_counts_as_first: Literal[False]
    switch_is_drawing_up: Literal[True]
    plan_ended_told: Literal["AT_MAXIMUM", "AT_EVERY_END"]
    client_relationship_ends: Literal["CASE_CLOSED"]


class Edition(DurationRules):
    """One edition of the Act: all its rules as data."""

    assessments: tuple[AssessmentKindRule, ...] = Field(min_length=1)
    plans: tuple[PlanKindRule, ...] = Field(min_length=1)
    family_plan: FamilyPlanRule | None = None
    window: Window
    grounds: tuple[Ground, ...] = Field(min_length=1)
    young_without_guardian_under_age: int
    review_interval: Period
    guidance_to_services: Period
    goals: GoalRules
    plan_content: tuple[WantedInPlan, ...]
    no_plan_needs_reasons: bool
    continuation: Continuation
    old_plans: OldPlans
    compulsory_recording: CompulsoryRecording
    erasure: Period
    civic_orientation_hours: int = Field(ge=1)
    compensations: tuple[Compensation, ...]
    compensation_applied_within: Period
    notices: tuple[NoticeRule, ...]
    readings: Readings

    @property
    def assessment_kinds(self) -> tuple[AssessmentKind, ...]:
        """The kinds of assessment this edition knows."""
        return tuple(each.kind for each in self.assessments)

    @property
    def plan_kinds(self) -> tuple[PlanKind, ...]:
        """The kinds of plan this edition knows."""
        return tuple(each.kind for each in self.plans)

    @property
    def multisectoral(self) -> bool:
        """Whether it knows multisectoral assessments and plans, and the machinery between kinds."""
        return AssessmentKind.MULTISECTORAL in self.assessment_kinds

    @property
    def after_ordinary_assessment(self) -> str | None:
        """The ground that an ordinary assessment opens by what it shows; None where none does."""
        return next((each.id for each in self.grounds if each.shown_by_ordinary), None)

    @property
    def old_durations(self) -> DurationRules:
        """The durations that plans of the repealed Act keep."""
        assert self.old_plans.rules is not None, "editions are read together with what they cite"
        return self.old_plans.rules

    def notice(self, section: str) -> NoticeRule | None:
        """What the edition says of notices by a section; None where it knows none by it."""
        return next((each for each in self.notices if each.section == section), None)

    def compensation(self, ground: CompensationGround) -> Compensation:
        """What the edition says of costs on a ground."""
        return next(each for each in self.compensations if each.ground is ground)

    @model_validator(mode="after")
    def _compensates_on_every_ground_once(self) -> Self:
        if sorted(each.ground for each in self.compensations) != sorted(CompensationGround):
            raise ValueError("each ground of compensation stands once")
        return self

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        ids = [ground.id for ground in self.grounds]
        if len(ids) != len(set(ids)):
            raise ValueError("a ground stands twice")
        if stray := {each.kind for each in self.grounds} - set(self.assessment_kinds):
            raise ValueError(f"grounds for kinds of assessment it does not know: {sorted(stray)}")
        if self.multisectoral != (PlanKind.MULTISECTORAL in self.plan_kinds):
            raise ValueError("multisectoral assessments and plans come together or not at all")
        if self.all_plans.counted_from is CountedFrom.SIGNING:
            raise ValueError("only plans of a repealed Act are signed, and counted from that day")
        young = self.young_without_guardian_under_age
        if any(each.under_age not in {None, young} for each in self.grounds):
            raise ValueError(f"a ground with another age limit than that of 2 § 6 mom., {young}")
        return self


class TimelineEntry(Value):
    """From which legal day an installation follows an edition."""

    edition: str
    applies_from: date


class Law(State):
    """The editions known, and which of them an installation follows from which day.

    Raises ``BrokenTimeline`` (from ``load_law``) unless the timeline names known editions, first
    day by first day.
    """

    editions: tuple[Edition, ...]
    repealed: tuple[DurationRules, ...]
    timeline: tuple[TimelineEntry, ...]

    def on(self, day: date) -> Edition:
        """The edition that applies on a legal day. Raises ``NoEdition`` before the first."""
        in_force = [each for each in self.timeline if each.applies_from <= day]
        if not in_force:
            raise NoEdition(f"no edition applies on {day}")
        return self.edition(in_force[-1].edition)

    def governing(self, day: date) -> Edition:
        """The edition that applies on a legal day; for days before the first, the first.

        Its transitional provisions (102 §) rule what was done under the repealed Act.
        """
        first = self.timeline[0]
        return self.on(max(day, first.applies_from))

    def under(self, edition_id: str) -> "Law":
        """The same editions, but this one applies on every day. Raises ``NoEdition``."""
        self.edition(edition_id)
        only = TimelineEntry(edition=edition_id, applies_from=date.min)
        return self.having(timeline=(only,))

    def edition(self, edition_id: str) -> Edition:
        """The edition of this id, in the timeline or not. Raises ``NoEdition``."""
        for edition in self.editions:
            if edition.id == edition_id:
                return edition
        raise NoEdition(f"no edition {edition_id}")

    def durations(self, edition_id: str) -> DurationRules:
        """The duration rules of an edition or a repealed Act. Raises ``NoEdition``."""
        for rules in (*self.repealed, *self.editions):
            if rules.id == edition_id:
                return rules
        raise NoEdition(f"no duration rules {edition_id}")


def check_timeline(editions: tuple[Edition, ...], timeline: tuple[TimelineEntry, ...]) -> None:
    """Raises ``BrokenTimeline`` for an empty timeline, an unknown edition, days out of order."""
    if not timeline:
        raise BrokenTimeline("a timeline names at least one edition")
    known = {edition.id for edition in editions}
    if unknown := [each.edition for each in timeline if each.edition not in known]:
        raise BrokenTimeline(f"the timeline names editions that are not known: {unknown}")
    days = [each.applies_from for each in timeline]
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise BrokenTimeline("each edition of a timeline applies from a later day than the last")
