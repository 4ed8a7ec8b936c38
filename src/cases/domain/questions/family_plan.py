"""What a family plan says, as far as whoever asks may see it (21 §)."""

from datetime import date
from uuid import UUID

from cases.domain.case.act import Maker
from cases.domain.codes.values import EndingGround
from cases.domain.family.facts import GoalOnRecord, GuidanceOnRecord, MeasureOnRecord, PartTold
from cases.domain.family.state import FamilyPlanState, Member
from cases.domain.family.visibility import Visible, part_as_visible
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
    one on which it is over or was ended.
    """

    drawn_up_on: date
    valid_until: date
    last_day: date
    next_review_on: date | None
    reviewed_on: tuple[date, ...]
    ended_on: date | None
    ground: EndingGround | None
    authorities: tuple[str, ...]
    makers: tuple[Maker, ...]
    members: tuple[MemberShown, ...]


def family_plan(state: FamilyPlanState, visible: Visible) -> FamilyPlanShown:
    """The plan as it stands."""
    drawn_up_on, valid_until, last_day = state.drawn_up_on, state.valid_until, state.last_day
    assert drawn_up_on is not None, "a plan begins with its drawing up"
    assert valid_until is not None, "a plan begins with its drawing up"
    assert last_day is not None, "a plan begins with its drawing up"
    return FamilyPlanShown(
        drawn_up_on=drawn_up_on,
        valid_until=valid_until,
        last_day=last_day,
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
