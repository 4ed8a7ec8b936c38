"""Who is calling: a token, a client certificate a proxy hands on, or a message over X-Road."""
