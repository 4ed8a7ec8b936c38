"""One person with two cases at an authority, as tests of joining them put it."""

from datetime import date
from uuid import UUID

from cases.domain.case.act import OtherCase
from cases.domain.case.closing.acts import CloseCase
from cases.domain.case.joining.acts import JoinCases
from cases.domain.codes.values import ClosingGround
from tests.acts import close, open_case
from tests.casebook import Casebook
from tests.desk import Desk
from tests.standing import planned

DUPLICATE, STAYING = UUID(int=8), UUID(int=7)
OPENED_AGAIN = date(2025, 9, 1)
JOINED = date(2026, 3, 10)


def other(desk: Desk) -> OtherCase:
    """The case of a desk as another one names it."""
    return OtherCase(case_id=desk.case.case_id, facts=desk.facts, state=desk.state)


def as_duplicate(desk: Desk) -> Desk:
    """The same case under the id of the duplicate."""
    facts = [recorded.having(stream_id=DUPLICATE) for recorded in desk.facts]
    case = Casebook(facts).case(DUPLICATE)
    case.facts.extend(facts)
    copied = desk.copy()
    copied.case, copied.state = case, desk.state.having(case_id=DUPLICATE)
    return copied


def opened_again() -> Desk:
    """The same person, opened a second time on 1.9.2025."""
    desk = Desk()
    desk.today = OPENED_AGAIN
    desk.does(open_case(learned_on=OPENED_AGAIN), OPENED_AGAIN)
    return desk


def is_duplicate(of: UUID = STAYING) -> CloseCase:
    """The act that closes a duplicate."""
    return CloseCase(ground=ClosingGround.DUPLICATE, continues_in=of)


def join(duplicate: UUID = DUPLICATE) -> JoinCases:
    """The act that takes a duplicate over."""
    return JoinCases(duplicate=duplicate, reason="The identity code came later")


def closed_duplicate(staying: Desk, duplicate: Desk | None = None) -> Desk:
    """A case (else one whose plan is over) closed on 9.3.2026 as the duplicate of ``staying``."""
    duplicate = duplicate or as_duplicate(planned())
    duplicate.other = other(staying)
    duplicate.does(is_duplicate(), date(2026, 3, 9))
    return duplicate


def joined() -> Desk:
    """A case that has taken over its duplicate, which had a plan, and is closed."""
    desk = opened_again()
    desk.other = other(closed_duplicate(desk))
    desk.does(join(), JOINED)
    desk.does(close(), JOINED)
    return desk
