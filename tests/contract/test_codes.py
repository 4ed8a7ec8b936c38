"""The code lists from outside: whole, in three languages, closed as the installation's law is."""

from datetime import date
from typing import Any

import pytest
from tests.contract.conftest import Serve
from tests.service import Service, problem

from cases.domain.codes.standards import standard_lists
from cases.domain.codes.terms import code_lists

REPEALED = "681/2023@2025"


def shown(service: Service, code_list: str) -> dict[str, Any]:
    answer = service.get(f"/codes/{code_list}", by=None, purpose=None)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.guarantee("CO-5")
def test_every_list_is_told_and_served_whole(service: Service) -> None:
    told = service.get("/codes", by=None, purpose=None).json()["items"]
    lists = {**code_lists(), **standard_lists()}
    assert {each["id"] for each in told} == set(lists)
    assert {"languages", "countries", "language-levels", "consent-scopes", "services"} <= set(lists)
    for each in told:
        assert all(each["title"][language] for language in ("fi", "sv", "en"))
        served = shown(service, each["id"])
        assert served["source"] == each["source"] != ""
        assert [value["code"] for value in served["values"]] == [
            value.code for value in lists[each["id"]].values
        ]
        for value in served["values"]:
            assert all(value[language] for language in ("fi", "sv", "en")), value
    problem(service.get("/codes/languages?limit=1", by=None), 400, "unknown-parameter")


@pytest.mark.guarantee("CO-5")
def test_a_repealed_code_is_closed_from_the_day_the_installation_follows_the_edition(
    service: Service, another: Serve
) -> None:
    follows = another(timeline=f"681/2023=2025-01-01 {REPEALED}=2025-06-01")

    def until(served: Service) -> dict[str, date | None]:
        return {
            value["code"]: value["validUntil"]
            for value in shown(served, "plan-kinds")["values"]
            if value["repealedBy"] in {None, REPEALED}
        }

    assert until(service) == {"INTEGRATION": None, "MULTISECTORAL": None}
    assert until(follows) == {"INTEGRATION": None, "MULTISECTORAL": "2025-05-31"}
