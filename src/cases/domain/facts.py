"""What every fact carries, whatever it says: who recorded it, when, for which legal date, and why.

A fact has two times that are never mixed. ``recorded_at`` is the instant (UTC) at which the log
learned it; ``effective_on`` is the legal date (Helsinki) of what happened. Late and backdated
recording is normal.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Final, Self
from uuid import UUID

from pydantic import Field

from cases.domain.codes.values import SourceKind
from cases.domain.law.rules import RuleApplied
from cases.domain.model import State, Value
from cases.domain.old_record import OldRecord


class Source(Value):
    """The origin of an item; ``name`` is the organisation's id where the kind has one."""

    kind: SourceKind
    name: str | None = Field(default=None, min_length=1, max_length=200)


class Actor(Value):
    """Who recorded a fact: the person's pairwise id, the organisation's id, the role."""

    subject: str = Field(min_length=1, max_length=200)
    organisation: str = Field(min_length=1, max_length=100)
    role: str = Field(min_length=1, max_length=50)


class Fact(Value):
    """Base of the content of every fact.

    ``TOPIC`` and ``VERSION`` name the type in the log for ever; they are never derived from where
    a class happens to live. Changed content is a new version with an upcaster: docs/facts.md.
    ``UNANSWERED`` are members that the answer to an act leaves out; the history has them.
    """

    TOPIC: ClassVar[str]
    VERSION: ClassVar[int] = 1
    UNANSWERED: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def topic(cls) -> str:
        """The name under which the log keeps facts of this type, such as ``plan.drawn-up.v1``."""
        return f"{cls.TOPIC}.v{cls.VERSION}"

    def holds_from(self, effective_on: date) -> date:
        """The legal day (Helsinki) from which this fact counts.

        Statuses override it: they hold from their own day, whenever they were recorded.
        """
        return effective_on


Content = dict[str, Any]
"""The content of a fact as JSON: members by their names in the log."""


class Carrier(Fact):
    """Base of a fact that carries what another says: its topic, and its content as JSON."""

    content_topic: str
    content: Content

    def brought_up_to_date(self, newest: Callable[[str, Content], tuple[str, Content]]) -> Self:
        """The same with the newest version of what it carries."""
        topic, content = newest(self.content_topic, self.content)
        return self.model_copy(update={"content_topic": topic, "content": content})


@dataclass(frozen=True, slots=True)
class Upcaster:
    """How content of an older version of a fact becomes content of ``topic``, a newer one.

    ``change`` is pure: it leaves what it is given as it is and answers new content. It is total: it
    takes whatever was ever recorded under the older topic.
    """

    topic: str
    change: Callable[[Content], Content]


FIRST_ID: Final = UUID(int=0)
"""Before every id of a stream in their order: they are random."""


class Recorded(State):
    """One fact at its place in a stream.

    ``version`` counts from 1 without gaps within the stream. ``recorded_at`` is an instant in UTC.
    ``act_id`` is the idempotency key of the act that caused the fact. ``rules`` is the rule log:
    every rule evaluated in the decision; read from the log, it is made when first looked at.
    ``old_record`` says when an old system recorded it, of what was imported from one.
    ``position`` is the place in the ledger, unknown (None) until the sequencer has given it one.
    """

    stream_id: UUID
    version: int
    event_id: UUID
    recorded_at: datetime
    recorded_by: Actor
    effective_on: date
    act_id: str
    act: str
    purpose: str
    edition: str
    fact: Fact
    rules: Sequence[RuleApplied] = ()
    source: Source | None = None
    old_record: OldRecord | None = None
    position: int | None = None

    @property
    def holds_from(self) -> date:
        """The legal day (Helsinki) from which the fact counts."""
        return self.fact.holds_from(self.effective_on)
