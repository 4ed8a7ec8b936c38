"""Who may do what, for which purpose, and the trail of who did."""
