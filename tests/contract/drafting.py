"""What tests of drafts work with: a draft that is held, and how it is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx2
from tests.service import (
    MARKER,
    START,
    Case,
    Service,
)

VIEWS = (
    "",
    "?version=1",
    "/plan",
    "/plan/page",
    "/dues",
    "/history",
    "/explanation",
    "/repository-record",
)
BEGUN: dict[str, Any] = {
    "goals": [{"text": f"{MARKER} wants"}],
    "followUp": "",
    "validFrom": "2025-",
}
PLAN_DRAFT: dict[str, Any] = {"act": "drawUpPlan", "body": BEGUN}


class Held:
    """A draft a test holds: its address and the tag it was last answered with."""

    def __init__(self, case: Case, response: httpx2.Response) -> None:
        assert response.status_code == 201, response.text
        self.id = response.json()["draftId"]
        self.path = f"{case.path}/drafts/{self.id}"
        self.tag = response.headers["etag"]


def begin(service: Service, case: Case, body: object = None, **how: Any) -> Held:
    return Held(case, service.post(f"{case.path}/drafts", body or PLAN_DRAFT, **how))


def put(service: Service, draft: Held, body: object, **how: Any) -> httpx2.Response:
    how.setdefault("tag", draft.tag)
    return service.send("PUT", draft.path, body=body, **how)


def delete(service: Service, draft: Held, **how: Any) -> httpx2.Response:
    how.setdefault("tag", draft.tag)
    return service.send("DELETE", draft.path, **how)


def stored(service: Service, draft: str) -> list[dict[str, Any]]:
    return service.rows("select * from drafts.draft where id = %s", [draft])


def the_line(service: Service, response: httpx2.Response) -> tuple[Any, ...]:
    """Of the one line a request left: action, result, sections, case version."""
    (line,) = service.trail(response)
    assert line["at"] == service.clock.now()
    return line["action"], line["result"], line["sections"], line["case_version"]


@contextmanager
def later(service: Service, **how: float) -> Iterator[None]:
    try:
        service.clock.set(START + timedelta(**how))
        yield
    finally:
        service.clock.set(START)
