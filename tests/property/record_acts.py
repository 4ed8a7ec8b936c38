"""Acts that put the record right, drawn with regard to what a case has on record."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.property import choosing as ch
from tests.property.choosing import Choice
from tests.property.drawing import Case, days, of_the_case

from cases.domain.case.act import Act
from cases.domain.case.records.acts import (
    AnnulRecord,
    AnswerCorrectionRequest,
    Change,
    CorrectRecord,
    RequestCorrection,
)
from cases.domain.codes.values import CorrectionOutcome

reasons = ch.sampled_from(["Written wrong", "Oikaisu: ä, ö, å", "😀"])


def _version(case: Case) -> Choice[int]:
    """Mostly a record there is, after the opening."""
    return ch.integers(3, max(3, case.state.version + 1))


def _changed(case: Case) -> Choice[tuple[Change, ...]]:
    """Another legal date, another last day, another word: whether the record has it or not."""
    day = days(case).map(lambda each: each.isoformat())
    told: Choice[tuple[str, Any]] = ch.one_of(
        ch.tuples(ch.just("/effectiveOn"), day),
        ch.tuples(ch.sampled_from(["/content/validUntil", "/content/from", "/content/until"]), day),
        ch.tuples(ch.sampled_from(["/content/reason", "/content/followUp"]), reasons),
    )
    return told.map(lambda each: (Change(member=each[0], to=each[1]),))


def _request(case: Case) -> Choice[Any]:
    open_ones = [r.request_id for r in case.state.correction_requests if r.answered_on is None]
    return ch.none() | of_the_case(open_ones) if open_ones else ch.none()


KINDS: Mapping[str, Callable[[Case], Choice[Act]]] = {
    "correctRecord": lambda case: ch.builds(
        CorrectRecord,
        version=_version(case),
        changes=_changed(case),
        reason=reasons,
        request=_request(case),
    ),
    "annulRecord": lambda case: ch.builds(
        AnnulRecord, version=_version(case), reason=reasons, request=_request(case)
    ),
    "requestCorrection": lambda case: ch.builds(
        RequestCorrection, version=ch.none() | _version(case), asked=reasons
    ),
    "answerCorrectionRequest": lambda case: ch.builds(
        AnswerCorrectionRequest,
        request=of_the_case([r.request_id for r in case.state.correction_requests]),
        outcome=ch.sampled_from(CorrectionOutcome),
        reason=ch.none() | reasons,
    ),
}
