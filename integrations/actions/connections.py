"""Open and close the doors for help desks."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from integrations.kinds import KINDS
from integrations.models import Connection
from workspaces import actions as workspace_actions
from workspaces import tenancy
from workspaces.models import User, Workspace
from workspaces.secrets import digest, encrypt, new_token


@transaction.atomic
def create_connection(
    *, kind: str, name: str, at: datetime, by: User | None, token: str = "", secret: str = ""
) -> tuple[Connection, str, str]:
    """Open a door; returns the connection, the token of its address and its secret, which are drawn unless told."""
    token, secret = token or new_token(), secret or KINDS[kind].adapter.new_secret()
    connection = Connection.objects.create(
        kind=kind,
        source=_free_source(kind),
        name=name,
        token_hash=digest(token),
        secret=encrypt(secret),
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


def count_refusal(*, connection: Connection, at: datetime) -> None:
    """A delivery that was not signed as it must be leaves this trace and no other."""
    Connection.objects.filter(pk=connection.pk).update(refused_count=F("refused_count") + 1, refused_at=at)
