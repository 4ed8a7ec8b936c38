"""Authorities by which a family plan would tell where a hidden member is (661/2009 37 §).

An authority acts on a plan because it answers for a member. Where that is a member who is withheld
from the reader, whatever names the authority tells where the member went, or still is.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from typing import Any, Final, TypeVar

from cases.domain.case.act import Maker
from cases.domain.case.protection.masking import NOT_TOLD
from cases.domain.case.records.facts import Correction
from cases.domain.case.state import CaseState
from cases.domain.facts import Fact, Recorded
from cases.domain.family.facts import FamilyPlanDrawnUp, FamilyPlanReviewed
from cases.domain.time import legal_day

Places = Mapping[str, date]
"""Authorities, each with the legal day from which records that name it tell where somebody is."""

Named = Maker | str
"""A maker, or an authority by its id."""

T = TypeVar("T")

_SOMEBODY: Final = Maker(name=NOT_TOLD, organisation=NOT_TOLD)


def telling_places(
    hidden: Sequence[CaseState], seen: Iterable[CaseState], own: str, today: date
) -> Places:
    """The authorities that ``hidden`` members' cases passed to, or are still at.

    Not the reader's ``own``, nor one that answers for a member who is ``seen``. What was recorded
    before anybody of them was protected, and before the case passed, told where she was then to
    everybody, and goes on telling it.
    """
    shown = {own, *(case.responsible_on(today) for case in seen)}
    orders = [order.since for case in hidden for order in case.protection.orders]
    protected = min(orders, default=date.min)
    since: dict[str, date] = {}
    for case in hidden:
        told = [(h.to, min(h.decided_on, protected)) for h in case.responsibility.hand_overs]
        told.append((case.responsible_on(today) or "", protected))
        for place, day in told:
            if place not in shown:
                since[place] = min(day, since.get(place, day))
    return since


def without_places(facts: Iterable[Recorded], places: Places, reader: str) -> tuple[Recorded, ...]:
    """The facts, in the order of their versions, without who would tell where somebody is.

    ``reader`` is who reads: what that person said is shown as it was said, or what is taken out
    would tell whether a guess was right. A correction repeats what it leaves as it was: what was
    told of the record stays told, and what wasn't does not become so.
    """
    if not places:
        return tuple(facts)
    told: dict[int, set[Named]] = {}
    untold: dict[int, set[Named]] = {}
    left = []
    for recorded in facts:
        fact = recorded.fact
        version = fact.corrected if isinstance(fact, Correction) else recorded.version
        known, unknown = told.setdefault(version, set()), untold.setdefault(version, set())
        named = {*_named_in(fact)}
        if recorded.recorded_by.subject == reader:
            hidden: Set[str] = frozenset()
            taken = named & unknown
        else:
            day = legal_day(recorded.recorded_at)
            hidden = {place for place, since in places.items() if since <= day}
            # With whom they work there tells where that is, too.
            theirs = recorded.recorded_by.organisation in hidden
            taken = {each for each in named - known if theirs or _organisation(each) in hidden}
        known |= named - taken
        unknown |= taken
        left.append(_without(recorded, hidden, taken))
    return tuple(left)


def _organisation(named: Named) -> str:
    return named if isinstance(named, str) else named.organisation


def _without(recorded: Recorded, hidden: Set[str], taken: Set[Named]) -> Recorded:
    by, source = recorded.recorded_by, recorded.source
    theirs = by.organisation in hidden
    if source is not None and source.name is not None and (theirs or source.name in hidden):
        source = source.model_copy(update={"name": NOT_TOLD})
    if theirs:
        by = by.model_copy(update={"subject": NOT_TOLD, "organisation": NOT_TOLD})
    fact = _saying_no_place(recorded.fact, hidden, taken, theirs=theirs)
    return recorded.having(recorded_by=by, source=source, fact=fact)


def _saying_no_place(fact: Fact, hidden: Set[str], taken: Set[Named], *, theirs: bool) -> Fact:
    def makers(said: Iterable[Maker]) -> tuple[Maker, ...]:
        return tuple(_SOMEBODY if each in taken else each for each in said)

    def authorities(said: Iterable[str]) -> tuple[str, ...]:
        return tuple(NOT_TOLD if each in taken else each for each in said)

    change: dict[str, Any] = {}
    match fact:
        case FamilyPlanDrawnUp():
            change = {"makers": makers(fact.makers), "authorities": authorities(fact.authorities)}
        case FamilyPlanReviewed():
            change = {"makers": makers(fact.makers)}
        case Correction():
            content = dict(fact.content)
            if "makers" in content:
                said = makers(map(Maker.model_validate, content["makers"]))
                content["makers"] = [
                    each.model_dump(mode="json", exclude_none=True) for each in said
                ]
            if "authorities" in content:
                content["authorities"] = list(authorities(content["authorities"]))
            source = fact.source
            if source is not None and source.name is not None and (theirs or source.name in hidden):
                source = source.model_copy(update={"name": NOT_TOLD})
            change = {"content": content, "source": source}
    return fact.model_copy(update=change)


def _named_in(fact: Fact) -> tuple[Named, ...]:
    """The makers and authorities that a fact names."""
    match fact:
        case FamilyPlanDrawnUp():
            return (*fact.makers, *fact.authorities)
        case FamilyPlanReviewed():
            return fact.makers
        case Correction():
            makers = map(Maker.model_validate, fact.content.get("makers", ()))
            return (*makers, *fact.content.get("authorities", ()))
    return ()
