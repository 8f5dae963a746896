"""Stuck work, and addresses that get no mail, as tables for a spreadsheet: the header first."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from outbox import words
from outbox.models import EffectQuerySet, Suppression

CHUNK = 2000


def stuck(found: EffectQuerySet) -> Iterator[Sequence[object]]:
    """What failed for good or may have gone out, without what it carries."""
    yield [_("Id"), _("Kind"), _("What"), _("State"), _("Attempts"), _("Since"), _("About"), _("Last error")]
    columns = ("pk", "kind", "state", "attempts", "created_at", "dedupe_key", "last_error")
    for pk, kind, state, attempts, since, key, error in found.values_list(*columns).iterator(chunk_size=CHUNK):
        yield [pk, kind, words.work(kind), state, attempts, since, key, error]


def suppressions(found: "QuerySet[Suppression]") -> Iterator[Sequence[object]]:
    """Addresses that get no mail: why and since when; the addresses themselves are not kept."""
    yield [_("Id"), _("Why"), _("Code"), _("Since")]
    for pk, reason, code, since in found.values_list("pk", "reason", "code", "at").iterator(chunk_size=CHUNK):
        yield [pk, Suppression.Reason(reason).label, code, since]
