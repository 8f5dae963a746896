"""Prepared mails to a customer, fitting to what happened; sent from the member's own mail program."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from accounts.models import Contact
from alerts.kinds import Kind
from lib.languages import spoken

ANSWERED, SILENT, RENEWAL, PROMISE, PEOPLE, USE = "answered", "silent", "renewal", "promise", "people", "use"
OCCASIONS = {
    Kind.ANSWER: ANSWERED,
    Kind.SILENCE: SILENT,
    Kind.RENEWAL_QUIET: RENEWAL,
    Kind.EXPECTATION_BROKEN: PROMISE,
    Kind.CHAMPION_LEFT: PEOPLE,
    Kind.NO_DECIDER: PEOPLE,
    Kind.SEATS_FALLING: USE,
    Kind.METRIC: USE,
}


@dataclass(frozen=True)
class Draft:
    """A mail that somebody reads once more before they send it."""

    to: str
    subject: str
    body: str

    @property
    def address(self) -> str:
        """The link that opens it in the reader's mail program."""
        body = self.body.replace("\n", "\r\n")
        return f"mailto:{quote(self.to, safe='@')}?subject={quote(self.subject, safe='')}&body={quote(body, safe='')}"


def occasion(drivers: Sequence[Mapping[str, Any]], *, renews_soon: bool) -> str:
    """What to write about: what an alert tells of first, else the renewal, else how it goes."""
    told = [OCCASIONS[Kind(one["kind"])] for one in drivers if one.get("kind") in OCCASIONS]
    answered = [ANSWERED for one in drivers if "answer_id" in one]
    return next(iter([*answered, *told]), RENEWAL if renews_soon else "")


def draft(about: str, contact: Contact, *, ours: str, sender: str) -> Draft:
    """A mail to `contact` in their language, from `sender` of the company `ours`."""
    with spoken(contact.locale):
        subject, text = _texts(about)
        words = {"name": contact.name or contact.email, "ours": ours, "sender": sender}
        body = [_("Dear %(name)s,"), text, _("Kind regards\n%(sender)s\n%(ours)s")]
        return Draft(contact.email, subject % words, "\n\n".join(body) % words)


def _texts(about: str) -> tuple[str, str]:
    found = {
        ANSWERED: (
            _("Your feedback to %(ours)s"),
            _(
                "Thank you for telling us how it went. That is not what we want for you, and I would like to "
                "understand what happened.\n\nWhen may I call you this week?"
            ),
        ),
        SILENT: (
            _("How are you getting on?"),
            _(
                "We have not spoken for a while, and I would like to hear how you are getting on and what comes next "
                "for you.\n\nDo you have half an hour in the coming days?"
            ),
        ),
        RENEWAL: (
            _("Before your contract renews"),
            _(
                "Your contract with us is about to renew. Before it does, I would like to look back with you: what has "
                "worked, what has not, and what you need next.\n\nWhen would it suit you?"
            ),
        ),
        PROMISE: (
            _("What we promised you"),
            _(
                "We promised you something and did not keep it. I am sorry. I would like to tell you what we do about "
                "it and by when.\n\nWhen may I call you?"
            ),
        ),
        PEOPLE: (
            _("Who we may turn to"),
            _(
                "I would like to be sure that we speak with the right people at your company. Could you tell me who "
                "decides about our work together, and who uses it most?\n\nI would be glad to meet them."
            ),
        ),
        USE: (
            _("Can we help you to use it more?"),
            _(
                "We see that your colleagues use our service less than before. Is something in their way, or has "
                "something changed on your side?\n\nI can show you what others do about it. When would it suit you?"
            ),
        ),
    }  # fmt: skip
    otherwise = (
        _("How are you getting on?"),
        _("I would like to hear how things go and where we can help.\n\nDo you have half an hour in the coming days?"),
    )
    return found.get(about, otherwise)
