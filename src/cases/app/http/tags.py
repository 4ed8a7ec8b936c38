"""Under which heading the document lists an operation: by the first segment of its address, and
below a case by what the address goes on with.
"""

from collections.abc import Iterable
from typing import Any, Final

ONE_CASE: Final = "One case"

_TOLD: Final = {
    ONE_CASE: "Opening, looking at, closing and reopening a case.",
    "The person": "What is recorded of the person, consents, and protection.",
    "Assessments": "The assessment of skills and needs (14–15 §).",
    "Plans": "Drawing up, reviewing, lengthening, switching and ending a plan (16–24 §).",
    "Services": "Services and their course, language tests, referrals elsewhere, costs.",
    "Who answers": "The worker, and the passing of a case between authorities.",
    "Records": "What happened and why, who looked, and what is put right.",
    "Drafts": "What is begun and not recorded yet.",
    "Guidance": "Guidance and counselling without a case (10 §).",
    "Family plans": "Plans of families (21 §).",
    "Finding": "Lists of an authority, and looking somebody up.",
    "Notices": "What other authorities tell municipalities (84 §).",
    "Reference": "Law, code lists, purposes, organisations: for anyone.",
}
_BY_FIRST: Final = {
    "family-plans": "Family plans",
    **dict.fromkeys(("guidance", "guidance-lookups"), "Guidance"),
    **dict.fromkeys(
        ("worklist", "clients", "client-searches", "person-lookups", "repository-gaps"), "Finding"
    ),
    "notices": "Notices",
    **dict.fromkeys(("codes", "editions", "purposes", "organisations"), "Reference"),
}
_BELOW_A_CASE: Final = {
    **dict.fromkeys(
        (
            *("details", "residence-basis", "labour-market-status", "benefit-notices", "consents"),
            *("non-disclosure", "representations", "necessary-data"),
        ),
        "The person",
    ),
    **dict.fromkeys(("assessments", "expert-assessments", "forgone-assessments"), "Assessments"),
    **dict.fromkeys(("plan", "plans"), "Plans"),
    **dict.fromkeys(
        ("services", "language-tests", "referrals-elsewhere", "costs", "provider-extract"),
        "Services",
    ),
    **dict.fromkeys(
        ("worker", "referrals", "hand-over", "hand-overs", "hand-over-requests", "joined-cases"),
        "Who answers",
    ),
    **dict.fromkeys(
        (
            *("history", "explanation", "access-trail", "repository-record"),
            *("corrections", "annulments", "correction-requests"),
        ),
        "Records",
    ),
    "drafts": "Drafts",
}


def tag_of(path: str) -> str:
    """The heading of the operations at an address."""
    first, *below = path.strip("/").split("/")
    if first == "cases" and len(below) > 1:
        return _BELOW_A_CASE.get(below[1], ONE_CASE)
    return _BY_FIRST.get(first, ONE_CASE)


def tags_of(paths: Iterable[str]) -> list[dict[str, Any]]:
    """The headings of a document with these addresses, in the order they are told of."""
    used = {tag_of(path) for path in paths}
    return [{"name": name, "description": told} for name, told in _TOLD.items() if name in used]
