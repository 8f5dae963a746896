"""The suite's own databases: made from one migrated template, written to as the runtime role."""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, connections, transaction
from django.db.models.options import Options
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from whitenoise import WhiteNoise

from workspaces import tenancy

ROOT = Path(__file__).resolve().parent.parent

# On a busy machine, and on a clean clone where Hypothesis first builds its tables, slow is not wrong.
hypothesis.register_profile("ninefold", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("ninefold")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nightly", action="store_true", help="run what takes minutes as well")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Collecting alone takes half a minute there."""
    return True if collection_path.name == "nightly" and not config.getoption("nightly") else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `nightly`, unless asked for."""
    if config.getoption("nightly"):
        return
    left = [item for item in items if item.get_closest_marker("nightly")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


def _owner_dsn(database: str) -> dict[str, object]:
    options = settings.DATABASES["owner"]
    dsn = {
        "dbname": database,
        "user": options["USER"],
        "password": options["PASSWORD"],
        "host": options["HOST"],
    }
    dsn |= {"port": options["PORT"] or None, **options.get("OPTIONS", {})}
    return {key: value for key, value in dsn.items() if value}


def _fingerprint() -> str:
    """Names the template after every migration's text, so that a changed one makes a new template."""
    text = b"".join(path.read_bytes() for path in sorted(ROOT.glob("*/migrations/*.py")))
    text += (ROOT / "workspaces" / "roles.py").read_bytes()
    return hashlib.sha256(text).hexdigest()[:12]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest, worker_id: str) -> Iterator[None]:
    """One database per worker, copied from the template in a tenth of a second."""
    home = settings.DATABASES["owner"]["NAME"]
    template, name = f"template_{_fingerprint()}", f"test_{os.getpid()}_{worker_id}"
    admin = psycopg2.connect(**_owner_dsn(home))
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(9)")  # the first worker builds the template
        cursor.execute("select 1 from pg_database where datname = %s", [template])
        if cursor.fetchone() is None:
            _build(cursor, template, django_db_blocker)
        cursor.execute(f"create database {name} template {template}")
        cursor.execute("select pg_advisory_unlock(9)")
    _point_at(name)
    yield
    connections.close_all()
    _drop(admin, name)
    admin.close()


def _drop(admin: "psycopg2.extensions.connection", name: str) -> None:
    """Again while a vacuum of the server's own is at work there, which no role of ours may end."""
    for _ in range(50):
        with suppress(psycopg2.errors.InsufficientPrivilege), admin.cursor() as cursor:
            cursor.execute(f"drop database {name} with (force)")
            return
        time.sleep(0.2)


def _build(cursor: "psycopg2.extensions.cursor", template: str, blocker: object) -> None:
    draft = f"{template}_draft"
    cursor.execute(f"drop database if exists {draft} with (force)")
    cursor.execute(f"create database {draft}")
    _point_at(draft)
    with blocker.unblock():
        call_command("upgrade", verbosity=0)
        connections.close_all()
    cursor.execute(f"alter database {draft} rename to {template}")


def _point_at(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """`main` without xdist."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Real commits, for what needs several connections or processes; emptied by the owner afterwards."""
    with django_db_blocker.unblock():
        yield
        connections["default"].close()
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "select string_agg(quote_ident(tablename), ', ') from pg_tables where schemaname = 'public'"
                " and tablename not in ('django_migrations', 'django_content_type')"
            )
            _truncate(cursor, cursor.fetchone()[0])
        connections["owner"].close()


def _truncate(cursor: Any, tables: str) -> None:
    """Again where a request that no browser waits for any more still reads them: one of the two is told to stop."""
    for _ in range(5):
        with suppress(OperationalError):
            cursor.execute(f"truncate {tables} cascade")
            return
        time.sleep(0.2)
    cursor.execute(f"truncate {tables} cascade")


@pytest.fixture(scope="session")
def founded(django_db_setup: None, django_db_blocker: object) -> tuple[int, str]:
    """(id, statement) of a workspace: to write down again what founding one writes takes a third of the time."""
    from tests.builders import make_workspace
    from workspaces.fields import WorkspaceModel
    from workspaces.models import Workspace

    ours = [Workspace, *(model for model in apps.get_models() if issubclass(model, WorkspaceModel))]
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_workspace()
        with tenancy.entered(made.pk), connection.cursor() as cursor:
            written = [_rewriting(cursor, model._meta) for model in ours]
        transaction.set_rollback(True)
    return made.pk, ";".join(filter(None, written))


def _rewriting(cursor: "psycopg2.extensions.cursor", about: Options) -> str:
    """The statement that writes the rows of a table that are seen now; empty: there are none."""
    cursor.execute(f"select jsonb_agg(to_jsonb(t))::text from {about.db_table} t")
    (rows,) = cursor.fetchone()
    columns = ", ".join(field.column for field in about.concrete_fields if not field.generated)
    insert = f"insert into {about.db_table} ({columns}) select {columns}"
    insert += f" from jsonb_populate_recordset(null::{about.db_table}, %s)"
    return cursor.mogrify(insert, [rows]).decode() if rows else ""


@pytest.fixture
def workspace(db: None, founded: tuple[int, str]) -> Iterator[object]:
    """A workspace, entered for the length of the test."""
    from workspaces.models import Workspace

    pk, statement = founded
    with tenancy.entered(pk):
        with connection.cursor() as cursor:
            cursor.execute(statement)
        yield Workspace.objects.get(pk=pk)


@pytest.fixture(scope="session", autouse=True)
def static_files_read_once() -> Iterator[None]:
    """Each test client builds its own chain of middleware, for which WhiteNoise would look at every static file."""
    read, known = WhiteNoise.update_files_dictionary, dict[tuple[str, str], dict[str, object]]()

    def update(self: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in known:
            read(self, root, prefix)
            known[root, prefix] = dict(self.files)
        self.files.update(known[root, prefix])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(WhiteNoise, "update_files_dictionary", update)
        yield


@pytest.fixture(autouse=True)
def mail_dir(tmp_path: Path, settings: object) -> Path:
    """Mail goes to a folder of the test's own."""
    settings.MAIL_DIR = str(tmp_path / "mail")
    settings.EMAIL_BACKEND = "outbox.mailbox.FileBackend"
    return tmp_path / "mail"
