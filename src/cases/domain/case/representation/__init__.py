"""Who stands for a minor: guardians, and the representative of one without (2 § 6 mom., 35 §)."""
