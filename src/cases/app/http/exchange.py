"""One request about people, step by step: who asks, for what, about whom – and its trail.

Whatever an authenticated caller is refused here, before the application is asked, leaves its line
in the access trail too. What nobody authenticated is noise: it is logged, not trailed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, TypeVar
from uuid import UUID

from pydantic import BaseModel
from starlette.requests import Request as HttpRequest

from cases.app.access.caller import Caller
from cases.app.access.policy import GUIDANCE_ACTIONS, Action, Mask, has_the_right
from cases.app.access.principal import Principal, Role
from cases.app.access.purposes import Purpose, PurposeError, Purposes
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.cases import Cases
from cases.app.clock import Clock
from cases.app.family_plans import FamilyPlans
from cases.app.guidance_records import GuidanceRecords
from cases.app.http.body import JsonBody, to_model
from cases.app.http.context import RequestNotes, notes_of
from cases.app.http.headers import (
    accepts,
    draft_of,
    entity_tag,
    idempotency_key,
    if_match,
    in_language,
    preferred_wait,
    purpose_of_use,
    unchanged,
)
from cases.app.http.limits import CallerRates
from cases.app.http.problems import Problematic, ProblemCode
from cases.app.http.query import day_of, instant_of, only_query, version_of
from cases.app.outcomes import Seen
from cases.app.store.trail import Trail
from cases.domain.codes.terms import Language
from cases.domain.law.edition import Law

M = TypeVar("M", bound=BaseModel)

STREAM_IDS: Final = ("caseId", "consentId", "familyPlanId", "noticeId")
"""What an address calls the stream, or the notice, it is about; a case may have consents too."""

Body = JsonBody | Problematic
"""A body that was read, or why it could not be: told once it is known who sent it."""

WORK_PURPOSE = "ORGANISING_SERVICES"
"""The purpose of an officer's act that names none: recording is the task of the Act itself."""
GUIDANCE_PURPOSE = "GUIDANCE_AND_COUNSELLING"
"""The same of an act on a guidance record, which is there for no other."""
NOTICE_PURPOSE = "NOTIFYING_MUNICIPALITIES"
"""The same of a register that sends notices."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every exchange works with; put together once by the composition root."""

    cases: Cases
    guidance: GuidanceRecords
    family_plans: FamilyPlans
    law: Law
    clock: Clock
    trail: Trail
    purposes: Purposes
    witness: Witness
    authenticate: Callable[[HttpRequest], Principal]
    rates: CallerRates
    secret: bytes
    """Keys the fingerprints of acts."""
    ground: str
    """What every answer depends on besides what it is about: the release, and its timeline."""
    arrived: Callable[[UUID, int, float], bool]
    """Waits until the lists have taken a case's version in: case, version, seconds; False when the
    time has passed, or when too many wait already."""
    exists: Callable[[UUID], bool]
    """Whether there is a case, a guidance record, a family plan or a notice of this id."""

    def exchange(self, request: HttpRequest, action: Action) -> "Exchange":
        """Begin: raises unauthenticated or proof-refused unless the caller has proved who it is.

        Raises unavailable where that can't be judged now, and too-many-requests, which is logged
        and leaves no line in the trail: nothing was looked for, and whoever asks a thousand times a
        minute is not to fill it.
        """
        notes = notes_of(request.scope)
        try:
            principal = self.authenticate(request)
        except Problematic as problem:
            notes.refused_for = problem.faults[0].code if problem.faults else str(problem.__cause__)
            raise
        notes.principal = principal
        notes.rate = self.rates.take(f"{principal.organisation.id}/{principal.subject}")
        return Exchange(self, request, action, principal, notes)


@dataclass(slots=True)
class Exchange:
    """One request of an authenticated caller."""

    desk: Desk
    request: HttpRequest
    action: Action
    principal: Principal
    notes: RequestNotes
    _purpose: Purpose | None = field(default=None, init=False)

    @property
    def language(self) -> Language:
        """The language of texts in the answer."""
        return self.notes.language

    @contextmanager
    def trailing_refusals(self) -> Iterator[None]:
        """Whatever is refused inside leaves a line in the trail before the problem is answered.

        It is a line of the case, the guidance record, the family plan or the notice that the
        address names, where there is one.
        """
        try:
            yield
        except Problematic as problem:
            denied = problem.code is ProblemCode.FORBIDDEN
            caller = Caller(self.principal, self._purpose, str(self.notes.request_id))
            result = AccessResult.FORBIDDEN if denied else AccessResult.REFUSED
            self.desk.witness.note(caller, self.action, result, case_id=self._case_named())
            raise

    def _case_named(self) -> UUID | None:
        named = next((n for n in STREAM_IDS if n in self.request.path_params), None)
        if named is None:
            return None
        try:
            case_id = self.path_id(named)
        except Problematic:
            return None
        return case_id if self.desk.exists(case_id) else None

    def caller(self, *, purpose_required: bool, form: str = "application/json") -> Caller:
        """The caller with its purpose, checked against the register of processing activities.

        ``form`` is the media type of the answer. Raises purpose-missing, purpose-not-allowed, and
        not-acceptable where the caller takes no such answer.
        """
        accepts(self.request.headers, (form,))
        stated = purpose_required or "purpose-of-use" in self.request.headers
        code = purpose_of_use(self.request.headers) if stated else self._default_purpose()
        try:
            today = self.desk.clock.today()
            stated_for = self.desk.purposes.purpose(code, self.principal.roles, today)
        except PurposeError:
            raise Problematic(ProblemCode.PURPOSE_NOT_ALLOWED) from None
        # Whoever may never do this is refused for that, by the table of rights, and not for a word.
        if self.action not in stated_for.actions and has_the_right(self.principal, self.action):
            raise Problematic(ProblemCode.PURPOSE_NOT_ALLOWED)
        self._purpose = stated_for
        self.notes.purpose = self._purpose.code
        # A purpose counts in the roles it belongs to: another role of the caller lends it nothing.
        principal = self.principal.limited_to(self._purpose.roles)
        return Caller(principal, self._purpose, str(self.notes.request_id))

    def _default_purpose(self) -> str:
        if self.action is Action.SEND_NOTICE and Role.REGISTER in self.principal.roles:
            return NOTICE_PURPOSE
        if not self.principal.roles & {Role.OFFICER, Role.PROFESSIONAL}:
            raise Problematic(ProblemCode.PURPOSE_MISSING)
        return GUIDANCE_PURPOSE if self.action in GUIDANCE_ACTIONS else WORK_PURPOSE

    def only_query(self, known: Sequence[str]) -> None:
        """Refuse query keys this address does not have."""
        only_query(self.request, known)

    def query_day(self, name: str) -> date | None:
        """A legal day of the query."""
        return day_of(self.request, name)

    def query_instant(self, name: str) -> datetime | None:
        """An instant of the query, UTC."""
        return instant_of(self.request, name)

    def query_version(self, name: str) -> int | None:
        """A version of the query."""
        return version_of(self.request, name)

    def preferred_wait(self) -> int | None:
        """Seconds the caller would wait for the lists (``Prefer: wait=N``), at most ten."""
        return preferred_wait(self.request.headers)

    def has(self, tag: str) -> bool:
        """Whether the caller has the answer of this tag already (If-None-Match)."""
        return unchanged(self.request.headers, tag)

    def path_id(self, name: str) -> UUID:
        """An id in the address; what is no id names nothing, so it is not found."""
        text = str(self.request.path_params[name])
        try:
            identifier = UUID(text)
        except ValueError:
            raise Problematic(ProblemCode.NOT_FOUND) from None
        if str(identifier) != text:
            raise Problematic(ProblemCode.NOT_FOUND)
        return identifier

    def idempotency_key(self) -> str:
        """The key of an act."""
        return idempotency_key(self.request.headers)

    def if_match(self) -> Seen:
        """What of the case the act was decided on."""
        tag = if_match(self.request.headers)
        return Seen(version=tag.version, mark=tag.mark)

    def draft(self) -> UUID | None:
        """The draft the act came of (``Draft``), which goes with it; None where none is named."""
        return draft_of(self.request.headers)

    def read(self, model: type[M], body: Body, ids: Mapping[str, UUID] | None = None) -> M:
        """The body as a model, with the ids of the address where they belong."""
        if isinstance(body, Problematic):
            raise body
        return to_model(body, model, ids)


def case_headers(
    exchange: Exchange,
    seen: Seen,
    *,
    day: date | None = None,
    masks: frozenset[Mask] = frozenset(),
    also: Iterable[str] = (),
) -> dict[str, str]:
    """Headers of an answer about a case as seen on a legal day (today unless said).

    ``also`` is what else its text depends on.
    """
    seen_on = day or exchange.desk.clock.today()
    on = (exchange.desk.ground, *also)
    return {
        "ETag": str(entity_tag(seen, seen_on, exchange.language, masks, on)),
        **in_language(exchange.language),
    }
