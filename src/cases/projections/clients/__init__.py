"""An authority's clients, and the plan each of them has on a legal day."""
