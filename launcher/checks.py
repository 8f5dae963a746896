"""`python3 run.py check`: everything that CI holds us to."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from launcher import application, environment
from launcher.commands import pytest, throwaway
from launcher.console import Progress, say
from launcher.paths import PYTHON, ROOT, VENV
from launcher.processes import run_in_front

# What must not have a single untested branch: the only code that writes, reads well, or keeps tenants apart.
FULLY_COVERED = (
    "*/actions.py",
    "*/actions/*.py",
    "*/queries.py",
    "*/queries/*.py",
    "outbox/**/*.py",
    "workspaces/tenancy.py",
)


@dataclass(frozen=True)
class Step:
    """One check. What it prints is shown when it fails; the tests show theirs as they go."""

    name: str
    argv: Sequence[str]
    env: dict[str, str] = field(default_factory=dict)
    is_shown: bool = False

    def passes(self, env: dict[str, str]) -> bool:
        progress = Progress(self.name)
        if self.is_shown:
            returncode = run_in_front(self.argv, env=env | self.env)
            output = ""
        else:
            returncode, output = _run_quietly(self.argv, env | self.env, progress)
        progress.done("failed" if returncode else "ok")
        if returncode:
            sys.stderr.write(output)
        return returncode == 0


def _run_quietly(argv: Sequence[str], env: dict[str, str], progress: Progress) -> tuple[int, str]:
    with subprocess.Popen(
        argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        while True:
            try:
                output, _ = process.communicate(timeout=0.2)
            except subprocess.TimeoutExpired:
                progress.tick()
            else:
                return process.returncode, output


def steps() -> list[Step]:
    """In order of how soon they tell something."""
    python = str(PYTHON)
    production = {"BASE_URL": "https://ninefold.example", "ALLOWED_HOSTS": "ninefold.example"}
    coverage = [python, "-m", "coverage", "report"]
    return [
        Step("ruff check", [python, "-m", "ruff", "check", "--no-cache", "."]),
        Step("ruff format --check", [python, "-m", "ruff", "format", "--check", "."]),
        Step("import contracts", [str(VENV / "bin" / "lint-imports")]),
        Step("templates", [python, "-m", "djlint", "--lint", "--quiet", "templates"]),
        Step("types", [python, "-m", "mypy", "."]),
        Step("migrations", application.manage("makemigrations", "--check", "--dry-run")),
        Step("system check", application.manage("check", "--deploy", "--fail-level", "WARNING"), production),
        Step("tests", pytest("--cov", "--cov-branch", "--cov-report="), is_shown=True),
        Step("coverage, 95 % of everything", [*coverage, "--fail-under=95"]),
        Step(
            "coverage, 100 % of what writes and reads",
            [*coverage, f"--include={','.join(FULLY_COVERED)}", "--fail-under=100"],
        ),
    ]


def check() -> int:
    """Run every step, also after a failure, and say at the end which failed."""
    environment.ensure(environment.DEVELOPMENT_LOCK)
    with throwaway() as env:
        failed = [step.name for step in steps() if not step.passes(env)]
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0
