"""Which days will have consequences to record when they have passed."""
