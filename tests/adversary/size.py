"""How hard the adversaries strike: always a little, and at size with ``--at-size``.

Counts, never times: an adversary is done when it has done so much.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """``scenes``: repetitions of what is written out step by step. ``kills``: of each kind.

    ``facts``: of a storm or a backlog, at least. ``rounds``: of acts in collision, or lines cut.
    ``crashes``: of the server. A variant that has the bug is struck until it shows, however long.
    """

    scenes: int
    kills: int
    facts: int
    rounds: int
    crashes: int


ALWAYS = Size(scenes=6, kills=12, facts=1_200, rounds=4, crashes=2)
AT_SIZE = Size(scenes=300, kills=300, facts=20_000, rounds=100, crashes=12)

UNTIL_IT_SHOWS = 200
"""Kills after which a flawed variant counts as not caught."""
