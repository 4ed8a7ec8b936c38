"""Guidance records stand in the same log as cases, and whoever looks after cases passes them by."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.contract.conftest import Serve
from tests.contract.test_guidance_records import GUIDING, NEED, Guided
from tests.service import Service, problem

from cases.app.bootstrap import rotate_keyring
from cases.app.cli.doctor import LOOKS
from cases.app.embedded import Cluster
from cases.projections.comparing import compare
from cases.projections.rebuild import rebuild, rebuild_case
from cases.projections.status import status


def at_once(*calls: Any) -> list[Any]:
    """The answers to calls that are made at the same time."""
    with ThreadPoolExecutor(len(calls)) as threads:
        return [done.result() for done in [threads.submit(call) for call in calls]]


@pytest.mark.guarantee("GU-5")
def test_read_models_pass_guidance_by_when_followed_compared_and_rebuilt(service: Service) -> None:
    case, guided, gone = service.planned(), Guided(service), Guided(service)
    guided.guide()
    gone.guide()
    gone.withdraw()
    service.settle()
    system = service.system
    for view in system.views.all():
        found = compare(system.projector, system.log, view)
        assert (found.differing, dict(found.unreadable), found.parked) == ((), {}, ())
        for consent in (guided.consent, gone.consent):
            assert rebuild_case(system.projector, system.log, view, UUID(consent)) is None
        assert rebuild_case(system.projector, system.log, view, UUID(case.case_id)) == case.version
    done = rebuild(system.projector, system.log, system.views.all())
    assert done.facts == case.version
    for each in status(system.projector, system.log, system.views.all()):
        assert (each.lag, each.held, each.parked) == (0, False, 0), each
    assert case.case_id in service.get("/clients?limit=200").text
    assert guided.read().json()["guidance"][0]["needs"] == [NEED]


@pytest.mark.guarantee("GU-5")
def test_the_doctor_knows_the_facts_of_guidance_records(service: Service) -> None:
    guided = Guided(service)
    guided.guide()
    guided.withdraw()
    settings, url = service.system.settings, service.database.url
    assert LOOKS["facts"](settings, url).endswith("all known")
    assert LOOKS["read models"](settings, url)


@pytest.mark.guarantee("GU-5")
def test_a_record_is_read_after_the_wrapping_key_was_rotated(
    another: Serve, cluster: Cluster, migrated_template: str
) -> None:
    database = cluster.create_database("guidance_rotated", template=migrated_template)
    try:
        before = another(database)
        guided = Guided(before)
        guided.guide()
        rotate_keyring(before.system.settings.state / "keyring.json", "second")
        after = another(database)
        guided.service = after
        assert guided.read().json()["guidance"][0]["needs"] == [NEED]
        assert len(guided.found()) == 1
        anew = Guided(after)
        names = "select wrapping_key from log.case_key where stream_id = %s"
        assert after.rows(names, [anew.consent]) == [{"wrapping_key": "second"}]
        assert guided.withdraw().status_code == 201
        problem(guided.read(), 404, "not-found")
        guided.service = before
        problem(guided.read(), 404, "not-found")  # it had the key in hand
    finally:
        cluster.drop_database("guidance_rotated")


@pytest.mark.guarantee("GU-4")
def test_of_guidance_and_withdrawal_at_once_one_counts_and_nothing_survives_it(
    service: Service,
) -> None:
    won = set()
    for _ in range(6):
        guided = Guided(service)
        guided.guide()
        tag, key = guided.tag, str(uuid4())
        recorded, first, twin = at_once(
            lambda g=guided, t=tag: g.guide(tag=t),
            lambda g=guided, t=tag, k=key: g.withdraw(tag=t, key=k),
            lambda g=guided, t=tag, k=key: g.withdraw(tag=t, key=k),
        )
        withdrawn = {first.status_code, twin.status_code} == {201}
        assert (recorded.status_code == 201) is not withdrawn
        won.add(withdrawn)
        if withdrawn:
            assert first.content == twin.content
            assert recorded.status_code in {412, 422}
            problem(guided.read(), 404, "not-found")
            assert guided.found() == []
        else:
            assert {first.status_code, twin.status_code} == {412}
            assert len(guided.read().json()["guidance"]) == 2
    assert won


@pytest.mark.guarantee("GU-4")
def test_a_test_code_is_refused_where_only_real_people_are_guided(another: Serve) -> None:
    service = another(allow_test_codes=False)
    body = {
        "person": {"names": {"given": "I", "family": "P"}, "identityCode": "300999V983V"},
        "informed": {"date": "2025-02-03", "language": "en", "interpreter": False},
    }
    refused = problem(
        service.post("/guidance/consents", body, purpose=GUIDING), 400, "malformed-request"
    )
    assert refused["errors"][0]["pointer"] == "#/person/identityCode"
