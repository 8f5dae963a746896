"""An occasion as a chat tells it: what, of whom, and by when."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Account
from lib.formatting import exact, money_short
from lib.markup import band_label
from notices import links, words
from notices.chat import News
from notices.models import ChatMessage


def of(message: ChatMessage) -> News:
    """In the language that is active; a message without an occasion is a test."""
    occasion = message.occasion
    if occasion is None:
        return News(
            title=_("A test from Ninefold"),
            url=links.absolute(reverse("notices:chat", args=[message.hook_id])),
            lines=(_("“%(name)s” is told here from now on.") % {"name": message.hook.name},),
        )
    said, account = words.say(occasion), occasion.account
    name = f"{account.name}: " if account else ""
    return News(
        title=f"{name}{said.title}",
        url=links.absolute(occasion.link),
        lines=(said.text, _about(account) if account else ""),
        is_urgent=said.is_urgent,
    )


def _about(account: Account) -> str:
    """`At risk 41 · €48k a year · renews on 12 Dec 2026 · Sofia Lind`."""
    score = "" if account.health_score is None else f" {round(account.health_score)}"
    owner = account.owner.user.name if account.owner else _("no owner")
    renewal = _("renews on %(day)s") % {"day": exact(account.renews_on)} if account.renews_on else ""
    worth = money_short(account.arr_minor, account.currency) if account.arr_minor else ""
    return " · ".join(part for part in (f"{band_label(account.health_band)}{score}", worth, renewal, owner) if part)
