"""Found a workspace, let people and programs in, keep the audit trail."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from workspaces import erasing, queries, tenancy
from workspaces.capabilities import Role
from workspaces.models import (
    ApiToken,
    AuditEvent,
    IdempotentRequest,
    Invitation,
    Member,
    RetentionRule,
    User,
    Workspace,
)
from workspaces.registry import erasure_starter, founders, invitation_sender, retained
from workspaces.secrets import digest, new_token

INVITATION_LIFE = timedelta(days=7)
TOKEN_PREFIX = "nf_"  # noqa: S105  a prefix, no password
LAST_USED_STEP = timedelta(minutes=5)
ANSWER_LIFE = timedelta(hours=24)
ERASURE_GRACE = timedelta(days=7)
PROFILE = ("name", "language", "time_zone", "theme")


class AlreadyMember(Exception):
    """The person is a member of this workspace."""


class AlreadyInvited(Exception):
    """An invitation to this address is open."""


class InvitationClosed(Exception):
    """The invitation was accepted, withdrawn or has expired."""


class LastAdmin(Exception):
    """A workspace needs an administrator."""


class ErasureBegun(Exception):
    """It is too late to keep the workspace."""


class KeyReused(Exception):
    """The Idempotency-Key came before, with another request."""


def record(
    *,
    kind: str,
    at: datetime,
    by: User | None,
    subject: str = "",
    token: ApiToken | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add to the audit trail; `kind` is `noun.past_tense`."""
    AuditEvent.objects.create(kind=kind, at=at, user=by, token=token, subject=subject[:200], detail=detail or {})


@transaction.atomic
def found_workspace(*, name: str, at: datetime, currency: str = "EUR", time_zone: str = "UTC") -> Workspace:
    """Make a workspace. Its id is drawn first, because its own policy lets nobody insert any other."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('workspaces_workspace', 'id'))")
        (workspace_id,) = cursor.fetchone()
    with tenancy.entered(workspace_id):
        workspace = Workspace.objects.create(
            pk=workspace_id, name=name, currency=currency, time_zone=time_zone, created_at=at
        )
        for give in founders:
            give(at=at)
    return workspace


@transaction.atomic
def add_member(*, user: User, role: str, at: datetime, by: User | None) -> Member:
    """Let `user` into the entered workspace; one who left comes back with the new role."""
    member, _ = Member.objects.update_or_create(
        user=user, defaults={"role": role, "ended_at": None}, create_defaults={"role": role, "started_at": at}
    )
    record(kind="member.added", subject=user.email, at=at, by=by, detail={"role": role})
    return member


@transaction.atomic
def change_role(*, member: Member, role: str, at: datetime, by: User) -> Member:
    """Give a member another role. Raises LastAdmin."""
    if role != Role.ADMIN:
        _keep_an_admin(member)
    record(
        kind="member.role_changed",
        subject=member.user.email,
        at=at,
        by=by,
        detail={"from": member.role, "to": role},
    )
    member.role = role
    member.save(update_fields=["role"])
    return member


@transaction.atomic
def end_membership(*, member: Member, at: datetime, by: User) -> Member:
    """Close the workspace to a member; what they wrote stays. Raises LastAdmin."""
    _keep_an_admin(member)
    member.ended_at = at
    member.save(update_fields=["ended_at"])
    record(kind="member.removed", subject=member.user.email, at=at, by=by)
    return member


def _keep_an_admin(member: Member) -> None:
    admins = Member.objects.active().filter(role=Role.ADMIN).select_for_update().order_by("pk")
    if [admin.pk for admin in admins] == [member.pk]:
        raise LastAdmin


@transaction.atomic
def invite(*, email: str, role: str, at: datetime, by: User) -> Invitation:
    """Mail `email` a link that makes its reader a member. Raises AlreadyMember, AlreadyInvited."""
    if Member.objects.active().filter(user__email__iexact=email).exists():
        raise AlreadyMember
    Invitation.objects.filter(email__iexact=email, accepted_at=None, expires_at__lte=at).update(revoked_at=at)
    token = new_token()
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=email,
                role=role,
                token_hash=digest(token),
                invited_by=by,
                created_at=at,
                expires_at=at + INVITATION_LIFE,
            )
    except IntegrityError as error:
        raise AlreadyInvited from error
    for send in invitation_sender:
        send(invitation=invitation, token=token, at=at)
    record(kind="member.invited", subject=email, at=at, by=by, detail={"role": role})
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, at: datetime, by: User | None) -> None:
    """Make the invitation's link useless."""
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    record(kind="invitation.withdrawn", subject=invitation.email, at=at, by=by)


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, at: datetime, user: User | None = None, name: str = "", password: str = ""
) -> User:
    """Make the invited person a member: `user` who is signed in, or a new one. Raises InvitationClosed."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at or invitation.revoked_at or invitation.expires_at <= at:
        raise InvitationClosed
    person = user or create_user(email=invitation.email, name=name, password=password, at=at)
    add_member(user=person, role=invitation.role, at=at, by=person)
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    return person


def create_user(*, email: str, name: str, password: str, at: datetime) -> User:
    """A person who can sign in."""
    user = User(email=email.lower(), name=name, joined_at=at)
    user.set_password(password)
    user.save()
    return user


def update_profile(*, user: User, changes: Mapping[str, str]) -> User:
    """Change how a person is called and what Ninefold looks like to them; any of PROFILE."""
    changed = {name: value for name, value in changes.items() if name in PROFILE}
    for name, value in changed.items():
        setattr(user, name, value)
    user.save(update_fields=list(changed))
    return user


@transaction.atomic
def issue_token(
    *, name: str, scopes: Iterable[str], at: datetime, by: User | None, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make an API token; its text is returned this once and never again."""
    text = new_token(TOKEN_PREFIX)
    token = ApiToken.objects.create(
        name=name,
        prefix=text[:9],
        token_hash=digest(text),
        scopes=list(scopes),
        created_by=by,
        created_at=at,
        expires_at=expires_at,
    )
    record(kind="token.issued", subject=str(token), at=at, by=by, detail={"scopes": token.scopes})
    return token, text


@transaction.atomic
def revoke_token(*, token: ApiToken, at: datetime, by: User) -> None:
    """End a token's life at once."""
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    record(kind="token.revoked", subject=str(token), at=at, by=by)


def note_token_use(*, token: ApiToken, at: datetime) -> None:
    """Remember when a token was last used, to five minutes, so that reading the API seldom writes."""
    if token.last_used_at is None or at - token.last_used_at > LAST_USED_STEP:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


@transaction.atomic
def take_up_request(*, key: str, fingerprint: str, at: datetime) -> IdempotentRequest | None:
    """The answer stored for `key`, or None for whoever may do the work now. Raises KeyReused.

    Until this transaction ends, anybody else who brings the key waits here, and then finds the answer.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, %s))", [key, tenancy.current_id()])
    stored: IdempotentRequest | None = IdempotentRequest.objects.filter(key=key).first()
    if stored is None:
        return None
    if stored.created_at <= at - ANSWER_LIFE:
        stored.delete()
        return None
    if stored.fingerprint != fingerprint:
        raise KeyReused
    return stored


def store_answer(*, key: str, fingerprint: str, status: int, body: str, at: datetime) -> None:
    """Keep the answer to a request taken up, in the transaction of its work. `body` is the text as it was sent."""
    IdempotentRequest.objects.create(key=key, fingerprint=fingerprint, status=status, body=body, created_at=at)


def forget_answers(*, at: datetime) -> int:
    """Drop stored answers past their life; returns how many."""
    forgotten, _ = IdempotentRequest.objects.filter(created_at__lte=at - ANSWER_LIFE).delete()
    return forgotten


def empty_answers(*, answers: QuerySet[IdempotentRequest]) -> int:
    """Keep of these answers only that there was one: their requests stay done, and are told nothing more."""
    return answers.order_by().update(body="{}")


def forget_requests(*, requests: QuerySet[IdempotentRequest]) -> int:
    """Forget these requests; one that is repeated is a new one."""
    return requests.order_by().delete()[0]


@transaction.atomic
def set_retention(*, days: Mapping[str, int | None], at: datetime, by: User | None) -> None:
    """Keep each of these kinds for so many days, None for good; from the next daily round on."""
    changed = {kind: wanted for kind, wanted in days.items() if queries.kept_days(kind) != wanted}
    for kind, wanted in changed.items():
        RetentionRule.objects.update_or_create(kind=kind, defaults={"days": wanted, "changed_at": at})
    if changed:
        told = {kind: wanted if wanted is not None else "-" for kind, wanted in changed.items()}
        record(kind="retention.changed", at=at, by=by, detail=told)


@transaction.atomic
def purge(*, kind: str, limit: int, is_first: bool, at: datetime) -> int:
    """Let go of one batch of what is older than this kind is kept; returns how many rows."""
    days = queries.kept_days(kind)
    gone = retained[kind].purge(before=at - timedelta(days=days), limit=limit, at=at) if days is not None else 0
    rule, _ = RetentionRule.objects.get_or_create(kind=kind)
    rule.run_at, rule.gone = at, gone if is_first else rule.gone + gone
    rule.save(update_fields=["run_at", "gone"])
    return gone


@transaction.atomic
def schedule_erasure(*, at: datetime, by: User | None) -> Workspace:
    """Have everything of the entered workspace deleted after ERASURE_GRACE. A second call changes nothing."""
    workspace = Workspace.objects.select_for_update().get(pk=tenancy.current_id())
    if workspace.erase_at is None:
        workspace.erase_at = at + ERASURE_GRACE
        workspace.save(update_fields=["erase_at"])
        record(kind="workspace.erasure_scheduled", subject=workspace.name, at=at, by=by)
        for start in erasure_starter:
            start(workspace=workspace, at=at)
    return workspace


@transaction.atomic
def cancel_erasure(*, at: datetime, by: User | None) -> Workspace:
    """Keep the workspace after all. Raises ErasureBegun."""
    workspace = Workspace.objects.select_for_update().get(pk=tenancy.current_id())
    if workspace.erase_at is not None:
        if workspace.erase_at <= at:
            raise ErasureBegun
        workspace.erase_at = None
        workspace.save(update_fields=["erase_at"])
        record(kind="workspace.erasure_cancelled", subject=workspace.name, at=at, by=by)
    return workspace


def people_here() -> list[int]:
    """Ids of the users who are, or were, members."""
    return list(Member.objects.order_by("user_id").values_list("user_id", flat=True))


def is_erasure_due(*, due: str, at: datetime) -> bool:
    """Whether the erasure planned for `due` still is, and its time has come."""
    erase_at = Workspace.objects.get(pk=tenancy.current_id()).erase_at
    return erase_at is not None and erase_at.isoformat() == due and erase_at <= at


@transaction.atomic
def erase_batch(*, place: int, limit: int) -> int | None:
    """Delete up to `limit` rows of the first table from `place` on that has any, all but the work in progress.

    Returns the place of that table; None: there was nothing left.
    """
    tables = erasing.tables()[:-1]
    return next((number for number in range(place, len(tables)) if erasing.erase_some(tables[number], limit)), None)


@transaction.atomic
def finish_erasure(*, people: Iterable[int], at: datetime) -> None:
    """Delete the work in progress and the workspace itself; people who work nowhere else cannot sign in any more.

    Fails as a whole, to be done again, if somebody added a row meanwhile.
    """
    while erasing.erase_some(erasing.tables()[-1], 10_000):
        pass
    erasing.erase_last()
    for user_id in people:
        _release(user_id)


def _release(user_id: int) -> None:
    """Close the door to who is a member nowhere; of who never was one elsewhere, nothing is kept."""
    active, ever = queries.places_of(user_id)
    if active:
        return
    user = User.objects.get(pk=user_id)
    user.is_active = False
    if not ever:
        user.email, user.name = f"erased-{user.pk}@erased.invalid", ""
        user.set_unusable_password()
        apps.get_model("account", "EmailAddress").objects.filter(user=user).delete()
        apps.get_model("mfa", "Authenticator").objects.filter(user=user).delete()
    user.save()
