"""What other cases of the person mean for a case that is not told of them by its own acts.

An ordinary act that follows, on each case by itself, from what happened in another one: it was
closed, or it was put right.
"""
