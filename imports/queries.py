"""What pages and steps ask about imports."""

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet

from accounts.models import CustomField, ExternalId, Metric, Persona
from imports.book import Book, named
from imports.cells import Manner, fold
from imports.headings import OURS, SALESFORCE, ZENDESK
from imports.kinds import Kind
from imports.models import Block, Import, ImportQuerySet, Part
from outbox.models import Effect
from workspaces import tenancy
from workspaces.models import Member, Workspace

BLOCK = 256 * 1024
FETCHED = 4  # blocks at a time
EFFECTS = ("imports.read", "imports.check", "imports.merge", "imports.link")


def imports() -> ImportQuerySet:
    """Files that were brought in, newest first."""
    return Import.objects.select_related("by").order_by("-pk")


def import_of(pk: int) -> Import | None:
    return Import.objects.select_related("by").filter(pk=pk).first()


def last_alike(signature: str, kind: str = "") -> Import | None:
    """The newest import with the same headers whose columns were understood, of `kind` if that is said."""
    found = Import.objects.alike(signature)
    return (found.filter(kind=kind) if kind else found).order_by("-pk").first()


def sources() -> list[str]:
    """The systems that ids of this workspace come from, by name."""
    names = ExternalId.objects.order_by("source").values_list("source", flat=True).distinct()
    return [str(name) for name in names[:50]]


def blocks(source: Import, offset: int = 0) -> Iterator[bytes]:
    """The file's bytes from `offset` on."""
    number, cut = divmod(offset, BLOCK)
    while found := list(
        Block.objects.filter(source=source, number__gte=number)
        .order_by("number")
        .values_list("body", flat=True)[:FETCHED]
    ):
        for body in found:
            yield bytes(body)[cut:]
            cut = 0
        number += len(found)


def parts(source: Import) -> QuerySet[Part]:
    """The parts that have been read, in order."""
    rows: QuerySet[Part] = Part.objects.filter(source=source).order_by("number")
    return rows


def part_of(source: Import, number: int) -> Part | None:
    found: Part | None = Part.objects.filter(source=source, number=number).first()
    return found


def keys(source: Import) -> set[int]:
    """What the rows read so far are known by, hashed."""
    return _hashes(source, "keys")


def names(source: Import) -> set[int]:
    """What the accounts read so far are called, hashed, if the file names parents."""
    return _hashes(source, "names")


def _hashes(source: Import, column: str) -> set[int]:
    seen: set[int] = set()
    for body in Part.objects.filter(source=source).order_by("number").values_list(column, flat=True).iterator():
        seen.update(array("Q", bytes(body)))
    return seen


@dataclass(frozen=True)
class Totals:
    """How many rows have been read, checked and merged, and how many of each verdict the check and the merge found.

    The verdicts: `new`, `changed`, `same`, `refused`; of the merge also `late`, fine when it was checked and no longer
    when it was merged, and `unlinked`, brought in but not put below its parent. `unowned` rows name a
    colleague whom nobody here is called.
    """

    read: int
    checked: int
    merged: int
    found: Counter[str]
    written: Counter[str]
    unowned: int = 0

    @property
    def good(self) -> int:
        """Rows that can be brought in."""
        return self.found["new"] + self.found["changed"] + self.found["same"]

    @property
    def left_out(self) -> int:
        """Rows that were not brought in, in the end."""
        return self.found["refused"] + self.written["late"]


def totals(source: Import) -> Totals:
    read = checked = merged = unowned = 0
    found: Counter[str] = Counter()
    written: Counter[str] = Counter()
    columns = ("rows", "unowned", "checked", "merged")
    for rows, without_owner, of_check, of_merge in parts(source).values_list(*columns):
        read += rows
        unowned += without_owner
        checked += rows if of_check is not None else 0
        merged += rows if of_merge is not None else 0
        found.update(of_check or {})
        written.update(of_merge or {})
    return Totals(read, checked, merged, found, written, unowned)


def is_stuck(source: Import) -> bool:
    """Whether a step of it has failed for good and waits for a person."""
    return Effect.objects.stuck().filter(kind__in=EFFECTS, payload__contains={"import_id": source.pk}).exists()


def manner(source: Import) -> Manner:
    """How the file writes things, as was chosen for it."""
    chosen = source.manner
    return Manner(
        is_ours=source.source == OURS,
        day_first=bool(chosen.get("day_first")),
        decimal=str(chosen.get("decimal", ".")),
        zone=ZoneInfo(str(chosen.get("zone") or "UTC")),
        is_salesforce=source.source.startswith(SALESFORCE),
        is_zendesk=source.source.startswith(ZENDESK),
        needs_owner=chosen.get("unknown_owner") == "refuse",
    )


def workspace() -> Workspace:
    """The one that is entered."""
    return Workspace.objects.get(pk=tenancy.current_id())


def own_fields(kind: str) -> dict[str, CustomField]:
    """The workspace's own fields that rows of `kind` can fill, by key."""
    about = {Kind.ACCOUNTS: CustomField.About.ACCOUNT, Kind.CONTACTS: CustomField.About.CONTACT}.get(Kind(kind))
    if about is None:
        return {}
    return {field.key: field for field in CustomField.objects.of(about).in_use().order_by("name", "pk")}


def metric_names() -> dict[str, str]:
    """Every metric's name by its key."""
    return dict(Metric.objects.order_by("name", "pk").values_list("key", "name"))


def book(kind: str) -> Book:
    """Everything of the workspace that reading rows of `kind` needs."""
    people = list(
        Member.objects.order_by(F("ended_at").desc(nulls_first=True), "pk").values_list(
            "pk", "user_id", "user__name", "user__email", "ended_at"
        )
    )
    names = metric_names() if kind == Kind.METRICS else {}
    return Book(
        workspace_id=tenancy.current_id(),
        members=named((said, pk, bool(ended_at)) for pk, _, name, email, ended_at in people for said in {name, email}),
        users=named(
            (said, user_id, bool(ended_at)) for _, user_id, name, email, ended_at in people for said in {name, email}
        ),
        personas=named(
            (name, pk, bool(retired_at))
            for name, pk, retired_at in Persona.objects.order_by(
                F("retired_at").desc(nulls_first=True), "pk"
            ).values_list("name", "pk", "retired_at")
        ),
        own_fields=own_fields(kind),
        metrics={fold(said): key for key, name in names.items() for said in (name, key)} | {key: key for key in names},
    )


def old(before: datetime) -> ImportQuerySet:
    """Files whose bytes are no longer needed."""
    return Import.objects.filter(created_at__lt=before, forgotten_at=None)
