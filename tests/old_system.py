"""Files as an old system gives them: whole histories of invented people, one act a line."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Line = dict[str, Any]

CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
MAKERS = [{"name": "Virva Virkailija", "organisation": "vaasa", "phone": "06 123 4567"}]


def test_code(number: int) -> str:
    """The identity code of the test series of the n-th person."""
    born = date(1960, 1, 1) + timedelta(days=number // 98)
    individual = 901 + number % 98
    return f"{born:%d%m%y}-{individual}{CHECK[int(f'{born:%d%m%y}{individual}') % 31]}"


test_code.__test__ = False  # type: ignore[attr-defined]


def line(case: str, act: str, on: str, body: Line | None = None, **members: Any) -> Line:
    """A line, recorded in the old system on the day after, unless told otherwise."""
    recorded = date.fromisoformat(on) + timedelta(days=1)
    made = {
        "case": case,
        "act": act,
        "effectiveOn": on,
        "with": body or {},
        "sourceDate": recorded.isoformat(),
        "sourceSystem": "Old system",
        **members,
    }
    return {name: value for name, value in made.items() if value is not None}


def history(case: str, code: str | None) -> list[Line]:
    """Twelve acts: opened, assessed, planned, reviewed twice, ended, closed."""
    person = {"names": {"given": "Aila", "family": "Esimerkki"}, "motherTongue": "fa"}
    person |= {"identityCode": code} if code else {"dateOfBirth": "1992-03-14"}
    assessment, plan = {"assessment": {"ref": "a"}}, {"plan": {"ref": "p"}}
    review = {"heldBy": "MUNICIPALITY", "initiative": "SCHEDULED", "makers": MAKERS}
    return [
        line(
            case,
            "openCase",
            "2025-02-03",
            {"origin": "OWN_WORK", "learnedOn": "2025-01-30", "person": person},
        ),
        line(
            case,
            "recordResidenceBasis",
            "2025-02-03",
            {
                "kind": "RESIDENCE_PERMIT",
                "firstGrantedOn": "2024-09-16",
                "group": "OTHER",
                "source": {"kind": "AUTHORITY", "name": "migri"},
            },
        ),
        line(
            case,
            "recordLabourMarketStatus",
            "2025-02-03",
            {"status": "UNEMPLOYED_JOBSEEKER", "from": "2024-11-01"},
        ),
        line(
            case,
            "startAssessment",
            "2025-02-10",
            {"kind": "ORDINARY", "ground": "14.1.1"},
            **{"as": "a"},
        ),
        line(
            case,
            "holdInitialInterview",
            "2025-02-10",
            {
                **assessment,
                "channel": "OFFICE",
                "language": "fa",
                "interpreter": True,
                "informed": ["SERVICE_GOALS", "RIGHTS_AND_DUTIES"],
            },
        ),
        line(
            case,
            "completeAssessment",
            "2025-02-24",
            {
                **assessment,
                "findings": [
                    {"item": "LITERACY", "text": "Lukee hyvin", "source": {"kind": "PERSON"}}
                ],
                "plan": {"outcome": "PLAN_ON_DATE", "date": "2025-03-03"},
                "makers": MAKERS,
            },
        ),
        line(
            case,
            "drawUpPlan",
            "2025-03-03",
            {
                "kind": "INTEGRATION",
                "validFrom": "2025-03-03",
                "validUntil": "2026-03-03",
                "goals": [{"term": "LONG", "kind": "EMPLOYMENT", "text": "Työ leipomossa"}],
                "measures": [
                    {"service": "CIVIC_ORIENTATION", "provider": "vaasa", "serves": "yhteiskunta"},
                    {"service": "INTEGRATION_TRAINING", "provider": "opisto", "serves": "kieli"},
                ],
                "noJobSearchReason": "koulutus",
                "followUp": "puhelu kuukausittain",
                "nextReviewOn": "2025-08-18",
                "makers": MAKERS,
            },
            **{"as": "p"},
        ),
        line(
            case,
            "guideToServices",
            "2025-03-10",
            {**plan, "measures": [{"ref": "p", "part": "measure-1"}]},
        ),
        line(case, "reviewPlan", "2025-08-18", {**plan, **review, "nextReviewOn": "2026-01-12"}),
        line(case, "reviewPlan", "2026-01-12", {**plan, **review, "nextReviewOn": "2026-03-02"}),
        line(
            case,
            "endPlan",
            "2026-02-02",
            {**plan, "ground": "GOALS_REACHED", "endsOn": "2026-02-02"},
        ),
        line(case, "closeCase", "2026-02-16", {"ground": "INTEGRATION_COMPLETED"}),
    ]


def histories(count: int, first: int = 0) -> Iterator[Line]:
    """So many cases, one after the other."""
    for number in range(first, first + count):
        yield from history(f"A-{number}", test_code(number))


def write(path: Path, lines: Iterable[Line | str]) -> Path:
    """A file of these lines; a text stands as it is."""
    with path.open("w", encoding="utf-8") as file:
        for each in lines:
            told = each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)
            file.write(f"{told}\n")
    return path
