"""`run.py` as a person calls it: what it accepts, and what it says when it cannot go on."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from launcher import application, cli, commands, services

ROOT = Path(__file__).resolve().parent.parent.parent
SERVICES = services.Services("postgresql://app@/n", "postgresql://owner@/n", "redis://:p@127.0.0.1:1/0")


def run_py(*arguments, **env):
    """`python3 run.py ...` as a person would call it."""
    return subprocess.run(
        [sys.executable, ROOT / "run.py", *arguments],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], **env},
    )


@pytest.fixture
def run_module():
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_help_names_every_command_and_option():
    shown = run_py("--help").stdout

    for word in (*cli.COMMANDS, "--port", "--fresh", "--no-demo", *services.VARIABLES):
        assert word in shown


@pytest.mark.parametrize("port", ["0", "-1", "65536", "http", "8000.0", ""])
def test_a_port_that_is_none_is_refused(port):
    done = run_py("--port", port)

    assert done.returncode == 2
    assert "a port is a number from 1 to 65535" in done.stderr or "expected one argument" in done.stderr


def test_options_of_serving():
    options = cli.parser().parse_args(["--port", "8123", "--fresh", "--no-demo"])

    assert (options.port, options.fresh, options.no_demo) == (8123, True, True)
    assert cli.parser().parse_args([]).port == 8000


def test_check_takes_no_arguments():
    done = run_py("check", "everything")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "`check` takes no arguments; it was given everything.\n"


def test_an_unknown_command_is_refused():
    done = run_py("serve", "--port", "8001")

    assert (done.returncode, done.stderr) == (1, "There is no command serve: `python3 run.py --help` lists them.\n")


def test_an_unknown_benchmark_is_refused_with_the_choice():
    done = run_py("bench", "speed")

    assert (done.returncode, done.stderr) == (
        1,
        "There is no benchmark speed: choose from score, page, import, ingest, list, predict, gate, send, text,"
        " answers.\n",
    )


def test_an_old_python_gets_a_sentence(run_module, monkeypatch):
    monkeypatch.setattr(run_module.sys, "version_info", (3, 9, 2))

    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or later; this is Python 3\.9"):
        run_module.main()


def test_windows_gets_a_sentence(run_module, monkeypatch):
    monkeypatch.setattr(run_module, "os", SimpleNamespace(name="nt"))

    with pytest.raises(SystemExit, match="on Windows use WSL"):
        run_module.main()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], ["-n", "2", "--dist", "worksteal"]),
        (["-k", "mail", "-x"], ["-n", "2", "--dist", "worksteal", "-k", "mail", "-x"]),
        (["-n0"], ["-n0"]),
        (["-n", "4"], ["-n", "4"]),
        (["--numprocesses=1"], ["--numprocesses=1"]),
        (["--pdb"], ["--pdb"]),
    ],
)
def test_pytest_gets_two_processes_unless_told_otherwise(given, expected):
    assert commands.pytest(*given)[3:] == expected


def test_servers_in_the_environment_are_used_when_all_three_are_named():
    given = {"DATABASE_URL": "a", "DATABASE_OWNER_URL": "b", "REDIS_URL": "c", "HOME": "/"}

    assert services.named_in_environment(given) == services.Services("a", "b", "c")
    assert services.named_in_environment({"HOME": "/", "DATABASE_URL": ""}) is None


def test_some_servers_without_the_others_are_refused():
    done = run_py(DATABASE_URL="postgresql://app@127.0.0.1/ninefold")

    assert done.returncode == 1
    assert done.stderr == (
        "DATABASE_URL is set but DATABASE_OWNER_URL and REDIS_URL are not: set all three to use your own"
        " servers, or none of them to have PostgreSQL and Valkey started for you.\n"
    )


def test_fresh_never_drops_a_database_that_is_not_ours():
    urls = dict.fromkeys(services.VARIABLES, "postgresql://app@127.0.0.1:1/customers")

    done = run_py("--fresh", **urls)

    assert done.returncode == 1
    assert done.stderr.startswith("--fresh drops the database under .local, and DATABASE_URL names another")


def test_the_application_never_gets_the_owner_of_the_tables(monkeypatch):
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@/n")
    monkeypatch.setenv("PGHOST", "elsewhere.example")
    monkeypatch.setattr(application, "secret_key", lambda: "key")

    env = application.environment(SERVICES, "http://127.0.0.1:8000", is_demo=True)

    assert (env["DATABASE_URL"], env["REDIS_URL"], env["DEMO"]) == (SERVICES.database_url, SERVICES.redis_url, "1")
    assert env.keys() & {"DATABASE_OWNER_URL", "PGHOST"} == set()


def test_what_python_compiles_is_kept_under_local_also_where_the_machine_would_rather_not(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    code = "import sys; sys.stdout.write(f'{sys.dont_write_bytecode} {sys.pycache_prefix}')"

    told = subprocess.run([sys.executable, "-c", code], env=services.inherited(), capture_output=True, text=True)

    assert told.stdout == f"False {ROOT / '.local' / 'bytecode'}"


def test_what_the_system_refuses_is_one_line(capsys, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied", ".local/lock")

    monkeypatch.setitem(cli.COMMANDS, "manage", refuse)
    monkeypatch.setattr(cli.signal, "signal", lambda *_: None)

    assert cli.main(["manage", "check"]) == 1
    assert capsys.readouterr().err == "The system refused: [Errno 13] Permission denied: '.local/lock'.\n"
