"""Reopening: the client comes back, and the case that was closed goes on (77 §)."""
