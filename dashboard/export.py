"""The portfolio as a table for a spreadsheet."""

from collections.abc import Iterator, Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Account
from lib import csv
from lib.formatting import major_units

MOST = 100_000
FIELDS = (
    "pk", "name", "domains", "tier", "industry", "stage", "stage_since", "health_score", "health_band",
    "health_coverage", "arr_minor", "currency", "renews_on", "owner_id", "created_at",
)  # fmt: skip


class TooMany(Exception):
    """The list is longer than a file of MOST accounts."""


def accounts(found: "QuerySet[Account]", owners: Mapping[int, tuple[str, bool]]) -> str:
    """CSV of `found`; keys rather than words for stage, tier and band. Raises TooMany."""
    header = [
        _("Id"), _("Name"), _("Domains"), _("Tier"), _("Industry"), _("Stage"), _("In stage since"),
        _("Health score"), _("Health band"), _("Coverage"), _("ARR"), _("Currency"), _("Renews on"), _("Owner"),
        _("Added on"),
    ]  # fmt: skip
    return csv.document(header, _rows(found, owners))


def _rows(found: "QuerySet[Account]", owners: Mapping[int, tuple[str, bool]]) -> Iterator[list[object]]:
    for count, row in enumerate(found.values_list(*FIELDS).iterator(chunk_size=2000)):
        if count == MOST:
            raise TooMany
        pk, name, domains, tier, industry, stage, since, score, band, coverage, arr, currency, renews, owner, added = (
            row
        )
        yield [
            pk, name, " ".join(domains), tier, industry, stage, since.date(), score, band, round(coverage, 2),
            None if arr is None else major_units(arr, currency), currency, renews,
            owners[owner][0] if owner else "", added.date(),
        ]  # fmt: skip
