"""How `.venv` follows the locks."""

import contextlib
import json
import re
from types import SimpleNamespace

import pytest

from launcher import environment
from launcher.console import Stop


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A project folder with two locks; what would be run is noted instead."""
    for name, text in {
        "requirements.lock": "django==5.2.19 \\\n",
        "requirements-dev.lock": "django==5.2.19 \\\nruff==0.17.0 \\\n",
    }.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "LOCAL", tmp_path / ".local")
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "ninefold.json")
    monkeypatch.setattr(environment, "SITE_PACKAGES", tmp_path / ".venv" / "lib")
    monkeypatch.setattr(environment.shutil, "which", lambda _: None)
    monkeypatch.setattr(environment, "run_logged", lambda argv, label, **_: pretend(tmp_path, label))
    return SimpleNamespace(root=tmp_path, ran=[], stamp=tmp_path / ".venv" / "ninefold.json")


def pretend(root, label):
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.touch()
    with (root / "ran").open("a") as ran:
        ran.write(label + "\n")


def ensure(checkout, lock):
    """Ensure a lock and return what that ran."""
    (checkout.root / "ran").unlink(missing_ok=True)
    environment.ensure(lock)
    ran = checkout.root / "ran"
    return ran.read_text().splitlines() if ran.exists() else []


def test_environment_is_made_once(checkout):
    assert ensure(checkout, environment.RUNTIME_LOCK) == ["Creating .venv", "Installing 1 packages"]
    assert ensure(checkout, environment.RUNTIME_LOCK) == []
    assert json.loads(checkout.stamp.read_text())["lock"] == "requirements.lock"


def test_tools_are_added_in_place_and_then_satisfy_the_runtime_too(checkout):
    ensure(checkout, environment.RUNTIME_LOCK)

    assert ensure(checkout, environment.DEVELOPMENT_LOCK) == ["Installing 2 packages"]
    assert ensure(checkout, environment.RUNTIME_LOCK) == []


def test_a_changed_lock_is_followed_in_place_and_the_tools_stay(checkout):
    ensure(checkout, environment.DEVELOPMENT_LOCK)
    (checkout.root / "requirements-dev.lock").write_text("django==5.2.20 \\\nruff==0.17.0 \\\n")

    assert ensure(checkout, environment.RUNTIME_LOCK) == ["Installing 2 packages"]
    assert json.loads(checkout.stamp.read_text())["lock"] == "requirements-dev.lock"


def test_what_a_lock_no_longer_holds_is_removed(checkout, monkeypatch):
    ensure(checkout, environment.RUNTIME_LOCK)
    (checkout.root / "requirements.lock").write_text("django==5.2.20 \\\n")
    monkeypatch.setattr(environment, "_installed", lambda: {"django", "psycopg", "pip"})

    assert ensure(checkout, environment.RUNTIME_LOCK) == ["Installing 1 packages", "Removing 1 packages"]


def test_another_python_makes_a_new_environment(checkout, monkeypatch):
    ensure(checkout, environment.RUNTIME_LOCK)
    monkeypatch.setattr(environment.platform, "python_version", lambda: "3.99.0")

    assert ensure(checkout, environment.RUNTIME_LOCK) == ["Creating .venv", "Installing 1 packages"]


def test_an_interrupted_installation_makes_a_new_environment(checkout, monkeypatch):
    def interrupt(argv, label, **_):
        pretend(checkout.root, label)
        if label.startswith("Installing"):
            raise KeyboardInterrupt

    with monkeypatch.context() as interrupted, contextlib.suppress(KeyboardInterrupt):
        interrupted.setattr(environment, "run_logged", interrupt)
        environment.ensure(environment.RUNTIME_LOCK)

    assert ensure(checkout, environment.RUNTIME_LOCK) == ["Creating .venv", "Installing 1 packages"]


def test_uv_installs_where_there_is_one_and_pip_when_it_cannot(checkout, monkeypatch):
    ran = []

    def fail_with_uv(argv, label, **_):
        ran.append(label)
        if "uv" in label:
            raise Stop("no such index")

    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(environment, "run_logged", fail_with_uv)
    (checkout.root / ".venv").mkdir()

    environment.ensure(environment.RUNTIME_LOCK)

    assert ran == ["Creating .venv", "Installing 1 packages with uv", "Installing 1 packages"]


def test_installing_names_no_index(checkout, monkeypatch):
    argvs = []
    monkeypatch.setattr(environment, "run_logged", lambda argv, label, **_: argvs.append(argv))
    (checkout.root / ".venv").mkdir()

    environment.ensure(environment.RUNTIME_LOCK)

    assert "--require-hashes" in argvs[1]
    assert [word for word in argvs[1] if re.search("://|^--(index|extra|find|trusted)", word)] == []


@pytest.mark.parametrize("missing", [{"venv"}, {"ensurepip"}])
def test_a_python_that_cannot_make_environments_gets_a_sentence(checkout, monkeypatch, missing):
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None if name in missing else "")
    monkeypatch.setattr(environment, "_outer_pip", list)

    with pytest.raises(Stop, match=r"^This Python has .* apt install python3-venv\), then start again\.$"):
        environment.ensure(environment.RUNTIME_LOCK)
