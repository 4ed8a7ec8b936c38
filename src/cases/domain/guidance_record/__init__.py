"""Guidance and counselling recorded with consent (10 §, decree 4 §): a stream of its own.

One stream for each consent, with a key of its own; its id is the consent's. Any immigrant may have
one, and no case is needed. When the consent is withdrawn the key is destroyed with the same act.
"""
