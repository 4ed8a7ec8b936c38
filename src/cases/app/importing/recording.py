"""Recording the cases of a batch: what is there already is passed over, the rest is copied in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from cases.app.access.policy import Action
from cases.app.access.record import AccessResult
from cases.app.http.problems import ProblemCode
from cases.app.importing.deciding import Decided, Deciding, bad_line
from cases.app.importing.lines import BadLine, Refusal, canonical
from cases.app.importing.reading import CaseLines
from cases.app.store.bulk import BulkLog, Known, NewCase, NotNew
from cases.app.store.trail import Trail

OTHERWISE = "imported-otherwise"
"""The code of a case that was imported before, from other lines."""


@dataclass(slots=True)
class Tally:
    """What came of some cases."""

    number: int = 0
    lines: int = 0
    cases: int = 0
    acts: int = 0
    facts: int = 0
    cases_there_already: int = 0
    acts_there_already: int = 0
    cases_refused: int = 0
    lines_refused: int = 0
    bad: list[BadLine] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count another in, but for its bad lines."""
        for name in self.__slots__:
            if name not in {"number", "bad"}:
                setattr(self, name, getattr(self, name) + getattr(other, name))


class Recording:
    """Decides and writes the cases of one authority, a batch at a time.

    With ``dry_run`` everything is decided and nothing recorded; what is refused leaves its lines in
    the trail either way.
    """

    def __init__(self, deciding: Deciding, bulk: BulkLog, trail: Trail, *, dry_run: bool) -> None:
        self._deciding = deciding
        self._bulk = bulk
        self._trail = trail
        self._dry_run = dry_run

    def record(self, number: int, cases: Sequence[CaseLines]) -> Tally:
        """Record each case whole, or tell what is wrong with it.

        Raises StoreUnavailable and KeyUnavailable: then each case is there whole, or not at all,
        and the same again finds out.
        """
        tally = Tally(number=number)
        fresh = self._decide(cases, tally)
        if fresh and not self._dry_run:
            self._write(fresh, tally)
        else:
            for decided in fresh:
                _count(decided, tally)
        self._trail.write(self._deciding.trail.take())
        tally.bad.sort(key=lambda bad: bad.line)
        return tally

    def _decide(self, cases: Sequence[CaseLines], tally: Tally) -> list[Decided]:
        """Those of the cases that are to be written."""
        identifying = self._deciding.identifying
        readable = []
        for case in cases:
            tally.lines += case.count
            lines, bad = self._deciding.read(case)
            if bad:
                self._refuse(case, bad, tally, noted=False)
                continue
            prints = [
                identifying.fingerprint(canonical(line.members))
                for line in case.lines
                if not isinstance(line.members, Refusal)
            ]
            readable.append((case, lines, prints, identifying.case(lines[0])))
        there = self._bulk.fingerprints([case_id for *_, case_id in readable])
        fresh = []
        for case, lines, prints, case_id in readable:
            if case_id in there:
                self._compare(case, case_id, prints, there[case_id], tally)
                continue
            noted = len(self._deciding.trail.lines)
            decided = self._deciding.decide(case, lines, prints)
            if isinstance(decided, Decided):
                fresh.append(decided)
            else:
                by_the_act = len(self._deciding.trail.lines) > noted
                self._refuse(case, [decided], tally, noted=by_the_act)
        return fresh

    def _compare(
        self,
        case: CaseLines,
        case_id: UUID,
        prints: Sequence[bytes],
        there: Sequence[bytes],
        tally: Tally,
    ) -> None:
        """A case that is there: imported from these lines, whatever came after, or from others."""
        same = [ours == theirs for ours, theirs in zip(prints, there, strict=False)]
        if all(same) and len(prints) <= len(there):
            tally.cases_there_already += 1
            tally.acts_there_already += len(prints)
            self._note(AccessResult.REPLAYED, case_id)
            return
        first = same.index(False) if False in same else len(there)
        self._refuse(case, [bad_line(case, first, Refusal(OTHERWISE))], tally, noted=False)

    def _write(self, fresh: Sequence[Decided], tally: Tally) -> None:
        """Write the cases together; one by one where one of them has come to be there meanwhile."""
        cases = [NewCase.of(decided.appends, self._bulk.mapper) for decided in fresh]
        if not isinstance(self._bulk.write(cases), NotNew):
            for decided in fresh:
                _count(decided, tally)
            return
        for decided, case in zip(fresh, cases, strict=True):
            written = self._bulk.write([case])
            if not isinstance(written, NotNew):
                _count(decided, tally)
            elif written.known is Known.IDENTITY:
                line = next(n for n, act in enumerate(decided.appends) if act.new_identities)
                bad = bad_line(decided.lines, line, Refusal(ProblemCode.CASE_NOT_OPENABLE.value))
                self._refuse(decided.lines, [bad], tally, noted=False)
            else:
                there = self._bulk.fingerprints([decided.case_id])[decided.case_id]
                prints = [append.act.fingerprint for append in decided.appends]
                self._compare(decided.lines, decided.case_id, prints, there, tally)

    def _refuse(
        self, case: CaseLines, bad: Sequence[BadLine], tally: Tally, *, noted: bool
    ) -> None:
        """Nothing of the case is recorded; ``noted`` where the trail has heard of it already."""
        tally.cases_refused += 1
        tally.lines_refused += case.count
        tally.bad += bad
        if not noted:
            self._note(AccessResult.REFUSED)

    def _note(self, result: AccessResult, case_id: UUID | None = None) -> None:
        """One line for a whole case; it names the case where there is one."""
        deciding = self._deciding
        line = deciding.witness.line(deciding.caller, Action.OPEN_CASE, result, case_id=case_id)
        deciding.trail.lines.append(line)


def _count(decided: Decided, tally: Tally) -> None:
    tally.cases += 1
    tally.acts += len(decided.appends)
    tally.facts += sum(len(append.facts) for append in decided.appends)
