"""Content and completions as tables for a spreadsheet: the header first, keys rather than words for kinds and roles."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from learning.models import CompletionQuerySet, ContentItemQuerySet

CHUNK = 2000
Table = Iterator[Sequence[object]]


def content(found: ContentItemQuerySet) -> Table:
    """What there is to learn from, and how many people did."""
    yield [
        _("Id"), _("Title"), _("Address"), _("Kind"), _("Roles"), _("Feature"), _("Minutes"), _("Started by"),
        _("Completed by"), _("Added at"), _("Retired at"),
    ]  # fmt: skip
    columns = (
        "pk", "title", "url", "kind", "roles", "metric__name", "minutes", "people", "completed", "created_at",
        "retired_at",
    )  # fmt: skip
    for pk, title, url, kind, roles, *rest in found.values_list(*columns).iterator(chunk_size=CHUNK):
        yield [pk, title, url, kind, " ".join(roles), *rest]


def completions(found: CompletionQuerySet) -> Table:
    """Who started and completed what."""
    yield [
        _("Id"), _("Content id"), _("Content"), _("Kind"), _("Account id"), _("Account"), _("Contact id"), _("Contact"),
        _("Role"), _("Started at"), _("Completed at"), _("Recorded at"),
    ]  # fmt: skip
    for one in found.iterator(chunk_size=CHUNK):
        yield [
            one.pk, one.item_id, one.item.title, one.item.kind, one.account_id, one.account.name, one.contact_id,
            str(one.contact), one.contact.role, one.started_at, one.completed_at, one.recorded_at,
        ]  # fmt: skip
