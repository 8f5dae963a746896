"""numpy is for the worker: 20 MB and half a second that no web process pays for."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[3] / "risk" / "prediction"
FOR_PAGES = ["card", "columns", "figures", "ladder", "verdict"]
WEB = """
import sys, django
django.setup()
import config.urls, config.wsgi
from importlib import import_module
from pkgutil import iter_modules
from django.apps import apps
from django.urls import get_resolver

def visit(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            visit(pattern.url_patterns)
        else:
            import_module(pattern.callback.__module__)

visit(get_resolver().url_patterns)
for name in NAMES:
    import_module(f"risk.prediction.{name}")
print("numpy" in sys.modules, "health.views.insights" in sys.modules or "health.views" in sys.modules)
"""


def test_no_page_imports_numpy():
    program = WEB.replace("NAMES", repr(FOR_PAGES))

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=PACKAGE.parents[1])

    assert (done.returncode, done.stdout.split()) == (0, ["False", "True"]), done.stderr[-400:]


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.stem)
def test_models_know_neither_django_nor_anything_but_numpy(path):
    roots = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        roots |= {name if name.startswith(("risk", "lib.")) else name.partition(".")[0] for name in names}

    ours = {name for name in roots if name.startswith("risk")}
    assert roots - ours - set(sys.stdlib_module_names) <= {"numpy", "lib.intervals"}
    assert {name.partition("risk.prediction")[0] for name in ours} <= {""}
