"""What it takes to decide the acts of a case again."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from cases.domain.case.act import Act, Circumstances, Past
from cases.domain.case.records.retelling import retold
from cases.domain.case.register import ACTS, decide
from cases.domain.case.state import NOTHING, fold
from cases.domain.facts import Recorded
from cases.domain.law.rules import Refusal


def past_of(
    facts: Sequence[Recorded],
    under: Callable[[Act, Recorded, date, UUID], Circumstances | Refusal],
) -> Past:
    """The past of the case of these facts; see ``Past`` for ``under``."""
    return Past(
        facts=tuple(facts),
        acts=ACTS,
        decide=decide,
        under=under,
        fold=lambda new, state: fold(new, state or NOTHING),
        tell=lambda act, left, _: retold(act, left),
    )
