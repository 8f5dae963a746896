"""What made us doubt that a person answered, in words."""

from django.utils.translation import gettext_lazy as _

from surveys import suspicion
from surveys.models import Answer, AnswerQuerySet

DOUBTS = {
    suspicion.HIDDEN_LINK: _("A link that people cannot see was opened by the same program"),
    suspicion.HIDDEN_FIELD: _("A field that people cannot see was filled in"),
    suspicion.MANY_LINKS: _("Three or more of the mail's numbers were opened within a minute"),
    suspicion.TOO_FAST: _("It was sent within two seconds of opening the page"),
}


def waiting() -> AnswerQuerySet:
    """Those that nobody has confirmed yet."""
    return Answer.objects.doubtful()
