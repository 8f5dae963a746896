"""The workspace's own fields."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet


class CustomFieldQuerySet(WorkspaceQuerySet["CustomField"]):
    def in_use(self) -> "CustomFieldQuerySet":
        return self.filter(retired_at=None)

    def of(self, about: str) -> "CustomFieldQuerySet":
        return self.filter(about=about)


class CustomField(WorkspaceModel):
    """One field that a workspace added to accounts or contacts; values are in their column `custom`, by `key`."""

    class About(models.TextChoices):
        ACCOUNT = "account", _("Accounts")
        CONTACT = "contact", _("Contacts")

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        CHOICE = "choice", _("Choice")
        YES_NO = "yes_no", _("Yes or no")

    about = models.CharField(max_length=7, choices=About.choices)
    key = models.SlugField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    choices = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    help = models.CharField(_("what it means"), max_length=200, blank=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(CustomFieldQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "about", "key"], name="accounts_custom_field_key")]

    def __str__(self) -> str:
        return self.name
