"""From a case to its entries on the worklists of the authorities that have something to do."""

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from typing import ClassVar, Final

import sqlalchemy as sa

from cases.domain.case.state import CaseState
from cases.domain.codes.values import DueKind, RecordItem
from cases.domain.law.edition import Law
from cases.domain.law.register import Rule
from cases.domain.questions.dues import Due, dues
from cases.domain.questions.repository_record import Gap, gaps
from cases.projections.case_view import CaseView, Row, Rows
from cases.projections.whose import who_answers, who_works
from cases.projections.worklist.table import WORKLIST, WORKLIST_CASE, WORKLIST_JOINED

WITHHELD: Final = frozenset(
    {
        DueKind.HOME_MUNICIPALITY_CHANGED,
        DueKind.FAMILY_PLAN_REVIEW,
        DueKind.FAMILY_PLAN_CONSENT_WITHDRAWN,
    }
)
"""What says where somebody does not live, or leads to the household: of a protected client for the
worker assigned alone."""

_ITEM_BITS: Final = 6
_SUBJECT_BITS: Final = 19
_KINDS: Final = {kind.value: n for n, kind in enumerate(DueKind, start=1)}
_ITEMS: Final = {item.value: n for n, item in enumerate(RecordItem, start=1)}
assert max(len(_KINDS), len(_ITEMS)) < 1 << _ITEM_BITS, "a number has 31 bits"


class Worklist(CaseView):
    """The dues of every case, as ``dues`` answers them, and what its record lacks.

    Version 2 has entries for what the record lacks, version 3 also for goals without a reason,
    version 4 for family plans, and for the plan that is to take the place of one continued for
    studies; version 5 for homes elsewhere, unanswered requests for correction and duplicates;
    version 6 has none that is shown on no day, and version 7 numbers them for good.
    """

    name: ClassVar[str] = "worklist"
    version: ClassVar[int] = 7
    tables: ClassVar[tuple[sa.Table, ...]] = (WORKLIST_CASE, WORKLIST, WORKLIST_JOINED)

    def __init__(self, law: Law) -> None:
        self._law = law

    def rows(self, state: CaseState) -> Rows:
        """One entry for each due, and for each item that the record lacks.

        Whether a duplicate has been joined, the case that stays tells: its row and the entry of the
        duplicate meet in the query.
        """
        if state.opening is None:
            raise ValueError("a case begins with its opening")
        whose, workers = who_answers(state), who_works(state)
        until = state.protection.withholds_until
        entries = [
            *(_entry(due, until) for due in dues(state, self._law)),
            *_to_join(state, self._law),
            *(_missing(gap) for gap in gaps(state, self._law)),
        ]
        rows = [
            {**whose, **workers, **row}
            if row.get("authority", whose["authority"]) == whose["authority"]
            # To do for another than who answers for the case, as to answer a referral.
            else row
            for row in _numbered(entries)
        ]
        return {
            WORKLIST_CASE.name: [whose],
            WORKLIST.name: rows,
            WORKLIST_JOINED.name: [
                # Of who joined them, which had both cases: this one may have passed on since.
                {"duplicate": each.case_id, "authority": state.responsible_on(each.joined_on)}
                for each in state.joined
            ],
        }


def _numbered(entries: Iterable[Row]) -> Iterator[Row]:
    """The entries, each with a number that is its own whatever else is to do in the case.

    A page goes on after the number of the last entry it has shown: another one that came or went
    meanwhile must not move the rest. Kinds and items come in the order of their lists; then
    subjects, in an order of no meaning.
    """
    taken: set[int] = set()
    for row in entries:
        place = _KINDS[str(row["kind"])] << _ITEM_BITS | _ITEMS.get(str(row["item"]), 0)
        digest = sha256(str(row["subject_id"]).encode()).digest()
        number = place << _SUBJECT_BITS | int.from_bytes(digest[:4]) >> (32 - _SUBJECT_BITS)
        while number in taken:
            number += 1
        taken.add(number)
        yield {"entry": number, **row}


def _entry(due: Due, withheld_until: date | None) -> Row:
    return {
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
        "withheld_until": withheld_until if due.kind in WITHHELD else None,
    }


def _to_join(state: CaseState, law: Law) -> Iterator[Row]:
    """GDPR 5(1): a case closed as a duplicate is joined to the one that stays."""
    closing = state.closing
    if closing is not None and closing.continues_in is not None:
        on = closing.closed_on
        yield {
            "kind": DueKind.DUPLICATE_TO_JOIN.value,
            "subject_id": closing.continues_in,
            "item": None,
            "section": law.governing(on).section(Rule.JOINED_CASE_CONTINUES_HERE),
            "due_by": None,
            "planned_on": None,
            "since": on,
            "shown_from": on,
            "shown_until": None,
        }


def _missing(gap: Gap) -> Row:
    return {
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
