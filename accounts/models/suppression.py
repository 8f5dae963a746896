"""People who were erased and are not to come back unknowingly."""

from django.db import models

from workspaces.fields import WorkspaceModel


class Suppression(WorkspaceModel):
    """One address, or one id elsewhere, of a person who was erased: only its keyed hash is kept.

    `contact_id` is what is left of the person, so that all of theirs is lifted together.
    """

    digest = models.CharField(max_length=64)
    contact_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "digest"], name="accounts_suppressed_once")]

    def __str__(self) -> str:
        return str(self.contact_id)
