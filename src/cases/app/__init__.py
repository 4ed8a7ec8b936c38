"""What runs: the store, the access rules, the edges, and the one place that composes them."""
