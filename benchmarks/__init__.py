"""Figures beside peers, in one run: ``python -m benchmarks``. What is compared: docs/benchmarks.md.

Nothing here judges. A figure means little without the machine it was taken on, a ratio taken in
alternating rounds means something, so both are printed and neither is ever a test.
"""
