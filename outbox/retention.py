"""Let go, every day, of what is no longer to be kept: each kind in batches, each batch an effect."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from outbox import actions, mail
from outbox.models import Effect, Mail, Sheet
from workspaces import actions as workspace_actions
from workspaces.registry import retain, retained

PURGE_OLD, PURGE = "workspaces.purge_old", "workspaces.purge"
BATCH = 2000


def purge_old(effect: Effect, at: datetime) -> None:
    """Handler of `workspaces.purge_old`: begin with every kind."""
    for kind in retained:
        _enqueue(kind, effect.dedupe_key, 0, at)


def purge(effect: Effect, at: datetime) -> None:
    """Handler of `workspaces.purge`: one batch; while there is more, the next follows."""
    kind, run, number = effect.payload["kind"], effect.payload["run"], effect.payload["number"]
    if kind in retained and workspace_actions.purge(kind=kind, limit=BATCH, is_first=number == 0, at=at) >= BATCH:
        _enqueue(kind, run, number + 1, at)


def _enqueue(kind: str, run: str, number: int, at: datetime) -> None:
    payload = {"kind": kind, "run": run, "number": number}
    actions.enqueue(kind=PURGE, key=f"{kind}:{run}:{number}", payload=payload, at=at)


# ------------------------------------------------------------------------------------------------- what is here
def old_mail(before: datetime) -> QuerySet[Mail]:
    rows: QuerySet[Mail] = Mail.objects.filter(created_at__lt=before, purged_at=None)
    return rows


@transaction.atomic
def forget_mail(*, before: datetime, limit: int, at: datetime) -> int:
    """To whom, about what and when stays; what it said, and the secret links in it, go."""
    oldest = list(old_mail(before).order_by("created_at").values_list("pk", flat=True)[:limit])
    count = mail.forget(mails=Mail.objects.filter(pk__in=oldest), at=at)
    used = Exists(Mail.objects.filter(sheet=OuterRef("pk")))
    Sheet.objects.filter(~used, created_at__lt=before).delete()
    return count


def old_work(before: datetime) -> QuerySet[Effect]:
    return Effect.objects.filter(state__in=[Effect.State.DONE, Effect.State.CANCELLED], done_at__lt=before)


@transaction.atomic
def forget_work(*, before: datetime, limit: int, at: datetime) -> int:
    oldest = list(old_work(before).order_by("pk").values_list("pk", flat=True)[:limit])
    return Effect.objects.filter(pk__in=oldest).delete()[0]


def register() -> None:
    retain(
        "mail_texts",
        _("Texts of mails"),
        90,
        forget_mail,
        due=old_mail,
        about=_("What a mail said, and the personal links in it. To whom it went, and when, stays."),
        most=1095,
    )
    retain(
        "finished_work",
        _("Finished work"),
        14,
        forget_work,
        due=old_work,
        about=_("What was done in the background, as it is noted while it waits. What failed stays until you decide."),
        least=2,
        most=365,
    )
