"""PostgreSQL and Valkey: where they live, as whom they run, who can reach them."""

import pwd
import socket
import stat
from pathlib import Path

import pytest

from launcher import paths, postgres, serve
from launcher.console import Stop
from launcher.valkey import Valkey


def test_a_used_port_gets_a_sentence_with_another_to_try():
    with socket.socket() as taken:
        taken.bind((serve.ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(Stop, match=rf"^Port {port} is in use: .* --port {port + 1}`\.$"):
            serve.refuse_used_port(port)

    serve.refuse_used_port(port)


def test_postgres_runs_as_us_when_we_are_not_root(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres.os, "geteuid", lambda: 1000)

    place = postgres.place_for(tmp_path)

    assert (place.prefix, place.account, place.data) == ((), None, tmp_path / "pg")


def test_postgres_runs_in_a_user_namespace_when_we_are_root(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres.os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(postgres, "_succeeds", lambda argv: argv[0] == "unshare")

    place = postgres.place_for(tmp_path)

    assert place.prefix == ("unshare", "--user", f"--map-user={pwd.getpwnam('nobody').pw_uid}")
    assert (place.account, place.data) == (None, tmp_path / "pg")


def test_postgres_runs_as_nobody_where_root_may_not_make_namespaces(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(postgres.os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres.shutil, "which", lambda name: None)
    monkeypatch.setattr(postgres, "_own", lambda path, account: made.append((path, account.pw_name)))
    monkeypatch.setattr(postgres, "_copy_binaries", lambda home, account: home / "bin")

    place = postgres.place_for(paths.LOCAL / "test-1")

    ((home, owner),) = made
    assert (place.prefix, place.account.pw_name, owner) == ((), "nobody", "nobody")
    assert place.data == home / ".local" / "test-1" / "pg"
    assert place.binaries == home / "bin"


def test_a_long_path_moves_the_socket_to_the_temporary_directory(tmp_path):
    assert postgres._socket_directory(Path("/srv/ninefold/.local")) == Path("/srv/ninefold/.local/socket")
    assert len(str(postgres._socket_directory(tmp_path / ("long" * 30)))) <= postgres.LONGEST_SOCKET_DIRECTORY


def test_a_directory_that_others_can_enter_is_refused(tmp_path):
    ours, open_to_all, link = tmp_path / "ours", tmp_path / "open", tmp_path / "link"
    postgres._own(ours, None)
    open_to_all.mkdir()
    open_to_all.chmod(0o755)
    link.symlink_to(ours)

    assert stat.S_IMODE(ours.stat().st_mode) == 0o700
    for path in (open_to_all, link):
        with pytest.raises(Stop, match="belongs to somebody else or is open to others"):
            postgres._own(path, None)


def test_postgres_listens_on_its_socket_only(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(postgres, "_socket_directory", lambda base: Path("/tmp/a b"))
    server = postgres.Postgres(tmp_path, postgres.TEST)

    assert server.url("ninefold_app") == "postgresql://ninefold_app@/ninefold?host=%2Ftmp%2Fa%20b"
    assert {"listen_addresses=", "unix_socket_directories=/tmp/a b", "fsync=off"} <= set(server._program().argv)
    assert "fsync" not in postgres.SERVE | postgres.BENCH


@pytest.mark.parametrize(("command", "is_kept"), [("postgres -D pg", True), ("", True), ("sshd", False)])
def test_a_pid_file_goes_only_when_its_number_is_another_programs(tmp_path, monkeypatch, command, is_kept):
    monkeypatch.setattr(postgres.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(postgres, "command_of", lambda pid: command)
    server = postgres.Postgres(tmp_path, postgres.TEST)
    pid_file = server.place.data / "postmaster.pid"
    server.place.data.mkdir()
    pid_file.write_text("4321\n/data\n")

    server._remove_misleading_pid_file()

    assert pid_file.exists() is is_kept


def test_valkey_keeps_to_this_machine_behind_a_new_password(tmp_path):
    first, second = Valkey(tmp_path), Valkey(tmp_path)
    configuration = first._configuration().splitlines()

    assert first.password != second.password
    assert {"bind 127.0.0.1", f"requirepass {first.password}", "appendonly yes"} <= set(configuration)
    assert "maxmemory-policy noeviction" in configuration
    assert first.url == f"redis://:{first.password}@127.0.0.1:{first.port}/0"
