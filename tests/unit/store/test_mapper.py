"""Sealing and opening facts; older types; bytes that are not what they were."""

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.logbook import ACTOR, KEYRING, TYPES, Noted, act

from cases.app.store.faults import KeyUnavailable, SealBroken, UnknownFactType
from cases.app.store.keys import DataKeys
from cases.app.store.mapper import CaseMapper, FactTypes, SealedEvent
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.records.facts import RecordCorrected
from cases.domain.case.register import FACTS, UPCASTERS
from cases.domain.codes.values import SourceKind
from cases.domain.facts import Fact, Recorded, Source, Upcaster
from cases.domain.law.rules import RuleApplied
from cases.domain.old_record import OldRecord

KEYS = DataKeys(KEYRING, os.urandom, lambda: 0.0)
MAPPER = CaseMapper(TYPES, KEYS, os.urandom)
FACT = Recorded(
    stream_id=uuid4(),
    version=3,
    event_id=uuid4(),
    recorded_at=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
    recorded_by=ACTOR,
    effective_on=date(2026, 3, 1),
    act_id="key-1",
    act="note",
    purpose="case-work",
    edition="2025-01",
    rules=(
        RuleApplied(
            rule="plan.length",
            section="23.2",
            edition="2025-01",
            inputs={"from": date(2026, 3, 1), "days": 3, "groups": ("A", "B"), "none": None},
            result=True,
        ),
    ),
    source=Source(kind=SourceKind.PERSON),
    fact=Noted(note="Näkyykö tämä?"),
)
_, KEY = KEYS.make(FACT.stream_id)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_a_fact_comes_back_as_it_went_in(note: str) -> None:
    fact = replace(FACT, fact=Noted(note=note))
    assert MAPPER.unseal(MAPPER.seal(fact, KEY), KEY) == fact


def test_the_sealed_bytes_show_nothing_and_never_repeat() -> None:
    one, two = MAPPER.seal(FACT, KEY), MAPPER.seal(FACT, KEY)
    assert one.state != two.state
    for event in (one, two):
        assert b"tee" not in event.state
        assert "23.2" not in event.metadata
        assert "Näky" not in event.metadata


def test_the_header_says_who_and_which_act_in_clear() -> None:
    assert json.loads(MAPPER.seal(FACT, KEY).metadata) == {
        "actor": {"subject": "officer-1", "organisation": "espoo", "role": "OFFICER"},
        "act": "note",
        "actId": "key-1",
        "purpose": "case-work",
        "edition": "2025-01",
    }


@pytest.mark.guarantee("KY-1")
@pytest.mark.parametrize(
    "moved",
    [
        {"originator_id": uuid4()},
        {"originator_version": 4},
        {"topic": "test.other.v1"},
        {"state": b""},
        {"state": b"\x00" + b"x" * 60},
    ],
)
def test_a_payload_moved_elsewhere_does_not_open(moved: dict[str, Any]) -> None:
    sealed: SealedEvent = replace(MAPPER.seal(FACT, KEY), **moved)
    with pytest.raises(SealBroken) as broken:
        MAPPER.unseal(sealed, KEY)
    assert (broken.value.version, broken.value.topic) == (
        sealed.originator_version,
        sealed.topic,
    )


@pytest.mark.guarantee("KY-1")
def test_any_changed_byte_and_any_other_key_is_found_out() -> None:
    sealed = MAPPER.seal(FACT, KEY)
    for place in range(len(sealed.state)):
        altered = bytearray(sealed.state)
        altered[place] ^= 1
        with pytest.raises(SealBroken):
            MAPPER.unseal(replace(sealed, state=bytes(altered)), KEY)
    with pytest.raises(SealBroken):
        MAPPER.unseal(sealed, KEYS.make(FACT.stream_id)[1])


class NotedLongAgo(Fact):
    TOPIC = "test.remarked"

    text: str


def test_an_older_fact_is_read_as_the_type_of_today() -> None:
    then = CaseMapper(FactTypes({"test.remarked.v1": NotedLongAgo}), KEYS, os.urandom)
    now = CaseMapper(
        FactTypes(
            {Noted.topic(): Noted},
            {
                "test.remarked.v1": Upcaster(
                    "test.remarked.v2", lambda old: {"words": old["text"]}
                ),
                "test.remarked.v2": Upcaster(Noted.topic(), lambda old: {"note": old["words"]}),
            },
        ),
        KEYS,
        os.urandom,
    )
    sealed = then.seal(replace(FACT, fact=NotedLongAgo(text="old")), KEY)
    assert now.unseal(sealed, KEY).fact == Noted(note="old")


def test_a_type_nobody_knows_is_neither_written_nor_guessed() -> None:
    sealed = MAPPER.seal(FACT, KEY)
    empty = CaseMapper(FactTypes({}), KEYS, os.urandom)
    with pytest.raises(UnknownFactType):
        empty.seal(FACT, KEY)
    with pytest.raises(UnknownFactType) as unknown:
        empty.unseal(sealed, KEY)
    assert unknown.value.topic == "test.noted.v1"


def test_content_that_does_not_fit_its_type_is_not_quoted_in_the_error() -> None:
    class Noted2(Fact):
        TOPIC = "test.noted"

        amount: int

    other = CaseMapper(FactTypes({"test.noted.v1": Noted2}), KEYS, os.urandom)
    with pytest.raises(UnknownFactType) as unknown:
        other.unseal(MAPPER.seal(FACT, KEY), KEY)
    assert unknown.value.__cause__ is None
    assert "Näky" not in str(unknown.value)


def test_a_topic_stands_for_one_class_and_is_current_or_old() -> None:
    with pytest.raises(ValueError, match="own topic"):
        FactTypes({"test.other.v1": Noted})
    with pytest.raises(ValueError, match="not both"):
        FactTypes({Noted.topic(): Noted}, {Noted.topic(): _into("test.noted.v2")})


def _into(topic: str) -> Upcaster:
    return Upcaster(topic, lambda old: old)


@pytest.mark.guarantee("EV-3")
@pytest.mark.parametrize(
    ("upcasters", "told"),
    [
        ({"test.old.v1": "test.old.v2"}, "test.old.v1 becomes test.old.v2, which nobody reads"),
        ({"test.old.v1": "test.noted.v2"}, "which nobody reads"),
        ({"test.noted.v2": "test.noted.v1"}, "test.noted.v2 becomes test.noted.v1: versions go up"),
        ({"test.old.v2": "test.old.v2"}, "versions go up"),
        (
            {"test.old.v1": "test.new.v1", "test.new.v1": "test.old.v1"},
            "never becomes a current topic: it goes round",
        ),
        ({"test.old": "test.noted.v1"}, "is no topic"),
        ({"test.old.v1": "test.noted.vx"}, "is no topic"),
    ],
)
def test_an_upcaster_that_leads_nowhere_is_refused_at_start(
    upcasters: dict[str, str], told: str
) -> None:
    ways = {old: _into(new) for old, new in upcasters.items()}
    with pytest.raises(ValueError, match=told):
        FactTypes({Noted.topic(): Noted}, ways)


def test_a_form_of_a_newer_release_is_not_taken_for_altered_bytes() -> None:
    sealed = replace(MAPPER.seal(FACT, KEY), state=b"\x03" + b"x" * 60)
    with pytest.raises(UnknownFactType):
        MAPPER.unseal(sealed, KEY)


def test_the_librarys_interface_needs_the_key_at_hand() -> None:
    whole = act(uuid4(), 0, "k").facts[0]
    with pytest.raises(KeyUnavailable):
        MAPPER.to_stored_event(whole)


def test_when_an_old_system_recorded_it_is_sealed_in_a_form_of_its_own() -> None:
    old = OldRecord(source_date="2024-05-02", source_system="Old system")
    imported = replace(FACT, old_record=old)
    sealed = MAPPER.seal(imported, KEY)
    assert (sealed.state[0], MAPPER.seal(FACT, KEY).state[0]) == (2, 1)
    assert b"2024-05-02" not in sealed.state
    assert "Old system" not in sealed.metadata
    assert MAPPER.unseal(sealed, KEY) == imported
    told = MAPPER.seal_plain(MAPPER.plain(imported), KEY)
    assert MAPPER.unseal(replace(sealed, state=told), KEY) == imported
    # The byte of the form is not sealed: whoever alters it takes nothing away.
    assert MAPPER.unseal(replace(sealed, state=b"\x01" + sealed.state[1:]), KEY) == imported


@pytest.mark.guarantee("EV-3")
def test_what_a_correction_carries_is_read_by_the_newest_version() -> None:
    told = {
        "corrected": 2,
        "contentTopic": "person.details-recorded.v1",
        "content": {"details": {}, "earlierFirstPlanOn": "2024-03-04"},
        "effectiveOn": "2025-03-03",
        "members": ["/effectiveOn"],
        "reason": "Written wrong",
    }
    types = FactTypes(FACTS, UPCASTERS)
    fact = types.read("record.corrected.v1", json.dumps(told).encode())
    assert isinstance(fact, RecordCorrected)
    assert fact.content_topic == PersonDetailsRecorded.topic()
    assert fact.content == {"details": {}, "earlierPlans": {"firstDrawnUpOn": "2024-03-04"}}
    unread = {**told, "contentTopic": "person.details-recorded.v9"}
    with pytest.raises(KeyError):
        types.read("record.corrected.v1", json.dumps(unread).encode())
