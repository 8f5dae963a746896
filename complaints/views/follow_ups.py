"""Bad answers that somebody has to speak about, and how well that is kept."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints import rows
from complaints.actions import follow_up as actions
from complaints.forms.follow_up import DAYS, SHOWS, FollowUpFilter, FollowUpForm
from complaints.queries import case as case_queries
from complaints.queries import follow_up as queries
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def follow_up_list(request: WorkspaceRequest) -> HttpResponse:
    """`?show=` open, overdue, done, dropped or all; `?who=`; the figures are of the answers of the last `?days=`."""
    at, people = now(), rows.people()
    wanted = rows.chosen_follow_ups(FollowUpFilter(request.GET, people=people), request.member)
    found = rows.followed(wanted, request.member)
    lines, page = rows.follow_up_page(
        rows.shown_follow_ups(found, wanted, at),
        wanted.show,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "lines": [rows.follow_up_line(one, at) for one in lines],
        "before": page.before,
        "after": page.after,
        "wanted": wanted,
        "form": FollowUpFilter(initial={"who": wanted.who}, people=people),
        "shows": SHOWS,
        "periods": DAYS,
        "kept": queries.kept(found.filter(opened_at__gte=at - timedelta(days=wanted.days)), at),
        "overdue": found.overdue(at).count(),
        "can_work": request.member.can(Capability.WORK),
        "nav": "surveys",
    }
    return render(request, "complaints/follow_up_list.html", context)


@requires(Capability.VIEW)
def follow_up(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """What was answered and what came of it; who works here says with whom they spoke."""
    one, at = get_object_or_404(queries.follow_ups(), pk=pk), now()
    can_work = request.member.can(Capability.WORK)
    form = FollowUpForm(request.POST if request.method == "POST" and can_work else None, account=one.account)
    if form.is_valid():
        try:
            actions.settle_follow_up(follow_up=one, at=at, by=request.user, **form.cleaned_data)
            messages.success(request, _("Written down: the follow-up is done."))
        except actions.AlreadyTold:
            messages.info(request, _("Somebody wrote down before how it went: that stands."))
        return redirect("complaints:follow_up", pk)
    context = {
        **rows.follow_up_line(one, at),
        "complaint": case_queries.of_source("answer", one.answer_id),
        "can_work": can_work,
        "can_tell": can_work and one.outcome in {"", actions.OUTCOME.NOT_REACHED},
        "form": form,
        "nav": "surveys",
    }
    return render(request, "complaints/follow_up.html", context, status=422 if form.errors else 200)
