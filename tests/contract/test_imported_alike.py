"""A history told over HTTP, and the same acts imported elsewhere: every answer is the same.

Acts at random, lawful or not, on several cases at once; those that were recorded make the file of
an import into another installation. Only when and by whom it was recorded may differ.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID, uuid5

import httpx2
import pytest
from tests.contract.conftest import Serve
from tests.contract.lawful import BODIES, STUDIES
from tests.importing import Importing
from tests.service import START, TOGETHER, Service, opening

from cases.app.bootstrap import open_bulk

ABOUT_OTHERS: Final = {"handOver", "acceptReferral", "declineReferral", "declineHandOverRequest"}
"""Acts of other authorities, or after which the case is another's."""
TELLING: Final = (
    *("recordResidenceBasis", "recordLabourMarketStatus", "startAssessment"),
    *("completeAssessment", "drawUpPlan"),
)
PUTTING_RIGHT: Final = ["correctRecord", "correctRecord", "annulRecord", "requestCorrection"]
VIEWS: Final = (
    *("", "/plan", "/dues", "/explanation", "/services", "/costs", "/representations"),
    *("/repository-record", "/plan/page", "/history"),
)
PARTS: Final = [*(f"measure-{n}" for n in range(1, 6)), "review", "referral"]
OF_RECORDING: Final = {"recordedAt", "recordedBy", "role", "purpose", "oldRecord", "instance"}
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
NO_RECORD: Final = {"version": 10_000, "effectiveOn": "2025-02-03", "content": None}
STEPS: Final = 70


@dataclass
class Told:
    """A case, what was recorded in it as lines of an import, and what its ids are called there."""

    case_id: str
    code: str
    lines: list[dict[str, Any]]
    ids: dict[str, list[str]] = field(default_factory=dict)
    references: dict[str, dict[str, str]] = field(default_factory=dict)
    records: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add(self, line: dict[str, Any], answer: httpx2.Response) -> None:
        """A line that was recorded, and what came of it."""
        name = f"line-{len(self.lines)}"
        last, recorded = answer.json()["version"], answer.json()["recorded"]
        for nth, version in enumerate(range(last - len(recorded) + 1, last + 1), start=1):
            self.records[version] = {"record": name, "nth": nth}
        if line["act"] not in {"correctRecord", "annulRecord"}:
            new = {i: n for n, i in _ids(recorded) if i not in self.references}
            parts = {str(uuid5(UUID(i), part)): part for i in new for part in PARTS}
            for each, kind in new.items():
                self.ids.setdefault(kind, []).append(each)
                self.references[each] = {"ref": name}
                if each in parts:
                    self.references[each]["part"] = parts[each]
        self.lines.append({**line, "as": name})

    def said(self, node: Any) -> Any:
        """A body as a line says it: with references in the place of ids and versions."""
        if isinstance(node, dict):
            told = {name: self.said(value) for name, value in node.items()}
            return told | {n: self._version(told[n]) for n in ("version", "along") if n in told}
        if isinstance(node, list):
            return [self.said(each) for each in node]
        return self.references.get(node, node) if isinstance(node, str) else node

    def _version(self, node: Any) -> Any:
        return [*map(self._version, node)] if isinstance(node, list) else self.records[node]

    def in_the_file(self) -> Iterator[dict[str, Any]]:
        """The lines, each with a name only where it is spoken of."""
        spoken_of = json.dumps([line["with"] for line in self.lines])
        for line in self.lines:
            named = f'"{line["as"]}"' in spoken_of
            yield {name: value for name, value in line.items() if name != "as" or named}


@dataclass
class Teller:
    """Who tells histories over HTTP, at random."""

    service: Service
    random: Random
    paths: dict[str, str]
    told: list[Told] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.service.clock.today()

    def opens(self, code: str | None = None) -> None:
        on = self.today - timedelta(days=self.random.choice([0, 10]))
        body = opening(code, learnedOn=(on - timedelta(days=4)).isoformat())
        answer = self.service.post("/cases", {**body, "effectiveOn": on.isoformat()})
        if answer.status_code == 201:
            told = Told(answer.json()["caseId"], body["person"]["identityCode"], [])
            told.add(self._line("openCase", len(self.told), on, body), answer)
            self.told.append(told)

    def acts(self, n: int, name: str, **said: Any) -> httpx2.Response | None:
        """Try an act on the n-th case, on what there is in it; None where there is nothing."""
        told = self.told[n]
        address, ids = self.paths[name].replace("{caseId}", told.case_id), dict[str, str]()
        for each in re.findall(r"\{(\w+)\}", address):
            if each not in told.ids:
                return None
            ids[each] = self.random.choice(told.ids[each][-2:])
            address = address.replace(f"{{{each}}}", ids[each])
        body = self._body(told, name) | said
        on = self.today - timedelta(days=self.random.choice([0, 0, 0, 1, 6, 30]))
        seen = self.service.get(f"/cases/{told.case_id}").headers.get("etag")
        answer = self.service.post(address, {**body, "effectiveOn": on.isoformat()}, tag=seen)
        if answer.status_code == 201:
            content = body | {each.removesuffix("Id"): found for each, found in ids.items()}
            told.add(self._line(name, n, on, told.said(content)), answer)
        return answer

    def puts_right(self, n: int) -> None:
        """Correct or annul something, and what builds on it where it has to go along."""
        name = self.random.choice(PUTTING_RIGHT)
        answer = self.acts(n, name)
        if name == "annulRecord" and answer is not None and answer.status_code == 409:
            sent = json.loads(answer.request.content)
            lines = answer.json()["legalBasis"]
            along = [v for line in lines for v in line["inputs"].get("along", [])]
            self.acts(n, name, version=sent["version"], along=along)

    def _line(self, act: str, n: int, on: date, body: dict[str, Any]) -> dict[str, Any]:
        dates = {"effectiveOn": on.isoformat(), "sourceDate": self.today.isoformat()}
        return {"case": f"case {n}", "act": act, **dates, "with": body}

    def _body(self, told: Told, name: str) -> dict[str, Any]:
        random = self.random
        since = (self.today - START.date()).days
        body = dict(BODIES[name]) if name in TELLING[:2] else self._moved(BODIES[name], since)
        match name:
            case "recordDetails":
                born = {"dateOfBirth": random.choice(["1990-01-01", "2012-01-01"])}
                body = {"details": random.choice([born, {"motherTongue": "so"}])}
            case "drawUpPlan":
                first = date.fromisoformat(body["validFrom"])
                until = first + timedelta(days=random.choice([50, 150, 364]))
                body |= {"validUntil": until.isoformat()}
                body |= {"nextReviewOn": (first + timedelta(days=49)).isoformat()}
                if random.random() < 0.5:
                    body |= {"measures": [STUDIES]}
                elif random.random() < 0.3:
                    body |= {"kind": "MULTISECTORAL", **TOGETHER}
            case "guideToServices":
                body = {"measures": told.ids.get("measureId", [])[-1:]}
            case "recordNecessaryData":
                body |= {"of": told.ids.get("planId", [told.case_id])[-1]}
            case "correctRecord" | "annulRecord" | "requestCorrection":
                history = self.service.get(f"/cases/{told.case_id}/history").json()
                # Where the person is protected, nobody but her worker sees any.
                record = random.choice(history["entries"] or [NO_RECORD])
                body |= {"version": record["version"]}
                if name == "correctRecord":
                    to = self._moved(record["effectiveOn"], 0)
                    body |= {"changes": [{"member": "/effectiveOn", "to": to}]}
                    day = random.choice([*_days(record["content"], "/content"), None])
                    if day is not None:
                        body |= {"changes": [{"member": day[0], "to": self._moved(day[1], 0)}]}
            case _:
                pass
        return body

    def _moved(self, node: Any, by: int) -> Any:
        """The same with every day so much later, and some of them a little beside."""
        if isinstance(node, dict):
            return {name: self._moved(value, by) for name, value in node.items()}
        if isinstance(node, list):
            return [self._moved(each, by) for each in node]
        if isinstance(node, str) and _DAY.fullmatch(node):
            beside = self.random.choice([0, 0, 0, 0, 0, -3, 5, 30, -40])
            return (date.fromisoformat(node) + timedelta(days=by + beside)).isoformat()
        return node


def _ids(node: Any) -> Iterator[tuple[str, str]]:
    """The ids in what was recorded, each with the member that has it."""
    if isinstance(node, dict):
        for name, value in node.items():
            if isinstance(value, str) and name.endswith("Id") and _ID.fullmatch(value):
                yield name, value
            yield from _ids(value)
    elif isinstance(node, list):
        for each in node:
            yield from _ids(each)


def _days(node: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """The members of a record that are days."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _days(value, f"{pointer}/{name}")
    elif isinstance(node, list):
        for n, each in enumerate(node):
            yield from _days(each, f"{pointer}/{n}")
    elif isinstance(node, str) and _DAY.fullmatch(node):
        yield pointer, node


def _answered(service: Service, case_id: str, days: list[date]) -> Iterator[tuple[str, Any]]:
    """What is answered about a case, its ids by the order in which they are met."""
    names: dict[str, str] = {}

    def plain(node: Any) -> Any:
        if isinstance(node, dict):
            # What a correction says of itself tells the day on which it was recorded.
            unlike = OF_RECORDING | ({"text"} if "recordedAt" in node else set())
            return {n: plain(v) for n, v in node.items() if n not in unlike}
        if isinstance(node, list):
            return [plain(each) for each in node]
        if isinstance(node, str):
            return _ID.sub(lambda found: names.setdefault(found[0], f"id {len(names)}"), node)
        return node

    for view in VIEWS:
        for day in days:
            path = f"{view}?validOn={day}"
            answer = service.get(f"/cases/{case_id}{path}")
            is_json = "json" in answer.headers["content-type"]
            yield path, plain(answer.json() if is_json else answer.text)


@pytest.mark.guarantee("IM-1")
@pytest.mark.parametrize("seed", range(3))
def test_a_history_imported_is_answered_about_as_one_that_was_told(
    seed: int, another: Serve, tmp_path: Path
) -> None:
    random = Random(f"imported alike {seed}")
    here, there = another(), another()
    document = here.get("/openapi.json", by=None, purpose=None).json()
    paths = {
        item["post"]["operationId"]: path
        for path, item in document["paths"].items()
        if path.startswith("/cases/{caseId}/") and "post" in item
    }
    names = sorted(BODIES.keys() & paths.keys() - ABOUT_OTHERS - {"joinCases"})
    teller = Teller(here, random, paths)
    teller.opens()
    for _ in range(STEPS):
        n = random.randrange(len(teller.told))
        chance = random.random()
        if chance < 0.07:
            here.clock.set(here.clock.now() + timedelta(days=random.choice([1, 10, 30, 90])))
        elif chance < 0.12:
            teller.opens(random.choice([None, teller.told[n].code]))
        elif chance < 0.25:
            for each in TELLING:
                teller.acts(n, each)
        elif chance < 0.4:
            teller.puts_right(n)
        else:
            teller.acts(n, random.choice(names))
        here.clock.set(here.clock.now() + timedelta(minutes=1))
    there.clock.set(here.clock.now())

    with open_bulk(there.system.settings) as bulk:
        importing = Importing(there.system, bulk, there.inside, tmp_path, there.clock)
        tally = importing(line for told in teller.told for line in told.in_the_file())
    assert tally.bad == []
    assert tally.acts == sum(len(told.lines) for told in teller.told) > STEPS // 3
    here.settle()
    there.settle()
    first = START.date() - timedelta(days=40)
    ahead = (teller.today - first).days + 500
    days = [teller.today, *(first + timedelta(days=random.randrange(ahead)) for _ in range(7))]
    for told, imported in zip(teller.told, importing.streams(), strict=True):
        for one, other in zip(
            _answered(here, told.case_id, days),
            _answered(there, str(imported), days),
            strict=True,
        ):
            assert one == other
