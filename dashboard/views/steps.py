"""The next step with a customer: call, send a mail, or dismiss them from Today for a while."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries as account_queries
from accounts.models import Account, Contact
from accounts.queries import RENEWS_SOON
from alerts import queries as alert_queries
from alerts.actions import care, dismissals
from alerts.models import Dismissal
from dashboard import briefing, callees, drafts, summaries, worksheet
from dashboard.step_forms import CallForm, DismissForm, SentForm
from dashboard.summaries import Summary
from journeys import actions as journey_actions
from lib import downloads
from lib.formatting import exact
from lib.paging import Sort, page_of
from lib.time import now, today
from lib.ways import way_back
from workspaces import queries as workspace_queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

LAST_FIRST = Sort("at", falls=True, ids_fall=True)
STEP = require_http_methods(["GET", "HEAD", "POST"])


@requires(Capability.WORK)
@STEP
def call(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """What to know before a call, whom to call, and how it went."""
    summary, people, person = _known(request, pk)
    initial = {"contact": person.pk if person else ""}
    form = CallForm(request.POST or None, people=people, initial=initial)
    if form.is_valid():
        return _logged(request, summary, form)
    context = {
        "brief": briefing.brief(summary),
        "pressing": summary.pressing,
        "others": [contact for contact in people if contact != person],
    }
    return _page(request, "call", summary.account, form, person, context)


@requires(Capability.WORK)
@STEP
def send(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A prepared mail, `?to=` a person, to be sent from one's own mail program; then logged as sent."""
    summary, people, person = _known(request, pk)
    reachable = [contact for contact in people if contact.email]
    wanted = {str(contact.pk): contact for contact in reachable}.get(request.GET.get("to", ""))
    person = wanted or (person if person in reachable else next(iter(reachable), None))
    draft = _draft(request, summary, person) if person else None
    initial = {"contact": person and person.pk, "summary": draft and _("Mail: %(about)s") % {"about": draft.subject}}
    form = SentForm(request.POST or None, people=people, initial=initial)
    if form.is_valid():
        return _logged(request, summary, form)
    context = {"draft": draft, "reachable": reachable, "pressing": summary.pressing}
    return _page(request, "send", summary.account, form, person, context)


def _known(request: WorkspaceRequest, pk: int) -> tuple[Summary, list[Contact], Contact | None]:
    """What is known of an account, who is there, and whom to speak to."""
    account: Account = get_object_or_404(account_queries.accounts(), pk=pk)
    summary = summaries.summary_of(account, at=now(), today=today())
    people = callees.present(pk)
    drivers = [driver for alert in summary.pressing[:1] for driver in alert.drivers]
    return summary, people, callees.right_person(people, drivers)


def _draft(request: WorkspaceRequest, summary: Summary, person: Contact) -> drafts.Draft:
    renews_on = summary.account.renews_on
    renews_soon = renews_on is not None and summary.today <= renews_on <= summary.today + RENEWS_SOON
    about = drafts.occasion([one for alert in summary.pressing[:1] for one in alert.drivers], renews_soon=renews_soon)
    ours = workspace_queries.workspace(request.workspace_id).name
    return drafts.draft(about, person, ours=ours, sender=str(request.user))


def _logged(request: WorkspaceRequest, summary: Summary, form: CallForm | SentForm) -> HttpResponse:
    at = now()
    journey_actions.log_touchpoint(account=summary.account, at=at, by=request.user, **form.touchpoint)
    for alert in summary.pressing if form.cleaned_data["acknowledge"] else ():
        care.acknowledge_alert(alert=alert, at=at, by=request.user)
    messages.success(request, _("Logged."))
    return redirect(way_back(request, reverse("dashboard:account", args=[summary.account.pk])))


@requires(Capability.WORK)
@STEP
def dismiss(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take an account off Today until a day, with a reason."""
    account: Account = get_object_or_404(account_queries.accounts(), pk=pk)
    form = DismissForm(request.POST or None, today=today())
    if form.is_valid():
        row = dismissals.dismiss(account=account, **form.cleaned_data, at=now(), by=request.user)
        words = {"name": account.name, "until": exact(row.until)}
        messages.success(request, _("%(name)s is off Today until %(until)s, or until something new happens.") % words)
        target = way_back(request, reverse("dashboard:today"))
        return redirect(f"{target}{'&' if '?' in target else '?'}dismissed={row.pk}")
    return _page(request, "dismiss", account, form, None, {})


def _page(
    request: WorkspaceRequest, name: str, account: Account, form: Any, person: Contact | None, context: dict[str, Any]
) -> HttpResponse:
    about = {
        "account": account,
        "form": form,
        "person": person,
        "next": way_back(request, ""),
        "cancel": way_back(request, reverse("dashboard:account", args=[account.pk])),
        "nav": "today",
    }
    status = 422 if form.is_bound else 200
    return render(request, f"dashboard/{name}.html", {**about, **context}, status=status)


# ------------------------------------------------------------------------------------------- what was dismissed


@requires(Capability.VIEW)
@require_safe
def dismissed_list(request: WorkspaceRequest) -> HttpResponse:
    """What is off Today now, why, and until when."""
    found = alert_queries.off_today(today())
    place = page_of(found, LAST_FIRST, [], after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    rows = found.in_bulk([row["pk"] for row in place.rows])
    context = {
        "rows": [rows[row["pk"]] for row in place.rows if row["pk"] in rows],
        "place": place,
        "can_work": request.member.can(Capability.WORK),
        "nav": "today",
    }
    return render(request, "dashboard/dismissed_list.html", context)


@requires(Capability.VIEW)
@require_safe
def dismissed_export(request: WorkspaceRequest) -> HttpResponse:
    """What is off Today now, as CSV."""
    return downloads.export("dismissed", worksheet.dismissed(alert_queries.off_today(today())))


@requires(Capability.WORK)
@require_POST
def dismissed_undo(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put it on Today again."""
    row = get_object_or_404(Dismissal.objects.select_related("account"), pk=pk)
    try:
        dismissals.bring_back(dismissal=row, at=now(), by=request.user)
    except dismissals.AlreadyBack:
        messages.info(request, _("%(name)s is back already.") % {"name": row.account.name})
    else:
        messages.success(request, _("%(name)s is back.") % {"name": row.account.name})
    return redirect(way_back(request, reverse("dashboard:dismissed_list")))
