"""What officers ask for over HTTP: the same acts, in the same order, on cases that stand alike.

A case begins with its first eight facts: opened, assessed, with a plan in force for most of a year.
Then come eleven reviews, and between them a new labour market status or a notice of a benefit:
twenty-two acts, each decided on the version the one before left.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from benchmarks.history import case_history
from cases.domain.case.plan.facts import PlanDrawnUp
from cases.domain.facts import Recorded

BEGUN = 8
"""The version at which every case stands when the first act comes."""
REVIEWS = 11
_APART = timedelta(days=5)
_SINCE = timedelta(days=48) + _APART * (REVIEWS + 2)


@dataclass(frozen=True)
class Step:
    """One act: the address below the case, its body. The plan's id goes where ``{plan}`` stands."""

    path: str
    body: dict[str, Any]

    def request(self, case: "Standing", number: int, headers: str) -> "Request":
        """The request that does it; ``number`` is its place among the acts of its case."""
        path = f"/v1/cases/{case.case_id}/{self.path.format(plan=case.plan_id)}"
        key = f'Idempotency-Key: "{case.case_id}.{number}"\r\n'
        return request(
            "POST",
            path,
            f"{headers}Content-Type: application/json\r\n{key}If-Match: {TAG}\r\n",
            json.dumps(self.body).encode(),
        )


TAG = "{tag}"
"""Stands where the newest tag of the case goes."""


class Request(NamedTuple):
    """A request in two halves: between them goes the tag that its case was last answered with."""

    before: bytes
    after: bytes

    def tagged(self, tag: bytes) -> bytes:
        """All of it. Without a second half there is no tag in it."""
        return self.before + tag + self.after if self.after else self.before


@dataclass(frozen=True)
class Standing:
    """A case in a service, ready for its next acts: the plan they are about, its tag."""

    case_id: str
    plan_id: str
    tag: str

    def acts(self, steps: Sequence[Step], headers: str) -> Iterator[Request]:
        """Its acts, in order; ``headers`` come with each, lines with CRLF."""
        return (step.request(self, number, headers) for number, step in enumerate(steps))

    def read(self, headers: str) -> Request:
        """The request for the case itself."""
        return request("GET", f"/v1/cases/{self.case_id}", headers)


@cache
def history() -> tuple[Recorded, ...]:
    """How every case begins, so many days ago that all its acts lie in the past and the plan is in
    force: else the calendar would end it in between."""
    return case_history(BEGUN, datetime.now(UTC).date() - _SINCE)


def plan() -> PlanDrawnUp:
    """The plan of every case."""
    drawn_up = history()[-1].fact
    assert isinstance(drawn_up, PlanDrawnUp)
    return drawn_up


@cache
def steps() -> tuple[Step, ...]:
    """The acts a case gets."""
    days = [plan().valid_from + _APART * number for number in range(1, REVIEWS + 1)]
    return tuple(
        step for number, on in enumerate(days) for step in (_review(on), _learned(on, number))
    )


def _review(on: date) -> Step:
    measures = [str(agreed.measure_id) for agreed in plan().measures]
    return Step(
        "plans/{plan}/reviews",
        {
            "effectiveOn": on.isoformat(),
            "heldBy": "MUNICIPALITY",
            "initiative": "SCHEDULED",
            "participation": [
                {
                    "measure": measure,
                    "state": "ONGOING",
                    "progress": "Has taken part on all days but two; steady progress.",
                }
                for measure in measures
            ],
            "newNeeds": ["More spoken Finnish"],
            "nextReviewOn": (on + timedelta(days=90)).isoformat(),
            "makers": [{"name": "Olli Virkailija", "organisation": "espoo", "phone": "+358 1"}],
        },
    )


def _learned(on: date, number: int) -> Step:
    if number % 2:
        body = {"status": "JOBSEEKER", "from": on.isoformat(), "source": {"kind": "PERSON"}}
        return Step("labour-market-status", {"effectiveOn": on.isoformat(), **body})
    return Step(
        "benefit-notices",
        {
            "effectiveOn": on.isoformat(),
            "benefit": "SOCIAL_ASSISTANCE_NOT_TEMPORARY",
            "from": on.isoformat(),
            "until": (on + timedelta(days=60)).isoformat(),
            "source": {"kind": "AUTHORITY", "name": "kela"},
        },
    )


def request(method: str, path: str, headers: str, body: bytes = b"") -> Request:
    """A request of HTTP/1.1; ``headers`` are lines with CRLF, and may hold ``TAG``."""
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}{length}\r\n"
    before, tag, after = head.partition(TAG)
    if not tag:
        return Request(head.encode() + body, b"")
    return Request(before.encode(), after.encode() + body)
