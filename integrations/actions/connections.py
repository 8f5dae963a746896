"""Open and close the doors for help desks."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from integrations.kinds import KINDS
from integrations.models import Connection
from workspaces import actions as workspace_actions
from workspaces import tenancy
from workspaces.models import User, Workspace
from workspaces.secrets import digest, encrypt, new_token

SECRETS = {"secret", "api_token"}
OPTIONS = {"closed": [], "unsigned": False}  # what is kept among the options, and what holds until it is said


@transaction.atomic
def create_connection(
    *, kind: str, name: str, at: datetime, by: User | None, token: str = "", secret: str = ""
) -> tuple[Connection, str, str]:
    """Open a door; returns the connection, the token of its address and its secret, which are drawn unless told.

    The secret is empty where the help desk draws its own.
    """
    token, secret = token or new_token(), secret or KINDS[kind].adapter.new_secret()
    connection = Connection.objects.create(
        kind=kind,
        source=_free_source(kind),
        name=name,
        token_hash=digest(token),
        secret=encrypt(secret) if secret else "",
        created_at=at,
        created_by=by,
    )
    workspace_actions.record(kind="connection.created", subject=name, at=at, by=by, detail={"kind": kind})
    return connection, token, secret


def _free_source(kind: str) -> str:
    """`zammad`, then `zammad-2`...; the workspace's row is held so that two admins cannot draw the same."""
    Workspace.objects.select_for_update().get(pk=tenancy.current_id())
    taken = set(Connection.objects.filter(kind=kind).values_list("source", flat=True))
    return kind if kind not in taken else f"{kind}-{len(taken) + 1}"


@transaction.atomic
def renew_secret(*, connection: Connection, at: datetime, by: User) -> str:
    """Draw a new secret; the old one opens nothing from now on."""
    secret = connection.help_desk.adapter.new_secret()
    connection.secret = encrypt(secret)
    connection.save(update_fields=["secret"])
    workspace_actions.record(kind="connection.secret_renewed", subject=connection.name, at=at, by=by)
    return secret


@transaction.atomic
def change_connection(*, connection: Connection, changes: dict[str, Any], at: datetime, by: User) -> None:
    """Set any of name, site, closed, unsigned, secret, api_user and api_token.

    Who sends us to another site must bring a token for it: the old one is never shown to a host it was not given
    for. The same holds for a key that was fetched.
    """
    told = {name: value for name, value in changes.items() if value != _current(connection, name)}
    if "site" in told and connection.site:
        connection.api_token = ""
        if connection.help_desk.keys:
            connection.secret = ""
    for name, value in told.items():
        if name in OPTIONS:
            connection.options[name] = value
        else:
            setattr(connection, name, encrypt(value) if value and name in SECRETS else value)
    connection.save(update_fields=["name", "site", "options", "secret", "api_user", "api_token"])
    if told:
        detail = {"fields": sorted(told)}
        workspace_actions.record(kind="connection.changed", subject=connection.name, at=at, by=by, detail=detail)


def _current(connection: Connection, name: str) -> Any:
    if name in OPTIONS:
        return connection.options.get(name, OPTIONS[name])
    return None if name in SECRETS else getattr(connection, name)


@transaction.atomic
def keep_key(*, connection: Connection, key: str, at: datetime) -> None:
    """Remember the key that deliveries are signed with (empty: it could not be had), and when we looked."""
    connection.options["key_sought_at"] = at.isoformat()
    if key:
        connection.secret = encrypt(key)
    connection.save(update_fields=["options", "secret"])


@transaction.atomic
def renew_address(*, connection: Connection, at: datetime, by: User) -> str:
    """Draw a new address and return its token; the old address is gone at once."""
    token = new_token()
    connection.token_hash = digest(token)
    connection.save(update_fields=["token_hash"])
    workspace_actions.record(kind="connection.address_renewed", subject=connection.name, at=at, by=by)
    return token


@transaction.atomic
def disable_connection(*, connection: Connection, at: datetime, by: User) -> None:
    """Answer 404 at its address until it is enabled again."""
    connection.disabled_at = at
    connection.save(update_fields=["disabled_at"])
    workspace_actions.record(kind="connection.disabled", subject=connection.name, at=at, by=by)


@transaction.atomic
def enable_connection(*, connection: Connection, at: datetime, by: User) -> None:
    """Take deliveries again."""
    connection.disabled_at = None
    connection.save(update_fields=["disabled_at"])
    workspace_actions.record(kind="connection.enabled", subject=connection.name, at=at, by=by)


def count_refusal(*, connection: Connection, why: str, at: datetime) -> None:
    """A delivery that was not signed as it must be leaves this trace and no other."""
    Connection.objects.filter(pk=connection.pk).update(
        refused_count=F("refused_count") + 1, refused_at=at, refused_why=why
    )
