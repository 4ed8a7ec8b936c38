"""What every act is, what it is decided under, and what a decision answers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from cases.domain.case.earlier import EarlierPlans
from cases.domain.codes.values import OrganisationKind
from cases.domain.facts import Fact, Recorded, Source
from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import NotSupported, Refusal, RuleApplied, Scalar, Violation
from cases.domain.model import State, Value

LegalDate = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
"""A legal day (Helsinki) within the centuries the calendar of the Act can be asked about."""

Text = Annotated[str, Field(min_length=1, max_length=4000)]
"""Free text an officer writes."""

OrganisationId = Annotated[str, Field(min_length=1, max_length=100)]
"""An organisation, by the id it goes by; providers need not be in the installation's register."""

LanguageCode = Annotated[
    str, Field(pattern=r"^[a-z]{2,3}$", description="A code of the list `languages`.")
]
"""ISO 639-1 or 639-3; which of them, the list says (``listed_codes``)."""

CountryCode = Annotated[
    str, Field(pattern=r"^[A-Z]{2}$", description="A code of the list `countries`.")
]
"""ISO 3166-1; which of them, the list says (``listed_codes``)."""


class Act(Value):
    """Base of every act: what an authority does.

    ``effective_on`` is the legal date of the act (Helsinki); absent, it is the day of recording.
    ``source`` says where the content came from, and is kept with every fact of the act.
    """

    NAME: ClassVar[str]

    effective_on: LegalDate | None = None
    source: Source | None = None

    @property
    def may_predate_the_act(self) -> bool:
        """Whether it may be dated before any edition applies, as of plans of the repealed Act."""
        return False


class Organisation(State):
    """The organisation that acts, as far as the law asks about it."""

    id: str
    kind: OrganisationKind


def _of_no_kind(organisation: str) -> OrganisationKind | None:
    """An empty register."""


def _of_no_area(municipality: str) -> str | None:
    """A register that tells no areas."""


def _with_nobody_told(organisation: str) -> frozenset[str]:
    """A register that tells nobody's neighbours."""
    return frozenset()


class OtherCase(State):
    """Another open or closed case of the authority's, which an act names.

    ``facts`` are as recorded; ``state`` is what they add up to, a ``CaseState``.
    """

    case_id: UUID
    facts: tuple[Recorded, ...]
    state: Any


class Circumstances(State):
    """Everything a decision may know besides the act and the case.

    ``on`` is the legal date of the act, ``today`` the legal day of its recording (both Helsinki);
    ``edition`` the edition that applies on ``on``; ``new_id`` the id of whatever the act creates.
    ``earlier_plans`` are those of the person's earlier cases, for acts that tell who the person is:
    the maximum runs on from them (23 § 2 mom.). ``kind_of`` tells the kind of an organisation of
    the installation's register, None for any other; ``area_of`` the employment authority of a
    municipality's area, None where it is not told; ``works_with`` the municipalities, the welfare
    area and the employment authority that an authority shares its clients with, none where the
    register does not tell. ``other`` is the other case an act names, None where the authority has
    no such case. ``past`` is what acts that put the record right look back on.
    """

    on: date
    today: date
    edition: Edition
    new_id: UUID
    organisation: Organisation
    earlier_plans: EarlierPlans | None = None
    kind_of: Callable[[str], OrganisationKind | None] = _of_no_kind
    area_of: Callable[[str], str | None] = _of_no_area
    works_with: Callable[[str], frozenset[str]] = _with_nobody_told
    other: OtherCase | None = None
    members: Any = None
    past: "Past | None" = None

    def line(
        self, rule: Rule, result: Scalar | tuple[Scalar, ...], **inputs: object
    ) -> RuleApplied:
        """A line for the rule log, in the edition the act is decided under."""
        return self.edition.line(rule, inputs, result)


class Decision(State):
    """The act is lawful: the facts to record, in order, and the rule log that goes with them."""

    facts: tuple[Fact, ...] = Field(min_length=1)
    rules: tuple[RuleApplied, ...] = ()


Outcome = Decision | Refusal | NotSupported


class Past(State):
    """The record of a stream, and what it takes to decide its acts again.

    ``facts`` are all its facts as recorded, ``acts`` the types of acts by name, ``decide`` decides
    one on a state of the stream, and ``fold`` goes on from one, from None at its beginning.
    ``tell`` tells an act again from the facts it left, and the state it was decided on; it raises
    ValidationError where no act could have said so, and LookupError where a fact is missing.
    ``under`` is told an act, a fact it left, a legal date and the id of
    what the act created, and answers the circumstances of an act recorded as that one was but
    dated so, or the refusal of a date that no edition applies to.
    """

    facts: tuple[Recorded, ...]
    acts: Mapping[str, type[Act]]
    decide: Callable[[Act, Any, Circumstances], Outcome]
    under: Callable[[Act, Recorded, date, UUID], Circumstances | Refusal]
    fold: Callable[[Sequence[Recorded], Any], Any]
    tell: "Callable[[type[Act], Sequence[Fact], Any], Retold]"


class Retold(State):
    """An act as its facts tell it, and the id of what it created (zero where it created nothing).

    Its legal date and source are not in it: they stand beside the facts.
    """

    act: Act
    new_id: UUID


def refuse(
    line: RuleApplied,
    *,
    latest: date | None = None,
    pointer: str | None = None,
    conflict: bool = False,
) -> Refusal:
    """A refusal by one rule."""
    return Refusal(
        violations=(Violation(line=line, latest=latest, pointer=pointer),), conflict=conflict
    )


def told_ahead(circumstances: Circumstances) -> Refusal | None:
    """Why an act dated after the day of recording is refused: the record tells what has happened.

    None where it is not dated so.
    """
    line = circumstances.line(
        Rule.RECORDS_WHAT_HAPPENED,
        circumstances.on <= circumstances.today,
        on=circumstances.on,
        today=circumstances.today,
    )
    if line.result:
        return None
    return refuse(line, latest=circumstances.today, pointer="/effectiveOn")


class Maker(Value):
    """Who made an assessment, plan or review, with contact details (decree 1–3 §)."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    organisation: OrganisationId
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    phone: Annotated[str, Field(min_length=3, max_length=50)] | None = None
    email: Annotated[str, Field(min_length=3, max_length=254)] | None = None

    @property
    def reachable(self) -> bool:
        """Whether there is a telephone number or an address to reach the maker by."""
        return self.phone is not None or self.email is not None
