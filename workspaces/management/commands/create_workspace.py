"""The first workspace of an installation, and its administrator."""

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from lib.time import now
from workspaces import actions, tenancy
from workspaces.capabilities import Role
from workspaces.models import User


class Command(BaseCommand):
    help = "Make a workspace and its administrator; the password is asked for, or taken from ADMIN_PASSWORD."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the company's name")
        parser.add_argument("--email", required=True, help="the administrator's e-mail address")
        parser.add_argument("--person", default="", help="the administrator's name")
        parser.add_argument("--currency", default="EUR", help="three letters; default EUR")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            with transaction.atomic():
                self._create(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{options['name']} is ready; {options['email']} may sign in.")

    def _create(self, options: dict[str, Any]) -> None:
        at = now()
        user = User.objects.filter(email__iexact=options["email"]).first() or self._new_user(options)
        workspace = actions.found_workspace(name=options["name"], at=at, currency=options["currency"].upper())
        with tenancy.entered(workspace.pk):
            actions.add_member(user=user, role=Role.ADMIN, at=at, by=None)

    def _new_user(self, options: dict[str, Any]) -> User:
        password = os.environ.get("ADMIN_PASSWORD") or getpass.getpass("Password: ")
        validate_password(password)
        name = options["person"] or options["email"].partition("@")[0]
        return actions.create_user(email=options["email"], name=name, password=password, at=now())
