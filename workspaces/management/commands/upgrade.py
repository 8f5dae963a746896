"""Bring the database to this version: migrate, then policies and grants, as the owner."""

import gc
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections, transaction

from lib import migrating
from lib.time import today
from workspaces import registry, roles


class Command(BaseCommand):
    help = "Migrate on DATABASE_OWNER_URL, then apply row-level security and grants to every table."

    def handle(self, *args: Any, **options: Any) -> None:
        if "owner" not in settings.DATABASES:
            raise CommandError("Set DATABASE_OWNER_URL to the role that owns the tables.")
        gc.disable()  # each step makes classes that stay: looking for garbage is a tenth of the time
        try:
            with migrating.sparingly():
                call_command("migrate", database="owner", interactive=False, verbosity=options["verbosity"])
        finally:
            gc.enable()
        with transaction.atomic(using="owner"):
            for keep in registry.upkeep:
                keep(day=today(), using="owner")
            roles.secure(connections["owner"], app_role=settings.DATABASES["default"]["USER"])
        self.stdout.write("Database is up to date.")
