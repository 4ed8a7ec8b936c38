"""Closing the case: the client relationship ends, and the time to erasure begins (77 §)."""
