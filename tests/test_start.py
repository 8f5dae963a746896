"""What must not start does not, and says why."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent


def run(code: str, **environment: str) -> subprocess.CompletedProcess:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "0", **environment}
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("key", ["", "short", "a" * 50])
def test_a_weak_secret_key_refuses_to_start_without_debug(key):
    result = run("import config.settings", SECRET_KEY=key)
    assert result.returncode == 1
    assert "SECRET_KEY is missing or weak" in result.stderr


def test_the_web_server_does_not_start_as_the_owner_of_the_tables():
    owner = os.environ["DATABASE_OWNER_URL"]
    result = run("import config.wsgi", DATABASE_URL=owner, SECRET_KEY="k3y-of-some-length-0123456789-abcdef")
    assert result.returncode == 1
    assert "Ninefold does not start: Database role" in result.stderr
    assert "BYPASSRLS" in result.stderr


def test_the_web_server_and_the_workers_start_as_the_runtime_role(committed):
    from config import wsgi
    from config.celery import refuse_wrong_role

    assert wsgi.application is not None
    refuse_wrong_role()


def test_a_worker_does_not_look_for_garbage_in_what_it_has_loaded():
    from config.celery import keep_what_is_loaded

    keep_what_is_loaded()

    assert gc.get_freeze_count() > 0
    gc.unfreeze()


def test_the_suite_runs_as_the_runtime_role():
    assert connections["default"].settings_dict["USER"] != settings.DATABASES["owner"]["USER"]
