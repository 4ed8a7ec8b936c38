"""How the history tells what was put right: the corrected beside the correction."""

from collections.abc import Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from cases.domain.case.records.entries import NoSuchMember, entry_of, read
from cases.domain.case.records.facts import RecordAnnulled, RecordCorrected
from cases.domain.case.records.mending import corrected_by
from cases.domain.codes.terms import Language
from cases.domain.facts import Recorded
from cases.domain.guidance_record.facts import GuidanceRecordAnnulled, GuidanceRecordCorrected
from cases.domain.law.texts import write_day
from cases.domain.model import Value
from cases.domain.time import legal_day

_TEXTS: Final = MappingProxyType(
    {
        "corrected": {
            Language.FI: "Oikaistu {day} kirjauksella {version}.",
            Language.SV: "Rättad {day} genom anteckningen {version}.",
            Language.EN: "Corrected on {day} by record {version}.",
        },
        "computed": {
            Language.FI: "Laskettu uudelleen {day} kirjauksen {version} johdosta.",
            Language.SV: "Beräknad på nytt {day} till följd av anteckningen {version}.",
            Language.EN: "Computed again on {day} because of record {version}.",
        },
        "annulled": {
            Language.FI: "Mitätöity {day} kirjauksella {version}.",
            Language.SV: "Annullerad {day} genom anteckningen {version}.",
            Language.EN: "Annulled on {day} by record {version}.",
        },
    }
)


class Mark(Value):
    """That a record was put right: by which record, when (instant, UTC), by whom, and why.

    ``by`` is the organisation, ``recorded_by`` the person's id there; ``text`` says so in a
    sentence, with the legal day (Helsinki) of the recording.
    """

    version: int
    recorded_at: datetime
    by: str
    recorded_by: str
    reason: str
    text: str


class ChangeShown(Value):
    """One member of a record as it was and as it is, by its JSON pointer in the entry."""

    member: str
    was: Any = None
    now: Any = None


class CorrectionMark(Mark):
    """A correction of the record, and what it changed. ``computed``: nobody told it so."""

    effective_on: date
    changes: tuple[ChangeShown, ...]
    computed: bool


class PutRight(Value):
    """What was put right in one record, in the order it was: none of both, mostly."""

    corrections: tuple[CorrectionMark, ...] = ()
    annulment: Mark | None = None


def put_right(facts: Sequence[Recorded], language: Language) -> dict[int, PutRight]:
    """By version, what was put right in each record that something was put right in."""
    as_it_was = {recorded.version: recorded for recorded in facts}
    found: dict[int, PutRight] = {}
    for mend in facts:
        match mend.fact:
            case RecordCorrected() | GuidanceRecordCorrected() as fact if (
                fact.corrected in as_it_was
            ):
                before = as_it_was[fact.corrected]
                after = corrected_by(before, mend, fact)
                as_it_was[fact.corrected] = after
                known = found.get(fact.corrected, PutRight())
                told = _correction(mend, fact, before, after, language)
                found[fact.corrected] = known.model_copy(
                    update={"corrections": (*known.corrections, told)}
                )
            case RecordAnnulled() | GuidanceRecordAnnulled() as fact:
                mark = Mark(**_mark(mend, fact.reason, "annulled", language))
                for version in fact.annulled:
                    known = found.get(version, PutRight())
                    found[version] = known.model_copy(update={"annulment": mark})
    return found


def _correction(
    mend: Recorded,
    fact: RecordCorrected | GuidanceRecordCorrected,
    before: Recorded,
    after: Recorded,
    language: Language,
) -> CorrectionMark:
    was, now = entry_of(before), entry_of(after)
    kind = "computed" if fact.computed else "corrected"
    return CorrectionMark(
        **_mark(mend, fact.reason, kind, language),
        effective_on=mend.effective_on,
        changes=tuple(
            ChangeShown(member=member, was=_said(was, member), now=_said(now, member))
            for member in fact.members
        ),
        computed=bool(fact.computed),
    )


def _said(entry: Any, member: str) -> Any:
    try:
        return read(entry, member)
    except NoSuchMember:
        return None


def _mark(mend: Recorded, reason: str, kind: str, language: Language) -> dict[str, Any]:
    return {
        "version": mend.version,
        "recorded_at": mend.recorded_at,
        "by": mend.recorded_by.organisation,
        "recorded_by": mend.recorded_by.subject,
        "reason": reason,
        "text": sentence(mend, kind, language),
    }


def sentence(mend: Recorded, kind: str, language: Language) -> str:
    """That something was ``corrected``, ``computed`` again or ``annulled``, when and by what."""
    day = write_day(legal_day(mend.recorded_at), language)
    return _TEXTS[kind][language].format(day=day, version=mend.version)
