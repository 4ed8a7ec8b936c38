"""Who stands for a minor, and until when the wellbeing services county supports the young person.

34–35 §: of who came to the country as a minor without a guardian (2 § 6 mom.).
"""

from datetime import date
from uuid import UUID

from pydantic import Field

from cases.domain.case.person.acts import ContactDetails, PersonName
from cases.domain.codes.values import OrganisationKind, RepresentationKind
from cases.domain.law.edition import Law
from cases.domain.law.section_34 import section_34_2_support, section_35_minor
from cases.domain.model import Value
from cases.domain.questions.as_of import Known


class RepresentationOverview(Value):
    """Somebody who stands for the minor; ``until`` is the last day, absent while not known."""

    representation: UUID
    kind: RepresentationKind
    names: PersonName
    contact: ContactDetails | None
    since: date = Field(alias="from")
    until: date | None


class Represented(Value):
    """Who stands for the person on a legal day; nobody does for one who is of age.

    ``supported_by`` is the kind of authority that supports who came as a minor without a guardian,
    and ``supported_until`` the last day of that; absent for others, and when it is over.
    """

    representations: tuple[RepresentationOverview, ...]
    supported_by: OrganisationKind | None
    supported_until: date | None


def represented(asked: Known, law: Law) -> Represented:
    """As it stands on the day asked about, from what was known then."""
    state, day = asked.state, asked.valid_on
    edition, person = law.governing(day), asked.state.person
    born = person.born_by(day)
    until = section_34_2_support(edition, person.group_on(day), born).value
    supported = until is not None and day <= until
    minor = section_35_minor(edition, day, born).value
    return Represented(
        representations=tuple(
            RepresentationOverview(
                representation=r.representation_id,
                kind=r.kind,
                names=r.names,
                contact=r.contact,
                since=r.since,
                until=r.until,
            )
            for r in state.representations
            if minor and r.holds_on(day)
        ),
        supported_by=OrganisationKind.WELFARE_AREA if supported else None,
        supported_until=until if supported else None,
    )
