"""What a guidance record says, to those who may read it (decree 4 §)."""

from datetime import date
from uuid import UUID

from cases.domain.codes.values import ConsentGiver
from cases.domain.guidance_record.facts import GuidedPersonOnRecord, GuidedToOnRecord
from cases.domain.guidance_record.state import GuidanceRecordState
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
    """A guidance record, in the order in which it was recorded."""

    person: GuidedPersonOnRecord
    consent: ConsentShown
    guidance: tuple[GuidanceShown, ...]


def guidance_record(state: GuidanceRecordState) -> GuidanceRecordShown:
    """The record as it stands. There is one only while the consent holds."""
    consent = state.consent
    assert consent is not None, "a record begins with its consent"
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
