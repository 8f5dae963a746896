"""Files that bring in what a team knew elsewhere."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from imports.kinds import Kind
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet
from workspaces.models import User


class ImportQuerySet(WorkspaceQuerySet["Import"]):
    def alike(self, signature: str) -> "ImportQuerySet":
        """Those whose columns were understood before, with the same headers."""
        return self.filter(signature=signature, mapped_at__isnull=False)


class Import(WorkspaceModel):
    """One file that somebody brought in, and how far it has come.

    Its moments follow one another: created, mapped (the columns are understood), begun (the check runs), checked,
    confirmed (the merge runs), done; or stopped because it cannot be read, or discarded. `width` is how many cells
    its header row has, blank ones at the end included.
    """

    kind = models.CharField(_("what it holds"), max_length=11, choices=Kind.choices)
    source = models.CharField(_("where it comes from"), max_length=40)
    file_name = models.CharField(max_length=200)
    size = models.IntegerField()
    encoding = models.CharField(max_length=10)
    delimiter = models.CharField(max_length=1)
    headers = ArrayField(models.TextField())
    width = models.IntegerField(default=0, db_default=0)
    signature = models.CharField(max_length=32)
    sample = models.JSONField(default=list)
    rows = models.IntegerField()
    start_offset = models.IntegerField()
    start_row = models.IntegerField()
    mapping = ArrayField(models.CharField(max_length=80), default=list)
    manner = models.JSONField(default=dict)

    created_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    mapped_at = models.DateTimeField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True)
    problem_row = models.IntegerField(default=0)
    run = models.IntegerField(default=0)

    objects = WorkspaceManager.from_queryset(ImportQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-id"], name="imports_newest"),
            models.Index(fields=["workspace", "signature", "-id"], name="imports_alike"),
        ]

    def __str__(self) -> str:
        return self.file_name


class Block(WorkspaceModel):
    """Some bytes of a file, as they came; kept for 30 days."""

    source = models.ForeignKey(Import, models.CASCADE, related_name="blocks", db_index=False)
    number = models.IntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "number"], name="imports_block_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.number}"


class Part(WorkspaceModel):
    """Some rows of a file, read and ready for COPY, and what became of them.

    It begins at byte `offset`, after row `row`. `keys` are hashes of what its rows are known by, and `names` of what
    accounts in it are called, for those that name their parents. `columns` are those of `staged` in their order: a
    newer version may have more, and takes them as not given. `misread`: rows that could not be read, as (row,
    column, code, detail). `checked`: how many rows of each verdict the check found, and `refused` why, as (row,
    code); `unowned`: how many name a colleague whom nobody here is called; `merged` and `late` are the same of the
    merge, and `linked` the accounts left without their parent.
    """

    source = models.ForeignKey(Import, models.CASCADE, related_name="parts", db_index=False)
    number = models.IntegerField()
    offset = models.IntegerField()
    row = models.IntegerField()
    end_offset = models.IntegerField()
    end_row = models.IntegerField()
    rows = models.IntegerField()
    columns = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    staged = models.BinaryField()
    keys = models.BinaryField()
    names = models.BinaryField()
    unowned = models.IntegerField(default=0, db_default=0)
    misread = models.JSONField(default=list)
    checked = models.JSONField(null=True, blank=True)
    refused = models.JSONField(default=list)
    merged = models.JSONField(null=True, blank=True)
    late = models.JSONField(default=list)
    linked = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "number"], name="imports_part_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.number}"
