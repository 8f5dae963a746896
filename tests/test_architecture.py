"""What the house style promises about every file, read from the code itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from workspaces.fields import WorkspaceManager, WorkspaceModel

ROOT = Path(__file__).resolve().parent.parent
APPS = [
    "accounts", "alerts", "bulk", "complaints", "dashboard", "expectations", "health", "imports", "integrations",
    "journeys", "learning", "notices", "outbox",
    "plans", "reviews", "risk", "segments", "surveys", "voice", "webhooks", "workspaces",
]  # fmt: skip

# The outbox's engine and its mail are the outbox's actions on rows; the demo fills an empty workspace; in `personal` a
# room hands over and erases a person.
WRITERS = {"outbox/engine.py", "outbox/mail.py", "outbox/retention.py"}
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}

# Where the outside world comes in, and with it the time.
CLOCK_READERS = {
    "views",
    "api",
    "resources",
    "tasks",
    "middleware",
    "commands",
    "context",
    "templatetags",
    "apps",
    "authentication",
}
CLOCKS = {"now", "today", "localtime", "utcnow"}

# What an app shows to others beside models, queries, actions and registry.
OPEN = {
    "workspaces": {
        "access",
        "api",
        "capabilities",
        "fields",
        "readers",
        "roles",
        "scopes",
        "secrets",
        "sql",
        "stopping",
        "tenancy",
    },
    "outbox": {"engine", "mail", "sheets"},
    "accounts": {"chronicle", "custom", "languages", "privacy", "stages", "stakeholders", "triage"},
    "health": {"scoring", "sentences", "parts", "stored", "words"},
    "alerts": {"kinds", "rules", "sentences", "words"},
    "surveys": {"estimates", "measures", "questions", "scales", "scores", "words"},
    "journeys": {"rules", "words"},
    "reviews": {"words"},
    "risk": {"portraits", "verdicts"},
    "segments": {"conditions", "icp"},
    "expectations": set(),
    "learning": set(),
    "plans": {"portraits"},
    "integrations": set(),
    "imports": {"exports", "kinds"},
    "webhooks": {"answers"},
    "notices": set(),
    "bulk": set(),
    "voice": {"words"},
    "complaints": {"portraits", "worktime"},
    "dashboard": set(),
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name:
                yield name, ast.parse(path.read_text())


def layer(name: str) -> str:
    """`surveys/actions/answers.py` is `actions`."""
    return name.split("/")[1].removesuffix(".py")


def chain(node: ast.expr) -> list[str]:
    names: list[str] = []
    while isinstance(node, ast.Attribute | ast.Call):
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        else:
            node = node.func
    return names


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_only_actions_write():
    found = []
    for name, tree in sources():
        if layer(name) in {"actions", "demo", "personal"} or name in WRITERS:
            continue
        for call in calls(tree):
            if isinstance(call.func, ast.Attribute):
                is_rows = "objects" in chain(call.func)
                if (call.func.attr in WRITES and (is_rows or call.func.attr == "save")) or (
                    call.func.attr == "update" and is_rows
                ):
                    found.append(f"{name}:{call.lineno} {call.func.attr}")
    assert found == []


def test_the_core_is_told_the_time():
    found = []
    for name, tree in sources():
        if CLOCK_READERS & set(name.removesuffix(".py").split("/")):
            continue
        for call in calls(tree):
            called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if called in CLOCKS:
                found.append(f"{name}:{call.lineno} {called}()")
    assert found == []


def test_apps_use_only_what_others_show():
    found = []
    for name, tree in sources():
        app = name.split("/")[0]
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                other, _, rest = node.module.partition(".")
                parts = [rest.split(".")[0]] if rest else [alias.name for alias in node.names]
                shown = {"models", "queries", "actions", "registry"} | OPEN.get(other, set())
                if other in APPS and other != app:
                    found += [f"{name}:{node.lineno} {other}.{part}" for part in parts if part not in shown]
    assert found == []


@pytest.mark.parametrize("model", [m for m in apps.get_models() if issubclass(m, WorkspaceModel)])
def test_every_manager_of_a_tenant_model_keeps_to_the_workspace(model):
    assert all(isinstance(manager, WorkspaceManager) for manager in model._meta.managers)
    assert isinstance(model._base_manager, WorkspaceManager)


def test_no_file_grows_past_the_alarm():
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for app in [*APPS, "lib", "config"]
        for path in (ROOT / app).rglob("*.py")
        if "/migrations/" not in path.as_posix() and (lines := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


def test_psycopg_3_stays_out():
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    assert is_psycopg3 is False


def test_celery_is_never_the_truth():
    banned = ("countdown=", "eta=", ".retry(", "apply_async(")
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        for word in banned
        if word in path.read_text()
    ]
    assert found == []
