"""Referral to another authority, a provider or the third sector (14 §, decree 1 §)."""
