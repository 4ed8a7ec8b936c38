"""The compensable costs of a case, and until when compensation is applied for (chapter 8)."""

from datetime import date
from uuid import UUID

from pydantic import Field

from cases.domain.case.costs.evolution import Cost
from cases.domain.codes.terms import Language, term
from cases.domain.codes.values import CompensationGround
from cases.domain.law.compensation import section_70_apply_by
from cases.domain.law.edition import Law
from cases.domain.model import Value
from cases.domain.questions.as_of import Known


class CostOverview(Value):
    """Costs from ``since`` to ``until``, both included; ``cents`` are hundredths of a euro.

    ``apply_by`` is the last day on which compensation is applied for.
    """

    cost: UUID
    ground: CompensationGround
    title: str
    section: str
    cents: int
    since: date = Field(alias="from")
    until: date
    borne_by: str
    decision: str | None
    reason: str | None
    note: str | None
    apply_by: date


class CaseCosts(Value):
    """The costs recorded by a legal day, in the order they were recorded, and their sum."""

    costs: tuple[CostOverview, ...]
    cents: int


def case_costs(asked: Known, law: Law, language: Language) -> CaseCosts:
    """The costs as recorded for the day asked about, from what was known then."""
    found = tuple(
        _overview(each, law, language)
        for each in asked.state.costs
        if each.recorded_for <= asked.valid_on
    )
    return CaseCosts(costs=found, cents=sum(each.cents for each in found))


def _overview(cost: Cost, law: Law, language: Language) -> CostOverview:
    content, edition = cost.content, law.governing(cost.recorded_for)
    return CostOverview(
        cost=content.cost_id,
        ground=content.ground,
        title=term(content.ground, language),
        section=edition.compensation(content.ground).section,
        cents=content.cents,
        since=content.since,
        until=content.until,
        borne_by=content.borne_by,
        decision=content.decision,
        reason=content.reason,
        note=content.note,
        apply_by=section_70_apply_by(edition, content.since).value,
    )
