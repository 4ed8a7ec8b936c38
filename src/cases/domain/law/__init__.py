"""The Act as data and calculators.

An edition (``editions/*.toml``) says the numbers and the lists; a calculator, named after its
section, applies them and leaves a line in the rule log. Nothing here knows of cases or of today.
"""
