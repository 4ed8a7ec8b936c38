"""The review of a plan (22 §, decree 3 §)."""
