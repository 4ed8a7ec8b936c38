"""``python -m benchmarks.plain URL KEYS ISSUER AUDIENCE THREADS``: serve until told to stop.

The server around the app is the product's own: the same loop, the same parser of HTTP, as many
threads and connections.
"""

import json
import logging
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import sessionmaker

from benchmarks.plain.api import create_app
from cases.app.serving import Server, listen

_log = logging.getLogger("plain")

App = Callable[..., Awaitable[None]]


def logged(app: App) -> App:
    """One line for each request, as every service writes."""

    async def call(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def sent(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await app(scope, receive, sent)
        finally:
            took = (time.perf_counter() - began) * 1000
            _log.info("%s %s %d %.2f", scope["method"], scope["path"], status, took)

    return call


def main(url: str, keys: Path, issuer: str, audience: str, threads: int) -> None:
    """Serve; stops when its input ends."""
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    engine = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"), pool_size=threads, max_overflow=0
    )
    app = create_app(
        sessionmaker(engine, expire_on_commit=False),
        json.loads(keys.read_text()),
        issuer=issuer,
        audience=audience,
    )
    with (
        listen("127.0.0.1", 0) as listening,
        Server(logged(app), listening, threads=threads) as server,
    ):
        print(f"Answering on {server.url}", flush=True)
        sys.stdin.read()
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]))
