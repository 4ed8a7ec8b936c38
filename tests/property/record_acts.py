"""Acts that put the record right, drawn with regard to what a case has on record."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st
from tests.property.drawing import Case, days, made, of_the_case

from cases.domain.case.act import Act
from cases.domain.case.records.acts import (
    AnnulRecord,
    AnswerCorrectionRequest,
    Change,
    CorrectRecord,
    RequestCorrection,
)
from cases.domain.codes.values import CorrectionOutcome

reasons = st.sampled_from(["Written wrong", "Oikaisu: ä, ö, å", "😀"])


def _version(case: Case) -> st.SearchStrategy[int]:
    """Mostly a record there is, after the opening."""
    return st.integers(3, max(3, case.state.version + 1))


def _changed(case: Case) -> st.SearchStrategy[tuple[Change, ...]]:
    """Another legal date, another last day, another word: whether the record has it or not."""
    day = days(case).map(lambda each: each.isoformat())
    told: st.SearchStrategy[tuple[str, Any]] = st.one_of(
        st.tuples(st.just("/effectiveOn"), day),
        st.tuples(st.sampled_from(["/content/validUntil", "/content/from", "/content/until"]), day),
        st.tuples(st.sampled_from(["/content/reason", "/content/followUp"]), reasons),
    )
    return told.map(lambda each: (Change(member=each[0], to=each[1]),))


def _request(case: Case) -> st.SearchStrategy[Any]:
    open_ones = [r.request_id for r in case.state.correction_requests if r.answered_on is None]
    return st.none() | of_the_case(open_ones) if open_ones else st.none()


KINDS: Mapping[str, Callable[[Case], st.SearchStrategy[Act]]] = {
    "correctRecord": lambda case: made(
        CorrectRecord,
        version=_version(case),
        changes=_changed(case),
        reason=reasons,
        request=_request(case),
    ),
    "annulRecord": lambda case: made(
        AnnulRecord, version=_version(case), reason=reasons, request=_request(case)
    ),
    "requestCorrection": lambda case: made(
        RequestCorrection, version=st.none() | _version(case), asked=reasons
    ),
    "answerCorrectionRequest": lambda case: made(
        AnswerCorrectionRequest,
        request=of_the_case([r.request_id for r in case.state.correction_requests]),
        outcome=st.sampled_from(CorrectionOutcome),
        reason=st.none() | reasons,
    ),
}
