"""What every tenant table has in common."""

from typing import Any, Self, TypeVar

from django.db import models

from workspaces import tenancy

M = TypeVar("M", bound=models.Model)


class WorkspaceManager(models.Manager[M]):
    """Sees the entered workspace's rows only; raises NoWorkspace when there is none."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(workspace_id=tenancy.current_id())


class WorkspaceQuerySet(models.QuerySet[M]):
    """A queryset whose `as_manager()` keeps to the entered workspace."""

    @classmethod
    def as_manager(cls) -> Any:
        manager = WorkspaceManager.from_queryset(cls)()
        manager._built_with_asmanager = True  # type: ignore[attr-defined]
        return manager

    def newest(self) -> Self:
        """Last written first."""
        return self.order_by("-pk")


class WorkspaceModel(models.Model):
    """One row of one workspace.

    `append_only` tables are granted `select` and `insert` only; `upgrade` reads it.
    """

    append_only = False

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        models.CASCADE,
        related_name="+",
        default=tenancy.current_id,
        editable=False,
        db_index=False,  # every index of a tenant table is led by it anyway
    )

    objects: Any = WorkspaceQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
