"""What a case knows of family plans (21 §): that it is named in one, and where that stands.

The plan itself is a stream of its own (``cases.domain.family``); an ordinary act that follows each
act on it tells the cases of its members.
"""
