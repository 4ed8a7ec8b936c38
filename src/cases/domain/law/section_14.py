"""14 and 15 §: the window for an assessment, and the grounds for one."""

from datetime import date

from cases.domain.codes.values import Benefit, LabourMarketStatus, ResidenceGroup
from cases.domain.law.edition import Edition, Ground
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied
from cases.domain.law.window import Arrival, window
from cases.domain.model import State


class UnknownGround(LookupError):
    """The edition has no ground for an assessment of this id."""


class GroundFacts(State):
    """What is known of the person on the legal day of the act; absent is not known.

    ``ordinary_shows_need``: an ordinary assessment has shown that services must be coordinated.
    """

    labour_market_status: LabourMarketStatus | None = None
    group: ResidenceGroup | None = None
    benefits: frozenset[Benefit] = frozenset()
    age: int | None = None
    ordinary_shows_need: bool = False


def section_14_window(edition: Edition, arrival: Arrival) -> Applied[date | None]:
    """The last day on which an assessment may start (14 § 1 mom., 15 § 1 mom.); it never rolls.

    Counted from the day of the first permit, card or registration. None means no limit: a victim
    of trafficking was reached later (14 § 6 mom.).
    """
    return window(edition, Rule.ASSESSMENT_WINDOW, arrival)


def section_14_ground(edition: Edition, ground: str, known: GroundFacts) -> Applied[bool]:
    """Whether a ground for an assessment holds by what is known (14 § 1, 15 § 1 and 2 mom.).

    ``ground`` is its place in the Act, such as ``14.1.3``; the line names it as its section. A
    ground that is left to judgement always holds. An age that is not known shows nothing.
    Raises ``UnknownGround`` for one the edition has not.
    """
    rule = next((each for each in edition.grounds if each.id == ground), None)
    if rule is None:
        raise UnknownGround(f"{edition.id} has no ground {ground}")
    holds = _holds(rule, known)
    inputs = {
        "ground": rule.id,
        "assessmentKind": rule.kind,
        "labourMarketStatus": known.labour_market_status,
        "group": known.group,
        "benefits": sorted(known.benefits),
        "age": known.age,
        "byJudgement": rule.by_judgement,
        "ordinaryShowsNeed": known.ordinary_shows_need,
    }
    return Applied(
        value=holds, line=edition.line(Rule.ASSESSMENT_GROUND, inputs, holds, section=rule.id)
    )


def _holds(ground: Ground, known: GroundFacts) -> bool:
    young_enough = ground.under_age is None or (
        known.age is not None and known.age < ground.under_age
    )
    return (
        ground.by_judgement
        or (ground.shown_by_ordinary and known.ordinary_shows_need)
        or known.labour_market_status in ground.statuses
        or (known.group in ground.groups and young_enough)
        or not known.benefits.isdisjoint(ground.benefits)
    )
