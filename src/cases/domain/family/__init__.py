"""The family plan (21 §): a stream of its own over several cases, each named by its id.

What the plan says of a member is that member's part of it. A part is sealed under the key of the
member's case and of nothing else, so that it goes when that case is erased and the others stay.
"""
