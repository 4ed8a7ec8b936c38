"""From a case to its entries on the worklist of the authority that answers for it."""

from typing import ClassVar

import sqlalchemy as sa

from cases.domain.case.state import CaseState
from cases.domain.law.edition import Law
from cases.domain.questions.dues import Due, dues
from cases.projections.case_view import CaseView, Row, Rows
from cases.projections.worklist.table import WORKLIST, WORKLIST_CASE


class Worklist(CaseView):
    """The dues of every case, as ``dues`` answers them."""

    name: ClassVar[str] = "worklist"
    tables: ClassVar[tuple[sa.Table, ...]] = (WORKLIST_CASE, WORKLIST)

    def __init__(self, law: Law) -> None:
        self._law = law

    def rows(self, state: CaseState) -> Rows:
        """One entry for each due, numbered in their order."""
        if state.opening is None:
            raise ValueError("a case begins with its opening")
        authority = state.opening.responsible
        entries = [
            _entry(due, n, authority) for n, due in enumerate(dues(state, self._law), start=1)
        ]
        return {WORKLIST_CASE.name: [{"authority": authority}], WORKLIST.name: entries}


def _entry(due: Due, entry: int, authority: str) -> Row:
    return {
        "entry": entry,
        "authority": authority,
        "kind": due.kind.value,
        "subject_id": due.subject_id,
        "section": due.section,
        "due_by": due.by,
        "planned_on": due.planned_on,
        "since": due.since,
        "shown_from": due.shown_from,
        "shown_until": due.shown_until,
    }
