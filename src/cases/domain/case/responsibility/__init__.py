"""Who answers for the case, and who handles it there (3 §): referral, hand-over, the worker."""
