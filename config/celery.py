"""Celery: a pool of processes and an alarm clock. The truth about work is in the outbox's rows."""

import gc
import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("ninefold")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect
@signals.beat_init.connect
def refuse_wrong_role(**_: Any) -> None:
    """A worker that could read past row-level security must not start."""
    from workspaces.roles import refuse_wrong_role

    refuse_wrong_role()


@signals.worker_process_init.connect
def keep_what_is_loaded(**_: Any) -> None:
    """Code stays with the process; looking for garbage in it again and again was a sixth of a rescore's Python."""
    gc.freeze()
