"""The playbooks that every workspace starts with, in words to be translated when it is founded."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact

DECIDER, CHAMPION, USER = Contact.Role.DECISION_MAKER.value, Contact.Role.CHAMPION.value, Contact.Role.END_USER.value

STARTERS: list[tuple[Promise, Promise, list[tuple[Promise, int, str]]]] = [
    (
        _("Onboarding kick-off"),
        _("A contract has just begun: agree on what success looks like before the work starts."),
        [
            (_("Read why they bought: the plan, the contract, the notes of the sale"), 1, ""),
            (_("Welcome call: agree on goals, dates, and who does what"), 3, DECIDER),
            (_("Kick-off with the people who will use it"), 7, CHAMPION),
            (_("Write the success plan and have it confirmed"), 10, DECIDER),
            (_("Check that people have begun to use it, and ask what is in their way"), 21, USER),
        ],
    ),
    (
        _("Usage fell"),
        _("A customer uses less than before: find out why while there is still time."),
        [
            (_("See what fell: which people, which features, since when"), 1, ""),
            (_("Call and ask what has changed"), 2, CHAMPION),
            (_("Send the guide or the training that fits"), 5, USER),
            (_("Look at the numbers again, and tell them what you see"), 14, DECIDER),
        ],
    ),
    (
        _("Detractor answered"),
        _("Somebody answered badly: hear them out, put it right, and tell them what was done."),
        [
            (_("Read the answer, and the tickets before it"), 0, ""),
            (_("Call whoever answered: listen, promise nothing yet"), 1, ""),
            (_("Agree in the team what is put right, and by when"), 3, ""),
            (_("Tell them what was done"), 7, ""),
            (_("Ask whether it is good again"), 21, ""),
        ],
    ),
    (
        _("Renewal in 90 days"),
        _("A contract ends in about 90 days: show the value before anybody talks about the price."),
        [
            (_("Check goals, promises and use: what did they get for their money?"), 5, ""),
            (_("Ask whether they mean to renew, and what it hangs on"), 14, DECIDER),
            (_("Hold a review that shows the value"), 30, DECIDER),
            (_("Send the offer"), 45, DECIDER),
            (_("Settle what is open, and get the signature"), 75, DECIDER),
        ],
    ),
]


def starters() -> list[dict[str, Any]]:
    """Name, what for and steps of each, in the language that holds now."""
    return [
        {
            "name": str(name),
            "about": str(about),
            "steps": [{"text": str(text), "due_in_days": days, "role": role} for text, days, role in steps],
        }
        for name, about, steps in STARTERS
    ]
