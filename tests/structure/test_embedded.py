"""The embedded servers: they start anywhere, keep the data, and leave nothing behind however they are ended."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from hub.embedded import Addresses, EmbeddedServers, RunAs, ServersFailed, attach_or_start
from hub.embedded.identity import Identity, choose_identity
from hub.embedded.places import LONGEST_SOCKET, PREFIX
from hub.processes import is_running, wait_until
from tests.structure.holders import (
    GONE_SECONDS,
    assert_gone,
    command_of,
    find_process,
    holder,
    processes_of,
    told_addresses,
)

pytestmark = pytest.mark.slow  # they start and kill real processes


def possible_ways() -> list[RunAs]:
    """Every way to run PostgreSQL that this machine has; a developer's has one, a container of root's one or two."""
    if os.geteuid() != 0:
        return [RunAs.SELF]
    ways = (RunAs.NAMESPACE, RunAs.NOBODY)
    return [way for way in ways if Identity(way, *((65534, 65534) if way is RunAs.NOBODY else (0, 0))).is_possible()]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "hub"
    assert_gone(tmp_path)


def connect(addresses: Addresses) -> psycopg.Connection:
    return psycopg.connect(addresses.database_url.replace("+psycopg", ""), autocommit=True)


@contextmanager
def busy_session(addresses: Addresses) -> Iterator[None]:
    """A session in the middle of a query that would run for hours and never looks at its client."""
    with closing(connect(addresses)) as connection:
        connection.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000000)")
        yield


@contextmanager
def queue(addresses: Addresses) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(addresses.redis_url)
    try:
        yield client
    finally:
        client.close()


def write_down(addresses: Addresses, word: str) -> None:
    with connect(addresses) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        connection.execute("INSERT INTO words VALUES (%s)", [word])


def written_words(addresses: Addresses) -> list[str]:
    with connect(addresses) as connection:
        return [row[0] for row in connection.execute("SELECT word FROM words ORDER BY word")]


@pytest.mark.parametrize("way", possible_ways())
def test_both_servers_answer_whichever_way_they_run(home: Path, way: RunAs) -> None:
    with EmbeddedServers(home, run_as=way) as addresses, connect(addresses) as connection, queue(addresses) as client:
        extensions = {row[0] for row in connection.execute("SELECT extname FROM pg_extension")}
        pushed = client.lpush("wake", "up")

    assert extensions >= {"pg_trgm", "unaccent"}
    assert pushed == 1


@pytest.mark.parametrize("way", possible_ways())
def test_data_outlives_a_change_of_the_way_they_run(home: Path, way: RunAs) -> None:
    with EmbeddedServers(home) as addresses:
        write_down(addresses, "kept")

    with EmbeddedServers(home, run_as=way) as addresses:
        words = written_words(addresses)

    assert words == ["kept"]


def test_an_ordinary_user_starts_them_too(home: Path) -> None:
    become = choose_identity(RunAs.NAMESPACE).enter if os.geteuid() == 0 else None

    with holder(home, become) as process:
        addresses = told_addresses(process)
        log = (home / "logs" / "keeper.log").read_text()
        write_down(addresses, "hers")

    assert "runs as self" in log
    assert_gone(home)


def test_they_are_set_for_a_desk_that_must_lose_nothing(home: Path) -> None:
    asked = ("fsync", "full_page_writes", "synchronous_commit", "max_connections", "autovacuum", "listen_addresses")

    with EmbeddedServers(home) as addresses, connect(addresses) as connection, queue(addresses) as client:
        database = {name: str(connection.execute(f"SHOW {name}").fetchone()) for name in asked}
        letters = connection.execute("SELECT lower('ÄÉŁ'), 'a' < 'B', to_tsvector('simple', 'Öl—Fleck')").fetchone()
        policy = client.config_get("maxmemory-policy", "appendonly", "port")

    assert list(database.values()) == [f"('{each}',)" for each in ("on", "on", "on", "200", "on", "")]
    assert letters == ("äéł", False, "'fleck':2 'öl':1")
    assert policy == {"maxmemory-policy": "noeviction", "appendonly": "yes", "port": "0"}


def test_strangers_reach_neither_server(home: Path) -> None:
    with EmbeddedServers(home, durable=False) as addresses:
        runtime = (home / "run").resolve()
        modes = [
            stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (runtime, runtime / "postgres", runtime / "valkey")
        ]
        without_password = redis.Redis(unix_socket_path=str(runtime / "valkey"), retry=None)
        with pytest.raises(redis.AuthenticationError):
            without_password.ping()
        without_password.close()
        told = addresses.redis_url.partition("unix://:")[2].partition("@")[0]
        listed = [command_of(pid) for pid in processes_of(home)]

    assert modes == [0, 0, 0]
    assert not any(told in command for command in listed)


def test_no_user_is_made_and_no_folder_above_changes(home: Path) -> None:
    above = [home.parent, *home.parent.parents]
    before = [(path.stat().st_mode, path.stat().st_uid) for path in above]
    users = Path("/etc/passwd").read_bytes()

    with EmbeddedServers(home, durable=False):
        pass

    assert [(path.stat().st_mode, path.stat().st_uid) for path in above] == before
    assert Path("/etc/passwd").read_bytes() == users


def test_they_stay_for_the_second_holder_and_end_with_the_last(home: Path) -> None:
    first, second = EmbeddedServers(home, durable=False), attach_or_start(home)
    addresses = first.start()

    shared = second.start()
    first.stop()
    write_down(shared, "still here")
    second.stop()

    assert shared == addresses
    assert_gone(home)


def test_many_may_start_them_at_once(home: Path) -> None:
    with holder(home) as one, holder(home) as two, holder(home) as three, holder(home) as four:
        told = {told_addresses(process) for process in (one, two, three, four)}
        keepers = [pid for pid in processes_of(home) if "-m hub.embedded" in command_of(pid)]

    assert len(told) == 1
    assert len(keepers) == 1
    assert_gone(home)


def test_a_killed_holder_leaves_nothing_and_the_next_finds_the_data(home: Path) -> None:
    with holder(home) as process:
        addresses = told_addresses(process)
        write_down(addresses, "before the kill")
        with busy_session(addresses):
            process.kill()
            assert_gone(home)

    with EmbeddedServers(home, durable=False) as addresses:
        words = written_words(addresses)

    assert words == ["before the kill"]


def test_a_killed_holder_and_a_killed_keeper_leave_nothing(home: Path) -> None:
    with holder(home) as process:
        addresses = told_addresses(process)
        write_down(addresses, "before the kills")
        with busy_session(addresses):
            os.kill(find_process(home, "-m hub.embedded"), signal.SIGKILL)
            process.kill()
            assert_gone(home)

    with EmbeddedServers(home, durable=False) as addresses:
        words = written_words(addresses)

    assert words == ["before the kills"]


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_holder_ended_from_the_terminal_leaves_nothing(home: Path, told: signal.Signals) -> None:
    with holder(home) as process:
        told_addresses(process)

        os.killpg(process.pid, told)
        process.wait(GONE_SECONDS)

        assert_gone(home)


def test_a_holder_killed_while_they_start_leaves_nothing(home: Path) -> None:
    with holder(home) as process:
        assert wait_until((home / "postgres.new").exists, GONE_SECONDS)

        process.kill()

        assert_gone(home)

    with EmbeddedServers(home, durable=False) as addresses:
        write_down(addresses, "whole")


def test_a_killed_keeper_is_replaced_at_the_same_addresses(home: Path) -> None:
    servers = EmbeddedServers(home, durable=False)
    with servers as addresses:
        write_down(addresses, "kept")
        os.kill(find_process(home, "-m hub.embedded"), signal.SIGKILL)

        assert wait_until(lambda: servers_restored(servers), GONE_SECONDS)
        assert written_words(addresses) == ["kept"]


def servers_restored(servers: EmbeddedServers) -> bool:
    servers.ensure()
    home = servers.places.home
    return any("-m hub.embedded" in command_of(pid) for pid in processes_of(home))


@pytest.mark.parametrize("program", ["bin/postgres", "valkey-server"])
def test_a_killed_server_comes_back_by_itself(home: Path, program: str) -> None:
    with EmbeddedServers(home) as addresses:
        write_down(addresses, "kept")
        killed = find_process(home, program)

        os.kill(killed, signal.SIGKILL)

        assert wait_until(lambda: both_answer(addresses) and not is_running(killed), GONE_SECONDS)
        assert written_words(addresses) == ["kept"]


def both_answer(addresses: Addresses) -> bool:
    try:
        with connect(addresses), queue(addresses) as client:
            return bool(client.ping())
    except (psycopg.OperationalError, redis.RedisError):
        return False


def test_a_deep_folder_keeps_its_sockets_in_a_short_one(home: Path) -> None:
    deep = home.joinpath(*["a-folder-with-a-rather-long-name"] * 4)

    with EmbeddedServers(deep, durable=False) as addresses:
        runtime = (deep / "run").resolve()
        mode = stat.S_IMODE(runtime.stat().st_mode)
        write_down(addresses, "reached")

    assert len(bytes(runtime / "postgres" / ".s.PGSQL.5432")) <= LONGEST_SOCKET
    assert runtime.name.startswith(PREFIX)
    assert mode == 0o700
    assert not runtime.exists()


def test_a_folder_may_have_any_name(home: Path) -> None:
    odd = home / "Büro, 'Nord' \"2\" 100% & #1"

    with EmbeddedServers(odd, durable=False) as addresses, queue(addresses) as client:
        write_down(addresses, "reached")
        answered = client.ping()

    assert answered


def test_a_number_in_a_stale_pid_file_may_be_anybodys(home: Path) -> None:
    with EmbeddedServers(home, durable=False) as addresses:
        write_down(addresses, "kept")
        left = (home / "postgres" / "postmaster.pid").read_text().splitlines()
    left[0] = str(os.getppid())
    (home / "postgres" / "postmaster.pid").write_text("\n".join(left))

    with EmbeddedServers(home, durable=False) as addresses:
        words = written_words(addresses)

    assert words == ["kept"]


def test_a_queue_that_cannot_be_read_is_put_aside(home: Path) -> None:
    with EmbeddedServers(home) as addresses, queue(addresses) as client:
        client.lpush("wake", "up")
    manifest = home / "valkey" / "appendonlydir" / "appendonly.aof.manifest"
    manifest.write_text("not a manifest")

    with EmbeddedServers(home) as addresses, queue(addresses) as client:
        waiting = client.llen("wake")

    assert waiting == 0
    assert list((home / "valkey").glob("unreadable-*/appendonly.aof.manifest"))


def test_data_of_another_version_is_refused_with_the_way_out(home: Path) -> None:
    with EmbeddedServers(home, durable=False):
        pass
    (home / "postgres" / "PG_VERSION").write_text("12\n")

    with pytest.raises(ServersFailed, match=r"written by PostgreSQL 12.*hub backup.*hub restore"):
        EmbeddedServers(home).start()


def test_a_folder_that_is_something_else_is_not_touched(home: Path) -> None:
    (home / "postgres").mkdir(parents=True)
    (home / "postgres" / "thesis.txt").write_text("years of work")

    with pytest.raises(ServersFailed, match="move it away"):
        EmbeddedServers(home).start()

    assert (home / "postgres" / "thesis.txt").read_text() == "years of work"


def test_what_is_wrong_is_said_in_words(home: Path) -> None:
    home.mkdir()
    (home / "valkey").write_text("a file where a folder has to be")

    with pytest.raises(ServersFailed, match="valkey"):
        EmbeddedServers(home).start()
