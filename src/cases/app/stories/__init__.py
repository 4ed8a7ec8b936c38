"""Case histories told as officers would record them: read, translated, played, reported.

A story is data (``library/*.yaml``). It is played through the real HTTP interface under a
simulated clock, and every answer it expects is compared with the answer given.
"""
