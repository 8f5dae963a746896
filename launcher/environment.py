"""`.venv`, built from a lock file whose every package carries its hash."""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator

from launcher.console import Stop, say
from launcher.paths import LOCAL, PYTHON, ROOT, SITE_PACKAGES, VENV, private_directory
from launcher.processes import run_logged

RUNTIME_LOCK = "requirements.lock"
DEVELOPMENT_LOCK = "requirements-dev.lock"  # everything in the runtime lock, and the tools
STAMP = VENV / "ninefold.json"
LOG = LOCAL / "log" / "install.log"
HOW_TO_GET_VENV = "Install it (Debian and Ubuntu: apt install python3-venv), then start again."


def ensure(lock: str) -> None:
    """Bring `.venv` to what `lock` says; nothing to do, and quick, when it is there already."""
    if _is_satisfied(lock):
        return
    with _alone():
        if not _is_satisfied(lock):  # another run may have built it while we waited
            _build(lock)


def _build(lock: str) -> None:
    stamp = _read_stamp()
    if not PYTHON.exists() or stamp.get("python") != platform.python_version():
        _create()
    elif stamp["lock"] == DEVELOPMENT_LOCK:
        lock = DEVELOPMENT_LOCK  # an environment that has the tools keeps them
    STAMP.unlink(missing_ok=True)  # until it is whole again: an interrupted one is made anew
    _install(lock)
    STAMP.write_text(json.dumps(_stamp(lock)), encoding="utf-8")


# ------------------------------------------------------------------ is it what the lock says?
def _stamp(lock: str) -> dict[str, str]:
    digest = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    return {"lock": lock, "sha256": digest, "python": platform.python_version()}


def _read_stamp() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp


def _is_satisfied(lock: str) -> bool:
    """Whether the environment is what its own lock says today, on this Python, and that lock is enough."""
    stamp = _read_stamp()
    is_enough = stamp.get("lock") in (lock, DEVELOPMENT_LOCK)
    return is_enough and PYTHON.exists() and stamp == _stamp(stamp["lock"])


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold the right to change `.venv`; a second run waits here for the first."""
    path = private_directory(LOCAL) / "venv.lock"
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  Waiting for another run.py that is preparing .venv")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# ------------------------------------------------------------------ making it so
def _create() -> None:
    """An empty `.venv`; with pip inside only when there is none outside, which saves five seconds."""
    if importlib.util.find_spec("venv") is None:
        raise Stop(f"This Python has no venv module. {HOW_TO_GET_VENV}")
    argv = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if _outer_pip():
        argv.insert(-1, "--without-pip")
    elif importlib.util.find_spec("ensurepip") is None:
        raise Stop(f"This Python has neither pip nor ensurepip. {HOW_TO_GET_VENV}")
    run_logged(argv, "Creating .venv", log=LOG, env=os.environ)


def _outer_pip() -> list[str]:
    """Our own Python's pip, told to work on `.venv` (`--python`, since 22.3); nothing when it cannot."""
    try:
        major, minor = importlib.metadata.version("pip").split(".")[:2]
    except importlib.metadata.PackageNotFoundError:
        return []
    can = (int(major), int(minor)) >= (22, 3)
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)] if can else []


def _install(lock: str) -> None:
    """Install exactly the lock's packages, with uv where there is one.

    The machine's own configuration says where packages come from. The lock is complete, so nothing needs
    to be resolved (`--no-deps`). Half of it is never imported: compiling it all would cost 9 s, and what is
    imported 3 s, once (`services.inherited`).
    """
    label = f"Installing {len(_packages(lock))} packages"
    uv = shutil.which("uv")
    if uv:
        sync = [uv, "pip", "sync", "--require-hashes", "--python", str(PYTHON), lock]
        try:
            run_logged(sync, f"{label} with uv", log=LOG, env=os.environ)
        except Stop:  # uv does not read pip's configuration: a private index may be known to pip only
            say("  uv could not install them; trying pip")
        else:
            return
    pip = [str(PYTHON), "-m", "pip"] if (SITE_PACKAGES / "pip").exists() else _outer_pip()
    quiet = ["--no-input", "--disable-pip-version-check"]
    exactly = ["--no-deps", "--require-hashes", "-r", lock]
    install = [*pip, "install", *quiet, "--progress-bar", "off", "--no-compile", *exactly]
    run_logged(install, label, log=LOG, env=os.environ)
    others = _installed() - _packages(lock) - {"pip", "setuptools"}
    if others:
        remove = [*pip, "uninstall", *quiet, "--yes", *sorted(others)]
        run_logged(remove, f"Removing {len(others)} packages", log=LOG, env=os.environ)


def _packages(lock: str) -> set[str]:
    """The names in a lock, which writes each at the start of a line, normalised."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9-]+)==", text, flags=re.MULTILINE))


def _installed() -> set[str]:
    found = importlib.metadata.distributions(path=[str(SITE_PACKAGES)])
    return {re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower() for one in found}
