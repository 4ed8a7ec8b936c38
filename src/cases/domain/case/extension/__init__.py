"""Extending the maximum, and continuing for the studies only (23 § 3–4, 31 §)."""
