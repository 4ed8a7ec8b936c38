"""84 §: who gives a municipality notice of a person, and of what."""

from cases.domain.codes.values import Benefit, OrganisationKind
from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied


def section_84_sender(edition: Edition, section: str, sender: OrganisationKind) -> RuleApplied:
    """Whether notices by a section come from an organisation of this kind."""
    rule = edition.notice(section)
    holds = rule is not None and rule.sender is sender
    return edition.line(
        Rule.NOTICE_FROM_WHO_TELLS, {"sender": sender}, holds, rule.section if rule else None
    )


def section_84_receiver(edition: Edition, kind: OrganisationKind | None) -> RuleApplied:
    """Whether notices go to an organisation of this kind; None is one that is not known."""
    holds = kind is OrganisationKind.MUNICIPALITY
    return edition.line(Rule.NOTICE_TO_A_MUNICIPALITY, {"receiver": kind}, holds)


def section_84_benefit(
    edition: Edition, section: str, benefit: Benefit | None, *, tells_days: bool
) -> RuleApplied:
    """Whether a notice by a section tells of this benefit; of none, it tells no days either."""
    rule = edition.notice(section)
    wanted = rule.benefit if rule else None
    holds = benefit is wanted and (wanted is not None or not tells_days)
    inputs = {"benefit": benefit, "wanted": wanted}
    return edition.line(Rule.NOTICE_OF_ITS_BENEFIT, inputs, holds, rule.section if rule else None)
