"""How a workspace shows itself to its customers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.pictures import shown_size
from workspaces.fields import WorkspaceModel


class Look(WorkspaceModel):
    """What the mails and pages of one workspace look like to its customers, and what follows an answer.

    Logo and colour are served at addresses made of `key`, which stays, so that mails sent before show them, too;
    `token_hash` is its digest.
    `dark_accent` is the tone of `accent` that can be read on dark paper.
    """

    logo = models.BinaryField(_("logo"), default=b"")
    logo_type = models.CharField(max_length=10, blank=True)
    logo_width = models.PositiveSmallIntegerField(default=0)
    logo_height = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=43, blank=True)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    accent = models.CharField(_("colour"), max_length=7, blank=True)
    dark_accent = models.CharField(max_length=7, blank=True)
    reply_to = models.EmailField(_("address for replies"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    offers_call = models.BooleanField(_("offer a call"), default=True)
    asks_referral = models.BooleanField(_("ask for referrals"), default=False)
    review_url = models.URLField(_("address for public reviews"), max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="surveys_look_once")]

    def __str__(self) -> str:
        return self.accent or "plain"

    @property
    def logo_shown_width(self) -> int:
        return shown_size(self.logo_width, self.logo_height)[0]

    @property
    def logo_shown_height(self) -> int:
        return shown_size(self.logo_width, self.logo_height)[1]
