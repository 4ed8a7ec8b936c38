"""Acts told again from the facts they left, so that they can be decided again.

Most facts say what their act said under the same names; the table says the rest. What an act said
and no fact kept (none today) could not be told again.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar
from uuid import UUID, uuid5

from cases.domain.case.act import Act, Retold
from cases.domain.case.extension.acts import Extension
from cases.domain.case.extension.facts import PlanExtended
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.plan.acts import DrawUpPlan, Ending, PlanContent
from cases.domain.case.plan.facts import PlanDrawnUp, PlanEnded
from cases.domain.case.records.acts import RequestCorrection
from cases.domain.case.records.facts import CorrectionRequested
from cases.domain.case.responsibility.acts import Referral
from cases.domain.case.responsibility.facts import ReferredToEmploymentAuthority
from cases.domain.case.review.acts import ReviewFindings, ReviewPlan, SwitchPlan
from cases.domain.case.review.facts import PlanChanged, PlanReviewed, PlanSwitched
from cases.domain.case.services.acts import StartService
from cases.domain.case.services.facts import ServiceStarted
from cases.domain.facts import Fact
from cases.domain.model import Value

Members = dict[str, Any]
F = TypeVar("F", bound=Fact)

_NO_ID: Final = UUID(int=0)
_HEADER: Final = frozenset({"effective_on", "source"})
"""Members of every act that stand beside the fact, not in it."""


def retold(act: type[Act], facts: Sequence[Fact]) -> Retold:
    """The act that left these facts.

    Raises ValidationError where no act could have said so, and LookupError where a fact is missing.
    """
    tell = _TELLERS.get(act.NAME)
    members, new_id = tell(facts) if tell is not None else _by_name(act, facts[0])
    said = {name: value for name, value in members.items() if value is not None}
    return Retold(act=act.model_validate(_plain(said)), new_id=new_id)


def _by_name(act: type[Act], fact: Fact) -> tuple[Members, UUID]:
    """Each member under its own name, or an id under the name of what it is the id of."""
    members = {
        name: getattr(fact, name, getattr(fact, f"{name}_id", None))
        for name in act.model_fields
        if name not in _HEADER
    }
    created = (
        getattr(fact, name)
        for name in type(fact).model_fields
        if name.endswith("_id") and name.removesuffix("_id") not in members
    )
    return members, next((each for each in created if isinstance(each, UUID)), _NO_ID)


def _members(model: type[Value], said: Value) -> Members:
    """What ``said`` says of the members of ``model`` that it has."""
    return {name: getattr(said, name) for name in model.model_fields if hasattr(said, name)}


def _opened(facts: Sequence[Fact]) -> tuple[Members, UUID]:
    opened = _the(CaseOpened, facts)
    person = _the(PersonDetailsRecorded, facts).details
    return _members(OpenCase, opened) | {"person": dict(person)}, _NO_ID


def _planned(drawn_up: PlanDrawnUp) -> Members:
    said = _members(PlanContent, drawn_up)
    return said | {"measures": tuple(each.measure for each in drawn_up.measures)}


def _drawn_up(facts: Sequence[Fact]) -> tuple[Members, UUID]:
    fact = _the(PlanDrawnUp, facts)
    reason = fact.departure_reason
    departure = None if reason is None else {"reason": reason}
    said = _members(DrawUpPlan, fact) | _planned(fact) | {"departure": departure}
    return said, fact.plan_id


def _reviewed(facts: Sequence[Fact]) -> tuple[Members, UUID]:
    fact = _the(PlanReviewed, facts)
    ended = _any(PlanEnded, facts)
    said = _members(ReviewPlan, fact) | {
        "plan": fact.plan_id,
        "changes": _changes(fact.changes, fact.review_id) if fact.changes else None,
        "ending": _members(Ending, ended) if ended else None,
        **_carried(facts),
    }
    return said, fact.review_id


def _switched(facts: Sequence[Fact]) -> tuple[Members, UUID]:
    switched, successor = _the(PlanSwitched, facts), _the(PlanDrawnUp, facts)
    said = (
        _members(SwitchPlan, switched)
        | _planned(successor)
        | {
            "plan": switched.plan_id,
            "review": _members(ReviewFindings, _the(PlanReviewed, facts)),
            **_carried(facts),
        }
    )
    return said, switched.successor_id


def _carried(facts: Sequence[Fact]) -> Members:
    """What a review may carry besides an ending."""
    extended = _any(PlanExtended, facts)
    referred = _any(ReferredToEmploymentAuthority, facts)
    return {
        "extension": _members(Extension, extended) if extended else None,
        "referral": _members(Referral, referred) if referred else None,
    }


def _changes(changed: PlanChanged, review_id: UUID) -> Members:
    """What a review changed; the measures it added have the ids that follow from its own."""
    numbers = range(1, len(changed.measures) + 1)
    new = {uuid5(review_id, f"measure-{n}") for n in numbers}
    return {
        "goals": changed.goals,
        "added_measures": tuple(m.measure for m in changed.measures if m.measure_id in new),
        "changed_measures": tuple(
            {"measure": m.measure_id, "content": m.measure}
            for m in changed.measures
            if m.measure_id not in new
        ),
        "ended_measures": changed.ended_measures,
        "follow_up": changed.follow_up,
        "valid_until": changed.valid_until,
    }


def _service_started(facts: Sequence[Fact]) -> tuple[Members, UUID]:
    fact = _the(ServiceStarted, facts)
    said = _members(StartService, fact) | {"measure": fact.measure_id}
    if fact.measure_id is not None:
        # The measure says which service it is, and whose.
        said |= {"service": None, "provider": None}
    return said, fact.service_id


def _correction_requested(facts: Sequence[Fact]) -> tuple[Members, UUID]:
    fact = _the(CorrectionRequested, facts)
    return {"version": fact.record, "asked": fact.asked}, fact.request_id


_TELLERS: Final[Mapping[str, Callable[[Sequence[Fact]], tuple[Members, UUID]]]] = MappingProxyType(
    {
        OpenCase.NAME: _opened,
        DrawUpPlan.NAME: _drawn_up,
        ReviewPlan.NAME: _reviewed,
        SwitchPlan.NAME: _switched,
        StartService.NAME: _service_started,
        RequestCorrection.NAME: _correction_requested,
    }
)
"""Acts that are not told by the names of their first fact alone."""


def _the(kind: type[F], facts: Sequence[Fact]) -> F:
    found = _any(kind, facts)
    if found is None:
        raise LookupError(kind.TOPIC)
    return found


def _any(kind: type[F], facts: Sequence[Fact]) -> F | None:
    return next((fact for fact in facts if isinstance(fact, kind)), None)


def _plain(value: Any) -> Any:
    """The value without models in it: an act checks again what a fact only reads."""
    match value:
        case Value():
            return {name: _plain(inner) for name, inner in value if inner is not None}
        case dict():
            return {name: _plain(inner) for name, inner in value.items() if inner is not None}
        case tuple() | list():
            return tuple(_plain(inner) for inner in value)
    return value
