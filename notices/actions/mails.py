"""Notices as mail, in the reader's language and zone."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.models import Alert
from lib.markup import band_label
from notices import links, words
from notices.kinds import RANKS
from notices.models import Notice
from notices.queries.people import People
from outbox import mail
from workspaces.models import Member, User
from workspaces.readers import reading_as

MOST_TOLD = 100  # in one digest; the list in the app has them all


def post_at_once(*, notices: Sequence[Notice], people: People, at: datetime) -> None:
    """One mail each; the alerts behind them are read in one statement."""
    ids = [one.occasion.data["alert_id"] for one in notices if "alert_id" in one.occasion.data]
    alerts = Alert.objects.in_bulk(ids) if ids else {}
    for notice in notices:
        user = people.by_id[notice.member_id].user
        with reading_as(user):
            _post(notice, user, alerts.get(notice.occasion.data.get("alert_id")), at)
        notice.mailed_at = at
    Notice.objects.bulk_update(notices, ["mailed_at"], batch_size=1000)


def _post(notice: Notice, user: User, alert: Alert | None, at: datetime) -> None:
    account, said = notice.occasion.account, words.say(notice.occasion)
    reasons = alert.reasons if alert else []
    subject = _("Urgent: %(account)s: %(rule)s") if said.is_urgent else _("%(account)s: %(rule)s")
    context = {
        "said": said,
        "why": words.why(notice.occasion.kind),
        "reasons": [*([] if said.text in reasons else [said.text]), *reasons],
        "account": account,
        "alert": alert,
        "alert_url": links.absolute(notice.occasion.link),
        "band": band_label(account.health_band) if account else "",
        "url": links.opening(notice.pk),
        "account_url": links.absolute(reverse("dashboard:account", args=[account.pk])) if account else "",
        "choose_url": links.absolute(reverse("notices:choices")),
    }
    mail.post(
        to=user.email,
        subject=subject % {"account": account.name, "rule": said.title} if account else said.title,
        text=render_to_string("notices/mail/notice.txt", context),
        html=render_to_string("notices/mail/notice.html", context),
        key=f"notice:{notice.pk}",
        at=at,
    )


def post_digest(*, member: Member, notices: Sequence[Notice], at: datetime) -> None:
    """All of them in one mail, which a mail program can be told to send no more of."""
    unsubscribe_url = links.STOP.address(member.pk)
    with reading_as(member.user):
        context = {
            **digest(notices),
            "unsubscribe_url": unsubscribe_url,
            "list_url": links.absolute(reverse("notices:notice_list")),
            "choose_url": links.absolute(reverse("notices:choices")),
        }
        mail.post(
            to=member.user.email,
            subject=_digest_subject(len(notices)),
            text=render_to_string("notices/mail/digest.txt", context),
            html=render_to_string("notices/mail/digest.html", context),
            key=f"digest:{member.pk}:{at.isoformat()}",
            at=at,
            list_id="digest",
            unsubscribe_url=unsubscribe_url,
        )


def _digest_subject(count: int) -> str:
    words = ngettext(
        "%(count)d thing to know about your customers", "%(count)d things to know about your customers", count
    )
    return words % {"count": count}


def digest(notices: Sequence[Notice]) -> dict[str, Any]:
    """What a digest holds: by account, the one with the most pressing notice first."""
    pressing = sorted(notices, key=_pressing)
    groups = [list(some) for _account, some in groupby(sorted(pressing, key=_account_id), key=_account_id)]
    groups.sort(key=lambda some: _pressing(some[0]))
    told, left = [], MOST_TOLD
    for some in groups:
        if left > 0:
            told.append({"account": some[0].occasion.account, "lines": list(_lines(some[:left]))})
            left -= len(some)
    return {"count": len(notices), "groups": told, "more": max(len(notices) - MOST_TOLD, 0)}


def _pressing(notice: Notice) -> tuple[int, int]:
    """The most pressing kind first, then the newest."""
    return RANKS[notice.occasion.kind], -notice.pk


def _account_id(notice: Notice) -> int:
    return notice.occasion.account_id or 0


def _lines(notices: Iterable[Notice]) -> Iterator[dict[str, Any]]:
    for notice in notices:
        yield {
            "said": words.say(notice.occasion),
            "at": notice.occasion.created_at,
            "url": links.opening(notice.pk),
        }
