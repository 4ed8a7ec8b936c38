"""Read models across cases. Each question has a place: its table, its fold, its queries."""
