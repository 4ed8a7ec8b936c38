"""Consents of the client (9, 21, 85 §): what they cover, what was told before, and withdrawal."""
