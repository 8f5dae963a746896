"""People who are being erased, and those who are not to come back unknowingly."""

from django.db import models

from accounts.models.contact import Contact
from workspaces.fields import WorkspaceModel


class Erasure(WorkspaceModel):
    """Who one person was, for the minutes in which every trace of them is looked for."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "contact"], name="accounts_erased_once")]

    def __str__(self) -> str:
        return str(self.contact_id)


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
