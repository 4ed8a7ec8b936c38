"""An act that carries others: each part is decided on what the parts before it leave."""

from datetime import UTC, datetime
from uuid import UUID

from cases.domain.case.act import Circumstances, Decision, Outcome
from cases.domain.case.state import CaseState, evolve
from cases.domain.facts import Actor, Fact, Recorded
from cases.domain.law.rules import Checked, NotSupported, Refusal, RuleApplied, Violation

_NOBODY = UUID(int=0)


class Course:
    """What an act comes to, part by part: all its facts, or everything that is wrong with it.

    ``state`` is the case as it will be once the parts so far are recorded.
    """

    def __init__(self, state: CaseState, circumstances: Circumstances) -> None:
        self.state = state
        self._circumstances = circumstances
        self._facts: list[Fact] = []
        self._rules: list[RuleApplied] = []
        self._violations: list[Violation] = []
        self._conflict = False
        self._not_supported: NotSupported | None = None

    def record(self, fact: Fact, rules: tuple[RuleApplied, ...]) -> None:
        """A part that is lawful, and the rules it was decided under."""
        self._facts.append(fact)
        self._rules.extend(rules)
        self.state = foreseen(self.state, fact, self._circumstances)

    def take(self, outcome: Outcome, member: str) -> None:
        """The outcome of a part that stands in a member of the act (a JSON pointer)."""
        match outcome:
            case Decision():
                for fact in outcome.facts:
                    self.record(fact, ())
                self._rules.extend(outcome.rules)
            case Refusal():
                self._conflict = self._conflict or outcome.conflict
                self.refuse(tuple(v.under(member) for v in outcome.violations))
            case NotSupported():
                self._not_supported = outcome

    def refuse(self, violations: tuple[Violation, ...]) -> None:
        """What is wrong with a part."""
        self._violations.extend(violations)

    def check(self, checked: Checked) -> None:
        """The rules that hold of what the parts come to, and what is wrong with it."""
        self._rules.extend(checked[0])
        self.refuse(checked[1])

    @property
    def outcome(self) -> Outcome:
        """All facts in order; or the refusal, with what is wrong in every part."""
        if self._not_supported is not None:
            return self._not_supported
        if self._violations:
            return Refusal(violations=tuple(self._violations), conflict=self._conflict)
        return Decision(facts=tuple(self._facts), rules=tuple(self._rules))


def foreseen(state: CaseState, fact: Fact, circumstances: Circumstances) -> CaseState:
    """The state once the fact is recorded; the header it will get changes no decision."""
    actor = Actor(subject="-", organisation=circumstances.organisation.id, role="-")
    recorded = Recorded(
        stream_id=state.case_id or _NOBODY,
        version=state.version + 1,
        event_id=_NOBODY,
        recorded_at=state.recorded_at or datetime(1970, 1, 1, tzinfo=UTC),
        recorded_by=actor,
        effective_on=circumstances.on,
        act_id="",
        act="",
        purpose="",
        edition=circumstances.edition.id,
        fact=fact,
    )
    return evolve(state, recorded)
