"""A former address is answered as the one that took its place, and says until when."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.contract.lawful import BODIES, ready_for
from tests.service import EMPLOYMENT, Service, problem

from cases.app.http.acts import FORMER, ROUTES

PAGE = Path(__file__).parents[2] / "docs" / "versioning.md"


@pytest.mark.guarantee("AP-17")
def test_a_former_address_takes_the_act_and_says_until_when_and_what_instead(
    service: Service,
) -> None:
    case, another = ready_for(service, "handOver"), ready_for(service, "handOver")
    former = service.post(f"{case.path}/hand-over", BODIES["handOver"], tag=case.etag)
    assert former.status_code == 201
    new = service.post(f"{another.path}/hand-overs", BODIES["handOver"], tag=another.etag)
    told = [
        [(each["fact"], each["content"]) for each in answer.json()["recorded"]]
        for answer in (former, new)
    ]
    assert told[0] == told[1]
    assert former.headers["deprecation"] == "@1795298400"
    assert former.headers["sunset"] == "Tue, 30 Nov 2027 21:59:59 GMT"
    assert former.headers["link"] == f'</v1{case.path}/hand-overs>; rel="successor-version"'
    assert not {"deprecation", "sunset", "link"} & set(new.headers)
    # Rights and trail are those of the act.
    refused = service.post(f"{another.path}/hand-over", BODIES["handOver"], by="officer@espoo")
    problem(refused, 428, "precondition-required")
    hidden = service.post(
        f"{another.path}/hand-over", BODIES["handOver"], by="officer@espoo", tag=another.etag
    )
    problem(hidden, 404, "not-found")
    assert [each["result"] for each in service.trail(hidden)] == ["FORBIDDEN"]
    assert service.get(case.path, by=EMPLOYMENT).status_code == 200


@pytest.mark.guarantee("AP-17")
def test_what_is_deprecated_stays_for_a_year_and_stands_on_the_page(service: Service) -> None:
    document = service.get("/openapi.json", by=None, purpose=None).json()
    said = {
        path
        for path, item in document["paths"].items()
        for operation in item.values()
        if operation.get("deprecated")
    }
    assert said == {route.path for route in FORMER}
    page = PAGE.read_text(encoding="utf-8")
    for route in FORMER:
        gone = route.deprecated
        assert gone is not None
        assert gone.successor in {each.path for each in ROUTES}
        assert gone.sunset - gone.since >= timedelta(days=365)
        line = f"| `POST {route.path}` | {gone.since} | {gone.sunset} | `POST {gone.successor}` |"
        assert line in page
