"""The tables: a case, its plans, and the audit."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Table(DeclarativeBase):
    """Base of the tables."""

    type_annotation_map = {  # noqa: RUF012  SQLAlchemy asks for it so
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        datetime: sa.DateTime(timezone=True),
    }


class Case(Table):
    """A case as it stands now. ``version`` is counted up by every change, or the change fails."""

    __tablename__ = "cases"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    authority: Mapped[str]
    origin: Mapped[str]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    person: Mapped[dict[str, Any]]
    labour_market_status: Mapped[str | None]
    labour_market_status_from: Mapped[date | None]
    benefits: Mapped[list[dict[str, Any]]]
    version: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime]
    plans: Mapped[list["Plan"]] = relationship(lazy="joined", order_by="Plan.drawn_up_on")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  as SQLAlchemy asks


class Plan(Table):
    """A plan as it stands now."""

    __tablename__ = "plans"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    drawn_up_on: Mapped[date]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    next_review_on: Mapped[date]
    last_reviewed_on: Mapped[date | None]
    goals: Mapped[list[dict[str, Any]]]
    measures: Mapped[list[dict[str, Any]]]
    follow_up: Mapped[str]
    participation: Mapped[list[dict[str, Any]]]


class Audit(Table):
    """Who did or saw what, when and for which purpose; of an act also what was said, and its key.

    The unique key is what makes a repeated request find its first answer.
    """

    __tablename__ = "audit"
    __table_args__ = (sa.UniqueConstraint("case_id", "caller", "key"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    at: Mapped[datetime]
    caller: Mapped[str]
    role: Mapped[str]
    purpose: Mapped[str]
    action: Mapped[str]
    result: Mapped[str]
    case_id: Mapped[UUID | None]
    case_version: Mapped[int | None]
    request_id: Mapped[UUID]
    key: Mapped[str | None]
    fingerprint: Mapped[bytes | None]
    content: Mapped[dict[str, Any] | None]
