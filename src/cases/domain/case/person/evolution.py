"""What is known of the person, asked by legal day."""

from collections.abc import Collection
from datetime import date
from typing import Any

from cases.domain.case.person.facts import (
    BenefitNoticeRecorded,
    DetailsOnRecord,
    LabourMarketStatusRecorded,
    PersonDetailsRecorded,
    ResidenceBasisRecorded,
)
from cases.domain.codes.values import Benefit, LabourMarketStatus, ResidenceGroup
from cases.domain.facts import Recorded
from cases.domain.law.section_14 import GroundFacts
from cases.domain.model import State
from cases.domain.people import birth_date
from cases.domain.time import age_on

_JOBSEEKERS = frozenset({LabourMarketStatus.UNEMPLOYED_JOBSEEKER, LabourMarketStatus.JOBSEEKER})


class DetailsEntry(State):
    """Details as recorded for a legal day."""

    effective_on: date
    details: DetailsOnRecord
    employment_authority: str | None = None


class Home(State):
    """Where the person lives: the municipality, and the employment authority of its area if told.

    ``since`` is the legal day from which it is on record, ``told_on`` the last one it was told for.
    """

    municipality: str
    employment_authority: str | None
    since: date
    told_on: date


class Person(State):
    """The person over time. Entries stand in the order of recording; days decide what holds."""

    details: tuple[DetailsEntry, ...] = ()
    residence: tuple[ResidenceBasisRecorded, ...] = ()
    statuses: tuple[LabourMarketStatusRecorded, ...] = ()
    benefits: tuple[BenefitNoticeRecorded, ...] = ()

    def details_on(self, day: date) -> DetailsOnRecord:
        """Each detail as last recorded for a day not later than ``day``."""
        known: dict[str, Any] = {}
        for details in self._told_by(day):
            known |= {name: value for name, value in details if value is not None}
        return DetailsOnRecord.model_construct(**known)

    def _told_by(self, day: date) -> list[DetailsOnRecord]:
        """The details told for days not later than ``day``, in the order of those days."""
        entries = sorted(self.details, key=lambda e: e.effective_on)
        return [entry.details for entry in entries if entry.effective_on <= day]

    @property
    def home(self) -> Home | None:
        """Where the person lives, by all that is known; None where nobody has told."""
        home: Home | None = None
        for entry in sorted(self.details, key=lambda e: e.effective_on):
            told = entry.details.home_municipality
            if told is not None:
                stays = home is not None and home.municipality == told
                home = Home(
                    municipality=told,
                    employment_authority=entry.employment_authority,
                    since=home.since if home is not None and stays else entry.effective_on,
                    told_on=entry.effective_on,
                )
        return home

    def first_granted_on(self, day: date) -> date | None:
        """The first grant or registration on record that is not later than ``day``."""
        return min(
            (b.first_granted_on for b in self.residence if b.first_granted_on <= day), default=None
        )

    def group_on(self, day: date) -> ResidenceGroup | None:
        """The group of the newest basis of residence granted by ``day``.

        Of several granted on one day, that of the one recorded last.
        """
        held = [b for b in reversed(self.residence) if b.first_granted_on <= day]
        return max(held, key=lambda b: b.first_granted_on).group if held else None

    def group_for_window(
        self, day: date, exempt: Collection[ResidenceGroup]
    ) -> ResidenceGroup | None:
        """The group that decides on the window: one that is exempt from it, ever, else the newest.

        Who was a victim of trafficking stays one, whatever basis came after.
        """
        ever = (b.group for b in self.residence if b.first_granted_on <= day and b.group in exempt)
        return next(ever, self.group_on(day))

    def status_on(self, day: date) -> LabourMarketStatus | None:
        """The labour market status that holds on ``day``.

        Of several from one day, the one recorded last.
        """
        held = [s for s in reversed(self.statuses) if s.since <= day]
        return max(held, key=lambda s: s.since).status if held else None

    @property
    def newest_status(self) -> LabourMarketStatusRecorded | None:
        """The labour market status that holds in the end, by all that is known."""
        return max(reversed(self.statuses), key=lambda s: s.since, default=None)

    def benefits_on(self, day: date) -> frozenset[Benefit]:
        """The benefits received on ``day``, both ends counted.

        Of several notices of a benefit from one day, the one recorded last tells how long.
        """
        newest = {(b.benefit, b.since): b for b in self.benefits}
        return frozenset(
            b.benefit
            for b in newest.values()
            if b.since <= day and (b.until is None or day <= b.until)
        )

    def is_jobseeker_on(self, day: date) -> bool:
        """Whether the person is registered as a jobseeker on ``day``, unemployed or not."""
        return self.status_on(day) in _JOBSEEKERS

    def status_told_after(self, day: date, until: date) -> date | None:
        """The first day after ``day``, to ``until``, from which the person is no jobseeker."""
        others = (s.since for s in self.statuses if day < s.since <= until)
        return min((on for on in others if not self.is_jobseeker_on(on)), default=None)

    @property
    def born_on(self) -> date | None:
        """The date of birth, by all that is known; None where nobody knows it."""
        return self.born_by(date.max)

    def born_by(self, day: date) -> date | None:
        """The date of birth as told for ``day``; where none is, the one the identity code states.

        None where neither is known.
        """
        # Every question about the maximum asks: so no other detail is looked at.
        newest_first = self._told_by(day)[::-1]
        born = (each.date_of_birth for each in newest_first if each.date_of_birth is not None)
        codes = (each.identity_code for each in newest_first if each.identity_code is not None)
        return next(born, None) or next((birth_date(code) for code in codes), None)

    def age_on(self, day: date) -> int | None:
        """Age in full years on ``day``; None where no date of birth is known."""
        born = self.born_by(day)
        return None if born is None or born > day else age_on(born, day)

    def grounds_on(self, day: date) -> GroundFacts:
        """What the grounds of 14 § 1 mom. ask about, as it stands on ``day``."""
        return GroundFacts(
            labour_market_status=self.status_on(day),
            group=self.group_on(day),
            benefits=self.benefits_on(day),
            age=self.age_on(day),
        )


PersonFact = (
    PersonDetailsRecorded
    | ResidenceBasisRecorded
    | LabourMarketStatusRecorded
    | BenefitNoticeRecorded
)


def evolve(person: Person, recorded: Recorded, fact: PersonFact) -> Person:
    """The person after one more fact."""
    match fact:
        case PersonDetailsRecorded():
            entry = DetailsEntry(
                effective_on=recorded.effective_on,
                details=fact.details,
                employment_authority=fact.employment_authority,
            )
            return person.having(details=(*person.details, entry))
        case ResidenceBasisRecorded():
            return person.having(residence=(*person.residence, fact))
        case LabourMarketStatusRecorded():
            return person.having(statuses=(*person.statuses, fact))
        case BenefitNoticeRecorded():
            return person.having(benefits=(*person.benefits, fact))
