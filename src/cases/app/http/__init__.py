"""The HTTP edge: the only place that knows FastAPI. It decides nothing about the law or access."""
