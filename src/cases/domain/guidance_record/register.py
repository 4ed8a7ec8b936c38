"""The types of the guidance stream: which facts it may hold, which acts there are, who decides."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from cases.domain.case.act import Act, Circumstances, Outcome, told_ahead
from cases.domain.facts import Fact, Upcaster
from cases.domain.guidance_record import acts, decisions, facts
from cases.domain.guidance_record.state import GuidanceRecordState

FACTS: Mapping[str, type[Fact]] = MappingProxyType(
    {
        fact.topic(): fact
        for fact in (
            facts.GuidanceConsentGiven,
            facts.GuidanceGiven,
            facts.GuidanceConsentWithdrawn,
        )
    }
)
"""Every fact of a guidance record, by the name the log keeps it under."""

UPCASTERS: Mapping[str, Upcaster] = MappingProxyType({})
"""What makes a newer version of every older one that was ever recorded, by the older topic."""

Decide = Callable[[Any, GuidanceRecordState, Circumstances], Outcome]

DECISIONS: Mapping[type[Act], Decide] = MappingProxyType(
    {
        acts.GiveGuidanceConsent: decisions.decide_give_consent,
        acts.RecordGuidance: decisions.decide_record_guidance,
        acts.WithdrawGuidanceConsent: decisions.decide_withdraw_consent,
    }
)
"""Every act on a guidance record, and the function that decides it."""

ACTS: Mapping[str, type[Act]] = MappingProxyType({act.NAME: act for act in DECISIONS})
"""Every act on a guidance record, by its name."""


def decide(act: Act, state: GuidanceRecordState, circumstances: Circumstances) -> Outcome:
    """Decide an act: the facts to record, or a refusal with its sections."""
    return told_ahead(circumstances) or DECISIONS[type(act)](act, state, circumstances)
