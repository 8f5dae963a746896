"""What members can be told of, how, and what holds until they choose. No rows in here."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workspaces.capabilities import Capability


class Kind(models.TextChoices):
    """One thing that can be told, the most pressing first."""

    URGENT_ALERT = "urgent_alert", _("Urgent alert")
    BAD_ANSWER = "bad_answer", _("Bad answer")
    COMPLAINT_OVERDUE = "complaint_overdue", _("Complaint is overdue")
    COMPLAINT_OPENED = "complaint_opened", _("Complaint")
    ALERT_ESCALATED = "alert_escalated", _("Alert nobody has touched")
    ALERT_ASSIGNED = "alert_assigned", _("Alert handed to you")
    ALERT_OPENED = "alert_opened", _("Alert")
    TASK_ASSIGNED = "task_assigned", _("Task handed to you")
    TASK_OVERDUE = "task_overdue", _("Task is overdue")
    RENEWAL_NEAR = "renewal_near", _("Renewal is near")
    REVIEWS_DUE = "reviews_due", _("Reviews are due")
    THEME_RISEN = "theme_risen", _("A theme rises")
    WORK_DONE = "work_done", _("What you started is done")
    WORK_STUCK = "work_stuck", _("Work is stuck")
    CHAT_OFF = "chat_off", _("Chat switched off")


class ByMail(models.TextChoices):
    """Whether a mail follows."""

    AT_ONCE = "at_once", _("At once")
    DIGEST = "digest", _("In the digest")
    NEVER = "never", _("Never")


@dataclass(frozen=True)
class Way:
    """How one member is told of one kind."""

    in_app: bool = True
    mail: str = ByMail.DIGEST


DEFAULTS: dict[str, Way] = {
    Kind.URGENT_ALERT: Way(mail=ByMail.AT_ONCE),
    Kind.BAD_ANSWER: Way(mail=ByMail.AT_ONCE),
    Kind.COMPLAINT_OVERDUE: Way(mail=ByMail.AT_ONCE),
    Kind.WORK_DONE: Way(mail=ByMail.NEVER),
}

ABOUT: dict[str, "str | Promise"] = {
    Kind.URGENT_ALERT: _("A decision maker of an account of yours is unhappy."),
    Kind.BAD_ANSWER: _("A customer of yours answered badly. An alert that this opens is told here, not twice."),
    Kind.COMPLAINT_OVERDUE: _("The time that you promised a customer who complained has passed."),
    Kind.COMPLAINT_OPENED: _("A customer of yours complained, or somebody gave you a complaint."),
    Kind.ALERT_ESCALATED: _("For managers: days have passed, and nobody has taken an alert up."),
    Kind.ALERT_ASSIGNED: _("Somebody else made an alert yours."),
    Kind.ALERT_OPENED: _("Any other alert of an account of yours."),
    Kind.TASK_ASSIGNED: _("Somebody else gave you something to do."),
    Kind.TASK_OVERDUE: _("The day of a task of yours has passed."),
    Kind.RENEWAL_NEAR: _("An account of yours renews in 30 days or less."),
    Kind.REVIEWS_DUE: _("The quarter ends in 30 days or less, and reviews of accounts of yours are not prepared."),
    Kind.THEME_RISEN: _("More customers than before speak of something, by more than chance would bring."),
    Kind.WORK_DONE: _(
        "An import, a test of the risk, or scores by other weights that you started have come to an end."
    ),
    Kind.WORK_STUCK: _("Something failed for good, or may have gone out: once a day at most."),
    Kind.CHAT_OFF: _("A chat takes no messages any more."),
}

NEEDED: dict[str, str] = {
    Kind.ALERT_ESCALATED: Capability.CONFIGURE_HEALTH,
    Kind.WORK_STUCK: Capability.ADMINISTER,
    Kind.CHAT_OFF: Capability.ADMINISTER,
}
# Not what is between two people, or about Ninefold itself.
FOR_CHATS = [
    str(kind)
    for kind in (
        Kind.URGENT_ALERT,
        Kind.BAD_ANSWER,
        Kind.COMPLAINT_OVERDUE,
        Kind.COMPLAINT_OPENED,
        Kind.ALERT_ESCALATED,
        Kind.ALERT_OPENED,
        Kind.TASK_OVERDUE,
        Kind.RENEWAL_NEAR,
        Kind.THEME_RISEN,
    )
]
RANKS = {kind: rank for rank, kind in enumerate(Kind.values)}


def default(kind: str) -> Way:
    """What holds for a member who has not chosen."""
    return DEFAULTS.get(kind, Way())


def needed(kind: str) -> str:
    """The capability without which nobody is told."""
    return NEEDED.get(kind, Capability.VIEW)
