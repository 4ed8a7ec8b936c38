"""The types of the guidance stream: which facts it may hold, which acts there are, who decides."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from cases.domain.case.act import Act, Circumstances, Outcome, Past, told_ahead
from cases.domain.case.records.retelling import retold
from cases.domain.facts import Fact, Recorded, Upcaster
from cases.domain.guidance_record import acts, decisions, facts, records
from cases.domain.guidance_record.state import NOTHING, GuidanceRecordState, fold
from cases.domain.law.rules import Refusal

FACTS: Mapping[str, type[Fact]] = MappingProxyType(
    {
        fact.topic(): fact
        for fact in (
            facts.GuidanceConsentGiven,
            facts.GuidanceGiven,
            facts.GuidanceConsentWithdrawn,
            facts.GuidanceRecordCorrected,
            facts.GuidanceRecordAnnulled,
            facts.GuidanceConsentAnnulled,
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
        acts.CorrectGuidanceRecord: records.decide_correct_record,
        acts.AnnulGuidanceRecord: records.decide_annul_record,
    }
)
"""Every act on a guidance record, and the function that decides it."""

ACTS: Mapping[str, type[Act]] = MappingProxyType({act.NAME: act for act in DECISIONS})
"""Every act on a guidance record, by its name."""


def decide(act: Act, state: GuidanceRecordState, circumstances: Circumstances) -> Outcome:
    """Decide an act: the facts to record, or a refusal with its sections."""
    return told_ahead(circumstances) or DECISIONS[type(act)](act, state, circumstances)


def past_of(
    facts: Sequence[Recorded],
    under: Callable[[Act, Recorded, date, UUID], Circumstances | Refusal],
) -> Past:
    """The past of the record of these facts; see ``Past`` for ``under``.

    An act told again names no consent: it was recorded under the one it stands under.
    """
    return Past(
        facts=tuple(facts),
        acts=ACTS,
        decide=decide,
        under=under,
        fold=lambda new, state: fold(new, state or NOTHING),
        tell=lambda act, left, _: retold(act, left),
    )
