"""Other data that are necessary (decree 1 § 2, 2 § 2 and 3 § 5 mom.)."""
