"""The commands that run something beside the application: `manage`, `test`, `bench`."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from launcher import application, environment, postgres, services
from launcher.console import Stop
from launcher.fleet import Fleet
from launcher.lease import Lease, Taken
from launcher.paths import LOCAL, PYTHON, shown
from launcher.processes import run_attached, run_in_front, run_logged
from launcher.services import inherited

DEFAULT_URL = "http://127.0.0.1:8000"
BENCHMARKS = {
    "score": "score",
    "page": "page",
    "import": "imports",
    "ingest": "ingest",
    "list": "list",
    "predict": "predict",
    "gate": "gate",
    "send": "send",
    "text": "text",
    "answers": "answers",
}  # and their modules
NO_WORKERS_WITH = ("--pdb", "--trace", "-n", "--numprocesses", "--dist")


def manage(arguments: list[str]) -> int:
    """Run `manage.py` with the services up: those of a Ninefold that runs here, else started for this."""
    environment.ensure(environment.RUNTIME_LOCK)
    argv = application.manage(*arguments)
    try:
        with Lease(LOCAL), Fleet(LOCAL) as fleet:
            found = services.start(LOCAL, fleet)
            is_demo = application.CREDENTIALS.exists()
            env = application.settings(DEFAULT_URL, is_demo=is_demo) | found.for_owner()
            with application.sharing(env):
                return run_in_front(argv, env=inherited() | env)
    except Taken:
        return run_in_front(argv, env=inherited() | application.shared())


def test(arguments: list[str]) -> int:
    """Run the suite, or what the pytest arguments select of it, on servers that are deleted afterwards."""
    environment.ensure(environment.DEVELOPMENT_LOCK)
    with throwaway() as env:
        return run_in_front(pytest(*arguments), env=env)


def pytest(*arguments: str) -> list[str]:
    """The command line of pytest, on two processes unless the arguments have their own opinion."""
    is_decided = any(argument.startswith(NO_WORKERS_WITH) for argument in arguments)
    workers = [] if is_decided else ["-n", "2", "--dist", "worksteal"]
    return [str(PYTHON), "-m", "pytest", *workers, *arguments]


@contextlib.contextmanager
def throwaway() -> Iterator[dict[str, str]]:
    """An environment with servers of its own, so that any number of runs may test at once."""
    _delete_abandoned()
    base = LOCAL / f"test-{os.getpid()}"
    try:
        with Lease(base), Fleet(base) as fleet:
            found = services.start(base, fleet, postgres.TEST)
            env = application.settings(DEFAULT_URL, is_demo=False) | found.for_owner()
            yield inherited() | env | {"MAIL_DIR": str(base / "mail"), "COVERAGE_FILE": str(base / "coverage")}
    finally:
        _delete(base)


def _delete_abandoned() -> None:
    """Delete what a killed test run left: nobody holds its lease."""
    for base in LOCAL.glob("test-*"):
        with contextlib.suppress(Taken), Lease(base):
            Fleet(base).stop()
            _delete(base)


def _delete(base: Path) -> None:
    postgres.forget(base)
    shutil.rmtree(base, ignore_errors=True)


def bench(names: list[str]) -> int:
    """Run benchmarks on a cluster of their own, as durable as a real one; it keeps its data for next time."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        raise Stop(f"There is no benchmark {', '.join(unknown)}: choose from {', '.join(BENCHMARKS)}.")
    environment.ensure(environment.RUNTIME_LOCK)
    base = LOCAL / "bench"
    try:
        with Lease(base), Fleet(base) as fleet:
            found = services.start(base, fleet, postgres.BENCH)
            env = inherited() | application.settings(DEFAULT_URL, is_demo=False) | found.for_owner()
            log = base / "log" / "upgrade.log"
            run_logged(application.manage("upgrade"), "Updating the database", log=log, env=env)
            collect = application.manage("collectstatic", "--noinput")  # pages name their files by content
            run_logged(collect, "Collecting static files", log=base / "log" / "collectstatic.log", env=env)
            for name in names or BENCHMARKS:
                result = base / f"{name}.json"
                argv = [str(PYTHON), "-m", f"bench.{BENCHMARKS[name]}", str(result)]
                run_attached(argv, f"Benchmark {name}", log=base / "log" / f"{name}.log", env=env)
    except Taken:
        raise Stop(f"A benchmark is already running in {shown(base)}: wait for it.") from None
    return 0
