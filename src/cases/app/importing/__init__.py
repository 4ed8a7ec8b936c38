"""Importing the records of an authority from an old system.

A file is read case by case (``reading.py``; of a CSV, lines are made by ``mapping.py``). Each case
is decided whole in memory, act by act, by the application itself (``deciding.py``), and then copied
in whole, or not at all (``recording.py``). Several processes do that (``importing.py``).
"""
