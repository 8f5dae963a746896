"""Changes of many accounts in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account
from accounts.stages import Stage
from bulk.models import BulkChange
from lib.formatting import MISSING, number

Kind = BulkChange.Kind


def stage_label(stage: str) -> str:
    return str(dict(Stage.choices).get(stage, stage))


def deed(kind: str, params: Mapping[str, Any]) -> str:
    """What is done: a heading."""
    if kind == Kind.OWNER:
        return _("New owner: %(name)s") % {"name": params["name"] or _("nobody")}
    if kind == Kind.STAGE:
        return _("Moved to %(stage)s: %(reason)s") % {"stage": stage_label(params["stage"]), "reason": params["reason"]}
    words = _("Tagged “%(tag)s”") if kind == Kind.TAG else _("Tag “%(tag)s” taken off")
    return words % {"tag": params["tag"]}


def skipped(kind: str, count: int) -> str:
    """Why so many accounts are left alone."""
    words = {
        Kind.OWNER: ngettext(
            "%(count)s account is skipped: it has this owner already.",
            "%(count)s accounts are skipped: they have this owner already.",
            count,
        ),
        Kind.STAGE: ngettext(
            "%(count)s account is skipped: it is in this stage already.",
            "%(count)s accounts are skipped: they are in this stage already.",
            count,
        ),
        Kind.TAG: ngettext(
            "%(count)s account is skipped: it carries this tag already.",
            "%(count)s accounts are skipped: they carry this tag already.",
            count,
        ),
        Kind.UNTAG: ngettext(
            "%(count)s account is skipped: it does not carry this tag.",
            "%(count)s accounts are skipped: they do not carry this tag.",
            count,
        ),
    }
    return words[Kind(kind)] % {"count": number(count)}


def was(kind: str, account: Account) -> str:
    """What an account is before a change."""
    if kind == Kind.OWNER:
        return str(account.owner) if account.owner else _("nobody")
    return stage_label(account.stage) if kind == Kind.STAGE else MISSING


def becomes(kind: str, params: Mapping[str, Any]) -> str:
    """What it is afterwards."""
    if kind == Kind.OWNER:
        return params["name"] or _("nobody")
    if kind == Kind.STAGE:
        return stage_label(params["stage"])
    return _("“%(tag)s”") % {"tag": params["tag"]} if kind == Kind.TAG else _("without “%(tag)s”") % params


def audience(source: Mapping[str, Any]) -> str:
    """Whence the accounts came."""
    if "list" in source:
        return _("All accounts of a list")
    return _("All accounts of one owner") if "book" in source else _("Accounts chosen one by one")
