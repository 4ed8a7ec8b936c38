"""Guidance and its consent put right: decided again, under the rules they were recorded under."""

from datetime import date
from typing import Any

import pytest
from tests.desk import LAW
from tests.unit.guidance_record.test_guidance import (
    CONSENT,
    GIVEN,
    GUIDANCE,
    PERSON,
    TOLD,
    Record,
    consented,
    told,
)

from cases.domain.case.act import Decision, Outcome
from cases.domain.case.records.mending import FoldAnew, mended
from cases.domain.case.records.replaying import told_exactly
from cases.domain.case.records.retelling import retold
from cases.domain.codes.terms import Language
from cases.domain.codes.values import ConsentGiver
from cases.domain.guidance_record.acts import (
    AnnulGuidanceRecord,
    CorrectGuidanceRecord,
    GiveGuidanceConsent,
    GuidedTo,
    RecordGuidance,
)
from cases.domain.guidance_record.facts import GuidanceConsentAnnulled, GuidanceRecordAnnulled
from cases.domain.guidance_record.register import ACTS, decide
from cases.domain.guidance_record.state import fold, fold_on
from cases.domain.law.rules import Refusal
from cases.domain.questions.guidance import guidance_record
from cases.domain.questions.guidance_history import guidance_history

LATER = date(2025, 2, 3)
WRONG = "It was written wrong"


def guided() -> Record:
    """A consent of 20 January 2025, and guidance of that day and of 3 February."""
    record = consented()
    guided_to = (GuidedTo(to="opisto", service="Evening course"), GuidedTo(to="naapurituki"))
    full = RecordGuidance(consent=CONSENT, needs=("A", "B"), guided_to=guided_to)
    assert isinstance(record.decides(full), Decision)
    assert isinstance(record.decides(GUIDANCE, LATER), Decision)
    return record


def correct(record: Record, version: int, *changes: dict[str, Any], on: date = LATER) -> Outcome:
    """Correct a record, where each change is a pointer and what it should have said."""
    body = {"version": version, "changes": changes, "reason": WRONG}
    return record.decides(CorrectGuidanceRecord.model_validate(body), on, LATER)


def change(member: str, to: Any, **seen: Any) -> dict[str, Any]:
    return {"member": member, "to": to, **seen}


def annul(record: Record, version: int, *along: int, on: date = LATER) -> Outcome:
    act = AnnulGuidanceRecord(version=version, along=along, reason=WRONG)
    return record.decides(act, on, LATER)


@pytest.mark.guarantee("GU-6")
@pytest.mark.parametrize(
    ("version", "member", "to"),
    [
        (1, "/effectiveOn", "2025-01-19"),
        (1, "/source", {"kind": "PERSON"}),
        (1, "/content/person", {"names": {"given": "Iwan", "family": "Petrow"}}),
        (1, "/content/person/names/given", "Iwan"),
        (1, "/content/person/identityCode", "300999V983V"),
        (1, "/content/person/dateOfBirth", "1999-09-30"),
        (1, "/content/person/contactLanguage", "uk"),
        (1, "/content/informed/date", "2025-01-19"),
        (1, "/content/informed/language", "bg"),
        (1, "/content/informed/interpreter", True),
        (1, "/content/informed/told", None),
        (1, "/content/givenBy", "GUARDIAN"),
        (2, "/effectiveOn", "2025-01-20"),
        (2, "/content/needs/1", "C"),
        (2, "/content/needs/1", None),
        (2, "/content/guidedTo/0/to", "kela"),
        (2, "/content/guidedTo/0/service", None),
        (2, "/content/otherMatters", "Looks for a flat."),
    ],
)
def test_gdpr_16_every_member_that_was_told_is_corrected(
    version: int, member: str, to: Any
) -> None:
    record = consented()
    full = RecordGuidance(consent=CONSENT, needs=("A", "B"), guided_to=(GuidedTo(to="opisto"),))
    if member == "/content/guidedTo/0/service":
        full = RecordGuidance(consent=CONSENT, guided_to=(GuidedTo(to="opisto", service="S"),))
    record.decides(full, date(2025, 1, 21))
    earlier = dict(change("/content/informed/date", "2025-01-19"))
    changes = [change(member, to)]
    if (version, member) == (1, "/effectiveOn"):
        changes.append(earlier)  # nobody is told after having consented
    outcome = correct(record, version, *changes)
    assert isinstance(outcome, Decision), outcome
    assert outcome.rules[0].section == "GDPR:16"
    assert "decree:4.1" in {line.section for line in outcome.rules}, "decided again"
    entry = guidance_history(record.facts, LATER, Language.EN).entries[version - 1]
    [mark] = entry.corrections
    assert (mark.reason, mark.version) == (WRONG, 3)
    assert {each.member for each in mark.changes} == {each["member"] for each in changes}
    [made] = [each for each in mark.changes if each.member == member]
    assert made.was != made.now
    assert made.now == to


@pytest.mark.guarantee("GU-6")
@pytest.mark.parametrize(
    ("version", "changes", "refused"),
    [
        (1, [change("/effectiveOn", "2025-01-18")], ("decree:4.1", None)),
        (1, [change("/content/informed/date", "2025-01-21")], ("decree:4.1", "/changes/0/to")),
        (1, [change("/content/person/dateOfBirth", "2025-01-21")], ("73.1", "/changes/0/to")),
        (2, [change("/effectiveOn", "2025-01-19")], ("decree:4.1", "/changes/0/to")),
        (2, [change("/effectiveOn", "2025-01-21")], ("76.1", "/changes/0/to")),
        (1, [change("/content/authority", "espoo")], ("GDPR:16", "/changes/0/member")),
        (2, [change("/content/guidanceId", str(CONSENT))], ("GDPR:16", "/changes/0/member")),
        (2, [change("/content/colour", "blue")], ("GDPR:16", "/changes/0/to")),
        (2, [change("/content/needs/7", "C")], ("GDPR:16", "/changes/0/member")),
        (2, [change("/content/needs/0", "C", **{"from": "Z"})], ("GDPR:16", "/changes/0/from")),
        (2, [change("/content/needs/0", "A")], ("GDPR:16", "/changes/0/to")),
        (
            2,
            [change("/content/needs", None), change("/content/guidedTo", None)],
            ("GDPR:16", "/changes/0/to"),
        ),
        (1, [change("/content/person/identityCode", "300999V983A")], ("GDPR:16", "/changes/0/to")),
        (7, [change("/effectiveOn", "2025-01-20")], ("GDPR:16", "/version")),
    ],
)
def test_gdpr_16_nothing_is_corrected_into_what_would_have_been_refused(
    version: int, changes: list[dict[str, Any]], refused: tuple[str, str | None]
) -> None:
    record = guided()
    outcome = correct(record, version, *changes)
    assert isinstance(outcome, Refusal)
    places = [(each.line.section, each.pointer) for each in outcome.violations]
    assert refused in places
    assert len(record.facts) == 3


@pytest.mark.guarantee("GU-6")
def test_gdpr_16_a_consent_is_not_corrected_to_after_what_was_recorded_under_it() -> None:
    record = guided()
    outcome = correct(record, 1, change("/effectiveOn", "2025-01-20"), change("/source", None))
    assert told(outcome) == {"GDPR:16": ["/changes/0/to"]}, "nothing changes by it"
    early = Record()
    early.decides(GiveGuidanceConsent(person=PERSON, informed=TOLD), LATER, LATER)
    early.decides(GUIDANCE, LATER, LATER)
    moved = date(2025, 2, 4)
    body = {"version": 1, "changes": [change("/effectiveOn", "2025-02-04")], "reason": WRONG}
    ahead = early.decides(CorrectGuidanceRecord.model_validate(body), moved, moved)
    assert told(ahead) == {"76.1": ["/changes/0/to"], "GDPR:16": ["/changes"], "decree:4.1": [None]}
    [standing] = [
        each
        for each in (ahead.violations if isinstance(ahead, Refusal) else ())
        if each.line.rule == "later-records-stand"
    ]
    assert standing.line.inputs == {"versions": (2,)}


@pytest.mark.guarantee("GU-6")
def test_what_was_corrected_is_corrected_again_and_a_correction_is_not() -> None:
    record = guided()
    assert isinstance(correct(record, 2, change("/content/needs/0", "C")), Decision)
    assert isinstance(correct(record, 2, change("/content/needs/1", "D")), Decision)
    assert guidance_record(record.facts).guidance[0].needs == ("C", "D")
    assert told(correct(record, 4, change("/content/reason", "x"))) == {"GDPR:16": ["/version"]}
    assert told(annul(record, 4)) == {"GDPR:16": ["/version"]}
    given = correct(record, 1, change("/content/givenBy", "REPRESENTATIVE"))
    assert isinstance(given, Decision)
    consent = record.state.consent
    assert consent is not None
    assert consent.given_by is ConsentGiver.REPRESENTATIVE


@pytest.mark.guarantee("GU-7")
def test_annulled_guidance_counts_no_more_with_its_corrections() -> None:
    record = guided()
    correct(record, 2, change("/content/needs/0", "C"))
    outcome = annul(record, 2)
    assert isinstance(outcome, Decision)
    [fact] = outcome.facts
    assert isinstance(fact, GuidanceRecordAnnulled)
    assert fact.annulled == (2, 4)
    assert [each.on for each in guidance_record(record.facts).guidance] == [LATER]
    assert told(annul(record, 2)) == {"GDPR:16": ["/version"]}
    assert told(correct(record, 2, change("/content/needs/0", "D"))) == {"GDPR:16": ["/version"]}
    assert told(annul(record, 3, 2)) == {"GDPR:16": ["/along/0"]}


@pytest.mark.guarantee("GU-7")
def test_a_consent_never_given_is_annulled_at_once_with_all_that_builds_on_it() -> None:
    record = guided()
    alone = annul(record, 1)
    assert isinstance(alone, Refusal)
    assert alone.conflict
    [violation] = alone.violations
    assert violation.line.inputs == {"version": 1, "buildingOn": (2, 3)}
    assert told(annul(record, 1, 2)) == {"GDPR:16": ["/along"]}
    assert told(annul(record, 1, 2, 3, on=GIVEN)) == {"decree:4.1": ["/effectiveOn"]}
    outcome = annul(record, 1, 2, 3)
    assert isinstance(outcome, Decision)
    assert outcome.facts == (GuidanceConsentAnnulled(),)
    assert record.state.is_over
    assert not record.state.withdrawn
    assert GuidanceConsentAnnulled().model_dump() == {}, "it is told again without its key"


@pytest.mark.guarantee("GU-6")
def test_every_act_told_again_comes_to_exactly_its_facts() -> None:
    record = guided()
    for recorded in record.facts:
        again = retold(ACTS[recorded.act], [recorded.fact])
        before = fold(record.facts[: recorded.version - 1])
        left = record.under(again.act, recorded, recorded.effective_on, again.new_id)
        assert told_exactly((recorded,), decide(again.act, before, left))


@pytest.mark.guarantee("GU-6", "GU-7")
def test_what_a_newer_fact_puts_right_is_not_gone_on_from() -> None:
    record = guided()
    before, state = tuple(record.facts), record.state
    correct(record, 2, change("/content/needs/0", "C"))
    newer = record.facts[3:]
    with pytest.raises(FoldAnew):
        fold(newer, state)
    assert fold_on(newer, state, before) == record.state == fold(record.facts)
    assert record.state.version == 4
    assert mended(record.facts) != tuple(record.facts)


@pytest.mark.guarantee("GU-8")
@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.FI, "Mitätöity 3.2.2025 kirjauksella 5."),
        (Language.SV, "Annullerad 3.2.2025 genom anteckningen 5."),
        (Language.EN, "Annulled on 3 February 2025 by record 5."),
    ],
)
def test_the_history_shows_the_corrected_beside_the_correction(
    language: Language, text: str
) -> None:
    record = guided()
    correct(record, 2, change("/content/needs/0", "C"))
    annul(record, 3)
    entries = guidance_history(record.facts, LATER, language).entries
    assert [each.version for each in entries] == [1, 2, 3, 4, 5]
    assert entries[1].content["needs"] == ["A", "B"], "as it was recorded"
    [mark] = entries[1].corrections
    assert [(each.member, each.was, each.now) for each in mark.changes] == [
        ("/content/needs/0", "A", "C")
    ]
    annulled = entries[2]
    assert annulled.annulment is not None
    assert annulled.annulment.text == text
    assert (annulled.content, annulled.rules) == ({}, ())
    assert entries[3].title != entries[4].title
    # By the day asked about, and by what was known.
    early = guidance_history(record.facts, GIVEN, language).entries
    assert [each.version for each in early] == [1, 2]
    then = guidance_history(record.facts[:3], LATER, language).entries
    assert then[2].annulment is None
    assert then[2].content["needs"] == ["Finding a Finnish course"]


@pytest.mark.guarantee("GU-8")
def test_before_the_consent_there_was_no_record() -> None:
    record = guided()
    before = guidance_record(record.facts, date(2025, 1, 19))
    assert (before.person, before.consent, before.guidance) == (None, None, ())
    assert len(guidance_record(record.facts, GIVEN).guidance) == 1
    assert LAW.on(GIVEN).id == record.facts[0].edition
