"""What we ship beside the code: locks, the image, the compose file, CI."""

import ast
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from launcher import application, postgres

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
APPLICATION_SERVICES = {"web", "worker", "beat", "upgrade"}


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def pins(lock):
    """Name -> version of every requirement in a lock."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", read(lock), flags=re.MULTILINE))


# ------------------------------------------------------------------ locks
@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_carries_hashes(lock):
    requirements = re.split(r"^(?=\S)", read(lock), flags=re.MULTILINE)[1:]

    assert len(requirements) == len(pins(lock)) > 50
    assert [one for one in requirements if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", one)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_index_no_address_and_no_folder(lock):
    text = read(lock)

    assert re.findall(r"\S*(?:://|index-url|find-links|trusted-host|file:)\S*", text) == []
    assert re.findall(r"(?:^|\s|@)[./~]\S*", text) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_psycopg_3_stays_out_because_django_would_prefer_it(lock):
    assert {name for name in pins(lock) if name.startswith("psycopg")} == {"psycopg2-binary"}


def test_development_lock_holds_the_runtime_lock_at_the_same_versions():
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def direct_dependencies():
    project = tomllib.loads(read("pyproject.toml"))
    groups = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    return [one for group in (*groups, *project["dependency-groups"].values()) for one in group]


def test_every_direct_dependency_is_locked_but_the_challenger():
    names = {re.split(r"[\[<>=; ]", one)[0].lower() for one in direct_dependencies()}

    assert names - pins("requirements-dev.lock").keys() == {"scikit-learn"}


def test_every_direct_dependency_says_why_it_is_there():
    lines = read("pyproject.toml").splitlines()

    def reason(dependency):
        (line,) = [line for line in lines if line.strip().startswith(f'"{dependency}"')]
        return line.partition("#")[2].strip()

    assert [one for one in direct_dependencies() if not reason(one)] == []


# ------------------------------------------------------------------ .env.example
def described_variables():
    """The variables of .env.example, each of which follows a sentence about it or another variable."""
    return re.findall(r"^#?([A-Z][A-Z0-9_]*)=", read(".env.example"), flags=re.MULTILINE)


def variables_settings_read():
    for node in ast.walk(ast.parse(read("config/settings.py"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            name = node.args[0]
            if ast.unparse(node.func.value) == "env" and isinstance(name, ast.Constant):
                yield name.value


def test_env_example_lists_every_variable_the_settings_read_once():
    described = described_variables()

    assert len(described) == len(set(described))
    assert set(variables_settings_read()) - set(described) == set()


def test_env_example_sets_no_secret():
    secrets = re.findall(r"^(\w*(?:KEY|PASSWORD|TOKEN))=(.*)$", read(".env.example"), flags=re.MULTILINE)

    assert {name for name, _ in secrets} > {"SECRET_KEY", "DATABASE_PASSWORD"}
    assert {value for _, value in secrets} == {""}


# ------------------------------------------------------------------ docker compose
@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(read("docker-compose.yml"))


def test_compose_runs_the_whole_of_ninefold(compose):
    assert compose["services"].keys() == APPLICATION_SERVICES | {"postgres", "valkey"}


def test_compose_uses_no_variable_that_env_example_does_not_explain(compose):
    # `$$NAME` is the container's own variable, taken from the service's environment.
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", read("docker-compose.yml")))
    for service in compose["services"].values():
        used |= {name for name, value in service["environment"].items() if value is None}

    assert used - set(described_variables()) == set()


def test_compose_demands_every_secret(compose):
    optional = re.findall(r"(?<!\$)\$\{(\w*(?:KEY|PASSWORD))(?!:\?)", read("docker-compose.yml"))

    assert optional == []


def test_only_the_upgrade_may_act_as_the_owner_of_the_tables(compose):
    having = {name for name, service in compose["services"].items() if "DATABASE_OWNER_URL" in service["environment"]}

    assert having == {"upgrade"}
    for name in APPLICATION_SERVICES:
        assert f"//{postgres.APP}:" in compose["services"][name]["environment"]["DATABASE_URL"]
    assert f"//{postgres.OWNER}:" in compose["services"]["upgrade"]["environment"]["DATABASE_OWNER_URL"]


def test_compose_starts_the_application_after_the_upgrade_and_the_upgrade_after_the_database(compose):
    services = compose["services"]

    for name in APPLICATION_SERVICES - {"upgrade"}:
        assert services[name]["depends_on"]["upgrade"] == {"condition": "service_completed_successfully"}
        assert services[name]["depends_on"]["valkey"] == {"condition": "service_healthy"}
        assert services[name]["restart"] == "unless-stopped"
    assert services["upgrade"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["upgrade"]["restart"] == "no"
    assert all("healthcheck" in services[name] for name in ("web", "postgres", "valkey"))


def test_compose_worker_serves_the_same_queues_as_run_py(compose):
    assert f"--queues {application.QUEUES} " in compose["services"]["worker"]["command"]


def test_compose_keeps_its_data_in_declared_volumes_and_mounts_files_that_exist(compose):
    mounts = [mount for service in compose["services"].values() for mount in service.get("volumes", [])]
    sources = [mount.split(":")[0] for mount in mounts]

    assert {source for source in sources if not source.startswith(".")} == compose["volumes"].keys()
    assert [source for source in sources if source.startswith(".") and not (ROOT / source).is_file()] == []


def test_compose_publishes_the_web_service_on_this_machine_only(compose):
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_roles_of_the_container_are_those_of_the_launcher():
    script = ROOT / "docker" / "create-roles.sh"

    assert os.access(script, os.X_OK)
    assert set(re.findall(r"create role (\w+)", script.read_text())) == {postgres.APP, postgres.OWNER}


# ------------------------------------------------------------------ the image
def dockerfile(instruction):
    joined = read("Dockerfile").replace("\\\n", " ")
    return re.findall(rf"^{instruction}\s+(.+)$", joined, flags=re.MULTILINE)


def test_image_copies_what_exists():
    copied = [words.split()[:-1] for words in dockerfile("COPY") if not words.startswith("--from")]

    assert copied == [["requirements.lock"], ["."]]
    assert [path for paths in copied for path in paths if not (ROOT / path).exists()] == []


def test_image_installs_by_hash_and_does_not_run_as_root():
    assert "--require-hashes -r requirements.lock" in dockerfile("RUN")[0]
    assert dockerfile("USER") == ["ninefold"]
    assert re.search(r"useradd .*\bninefold$", dockerfile("RUN")[1])


def test_image_holds_every_app_and_nothing_that_is_not_named():
    lines = read(".dockerignore").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    kept = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    apps = {app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()}

    assert rules[0] == "*"
    assert apps | {"config", "static", "templates", "manage.py", "requirements.lock"} <= kept
    assert kept & {".env", ".local", ".venv", ".git", "tests"} == set()


# ------------------------------------------------------------------ CI and make
def test_ci_runs_every_check_and_refuses_to_skip_browser_tests():
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")

    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script]).returncode == 0
    assert "set -euo pipefail" in text
    assert "export CI=true" in text
    assert text.rstrip().endswith("exec python3 run.py check")


@pytest.mark.parametrize(
    ("present", "installed"),
    [({"chromium"}, None), ({"chromium-browser"}, None), (set(), "chromium fonts-dejavu-core")],
)
def test_ci_installs_chromium_only_where_it_is_missing(tmp_path, present, installed):
    for name in ("bash", "dirname", "env", "id"):
        (tmp_path / name).symlink_to(shutil.which(name))
    for name in present | {"apt-get", "sudo", "python3"}:
        says = '"$@"' if name == "sudo" else f'echo "{name} $*"'
        (tmp_path / name).write_text(f"#!/bin/sh\n{says}\n")
        (tmp_path / name).chmod(0o755)

    done = subprocess.run(["bash", ROOT / ".ci" / "run"], env={"PATH": str(tmp_path)}, capture_output=True, text=True)

    installs = [line for line in done.stdout.splitlines() if line.startswith("apt-get install")]
    assert done.stdout.splitlines()[-1] == "python3 run.py check"
    assert [line.partition("--no-install-recommends ")[2] for line in installs] == ([installed] if installed else [])


@pytest.mark.parametrize(
    ("target", "command"),
    [
        ("demo", "python3 run.py"),
        ("test", "python3 run.py test"),
        ("check", "python3 run.py check"),
        ("bench", "python3 run.py bench"),
        ("lock", "python3 scripts/lock.py"),
    ],
)
def test_make_is_another_name_for_run_py(target, command):
    found = re.search(rf"^{target}:\n\t(.+)$", read("Makefile"), flags=re.MULTILINE)

    assert found
    assert found[1].replace("$(PYTHON)", "python3") == command
