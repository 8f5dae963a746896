"""What customers talk about in the demo, and what is improved because of it."""

from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Account, Contact, Contract
from dashboard.demo.base import Team
from segments.models import SegmentMember
from surveys.models import Invitation
from voice.actions import concluding, digests, improvements, reading
from voice.models import Measure, Source, Theme
from voice.queries import texts

# Title, why, theme, measure, days ago it was set, days after which it is due, days after which it was done
IMPROVEMENTS = [
    (
        "A call the day after a ticket is closed",
        "Customers are told that it is solved, and sometimes it is not. We call, and ask.",
        "", Measure.CSAT, 75, 15, 10,
    ),
    (
        "No ticket is closed without asking",
        "Agents ask before they close, and look again after three days.",
        "Quality of the fix", Measure.NEGATIVE, 40, 60, 0,
    ),
    (
        "Invoices show seats by site",
        "Finance people cannot tell what they pay for.",
        "Price and contract", Measure.SHARE, 50, 35, 0,
    ),
]  # fmt: skip
WINDOW = 30


def listen(team: Team, at: datetime) -> None:
    """Read all that was said, set three improvements, and let the manager have the digest."""
    _note_who_was_asked()
    for source in Source.values:
        while ids := texts.unread(source, at - reading.BACK, reading.CHUNK):
            reading.read(source=source, ids=ids, at=at)
    _improve(team, at)
    digests.subscribe(member_id=team.manager.pk, is_weekly=True, is_monthly=True)
    concluding.conclude(at=at)


def _note_who_was_asked() -> None:
    """As it stood with every mail, had it been sent: whose customer, in which segments, with which product."""
    theirs = {"account": OuterRef("account")}
    contracts = Contract.objects.filter(**theirs).order_by("-ends_on", "-pk").values("name")
    segments = SegmentMember.objects.filter(**theirs).order_by("segment").values("segment_id")
    Invitation.objects.update(
        owner=Subquery(Account.objects.filter(pk=OuterRef("account")).values("owner")),
        persona=Subquery(Contact.objects.filter(pk=OuterRef("contact")).values("persona")),
        product=Coalesce(Subquery(contracts[:1]), Value("")),
        segment_ids=ArraySubquery(segments),
    )


def _improve(team: Team, at: datetime) -> None:
    themes = {theme.name: theme for theme in Theme.objects.in_use()}
    owners = [team.manager, *team.csms]
    for number, (title, about, theme, measure, ago, due, done) in enumerate(IMPROVEMENTS):
        set_at = at - timedelta(days=ago)
        changes = {
            "title": title,
            "about": about,
            "theme": themes.get(theme),
            "measure": measure,
            "window_days": WINDOW,
            "owner": owners[number % len(owners)],
            "due_on": (set_at + timedelta(days=due)).date(),
        }
        by = team.manager.user
        row = improvements.add_improvement(changes=changes, at=set_at, by=by)
        if done:
            improvements.finish(improvement=row, at=set_at + timedelta(days=done), by=by)
