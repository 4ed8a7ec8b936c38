"""Serving an ASGI app on a socket, in a thread, with an orderly end."""

import errno
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import uvicorn
from anyio import to_thread
from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

App = Callable[..., Any]
"""An ASGI app."""

Unreadable = Callable[[], Response]
"""Makes the answer to what can't be read as a request."""

LONGEST_GOODBYE = 10
"""Seconds that requests in flight get to finish when the server is asked to stop."""

IDLE_CONNECTION = 75
"""Seconds that an idle connection is kept: longer than proxies and clients keep theirs (60 as a
rule). Who lets go first decides: a server that closed one just as a request came would lose it.
"""


class CannotListen(RuntimeError):
    """The address can't be listened on; the message is one sentence for people."""


class _Server(uvicorn.Server):
    """A server whose requests are answered by a bounded number of threads."""

    def __init__(self, config: uvicorn.Config, threads: int) -> None:
        super().__init__(config)
        self._threads = threads

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        to_thread.current_default_thread_limiter().total_tokens = self._threads
        await super().startup(sockets)


def _reader(unreadable: Unreadable) -> type[HttpToolsProtocol]:
    """The library's reader of HTTP/1.1, with an answer of ours where it can't read."""

    class Reader(HttpToolsProtocol):
        def send_400_response(self, msg: str) -> None:
            response = unreadable()
            headers = (b"%s: %s\r\n" % header for header in response.raw_headers)
            lines = (STATUS_LINE[response.status_code], *headers, b"connection: close\r\n\r\n")
            self.transport.write(b"".join((*lines, bytes(response.body))))
            self.transport.close()

    return Reader


class Server:
    """An app on a socket that listens (see ``listen``); a context manager.

    ``threads`` answer requests. What is no request is answered by ``unreadable``, or by the
    library.
    """

    def __init__(
        self,
        app: App,
        listening: socket.socket,
        *,
        threads: int,
        unreadable: Unreadable | None = None,
    ) -> None:
        self._socket = listening
        self.host, self.port = listening.getsockname()[:2]
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools" if unreadable is None else _reader(unreadable),
            lifespan="on",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            # Who sent a request is who opened the connection, whatever its headers say.
            proxy_headers=False,
            timeout_keep_alive=IDLE_CONNECTION,
            timeout_graceful_shutdown=LONGEST_GOODBYE,
        )
        self._server = _Server(config, threads)
        self._thread = threading.Thread(target=self._run, name=f"server-{self.port}", daemon=True)
        self._ended = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens, such as ``http://127.0.0.1:8080``."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}"

    def start(self) -> None:
        """Start answering; returns once it does. Raises RuntimeError when it could not start."""
        self._thread.start()
        while not self._server.started:
            if self._ended.wait(0.01):
                msg = "the server did not start"
                raise RuntimeError(msg)

    def stop(self) -> None:
        """Let requests in flight finish, then end. Stopping twice is harmless."""
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(LONGEST_GOODBYE + 5)
        self._socket.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._ended.set()


def listen(host: str, port: int, option: str = "--port") -> socket.socket:
    """Take an address, before anything else happens; ``port`` 0 takes any free one.

    ``option`` is what to say otherwise on the command line. Raises CannotListen.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            msg = f"Port {port} of {host} is already in use; choose another with {option}."
        elif error.errno in {errno.EACCES, errno.EPERM}:
            msg = f"Listening on port {port} of {host} is forbidden; choose another with {option}."
        else:
            reason = (error.strerror or str(error)).lower()
            msg = f"It is not possible to listen on port {port} of {host}: {reason}."
        raise CannotListen(msg) from error
