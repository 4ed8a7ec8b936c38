"""The rules a review must meet, each evaluated and kept in the rule log (22 §, 3 §, decree 3 §)."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from cases.domain.case.act import Circumstances
from cases.domain.case.plan.acts import Measure
from cases.domain.case.plan.drawing_up import goals_there
from cases.domain.case.plan.evolution import Changed, Plan
from cases.domain.case.plan.last_day import last_day
from cases.domain.case.plan.lasting import brought_forward, lasted_longer
from cases.domain.case.plan.maximum import first_plan, first_plan_year, is_first, maximum_on
from cases.domain.case.plan.one_in_force import crosses_another
from cases.domain.case.plan.validity import validity
from cases.domain.case.review.acts import PlanChanges, ReviewFindings, ReviewPlan
from cases.domain.case.review.evolution import review_counted_from
from cases.domain.case.review.facts import PlanChanged
from cases.domain.case.state import CaseState
from cases.domain.codes.values import OrganisationKind, PlanKind, ReviewHeldBy
from cases.domain.law.register import Rule
from cases.domain.law.rules import Checked, RuleApplied, Violation, sorted_out, together
from cases.domain.law.section_22 import section_22_1_review_due

RECORDED_BY: Final[Mapping[ReviewHeldBy, OrganisationKind]] = MappingProxyType(
    {
        ReviewHeldBy.MUNICIPALITY: OrganisationKind.MUNICIPALITY,
        ReviewHeldBy.MUNICIPALITY_AND_WELFARE_AREA: OrganisationKind.MUNICIPALITY,
        ReviewHeldBy.EMPLOYMENT_AUTHORITY: OrganisationKind.EMPLOYMENT_AUTHORITY,
        ReviewHeldBy.EMPLOYMENT_AUTHORITY_AND_WELFARE_AREA: OrganisationKind.EMPLOYMENT_AUTHORITY,
        ReviewHeldBy.WELFARE_AREA: OrganisationKind.WELFARE_AREA,
    }
)
"""The kind of authority that records a review: the welfare area only one it held alone."""

TOGETHER: Final = frozenset(
    {
        ReviewHeldBy.MUNICIPALITY_AND_WELFARE_AREA,
        ReviewHeldBy.EMPLOYMENT_AUTHORITY_AND_WELFARE_AREA,
    }
)


def check_held(
    held: ReviewFindings,
    limited_to: tuple[UUID, ...],
    plan: Plan,
    state: CaseState,
    circumstances: Circumstances,
) -> Checked:
    """Who may hold the review: who answers for the case, with the welfare area or alone."""
    day, organisation = circumstances.on, circumstances.organisation
    alone = held.held_by is ReviewHeldBy.WELFARE_AREA
    answers = organisation.id == state.responsible_on(day)
    responsible = circumstances.line(
        Rule.REVIEWED_BY_WHO_ANSWERS,
        RECORDED_BY[held.held_by] is organisation.kind and (alone or answers),
        heldBy=held.held_by,
        organisation=organisation.kind,
        answers=answers,
    )
    checked = [(responsible, "/heldBy")]
    if plan.kind is PlanKind.MULTISECTORAL and not limited_to:
        joint = circumstances.line(
            Rule.REVIEWED_TOGETHER, held.held_by in TOGETHER, heldBy=held.held_by, kind=plan.kind
        )
        checked.append((joint, "/heldBy"))
    if limited_to or alone:
        checked.append((_own_services(limited_to, plan, state, circumstances), "/limitedTo"))
    return sorted_out(*checked)


def check_findings(found: ReviewFindings, plan: Plan, circumstances: Circumstances) -> Checked:
    """Participation is in agreed measures; a family plan is one the edition knows."""
    agreed = {m.measure_id for m in (*plan.measures, *plan.measures_on(circumstances.on))}
    checked = [
        (circumstances.line(Rule.MEASURE_OF_THE_PLAN, False), f"/participation/{n}/measure")
        for n, taken_part in enumerate(found.participation)
        if taken_part.measure not in agreed
    ]
    if found.family_plan is not None and circumstances.edition.family_plan is None:
        line = circumstances.line(Rule.FAMILY_PLAN_OF_THE_EDITION, False)
        checked.append((line, "/familyPlan"))
    if isinstance(found, ReviewPlan) and found.kind_needed is not None:
        checked += _kind_needed(found.kind_needed.kind, plan, circumstances)
    return sorted_out(*checked)


def _kind_needed(
    kind: PlanKind, plan: Plan, circumstances: Circumstances
) -> Iterator[tuple[RuleApplied, str]]:
    """22 § 4 mom.: the other kind of plan, which the edition knows."""
    edition = circumstances.edition
    if kind not in edition.plan_kinds:
        line = circumstances.line(Rule.PLAN_KIND_OF_THE_EDITION, False, kind=kind)
        yield line, "/kindNeeded/kind"
    elif kind is plan.kind:
        line = circumstances.line(Rule.SWITCHED_TO_OTHER_KIND, False, kind=plan.kind, to=kind)
        yield line, "/kindNeeded/kind"


def check_changes(
    act: ReviewPlan, plan: Plan, state: CaseState, circumstances: Circumstances
) -> Checked:
    """What a review may change; one authority alone changes nothing but its own services."""
    checked: list[tuple[RuleApplied, str]] = []
    if act.limited_to:
        checked.append((_within_limits(act, state, circumstances), "/limitedTo"))
    if act.changes is None:
        return sorted_out(*checked)
    changes = act.changes
    agreed = {m.measure_id for m in plan.measures_on(circumstances.on)}
    for member, touched in (
        ("changedMeasures", tuple(each.measure for each in changes.changed_measures)),
        ("endedMeasures", changes.ended_measures),
    ):
        checked += [
            (circumstances.line(Rule.MEASURE_OF_THE_PLAN, False), f"/changes/{member}/{n}")
            for n, measure in enumerate(touched)
            if measure not in agreed
        ]
    remaining = agreed - set(changes.ended_measures)
    if changes.ended_measures and not remaining and not changes.added_measures:
        line = circumstances.line(Rule.A_MEASURE_REMAINS, act.ending is not None)
        checked.append((line, "/changes/endedMeasures"))
    if changes.goals is None:
        return sorted_out(*checked)
    goals = goals_there(changes.goals, state, circumstances, "/changes/goals")
    return together(sorted_out(*checked), goals)


def check_next_review(
    act: ReviewPlan, plan: Plan, state: CaseState, after: CaseState, circumstances: Circumstances
) -> Checked:
    """22 § 1 mom.: the next review within six months, unless the plan is over by then.

    ``after`` is the case as the review, with the extension and ending it carries, leaves it.
    A limited review restarts nothing where the edition reads it so, and may leave the day as it is.
    """
    restarts = circumstances.edition.readings.own_services_review_restarts_interval
    day, counted_from = circumstances.on, circumstances.on
    if act.limited_to and not restarts:
        if act.next_review_on is None:
            return (), ()
        before = review_counted_from(state.reviews, plan, day, limited_restarts=restarts)
        counted_from = before or day
    due = section_22_1_review_due(circumstances.edition, counted_from)
    if act.next_review_on is None:
        left = next(p for p in after.plans if p.plan_id == plan.plan_id)
        ends = validity(left, after, circumstances.edition, circumstances.today).last_day
        if ends is not None and ends <= due.value:
            return (due.line,), ()
    elif day < act.next_review_on <= due.value:
        return (due.line,), ()
    return (), (Violation(line=due.line, latest=due.value, pointer="/nextReviewOn"),)


def _own_services(
    limited_to: tuple[UUID, ...], plan: Plan, state: CaseState, circumstances: Circumstances
) -> RuleApplied:
    """22 § 3 mom.: only services of a multisectoral plan that the authority is responsible for."""
    agreed = {m.measure_id: m for m in plan.measures_on(circumstances.on)}
    own = (
        bool(limited_to)
        and plan.kind is PlanKind.MULTISECTORAL
        and all(
            m in agreed and _is_own(agreed[m].measure, state, circumstances) for m in limited_to
        )
    )
    return circumstances.line(
        Rule.OWN_SERVICES_ONLY,
        own,
        organisation=circumstances.organisation.kind,
        measures=len(limited_to),
    )


def _is_own(measure: Measure, state: CaseState, circumstances: Circumstances) -> bool:
    """Whether the acting authority is responsible: as agreed, else as provider.

    A service nobody is named responsible for, of a provider outside the welfare areas, is the
    responsibility of the authority that answers for the plan. To it passed, with the case, what
    was the former authority's (3 §).
    """
    organisation = circumstances.organisation
    if measure.responsible is not None:
        former = {h.former for h in state.responsibility.hand_overs if h.on <= circumstances.on}
        passed = measure.responsible in former
        answers = organisation.id == state.responsible_on(circumstances.on)
        return measure.responsible == organisation.id or (answers and passed)
    if organisation.kind is OrganisationKind.WELFARE_AREA:
        return measure.provider == organisation.id
    return circumstances.kind_of(measure.provider) is not OrganisationKind.WELFARE_AREA


def _within_limits(act: ReviewPlan, state: CaseState, circumstances: Circumstances) -> RuleApplied:
    """A limited review speaks of its own services, and of nothing else in the plan."""
    changes = act.changes or PlanChanges()
    touched = {
        *(p.measure for p in act.participation),
        *(c.measure for c in changes.changed_measures),
        *changes.ended_measures,
    }
    whole = (
        changes.goals,
        changes.follow_up,
        changes.valid_until,
        act.extension,
        act.ending,
        act.referral,
        act.kind_needed,
        act.family_plan,
        act.intends_to_become_jobseeker,
    )
    agreed = (*changes.added_measures, *(c.content for c in changes.changed_measures))
    within = (
        touched <= set(act.limited_to)
        and not any(whole)
        and all(_is_own(measure, state, circumstances) for measure in agreed)
    )
    return circumstances.line(Rule.CHANGES_OWN_SERVICES_ONLY, within)


def check_own_last_day(
    changes: PlanChanges | None, plan: Plan, state: CaseState, circumstances: Circumstances
) -> Checked:
    """23 § 2 mom.: the plan's own last day stays within its year, the maximum, and its place.

    ``state`` is the case with the extension that the review carries.
    """
    if changes is None or changes.valid_until is None:
        return (), ()
    asked, edition = changes.valid_until, circumstances.edition
    pointer = "/changes/validUntil"
    rules: list[RuleApplied] = []
    violations: list[Violation] = []
    ahead = circumstances.line(
        Rule.OWN_LAST_DAY_AHEAD, circumstances.on <= asked, on=circumstances.on, validUntil=asked
    )
    if not ahead.result:
        violations.append(Violation(line=ahead, pointer=pointer))
    left = plan.last_day_left_by(circumstances.on)
    if left < date.max:
        over = circumstances.line(Rule.PLAN_NOT_OVER, False, on=circumstances.on, lastDay=left)
        violations.append(Violation(line=over, latest=left, pointer=pointer))
    told = lasted_longer(plan, asked, state, circumstances)
    violations += [Violation(line=line, pointer=pointer) for line in told]
    # By what was decided then: an extension granted since allowed nothing yet.
    first = first_plan(state, circumstances.on)
    most = maximum_on(state, edition, circumstances.on)
    assert first is not None, "the plan was drawn up"
    assert most is not None, "the plan was drawn up"
    if is_first(plan, state):
        year = first_plan_year(first, edition)
        rules.append(year.line)
        # Extended beyond the year it may keep the day it has; only an extension goes further.
        lasts = last_day(plan, state, edition, circumstances.today).day
        if asked > max(year.value, lasts):
            violations.append(Violation(line=year.line, latest=year.value, pointer=pointer))
    rules.extend(most.terms)
    if asked > most.until:
        violations.append(Violation(line=most.adding[-1], latest=most.until, pointer=pointer))
    if plan.valid_from <= asked:
        changed = _with_last_day(plan, asked, most.until, state, circumstances)
        late = brought_forward(plan, changed, state, circumstances)
        violations += [Violation(line=line, pointer=pointer) for line in late]
        plans = tuple(changed if p.plan_id == plan.plan_id else p for p in state.plans)
        crossed = crosses_another(changed, state.having(plans=plans), circumstances, asked)
        if crossed is not None:
            violations.append(Violation(line=crossed, pointer=pointer))
    return tuple(rules), tuple(violations)


def until_the_maximum(asked: date, state: CaseState, circumstances: Circumstances) -> bool:
    """Whether a last day asked for is the maximum, as it is known: then the plan moves with it.

    ``state`` is the case with the extension that the review carries.
    """
    most = maximum_on(state, circumstances.edition, circumstances.on)
    return most is not None and asked == most.until


def _with_last_day(
    plan: Plan, asked: date, maximum_until: date, state: CaseState, circumstances: Circumstances
) -> Plan:
    changes = PlanChanged(valid_until=asked, reaches_maximum=asked == maximum_until)
    changed = Changed(on=circumstances.on, version=state.version + 1, changes=changes)
    return plan.having(changes=(*plan.changes, changed))
