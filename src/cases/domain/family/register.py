"""The types of the family plan's stream: which facts it may hold, and which acts there are."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from cases.domain.case.act import Act, Circumstances, Outcome, Past, told_ahead
from cases.domain.facts import Fact, Recorded, Upcaster
from cases.domain.family import decisions, facts, records
from cases.domain.family.acts import (
    AnnulFamilyPlanRecord,
    CorrectFamilyPlanRecord,
    ReviewFamilyPlan,
)
from cases.domain.family.decisions import DECISIONS
from cases.domain.family.members import MembersCases
from cases.domain.family.retelling import tell
from cases.domain.family.state import NOTHING, FamilyPlanState, fold
from cases.domain.law.rules import Refusal

FACTS: Mapping[str, type[Fact]] = MappingProxyType(
    {
        fact.topic(): fact
        for fact in (
            facts.FamilyPlanDrawnUp,
            facts.FamilyPlanReviewed,
            facts.FamilyMemberJoined,
            facts.FamilyMemberLeft,
            facts.FamilyPlanEnded,
            facts.FamilyPlanRecordCorrected,
            facts.FamilyPlanRecordAnnulled,
        )
    }
)
"""Every fact of a family plan, by the name the log keeps it under."""

UPCASTERS: Mapping[str, Upcaster] = MappingProxyType({})
"""What makes a newer version of every older one that was ever recorded, by the older topic."""

_RECORDS: Mapping[type[Act], Callable[[Any, FamilyPlanState, Circumstances], Outcome]] = (
    MappingProxyType(
        {
            CorrectFamilyPlanRecord: records.decide_correct_record,
            AnnulFamilyPlanRecord: records.decide_annul_record,
        }
    )
)
_ACTS: tuple[type[Act], ...] = (*DECISIONS, ReviewFamilyPlan, *_RECORDS)

ACTS: Mapping[str, type[Act]] = MappingProxyType({act.NAME: act for act in _ACTS})
"""Every act on a family plan, by its name."""


def decide(act: Act, state: FamilyPlanState, circumstances: Circumstances) -> Outcome:
    """Decide an act on the cases that are at hand: the facts to record, or a refusal."""
    if type(act) in _RECORDS:
        ahead = told_ahead(circumstances)
        return ahead or _RECORDS[type(act)](act, state, circumstances)
    members = circumstances.members
    assert isinstance(members, MembersCases), "the cases are at hand"
    return decisions.decide(act, state, circumstances, members.cases, members.others)


def past_of(
    facts: Sequence[Recorded],
    under: Callable[[Act, Recorded, date, UUID], Circumstances | Refusal],
) -> Past:
    """The past of the plan of these facts; see ``Past`` for ``under``."""
    return Past(
        facts=tuple(facts),
        acts=ACTS,
        decide=decide,
        under=under,
        fold=lambda new, state: fold(new, state or NOTHING),
        tell=tell,
    )
