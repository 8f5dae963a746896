"""What can be asked, and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The three questions: content with this, easy, would recommend us."""

    CSAT = "csat", _("CSAT")
    CES = "ces", _("CES")
    NPS = "nps", _("NPS")


class Trigger(models.TextChoices):
    """What sets a survey off. Onboarding is over when a customer leaves Delivery for Use or a later stage; offboarding
    when it enters Churn; an escalation is resolved when nothing holds it open any more.
    """

    TICKET_CLOSED = "ticket_closed", _("A ticket was closed")
    ESCALATION_RESOLVED = "escalation_resolved", _("An escalation was resolved")
    ONBOARDING_FINISHED = "onboarding_finished", _("Onboarding is finished")
    STAGE_ENTERED = "stage_entered", _("A stage was entered")
    OFFBOARDING_FINISHED = "offboarding_finished", _("Offboarding is finished")
    RENEWAL_NEAR = "renewal_near", _("The renewal comes near")
    RECURRING = "recurring", _("Again and again, in waves")
    BY_HAND = "by_hand", _("When somebody sends a wave")


WAVES = (Trigger.RECURRING, Trigger.BY_HAND)
RELATIONAL = (*WAVES, Trigger.RENEWAL_NEAR)  # about the relationship as a whole, after no event
POINTS = {Kind.CSAT: (5, 3, 2), Kind.CES: (7,), Kind.NPS: (11,)}
