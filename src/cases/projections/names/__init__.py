"""Where an authority finds its clients by name and date of birth."""
