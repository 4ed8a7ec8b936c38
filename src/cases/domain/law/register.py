"""The register of rules: every rule a decision can be made under, by its stable id.

The id stands in the rule log for ever and finds the rule's texts. A new rule is a member of
``Rule``, an entry in ``REGISTER`` and its texts in ``texts.toml``; a test finds what is missing.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class Rule(StrEnum):
    """The stable ids of the rules."""

    ASSESSMENT_WINDOW = "assessment-window"
    ASSESSMENT_GROUND = "assessment-ground"
    GOALS = "goals"
    FIRST_PLAN_WINDOW = "first-plan-window"
    GUIDANCE_TO_SERVICES = "guidance-to-services"
    REVIEW_DUE = "review-due"
    FIRST_PLAN = "first-plan"
    ALL_PLANS = "all-plans"
    ERASURE = "erasure"
    OLD_RULES = "old-rules"
    OLD_FIRST_PLAN = "old-first-plan"
    OLD_ALL_PLANS = "old-all-plans"
    NO_PLAN_NEEDS_REASONS = "no-plan-needs-reasons"

    @property
    def section(self) -> str:
        """Its place in the Act as enacted."""
        return REGISTER[self].section


class RuleEntry(NamedTuple):
    """What the register says of a rule.

    ``section`` is its place in the Act as enacted; an edition that has it elsewhere says so in its
    data. ``refuses``: an act can break it, so it has a text of refusal. ``either_way``: it answers
    a question whose answer may be no, so it has a text for that answer.
    """

    section: str
    refuses: bool = False
    either_way: bool = False


REGISTER: Final[Mapping[Rule, RuleEntry]] = MappingProxyType(
    {
        Rule.ASSESSMENT_WINDOW: RuleEntry("14.1", refuses=True, either_way=True),
        Rule.ASSESSMENT_GROUND: RuleEntry("14.1", refuses=True, either_way=True),
        Rule.GOALS: RuleEntry("18", refuses=True, either_way=True),
        Rule.FIRST_PLAN_WINDOW: RuleEntry("20.3", refuses=True, either_way=True),
        Rule.GUIDANCE_TO_SERVICES: RuleEntry("20.5"),
        Rule.REVIEW_DUE: RuleEntry("22.1", refuses=True),
        Rule.FIRST_PLAN: RuleEntry("23.2", refuses=True),
        Rule.ALL_PLANS: RuleEntry("23.2", refuses=True),
        Rule.ERASURE: RuleEntry("77", refuses=True),
        Rule.OLD_RULES: RuleEntry("102.2", either_way=True),
        Rule.OLD_FIRST_PLAN: RuleEntry("102.2", refuses=True),
        Rule.OLD_ALL_PLANS: RuleEntry("102.2", refuses=True),
        Rule.NO_PLAN_NEEDS_REASONS: RuleEntry("decree:1.1", refuses=True, either_way=True),
    }
)
