"""Guidance and counselling: recorded with a consent that was informed, and by whom (10 §)."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from tests.desk import LAW, LAW_IN_FORCE

from cases.domain.case.act import Act, Circumstances, Decision, Organisation, Outcome
from cases.domain.case.consent.acts import Informed
from cases.domain.case.person.acts import PersonName
from cases.domain.codes.values import ConsentGiver, OrganisationKind
from cases.domain.facts import Actor, Recorded
from cases.domain.guidance_record.acts import (
    GiveGuidanceConsent,
    GuidedPerson,
    GuidedTo,
    RecordGuidance,
    WithdrawGuidanceConsent,
)
from cases.domain.guidance_record.facts import GuidanceConsentWithdrawn
from cases.domain.guidance_record.register import FACTS, decide, past_of
from cases.domain.guidance_record.state import NOTHING, GuidanceRecordState, UnknownFact, fold
from cases.domain.law.edition import Law
from cases.domain.law.rules import Refusal
from cases.domain.questions.guidance import guidance_record
from cases.domain.streams import StreamKind, kind_of
from cases.domain.time import legal_day

GIVEN = date(2025, 1, 20)
CONSENT = UUID("c0000000-0000-4000-8000-000000000001")
TOLD = Informed(on=GIVEN, language="en", interpreter=False, told="What it means.")
PERSON = GuidedPerson(names=PersonName(given="Ivan", family="Petrov"))
GUIDANCE = RecordGuidance(consent=CONSENT, needs=("Finding a Finnish course",))


class Record:
    """A guidance record that a municipality works on."""

    def __init__(self, kind: OrganisationKind = OrganisationKind.MUNICIPALITY) -> None:
        self.facts: list[Recorded] = []
        self._organisation = Organisation(id="vaasa", kind=kind)

    @property
    def state(self) -> GuidanceRecordState:
        return fold(self.facts)

    def decides(
        self, act: Act, on: date = GIVEN, today: date | None = None, law: Law = LAW
    ) -> Outcome:
        today = today or max(on, GIVEN)
        circumstances = Circumstances(
            on=on,
            today=today,
            edition=law.on(on),
            new_id=UUID(int=1_000 + len(self.facts)),
            organisation=self._organisation,
            past=past_of(tuple(self.facts), self.under),
        )
        outcome = decide(act, self.state, circumstances)
        for fact in outcome.facts if isinstance(outcome, Decision) else ():
            version = len(self.facts) + 1
            self.facts.append(
                Recorded(
                    stream_id=CONSENT,
                    version=version,
                    event_id=UUID(int=version),
                    recorded_at=datetime.combine(today, time(8, version), UTC),
                    recorded_by=Actor(subject="p", organisation="vaasa", role="OFFICER"),
                    effective_on=on,
                    act_id=str(version),
                    act=act.NAME,
                    purpose="GUIDANCE_AND_COUNSELLING",
                    edition=circumstances.edition.id,
                    fact=fact,
                )
            )
        return outcome

    def under(self, act: Act, left: Recorded, on: date, new_id: UUID) -> Circumstances:
        """The circumstances an act had when it left a fact, but dated ``on``."""
        return Circumstances(
            on=on,
            today=legal_day(left.recorded_at),
            edition=LAW.on(on),
            new_id=new_id,
            organisation=self._organisation,
        )


def consented() -> Record:
    record = Record()
    assert isinstance(record.decides(GiveGuidanceConsent(person=PERSON, informed=TOLD)), Decision)
    return record


def told(outcome: Outcome) -> dict[str, Any]:
    """By section, the pointers of what is refused; empty of a decision."""
    if not isinstance(outcome, Refusal):
        return {}
    found: dict[str, Any] = {}
    for violation in outcome.violations:
        found.setdefault(violation.line.section, []).append(violation.pointer)
    return found


@pytest.mark.guarantee("GU-1")
@pytest.mark.parametrize("law", [LAW, LAW_IN_FORCE])
def test_decree_4_1_nothing_is_recorded_without_a_consent_that_holds(law: Law) -> None:
    record, later = Record(), date(2025, 1, 21)
    without = {"decree:4.1": ["/consent"]}
    assert told(record.decides(GUIDANCE, GIVEN, law=law)) == without
    assert told(record.decides(RecordGuidance(needs=("A course",)), GIVEN, law=law)) == without
    record = consented()
    too_early = record.decides(GUIDANCE, date(2025, 1, 19), later, law)
    assert told(too_early) == {"decree:4.1": ["/effectiveOn"]}
    for on in (GIVEN, later):
        decision = record.decides(GUIDANCE, on, later, law)
        assert isinstance(decision, Decision)
        assert [line.section for line in decision.rules] == ["decree:4.1"]


@pytest.mark.guarantee("GU-1")
def test_decree_4_1_nobody_consents_without_having_been_told() -> None:
    untold = Record().decides(GiveGuidanceConsent(person=PERSON))
    assert told(untold) == {"decree:4.1": ["/informed"]}
    afterwards = Informed(on=date(2025, 1, 21), language="en", interpreter=False)
    late = Record().decides(GiveGuidanceConsent(person=PERSON, informed=afterwards))
    assert told(late) == {"decree:4.1": ["/informed/date"]}
    earlier = Informed(on=date(2025, 1, 7), language="bg", interpreter=True)
    before = Record().decides(GiveGuidanceConsent(person=PERSON, informed=earlier))
    assert isinstance(before, Decision)
    assert [line.section for line in before.rules] == ["10", "decree:4.1", "decree:4.1"]


@pytest.mark.guarantee("GU-1")
@pytest.mark.parametrize(
    "kind", [k for k in OrganisationKind if k is not OrganisationKind.MUNICIPALITY]
)
def test_10_only_a_municipality_records_guidance(kind: OrganisationKind) -> None:
    outcome = Record(kind).decides(GiveGuidanceConsent(person=PERSON))
    assert told(outcome) == {"10": [None], "decree:4.1": ["/informed"]}, "both at once"


@pytest.mark.guarantee("GU-1")
def test_decree_4_1_needs_services_guided_to_and_other_matters_are_recorded() -> None:
    record = consented()
    guided = (GuidedTo(to="opisto", service="Finnish course"), GuidedTo(to="naapurituki"))
    record.decides(GUIDANCE)
    other = RecordGuidance(consent=CONSENT, guided_to=guided, other_matters="Looks for a flat.")
    record.decides(other, date(2025, 2, 3))
    shown = guidance_record(record.facts).model_dump(mode="json", exclude_none=True)
    assert shown["person"] == {"names": {"given": "Ivan", "family": "Petrov"}}
    assert shown["consent"] == {
        "givenOn": "2025-01-20",
        "givenBy": "CLIENT",
        "informedOn": "2025-01-20",
        "language": "en",
        "interpreter": False,
        "told": "What it means.",
    }
    assert [each["on"] for each in shown["guidance"]] == ["2025-01-20", "2025-02-03"]
    assert shown["guidance"][0]["needs"] == ["Finding a Finnish course"]
    assert shown["guidance"][1]["guidedTo"] == [
        {"to": "opisto", "service": "Finnish course"},
        {"to": "naapurituki"},
    ]
    assert shown["guidance"][1]["otherMatters"] == "Looks for a flat."
    with pytest.raises(ValueError, match="is needed"):
        RecordGuidance(consent=CONSENT)


@pytest.mark.guarantee("GU-1")
def test_who_gives_the_consent_is_told() -> None:
    record = Record()
    consent = GiveGuidanceConsent(person=PERSON, informed=TOLD, given_by=ConsentGiver.GUARDIAN)
    record.decides(consent)
    given = guidance_record(record.facts).consent
    assert given is not None
    assert given.given_by is ConsentGiver.GUARDIAN


@pytest.mark.guarantee("GU-1")
def test_73_1_nobody_is_guided_before_being_born() -> None:
    unborn = GuidedPerson(names=PERSON.names, date_of_birth=date(2025, 1, 21))
    outcome = Record().decides(GiveGuidanceConsent(person=unborn, informed=TOLD))
    assert told(outcome) == {"73.1": ["/person/dateOfBirth"]}


@pytest.mark.guarantee("GU-3")
def test_a_consent_is_withdrawn_on_the_day_of_recording_and_no_other() -> None:
    record, today = consented(), date(2025, 4, 10)
    withdrawal = WithdrawGuidanceConsent(consent=CONSENT)
    backdated = record.decides(withdrawal, date(2025, 4, 9), today)
    assert told(backdated) == {"decree:4.1": ["/effectiveOn"]}
    decision = record.decides(withdrawal, today)
    assert isinstance(decision, Decision)
    assert decision.facts == (GuidanceConsentWithdrawn(),)
    assert record.state.withdrawn
    assert GuidanceConsentWithdrawn().model_dump() == {}, "it is told again without its key"


@pytest.mark.guarantee("GU-1")
def test_76_1_nothing_is_recorded_ahead() -> None:
    ahead = consented().decides(GUIDANCE, date(2025, 1, 21), GIVEN)
    assert told(ahead) == {"76.1": ["/effectiveOn"]}


@pytest.mark.guarantee("GU-2")
def test_a_stream_is_of_one_kind_and_folds_nothing_else() -> None:
    assert {kind_of(topic) for topic in FACTS} == {StreamKind.GUIDANCE_RECORD}
    assert all(topic.startswith("guidance-record.") for topic in FACTS), "as the database asks"
    assert kind_of("case.opened.v1") is StreamKind.CASE
    assert kind_of("case.opened.v99") is None
    [given] = consented().facts
    foreign = given.having(fact=TOLD)
    with pytest.raises(UnknownFact):
        fold((foreign,), NOTHING)
