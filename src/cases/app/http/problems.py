"""Problems (RFC 9457): every answer of 4xx and 5xx, from one enum.

A problem never repeats what the caller sent: not a value, not the name of an unknown member. Texts
are data (``problems.toml``) in Finnish, Swedish and English; codes and pointers are for programs.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.responses import Response

from cases.app.outcomes import Forbidden, Hidden
from cases.domain.codes.terms import Language, Terms
from cases.domain.law import texts as law_texts
from cases.domain.law.rules import NotSupported, Refusal, Scalar, Violation
from cases.domain.people import contains_identity_code

MEDIA_TYPE: Final = "application/problem+json"


class ProblemCode(StrEnum):
    """Every problem there is, with its status. The code is the last part of the problem's type."""

    status: int

    def __new__(cls, code: str, status: int) -> "ProblemCode":
        member = str.__new__(cls, code)
        member._value_ = code
        member.status = status
        return member

    MALFORMED_REQUEST = "malformed-request", 400
    UNKNOWN_PARAMETER = "unknown-parameter", 400
    IDEMPOTENCY_KEY_MISSING = "idempotency-key-missing", 400
    IDEMPOTENCY_KEY_INVALID = "idempotency-key-invalid", 400
    VIEW_CANNOT_ANSWER = "view-cannot-answer", 400
    CURSOR_INVALID = "cursor-invalid", 400
    UNAUTHENTICATED = "unauthenticated", 401
    PROOF_REFUSED = "proof-refused", 401
    FORBIDDEN = "forbidden", 403
    PURPOSE_MISSING = "purpose-missing", 403
    PURPOSE_NOT_ALLOWED = "purpose-not-allowed", 403
    NOT_FOUND = "not-found", 404
    METHOD_NOT_ALLOWED = "method-not-allowed", 405
    NOT_ACCEPTABLE = "not-acceptable", 406
    REQUEST_TIMEOUT = "request-timeout", 408
    STATE_CONFLICT = "state-conflict", 409
    CASE_NOT_OPENABLE = "case-not-openable", 409
    IDEMPOTENCY_KEY_IN_PROGRESS = "idempotency-key-in-progress", 409
    TOO_MANY_DRAFTS = "too-many-drafts", 409
    ERASED = "erased", 410
    STALE_VERSION = "stale-version", 412
    DRAFT_CHANGED = "draft-changed", 412
    TOO_LARGE = "too-large", 413
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type", 415
    RULE_VIOLATED = "rule-violated", 422
    IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused", 422
    PRECONDITION_REQUIRED = "precondition-required", 428
    TOO_MANY_REQUESTS = "too-many-requests", 429
    HEADERS_TOO_LARGE = "headers-too-large", 431
    INTERNAL = "internal", 500
    NOT_SUPPORTED_YET = "not-supported-yet", 501
    UNAVAILABLE = "unavailable", 503
    OVERLOADED = "overloaded", 503
    PROJECTION_BEHIND = "projection-behind", 503
    NEWER_RELEASE = "newer-release", 503


RETRY_AFTER: Final[Mapping[ProblemCode, int]] = MappingProxyType(
    {
        ProblemCode.IDEMPOTENCY_KEY_IN_PROGRESS: 1,
        ProblemCode.TOO_MANY_REQUESTS: 1,
        ProblemCode.UNAVAILABLE: 5,
        ProblemCode.OVERLOADED: 2,
        ProblemCode.PROJECTION_BEHIND: 1,
        ProblemCode.NEWER_RELEASE: 30,
    }
)
"""Seconds after which trying again makes sense."""

OF_A_BODY: Final = (
    ProblemCode.REQUEST_TIMEOUT,
    ProblemCode.TOO_LARGE,
    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
)
"""What may be wrong with a body, whatever it is to say."""


class _Member(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True
    )


class ErrorItem(_Member):
    """One error: where (exactly one of pointer, parameter, header), a stable code, and a text."""

    pointer: str | None = Field(default=None, examples=["#/validUntil"])
    parameter: str | None = Field(default=None, examples=["validOn"])
    header: str | None = Field(default=None, examples=["If-Match"])
    code: str = Field(examples=["not-a-day"])
    detail: str


class LegalBasisItem(_Member):
    """A rule of law that decided; ``latest`` is the latest day it would have allowed."""

    section: str = Field(examples=["23.2"])
    edition: str | None = Field(default=None, examples=["681/2023"])
    rule: str | None = Field(default=None, examples=["first-plan"])
    inputs: dict[str, Scalar | tuple[Scalar, ...]] = Field(default_factory=dict)
    latest: date | None = None
    detail: str | None = None


class Current(_Member):
    """What the case, or the draft, is at now."""

    version: int = Field(ge=1)


class Problem(_Member):
    """A problem as it is answered."""

    type: str = Field(examples=["/problems/rule-violated"])
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    instance: str = Field(examples=["urn:uuid:01920000-0000-7000-8000-000000000000"])
    code: str = Field(examples=["rule-violated"])
    errors: tuple[ErrorItem, ...] = ()
    legal_basis: tuple[LegalBasisItem, ...] = ()
    current: Current | None = None
    other_case: UUID | None = Field(
        default=None, description="Whose case it is, where the caller may know of it"
    )


class Fault(BaseModel):
    """An error before it has words: where it is, its code, and a limit of ours it exceeds."""

    model_config = ConfigDict(frozen=True)

    code: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None
    limit: str | None = None


class Problematic(Exception):
    """Raised anywhere in the edge to answer with a problem; it has no words and no input."""

    def __init__(  # noqa: PLR0913 - what a problem may carry
        self,
        code: ProblemCode,
        *,
        faults: Sequence[Fault] = (),
        refusal: Refusal | None = None,
        unsupported: NotSupported | None = None,
        current: int | None = None,
        other_case: UUID | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code.value)
        if code is ProblemCode.RULE_VIOLATED and refusal is None:
            raise ValueError("a violated rule names its section")
        self.code = code
        self.faults = tuple(faults)
        self.refusal = refusal
        self.unsupported = unsupported
        self.current = current
        self.other_case = other_case
        self.headers = dict(headers or {})


class ProblemTexts(BaseModel):
    """The words of one problem."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Terms
    detail: Terms


def refused(refusal: Refusal) -> Problematic:
    """The problem of a refusal by the law, or by the state of the case."""
    code = ProblemCode.STATE_CONFLICT if refusal.conflict else ProblemCode.RULE_VIOLATED
    return Problematic(code, refusal=refusal)


def denied(outcome: Hidden | Forbidden) -> Problematic:
    """The problem of a denial: what may not be known of is not found."""
    hidden = isinstance(outcome, Hidden)
    return Problematic(ProblemCode.NOT_FOUND if hidden else ProblemCode.FORBIDDEN)


def problem_texts(code: ProblemCode) -> ProblemTexts:
    """The words of a problem in all languages."""
    return _problem_texts()[code.value]


def fault_texts() -> Mapping[str, Terms]:
    """The words of every error code, in all languages; ``{limit}`` is filled in."""
    return _fault_texts()


def write(raised: Problematic, language: Language, request_id: UUID) -> Problem:
    """The problem in words of one language."""
    texts = problem_texts(raised.code)
    errors = [_item(fault, language) for fault in raised.faults]
    basis: list[LegalBasisItem] = []
    if raised.refusal is not None:
        errors += [_ruled(each, language) for each in raised.refusal.violations if each.pointer]
        basis += [_basis(each, language) for each in raised.refusal.violations]
    if raised.unsupported is not None:
        basis.append(LegalBasisItem(section=raised.unsupported.section))
    return Problem(
        type=f"/problems/{raised.code.value}",
        title=texts.title.in_language(language),
        status=raised.code.status,
        detail=texts.detail.in_language(language),
        instance=request_id.urn,
        code=raised.code.value,
        errors=tuple(dict.fromkeys(errors)),
        legal_basis=tuple(basis),
        current=None if raised.current is None else Current(version=raised.current),
        other_case=raised.other_case,
    )


def answer(raised: Problematic, language: Language, request_id: UUID) -> Response:
    """The problem as a response, with the headers that belong to it."""
    problem = write(raised, language, request_id)
    headers = {
        "Content-Language": language.value,
        "Vary": "Accept-Language",
        **raised.headers,
    }
    if raised.code.status == ProblemCode.UNAUTHENTICATED.status:
        headers.setdefault("WWW-Authenticate", 'Bearer realm="cases"')
    if raised.code in RETRY_AFTER:
        headers.setdefault("Retry-After", str(RETRY_AFTER[raised.code]))
    body = problem.model_dump_json(by_alias=True, exclude_defaults=True).encode()
    return Response(body, raised.code.status, headers, MEDIA_TYPE)


def _item(fault: Fault, language: Language) -> ErrorItem:
    return ErrorItem(
        pointer=fault.pointer,
        parameter=fault.parameter,
        header=fault.header,
        code=fault.code,
        detail=_fault_texts()[fault.code].in_language(language).format(limit=fault.limit),
    )


def _ruled(violation: Violation, language: Language) -> ErrorItem:
    return ErrorItem(
        pointer=f"#{violation.pointer}",
        code=violation.line.rule,
        detail=_refusal_text(violation, language),
    )


def _basis(violation: Violation, language: Language) -> LegalBasisItem:
    line = violation.line
    return LegalBasisItem(
        section=line.section,
        edition=line.edition,
        rule=line.rule,
        inputs={name: value for name, value in line.inputs.items() if _may_be_shown(value)},
        latest=violation.latest,
        detail=_refusal_text(violation, language),
    )


def _may_be_shown(value: object) -> bool:
    """Inputs of rules are days, codes and numbers; should an identity code ever be one, not it."""
    return not contains_identity_code(str(value))


def _refusal_text(violation: Violation, language: Language) -> str:
    return law_texts.refuse(violation, language)


@cache
def _document() -> dict[str, dict[str, object]]:
    return tomllib.loads(files(__package__).joinpath("problems.toml").read_text("utf-8"))


@cache
def _problem_texts() -> Mapping[str, ProblemTexts]:
    return {
        code: ProblemTexts.model_validate(texts) for code, texts in _document()["problems"].items()
    }


@cache
def _fault_texts() -> Mapping[str, Terms]:
    return {code: Terms.model_validate(texts) for code, texts in _document()["errors"].items()}
