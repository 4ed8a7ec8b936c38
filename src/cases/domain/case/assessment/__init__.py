"""The assessment of skills and needs (14–15 §, decree 1 §)."""
