"""Tests. What several of them share is imported from here as ``tests.…``."""
