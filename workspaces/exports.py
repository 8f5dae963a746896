"""Who works here and with what keys, who did what, what is kept how long: tables for a spreadsheet, header first."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from workspaces import words
from workspaces.models import ApiToken, AuditEvent, Invitation, Member
from workspaces.queries import MOST_DUE, Kept

CHUNK = 2000
Table = Iterator[Sequence[object]]


def audit(found: QuerySet[AuditEvent]) -> Table:
    """The trail line by line: kinds as they are kept and in words, details as JSON."""
    yield [_("When"), _("Who"), _("E-mail address"), _("Kind"), _("What"), _("Concerning"), _("Details")]
    rows = found.values_list("at", "user__name", "user__email", "token__name", "kind", "subject", "detail")
    for at, name, email, token, kind, subject, detail in rows.iterator(chunk_size=CHUNK):
        by = name or email or token or _("Ninefold itself")
        yield [at, by, email, kind, words.audited(kind), subject, detail]


def members(active: Iterable[Member], invited: Iterable[Invitation]) -> Table:
    """Who works here, and who was asked to."""
    yield [_("Name"), _("E-mail address"), _("Role"), _("Since"), _("Invited at"), _("Invited by"), _("Works until")]
    for member in active:
        yield [member.user.name, member.user.email, member.role, member.started_at, None, "", None]
    for one in invited:
        by = str(one.invited_by or "")
        yield ["", one.email, one.role, None, one.created_at, by, one.expires_at]


def tokens(found: Iterable[ApiToken]) -> Table:
    """Keys that work or have run out, without what opens anything."""
    yield [_("Name"), _("Begins with"), _("May"), _("Issued at"), _("Issued by"), _("Last used"), _("Works until")]
    for one in found:
        scopes, by = " ".join(one.scopes), str(one.created_by or "")
        yield [one.name, one.prefix, scopes, one.created_at, by, one.last_used_at, one.expires_at]


def retention(kept: Iterable[Kept], at: datetime) -> Table:
    """Each kind of data; no days: for good. More than MOST_DUE rows are not counted."""
    yield [_("Kind"), _("Data"), _("Days"), _("Would go now"), _("Or more"), _("Went last"), _("Rows that went last")]
    for one in kept:
        due = one.due(at, one.days)
        yield [one.about.kind, one.about.name, one.days, min(due, MOST_DUE), due > MOST_DUE, one.run_at, one.gone]
