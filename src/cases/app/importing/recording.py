"""Recording the cases of a batch: what is there already is passed over, the rest is copied in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from uuid import UUID

from cases.app.access.policy import Action
from cases.app.access.record import AccessResult
from cases.app.http.problems import ProblemCode
from cases.app.importing.deciding import Decided, Deciding, bad_line
from cases.app.importing.lines import BadLine, Refusal, canonical
from cases.app.importing.reading import CaseLines
from cases.app.store.bulk import BulkLog, NotNew
from cases.app.store.trail import Trail

NOT_OPENABLE: Final = ProblemCode.CASE_NOT_OPENABLE.value
OTHERWISE: Final = "imported-otherwise"
"""The code of a case that was imported before, from other lines."""
ATTEMPTS: Final = 5
"""How often a case is decided because the person's other cases have changed meanwhile."""


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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case the log did not have: its id, the fingerprints of its lines, and how it is decided."""

    lines: CaseLines
    case_id: UUID
    prints: Sequence[bytes]
    decide: Callable[[], Decided | BadLine]


@dataclass(frozen=True, slots=True)
class Fresh:
    """A case that is to be written; its candidate is decided anew where another came before it."""

    decided: Decided
    candidate: Candidate


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
            for each in fresh:
                _count(each.decided, tally)
        self._trail.write(self._deciding.trail.take())
        # What is wrong with a row of a CSV is wrong with each act it makes.
        tally.bad = sorted(dict.fromkeys(tally.bad), key=lambda bad: bad.line)
        return tally

    def _decide(self, cases: Sequence[CaseLines], tally: Tally) -> list[Fresh]:
        """Those of the cases that are to be written."""
        identifying = self._deciding.identifying
        readable = []
        for case in cases:
            tally.lines += case.rows
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
            acts, bad = self._deciding.read_acts(case, lines)
            if bad:
                self._refuse(case, bad, tally, noted=False)
                continue
            decide = partial(self._deciding.decide, case, lines, acts, prints)
            candidate = Candidate(case, case_id, prints, decide)
            decided = self._decide_one(candidate, tally)
            if decided is not None:
                fresh.append(Fresh(decided, candidate))
        return fresh

    def _decide_one(self, candidate: Candidate, tally: Tally) -> Decided | None:
        """The case, decided; None where one of its acts is refused, which is told.

        Another run of the same lines may have recorded it meanwhile: then it is there already.
        """
        noted = len(self._deciding.trail.lines)
        decided = candidate.decide()
        if isinstance(decided, Decided):
            return decided
        if decided.code == NOT_OPENABLE and self._is_there(candidate, tally, noted):
            return None
        by_the_act = len(self._deciding.trail.lines) > noted
        self._refuse(candidate.lines, [decided], tally, noted=by_the_act)
        return None

    def _is_there(self, candidate: Candidate, tally: Tally, noted: int) -> bool:
        """Whether the log has the case now, which is told; then nothing was refused since."""
        there = self._bulk.fingerprints([candidate.case_id]).get(candidate.case_id)
        if there is None:
            return False
        del self._deciding.trail.lines[noted:]
        self._compare(candidate.lines, candidate.case_id, candidate.prints, there, tally)
        return True

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

    def _write(self, fresh: Sequence[Fresh], tally: Tally) -> None:
        """Write the cases together; one by one where one of them has come to be there meanwhile.

        What their people have open elsewhere is asked for before: who comes to know of a case that
        was written may rely on it, and a run that ends in between asks no second time.
        """
        ready = [each for each in fresh if self._ask(each.decided, tally)]
        cases = [each.decided.as_new_case(self._bulk.mapper) for each in ready]
        if not cases or isinstance(self._bulk.write(cases), NotNew):
            for each in ready:
                self._write_one(each, tally)
            return
        for each in ready:
            _count(each.decided, tally)

    def _write_one(self, fresh: Fresh, tally: Tally) -> None:
        """Write one case; decide it anew where the person has come to have an open one."""
        decided: Decided | None = fresh.decided
        for _ in range(ATTEMPTS):
            if decided is None or not self._ask(decided, tally):
                return
            written = self._bulk.write([decided.as_new_case(self._bulk.mapper)])
            if not isinstance(written, NotNew):
                _count(decided, tally)
                return
            if self._is_there(fresh.candidate, tally, len(self._deciding.trail.lines)):
                return
            decided = self._decide_one(fresh.candidate, tally)
        self._refuse_person(fresh.decided, tally)

    def _ask(self, decided: Decided, tally: Tally) -> bool:
        """Ask for the cases the person has elsewhere; False where the case is not to be written."""
        if all(map(self._deciding.open_cases.ask, decided.held)):
            return True
        self._refuse_person(decided, tally)
        return False

    def _refuse_person(self, decided: Decided, tally: Tally) -> None:
        line = next(n for n, act in enumerate(decided.appends) if act.new_identities)
        bad = bad_line(decided.lines, line, Refusal(NOT_OPENABLE))
        self._refuse(decided.lines, [bad], tally, noted=False)

    def _refuse(
        self, case: CaseLines, bad: Sequence[BadLine], tally: Tally, *, noted: bool
    ) -> None:
        """Nothing of the case is recorded; ``noted`` where the trail has heard of it already."""
        tally.cases_refused += 1
        tally.lines_refused += case.rows
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
