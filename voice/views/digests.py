"""The digest as a page, who gets it by mail, and the link that stops it."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lib.time import DAY, now, today
from voice import issues, links
from voice.actions import digests as actions
from voice.forms import NamesForm, SubscriptionForm
from voice.models import Rhythm
from voice.queries import digests as queries
from voice.queries.digests import Span
from voice.views.pages import context
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability
from workspaces.models import Member


@requires(Capability.VIEW)
@require_safe
def digest(request: WorkspaceRequest) -> HttpResponse:
    """The issue of a week or month, as it goes by mail: `?rhythm=monthly&day=2026-05-31`."""
    about = _asked(request)
    mine = queries.subscription(request.member.member_id)
    later = queries.span(about.rhythm, about.last + (8 * DAY if about.rhythm == Rhythm.WEEKLY else 32 * DAY))
    shown = context(
        request,
        "digest",
        **issues.told(queries.digest(about)),
        rhythm=about.rhythm,
        rhythms=Rhythm.choices,
        earlier=about.before().last,
        later=later.last if later.last < today() else None,
        subscription=SubscriptionForm(initial={"is_weekly": mine.is_weekly, "is_monthly": mine.is_monthly}),
        names=NamesForm(initial={"names_people": queries.settings().names_people}),
    )
    return render(request, "voice/digest.html", shown)


def _asked(request: WorkspaceRequest) -> Span:
    """The span that holds `day`, or the last whole one."""
    asked = request.GET.get("rhythm", "")
    rhythm = asked if asked in Rhythm.values else Rhythm.WEEKLY.value
    last = queries.span(rhythm, today())
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return last
    if not date(2000, 1, 1) <= day <= last.last:
        return last
    return queries.span(rhythm, _after(rhythm, day))


def _after(rhythm: str, day: date) -> date:
    """The first day after the week or month of `day`."""
    if rhythm == Rhythm.MONTHLY:
        return (day.replace(day=28) + 4 * DAY).replace(day=1)
    return day + (7 - day.weekday()) * DAY


@requires(Capability.VIEW)
@require_POST
def subscribe(request: WorkspaceRequest) -> HttpResponse:
    """Choose how often one gets it."""
    form = SubscriptionForm(request.POST)
    form.is_valid()  # two boxes, ticked or not
    actions.subscribe(member_id=request.member.member_id, **form.cleaned_data)
    messages.success(request, _("Saved. You can change this at any time."))
    return redirect("voice:digest")


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def names_set(request: WorkspaceRequest) -> HttpResponse:
    """Whether quotes name the person."""
    form = NamesForm(request.POST)
    form.is_valid()
    actions.set_names(names_people=form.cleaned_data["names_people"], at=now(), by=request.user)
    messages.success(request, _("Saved."))
    return redirect("voice:digest")


@links.STOP.opens
def unsubscribe(request: HttpRequest, member: Member) -> HttpResponse:
    """No digest any more: a page with a button for people, one POST for mail programs."""
    if request.method == "POST":
        actions.subscribe(member_id=member.pk, is_weekly=False, is_monthly=False)
    mine = queries.subscription(member.pk)
    shown = {"member_name": member, "is_off": not (mine.is_weekly or mine.is_monthly)}
    return render(request, "voice/unsubscribe.html", shown)
