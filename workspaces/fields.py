"""What every tenant table has in common."""

from typing import Any, TypeVar

from django.db import models

from workspaces import tenancy

M = TypeVar("M", bound=models.Model)


class WorkspaceManager(models.Manager[M]):
    """Sees the entered workspace's rows only; raises NoWorkspace when there is none."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(workspace_id=tenancy.current_id())


class WorkspaceQuerySet(models.QuerySet[M]):
    """The base of our querysets; a model takes it with `WorkspaceManager.from_queryset(...)()`.

    Not with `as_manager()`: that makes a manager which does not keep to the entered workspace.
    """


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

    objects: WorkspaceManager[Any] = WorkspaceManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"


class InnerModel(WorkspaceModel):
    """One of many rows of something that has the workspace's key: its own would say nothing more, and is a look-up per
    row when they come by the ten thousand. Policies hold both to the same workspace.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        models.CASCADE,
        related_name="+",
        default=tenancy.current_id,
        editable=False,
        db_index=False,
        db_constraint=False,
    )

    class Meta(WorkspaceModel.Meta):
        abstract = True
