"""Records what follows from a day having passed. Nobody asks it whether the day has passed.

A plan is over because its last day lies behind, whether or not this ever runs.
"""
