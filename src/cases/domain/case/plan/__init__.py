"""The integration plan (16–20, 23 §, decree 2 §): drawing up, guidance to services, ending."""
