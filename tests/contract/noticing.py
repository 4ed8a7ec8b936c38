"""What tests of notices work with: who sends them, and what becomes of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID

import httpx2
from tests.patience import until
from tests.service import MARKER, START, Case, Service, identity_code

KELA: Final = "register@kela"
MIGRI: Final = "register@migri"
ASSISTANCE: Final = "SOCIAL_ASSISTANCE_NOT_TEMPORARY"
HOME_CARE: Final = "CHILD_HOME_CARE_ALLOWANCE"
NAMED: Final = {"names": {"given": "X", "family": MARKER}, "dateOfBirth": "1990-05-17"}


def somebody(service: Service) -> str:
    """The identity code of somebody who is nobody's client."""
    code = identity_code()
    service.secrets.add(code)
    return code


def item(code: str, **changed: Any) -> dict[str, Any]:
    return {"identityCode": code, "benefit": ASSISTANCE, **changed}


def send(
    service: Service,
    *items: object,
    section: str = "84.3",
    to: str = "vaasa",
    by: str = KELA,
    **how: Any,
) -> httpx2.Response:
    body = {"section": section, "to": to, "items": list(items)}
    return service.post("/notices", body, by=by, **how)


def received(response: httpx2.Response) -> list[str]:
    """The ids of the notices of a call, all of which were received."""
    assert response.status_code == 200, response.text
    told = response.json()["items"]
    assert {each["result"] for each in told} == {"RECEIVED"}, told
    return [each["noticeId"] for each in told]


def handle(service: Service, notice: str, outcome: str = "NOT_A_CLIENT", **how: Any) -> Any:
    return service.post(f"/notices/{notice}/handling", {"outcome": outcome}, **how)


def kept(service: Service, notices: Sequence[str]) -> set[str]:
    """Which of these notices there still are."""
    rows = service.rows("select id from notices.notice where id = any(%s)", [[*map(UUID, notices)]])
    return {str(row["id"]) for row in rows}


def filed(service: Service, *notices: str) -> None:
    """File what can be filed; these notices are gone then."""
    service.worker.file_notices_once()
    until(lambda: not kept(service, notices))


def benefits(service: Service, case: Case, by: str = "officer@vaasa") -> list[dict[str, Any]]:
    """What the case says of benefits; its tag is what it is at then."""
    answer = service.get(case.path, by=by)
    assert answer.status_code == 200, answer.text
    case.etag = answer.headers["etag"]
    told: list[dict[str, Any]] = answer.json()["benefitNotices"]
    return told


def told_of_benefits(service: Service, case: Case) -> list[dict[str, Any]]:
    """The entries of the history by which the case was told of benefits."""
    entries = service.get(f"{case.path}/history").json()["entries"]
    return [each for each in entries if each["fact"] == "BenefitNoticeRecorded"]


@contextmanager
def nothing_follows(service: Service) -> Iterator[None]:
    """Nobody files what is received, as if the process ended with its answer."""
    with patch.object(service.system.notice_intake, "_file_soon", lambda received: None):
        yield


@contextmanager
def later(service: Service, **how: float) -> Iterator[None]:
    try:
        service.clock.set(START + timedelta(**how))
        yield
    finally:
        service.clock.set(START)
