"""An order in a duplicate, or in the case it continues in, protects the person in both (ND-12).

No identity code of one is in the other: what leads from one to the other is that they are one
person's, from the closing on, joined or not.
"""

from datetime import UTC, datetime
from typing import Final

import pytest
from tests.contract.lawful import BODIES, worker_of
from tests.contract.test_protected_client import CONTACT, ORDER, WHERE, told
from tests.service import ESPOO, VAASA, Case, Service

KINDS: Final = pytest.mark.parametrize(
    "protected", [0, 1], ids=["the one that stays", "the duplicate"]
)


def closes(service: Service, duplicate: Case, staying: Case) -> int:
    """Close a case as the duplicate of another; the version of the closing."""
    service.act(duplicate, "/closure", {"ground": "DUPLICATE", "continuesIn": staying.case_id})
    return duplicate.version


def two(service: Service) -> tuple[Case, Case]:
    """Two cases with an address: the one that stays, and what is to be its duplicate."""
    cases = service.open_case(), service.open_case()
    for each in cases:
        service.act(each, "/details", CONTACT)
    return cases


def shown(service: Service, case: Case, by: str = VAASA) -> bool:
    """Whether somebody is shown the address, in the case or in its history."""
    answers = [service.get(f"{case.path}{view}", by=by) for view in ("", "/history")]
    assert [each.status_code for each in answers] == [200, 200]
    found = {WHERE in told(each) for each in answers}
    assert len(found) == 1
    return found.pop()


@pytest.mark.guarantee("ND-12")
@KINDS
def test_37_joined_they_are_covered_by_each_other_s_orders(
    service: Service, protected: int
) -> None:
    staying, duplicate = cases = two(service)
    closes(service, duplicate, staying)
    joining = {**BODIES["joinCases"], "duplicate": duplicate.case_id}
    service.act(staying, "/joined-cases", joining)
    assert [shown(service, each) for each in cases] == [True, True]
    service.act(cases[protected], "/non-disclosure", ORDER)
    assert [shown(service, each) for each in cases] == [False, False]


@pytest.mark.guarantee("ND-12")
@KINDS
def test_37_and_so_they_are_before_anybody_joins_them(service: Service, protected: int) -> None:
    staying, duplicate = cases = two(service)
    closes(service, duplicate, staying)
    assert [shown(service, each) for each in cases] == [True, True]
    service.act(cases[protected], "/non-disclosure", ORDER)
    assert [shown(service, each) for each in cases] == [False, False]


@pytest.mark.guarantee("ND-12")
def test_37_an_order_recorded_before_the_closing_covers_the_case_that_stays_too(
    service: Service,
) -> None:
    staying, duplicate = two(service)
    service.act(duplicate, "/non-disclosure", ORDER)
    assert shown(service, staying)
    closed = closes(service, duplicate, staying)
    assert not shown(service, staying)
    # It was another person: the closing goes, and with it what made the two one.
    service.act(duplicate, "/worker", {"worker": worker_of(service, duplicate)})
    annulled = {"version": closed, "reason": "two people"}
    service.act(duplicate, "/annulments", annulled)
    assert shown(service, staying)
    closes(service, duplicate, staying)
    assert not shown(service, staying)


@pytest.mark.guarantee("ND-12")
def test_37_nor_does_another_authority_see_what_the_duplicate_protects(service: Service) -> None:
    staying, duplicate = two(service)
    service.act(duplicate, "/non-disclosure", ORDER)
    closes(service, duplicate, staying)
    said = {"date": "2025-02-03", "language": "en", "interpreter": False}
    consent = {"scope": "CONTACT_TO_NEW_MUNICIPALITY", "informed": said}
    staying.etag = service.get(staying.path).headers["etag"]
    agreed = service.act(staying, "/consents", consent)["consentId"]
    service.act(staying, "/hand-overs", {"to": "espoo", "reason": "MOVE", "consent": agreed})
    service.clock.set(datetime(2025, 2, 5, 8, tzinfo=UTC))
    assert not shown(service, staying, by=ESPOO)


@pytest.mark.guarantee("ND-12")
def test_37_a_closing_put_right_leads_to_the_case_it_should_have_named(service: Service) -> None:
    staying, duplicate = two(service)
    other, _ = two(service)
    closed = closes(service, duplicate, other)
    change = {"member": "/content/continuesIn", "to": staying.case_id}
    correction = {"version": closed, "changes": [change], "reason": "misread"}
    service.act(duplicate, "/corrections", correction)
    service.act(duplicate, "/non-disclosure", ORDER)
    assert (shown(service, staying), shown(service, other)) == (False, True)
