"""May a family plan be drawn up, reviewed, joined, left, ended? 21 §, decree 2–3 §.

``cases`` are those of members that the acting authority may process, by their ids: whoever it may
know nothing of is nobody here. The consents alone of such members are looked at, in ``others``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from cases.domain.case.act import Act, Circumstances, Decision, Outcome, told_ahead
from cases.domain.case.state import CaseState
from cases.domain.family.acts import (
    Concerning,
    DrawUpFamilyPlan,
    EndFamilyPlan,
    JoinFamilyPlan,
    LeaveFamilyPlan,
    ReviewFamilyPlan,
)
from cases.domain.family.consents import section_21_1_guardians_consent
from cases.domain.family.facts import (
    FamilyMemberJoined,
    FamilyMemberLeft,
    FamilyPlanDrawnUp,
    FamilyPlanEnded,
    FamilyPlanFact,
    FamilyPlanReviewed,
    GoalOnRecord,
    Part,
    PartTold,
)
from cases.domain.family.one_plan import belongs_elsewhere
from cases.domain.family.saying import (
    by_name,
    goals_of,
    guided_to_of,
    measures_of,
    parts_from,
    remarking,
)
from cases.domain.family.state import FamilyPlanState, Member
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, RuleApplied, Violation

Cases = Mapping[UUID, CaseState]
Decide = Callable[[Any, FamilyPlanState, Circumstances, Cases], Outcome]

_SMALLEST = 2


class _Checks:
    """Rules as they are checked: what holds, and everything that is broken."""

    def __init__(self, circumstances: Circumstances) -> None:
        self._circumstances = circumstances
        self.rules: list[RuleApplied] = []
        self.broken: list[Violation] = []

    def line(
        self, line: RuleApplied, pointer: str | None = None, *, latest: date | None = None
    ) -> bool:
        """Take one more line in; whether it holds."""
        if line.result:
            self.rules.append(line)
        else:
            self.broken.append(Violation(line=line, latest=latest, pointer=pointer))
        return bool(line.result)

    def holds(
        self,
        rule: Rule,
        result: bool,
        pointer: str | None = None,
        *,
        latest: date | None = None,
        **inputs: object,
    ) -> bool:
        """Check one more rule."""
        return self.line(self._circumstances.line(rule, result, **inputs), pointer, latest=latest)

    def outcome(self, fact: FamilyPlanFact | None, *, conflict: bool = False) -> Outcome:
        """The fact, or all that is broken."""
        if self.broken or fact is None:
            return Refusal(violations=tuple(self.broken), conflict=conflict)
        return Decision(facts=(fact,), rules=tuple(self.rules))


def decide_draw_up(
    act: DrawUpFamilyPlan, state: FamilyPlanState, circumstances: Circumstances, cases: Cases
) -> Outcome:
    """A plan for members whose cases are open and known here, with each guardian's consent."""
    checks = _Checks(circumstances)
    _of_the_edition(checks, circumstances)
    relied = {
        member: _may_belong(
            checks, member, f"/members/{n}", state, act.valid_until, circumstances, cases
        )
        for n, member in enumerate(act.members)
    }
    _by_who_answers(checks, circumstances, [cases[m] for m in act.members if m in cases])
    _lasts(checks, circumstances.on, act.valid_until, act.next_review_on)
    said = (("goals", act.goals), ("measures", act.measures), ("guidedTo", act.guided_to))
    _of_members(checks, said, act.members)
    if checks.broken:
        return checks.outcome(None)
    parts = tuple(
        Part(
            case_id=member,
            case_version=cases[member].version,
            told=PartTold(
                consents=relied[member],
                goals=goals_of(act.goals, member),
                measures=measures_of(act.measures, member),
                guided_to=guided_to_of(act.guided_to, member),
            ),
        )
        for member in act.members
    )
    return checks.outcome(
        FamilyPlanDrawnUp(
            parts=parts,
            valid_until=act.valid_until,
            next_review_on=act.next_review_on,
            authorities=act.authorities,
            makers=act.makers,
        )
    )


def decide_review(
    act: ReviewFamilyPlan,
    state: FamilyPlanState,
    circumstances: Circumstances,
    cases: Cases,
    others: Cases,
) -> Outcome:
    """While the plan lasts, and while each guardian's consent holds: of every member.

    Of those the authority may know nothing of, one line says whether all consents are there; whose
    is missing it does not say. What was said of such a member by name stays.
    """
    checks = _Checks(circumstances)
    if not _goes_on(checks, state, circumstances):
        return checks.outcome(None, conflict=True)
    members = state.members
    relied = {
        member.case_id: _consents(checks, cases[member.case_id], None, circumstances)
        for member in members
        if member.case_id in cases
    }
    relied |= _consents_of_others(checks, members, others, circumstances)
    last = act.valid_until or state.valid_until
    assert last is not None, "a plan that goes on has been drawn up"
    _lasts(checks, circumstances.on, last, act.next_review_on, changed=act.valid_until is not None)
    if act.valid_until is not None:
        _no_longer_than_others_allow(checks, state, circumstances, last, {**others, **cases})
    said: list[tuple[str, Sequence[Concerning]]] = [("guidedTo", act.guided_to)]
    said += [("goals", act.goals)] if act.goals is not None else []
    said += [("measures", act.measures)] if act.measures is not None else []
    _of_members(checks, said, [m.case_id for m in members if m.case_id in cases])
    if checks.broken:
        return checks.outcome(None)

    def reviewed(member: Member, part: PartTold) -> PartTold:
        goals, measures = act.goals, act.measures
        told: dict[str, object] = {
            "consents": relied.get(member.case_id, part.consents),
            "guided_to": (*part.guided_to, *guided_to_of(act.guided_to, member.case_id)),
            "remarks": act.found,
        }
        stays = member.case_id not in cases
        if goals is not None:
            kept = by_name(part.goals) if stays else ()
            told["goals"] = (*goals_of(goals, member.case_id), *kept)
        if measures is not None:
            agreed = by_name(part.measures) if stays else ()
            told["measures"] = (*measures_of(measures, member.case_id), *agreed)
        return part.model_copy(update=told)

    return checks.outcome(
        FamilyPlanReviewed(
            parts=parts_from(members, cases, reviewed),
            review_id=circumstances.new_id,
            valid_until=last,
            next_review_on=act.next_review_on,
            makers=act.makers,
        )
    )


def decide_join(
    act: JoinFamilyPlan, state: FamilyPlanState, circumstances: Circumstances, cases: Cases
) -> Outcome:
    """Whoever joins is told as those were with whom the plan was drawn up."""
    checks = _Checks(circumstances)
    if not _goes_on(checks, state, circumstances):
        return checks.outcome(None, conflict=True)
    _of_the_edition(checks, circumstances)
    assert state.last_day is not None, "a plan that goes on has been drawn up"
    last = state.last_day
    relied = _may_belong(checks, act.member, "/member", state, last, circumstances, cases)
    if act.member in cases:
        once = state.member(act.member) is None
        checks.holds(Rule.FAMILY_MEMBER_ONCE, once, "/member")
    if checks.broken:
        return checks.outcome(None)
    told = PartTold(
        consents=relied,
        goals=tuple(GoalOnRecord(text=text, with_members=(act.member,)) for text in act.goals),
    )
    version = cases[act.member].version
    part = Part(case_id=act.member, case_version=version, told=told)
    return checks.outcome(FamilyMemberJoined(parts=(part,)))


def decide_leave(
    act: LeaveFamilyPlan, state: FamilyPlanState, circumstances: Circumstances, cases: Cases
) -> Outcome:
    """A plan of one is none: it is ended instead."""
    checks = _Checks(circumstances)
    if not _goes_on(checks, state, circumstances):
        return checks.outcome(None, conflict=True)
    member = state.member(act.member) if act.member in cases else None
    if not checks.holds(Rule.FAMILY_MEMBER, member is not None, "/member") or member is None:
        return checks.outcome(None)
    checks.holds(Rule.FAMILY_OF_SEVERAL, len(state.members) > _SMALLEST, "/member")
    if checks.broken:
        return checks.outcome(None)
    parts = parts_from((member,), cases, remarking(act.reason))
    return checks.outcome(FamilyMemberLeft(parts=parts))


def decide_end(
    act: EndFamilyPlan, state: FamilyPlanState, circumstances: Circumstances, cases: Cases
) -> Outcome:
    """On one of its days, and once."""
    checks = _Checks(circumstances)
    if not _goes_on(checks, state, circumstances):
        return checks.outcome(None, conflict=True)
    parts = parts_from(state.members, cases, remarking(act.reason))
    return checks.outcome(FamilyPlanEnded(parts=parts, ground=act.ground))


DECISIONS: Mapping[type[Act], Decide] = {
    DrawUpFamilyPlan: decide_draw_up,
    JoinFamilyPlan: decide_join,
    LeaveFamilyPlan: decide_leave,
    EndFamilyPlan: decide_end,
}
"""Every act on a family plan but its review, and the function that decides it."""


def decide(
    act: Act,
    state: FamilyPlanState,
    circumstances: Circumstances,
    cases: Cases,
    others: Cases = MappingProxyType({}),
) -> Outcome:
    """Decide an act: the facts to record, or a refusal with its sections."""
    ahead = told_ahead(circumstances)
    if ahead is not None:
        return ahead
    if isinstance(act, ReviewFamilyPlan):
        return decide_review(act, state, circumstances, cases, others)
    return DECISIONS[type(act)](act, state, circumstances, cases)


# ------------------------------------------------------------------------------ the rules


def _of_the_edition(checks: _Checks, circumstances: Circumstances) -> None:
    known = circumstances.edition.family_plan is not None
    checks.holds(Rule.FAMILY_PLAN_OF_THE_EDITION, known)


def _may_belong(  # noqa: PLR0913, PLR0917 - a member, the plan, and what is known of both
    checks: _Checks,
    member: UUID,
    pointer: str,
    state: FamilyPlanState,
    until: date,
    circumstances: Circumstances,
    cases: Cases,
) -> tuple[UUID, ...]:
    """The consents a member belongs to the plan with; who may not is told in ``checks``."""
    case = cases.get(member)
    known = case is not None and case.closing is None and _opened_by(case, circumstances.on)
    if not checks.holds(Rule.FAMILY_MEMBER, known, pointer) or case is None:
        return ()
    elsewhere = belongs_elsewhere(case, state.family_plan_id, circumstances.on, until)
    checks.holds(Rule.ONE_FAMILY_PLAN, not elsewhere, pointer, on=circumstances.on)
    return _consents(checks, case, pointer, circumstances)


def _opened_by(case: CaseState, day: date) -> bool:
    """Before its opening nothing is known of who would have to consent."""
    return case.opening is not None and case.opening.opened_on <= day


def _consents(
    checks: _Checks, case: CaseState, pointer: str | None, circumstances: Circumstances
) -> tuple[UUID, ...]:
    consents = section_21_1_guardians_consent(circumstances.edition, case, circumstances.on)
    checks.line(consents.line, pointer)
    return consents.value or ()


def _no_longer_than_others_allow(
    checks: _Checks, state: FamilyPlanState, circumstances: Circumstances, until: date, cases: Cases
) -> None:
    """No member belongs to another plan by then; whether it is one who may be seen isn't told."""
    members = (cases[m.case_id] for m in state.members if m.case_id in cases)
    plan, on = state.family_plan_id, circumstances.on
    if any(belongs_elsewhere(case, plan, on, until) for case in members):
        checks.holds(Rule.ONE_FAMILY_PLAN, False, "/validUntil", on=on)


def _consents_of_others(
    checks: _Checks, members: Iterable[Member], others: Cases, circumstances: Circumstances
) -> dict[UUID, tuple[UUID, ...]]:
    """The consents of members the authority may know nothing of: one line for them all.

    It stands there whether there are any or not, and tells nothing of anybody.
    """
    found = {
        member.case_id: section_21_1_guardians_consent(
            circumstances.edition, others[member.case_id], circumstances.on
        ).value
        for member in members
        if member.case_id in others
    }
    complete = all(consents is not None for consents in found.values())
    checks.holds(Rule.CONSENTS_OF_THE_FAMILY, complete, on=circumstances.on)
    return {member: consents or () for member, consents in found.items()}


def _by_who_answers(
    checks: _Checks, circumstances: Circumstances, cases: Iterable[CaseState]
) -> None:
    """One of the members' cases at least is the authority's own."""
    answering = [case.responsible_on(circumstances.today) for case in cases]
    if answering:
        ours = circumstances.organisation.id in answering
        checks.holds(Rule.FAMILY_PLAN_BY_WHO_ANSWERS, ours, "/members")


def _lasts(
    checks: _Checks, on: date, until: date, next_review_on: date, *, changed: bool = True
) -> None:
    """It lasts to its last day, and is reviewed on one of its days (decree 2 § 1 mom.)."""
    if changed:
        checks.holds(Rule.FAMILY_PLAN_LASTS, on <= until, "/validUntil", on=on, validUntil=until)
    checks.holds(
        Rule.FAMILY_PLAN_REVIEWED_WHILE_IT_LASTS,
        on <= next_review_on <= until,
        "/nextReviewOn",
        latest=until if on <= until < next_review_on else None,
        nextReviewOn=next_review_on,
        validUntil=until,
    )


def _of_members(
    checks: _Checks, said: Iterable[tuple[str, Sequence[Concerning]]], members: Iterable[UUID]
) -> None:
    """What is said of somebody is said of members."""
    known = {*members}
    for name, items in said:
        for n, item in enumerate(items):
            if not known.issuperset(item.members):
                checks.holds(Rule.FAMILY_MEMBER, False, f"/{name}/{n}/members")


def _goes_on(checks: _Checks, state: FamilyPlanState, circumstances: Circumstances) -> bool:
    """Whether the plan lasts on the legal date, and nothing later has been recorded of it."""
    if state.drawn_up_on is None:
        return checks.holds(Rule.FAMILY_PLAN_COUNTS, False)
    first, last, on = state.latest_on, state.last_day, circumstances.on
    assert first is not None, "an act on a plan finds one"
    assert last is not None, "an act on a plan finds one"
    lasts = state.ended_on is None and first <= on <= last
    return checks.holds(
        Rule.FAMILY_PLAN_GOES_ON,
        lasts,
        "/effectiveOn",
        latest=last if state.ended_on is None and on > last else None,
        on=on,
        first=first,
        last=last,
    )
