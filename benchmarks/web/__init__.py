"""The whole act over HTTP, beside a plain service that does the same work."""
