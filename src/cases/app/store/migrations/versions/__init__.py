"""Migrations: hand-written SQL in one linear history."""
