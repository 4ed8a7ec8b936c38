"""Guidance records, whoever acts on them: under a consent that holds, and of one's own authority.

The whole application is at work, but for the store. After every step it is compared with what a
register of paper would hold.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.desk import KASKINEN, LAW, VAASA, VAASA_TE
from tests.families import NoTrail, Register, officer
from tests.property import choosing as ch
from tests.property.choosing import Chance, Choice, drawn
from tests.property.drawing import mostly
from tests.remembering import Remembering

from cases.app.access.policy import Action
from cases.app.access.witness import Witness
from cases.app.clock import SimulationClock
from cases.app.guidance_records import GuidanceReadable, GuidanceRecords
from cases.app.outcomes import ActOutcome, Hidden, Performed, Seen
from cases.app.requests import Request
from cases.app.store.faults import Erased
from cases.domain.case.act import Act, Organisation
from cases.domain.case.consent.acts import Informed
from cases.domain.case.person.acts import PersonName
from cases.domain.codes.values import OrganisationKind
from cases.domain.guidance_record.acts import (
    GiveGuidanceConsent,
    GuidedPerson,
    RecordGuidance,
    WithdrawGuidanceConsent,
)
from cases.domain.guidance_record.state import NOTHING, fold
from cases.domain.questions.as_of import AsOf
from cases.domain.questions.guidance import guidance_record

DAY = timedelta(days=1)
OFFICERS = (VAASA, VAASA, KASKINEN, VAASA_TE)
CODES = ("140392-9029", "010190-901R")
UNKNOWN = UUID(int=99)


@dataclass
class Paper:
    """What there is of a consent on paper; once it is withdrawn, nothing."""

    authority: str
    given_on: date
    code: str | None
    guidance: list[tuple[date, str]] = field(default_factory=list)


class GuidanceThroughDays(RuleBasedStateMachine):
    """Officers of several authorities, who guide whoever comes."""

    def __init__(self) -> None:
        super().__init__()
        numbers = count()
        self.today = date(2025, 3, 3)
        self.clock = SimulationClock(datetime(2025, 3, 3, 8, tzinfo=UTC))
        self.log = Remembering()

        def new_id() -> UUID:
            return uuid5(UUID(int=9), str(next(numbers)))

        self.app = GuidanceRecords(
            log=self.log,
            witness=Witness(NoTrail(), self.clock.now, new_id),
            law=LAW,
            clock=self.clock,
            new_id=new_id,
            guidance_index=lambda authority, code: f"{authority} {code}".encode(),
            authorities=Register(),
            accept_test_codes=True,
        )
        self.done = 0
        self.papers: dict[UUID, Paper] = {}
        self.withdrawn: dict[UUID, tuple[Organisation, str]] = {}

    # whoever acts ---------------------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 30]))
    def time_passes(self, days: int) -> None:
        self.today += days * DAY

    @rule(data=st.data())
    def somebody_consents(self, data: Chance) -> None:
        by = drawn(data, ch.sampled_from(OFFICERS))
        on, code = drawn(data, self._days()), drawn(data, ch.sampled_from([None, *CODES]))
        told_on = drawn(data, mostly(0, -7, seldom=[1])) * DAY
        told = Informed(on=on + told_on, language="so", interpreter=True)
        informed = drawn(data, mostly(told, seldom=[None]))
        person = GuidedPerson(names=PersonName(given="Ivan", family="Petrov"), identity_code=code)
        outcome = self._acts(by, GiveGuidanceConsent(person=person, informed=informed), None, on)
        lawful = by.kind is OrganisationKind.MUNICIPALITY and informed and informed.on <= on
        assert isinstance(outcome, Performed) == bool(lawful), outcome
        if isinstance(outcome, Performed):
            self.papers[outcome.case_id] = Paper(by.id, on, code)

    @rule(data=st.data())
    def somebody_guides(self, data: Chance) -> None:
        self._guides(data)

    @rule(data=st.data())
    def somebody_guides_again(self, data: Chance) -> None:
        self._guides(data)

    def _guides(self, data: Chance) -> None:
        by, consent = drawn(data, self._whose()), drawn(data, self._consents())
        on, words = drawn(data, self._days()), f"Looks for a flat {self.done}."
        outcome = self._acts(by, RecordGuidance(consent=consent, other_matters=words), consent, on)
        paper = self.papers.get(consent)
        own = paper is not None and paper.authority == by.id
        if paper is not None and own and paper.given_on <= on:
            assert isinstance(outcome, Performed), outcome
            paper.guidance.append((on, words))
            return
        assert not isinstance(outcome, Performed)
        if not own and by.kind is OrganisationKind.MUNICIPALITY:
            # Never given, withdrawn, another authority's: it is all the same.
            never = self._acts(
                by, RecordGuidance(consent=UNKNOWN, other_matters=words), UNKNOWN, on
            )
            assert outcome == never

    @rule(data=st.data())
    def somebody_withdraws(self, data: Chance) -> None:
        by, consent = drawn(data, self._whose()), drawn(data, self._consents())
        on = drawn(data, ch.sampled_from([self.today, self.today, self.today - DAY]))
        key = f"act {self.done}"
        outcome = self._acts(by, WithdrawGuidanceConsent(consent=consent), consent, on)
        paper = self.papers.get(consent)
        own = paper is not None and paper.authority == by.id
        assert isinstance(outcome, Performed) == (own and on == self.today), outcome
        if isinstance(outcome, Performed):
            del self.papers[consent]
            self.withdrawn[consent] = (by, key)

    @rule(data=st.data())
    def who_withdrew_did_not_hear_the_answer(self, data: Chance) -> None:
        for consent, (by, key) in self.withdrawn.items():
            act = WithdrawGuidanceConsent(consent=consent)
            outcome = self._acts(by, act, consent, self.today, key=key)
            assert isinstance(outcome, Performed)
            assert outcome.replayed

    def _acts(
        self, by: Organisation, act: Act, stream: UUID | None, on: date, key: str | None = None
    ) -> ActOutcome:
        self.done += 1
        at = datetime.combine(self.today, time(8), tzinfo=UTC)
        self.clock.set(at + timedelta(seconds=self.done))
        stored = self.log.streams.get(stream) if stream else None
        key = key or f"act {self.done - 1}"
        request = Request(
            act=act.model_copy(update={"effective_on": on}),
            key=key,
            fingerprint=key.encode(),
            case_id=stream,
            seen=Seen.of(stored) if stored else None,
        )
        return self.app.perform(officer(by), request)

    def _days(self) -> Choice[date]:
        return mostly(0, 0, 0, 1, 20, seldom=[40]).map(lambda n: self.today - n * DAY)

    def _whose(self) -> Choice[Organisation]:
        return ch.sampled_from(OFFICERS)

    def _consents(self) -> Choice[UUID]:
        return mostly(*(self.papers or [UNKNOWN]), seldom=[UNKNOWN, *self.withdrawn])

    # what holds -----------------------------------------------------------------------------------

    @invariant()
    def everybody_reads_what_is_ones_own_and_nothing_else(self) -> None:
        for consent in (*self.papers, *self.withdrawn, UNKNOWN):
            paper = self.papers.get(consent)
            for each in (VAASA, KASKINEN, VAASA_TE):
                shown = self.app.show(
                    officer(each), Action.READ_GUIDANCE, consent, AsOf(valid_on=self.today)
                )
                own = paper is not None and paper.authority == each.id
                assert isinstance(shown, GuidanceReadable if own else Hidden)
                if isinstance(shown, GuidanceReadable) and paper is not None:
                    told = guidance_record(shown.facts).guidance
                    assert [(g.on, g.other_matters) for g in told] == paper.guidance

    @invariant()
    def a_person_is_found_where_the_consent_was_given_and_holds(self) -> None:
        for each in (VAASA, KASKINEN):
            for code in CODES:
                found: Any = self.app.find(officer(each), code)
                known = [
                    c for c, p in self.papers.items() if (p.authority, p.code) == (each.id, code)
                ]
                assert [shown.consent_id for shown in found] == known

    @invariant()
    def nothing_is_left_of_what_was_withdrawn(self) -> None:
        assert set(self.log.streams) == set(self.papers)
        for consent in self.withdrawn:
            with pytest.raises(Erased):
                self.log.load(consent)

    @invariant()
    def nothing_is_recorded_but_under_a_consent_that_was_informed(self) -> None:
        for facts in self.log.streams.values():
            state = NOTHING
            for recorded in facts:
                state = fold((recorded,), state)
                assert state.version == recorded.version
                assert state.consent is not None
                assert state.consent.informed.on <= state.consent.given_on <= recorded.effective_on
            assert state == fold(facts)


THOROUGH = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.guarantee("GU-1")
@pytest.mark.guarantee("GU-2")
@pytest.mark.guarantee("GU-3")
def test_whatever_is_done_guidance_is_recorded_under_a_consent_and_gone_without_it() -> None:
    run_state_machine_as_test(GuidanceThroughDays, settings=THOROUGH)
