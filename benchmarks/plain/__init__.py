"""The ordinary service that an act over HTTP is measured beside: FastAPI and SQLAlchemy.

Written as a good team writes such a thing today: a row for the case, rows for its plans, one audit
row for whatever is done or looked at. It does the same work for the same requests – token, role and
purpose, body, optimistic version, idempotency key, the rule of the act, a durable commit, the
answer – and nothing of what an event log adds: no history to fold, no sealing, no legal time.
"""
