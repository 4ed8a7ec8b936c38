"""The interface: three acts and one question, as ordinary endpoints."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, NoReturn
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from joserfc.jwk import KeySetSerialization
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from benchmarks.plain import rules
from benchmarks.plain.bodies import (
    ActBody,
    BenefitNoticeBody,
    CaseShown,
    LabourMarketStatusBody,
    Recorded,
    ReviewBody,
)
from benchmarks.plain.callers import Caller, officer
from benchmarks.plain.rules import NotAllowed
from benchmarks.plain.tables import Audit, Case

HELSINKI = ZoneInfo("Europe/Helsinki")


@dataclass(frozen=True)
class Asked:
    """What comes with the body of an act."""

    by: Caller
    key: str
    version: int
    raw: bytes


def create_app(
    sessions: sessionmaker[Session], keys: KeySetSerialization, *, issuer: str, audience: str
) -> FastAPI:
    """The service over a database."""
    app = FastAPI(title="plain cases")
    caller = Annotated[Caller, Depends(officer(keys, issuer=issuer, audience=audience))]

    async def asked(
        request: Request,
        by: caller,
        idempotency_key: Annotated[str, Header(max_length=66)],
        if_match: Annotated[str, Header()],
    ) -> Asked:
        version = if_match.strip('"').partition(".")[0]
        if not version.isdigit():
            raise HTTPException(400, "if-match")
        # The framework keeps the body, so it is not read twice.
        return Asked(by, idempotency_key.strip('"'), int(version), await request.body())

    act = Annotated[Asked, Depends(asked)]

    def perform(case_id: UUID, one: "_Act", response: Response) -> Recorded:
        with sessions() as session:
            recorded = one.perform(session, case_id)
        response.headers["ETag"] = f'"{recorded.version}"'
        return recorded

    @app.post("/v1/cases/{case_id}/plans/{plan_id}/reviews", status_code=201)
    def review(
        case_id: UUID, plan_id: UUID, body: ReviewBody, said: act, response: Response
    ) -> Recorded:
        one = _Act("reviewPlan", body, rules.review(plan_id, body), said)
        return perform(case_id, one, response)

    @app.post("/v1/cases/{case_id}/labour-market-status", status_code=201)
    def labour_market_status(
        case_id: UUID, body: LabourMarketStatusBody, said: act, response: Response
    ) -> Recorded:
        one = _Act("recordLabourMarketStatus", body, rules.labour_market_status(body), said)
        return perform(case_id, one, response)

    @app.post("/v1/cases/{case_id}/benefit-notices", status_code=201)
    def benefit_notice(
        case_id: UUID, body: BenefitNoticeBody, said: act, response: Response
    ) -> Recorded:
        one = _Act("recordBenefitNotice", body, rules.benefit_notice(body), said)
        return perform(case_id, one, response)

    @app.get("/v1/cases/{case_id}")
    def show(case_id: UUID, by: caller, response: Response) -> CaseShown:
        with sessions() as session:
            case = _of_caller(session, case_id, by)
            session.add(_line(by, "READ_CASE", "SHOWN", case))
            session.commit()
            response.headers["ETag"] = f'"{case.version}"'
            return CaseShown.model_validate(case)

    return app


@dataclass(frozen=True)
class _Act:
    name: str
    body: ActBody
    change: rules.Change
    said: Asked

    def perform(self, session: Session, case_id: UUID) -> Recorded:
        """Everything in one transaction; a repeat gets its first answer."""
        case = _of_caller(session, case_id, self.said.by)
        earlier = self._earlier(session, case_id)
        if earlier is not None:
            return earlier
        if case.version != self.said.version:
            self._refused(session, case, 412, "stale-version")
        now = datetime.now(UTC)
        on = self.body.effective_on or now.astimezone(HELSINKI).date()
        try:
            self.change(case, on)
        except NotAllowed as refusal:
            session.rollback()
            self._refused(session, case, refusal.status, refusal.section)
        case.changed_at = now
        recorded = Recorded(
            case_id=case.id,
            version=case.version + 1,
            act=self.name,
            effective_on=on,
            recorded_at=now,
            content=self.body.model_dump(mode="json", by_alias=True, exclude_none=True),
        )
        line = _line(self.said.by, self.name, "RECORDED", case, at=now)
        line.case_version = recorded.version
        line.key, line.fingerprint = self.said.key, self._fingerprint()
        line.content = recorded.model_dump(mode="json", by_alias=True)
        session.add(line)
        try:
            session.commit()
        except StaleDataError as error:
            raise HTTPException(412) from error
        except IntegrityError as error:
            session.rollback()
            repeated = self._earlier(session, case_id)
            if repeated is None:
                raise HTTPException(409) from error
            return repeated
        return recorded

    def _earlier(self, session: Session, case_id: UUID) -> Recorded | None:
        found = session.scalar(
            sa.select(Audit).where(
                Audit.case_id == case_id,
                Audit.caller == self.said.by.name,
                Audit.key == self.said.key,
            )
        )
        if found is None:
            return None
        if found.fingerprint != self._fingerprint():
            raise HTTPException(422, "idempotency-key-reused")
        return Recorded.model_validate(found.content)

    def _fingerprint(self) -> bytes:
        return sha256(self.name.encode() + self.said.raw).digest()

    def _refused(self, session: Session, case: Case, status: int, detail: str) -> NoReturn:
        session.add(_line(self.said.by, self.name, "REFUSED", case))
        session.commit()
        raise HTTPException(status, detail)


def _of_caller(session: Session, case_id: UUID, by: Caller) -> Case:
    """The case, if the caller's authority answers for it; else it is not there."""
    case = session.get(Case, case_id)
    if case is None or case.authority != by.organisation:
        session.rollback()
        session.add(_line(by, "FIND_CASE", "NOT_FOUND", None))
        session.commit()
        raise HTTPException(404)
    return case


def _line(
    by: Caller, action: str, result: str, case: Case | None, at: datetime | None = None
) -> Audit:
    return Audit(
        at=at or datetime.now(UTC),
        caller=by.name,
        role=by.role,
        purpose=by.purpose,
        action=action,
        result=result,
        case_id=case and case.id,
        case_version=case and case.version,
        request_id=uuid4(),
    )
