"""The processes of Ninefold itself and the environment they get."""

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from launcher.console import Stop
from launcher.paths import LOCAL, PYTHON, ROOT, write_private
from launcher.processes import Program
from launcher.services import Services, inherited

CREDENTIALS = LOCAL / "demo.json"  # written by load_demo
MAIL = LOCAL / "mail"
STATIC = LOCAL / "static"
SHARED = LOCAL / "environment.json"  # what manage.py needs, while the servers are up
QUEUES = "default,mail,compute,webhooks"


def secret_key() -> str:
    """This folder's own key, made once."""
    path = LOCAL / "secret_key"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8").strip()


def settings(base_url: str, *, is_demo: bool) -> dict[str, str]:
    """What the settings read from the environment, besides the servers."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": secret_key(),
        "BASE_URL": base_url,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DEMO": str(int(is_demo)),
        "MAIL_DIR": str(MAIL),
        "STATIC_ROOT": str(STATIC),
        "TRUSTED_PROXY_COUNT": "0",  # a .env may say otherwise, for docker compose
        "BEHIND_TLS_PROXY": "0",
        "PYTHONUNBUFFERED": "1",
    }


def manage(*arguments: str) -> list[str]:
    """The command line of one management command."""
    return [str(PYTHON), str(ROOT / "manage.py"), *arguments]


def web(port: int, env: dict[str, str]) -> Program:
    """gunicorn, with threads because requests mostly wait for the database."""
    argv = [str(PYTHON), "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    argv += ["--worker-class", "gthread", "--workers", "2", "--threads", "8"]
    argv += ["--graceful-timeout", "10", "--log-level", "warning"]
    argv += ["--no-control-socket"]  # it would be made in the home directory
    return Program("web", argv, _log("web"), env)


def worker(env: dict[str, str]) -> Program:
    """Two Celery processes for every queue."""
    argv = [str(PYTHON), "-m", "celery", "-A", "config", "worker", "--concurrency", "2", "--queues", QUEUES]
    argv += ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    is_root = {"C_FORCE_ROOT": "1"} if os.geteuid() == 0 else {}
    return Program("worker", argv, _log("worker"), env | is_root)


def beat(env: dict[str, str]) -> Program:
    """The alarm clock."""
    argv = [str(PYTHON), "-m", "celery", "-A", "config", "beat", "--loglevel", "WARNING", "--pidfile="]
    argv += ["--schedule", str(LOCAL / "beat-schedule")]
    return Program("beat", argv, _log("beat"), env)


def environment(services: Services, base_url: str, *, is_demo: bool) -> dict[str, str]:
    """What web, worker and beat run with: not the owner's address, which would let them past row security."""
    return inherited() | settings(base_url, is_demo=is_demo) | services.for_application()


@contextlib.contextmanager
def sharing(env: dict[str, str]) -> Iterator[None]:
    """Let other runs of `run.py manage` use our servers meanwhile."""
    write_private(SHARED, json.dumps(env))
    try:
        yield
    finally:
        SHARED.unlink(missing_ok=True)


def shared() -> dict[str, str]:
    """What the run that has this folder shares."""
    try:
        env: dict[str, str] = json.loads(SHARED.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Stop("Another run.py is starting or stopping in this folder: try again in a moment.") from None
    return env


def _log(name: str) -> Path:
    return LOCAL / "log" / f"{name}.log"
