"""The questions about one case over HTTP. Each is answered from a fold of the case's own facts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from pydantic import Field
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.policy import Action, Mask
from cases.app.http.exchange import Body, Desk, Exchange, case_headers
from cases.app.http.problems import Fault, Problematic, ProblemCode, denied
from cases.app.outcomes import CannotAnswer, Forbidden, Hidden, Seen, Shown
from cases.domain.codes.terms import Language
from cases.domain.law.edition import Law, NoEdition
from cases.domain.model import Value
from cases.domain.people import IdentityCode
from cases.domain.questions.as_of import AsOf, Known
from cases.domain.questions.case import CaseOverview, case_overview
from cases.domain.questions.costs import CaseCosts, case_costs
from cases.domain.questions.current_plan import CurrentPlan, current_plan
from cases.domain.questions.dues import WhatIsDue, what_is_due
from cases.domain.questions.explanation import Explanation, explanation
from cases.domain.questions.history import History, history
from cases.domain.questions.repository_record import RepositoryRecord, repository_record
from cases.domain.questions.representation import Represented, represented
from cases.domain.questions.services import Services, services

EDITION: Final = "edition"
"""The query key of a what-if: the same case under this edition on every day; nothing is written."""
AXES: Final = ("validOn", "knownAt", "version")
"""The query keys of the two axes of time: legal day, instant of knowledge, version."""


class AskedOf(Value):
    """Of which case, on which legal day, from what knowledge.

    ``known_at`` is the instant asked about, absent where none was; ``recorded_at`` the instant of
    the newest fact known. ``edition`` is the one asked about instead of those that apply, absent
    where none was. ``masked`` names what is left out of a protected client's case. So the same
    question of the same version has the same answer, byte for byte, and its tag is honest.
    """

    case_id: UUID
    version: int
    valid_on: date
    known_at: datetime | None
    recorded_at: datetime
    edition: str | None = None
    masked: tuple[Mask, ...] = ()


class CaseAnswer(AskedOf, CaseOverview):
    """The case."""


class PlanAnswer(AskedOf, CurrentPlan):
    """The plan in force, or none."""


class DuesAnswer(AskedOf, WhatIsDue):
    """What has to be done in the case, by when and by whom."""


class RecordAnswer(AskedOf, RepositoryRecord):
    """What the decree wants recorded of the case, what is there, and what is missing."""


class HistoryAnswer(AskedOf, History):
    """Everything that happened."""


class ExplanationAnswer(AskedOf, Explanation):
    """Why the plan is in the state it is in, and every date with its ground."""


class ServicesAnswer(AskedOf, Services):
    """Services and their course, language tests, referrals elsewhere and what came of them."""


class CostsAnswer(AskedOf, CaseCosts):
    """The compensable costs of the case, and until when compensation is applied for."""


class RepresentedAnswer(AskedOf, Represented):
    """Who stands for a minor, and until when a young person without a guardian is supported."""


Answer = Callable[[Known, Law, Language], Value]


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one case: where it is asked, what may it, what it answers."""

    path: str
    name: str
    action: Action
    sections: tuple[str, ...]
    answer: Answer
    model: type[AskedOf]
    what_if: bool = False
    """Whether it can be asked under another edition of the Act."""

    @property
    def query(self) -> tuple[str, ...]:
        """The query keys it takes."""
        return (*AXES, EDITION) if self.what_if else AXES


QUESTIONS: Final[tuple[Question, ...]] = (
    Question(
        "/cases/{caseId}",
        "showCase",
        Action.READ_CASE,
        ("case", "person"),
        lambda asked, law, _language: case_overview(asked, law),
        CaseAnswer,
    ),
    Question(
        "/cases/{caseId}/plan",
        "showCurrentPlan",
        Action.READ_PLAN,
        ("plan",),
        lambda asked, law, _language: current_plan(asked, law),
        PlanAnswer,
        what_if=True,
    ),
    Question(
        "/cases/{caseId}/dues",
        "showDues",
        Action.READ_PLAN,
        ("dues",),
        what_is_due,
        DuesAnswer,
        what_if=True,
    ),
    Question(
        "/cases/{caseId}/repository-record",
        "showRepositoryRecord",
        Action.READ_CASE,
        ("repositoryRecord",),
        repository_record,
        RecordAnswer,
        what_if=True,
    ),
    Question(
        "/cases/{caseId}/history",
        "showHistory",
        Action.READ_HISTORY,
        ("history", "person"),
        lambda asked, _law, language: history(asked, language),
        HistoryAnswer,
    ),
    Question(
        "/cases/{caseId}/explanation",
        "explainPlan",
        Action.READ_EXPLANATION,
        ("explanation",),
        explanation,
        ExplanationAnswer,
        what_if=True,
    ),
    Question(
        "/cases/{caseId}/services",
        "showServices",
        Action.READ_CASE,
        ("services",),
        lambda asked, _law, _language: services(asked),
        ServicesAnswer,
    ),
    Question(
        "/cases/{caseId}/costs",
        "showCosts",
        Action.READ_COSTS,
        ("costs",),
        case_costs,
        CostsAnswer,
    ),
    Question(
        "/cases/{caseId}/representations",
        "showRepresentations",
        Action.READ_CASE,
        ("person", "representations"),
        lambda asked, law, _language: represented(asked, law),
        RepresentedAnswer,
    ),
)


class PersonLookup(Value):
    """A person looked for by identity code; the code stands in the body, never in an address."""

    identity_code: IdentityCode


class PersonFound(Value):
    """The person's case, and its version.

    ``others_open`` are other open cases of the same person, to be joined with it: as a rule none.
    """

    case_id: UUID
    version: int = Field(ge=1)
    others_open: tuple[UUID, ...]


def ask(desk: Desk, question: Question, request: HttpRequest) -> Response:
    """Answer a question about one case: 200, or a problem. The access is on the trail by then."""
    exchange = desk.exchange(request, question.action)
    with exchange.trailing_refusals():
        exchange.only_query(question.query)
        as_of = as_of_asked(exchange)
        edition = request.query_params.get(EDITION)
        law = exchange.desk.law if edition is None else _under(exchange.desk.law, edition)
        case_id = exchange.path_id("caseId")
        caller = exchange.caller(purpose_required=True)
    shown = desk.cases.asking.show(caller, question.action, case_id, as_of, question.sections)
    return _answered(exchange, question, shown_or_problem(shown), law, edition)


def as_of_asked(exchange: Exchange) -> AsOf:
    """The day and the knowledge that are asked about; today, and everything known."""
    return AsOf(
        valid_on=exchange.query_day("validOn") or exchange.desk.clock.today(),
        known_at=exchange.query_instant("knownAt"),
        version=exchange.query_version("version"),
    )


def look_up(desk: Desk, request: HttpRequest, body: Body) -> Response:
    """Find a person's case by identity code: 200 with its id, or not found."""
    exchange = desk.exchange(request, Action.LOOK_UP_PERSON)
    with exchange.trailing_refusals():
        exchange.only_query(())
        asked = exchange.read(PersonLookup, body)
        caller = exchange.caller(purpose_required=True)
    found = desk.cases.asking.find(caller, asked.identity_code)
    match found:
        case Hidden() | Forbidden():
            raise denied(found)
        case _:
            answer = PersonFound(
                case_id=found.case_id,
                version=found.seen.version,
                others_open=found.others_open,
            )
            headers = case_headers(exchange, found.seen, masks=found.masks)
            return Response(answer.model_dump_json(), 200, headers, "application/json")


def shown_or_problem(outcome: Shown | Hidden | Forbidden | CannotAnswer) -> Shown:
    """What may be shown; else the problem it is, raised."""
    match outcome:
        case Shown():
            return outcome
        case Hidden() | Forbidden():
            raise denied(outcome)
        case CannotAnswer():
            raise Problematic(ProblemCode.VIEW_CANNOT_ANSWER)


def _under(law: Law, edition: str) -> Law:
    """The law as if this edition applied on every day. Raises malformed-request for no edition."""
    try:
        return law.under(edition)
    except NoEdition:
        fault = Fault(parameter=EDITION, code="not-an-edition")
        raise Problematic(ProblemCode.MALFORMED_REQUEST, faults=(fault,)) from None


def _answered(
    exchange: Exchange, question: Question, shown: Shown, law: Law, edition: str | None
) -> Response:
    answer = question.answer(shown.known, law, exchange.language)
    whole = question.model.model_construct(
        **dict(answer),
        case_id=shown.case_id,
        version=shown.version,
        valid_on=shown.as_of.valid_on,
        known_at=shown.as_of.known_at,
        recorded_at=shown.recorded_at,
        edition=edition,
        masked=tuple(sorted(shown.masks)),
    )
    headers = case_headers(
        exchange,
        Seen.of(shown.known.facts),
        day=shown.as_of.valid_on,
        masks=shown.masks,
        also=("ANNULLED",) if shown.known.annulled_shown else (),
    )
    if exchange.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(whole.model_dump_json(), 200, headers, "application/json")
