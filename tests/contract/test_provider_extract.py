"""The extract for a provider over HTTP (94 §)."""

import pytest
from tests.service import Service, problem


@pytest.mark.guarantee("SV-8")
def test_the_officer_gets_the_extract_and_the_trail_names_each_item_and_the_provider(
    service: Service,
) -> None:
    case = service.planned()
    response = service.get(f"{case.path}/provider-extract?provider=vaasa")
    assert response.status_code == 200, response.text
    answer = response.json()
    assert (answer["caseId"], answer["provider"]) == (case.case_id, "vaasa")
    assert answer["legalBasis"] == "94"
    assert answer["identityCode"] == case.code
    assert [each["service"] for each in answer["measures"]] == ["CIVIC_ORIENTATION"]
    (line,) = service.trail(response)
    assert (line["action"], line["result"]) == ("READ_PROVIDER_EXTRACT", "SHOWN")
    assert line["sections"][0] == "provider:vaasa"
    told = {name for name, value in answer.items() if value is not None and value != []}
    assert set(line["sections"][1:]) == told - {"caseId", "provider", "legalBasis"}


@pytest.mark.guarantee("SV-8")
@pytest.mark.parametrize("provider", ["opisto", "Nobody of the register"])
def test_for_who_provides_no_service_there_is_nothing(service: Service, provider: str) -> None:
    case = service.planned()
    response = service.get(f"{case.path}/provider-extract?provider={provider}")
    problem(response, 404, "not-found")
    (line,) = service.trail(response)
    assert (line["result"], line["sections"]) == ("NOTHING_FOUND", [])
    assert str(line["case_id"]) == case.case_id


@pytest.mark.guarantee("SV-8")
@pytest.mark.parametrize("query", ["", "?provider=", f"?provider={'x' * 101}"])
def test_the_provider_has_to_be_named(service: Service, query: str) -> None:
    case = service.planned()
    response = service.get(f"{case.path}/provider-extract{query}")
    body = problem(response, 400, "malformed-request")
    assert [each["parameter"] for each in body["errors"]] == ["provider"]


@pytest.mark.guarantee("SV-8")
def test_a_provider_outside_the_register_is_not_named_in_the_trail(service: Service) -> None:
    case = service.open_case()
    course = {"service": "LITERACY_TRAINING", "provider": "Opisto Oy, Kaija"}
    service.act(case, "/services", course)
    response = service.get(f"{case.path}/provider-extract?provider=Opisto Oy, Kaija")
    assert response.status_code == 200, response.text
    (line,) = service.trail(response)
    assert line["sections"][0] == "provider"
    assert not any("Kaija" in section for section in line["sections"])
