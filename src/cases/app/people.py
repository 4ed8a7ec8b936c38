"""A person's cases, found by identity code through the registry of blind indexes.

The registry is the only thing that reaches across cases. What is read by way of it is little: which
case is the person's, and what an earlier one means for a new one.
"""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cases.app.store.entries import CaseStreams
from cases.app.store.faults import StoreUnavailable, UnknownFactType, Unreadable
from cases.domain.case.act import Act, OtherCase
from cases.domain.case.closing.acts import CloseCase
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.earlier_plans.telling import codes_of, known_by, was_closed
from cases.domain.case.joining.acts import JoinCases
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import RecordDetails
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.plan.maximum import plans_of, plans_since
from cases.domain.case.records.acts import AnnulRecord, CorrectRecord
from cases.domain.case.reopening.acts import ReopenCase
from cases.domain.case.state import NOTHING, CaseState, fold
from cases.domain.facts import Recorded
from cases.domain.people import is_test_code


@dataclass(frozen=True, slots=True)
class EarlierCases:
    """What a person's earlier cases mean for a new one: their plans, and the last closing.

    ``closed_on``: the legal day (Helsinki) on which the authority itself closed one last; None
    where it closed none. That another authority had a case, and until when, is not to be learned
    by trying days.
    """

    plans: EarlierPlans | None = None
    closed_on: date | None = None


class People:
    """The registry, asked by identity code. Safe to share between threads."""

    def __init__(self, log: CaseStreams, blind_index: Callable[[str], bytes]) -> None:
        self._log = log
        self._blind_index = blind_index

    def cases_of(self, identity_code: str) -> tuple[tuple[UUID, bool], ...]:
        """The person's cases, each with whether it is the open one."""
        return self._log.find_identity(self._blind_index(identity_code))

    def linked_with(self, state: CaseState) -> tuple[UUID, ...]:
        """The cases that have an identity code of a case, or are closed as duplicates of it, joined
        with it or not."""
        leading = set(codes_of(state))
        if state.case_id is not None:
            leading.add(_continuing_in(state.case_id))
        found = self._log.find_identity(*map(self._blind_index, sorted(leading)))
        return tuple(each for each, _ in found)

    def asked_under(self, case_id: UUID) -> tuple[UUID, ...]:
        """The case that was asked for by opening one under this id, if any (``CaseRequests``)."""
        return tuple(found for found, _ in self._log.find_identity(self.alias(case_id)))

    def alias(self, case_id: UUID) -> bytes:
        """What the registry has of a case id that became a request for another case."""
        return self._blind_index(f"case {case_id}")

    def earlier_cases(
        self,
        case_id: UUID,
        state: CaseState,
        act: Act,
        authority: str,
        then: datetime | None = None,
    ) -> EarlierCases:
        """What other cases bring along, for an act that tells an identity code new to the case.

        For a reopening, what all others bring that the case does not know itself: it had a code all
        the time, and the person may have had other cases since. Nothing restarts the maximum, a new
        case no more than a new plan. An open case brings nothing: of one elsewhere nobody is to
        learn by telling who the person is. Nor does one that can't be read any more; one that a
        newer release has written to may bring something, so nothing is decided: raises
        UnknownFactType. Of an act recorded ``then`` (UTC), the plans are those that were on record
        by then, as they were put right since.
        """
        if isinstance(act, ReopenCase):
            found = self._other_cases(case_id, codes_of(state), authority, then)
            return EarlierCases(plans_since(state, found.plans), found.closed_on)
        code = identity_code(act)
        if code is None or code in codes_of(state):
            return EarlierCases()
        return self._other_cases(case_id, {code}, authority, then)

    def _other_cases(
        self, case_id: UUID, codes: Set[str], authority: str, then: datetime | None
    ) -> EarlierCases:
        """What the person's other cases under these identity codes mean for this one."""
        plans: EarlierPlans | None = None
        closings: list[date] = []
        found = (self.cases_of(code) for code in sorted(codes))
        for other in dict.fromkeys(each for cases in found for each, _ in cases):
            if other == case_id:
                continue
            try:
                facts = self._log.load(other)
            except UnknownFactType:
                raise
            except Unreadable:
                continue
            earlier = fold(facts)
            by_then = earlier if then is None else known_by(facts, then)
            over = earlier.closing is not None if then is None else was_closed(facts, then)
            hers = not codes.isdisjoint(codes_of(by_then))
            told = plans_of(by_then) if hers and over else None
            plans = told.and_of(plans) if told else plans
            closed_on = earlier.closing.closed_on if earlier.closing else None
            if closed_on is not None and earlier.responsible_on(closed_on) == authority:
                closings.append(closed_on)
        return EarlierCases(plans, max(closings, default=None))

    def other_case(
        self, act: Act, authority: str, day: date, state: CaseState = NOTHING
    ) -> OtherCase | None:
        """The other case an act names, where ``authority`` answers for it on ``day``.

        Of what puts right a case at ``state`` that is closed as a duplicate, the one it continues
        in, whoever answers for that by now. Raises UnknownFactType where a newer release
        has written to it.
        """
        named = _case_named(act, state)
        if named is None:
            return None
        try:
            facts = self._log.load(named)
        except UnknownFactType:
            raise
        except Unreadable:
            return None
        there = fold(facts)
        puts_right = isinstance(act, AnnulRecord | CorrectRecord)
        if not puts_right and there.responsible_on(day) != authority:
            return None
        return OtherCase(case_id=named, facts=facts, state=there)

    def found_under(self, blinds: Iterable[bytes]) -> tuple[tuple[tuple[UUID, bool], ...], ...]:
        """The cases under each of the blind indexes, each with whether it is the open one."""
        return tuple(self._log.find_identity(blind) for blind in blinds)

    def open_beside(
        self,
        case_id: UUID,
        under: Iterable[Sequence[tuple[UUID, bool]]],
        authority: str | None,
        day: date,
    ) -> UUID | None:
        """Another open case of the person: one that ``authority`` answers for on ``day``, if any.

        Else one of a person whom the registry leaves with none. So it is where a case was recorded
        beside another authority's that was closed since. Raises StoreUnavailable where a newer
        release has written to one.
        """
        unclaimed: UUID | None = None
        for found in under:
            claimed = any(is_open for _, is_open in found)
            for other, _ in found:
                state = None if other == case_id else self._open(other)
                if state is None:
                    continue
                if state.responsible_on(day) == authority:
                    return other
                unclaimed = unclaimed if claimed else unclaimed or other
        return unclaimed

    def _open(self, case_id: UUID) -> CaseState | None:
        try:
            state = fold(self._log.load(case_id))
        except UnknownFactType as newer:
            raise StoreUnavailable from newer
        except Unreadable:
            return None
        return state if state.closing is None else None

    def new_identities(self, before: CaseState, after: CaseState) -> tuple[bytes, ...]:
        """Blind indexes of what the case is found by now and was not before."""
        return tuple(self._blind_index(each) for each in _found_by(after) - _found_by(before))

    def identities(self, state: CaseState) -> tuple[bytes, ...]:
        """Blind indexes of what the case is found by."""
        return self.new_identities(NOTHING, state)

    def released_identities(self, before: CaseState, after: CaseState) -> tuple[bytes, ...]:
        """Blind indexes of what was on record by mistake."""
        return self.new_identities(after, before)


def _found_by(state: CaseState) -> Set[str]:
    """The identity codes of a case; while it is a duplicate also the case it continues in, which
    may know no code, or another, and does not know of it before it has joined it."""
    closing = state.closing
    if closing is None or closing.continues_in is None:
        return codes_of(state)
    return codes_of(state) | {_continuing_in(closing.continues_in)}


def _continuing_in(case_id: UUID) -> str:
    return f"continues in {case_id}"


def code_told(facts: Sequence[Recorded]) -> str | None:
    """The identity code that facts of one act tell, None where they tell none."""
    told = (f.fact.details for f in facts if isinstance(f.fact, PersonDetailsRecorded))
    return next((details.identity_code for details in told), None)


def opens_before_closing(act: Act, on: date, earlier: EarlierCases) -> bool:
    """Whether a case would be opened, or reopened, before the authority closed another of hers."""
    opens = isinstance(act, OpenCase | ReopenCase)
    return opens and earlier.closed_on is not None and on < earlier.closed_on


def names_test_code(act: Act) -> bool:
    """Whether an act tells an identity code of the official test series."""
    code = identity_code(act)
    return code is not None and is_test_code(code)


def open_then_closed_last(found: tuple[CaseState, bool]) -> tuple[bool, date, datetime]:
    """Orders a person's cases: the open one highest, then the one closed last."""
    state, is_open = found
    assert state.recorded_at is not None, "a folded stream has its instant"
    return is_open, state.closing.closed_on if state.closing else date.max, state.recorded_at


def identity_code(act: Act) -> str | None:
    """The identity code that an act tells, None where it tells none."""
    match act:
        case OpenCase():
            return act.person.identity_code
        case RecordDetails():
            return act.details.identity_code
    return None


def _case_named(act: Act, state: CaseState) -> UUID | None:
    match act:
        case CorrectRecord() | AnnulRecord():
            return None if state.closing is None else state.closing.continues_in
        case JoinCases():
            return act.duplicate
        case CloseCase():
            return act.continues_in
    return None
