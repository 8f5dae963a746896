"""The demo's data, once."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from dashboard.demo import loader
from lib.time import now


class Command(BaseCommand):
    help = "Fill an empty installation with the demo's two workspaces; does nothing when there is one already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--credentials", type=Path, required=True, help="where to write logins, tokens and secrets")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Set DEMO=1: invented customers do not belong in a working installation.")
        if loader.is_loaded():
            self.stdout.write("Demo data is there already.")
            return
        with connection.cursor() as cursor:  # a power cut may take the last second: it is loaded again, then
            cursor.execute("set synchronous_commit = off")
        with transaction.atomic():  # all of it, with its credentials written, or nothing
            credentials = loader.load(at=now(), say=self.stdout.write)
            self._write(options["credentials"], credentials)
        loader.settle_work(clock=now, say=self.stdout.write)

    def _write(self, path: Path, credentials: loader.Credentials) -> None:
        draft = path.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(vars(credentials), indent=2))
        draft.replace(path)
