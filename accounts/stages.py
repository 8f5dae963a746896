"""The nine stages a customer goes through, in order."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Where a customer is with us."""

    AWARENESS = "awareness", _("Awareness")
    CONSIDERATION = "consideration", _("Consideration")
    DECISION = "decision", _("Decision")
    DELIVERY = "delivery", _("Delivery")
    USE = "use", _("Use")
    LOYALTY = "loyalty", _("Loyalty")
    ADVOCACY = "advocacy", _("Advocacy")
    DISAPPOINTMENT = "disappointment", _("Disappointment")
    CHURN = "churn", _("Churn")


PROSPECT = [Stage.AWARENESS, Stage.CONSIDERATION, Stage.DECISION]
CUSTOMER = [Stage.DELIVERY, Stage.USE, Stage.LOYALTY, Stage.ADVOCACY, Stage.DISAPPOINTMENT]


class Band(models.TextChoices):
    """The three bands of a health score; an account without enough data has none."""

    HEALTHY = "healthy", _("Healthy")
    WATCH = "watch", _("Watch")
    AT_RISK = "at_risk", _("At risk")
