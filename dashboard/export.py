"""The portfolio as a table for a spreadsheet."""

from collections.abc import Iterator, Mapping, Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts import custom
from accounts.models import Account, AccountTag, CustomField
from lib import csv
from lib.formatting import major_units

MOST = 100_000
FIELDS = (
    "pk", "name", "domains", "tier", "industry", "stage", "stage_since", "health_score", "health_band",
    "health_coverage", "risk", "arr_minor", "currency", "renews_on", "owner_id", "created_at", "parent__name", "custom",
    "tags",
)  # fmt: skip


class TooMany(Exception):
    """The list is longer than a file of MOST accounts."""


def accounts(
    found: "QuerySet[Account]", owners: Mapping[int, tuple[str, bool]], own: Sequence[CustomField] = ()
) -> str:
    """CSV of `found` with `own` fields; keys rather than words for stage, tier and band. Raises TooMany."""
    header = [
        _("Id"), _("Name"), _("Domains"), _("Tier"), _("Industry"), _("Stage"), _("In stage since"),
        _("Health score"), _("Health band"), _("Coverage"), _("Churn risk"), _("ARR"), _("Currency"), _("Renews on"),
        _("Owner"), _("Added on"), _("Parent"), _("Tags"), *(field.name for field in own),
    ]  # fmt: skip
    return csv.document(header, _rows(found, owners, own))


def _rows(
    found: "QuerySet[Account]", owners: Mapping[int, tuple[str, bool]], own: Sequence[CustomField]
) -> Iterator[list[object]]:
    tags = AccountTag.objects.filter(account=OuterRef("pk")).order_by(Lower("tag__name")).values("tag__name")
    rows = found.annotate(tags=ArraySubquery(tags)).values(*FIELDS)
    for count, row in enumerate(rows.iterator(chunk_size=2000)):
        if count == MOST:
            raise TooMany
        arr, owner = row["arr_minor"], row["owner_id"]
        yield [
            row["pk"], row["name"], " ".join(row["domains"]), row["tier"], row["industry"], row["stage"],
            row["stage_since"].date(), row["health_score"], row["health_band"], round(row["health_coverage"], 2),
            None if row["risk"] is None else round(row["risk"], 2),
            None if arr is None else major_units(arr, row["currency"]), row["currency"], row["renews_on"],
            owners[owner][0] if owner else "", row["created_at"].date(), row["parent__name"], "; ".join(row["tags"]),
            *(custom.written(field, row["custom"].get(field.key)) for field in own),
        ]  # fmt: skip
