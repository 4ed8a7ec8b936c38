"""Services and their course, and the language tests that end a training (13, 19, 25–27 §)."""
