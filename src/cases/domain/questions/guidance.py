"""What a guidance record says, to those who may read it (decree 4 §)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from cases.domain.case.records.mending import mended
from cases.domain.codes.values import ConsentGiver
from cases.domain.facts import Recorded
from cases.domain.guidance_record.facts import GuidedPersonOnRecord, GuidedToOnRecord
from cases.domain.guidance_record.state import fold
from cases.domain.model import Value


class ConsentShown(Value):
    """The consent the record stands under, and what the person was told before it.

    ``given_on`` and ``informed_on`` are legal days (Helsinki); ``told`` is what was said, where it
    was written down.
    """

    given_on: date
    given_by: ConsentGiver
    informed_on: date
    language: str
    interpreter: bool
    told: str | None


class GuidanceShown(Value):
    """One occasion: the needs identified, where the person was guided, other matters."""

    guidance: UUID
    on: date
    needs: tuple[str, ...]
    guided_to: tuple[GuidedToOnRecord, ...]
    other_matters: str | None


class GuidanceRecordShown(Value):
    """A guidance record, in the order in which it was recorded.

    ``person`` and ``consent`` are null, and no guidance is told, of a day before the consent.
    """

    person: GuidedPersonOnRecord | None
    consent: ConsentShown | None
    guidance: tuple[GuidanceShown, ...]


def guidance_record(facts: Sequence[Recorded], valid_on: date = date.max) -> GuidanceRecordShown:
    """The record as it stands on a legal day, by the facts known."""
    state = fold(each for each in mended(facts) if each.effective_on <= valid_on)
    consent = state.consent
    if consent is None:
        return GuidanceRecordShown(person=None, consent=None, guidance=())
    return GuidanceRecordShown(
        person=consent.person,
        consent=ConsentShown(
            given_on=consent.given_on,
            given_by=consent.given_by,
            informed_on=consent.informed.on,
            language=consent.informed.language,
            interpreter=consent.informed.interpreter,
            told=consent.informed.told,
        ),
        guidance=tuple(
            GuidanceShown(
                guidance=each.fact.guidance_id,
                on=each.on,
                needs=each.fact.needs,
                guided_to=each.fact.guided_to,
                other_matters=each.fact.other_matters,
            )
            for each in state.guidance
        ),
    )
