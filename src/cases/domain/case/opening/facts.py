"""Facts of opening."""

from datetime import date
from typing import ClassVar

from cases.domain.case.earlier import EarlierPlans
from cases.domain.codes.values import CaseOrigin, OrganisationKind
from cases.domain.facts import Fact


class CaseOpened(Fact):
    """A case was opened; ``responsible`` is the id of the authority that answers for it.

    ``responsible_kind`` is its kind, as the register told it then. ``earlier_plans`` are those of
    the person's earlier cases, which the maximum runs on from.
    """

    TOPIC: ClassVar[str] = "case.opened"
    VERSION: ClassVar[int] = 3
    UNANSWERED: ClassVar[frozenset[str]] = frozenset({"responsible_kind"})

    origin: CaseOrigin
    section: str | None = None
    learned_on: date
    responsible: str
    responsible_kind: OrganisationKind | None = None
    earlier_plans: EarlierPlans | None = None
