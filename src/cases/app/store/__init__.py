"""The log of facts: appending, order, sealing, keys, reading; only it speaks psycopg."""
