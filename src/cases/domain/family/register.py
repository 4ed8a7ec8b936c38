"""The types of the family plan's stream: which facts it may hold, and which acts there are."""

from collections.abc import Mapping
from types import MappingProxyType

from cases.domain.case.act import Act
from cases.domain.facts import Fact, Upcaster
from cases.domain.family import facts
from cases.domain.family.decisions import DECISIONS

FACTS: Mapping[str, type[Fact]] = MappingProxyType(
    {
        fact.topic(): fact
        for fact in (
            facts.FamilyPlanDrawnUp,
            facts.FamilyPlanReviewed,
            facts.FamilyMemberJoined,
            facts.FamilyMemberLeft,
            facts.FamilyPlanEnded,
        )
    }
)
"""Every fact of a family plan, by the name the log keeps it under."""

UPCASTERS: Mapping[str, Upcaster] = MappingProxyType({})
"""What makes a newer version of every older one that was ever recorded, by the older topic."""

ACTS: Mapping[str, type[Act]] = MappingProxyType({act.NAME: act for act in DECISIONS})
"""Every act on a family plan, by its name."""
