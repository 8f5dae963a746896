"""How a member is told; and no digest any more, by a link in one."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from lib.time import now
from notices import links, rows
from notices.actions import choosing
from notices.forms import ChoicesForm
from notices.models import Preference
from notices.queries import notices as queries
from notices.queries import people as people_queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability
from workspaces.models import Member


@requires(Capability.VIEW)
def choices(request: WorkspaceRequest) -> HttpResponse:
    """The form; with `preview` what was typed is shown at work, and not kept."""
    member, posted = request.member, request.POST if request.method == "POST" else None
    kept = people_queries.preference(member.member_id)
    form = ChoicesForm(posted, preference=kept, role=member.role)
    is_fine = form.is_valid()
    if is_fine and "preview" not in request.POST:
        choosing.choose(member_id=member.member_id, ways=form.ways(), at=now(), **_digest(form))
        messages.success(request, _("Saved. You are told this way from now on."))
        return redirect("notices:choices")
    shown = (
        Preference(ways={kind: vars(way) for kind, way in form.ways().items()}, **_digest(form)) if is_fine else kept
    )
    since, until = _yesterday(now())
    told = queries.of_span(member.member_id, since, until)
    context = {"form": form, "day": since, "is_draft": is_fine, **rows.preview(told, shown)}
    part = "#preview" if request.htmx and is_fine else ""
    return render(request, f"notices/choices.html{part}", context, status=422 if form.errors else 200)


def _digest(form: ChoicesForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("digest", "hour")}


def _yesterday(at: datetime) -> tuple[datetime, datetime]:
    """The member's yesterday, from midnight to midnight."""
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=1), today


@links.STOP.opens
def unsubscribe(request: HttpRequest, member: Member) -> HttpResponse:
    """No digest any more: a page with a button for people, one POST for mail programs."""
    if request.method == "POST":
        digest = Preference.Digest.DAILY if "undo" in request.POST else Preference.Digest.OFF
        choosing.set_digest(member_id=member.pk, digest=digest, at=now())
    preference = people_queries.preference(member.pk)
    context = {"member_name": member, "is_off": preference.digest == Preference.Digest.OFF}
    return render(request, "notices/unsubscribe.html", context)
