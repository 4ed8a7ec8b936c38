"""The register of processing activities."""

from datetime import date

import pytest

from cases.app.access.policy import TABLE, Action
from cases.app.access.principal import Role
from cases.app.access.purposes import (
    BrokenRegister,
    PurposeNotAllowed,
    Purposes,
    UnknownPurpose,
    read_purposes,
    shipped_purposes,
)

DAY = date(2026, 11, 21)
ENTRY = """
[[purpose]]
code = "WORK"
version = {version}
valid_from = {day}
legal_basis = ["72"]
roles = ["{role}"]
actions = ["READ_CASE"]
title = {{ fi = "a", sv = "a", en = "a" }}
description = {{ fi = "a", sv = "a", en = "a" }}
"""


def register(*entries: tuple[int, str, str]) -> Purposes:
    return read_purposes(
        "".join(ENTRY.format(version=v, day=day, role=role) for v, day, role in entries)
    )


@pytest.mark.guarantee("AC-4")
@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role.OFFICER, "ORGANISING_SERVICES"),
        (Role.AUDITOR, "DATA_PROTECTION_AUDIT"),
        (Role.OPERATOR, "KEEPING_THE_SYSTEM_RUNNING"),
        (Role.IMPORTER, "IMPORTING_HISTORIES"),
        (Role.CALENDAR, "CALENDAR"),
        (Role.REGISTER, "NOTIFYING_MUNICIPALITIES"),
        (Role.INBOX, "FILING_NOTICES"),
    ],
)
def test_every_role_has_a_purpose_of_its_own(role: Role, code: str) -> None:
    purpose = shipped_purposes().purpose(code, {role}, DAY)
    assert (purpose.code, purpose.version) == (code, 1)
    assert purpose.legal_basis


@pytest.mark.guarantee("AC-4")
def test_a_purpose_of_another_role_is_not_allowed() -> None:
    with pytest.raises(PurposeNotAllowed):
        shipped_purposes().purpose("DATA_PROTECTION_AUDIT", {Role.OFFICER}, DAY)


@pytest.mark.guarantee("AC-4")
def test_only_the_product_itself_has_the_purpose_of_the_calendar() -> None:
    assert shipped_purposes().version("CALENDAR", 1).roles == {Role.CALENDAR}
    assert shipped_purposes().version("FILING_NOTICES", 1).roles == {Role.INBOX}
    assert shipped_purposes().version("IMPORTING_HISTORIES", 1).roles == {Role.IMPORTER}


def test_a_purpose_that_is_not_in_the_register_is_unknown() -> None:
    with pytest.raises(UnknownPurpose):
        shipped_purposes().purpose("CURIOSITY", {Role.OFFICER}, DAY)


def test_a_purpose_is_unknown_before_its_first_day() -> None:
    purposes = register((1, "2026-11-22", "OFFICER"))
    with pytest.raises(UnknownPurpose):
        purposes.purpose("WORK", {Role.OFFICER}, DAY)
    assert purposes.purpose("WORK", {Role.OFFICER}, date(2026, 11, 22)).version == 1


@pytest.mark.guarantee("AC-5")
def test_the_latest_version_in_force_counts_and_old_ones_stay_readable() -> None:
    purposes = register((1, "2025-01-01", "OFFICER"), (2, "2026-01-01", "AUDITOR"))
    assert purposes.purpose("WORK", {Role.OFFICER}, date(2025, 12, 31)).version == 1
    assert purposes.purpose("WORK", {Role.AUDITOR}, date(2026, 1, 1)).version == 2
    with pytest.raises(PurposeNotAllowed):
        purposes.purpose("WORK", {Role.OFFICER}, date(2026, 1, 1))
    assert purposes.version("WORK", 1).valid_from == date(2025, 1, 1)
    with pytest.raises(UnknownPurpose):
        purposes.version("WORK", 3)


@pytest.mark.parametrize(
    "entries",
    [
        [(1, "2025-01-01", "OFFICER"), (3, "2026-01-01", "OFFICER")],
        [(1, "2025-01-01", "OFFICER"), (1, "2026-01-01", "OFFICER")],
        [(1, "2025-01-01", "OFFICER"), (2, "2025-01-01", "OFFICER")],
        [(1, "2025-01-01", "NOBODY")],
    ],
)
def test_a_register_that_could_be_read_in_two_ways_is_refused(
    entries: list[tuple[int, str, str]],
) -> None:
    with pytest.raises(BrokenRegister):
        register(*entries)


@pytest.mark.parametrize("text", ["", "purpose = 1", "purpose = [", "[[purpose]]\ncode = 'A'"])
def test_a_file_that_is_no_register_is_refused(text: str) -> None:
    with pytest.raises(BrokenRegister):
        read_purposes(text)


@pytest.mark.guarantee("AC-4")
def test_a_purpose_covers_its_own_actions_and_running_the_system_shows_nobody() -> None:
    for purpose in shipped_purposes().all():
        permitted = {action for role, action in TABLE if role in purpose.roles}
        assert purpose.actions <= permitted, purpose.code
    running = shipped_purposes().purpose("KEEPING_THE_SYSTEM_RUNNING", {Role.OPERATOR}, DAY)
    assert running.actions == {Action.READ_OPERATIONS}


@pytest.mark.guarantee("AC-4")
def test_every_right_of_the_table_has_a_purpose_it_can_be_used_for() -> None:
    for role, action in TABLE:
        assert any(
            role in purpose.roles and action in purpose.actions
            for purpose in shipped_purposes().all()
        ), (role, action)
