"""`run.py check`: every step runs, and what failed is named."""

import contextlib
import os
from pathlib import Path

import pytest
from coverage.files import GlobMatcher, prep_patterns

from launcher import checks
from launcher.checks import Step

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def run_steps(monkeypatch):
    """Run `check` with other steps, on no servers."""

    def run(*steps):
        monkeypatch.setattr(checks, "steps", lambda: list(steps))
        monkeypatch.setattr(checks, "throwaway", lambda: contextlib.nullcontext(dict(os.environ)))
        monkeypatch.setattr(checks.environment, "ensure", lambda lock: None)
        return checks.check()

    return run


def test_every_step_runs_and_those_that_failed_are_named(run_steps, capsys):
    returncode = run_steps(
        Step("first", ["false"]),
        Step("second", ["sh", "-c", "echo wrong in $PLACE; exit 3"], {"PLACE": "line 9"}),
        Step("third", ["sh", "-c", "echo never shown"]),
    )

    shown = capsys.readouterr()
    assert (returncode, shown.out) == (1, "Failed: first, second.\n")
    assert "wrong in line 9" in shown.err
    assert "never shown" not in shown.err


def test_a_step_that_shows_its_output_shows_it_also_when_it_passes(run_steps, capfd):
    assert run_steps(Step("tests", ["echo", "12 passed"], is_shown=True)) == 0

    assert capfd.readouterr().out == "12 passed\nAll checks passed.\n"


def test_the_steps_are_all_that_ci_promises():
    assert [step.name for step in checks.steps()] == [
        "ruff check",
        "ruff format --check",
        "import contracts",
        "templates",
        "types",
        "migrations",
        "system check",
        "tests",
        "coverage, 95 % of everything",
        "coverage, 100 % of what writes and reads",
    ]


def test_full_coverage_is_asked_of_what_writes_reads_and_keeps_tenants_apart():
    asked = GlobMatcher(prep_patterns(str(ROOT / name) if name[0] != "*" else name for name in checks.FULLY_COVERED))

    for name in ("accounts/actions.py", "accounts/actions/metrics.py", "health/queries.py"):
        assert asked.match(str(ROOT / name))
    for name in ("outbox/engine.py", "outbox/views/work.py", "workspaces/tenancy.py"):
        assert asked.match(str(ROOT / name))
    for name in ("accounts/views.py", "workspaces/roles.py", "lib/svg.py"):
        assert not asked.match(str(ROOT / name))
