"""Fit to answer or not, and figures: told to machines, about nobody."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import psycopg
import pytest
from tests.contract.conftest import Serve
from tests.patience import PATIENCE
from tests.service import MARKER, START, Service, identity_code, opening, problem

from cases.app.embedded import Cluster
from cases.app.store.connections import Pools
from cases.app.store.sequencer import Sequencer, rebase
from cases.domain.people import contains_identity_code


def failed(service: Service) -> list[str]:
    """What is not fit, as /health/ready tells it; it names nothing else."""
    response = service.get("/health/ready", by=None, purpose=None)
    body = response.json()
    if response.status_code == 200:
        assert body == {"status": "pass"}
        return []
    assert response.status_code == 503
    assert (set(body), body["status"]) == ({"status", "failed"}, "fail")
    return list(body["failed"])


def told(service: Service) -> dict[str, float]:
    """The figures, each by its name and labels."""
    text = service.get("/metrics", by=None, purpose=None).text
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(figure) for name, _, figure in lines}


def alive(service: Service) -> bool:
    """Whether the process says that it lives."""
    return service.get("/health/live", by=None, purpose=None).status_code == 200


@contextmanager
def closed(cluster: Cluster, service: Service) -> Iterator[None]:
    """The service's database lets nobody in, and throws out who is in."""
    name = service.database.name
    with psycopg.connect(cluster.superuser_url("postgres"), autocommit=True) as connection:
        connection.execute(f'alter database "{name}" allow_connections false'.encode())
        try:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
                [name],
            )
            yield
        finally:
            connection.execute(f'alter database "{name}" allow_connections true'.encode())


@pytest.mark.guarantee("HL-1")
def test_without_its_database_it_lives_is_not_ready_and_shows_nothing(
    cluster: Cluster, another: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    defaults = Pools.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "patience", 0.5)
    service = another()
    case = service.open_case()
    service.settle()
    assert failed(service) == []
    with closed(cluster, service):
        assert failed(service) == ["database"]
        assert alive(service)
        for response in (
            service.get(case.path),
            service.get("/clients"),
            service.post("/cases", opening()),
            service.post("/person-lookups", {"identityCode": case.code}),
        ):
            problem(response, 503, "unavailable")
            assert response.headers["retry-after"]
        assert service.get("/metrics", by=None, purpose=None).status_code == 200
    until = time.monotonic() + PATIENCE
    while service.get(case.path).status_code != 200 or failed(service):
        assert time.monotonic() < until


@pytest.mark.guarantee("HL-1")
def test_a_database_that_is_not_migrated_is_not_fit(cluster: Cluster, another: Serve) -> None:
    empty = cluster.create_database("contract_empty")
    service = another(database=empty)
    assert failed(service) == ["database"]
    assert alive(service)


@pytest.mark.guarantee("HL-2")
def test_a_read_model_that_is_held_is_told(another: Serve) -> None:
    service = another()
    case = service.open_case()
    service.settle()
    assert failed(service) == []
    service.rows(
        "insert into views.turn (name, first, last, held_error, held_case, held_since)"
        " select name, allotted + 1, allotted + 1, 'UnknownFactType', %s, now()"
        " from views.tracking",
        [case.case_id],
    )
    assert failed(service) == ["projections"]
    text = service.get("/metrics", by=None, purpose=None).text
    assert 'cases_projection_held{projection="clients.v3"} 1.0' in text
    assert case.case_id not in text


@pytest.mark.guarantee("HL-2")
def test_facts_that_wait_too_long_for_their_place_are_told(another: Serve) -> None:
    service = another(lag_limit=30.0)
    service.open_case()
    assert failed(service) == []
    service.rows("update log.event set written_at = written_at - interval '31 s'")
    assert failed(service) == ["sequencer"]
    service.settle()
    assert failed(service) == []


@pytest.mark.guarantee("HL-2", "RS-4")
def test_a_log_to_be_re_based_is_told_although_nothing_seems_to_wait(another: Serve) -> None:
    """After a logical restore new facts have ids that look old, so none seems to be waiting."""
    service = another()
    service.open_case()
    service.settle()
    service.rows("update log.sequencer set system_identifier = 1")
    service.open_case()
    assert failed(service) == ["sequencer"]
    problem(service.get("/worklist"), 503, "projection-behind")
    rebase(service.system.url)
    service.settle()
    assert failed(service) == []
    assert service.get("/worklist").status_code == 200


@pytest.mark.guarantee("RS-5")
def test_the_epoch_of_the_ledger_and_its_reason_are_told(another: Serve) -> None:
    service = another()
    service.settle()
    epoch = 'cases_ledger_epoch{reason="copy"} 2.0'  # of a database that was migrated beforehand
    assert epoch in service.get("/metrics", by=None, purpose=None).text
    rebase(service.system.url)
    epoch = 'cases_ledger_epoch{reason="rebase"} 3.0'
    assert epoch in service.get("/metrics", by=None, purpose=None).text


@pytest.mark.guarantee("HL-2")
def test_read_models_that_stand_still_behind_the_ledger_are_told(another: Serve) -> None:
    service = another(lag_limit=30.0)
    service.settle()
    service.open_case()
    with Sequencer(service.system.url) as sequencer:
        sequencer.drain()
    assert failed(service) == []
    service.rows(
        "update views.tracking set current_at = now() - interval '31 s',"
        " level_at = now() - interval '31 s'"
    )
    assert failed(service) == ["projections"]
    figures = told(service)
    assert figures['cases_projection_lag_facts{projection="clients.v3"}'] == 2
    assert 31 <= figures['cases_projection_lag_seconds{projection="clients.v3"}'] < 91
    assert figures['cases_projection_unfinished{projection="clients.v3"}'] == 0
    service.settle()
    assert failed(service) == []
    assert told(service)['cases_projection_lag_seconds{projection="clients.v3"}'] == 0


@pytest.mark.guarantee("HL-2")
def test_read_models_nobody_has_ever_followed_are_told(another: Serve) -> None:
    service = another()
    assert failed(service) == []
    service.open_case()
    with Sequencer(service.system.url) as sequencer:
        sequencer.drain()
    assert failed(service) == ["projections"]
    service.settle()
    assert failed(service) == []


@pytest.mark.guarantee("HL-5")
def test_acts_of_long_ago_that_were_recorded_just_now_are_not_late(another: Serve) -> None:
    service = another(lag_limit=30.0)
    service.settle()
    service.clock.set(START - timedelta(days=2))
    service.open_case()
    assert failed(service) == []  # nor is a ledger that has no place for them yet
    with Sequencer(service.system.url) as sequencer:
        sequencer.drain()
    service.clock.set(START)
    assert failed(service) == []
    figures = told(service)
    assert figures['cases_projection_lag_facts{projection="clients.v3"}'] > 0
    assert figures['cases_projection_lag_seconds{projection="clients.v3"}'] < 30


@pytest.mark.guarantee("HL-5")
def test_a_ledger_that_stands_still_and_a_parked_case_show_in_the_figures(
    another: Serve,
) -> None:
    service = another(lag_limit=30.0)
    case = service.open_case()
    service.settle()
    service.open_case()
    service.rows("update log.event set written_at = written_at - interval '31 s'")
    assert failed(service) == ["sequencer"]  # though no read model lags behind what is placed
    figures = told(service)
    assert figures["cases_ledger_gap_facts"] > 0
    assert 31 <= figures["cases_ledger_gap_seconds"] < 91
    assert figures['cases_projection_lag_facts{projection="clients.v3"}'] == 0
    service.settle()
    service.rows(
        "insert into views.parked (projection, case_id, position, version, error, release,"
        " tried_by, next_try_at) values ('clients.v3', %s, 1, 1, 'LookupError', '1', '{1}', now())",
        [case.case_id],
    )
    figures = told(service)
    assert figures["cases_ledger_gap_facts"] == figures["cases_ledger_gap_seconds"] == 0
    assert figures['cases_projection_parked{projection="clients.v3"}'] == 1
    assert (
        figures['cases_projection_position{projection="clients.v3"}']
        == (figures["cases_ledger_head"])
    )
    assert failed(service) == []  # the others are served; this one says so in its rows


@pytest.mark.guarantee("HL-3")
def test_figures_have_routes_and_codes_and_nobody(service: Service) -> None:
    case = service.planned()
    code = identity_code()
    service.get(f"{case.path}?{MARKER}={code}")
    service.get(f"/cases/{code}")
    service.get(f"/{code}/{MARKER}")
    service.post("/person-lookups", {"identityCode": case.code})
    service.send("DELETE", case.path)
    service.settle()
    text = service.get("/metrics", by=None, purpose=None).text
    assert not contains_identity_code(text)
    for never in (MARKER, case.case_id, case.plan, "vaasa", "officer"):
        assert never not in text
    routes = set(re.findall(r'route="([^"]*)"', text))
    assert "/v1/cases/{caseId}" in routes
    template = re.compile(r"\(none\)|(/[a-z0-9.-]+|/\{[A-Za-z]+(:path)?\})+")
    assert [route for route in routes if not template.fullmatch(route)] == []


@pytest.mark.guarantee("HL-3")
def test_log_lines_name_the_route_the_caller_kind_and_the_problem_and_nobody(
    service: Service,
) -> None:
    case = service.open_case()
    sent = [
        service.get(f"{case.path}?{MARKER}={case.code}"),
        service.get(f"/cases/{case.code}"),
        service.get(f"/{case.code}/{MARKER}", by=None),
        service.post("/person-lookups", {"identityCode": case.code}),
        service.post("/cases", content=f'{{"{case.code}": "{MARKER}'.encode()),
        service.get(case.path, headers={"User-Agent": MARKER, "X-Name": MARKER}),
    ]
    service.get("/health/live", by=None, purpose=None)  # the line of the last one is written by now
    lines = {line["request_id"]: line for line in service.lines() if line["event"] == "request"}
    told = [lines[response.headers["request-id"]] for response in sent]
    assert [line["route"] for line in told] == [
        "/v1/cases/{caseId}",
        "/v1/cases/{caseId}",
        "(none)",
        "/v1/person-lookups",
        "/v1/cases",
        "/v1/cases/{caseId}",
    ]
    assert [line.get("problem") for line in told] == [
        "unknown-parameter",
        "not-found",
        "not-found",
        None,
        "malformed-request",
        None,
    ]
    assert [line.get("organisation") for line in told] == ["vaasa", "vaasa", None, *["vaasa"] * 3]
    for line in told:
        assert "officer@vaasa" not in str(line)
        assert set(line) <= {
            "event",
            "level",
            "timestamp",
            "method",
            "route",
            "status",
            "duration_ms",
            "request_id",
            "purpose",
            "problem",
            "organisation",
            "organisation_kind",
            "roles",
        }


@pytest.mark.guarantee("HP-18")
def test_a_caller_who_hangs_up_in_the_middle_of_a_body_is_no_error_of_ours(
    another: Serve,
) -> None:
    service = another()
    head = (
        "POST /v1/person-lookups HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {service.token('officer@vaasa')}\r\n"
    )
    before = len(service.lines())
    bodies = ("Content-Length: 100\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")
    address = urlsplit(service.url)
    for body in bodies:
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall((head + body).encode())
    until = time.monotonic() + PATIENCE
    while len(service.lines()) < before + len(bodies):
        assert time.monotonic() < until
    assert service.get("/health/live", by=None, purpose=None).status_code == 200
    lines = service.lines()[before:]
    left = [line for line in lines if line["route"] == "/v1/person-lookups"]
    assert [(line["status"], line["level"]) for line in left] == [(499, "info")] * len(bodies)
    for line in left:
        assert not {"error", "places", "problem"} & set(line)
    assert {line["event"] for line in lines} == {"request"}
    text = service.get("/metrics", by=None, purpose=None).text
    assert 'route="/v1/person-lookups",status="499"} 2.0' in text


@pytest.mark.guarantee("HL-3")
def test_no_answer_names_the_software_or_invites_to_keep_it(service: Service) -> None:
    case = service.open_case()
    for response in (service.get(case.path), service.get("/nowhere"), service.get("/worklist")):
        assert "server" not in response.headers
        assert response.headers["cache-control"] == "private, no-store"
        assert response.headers["api-version"]
        assert not [name for name in response.headers if name.startswith("x-road")]
        assert "set-cookie" not in response.headers


@pytest.mark.guarantee("HP-14")
def test_an_idle_connection_outlives_the_patience_of_a_client(service: Service) -> None:
    address = urlsplit(service.url)
    request = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        # Clients keep an idle connection for five seconds: the server must not let go first.
        time.sleep(6)
        connection.sendall(request)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
