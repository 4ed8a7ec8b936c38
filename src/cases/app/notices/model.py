"""A notice: as it is sent, as it is kept, as it is shown."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from cases.app.store.notices import StoredNotice
from cases.domain.case.act import LegalDate
from cases.domain.case.person.acts import PersonName
from cases.domain.codes.values import Benefit
from cases.domain.model import State, Value
from cases.domain.people import IdentityCode
from cases.domain.time import legal_day


class NoticeItem(Value):
    """A notice of one person, by identity code; or by names and date of birth where there is none.

    ``benefit`` is the one the section is about, received ``from`` a day (the day of receipt where
    it is not told) ``until`` another (as long as nothing else is told).
    """

    identity_code: IdentityCode | None = None
    names: PersonName | None = None
    date_of_birth: LegalDate | None = None
    benefit: Benefit | None = None
    since: LegalDate | None = Field(default=None, alias="from")
    until: LegalDate | None = None

    @model_validator(mode="after")
    def _says_who_in_one_way(self) -> Self:
        by_name = self.names is not None and self.date_of_birth is not None
        nothing_else = self.names is None and self.date_of_birth is None
        if not (by_name if self.identity_code is None else nothing_else):
            msg = "a person is told by identity code, or by names and date of birth"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.since is not None and self.until < self.since:
            msg = "until is before from"
            raise ValueError(msg)
        return self


class Notice(State):
    """A notice as its receiver is shown it. ``kept_until`` is the last legal day it is there.

    ``since`` and ``until`` are the days of the benefit as they were told; None: not told.
    """

    notice_id: UUID
    sender: str
    section: str
    received_at: datetime
    kept_until: date
    identity_code: str | None
    names: PersonName | None
    date_of_birth: date | None
    benefit: Benefit | None
    since: date | None
    until: date | None

    @property
    def received_on(self) -> date:
        """The legal day of receipt (Helsinki)."""
        return legal_day(self.received_at)

    @property
    def begins_on(self) -> date:
        """The day from which the benefit is received; that of the receipt where it is not told."""
        return self.since or self.received_on


def notice_of(stored: StoredNotice) -> Notice:
    """The notice that is kept."""
    content = stored.content
    item = NoticeItem.model_validate(content["item"])
    return Notice(
        notice_id=stored.notice_id,
        sender=content["sender"],
        section=content["section"],
        received_at=stored.received_at,
        kept_until=stored.last_day,
        identity_code=item.identity_code,
        names=item.names,
        date_of_birth=item.date_of_birth,
        benefit=item.benefit,
        since=item.since,
        until=item.until,
    )


def content_of(sender: str, section: str, item: NoticeItem) -> dict[str, Any]:
    """What is sealed of a notice."""
    told = item.model_dump(mode="json", exclude_none=True)
    return {"sender": sender, "section": section, "item": told}
