"""One server process: initialised, started, watched over, stopped."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cases.app.embedded.account import Account
from cases.app.embedded.binaries import Binaries
from cases.app.embedded.trouble import EmbeddedError, refused_start

_POLL = 0.005  # seconds
_PATIENCE_TO_START = 60.0  # seconds; recovery after a crash takes its time
_PATIENCE_TO_STOP = 10.0  # seconds for each manner of stopping
_LARGEST_LOG = 10_000_000  # bytes, beyond which a start begins a new one


@dataclass(frozen=True)
class Server:
    """What is needed to run one server on one data folder."""

    binaries: Binaries
    account: Account
    data: Path
    socket: Path
    log: Path
    settings: Mapping[str, str]


def initialise(binaries: Binaries, account: Account, data: Path, *, durable: bool) -> None:
    """Make an empty data folder at ``data``: UTF-8, byte order, superuser ``postgres``.

    It appears under its name only when it is whole. Raises ``EmbeddedError`` or ``OSError``.
    """
    fresh = data.with_name(f"{data.name}.new")
    if fresh.exists():
        shutil.rmtree(fresh)
    program: list[str | Path] = [
        *(binaries.folder / "initdb", "--pgdata", fresh, "--username=postgres"),
        *("--encoding=UTF8", "--auth-local=trust", "--auth-host=reject", "--no-instructions"),
        *(() if durable else ("--no-sync",)),
    ]
    try:
        for locale in ("C.UTF-8", "C"):  # some systems know no C.UTF-8; both sort by bytes
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            account.own(fresh)
            said = account.run([*program, f"--locale={locale}"])
            if said.returncode == 0:
                fresh.rename(data)
                return
            if "locale" not in said.stderr:
                break
        raise refused_start(said.stderr, data)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def running(server: Server) -> Iterator[int]:
    """Run the server while the block lasts; gives its process id. Leaves no process behind.

    Raises ``EmbeddedError`` when it does not start or another one holds the data.
    """
    _heed_leftover_lock(server.data)
    with _bound_to_our_life(server):
        process = _start(server)
        try:
            yield process.pid
        finally:
            _stop(process)


def _start(server: Server) -> subprocess.Popen[bytes]:
    deadline = time.monotonic() + _PATIENCE_TO_START
    if server.log.exists() and server.log.stat().st_size > _LARGEST_LOG:
        server.log.replace(server.log.with_name(f"{server.log.name}.1"))
    program: list[str | Path] = [server.binaries.folder / "postgres", "-D", server.data]
    for name, value in {"unix_socket_directories": server.socket, **server.settings}.items():
        program += ["-c", f"{name}={value}"]
    while True:
        # Opened by us, for our eyes only: errors of statements could quote what people entered.
        log = os.open(server.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            before = os.fstat(log).st_size
            process = server.account.spawn(program, stdin=subprocess.DEVNULL, output=log)
        finally:
            os.close(log)
        try:
            if _became_ready(process, server.data, deadline):
                return process
        except BaseException:  # Ctrl-C while we wait must not leave a server behind
            _stop(process)
            raise
        said = server.log.read_bytes()[before:].decode(errors="replace")
        # Children of a killed server need a moment to notice; their memory is in use until then.
        if "shared memory block" not in said or time.monotonic() > deadline:
            raise refused_start(said, server.data)
        time.sleep(10 * _POLL)


def _became_ready(process: subprocess.Popen[bytes], data: Path, deadline: float) -> bool:
    while process.poll() is None:
        lines = _lock_lines(data)
        if len(lines) >= 8 and lines[0] == str(process.pid) and lines[7].strip() == "ready":
            return True
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"PostgreSQL was not ready on {data} within {_PATIENCE_TO_START:.0f} seconds."
            )
        time.sleep(_POLL)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown (sessions end, data are written), then at once, then by force."""
    for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE_TO_STOP)
            return


@contextmanager
def _bound_to_our_life(server: Server) -> Iterator[None]:
    """A sentry that stops the server when this process ends without having done so.

    It waits for the end of a pipe whose other end only we hold, so even ``kill -9`` is noticed.
    """
    program = 'read -r _; "$0" stop --silent --mode=fast --pgdata="$1"; rmdir "$2"'
    reading, writing = os.pipe()
    try:
        sentry = server.account.spawn(
            [
                "/bin/sh",
                "-c",
                program,
                server.binaries.folder / "pg_ctl",
                server.data,
                server.socket,
            ],
            stdin=reading,
            output=subprocess.DEVNULL,
        )
    except BaseException:
        os.close(writing)
        raise
    finally:
        os.close(reading)
    try:
        yield
    finally:
        sentry.kill()
        sentry.wait()
        os.close(writing)


def _lock_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _heed_leftover_lock(data: Path) -> None:
    """Refuse when the lock's process serves these data; otherwise see that the lock is harmless.

    PostgreSQL ignores the lock of a dead process, but not of a live one that merely got the same
    number, as happens in containers. Such a lock is given our own number, which the server
    ignores in its parent; its check for surviving children of the old server is kept.
    """
    lines = _lock_lines(data)
    if not lines or not lines[0].lstrip("-").isdigit():
        return
    pid = abs(int(lines[0]))
    if not _is_alive(pid):
        return
    if _serves(pid, data):
        raise EmbeddedError(
            f"A PostgreSQL server (process {pid}) already runs on {data}; "
            f"stop it with: kill -INT {pid}."
        )
    with (data / "postmaster.pid").open("r+") as lock:
        rest = "\n".join([str(os.getpid()), *lines[1:]])
        lock.write(f"{rest}\n")
        lock.truncate()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _serves(pid: int, data: Path) -> bool:
    """Whether the process works in the data folder, as every PostgreSQL server does."""
    if not Path("/proc/self/cwd").exists():
        return True  # no way to know: better to refuse
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
    except OSError:
        return False  # gone, or of another account, and a server's account owns its data
