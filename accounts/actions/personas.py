"""Personas: the kinds of people a workspace sells to and serves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Persona
from lib import changing
from workspaces import actions as workspace_actions
from workspaces.models import User

EDITABLE = ("name", "goals", "pains", "found_at", "speaks_to")


class NameTaken(Exception):
    """Another persona, maybe a retired one, has this name."""


@transaction.atomic
def add_persona(*, name: str, at: datetime, by: User | None, **texts: str) -> Persona:
    """Describe one kind of person; `texts` are any others of EDITABLE. Raises NameTaken."""
    persona = Persona(created_at=at)
    _write(persona, {"name": name, **texts})
    workspace_actions.record(kind="persona.added", subject=persona.name, at=at, by=by)
    return persona


@transaction.atomic
def update_persona(*, persona: Persona, changes: Mapping[str, str], at: datetime, by: User | None) -> Persona:
    """Change any of EDITABLE. Raises NameTaken."""
    changed = _write(persona, changes)
    if changed:
        detail: dict[str, Any] = {"fields": sorted(changed)}
        workspace_actions.record(kind="persona.changed", subject=persona.name, at=at, by=by, detail=detail)
    return persona


def _write(persona: Persona, given: Mapping[str, str]) -> list[str]:
    wanted = {name: given[name].strip() for name in EDITABLE if name in given}
    changed = list(changing.take(persona, wanted, EDITABLE))
    if not changed:
        return []
    try:
        with transaction.atomic():
            persona.save()
    except IntegrityError as error:
        raise NameTaken(persona.name) from error
    return changed


@transaction.atomic
def set_retired(*, persona: Persona, is_retired: bool, at: datetime, by: User | None) -> Persona:
    """Offer it no more, or again; the contacts who are one stay so."""
    if (persona.retired_at is not None) != is_retired:
        persona.retired_at = at if is_retired else None
        persona.save(update_fields=["retired_at"])
        kind = "persona.retired" if is_retired else "persona.restored"
        workspace_actions.record(kind=kind, subject=persona.name, at=at, by=by)
    return persona
