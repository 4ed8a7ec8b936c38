"""A pattern told of many people: the same history, and nothing of anybody else in it."""

import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from uuid import UUID

import pytest
from tests.inventing import NOW, facts_of, first, patterns, person, plan, recorded
from tests.logbook import KEYRING

from cases.app.histories.pattern import ADDRESS, FAMILY, GIVEN, Pattern
from cases.app.histories.people import Group, Population
from cases.app.histories.plan import BATCH, NobodyLeft, Plan
from cases.app.histories.retelling import LATEST, Retelling
from cases.app.store.bulk import NewCase
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.review.facts import PlanReviewed, PlanSwitched
from cases.domain.case.state import fold
from cases.domain.facts import Fact
from cases.domain.people import contains_identity_code, is_test_code
from cases.domain.time import legal_day

IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def carries_measures(facts: list[Fact]) -> bool:
    return any(isinstance(f, PlanReviewed) and f.changes and f.changes.measures for f in facts)


def switches(facts: list[Fact]) -> bool:
    return any(isinstance(f, PlanSwitched) for f in facts)


def refers_at_a_review(facts: list[Fact]) -> bool:
    return any(isinstance(f, PlanReviewed) and f.intends_to_become_jobseeker for f in facts)


@pytest.fixture(scope="module", params=[carries_measures, switches, refers_at_a_review])
def pattern(request: pytest.FixtureRequest) -> Pattern:
    """A long history with ids that follow from others in a way of their own."""
    found = [each for each in first(120) if request.param([r.fact for r in facts_of(each)])]
    return max(found, key=lambda each: len(each.case.facts))


class Few(Population):
    """A population of these groups only."""

    def __init__(self, groups: list[Group]) -> None:
        super().__init__(legal_day(NOW), 1)
        self._groups = groups

    def __iter__(self) -> Iterator[Group]:
        return iter(self._groups)


def text_of(case: NewCase) -> str:
    """All that is written of a case."""
    parts = chain(
        (fact.payload.decode() + fact.metadata + str(fact.event_id) for fact in case.facts),
        (line.model_dump_json() for line in case.access),
        map(str, case.acts),
        [str(case.stream_id)],
    )
    return "\n".join(parts)


def keys_of(case: NewCase) -> set[str]:
    """The idempotency keys of the acts."""
    return {json.loads(fact.metadata)["actId"] for fact in case.facts}


@pytest.mark.guarantee("BL-3")
def test_a_person_s_history_shares_no_id_name_or_code_with_another_s(pattern: Pattern) -> None:
    retelling = Retelling(pattern, 1)
    texts = [text_of(retelling.of(person(code))) for code in pattern.group.codes()[1:40]]
    first = set(IDS.findall(text_of(pattern.case)))
    seen = set(first)
    assert len(first) > 30
    for text in texts:
        found = set(IDS.findall(text))
        assert len(found) == len(first)
        assert not found & seen
        seen |= found
        assert not re.search(f"{GIVEN}|{FAMILY}|{ADDRESS}|{pattern.group.codes()[0]}", text)


@pytest.mark.guarantee("BL-3")
def test_only_what_is_one_s_own_differs(pattern: Pattern) -> None:
    retelling = Retelling(pattern, 1)
    for code in pattern.group.codes()[::50]:
        case = retelling.of(person(code))
        assert len(case.facts) == len(pattern.case.facts)
        later = {
            told.recorded_at - fact.recorded_at
            for told, fact in zip(case.facts, pattern.case.facts, strict=True)
        }
        assert len(later) == 1
        assert 0 <= later.pop().total_seconds() < LATEST
        for told, fact in zip(recorded(case), facts_of(pattern), strict=True):
            assert type(told.fact) is type(fact.fact)
            assert told.effective_on == fact.effective_on
            assert legal_day(told.recorded_at) == legal_day(fact.recorded_at)
            assert (told.rules, told.source, told.edition) == (
                fact.rules,
                fact.source,
                fact.edition,
            )
            assert (told.act, told.recorded_by) == (fact.act, fact.recorded_by)
        state = fold(recorded(case))
        details = state.person.details[0].details
        assert (details.identity_code, state.case_id) == (code, case.stream_id)
        assert [line.case_id for line in case.access] == [case.stream_id] * len(case.access)
        assert [blind for blind, _ in case.identities] == [person(code).blind]


def test_a_person_s_history_follows_from_the_seed(pattern: Pattern) -> None:
    somebody = person(pattern.group.codes()[7])
    assert Retelling(pattern, 1).of(somebody) == Retelling(pattern, 1).of(somebody)
    assert (
        Retelling(pattern, 1).of(somebody).stream_id != Retelling(pattern, 2).of(somebody).stream_id
    )


@pytest.mark.guarantee("BL-4")
def test_nobody_is_told_of_twice_and_everybody_is_of_the_test_series() -> None:
    batches = list(plan().batches(1_500))
    facts = sum(batch.facts for batch in batches)
    assert 1_500 <= facts < 1_520
    assert all(batch.facts < 2 * BATCH for batch in batches)
    portions = [portion for batch in batches for portion in batch.portions]
    codes = [somebody.code for portion in portions for somebody in portion.people]
    assert len(codes) == len(set(codes)) > 90
    assert all(is_test_code(code) for code in codes)
    for portion in portions:
        for fact in recorded(Retelling(portion.pattern, 1).of(portion.people[-1])):
            if isinstance(fact.fact, PersonDetailsRecorded) and fact.version == 2:
                assert fact.fact.details.identity_code == portion.people[-1].code
            elif fact.version != 2:
                assert not contains_identity_code(fact.fact.model_dump_json())


@pytest.mark.guarantee("BL-5")
def test_whoever_has_a_case_already_is_passed_over() -> None:
    def people(known: frozenset[bytes]) -> set[bytes]:
        batches = plan(known=known).batches(600)
        portions = [portion for batch in batches for portion in batch.portions]
        return {somebody.blind for portion in portions for somebody in portion.people}

    first = people(frozenset())
    assert people(frozenset()) == first
    assert not people(frozenset(first)) & first


def test_when_nobody_is_left_it_is_said() -> None:
    groups = list(islice(Population(legal_day(NOW), 1), 3))
    few = Plan(patterns(), Few(groups), KEYRING.blind_index, frozenset, 1)
    with pytest.raises(NobodyLeft):
        next(few.batches(1))


def test_ids_of_a_kind_stay_of_their_kind(pattern: Pattern) -> None:
    case = Retelling(pattern, 1).of(person(pattern.group.codes()[3]))
    for told, fact in zip(case.facts, pattern.case.facts, strict=True):
        assert told.event_id.version == fact.event_id.version == 7
        assert told.event_id.int >> 80 == int(told.recorded_at.timestamp() * 1000)
    assert {UUID(line.request_id).version for line in case.access} == {7}
    assert {UUID(key).version for key in keys_of(case)} <= {4, 5}
    assert case.stream_id.version == 5
