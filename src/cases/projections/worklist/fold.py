"""From a case to its entries on the worklists of the authorities that have something to do."""

from typing import ClassVar

import sqlalchemy as sa

from cases.domain.case.state import CaseState
from cases.domain.codes.values import DueKind
from cases.domain.law.edition import Law
from cases.domain.questions.dues import Due, dues
from cases.domain.questions.repository_record import Gap, gaps
from cases.projections.case_view import CaseView, Row, Rows
from cases.projections.whose import who_answers, who_works
from cases.projections.worklist.table import WORKLIST, WORKLIST_CASE


class Worklist(CaseView):
    """The dues of every case, as ``dues`` answers them, and what its record lacks.

    Version 2 has entries for what the record lacks, version 3 also for goals without a reason,
    version 4 for family plans, and for the plan that is to take the place of one continued for
    studies.
    """

    name: ClassVar[str] = "worklist"
    version: ClassVar[int] = 4
    tables: ClassVar[tuple[sa.Table, ...]] = (WORKLIST_CASE, WORKLIST)

    def __init__(self, law: Law) -> None:
        self._law = law

    def rows(self, state: CaseState) -> Rows:
        """One entry for each due, numbered in their order."""
        if state.opening is None:
            raise ValueError("a case begins with its opening")
        whose, workers = who_answers(state), who_works(state)
        entries = [_entry(due, n) for n, due in enumerate(dues(state, self._law), start=1)]
        entries += [
            _missing(gap, n) for n, gap in enumerate(gaps(state, self._law), start=len(entries) + 1)
        ]
        rows = [
            {**whose, **workers, **row}
            if row.get("authority", whose["authority"]) == whose["authority"]
            # To do for another than who answers for the case, as to answer a referral.
            else row
            for row in entries
        ]
        return {WORKLIST_CASE.name: [whose], WORKLIST.name: rows}


def _entry(due: Due, entry: int) -> Row:
    return {
        "entry": entry,
        "authority": due.authority,
        "kind": due.kind.value,
        "subject_id": due.subject_id,
        "item": None,
        "section": due.section,
        "due_by": due.by,
        "planned_on": due.planned_on,
        "since": due.since,
        "shown_from": due.shown_from,
        "shown_until": due.shown_until,
    }


def _missing(gap: Gap, entry: int) -> Row:
    return {
        "entry": entry,
        "kind": DueKind.RECORD_TO_COMPLETE.value,
        "subject_id": gap.subject,
        "item": gap.item.value,
        "section": gap.section,
        "due_by": None,
        "planned_on": None,
        "since": gap.on,
        "shown_from": gap.on,
        "shown_until": None,
    }
