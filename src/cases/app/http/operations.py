"""Every operation there is, and the document that describes them all.

What an act or a question is called and answers stands with it; here stand the others, and the order
in which the document tells of them. ``api`` gives each its address.
"""

from typing import Any, Final

from cases.app.http import (
    acts,
    drafts,
    family_plans,
    guidance,
    lists,
    notices,
    questions,
    reference,
)
from cases.app.http.audit import AccessTrail
from cases.app.http.describe import PERSONAL, Description, Operation, describe
from cases.app.http.organisations import KEYS, OrganisationHistory, OrganisationPage
from cases.app.http.parameters import TAGGED
from cases.app.http.problems import OF_A_BODY, ProblemCode
from cases.app.http.provider_extract import PROVIDER, ProviderExtractAnswer
from cases.app.http.searching import SEARCH

PLAN_PAGE: Final = Operation(
    "get",
    "/cases/{caseId}/plan/page",
    "showPlanPage",
    "The plan in force as a page to hand to the client, in Finnish, Swedish or English",
    None,
    query=questions.AXES,
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, ProblemCode.VIEW_CANNOT_ANSWER),
    legal_basis=("19", "24"),
    conditional=True,
    tells=TAGGED,
    media_type="text/html",
)
ACCESS_TRAIL: Final = Operation(
    "get",
    "/cases/{caseId}/access-trail",
    "showAccessTrail",
    "Who looked at the case, changed it, or was refused",
    AccessTrail,
    query=("limit", "cursor"),
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, ProblemCode.CURSOR_INVALID),
    legal_basis=("78", "79"),
    tells=(),
)
PROVIDER_EXTRACT: Final = Operation(
    "get",
    "/cases/{caseId}/provider-extract",
    "showProviderExtract",
    "What a provider of one of the client's services may be told, and nothing else",
    ProviderExtractAnswer,
    query=(PROVIDER,),
    headers=("Purpose-Of-Use",),
    problems=PERSONAL,
    legal_basis=("94",),
    tells=(),
)
WORKLIST: Final = Operation(
    "get",
    "/worklist",
    "showWorklist",
    "What the caller's authority has to do, overdue first",
    lists.WorklistPage,
    query=lists.KEYS,
    headers=("Purpose-Of-Use",),
    problems=lists.LIST,
    legal_basis=("72", "79"),
)
REPOSITORY_GAPS: Final = Operation(
    "get",
    "/repository-gaps",
    "showRepositoryGaps",
    "What is missing in the repository record of the caller's authority's open cases",
    lists.GapPage,
    query=lists.KEYS,
    headers=("Purpose-Of-Use",),
    problems=lists.LIST,
    legal_basis=("76", "79"),
)
CLIENTS: Final = Operation(
    "get",
    "/clients",
    "showClients",
    "The caller's authority's clients, each with the plan in force",
    lists.ClientPage,
    query=lists.KEYS,
    headers=("Purpose-Of-Use",),
    problems=lists.LIST,
    legal_basis=("72", "79"),
)
PERSON_LOOKUP: Final = Operation(
    "post",
    "/person-lookups",
    "lookUpPerson",
    "Find a person's case by identity code, which stands in the body",
    questions.PersonFound,
    body=questions.PersonLookup,
    headers=("Purpose-Of-Use",),
    problems=(*PERSONAL, *OF_A_BODY),
    legal_basis=("72", "79"),
    tells=TAGGED,
)


ORGANISATIONS: Final = Operation(
    "get",
    "/organisations",
    "showOrganisations",
    "The organisations of a legal day, by id, with the areas they belong to",
    OrganisationPage,
    query=KEYS,
    problems=(ProblemCode.CURSOR_INVALID,),
    public=True,
    tells=(),
)
ORGANISATION: Final = Operation(
    "get",
    "/organisations/{organisation}",
    "showOrganisation",
    "One organisation: everything it was, is and will be, with the days",
    OrganisationHistory,
    problems=(ProblemCode.NOT_FOUND,),
    public=True,
    tells=(),
)


def document() -> dict[str, Any]:
    """The OpenAPI document of all operations."""
    description = Description()
    for route in (*acts.ROUTES, *acts.FORMER, *guidance.ROUTES, *family_plans.ROUTES):
        description.act(route)
    for question in questions.QUESTIONS:
        description.question(question)
    for operation in (
        PLAN_PAGE,
        ACCESS_TRAIL,
        guidance.RECORD,
        guidance.HISTORY,
        guidance.TRAIL,
        family_plans.PLAN,
        family_plans.HISTORY,
        PROVIDER_EXTRACT,
        WORKLIST,
        REPOSITORY_GAPS,
        CLIENTS,
        reference.CODE_LISTS,
        reference.CODE_LIST,
        reference.EDITIONS,
        reference.EDITION,
        reference.PURPOSES,
        ORGANISATIONS,
        ORGANISATION,
        PERSON_LOOKUP,
        SEARCH,
        guidance.LOOKUP,
        *(each for each, _ in (*drafts.WITH_BODY, *drafts.WITHOUT_BODY)),
        *(each for each, _ in (*notices.WITH_BODY, *notices.WITHOUT_BODY)),
    ):
        description.add(operation)
    return describe(description)
