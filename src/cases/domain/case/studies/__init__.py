"""Supported self-motivated studies and who pays for the client's time (28–31 §)."""
