"""Which of the rules that an act was decided under bear on which of its facts.

The rule log is that of the whole act, and is kept with each fact that came of it. Where an act
comes to several facts, what justifies the one says nothing of the other: that a client was referred
doesn't rest on special measures that extend the plan.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from cases.domain.case.extension.facts import PlanExtended
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.person.facts import LabourMarketStatusRecorded, PersonDetailsRecorded
from cases.domain.case.plan.facts import PlanDrawnUp, PlanEnded
from cases.domain.case.records.facts import RecordAnnulled, RecordCorrected
from cases.domain.case.records.mending import ABOUT_THE_RECORD
from cases.domain.case.responsibility.facts import (
    CaseHandedOver,
    ReferralAccepted,
    ReferredToEmploymentAuthority,
)
from cases.domain.case.review.facts import PlanReviewed, PlanSwitched
from cases.domain.facts import Fact, Recorded
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied

_SUM: Final = frozenset(
    {
        Rule.ALL_PLANS,
        Rule.OLD_RULES,
        Rule.OLD_ALL_PLANS,
        Rule.EXTENSION,
        Rule.EXTENSION_FOR_OBSTACLE,
        Rule.EXTENSION_FOR_STUDIES,
        Rule.OBSTACLE_IN_EARLIER_CASE,
    }
)
"""How long all plans may last together."""

BEARS_ON: Final[Mapping[type[Fact], frozenset[Rule]]] = MappingProxyType(
    {
        CaseOpened: frozenset({Rule.LEARNED_BEFORE_OPENING}),
        PersonDetailsRecorded: frozenset(
            {Rule.BORN_BY_THEN, Rule.GUARDIAN_IS_ANOTHER, Rule.LIVES_IN_A_MUNICIPALITY}
        ),
        PlanReviewed: frozenset(
            {
                Rule.REVIEWED_BY_WHO_ANSWERS,
                Rule.REVIEWED_TOGETHER,
                Rule.OWN_SERVICES_ONLY,
                Rule.CHANGES_OWN_SERVICES_ONLY,
                Rule.A_MEASURE_REMAINS,
                Rule.REVIEW_DUE,
            }
        ),
        PlanExtended: _SUM
        | {
            Rule.EXTENDS_WITHIN_ITS_CAP,
            Rule.SPECIAL_MEASURES,
            Rule.PART_TIME_ON_HOME_CARE,
            Rule.OBSTACLE_WHILE_PLANNED,
            Rule.OBSTACLE_ADDS_DAYS,
            Rule.YOUNG_AT_MAXIMUM,
            Rule.STUDIES_UNFINISHED,
        },
        PlanEnded: frozenset({Rule.ENDS_WITHIN_VALIDITY}),
        PlanSwitched: frozenset({Rule.SWITCHED_TO_OTHER_KIND}),
        PlanDrawnUp: _SUM
        | {
            Rule.DRAWN_UP_WITH_WELFARE_AREA,
            Rule.GOALS,
            Rule.JOB_SEARCH_OBLIGATION,
            Rule.FIRST_PLAN,
            Rule.OLD_FIRST_PLAN,
            Rule.REVIEW_DUE,
        },
        ReferredToEmploymentAuthority: frozenset({Rule.REFERRED_TO_EMPLOYMENT_AUTHORITY}),
        ReferralAccepted: frozenset({Rule.REGISTERED_BY_THEN}),
        LabourMarketStatusRecorded: frozenset(
            {Rule.REGISTERED_BY_THEN, Rule.RESPONSIBILITY_FOLLOWS_STATUS}
        ),
        CaseHandedOver: frozenset({Rule.RESPONSIBILITY_FOLLOWS_STATUS}),
        RecordCorrected: frozenset({Rule.RECORD_COUNTS}),
        RecordAnnulled: frozenset({Rule.RECORD_COUNTS}),
    }
)
"""For the facts that come together with others: the rules that bear on each.

A rule that bears on none of an act's facts by this table is told under the first of them, so that
no rule is left untold.
"""


_Act = tuple[str, str, str, str]
Acts = Mapping[_Act, Sequence[Recorded]]


def by_act(facts: Iterable[Recorded]) -> Acts:
    """The facts of a case by the act they came of."""
    acts: dict[_Act, list[Recorded]] = {}
    for recorded in facts:
        acts.setdefault(_act(recorded), []).append(recorded)
    return acts


def rules_of(recorded: Recorded, acts: Acts) -> tuple[RuleApplied, ...]:
    """The rules that bear on a fact, of those its act was decided under, each line once.

    ``acts`` are those of the case: what else came of the same one stands there.
    """
    act = acts.get(_act(recorded), ())
    lines = recorded.rules
    if not isinstance(recorded.fact, ABOUT_THE_RECORD):
        # A fact that was corrected has the rules of its correction, one of which is of that alone.
        lines = tuple(line for line in lines if line.rule != Rule.RECORD_COUNTS)
    if len(act) < 2:
        return tuple(lines)
    own = BEARS_ON.get(type(recorded.fact), frozenset())
    borne = frozenset[str]().union(*(BEARS_ON.get(type(e.fact), frozenset()) for e in act))
    is_first = recorded.version == min(each.version for each in act)
    told: list[RuleApplied] = []
    for line in lines:
        bears = line.rule in own or (is_first and line.rule not in borne)
        if bears and line not in told:
            told.append(line)
    return tuple(told)


def _act(recorded: Recorded) -> _Act:
    """The act: its key is its caller's own, so another caller may have used the same."""
    by = recorded.recorded_by
    return recorded.act, recorded.act_id, by.organisation, by.subject
