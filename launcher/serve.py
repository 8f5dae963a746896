"""`python3 run.py`: everything that Ninefold is, on this machine, until Ctrl-C."""

import contextlib
import hashlib
import http.client
import json
import os
import shutil
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from launcher import application, environment, postgres, services
from launcher.console import Progress, Stop, say
from launcher.fleet import Fleet
from launcher.lease import Lease, Taken
from launcher.paths import LOCAL, ROOT, shown, write_private
from launcher.processes import finish, run_attached, run_logged, running, tail
from launcher.services import Services

ADDRESS = "127.0.0.1"
RUN_FILE = LOCAL / "run.json"  # for scripts: where everything is, while it runs
STATIC_STAMP = LOCAL / "static.sha256"
LONGEST_LOG = 5_000_000


def serve(*, port: int, is_fresh: bool, is_demo: bool) -> int:
    """Start everything, tell where it is, and keep it going until Ctrl-C or SIGTERM."""
    began = time.monotonic()
    is_own_database = services.named_in_environment() is None
    if is_fresh and not is_own_database:
        raise Stop("--fresh drops the database under .local, and DATABASE_URL names another: drop that yourself.")
    try:
        with Lease(LOCAL), Fleet(LOCAL) as fleet:
            RUN_FILE.unlink(missing_ok=True)  # a killed run's; scripts wait for ours
            refuse_used_port(port)
            environment.ensure(environment.RUNTIME_LOCK)
            if is_fresh:
                forget_demo_data()
            return _serve(fleet, port=port, is_demo=is_demo, began=began)
    except Taken:
        raise Stop(who_is_here()) from None


def _serve(fleet: Fleet, *, port: int, is_demo: bool, began: float) -> int:
    base_url = f"http://{ADDRESS}" if port == 80 else f"http://{ADDRESS}:{port}"  # as browsers write it
    keep_logs_short()
    found = services.start(LOCAL, fleet)
    env = application.environment(found, base_url, is_demo=is_demo)
    for_manage = application.settings(base_url, is_demo=is_demo) | found.for_owner()
    with application.sharing(for_manage):
        prepare(env | found.for_owner(), is_demo=is_demo)
        start_application(fleet, port, env)
        about = run_file(base_url, found, read_credentials() if is_demo else {})
        write_private(RUN_FILE, json.dumps(about, indent=2, ensure_ascii=False) + "\n")
        say(summary(about, time.monotonic() - began))
        try:
            return keep_going(fleet)
        finally:
            RUN_FILE.unlink(missing_ok=True)


# ------------------------------------------------------------------ before the start
def refuse_used_port(port: int) -> None:
    """Stop if something else answers there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does: a closed one may linger
        try:
            probe.bind((ADDRESS, port))
        except PermissionError:
            raise Stop(f"Port {port} needs root: choose one from 1024, as in `python3 run.py --port 8000`.") from None
        except OSError:
            raise Stop(
                f"Port {port} is in use: stop what uses it, or choose another one,"
                f" as in `python3 run.py --port {port + 1}`."
            ) from None


def who_is_here() -> str:
    """Why this folder is taken, in a sentence."""
    try:
        about = json.loads(RUN_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "Another run.py is busy in this folder: try again when it is done."
    return f"Ninefold is already running from this folder at {about['base_url']}/: stop it first."


def forget_demo_data() -> None:
    """Drop the database, the broker's file and the mail under `.local`; the secret key stays."""
    postgres.forget(LOCAL)
    for directory in (LOCAL / "valkey", application.MAIL):
        shutil.rmtree(directory, ignore_errors=True)
    application.CREDENTIALS.unlink(missing_ok=True)
    say("  Dropped the data of earlier runs")


def keep_logs_short() -> None:
    """Set a log aside that has grown long; two of each are kept."""
    for log in (LOCAL / "log").glob("*.log"):
        if log.stat().st_size > LONGEST_LOG:
            log.replace(log.with_suffix(".log.old"))


def prepare(env: dict[str, str], *, is_demo: bool) -> None:
    """Bring the database up to date, load the demo once, and meanwhile collect static files."""
    with collecting_static_files(env):
        log = LOCAL / "log"
        upgrade = application.manage("upgrade", "--skip-checks")  # of the code; `run.py check` has them
        run_logged(upgrade, "Updating the database", log=log / "upgrade.log", env=env)
        if is_demo:
            load_demo = application.manage("load_demo", "--skip-checks", "--credentials", str(application.CREDENTIALS))
            run_attached(load_demo, "Loading the demo data", log=log / "load_demo.log", env=env)


@contextlib.contextmanager
def collecting_static_files(env: dict[str, str]) -> Iterator[None]:
    """Collect static files in the background, if any has changed, until the end of the block."""
    fingerprint = static_fingerprint()
    is_collected = application.STATIC.is_dir() and STATIC_STAMP.exists()
    if is_collected and STATIC_STAMP.read_text(encoding="utf-8") == fingerprint:
        yield
        return
    argv, log = application.manage("collectstatic", "--noinput", "--clear"), LOCAL / "log" / "collectstatic.log"
    with running(argv, log=log, env=env) as collecting:
        yield
        finish(collecting, "Collecting static files", log)
    STATIC_STAMP.write_text(fingerprint, encoding="utf-8")


def static_fingerprint() -> str:
    """Changes whenever collecting static files would give something else: compressing them takes seconds."""
    digest = hashlib.sha256(environment.STAMP.read_bytes() + os.environ.get("DEBUG", "").encode())
    for path in (ROOT / "config" / "settings.py", *sorted((ROOT / "static").rglob("*"))):
        found = path.stat()
        digest.update(f"{path}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


# ------------------------------------------------------------------ starting and keeping going
def start_application(fleet: Fleet, port: int, env: dict[str, str]) -> None:
    """Start web, worker and beat, and wait until the web process answers."""
    progress = Progress("Starting web, worker and beat")
    web = application.web(port, env)
    for program in (web, application.worker(env), application.beat(env)):
        fleet.start(program, rank=1)
    while not is_alive(port):
        fleet.check()
        progress.tick()
        if progress.seconds > 90:
            raise Stop(f"The web process did not answer within 90 seconds. {tail(web.log)}")
        time.sleep(0.1)
    progress.done()


def is_alive(port: int) -> bool:
    """Whether the web process answers a request."""
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def keep_going(fleet: Fleet) -> int:
    """Mend what dies, until we are asked to stop."""
    try:
        while True:
            fleet.mend()
            time.sleep(0.2)
    except KeyboardInterrupt:
        say()
        return 0


# ------------------------------------------------------------------ telling where it is
def read_credentials() -> dict[str, Any]:
    """What load_demo wrote: logins, API tokens and connections."""
    try:
        credentials: dict[str, Any] = json.loads(application.CREDENTIALS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        path = shown(application.CREDENTIALS)
        raise Stop(f"The demo is loaded but {path} is gone or broken: start with --fresh.") from None
    application.CREDENTIALS.chmod(0o600)
    return credentials


def run_file(base_url: str, found: Services, credentials: dict[str, Any]) -> dict[str, Any]:
    """What a script needs to use this run."""
    connections = {
        workspace: {kind: {**one, "url": moved(one["url"], base_url)} for kind, one in kinds.items()}
        for workspace, kinds in credentials.get("connections", {}).items()
    }
    return {
        "base_url": base_url,
        "database_url": found.database_url,
        "redis_url": found.redis_url,
        "mail_dir": str(application.MAIL),
        "logins": credentials.get("logins", []),
        "api_tokens": credentials.get("api_tokens", {}),
        "connections": connections,
    }


def moved(url: str, base_url: str) -> str:
    """`url` at this run's address: the demo may have been loaded when we ran on another port."""
    base = urlsplit(base_url)
    return urlunsplit(urlsplit(url)._replace(scheme=base.scheme, netloc=base.netloc))


def summary(about: dict[str, Any], seconds: float) -> str:
    """What the person at the terminal needs to begin."""
    lines = ["", f"Ninefold is ready after {seconds:.1f} s: {about['base_url']}/", ""]
    if about["logins"]:
        width = max(len(login["email"]) for login in about["logins"])
        lines += ["  Sign in as"]
        lines += [
            f"    {login['email']:<{width}}  {login['password']}  ({login['role']}, {login['workspace']})"
            for login in about["logins"]
        ]
        lines += [f"  Mail that was sent  {about['base_url']}/mailbox/"]
    else:
        lines += ['  First workspace     python3 run.py manage create_workspace "Your company" --email you@example.com']
    lines += [f"  Logs                {shown(LOCAL)}/log/", "  Stop with Ctrl-C", ""]
    return "\n".join(lines)
