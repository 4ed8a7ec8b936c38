"""The law and the case: pure functions over frozen models. No clock, no I/O, no framework."""
