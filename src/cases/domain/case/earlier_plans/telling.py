"""What a case is to be told of the person's other cases, and would have been, were they right.

A case is told of others when an identity code new to it is recorded, when it is reopened, and when
a duplicate is joined to it; each time what the others held by then (ADR 0026). An open one is told
when another one is closed, or is found closed in an import: of that, what it does not know.

So each of these records is computed again from what the others held by that instant, as it was put
right since. Nothing that happened later comes in: a case that was told of this one does not bring
it back.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from itertools import chain
from uuid import UUID

from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.earlier_plans.facts import EarlierPlansNoted
from cases.domain.case.joining.facts import CasesJoined
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.plan.maximum import plans_of, plans_since
from cases.domain.case.records.facts import Correction
from cases.domain.case.records.mending import MENDS, mended, mends
from cases.domain.case.records.replaying import OfOneAct, acts_of
from cases.domain.case.reopening.facts import CaseReopened
from cases.domain.case.state import NOTHING, CaseState, fold
from cases.domain.facts import Fact, Recorded

Others = Mapping[UUID, Sequence[Recorded] | None]
"""The facts of other cases, by id; None of one that can't be read."""

_TELLS_BY_ITSELF = (CaseOpened, CaseReopened, CasesJoined, EarlierPlansNoted)


class _CannotBeRead(LookupError):
    """A case that would have to be read can't be."""


def codes_of(state: CaseState) -> frozenset[str]:
    """Every identity code that counts as recorded in the case."""
    told = (entry.details.identity_code for entry in state.person.details)
    return frozenset(code for code in told if code is not None)


def codes_ever(facts: Iterable[Recorded]) -> frozenset[str]:
    """Every identity code that was ever on record in the case, those put right since among them."""
    told = (_details(recorded.fact) for recorded in facts)
    codes = (each.details.identity_code for each in told if each is not None)
    return frozenset(code for code in codes if code is not None)


def duplicates_of(facts: Iterable[Recorded]) -> tuple[UUID, ...]:
    """The duplicates that were joined to the case."""
    return tuple(each.fact.duplicate for each in facts if isinstance(each.fact, CasesJoined))


def may_tell(facts: Sequence[Recorded]) -> bool:
    """Whether these facts may change what other cases are told of."""
    return mends(facts) or any(isinstance(each.fact, CaseClosed) for each in facts)


def tells_others(before: CaseState, after: CaseState, facts: Sequence[Recorded]) -> bool:
    """Whether facts that lead from one state to the next change what other cases are told of.

    What is put right does, and the end of a case that had plans. Where a duplicate goes on is told
    by the joining.
    """
    if mends(facts):
        return _told_of(before) != _told_of(after)
    return before.closing is None and _is_over(after) and plans_of(after) is not None


def to_be_noted(
    case_id: UUID,
    facts: Sequence[Recorded],
    found: Mapping[str, Sequence[UUID]],
    others: Others,
) -> EarlierPlans | None:
    """What other cases mean for an open one that no record of it tells; None where all is told.

    ``found`` are the cases under each identity code. Those that are open, or can't be read, mean
    nothing yet.
    """
    state = fold(facts)
    if state.closing is not None:
        return None
    codes = codes_of(state)
    of = (each for each in _under(codes, found) if each != case_id)
    now = (fold(others.get(each) or ()) for each in of)
    hers = (each for each in now if not codes.isdisjoint(codes_of(each)))
    return plans_since(state, _together(filter(_is_over, hers)))


def known_by(facts: Sequence[Recorded], instant: datetime, *, with_it: bool = True) -> CaseState:
    """What was on record of a case at an instant (UTC), as it was put right since.

    What it was brought by others at that very instant is left out: so no two cases wait for what
    each was told of the other. ``with_it`` says whether all else of that instant counts.
    """
    counted = _by(_counted(facts), instant, with_it)
    return fold(each if each.recorded_at < instant else _brought(each, None) for each in counted)


def was_closed(facts: Sequence[Recorded], at: datetime, *, with_it: bool = True) -> bool:
    """Whether a case was closed at an instant (UTC), by all that was on record then.

    One that was open elsewhere has no say in another: of that one, who opened the other, imported
    it or told whose it is was not to learn. For ``with_it`` see ``known_by``.
    """
    return fold(_by(facts, at, with_it)).closing is not None


def told_anew(
    case_id: UUID,
    facts: Sequence[Recorded],
    found: Mapping[str, Sequence[UUID]],
    others: Others,
) -> Iterator[tuple[Recorded, EarlierPlans | None]]:
    """Each record of a case that tells of others otherwise than it should, and what it should tell.

    ``found`` are the cases under each identity code, ``others`` those with the duplicates. A record
    for which one would have to be read that can't be stays as it is, and so does one that tells
    what it should if what others have of the same instant came after it.
    """
    state = NOTHING
    for act in acts_of(_counted(facts)):
        left = act
        teller = _teller(act)
        if teller is not None:
            known = teller.fact.earlier_plans  # type: ignore[attr-defined]
            try:
                before, plans = (
                    _told(case_id, state, act, teller, found, others, with_it=with_it)
                    for with_it in (False, True)
                )
            except _CannotBeRead:
                before = plans = known
            if _meaning(known) not in (_meaning(before), _meaning(plans)):
                yield teller, plans
                left = tuple(_brought(each, plans) if each is teller else each for each in act)
        state = fold(left, state)


def _told(  # noqa: PLR0913, PLR0917 - the case so far, the act, and what it looked at
    case_id: UUID,
    state: CaseState,
    act: OfOneAct,
    teller: Recorded,
    found: Mapping[str, Sequence[UUID]],
    others: Others,
    *,
    with_it: bool,
) -> EarlierPlans | None:
    """What the act was to be told; see ``known_by``. Raises _CannotBeRead."""

    def then_of(other: UUID) -> CaseState:
        return known_by(_read(others, other), teller.recorded_at, with_it=with_it)

    def plans_under(
        codes: Set[str], counts: Callable[[CaseState], bool] = lambda _: True
    ) -> EarlierPlans | None:
        of = [each for each in _under(codes, found) if each != case_id]
        at = teller.recorded_at
        closed = (each for each in of if was_closed(_read(others, each), at, with_it=with_it))
        then = [then_of(each) for each in closed]
        hers = (each for each in then if not codes.isdisjoint(codes_of(each)))
        return _together(filter(counts, hers))

    match teller.fact:
        case CasesJoined() as fact:
            return plans_since(state, plans_of(then_of(fact.duplicate)))
        case CaseReopened():
            return plans_since(state, plans_under(codes_of(state)))
        case EarlierPlansNoted():
            return plans_since(state, plans_under(codes_of(state), _is_over))
    return plans_under(codes_ever(act) - codes_of(state))


def _by(facts: Iterable[Recorded], instant: datetime, with_it: bool) -> Iterator[Recorded]:
    """The facts recorded before an instant (UTC), or by it."""
    return (
        each
        for each in facts
        if each.recorded_at < instant or (with_it and each.recorded_at == instant)
    )


def _under(codes: Set[str], found: Mapping[str, Sequence[UUID]]) -> tuple[UUID, ...]:
    """The cases under these identity codes, each once."""
    return tuple(dict.fromkeys(each for code in sorted(codes) for each in found.get(code, ())))


def _together(states: Iterable[CaseState]) -> EarlierPlans | None:
    """What cases mean for a later one, all of them."""
    plans: EarlierPlans | None = None
    for state in states:
        told = plans_of(state)
        plans = told.and_of(plans) if told else plans
    return plans


def _is_over(state: CaseState) -> bool:
    """Whether a case is closed, and not as the duplicate of one that goes on."""
    return state.closing is not None and state.closing.continues_in is None


def _read(others: Others, case_id: UUID) -> Sequence[Recorded]:
    facts = others.get(case_id)
    if facts is None:
        raise _CannotBeRead
    return facts


def _teller(act: OfOneAct) -> Recorded | None:
    """The record of an act that tells of other cases, or could."""
    by_itself = (each for each in act if isinstance(each.fact, _TELLS_BY_ITSELF))
    details = (each for each in act if isinstance(each.fact, PersonDetailsRecorded))
    return next(chain(by_itself, details), None)


def _counted(facts: Sequence[Recorded]) -> tuple[Recorded, ...]:
    return tuple(each for each in mended(facts) if not isinstance(each.fact, MENDS))


def _brought(recorded: Recorded, plans: EarlierPlans | None) -> Recorded:
    """The record telling these earlier plans; as it is where it could tell none."""
    if "earlier_plans" not in type(recorded.fact).model_fields:
        return recorded
    return recorded.having(fact=recorded.fact.model_copy(update={"earlier_plans": plans}))


def _details(fact: Fact) -> PersonDetailsRecorded | None:
    match fact:
        case PersonDetailsRecorded():
            return fact
        case Correction(content_topic=topic) if topic == PersonDetailsRecorded.topic():
            return PersonDetailsRecorded.model_validate(fact.content)
    return None


def _told_of(state: CaseState) -> object:
    """Everything of a case that another one may have been told of, or found it by."""
    return (
        codes_of(state),
        Counter((plan.drawn_up_on, plan.signed_on) for plan in state.plans),
        [each.grant for each in state.extensions],
        state.told_of_earlier,
        _is_over(state),
    )


def _meaning(plans: EarlierPlans | None) -> object:
    """What plans mean for the maximum: in which order the grants are told means nothing."""
    if plans is None:
        return None
    return plans.first_drawn_up_on, plans.first_signed_on, Counter(plans.granted)
