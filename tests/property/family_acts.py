"""Acts on family plans and on what they rest upon, drawn with regard to how the family stands.

Whatever is said of people names them in a word that stands nowhere else, so that it can be looked
for in what others are shown.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from tests.desk import KASKINEN, VAASA
from tests.families import MEMBERS, Family, consent
from tests.property import choosing as ch
from tests.property.choosing import Choice
from tests.property.drawing import mostly

from cases.domain.case.act import Act, Maker, Organisation
from cases.domain.case.consent.acts import WithdrawConsent
from cases.domain.case.protection.acts import LiftNonDisclosure, SetNonDisclosure
from cases.domain.case.records.acts import Change
from cases.domain.case.responsibility.acts import AssignWorker, HandOver
from cases.domain.codes.values import ConsentScope, EndingGround, HandOverReason, Service
from cases.domain.family.acts import (
    AnnulFamilyPlanRecord,
    CorrectFamilyPlanRecord,
    DrawUpFamilyPlan,
    EndFamilyPlan,
    FamilyGoal,
    FamilyMeasure,
    JoinFamilyPlan,
    LeaveFamilyPlan,
    ReviewFamilyPlan,
)

DAY = timedelta(days=1)
WORDS: Mapping[UUID, str] = {member: f"«{name}»" for name, member in MEMBERS.items()}
"""The word for each member."""
MAKERS = (Maker(name="Olli Ohjaaja", organisation="vaasa"),)
EVERYBODY = tuple(MEMBERS.values())


class Asked(NamedTuple):
    """An act as somebody asks for it; ``stream`` is None where it begins a plan."""

    by: Organisation
    act: Act
    stream: UUID | None
    on: date


def said_of(members: Sequence[UUID]) -> str:
    """Something said of these people."""
    return "Told of " + "".join(WORDS[member] for member in members)


def own(family: Family, by: Organisation) -> list[UUID]:
    """Those whose cases an authority answers for."""
    return [member for member in EVERYBODY if family.answers(member) == by]


# on the members' cases ----------------------------------------------------------------------------


def on_cases(family: Family) -> Choice[Asked]:
    """Consents given and withdrawn, protection, moves: by who answers for the case."""
    asked = [(m, act) for m in EVERYBODY for act in _on_case(family, m)]
    return ch.sampled_from(asked).map(
        lambda each: Asked(family.answers(each[0]), each[1], each[0], family.today)
    )


def _on_case(family: Family, member: UUID) -> list[Act]:
    case, today = family.case(member), family.today
    found: list[Act] = []
    for guardian in case.person.details_on(today).guardians or ():
        given = [c for c in case.consents if c.guardian == guardian and c.withdrawn_on is None]
        missing = consent(ConsentScope.FAMILY_PLAN, today, guardian)
        found += [WithdrawConsent(consent=c.consent_id) for c in given] or [missing] * 8
    protected = case.protection.withholds_on(today)
    worker = case.responsibility.worker_on(today, family.answers(member).id)
    found += [LiftNonDisclosure()] * 2 if protected else [SetNonDisclosure(since=today)]
    if protected:
        # Nobody else lifts what protects.
        found += [AssignWorker(worker="officer")] * (1 if worker else 2)
    moving = ConsentScope.CONTACT_TO_NEW_MUNICIPALITY
    to_move = [c for c in case.consents if c.scope is moving and c.holds_on(today)]
    if not to_move:
        return [*found, consent(moving, today)]
    to = KASKINEN if family.answers(member) == VAASA else VAASA
    moved = HandOver(to=to.id, reason=HandOverReason.MOVE, consent=to_move[-1].consent_id)
    return [*found, moved]


# on plans -----------------------------------------------------------------------------------------


def on_plans(family: Family) -> Choice[Asked]:
    """An act on a plan there is, or one more plan."""
    plans = [plan for plan in family.drawn_up() if not family.plan(plan).was_annulled]
    if not plans:
        return _draws_up(family)
    lasting = [plan for plan in plans if (family.plan(plan).last_day or date.min) >= family.today]
    one = ch.sampled_from([*plans, *lasting * 3]).flatmap(lambda plan: _on_plan(family, plan))
    return mostly(*[one] * 5, _draws_up(family), seldom=[one]).flatmap(lambda each: each)


def days(family: Family) -> Choice[date]:
    """Mostly the day itself; or a day that is told late."""
    return mostly(0, 0, 0, 1, 20, 100, seldom=[400]).map(lambda n: family.today - n * DAY)


def _until(on: date) -> Choice[date]:
    return ch.sampled_from([60, 100, 300, 365, 500]).map(lambda n: on + n * DAY)


def _some(members: Sequence[UUID], least: int, most: int) -> Choice[tuple[UUID, ...]]:
    picked = ch.lists(ch.sampled_from(members), min_size=least, max_size=most, unique=True)
    return picked.map(tuple)


def _goals(everybody: Sequence[UUID], named: Sequence[UUID]) -> Choice[tuple[FamilyGoal, ...]]:
    def goal(members: tuple[UUID, ...]) -> FamilyGoal:
        return FamilyGoal(members=members, text=said_of(members or everybody))

    return ch.lists(_some(named, 0, 2).map(goal), min_size=1, max_size=3).map(tuple)


def _measures(
    everybody: Sequence[UUID], named: Sequence[UUID]
) -> Choice[tuple[FamilyMeasure, ...]]:
    def measure(members: tuple[UUID, ...]) -> FamilyMeasure:
        return FamilyMeasure(
            members=members,
            service=Service.LITERACY_TRAINING,
            provider="opisto",
            serves=said_of(members or everybody),
        )

    return ch.lists(_some(named, 0, 2).map(measure), max_size=2).map(tuple)


def _draws_up(family: Family) -> Choice[Asked]:
    def drawn_up(by: Organisation) -> Choice[Asked]:
        theirs = [*own(family, by), *own(family, by), *EVERYBODY][: 2 * len(EVERYBODY)]

        def told(members: tuple[UUID, ...], on: date) -> Choice[Asked]:
            return _until(on).flatmap(
                lambda until: ch.builds(
                    DrawUpFamilyPlan,
                    members=ch.just(members),
                    valid_until=ch.just(until),
                    next_review_on=_next_review(on, until),
                    goals=_goals(members, members),
                    measures=_measures(members, members),
                    authorities=ch.just((by.id,)),
                    makers=ch.just(MAKERS),
                ).map(lambda act: Asked(by, act, None, on))
            )

        members = _some(theirs, 3, 5).map(lambda each: each if len(each) > 1 else EVERYBODY[:2])
        return ch.tuples(members, days(family)).flatmap(lambda drawn: told(*drawn))

    return ch.sampled_from([VAASA, VAASA, KASKINEN]).flatmap(drawn_up)


def _next_review(on: date, until: date) -> Choice[date]:
    return mostly(min(on + 30 * DAY, until), seldom=[until + DAY])


def _on_plan(family: Family, plan: UUID) -> Choice[Asked]:
    state = family.plan(plan)
    members = [member.case_id for member in state.members]
    answering = [family.answers(member) for member in members]
    first, last = state.latest_on or family.today, state.last_day or family.today

    def asked(drawn: tuple[Any, ...]) -> Choice[Asked]:
        by, on, kind = drawn
        # Within the days that the plan goes on, where the day may be one of them.
        on = max(min(on, last), first) if first <= family.today else on
        on = min(on, family.today)
        return KINDS[kind](family, plan, by, on).map(lambda act: Asked(by, act, plan, on))

    by = mostly(*answering, seldom=[VAASA, KASKINEN])
    return ch.tuples(by, days(family), ch.sampled_from(OFTEN)).flatmap(asked)


def _reviewed(family: Family, plan: UUID, by: Organisation, on: date) -> Choice[Act]:
    state = family.plan(plan)
    members = [member.case_id for member in state.members]
    named = [member for member in members if family.answers(member) == by] or members
    until = ch.none() | ch.none() | _until(on)
    return until.flatmap(
        lambda until: ch.builds(
            ReviewFamilyPlan,
            valid_until=ch.just(until),
            next_review_on=_next_review(on, until or state.valid_until or on),
            makers=ch.just(MAKERS),
            found=ch.none() | ch.just(said_of(members)),
            goals=ch.none() | _goals(members, named),
            measures=ch.none() | _measures(members, named),
        )
    )


def _joined(family: Family, plan: UUID, by: Organisation, on: date) -> Choice[Act]:
    others = [m for m in own(family, by) if family.plan(plan).member(m) is None]
    return mostly(*(others or EVERYBODY), seldom=EVERYBODY).map(
        lambda member: JoinFamilyPlan(member=member, goals=(said_of((member,)),))
    )


def _left(family: Family, plan: UUID, by: Organisation, on: date) -> Choice[Act]:
    members = [member.case_id for member in family.plan(plan).members]
    everybody = said_of(members)
    return mostly(*(members or EVERYBODY), seldom=EVERYBODY).map(
        lambda member: LeaveFamilyPlan(member=member, reason=everybody)
    )


def _ended(family: Family, plan: UUID, by: Organisation, on: date) -> Choice[Act]:
    members = [member.case_id for member in family.plan(plan).members]
    return ch.just(EndFamilyPlan(ground=EndingGround.OTHER, reason=said_of(members)))


def _version(family: Family, plan: UUID) -> Choice[int]:
    return ch.integers(1, len(family.facts(plan)))


def _corrected(family: Family, plan: UUID, by: Organisation, on: date) -> Choice[Act]:
    everybody = said_of(family.plan(plan).named)
    day = ch.tuples(days(family), ch.sampled_from([-60, 0, 0, 60, 200])).map(
        lambda drawn: (drawn[0] + drawn[1] * DAY).isoformat()
    )
    told: Choice[tuple[str, Any]] = ch.one_of(
        ch.tuples(ch.just("/effectiveOn"), day),
        ch.tuples(ch.sampled_from(["/content/validUntil", "/content/nextReviewOn"]), day),
        ch.tuples(ch.just("/content/goals/0/text"), ch.just("Put otherwise")),
        ch.tuples(ch.sampled_from(["/content/found", "/content/reason"]), ch.just(everybody)),
        ch.tuples(
            ch.just("/content/members"),
            _some(EVERYBODY, 2, 4).map(lambda members: [str(member) for member in members]),
        ),
    )
    return ch.builds(
        CorrectFamilyPlanRecord,
        version=_version(family, plan),
        changes=told.map(lambda each: (Change(member=each[0], to=each[1]),)),
        reason=ch.just(everybody),
    )


def _annulled(family: Family, plan: UUID, by: Organisation, on: date) -> Choice[Act]:
    return ch.builds(
        AnnulFamilyPlanRecord,
        version=_version(family, plan),
        reason=ch.just(said_of(family.plan(plan).named)),
    )


KINDS: Mapping[str, Callable[[Family, UUID, Organisation, date], Choice[Act]]] = {
    ReviewFamilyPlan.NAME: _reviewed,
    JoinFamilyPlan.NAME: _joined,
    LeaveFamilyPlan.NAME: _left,
    EndFamilyPlan.NAME: _ended,
    CorrectFamilyPlanRecord.NAME: _corrected,
    AnnulFamilyPlanRecord.NAME: _annulled,
}
"""An act of each kind on a plan there is."""
OFTEN = (
    *(name for name in (ReviewFamilyPlan.NAME, JoinFamilyPlan.NAME) for _ in range(4)),
    *(LeaveFamilyPlan.NAME, LeaveFamilyPlan.NAME, EndFamilyPlan.NAME, AnnulFamilyPlanRecord.NAME),
    *(CorrectFamilyPlanRecord.NAME for _ in range(3)),
)
