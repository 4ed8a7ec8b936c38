"""The state of a family plan: its days, its members, and the part of each as it stands now."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from cases.domain.case.act import Maker
from cases.domain.case.records.mending import MENDS, FoldAnew, mended, touches
from cases.domain.codes.values import EndingGround
from cases.domain.facts import Recorded
from cases.domain.family.facts import (
    FamilyMemberJoined,
    FamilyMemberLeft,
    FamilyPlanDrawnUp,
    FamilyPlanEnded,
    FamilyPlanFact,
    FamilyPlanReviewed,
    Part,
    PartTold,
)
from cases.domain.model import State


class Member(State):
    """A member, by the case, from ``joined_on`` to before ``left_on``.

    ``part`` is what the plan says of the member, None once the member's case was erased.
    """

    case_id: UUID
    joined_on: date
    left_on: date | None = None
    part: PartTold | None = None


class FamilyPlanState(State):
    """A family plan at one version of its stream; version 0 before the first fact.

    ``recorded_at`` is the instant (UTC) of the newest fact, ``latest_on`` the latest legal date of
    an act on it. ``valid_until`` is the last day as agreed, ``ended_on`` that of a plan that was
    ended before. ``everybody`` are all who ever belonged to it, in the order in which they came, by
    what counts; ``named`` whom any fact named, also one that was put right since. A plan whose
    drawing up was annulled has its version, and nothing else.
    """

    family_plan_id: UUID | None = None
    version: int = 0
    recorded_at: datetime | None = None
    drawn_up_on: date | None = None
    latest_on: date | None = None
    valid_until: date | None = None
    next_review_on: date | None = None
    reviewed_on: tuple[date, ...] = ()
    ended_on: date | None = None
    ground: EndingGround | None = None
    authorities: tuple[str, ...] = ()
    makers: tuple[Maker, ...] = ()
    everybody: tuple[Member, ...] = ()
    named: tuple[UUID, ...] = ()

    @property
    def was_annulled(self) -> bool:
        """Whether there was a plan once, and by what counts there never was."""
        return self.version > 0 and self.drawn_up_on is None

    @property
    def whose(self) -> tuple[UUID, ...]:
        """The cases by way of which the plan is reached: its members', or of one annulled all."""
        return self.named if self.was_annulled else tuple(m.case_id for m in self.members)

    @property
    def last_day(self) -> date | None:
        """The last day of the plan, whether it was ended or not; None before it is drawn up."""
        return self.ended_on or self.valid_until

    @property
    def members(self) -> tuple[Member, ...]:
        """Who belongs to it, as far as is known now."""
        return tuple(member for member in self.everybody if member.left_on is None)

    def member(self, case_id: UUID) -> Member | None:
        """Who belongs to it with this case."""
        return next((each for each in self.members if each.case_id == case_id), None)


NOTHING = FamilyPlanState()


class UnknownFact(TypeError):
    """A fact of a type that is none of a family plan's: a programming error."""


def fold(facts: Iterable[Recorded], state: FamilyPlanState = NOTHING) -> FamilyPlanState:
    """The state after ``facts``, which stand in the order of their versions.

    What was annulled or corrected among them counts as it was put right. Raises UnknownFact for a
    fact of another kind of stream, and FoldAnew where one of them puts right what ``state`` holds;
    who has the whole plan at hand calls ``fold_on``.
    """
    told = tuple(facts)
    if not told:
        return state
    if state.version and touches(told, state.version):
        raise FoldAnew
    named = dict.fromkeys((*state.named, *(p.case_id for f in told for p in parts_of(f))))
    for recorded in mended(told):
        if isinstance(recorded.fact, MENDS):
            continue
        latest = max(state.latest_on or recorded.effective_on, recorded.effective_on)
        state = _evolve(state, recorded).having(latest_on=latest)
    last = told[-1]
    return state.having(
        family_plan_id=last.stream_id,
        version=last.version,
        recorded_at=last.recorded_at,
        named=tuple(named),
    )


def fold_on(
    facts: Sequence[Recorded], state: FamilyPlanState, before: Sequence[Recorded]
) -> FamilyPlanState:
    """The state after ``facts``, which went on from ``before``; these alone are at ``state``."""
    if state.version and touches(facts, state.version):
        return fold((*before, *facts))
    return fold(facts, state)


def parts_of(recorded: Recorded) -> tuple[Part, ...]:
    """The parts of a fact of a family plan. Raises UnknownFact for another's."""
    fact = recorded.fact
    if not isinstance(fact, FamilyPlanFact):
        msg = f"{type(fact).__name__} is no fact of a family plan"
        raise UnknownFact(msg)
    return fact.parts


def _evolve(state: FamilyPlanState, recorded: Recorded) -> FamilyPlanState:
    on = recorded.effective_on
    match recorded.fact:
        case FamilyPlanDrawnUp() as fact:
            return state.having(
                drawn_up_on=on,
                valid_until=fact.valid_until,
                next_review_on=fact.next_review_on,
                authorities=fact.authorities,
                makers=fact.makers,
                everybody=_joining(state, fact, on),
            )
        case FamilyPlanReviewed() as fact:
            return state.having(
                reviewed_on=(*state.reviewed_on, on),
                valid_until=fact.valid_until,
                next_review_on=fact.next_review_on,
                makers=fact.makers,
                everybody=_told(state, fact),
            )
        case FamilyMemberJoined() as fact:
            return state.having(everybody=_joining(state, fact, on))
        case FamilyMemberLeft() as fact:
            return state.having(everybody=_told(state, fact, left_on=on))
        case FamilyPlanEnded() as fact:
            return state.having(ended_on=on, ground=fact.ground, everybody=_told(state, fact))
    msg = f"{type(recorded.fact).__name__} is no fact of a family plan"
    raise UnknownFact(msg)


def _joining(state: FamilyPlanState, fact: FamilyPlanFact, on: date) -> tuple[Member, ...]:
    came = (Member(case_id=p.case_id, joined_on=on, part=p.told) for p in fact.parts)
    return (*state.everybody, *came)


def _told(
    state: FamilyPlanState, fact: FamilyPlanFact, left_on: date | None = None
) -> tuple[Member, ...]:
    """Everybody, with the parts of a fact in the place of what was said before."""
    parts = {part.case_id: part.told for part in fact.parts}
    return tuple(
        member.having(part=parts[member.case_id], left_on=left_on)
        if member.left_on is None and member.case_id in parts
        else member
        for member in state.everybody
    )
