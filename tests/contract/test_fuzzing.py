"""Every operation, asked by schemathesis: no failure of ours, no answer the document doesn't tell.

The four phases of schemathesis – examples, coverage, fuzzing, stateful – over a real socket, with
tokens, purposes, keys, tags and cases on which acts are lawful. ``make fuzz`` sends more of them.
"""

from collections.abc import Iterable
from copy import deepcopy
from itertools import islice
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode, Response
from schemathesis.generation.hypothesis.examples import generate_one
from tests.contract.fuzzing import BY, Caller, Generated, Tally, configured, operations, purpose_of
from tests.service import VAASA, Service

from cases.app.http.links import MADE
from cases.app.http.operations import document

DOCUMENT: Final = document()
SCHEMA: Final = schemathesis.openapi.from_dict(DOCUMENT, config=configured())
OPERATIONS: Final = operations(SCHEMA)
NOTHING_TO_SAY_WRONG: Final = frozenset(
    name
    for name, operation in OPERATIONS.items()
    if not operation.body and not operation.query and not operation.headers
)
"""Operations that take any text in the address and nothing else."""


def bounded(examples: int, **more: Any) -> settings:
    """The same examples every time; nothing is shrunk, because the cases are used up meanwhile."""
    return settings(
        max_examples=examples,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )


@pytest.fixture(scope="module")
def caller(service: Service) -> Caller:
    return Caller(service)


def heard(caller: Caller, cases: Iterable[Generated]) -> Tally:
    """What these requests were answered."""
    tally = caller.begin()
    for case in cases:
        caller.hear(case)
    return tally


def examples(name: str) -> list[Generated]:
    """The examples of the document."""
    return [generate_one(each) for each in OPERATIONS[name].get_strategies_from_examples()]


def coverage(name: str, at_size: bool) -> Iterable[Generated]:
    """Every bound of the document on both its sides; a tenth of them unless at size."""
    cases = SCHEMA.iter_coverage_cases(
        OPERATIONS[name],
        generation_modes=list(GenerationMode),
        generation_config=SCHEMA.config.generation,
    )
    return islice(cases, None, None, 1 if at_size else 10)


def fuzzed(caller: Caller, name: str, mode: GenerationMode, number: int) -> None:
    @bounded(number)
    @given(case=OPERATIONS[name].as_strategy(generation_mode=mode))
    def send(case: Generated) -> None:
        caller.hear(case)

    send()


@pytest.mark.guarantee("AP-18")
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_answers_as_the_document_tells_and_is_reached(
    caller: Caller, name: str, at_size: bool
) -> None:
    # What was made ready for another test may have gone on since, by what an answer led to.
    caller.pool.used(name)
    if "requestBody" in OPERATIONS[name].definition.raw or OPERATIONS[name].path_parameters:
        shown = heard(caller, examples(name))
        assert shown.wrong == []
        assert shown.reached, (name, shown.statuses)
    bounds = heard(caller, coverage(name, at_size))
    assert bounds.wrong == []
    tally = caller.begin()
    fuzzed(caller, name, GenerationMode.POSITIVE, 100 if at_size else 4)
    assert tally.reached * 4 >= tally.statuses.total(), (name, tally.statuses)
    if name not in NOTHING_TO_SAY_WRONG:
        fuzzed(caller, name, GenerationMode.NEGATIVE, 60 if at_size else 3)
    assert tally.wrong == []


@pytest.mark.guarantee("AP-18")
def test_no_operation_is_answered_without_proof_of_who_asks(caller: Caller) -> None:
    for name, operation in OPERATIONS.items():
        caller.pool.ready(name)
        facts = caller.service.facts()
        public = operation.definition.raw.get("security") == []
        answered = list(caller.without_proof(name, DOCUMENT))
        assert answered == [200 if public else 401] * 3, (name, answered)
        assert caller.service.facts() == facts, name


@pytest.mark.guarantee("AP-18")
def test_answers_lead_to_what_can_be_done_next(caller: Caller, at_size: bool) -> None:
    tally = caller.begin()

    class Courses(SCHEMA.as_state_machine()):  # type: ignore[misc]
        def call(self, case: Generated, **_: Any) -> Response:
            return caller.hear(case)

        def validate_response(self, *_: Any, **__: Any) -> None:
            pass

    # Each answer was looked at when it was heard. A run of its own for each course: what can be
    # done next follows from the answers, and within a run it would have to be the same again.
    for n in range(100 if at_size else 4):
        seed(n)(Courses).run(settings=bounded(2, stateful_step_count=5))
    assert tally.wrong == []
    assert tally.reached * 4 >= tally.statuses.total(), tally.statuses
    assert len(tally.led) >= 5, tally.led


@pytest.mark.guarantee("AP-18")
@pytest.mark.parametrize("name", MADE)
def test_every_link_has_its_ids_in_the_answer(caller: Caller, name: str) -> None:
    ready, raw = caller.pool.ready(name), OPERATIONS[name].definition.raw
    caller.pool.used(name)
    answer = caller.service.post(
        OPERATIONS[name].path.format(**ready.path),
        ready.body,
        by=BY.get(name, VAASA),
        purpose=purpose_of(name),
        tag=ready.tag,
    )
    links = raw["responses"][str(answer.status_code)]["links"]
    assert links
    for target, link in links.items():
        ids = {}
        for parameter, expression in link["parameters"].items():
            where, _, of = expression.partition("#" if "#" in expression else ".")
            match where:
                case "$response":
                    assert answer.headers[of.removeprefix("header.")]
                case "$response.body":
                    ids[parameter.partition(".")[2]] = str(UUID(found_at(answer.json(), of)))
                case "$request":
                    ids[parameter.partition(".")[2]] = ready.path[of.removeprefix("path.")]
        if target.startswith("show") and target != "showProviderExtract":
            path = OPERATIONS[target].path.format(**ids)
            purpose = purpose_of(target)
            read = caller.service.get(path, by=BY.get(target, VAASA), purpose=purpose)
            assert read.status_code == 200, (target, read.text)


def found_at(value: Any, pointer: str) -> Any:
    """What a JSON pointer points at."""
    for part in pointer.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def asked(caller: Caller, name: str, of: Any) -> Tally:
    """What the bounds of a question are answered, held against a document."""
    schema = schemathesis.openapi.from_dict(of, config=configured())
    cases = schema.iter_coverage_cases(
        operations(schema)[name],
        generation_modes=list(GenerationMode),
        generation_config=schema.config.generation,
    )
    return heard(caller, cases)


@pytest.mark.guarantee("AP-18")
def test_an_answer_the_document_does_not_tell_is_found(caller: Caller) -> None:
    assert asked(caller, "showCase", DOCUMENT).wrong == []
    for status in ("200", "404"):
        poorer = deepcopy(DOCUMENT)
        del poorer["paths"]["/cases/{caseId}"]["get"]["responses"][status]
        wrong = asked(caller, "showCase", poorer).wrong
        assert wrong, status
        assert all(f"Received: {status}" in each for each in wrong), wrong


@pytest.mark.guarantee("AP-18")
def test_data_the_document_does_not_allow_is_missed_by_no_answer(caller: Caller) -> None:
    stricter = deepcopy(DOCUMENT)
    (worker,) = (
        each
        for each in stricter["paths"]["/worklist"]["get"]["parameters"]
        if each["name"] == "worker"
    )
    worker["schema"] = {**worker["schema"], "pattern": "^nobody$"}
    wrong = asked(caller, "showWorklist", stricter).wrong
    assert any("Invalid data should have been rejected" in each for each in wrong), wrong


@pytest.mark.guarantee("AP-18")
def test_a_failure_of_ours_is_found(caller: Caller) -> None:
    with patch("cases.app.http.questions.case_overview", side_effect=ZeroDivisionError):
        wrong = asked(caller, "showCase", DOCUMENT).wrong
    assert any("[500] Internal Server Error" in each for each in wrong), wrong
