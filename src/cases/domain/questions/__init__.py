"""Questions about one case, answered from a fold of its facts.

Each answers for a legal day (``valid on``) and from what was known at an instant (``known at``);
the caller gives the facts known by then. So an answer is always right and never late.
"""
