"""The consent of each guardian of a minor to the family plan (21 § 1 mom.)."""

from datetime import date
from uuid import UUID

from cases.domain.case.state import CaseState
from cases.domain.codes.values import ConsentGiver, ConsentScope, RepresentationKind
from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied
from cases.domain.law.section_34 import section_35_minor

_FAMILY_PLAN = ConsentScope.FAMILY_PLAN


def section_21_1_guardians_consent(
    edition: Edition, case: CaseState, day: date
) -> Applied[tuple[UUID, ...] | None]:
    """The consents that hold on ``day``, by their ids; None where somebody has not consented.

    Asked is every guardian of a minor: those told by their cases, or where none is, those told by
    name; the representative where there are no guardians. A minor for whom nobody is on record has
    nobody who could consent. Who is of age is asked for no consent: she or he takes part. Whose age
    is not known is asked about where guardians are on record.
    """
    given = tuple(c for c in case.consents if c.scope is _FAMILY_PLAN and c.holds_on(day))
    by_case = set(case.person.details_on(day).guardians or ())
    standing = [r.kind for r in case.representations if r.holds_on(day)]
    by_name = standing.count(RepresentationKind.GUARDIAN)
    represented = RepresentationKind.REPRESENTATIVE in standing
    known_age = case.person.age_on(day) is not None
    minor = bool(section_35_minor(edition, day, case.person.born_by(day)).value)
    if not minor or not (known_age or by_case or standing):
        asked = consented = 0
        relied: tuple[UUID, ...] = ()
    elif by_case:
        by = {c.guardian: c.consent_id for c in given if c.guardian in by_case}
        asked, consented, relied = len(by_case), len(by), tuple(by.values())
    else:
        giver = ConsentGiver.GUARDIAN if by_name or not represented else ConsentGiver.REPRESENTATIVE
        relied = tuple(c.consent_id for c in given if c.given_by is giver)
        asked = by_name or 1
        consented = min(len(relied), asked) if by_name or represented else 0
    inputs = {"on": day, "guardians": asked, "consented": consented}
    line = edition.line(Rule.EACH_GUARDIAN_CONSENTS, inputs, consented >= asked)
    return Applied(value=relied if line.result else None, line=line)
