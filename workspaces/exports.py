"""Who works here, with what keys, and who did what, as tables for a spreadsheet: the header first."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from workspaces import words
from workspaces.models import ApiToken, AuditEvent, Invitation, Member

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
