"""The extract for a provider over HTTP (94 §): as of today, for one who provides a service."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from cases.app.access.policy import Action
from cases.app.http.exchange import Desk
from cases.app.http.problems import Fault, Problematic, ProblemCode
from cases.app.http.questions import shown_or_problem
from cases.app.organisations.live import Register
from cases.domain.questions.as_of import AsOf, Known
from cases.domain.questions.provider_extract import (
    ProviderExtract,
    provider_extract,
    sections_of,
)

PROVIDER: Final = "provider"
"""The query key that names the provider, by the organisation's id."""
_LONGEST: Final = 100


class ProviderExtractAnswer(ProviderExtract):
    """What a provider of one of the client's services may be told, and nothing else (94 §)."""

    case_id: UUID


def show_provider_extract(desk: Desk, organisations: Register, request: HttpRequest) -> Response:
    """The extract for a provider of the plan or of a service that goes on; not found for others.

    The line in the trail names each item, and the provider where the register knows it.
    """
    exchange = desk.exchange(request, Action.READ_PROVIDER_EXTRACT)
    with exchange.trailing_refusals():
        exchange.only_query((PROVIDER,))
        provider = request.query_params.get(PROVIDER, "")
        if not 1 <= len(provider) <= _LONGEST:
            fault = Fault(parameter=PROVIDER, code="wrong-form")
            raise Problematic(ProblemCode.MALFORMED_REQUEST, faults=(fault,))
        case_id = exchange.path_id("caseId")
        caller = exchange.caller(purpose_required=True)

    def told(asked: Known) -> Sequence[str]:
        extract = provider_extract(asked, desk.law, provider)
        to = (f"provider:{provider}",) if organisations.find(provider) else ("provider",)
        return () if extract is None else (*to, *sections_of(extract))

    today = AsOf(valid_on=desk.clock.today())
    shown = shown_or_problem(desk.cases.asking.show(caller, exchange.action, case_id, today, told))
    extract = provider_extract(shown.known, desk.law, provider)
    assert extract is not None, "its sections were told"
    answer = ProviderExtractAnswer(case_id=case_id, **dict(extract))
    return Response(answer.model_dump_json(), 200, media_type="application/json")
