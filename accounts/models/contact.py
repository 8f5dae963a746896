"""The people at customers, and the kinds of people they are."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.account import Account
from accounts.models.word import trigrams
from workspaces.fields import WorkspaceManager, WorkspaceModel, WorkspaceQuerySet


class PersonaQuerySet(WorkspaceQuerySet["Persona"]):
    def in_use(self) -> "PersonaQuerySet":
        return self.filter(retired_at=None)


class Persona(WorkspaceModel):
    """One kind of person we sell to or serve: what they want, what hurts, and how to reach them."""

    name = models.CharField(_("name"), max_length=80)
    goals = models.TextField(_("goals"), blank=True)
    pains = models.TextField(_("pains"), blank=True)
    found_at = models.TextField(_("where to find them"), blank=True)
    speaks_to = models.TextField(_("what speaks to them"), blank=True)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceManager.from_queryset(PersonaQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint("workspace", Lower("name"), name="accounts_persona_once")]

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(WorkspaceQuerySet["Contact"]):
    def present(self) -> "ContactQuerySet":
        """Still with the company."""
        return self.filter(left_at=None)

    def known(self) -> "ContactQuerySet":
        """All but those who were erased, of whom only what they said in numbers is left."""
        return self.filter(erasing_at=None)


class Contact(WorkspaceModel):
    """One person at a customer. `external_id` is their id in the system `source`; `custom` as on Account.

    One whose erasure was asked for has `erasing_at` and no name any more; once every other trace of them has gone,
    too, `erased_at`.
    """

    class Role(models.TextChoices):
        DECISION_MAKER = "decision_maker", _("Decision maker")
        CHAMPION = "champion", _("Champion")
        END_USER = "end_user", _("End user")

    class Influence(models.TextChoices):
        """How much their word weighs when their company decides."""

        HIGH = "high", _("High")
        MEDIUM = "medium", _("Medium")
        LOW = "low", _("Low")

    class Stance(models.TextChoices):
        """How they stand towards us, as the owner sees it."""

        ADVOCATE = "advocate", _("Speaks for us")
        SUPPORTER = "supporter", _("Well disposed")
        NEUTRAL = "neutral", _("Neutral")
        SCEPTIC = "sceptic", _("Sceptical")
        OPPONENT = "opponent", _("Against us")

    class Consent(models.TextChoices):
        """Whether they agreed to be written to; where the law asks for more than a business relation."""

        UNKNOWN = "", _("Not recorded")
        GIVEN = "given", _("Given")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    account = models.ForeignKey(Account, models.CASCADE, related_name="contacts", db_index=False)
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, db_default="")
    role = models.CharField(_("role"), max_length=14, choices=Role.choices, default=Role.END_USER)
    locale = models.CharField(_("language"), max_length=10, blank=True)
    persona = models.ForeignKey(
        Persona, models.SET_NULL, related_name="contacts", null=True, blank=True, db_index=False
    )
    influence = models.CharField(_("influence"), max_length=6, choices=Influence.choices, blank=True)
    stance = models.CharField(_("attitude"), max_length=9, choices=Stance.choices, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    consent = models.CharField(_("consent"), max_length=9, choices=Consent.choices, blank=True)
    consent_at = models.DateTimeField(null=True, blank=True)
    consent_source = models.CharField(max_length=200, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    erasing_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = WorkspaceManager.from_queryset(ContactQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", Lower("email"), condition=~Q(email=""), name="accounts_contact_email"),
            models.UniqueConstraint(
                fields=["workspace", "source", "external_id"],
                condition=~Q(external_id=""),
                name="accounts_contact_external_id",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "id"], name="accounts_contacts_of"),
            models.Index(
                fields=["workspace", "account"],
                condition=Q(role="decision_maker", left_at=None),
                name="accounts_deciders_of",
            ),
            models.Index(
                fields=["workspace", "account", "left_at"], condition=Q(role="champion"), name="accounts_champions_of"
            ),
            models.Index(
                fields=["workspace", "persona"], condition=~Q(persona=None), name="accounts_contacts_by_persona"
            ),
            # Policies keep look-ups from the unique index on lower(email): lower() is not leakproof.
            models.Index(fields=["workspace", "email"], name="accounts_contacts_by_email"),
            models.Index("workspace", Lower("name"), name="accounts_contacts_by_name"),
            trigrams(Lower("name"), name="accounts_contact_name_trigrams"),
            trigrams(Lower("email"), name="accounts_contact_mail_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def opted_out(self) -> bool:
        return self.opted_out_at is not None
