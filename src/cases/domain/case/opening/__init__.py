"""Opening a case: the authority learns of a person (9, 10, 14 § 2 mom., 84 §)."""
