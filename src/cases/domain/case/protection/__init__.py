"""Non-disclosure for safety (661/2009 36 §): what of a person is hidden, from whom, how long."""
