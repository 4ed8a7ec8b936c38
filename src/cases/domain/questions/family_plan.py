"""What a family plan says, as far as whoever asks may see it (21 §)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from cases.domain.case.act import Maker
from cases.domain.case.records.mending import mended
from cases.domain.codes.values import EndingGround
from cases.domain.facts import Recorded
from cases.domain.family.facts import GoalOnRecord, GuidanceOnRecord, MeasureOnRecord, PartTold
from cases.domain.family.state import Member, fold
from cases.domain.family.visibility import Visible, naming_no_place, part_as_visible
from cases.domain.model import Value


class MemberShown(Value):
    """A member's part of the plan, and from which day to before which the member belongs to it.

    ``consents`` are those on the member's case that the plan rests upon.
    """

    case_id: UUID
    joined_on: date
    left_on: date | None
    consents: tuple[UUID, ...]
    goals: tuple[GoalOnRecord, ...]
    measures: tuple[MeasureOnRecord, ...]
    guided_to: tuple[GuidanceOnRecord, ...]
    remarks: str | None


class FamilyPlanShown(Value):
    """A family plan, with the parts of the members that may be seen.

    All days are legal days (Helsinki). ``valid_until`` is the last day as agreed, ``last_day`` the
    one on which it is over or was ended. ``drawn_up_on`` and what follows from it are null, and
    nobody is a member, where there was no plan on the day asked about, and where its drawing up was
    annulled: ``annulled`` says so.
    """

    annulled: bool
    drawn_up_on: date | None
    valid_until: date | None
    last_day: date | None
    next_review_on: date | None
    reviewed_on: tuple[date, ...]
    ended_on: date | None
    ground: EndingGround | None
    authorities: tuple[str, ...]
    makers: tuple[Maker, ...]
    members: tuple[MemberShown, ...]


def family_plan(
    facts: Sequence[Recorded], visible: Visible, valid_on: date = date.max
) -> FamilyPlanShown:
    """The plan as it stands on a legal day, by the facts known."""
    whole = fold(facts)
    told = mended(naming_no_place(facts, visible))
    state = fold(each for each in told if each.effective_on <= valid_on)
    return FamilyPlanShown(
        annulled=whole.was_annulled,
        drawn_up_on=state.drawn_up_on,
        valid_until=state.valid_until,
        last_day=state.last_day,
        next_review_on=None if state.ended_on else state.next_review_on,
        reviewed_on=state.reviewed_on,
        ended_on=state.ended_on,
        ground=state.ground,
        authorities=state.authorities,
        makers=state.makers,
        members=tuple(
            _shown(member, visible)
            for member in state.everybody
            if member.case_id in visible.members
        ),
    )


def _shown(member: Member, visible: Visible) -> MemberShown:
    part = part_as_visible(member.part or PartTold(), visible)
    return MemberShown(
        case_id=member.case_id,
        joined_on=member.joined_on,
        left_on=member.left_on,
        consents=part.consents,
        goals=part.goals,
        measures=part.measures,
        guided_to=part.guided_to,
        remarks=part.remarks,
    )
