"""The register of organisations: what it says, how it is read from files, how it is changed."""

from cases.app.organisations.entries import (
    BEGINNING,
    Change,
    Names,
    OrganisationEntry,
    Organisations,
    Version,
)
from cases.app.organisations.files import BadRegister
from cases.app.organisations.live import Register

__all__ = [
    "BEGINNING",
    "BadRegister",
    "Change",
    "Names",
    "OrganisationEntry",
    "Organisations",
    "Register",
    "Version",
]
