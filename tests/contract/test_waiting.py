"""Who waits holds up nobody: neither other readers nor those who ask whether the program lives."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

import httpx2
import pytest
from tests.contract.conftest import Serve
from tests.patience import PATIENCE
from tests.service import Case, Service, problem

THREADS = 8
WAIT = {"Prefer": "wait=10"}
DETAILS = {"details": {"motherTongue": "fa"}}


def machines_are_answered(service: Service) -> None:
    """Life, fitness and figures are told."""
    for path in ("/health/live", "/health/ready", "/metrics"):
        assert service.get(path, by=None, purpose=None).status_code == 200, path


def first_done(
    asked: list[Future[httpx2.Response]], number: int
) -> tuple[list[httpx2.Response], set[Future[httpx2.Response]]]:
    """The first answers there are, and what is still waited for."""
    done: list[httpx2.Response] = []
    left = set(asked)
    while len(done) < number:
        ended, left = wait(left, timeout=PATIENCE, return_when=FIRST_COMPLETED)
        assert ended
        done += [each.result() for each in ended]
    return done, left


@contextmanager
def in_parallel(
    ask: Callable[[int], httpx2.Response],
) -> Iterator[list[Future[httpx2.Response]]]:
    """Twice as many askers as there are threads, all at once."""
    with ThreadPoolExecutor(2 * THREADS) as threads:
        yield [threads.submit(ask, number) for number in range(2 * THREADS)]


@pytest.mark.guarantee("HL-4")
def test_while_readers_wait_for_their_act_everybody_else_is_answered(another: Serve) -> None:
    service = another(threads=THREADS)
    case = service.open_case()
    paths = ("/clients", "/worklist")

    def ask(number: int) -> httpx2.Response:
        seen = f"seen={case.case_id}@{case.version}"
        return service.get(f"{paths[number % 2]}?{seen}", headers=WAIT)

    with in_parallel(ask) as asked:
        turned_away, waiting = first_done(asked, 3 * THREADS // 2)
        machines_are_answered(service)
        assert service.get(case.path).status_code == 200
        assert not any(each.done() for each in waiting)
        service.settle()
        assert {each.result().status_code for each in waiting} == {200}
    for answer in turned_away:
        problem(answer, 503, "projection-behind")
        assert answer.headers["retry-after"]
        (line,) = service.trail(answer)
        assert line["result"] == "REFUSED"


@pytest.mark.guarantee("HL-4")
def test_an_act_that_finds_no_seat_to_wait_in_is_answered_at_once(another: Serve) -> None:
    service = another(threads=THREADS)
    cases = [service.open_case() for _ in range(2 * THREADS)]

    def ask(number: int) -> httpx2.Response:
        case = cases[number]
        return service.post(f"{case.path}/details", DETAILS, tag=case.etag, headers=WAIT)

    with in_parallel(ask) as asked:
        at_once, waiting = first_done(asked, 3 * THREADS // 2)
        machines_are_answered(service)
        assert service.get(cases[0].path).status_code == 200
        assert not any(each.done() for each in waiting)
        service.settle()
        waited = [each.result() for each in waiting]
    assert {answer.status_code for answer in (*at_once, *waited)} == {201}
    assert {answer.headers.get("preference-applied") for answer in at_once} == {None}
    assert {answer.headers.get("preference-applied") for answer in waited} == {"wait=10"}


@pytest.mark.guarantee("HL-4")
def test_with_every_thread_at_work_life_fitness_and_figures_are_told(another: Serve) -> None:
    service = another(threads=2)
    cases = [service.open_case() for _ in range(4)]
    service.settle()

    def act(case: Case) -> httpx2.Response:
        return service.post(f"{case.path}/details", DETAILS, tag=case.etag)

    with ThreadPoolExecutor(4) as threads:
        # No act is recorded without its line in the trail, and for now none can be written.
        service.rows("begin")
        service.rows("lock table trail.access in access exclusive mode")
        asked = [threads.submit(act, case) for case in cases]
        try:
            stuck = "select count(*) as n from pg_locks where not granted"
            while service.rows(stuck)[0]["n"] < 2:
                assert not any(each.done() for each in asked)
            machines_are_answered(service)
            assert not any(each.done() for each in asked)
        finally:
            service.rows("rollback")
        assert {each.result().status_code for each in asked} == {201}


@pytest.mark.guarantee("HL-4")
def test_a_single_thread_may_wait_too(another: Serve) -> None:
    service = another(threads=1)
    case = service.open_case()
    answer = service.post(
        f"{case.path}/details", DETAILS, tag=case.etag, headers={"Prefer": "wait=1"}
    )
    assert (answer.status_code, answer.headers.get("preference-applied")) == (201, None)
    service.settle()
    seen = f"seen={case.case_id}@{case.version + 1}"
    assert service.get(f"/clients?{seen}", headers=WAIT).status_code == 200
