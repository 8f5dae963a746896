"""Members, tokens, the audit trail, one's own profile."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lib.paging import Sort, page_of
from lib.time import now
from workspaces import actions, queries, words
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability, Role
from workspaces.forms import InviteForm, ProfileForm, RoleForm, TokenForm
from workspaces.middleware import SESSION_KEY
from workspaces.models import ApiToken, Invitation, Member
from workspaces.secrets import keep_for_next_page, take_from_last_page

NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)
AUDITED = ("at", "kind", "subject", "detail", "user__name", "user__email", "token__name")


@requires(Capability.VIEW)
@require_safe
def settings(request: WorkspaceRequest) -> HttpResponse:
    can = {capability.value: request.member.can(capability) for capability in Capability}
    return render(request, "workspaces/settings.html", {"can": can})


@requires(Capability.ADMINISTER)
def member_list(request: WorkspaceRequest) -> HttpResponse:
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _invite(request, form):
        messages.success(request, _("The invitation is on its way. Its link works for 7 days."))
        return redirect("workspaces:member_list")
    context = {
        "form": form,
        "members": queries.members(),
        "invitations": queries.open_invitations(now()),
        "roles": Role.choices,
    }
    return render(request, "workspaces/member_list.html", context, status=422 if form.is_bound else 200)


def _invite(request: WorkspaceRequest, form: InviteForm) -> bool:
    try:
        actions.invite(**form.cleaned_data, at=now(), by=request.user)
    except actions.AlreadyMember:
        form.add_error("email", _("This person is a member already."))
    except actions.AlreadyInvited:
        form.add_error("email", _("This person is invited already. Withdraw the invitation to send another."))
    return form.is_valid()


@requires(Capability.ADMINISTER)
@require_POST
def member_role(request: WorkspaceRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(queries.members(), pk=pk)
    form = RoleForm(request.POST)
    if form.is_valid() and form.cleaned_data["role"] != member.role:
        try:
            actions.change_role(member=member, role=form.cleaned_data["role"], at=now(), by=request.user)
        except actions.LastAdmin:
            messages.error(request, _("A workspace needs an administrator: make somebody else one first."))
        else:
            messages.success(request, _("The new role counts from now on."))
    return redirect("workspaces:member_list")


@requires(Capability.ADMINISTER)
@require_POST
def member_remove(request: WorkspaceRequest, pk: int) -> HttpResponse:
    member: Member = get_object_or_404(queries.members(), pk=pk)
    try:
        actions.end_membership(member=member, at=now(), by=request.user)
    except actions.LastAdmin:
        messages.error(request, _("A workspace needs an administrator: make somebody else one first."))
    else:
        messages.success(request, _("%(name)s is no longer a member.") % {"name": member})
    return redirect("workspaces:member_list")


@requires(Capability.ADMINISTER)
@require_POST
def invitation_withdraw(request: WorkspaceRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.filter(accepted_at=None, revoked_at=None), pk=pk)
    actions.withdraw_invitation(invitation=invitation, at=now(), by=request.user)
    messages.success(request, _("The invitation's link no longer works."))
    return redirect("workspaces:member_list")


@requires(Capability.ADMINISTER)
@never_cache
def token_list(request: WorkspaceRequest) -> HttpResponse:
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        _token, text = actions.issue_token(
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            at=now(),
            by=request.user,
            expires_at=now() + timedelta(days=days) if days else None,
        )
        keep_for_next_page(request.session, "api-token", text)
        return redirect("workspaces:token_list")
    context = {
        "form": form,
        "tokens": queries.api_tokens(),
        "text": take_from_last_page(request.session, "api-token"),
        "at": now(),
    }
    return render(request, "workspaces/token_list.html", context, status=422 if form.is_bound else 200)


@requires(Capability.ADMINISTER)
@require_POST
def token_revoke(request: WorkspaceRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.filter(revoked_at=None), pk=pk)
    actions.revoke_token(token=token, at=now(), by=request.user)
    messages.success(request, _("The token no longer works."))
    return redirect("workspaces:token_list")


@requires(Capability.ADMINISTER)
@require_safe
def audit_list(request: WorkspaceRequest) -> HttpResponse:
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(queries.audit_trail(), NEWEST_FIRST, AUDITED, after=after, before=before)
    context = {"rows": [_audited(row) for row in page.rows], "before": page.before, "after": page.after}
    return render(request, "workspaces/audit_list.html", context)


def _audited(row: dict[str, Any]) -> dict[str, Any]:
    by = row["user__name"] or row["user__email"] or row["token__name"] or _("Ninefold itself")
    return {**row, "what": words.audited(row["kind"]), "more": words.detail(row["detail"]), "by": by}


@requires(Capability.VIEW)
def profile(request: WorkspaceRequest) -> HttpResponse:
    user = request.user
    initial = {name: getattr(user, name) for name in actions.PROFILE}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.update_profile(user=user, changes=form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("workspaces:profile")
    return render(request, "workspaces/profile.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(Capability.VIEW)
@require_POST
def workspace_switch(request: WorkspaceRequest) -> HttpResponse:
    chosen = request.POST.get("workspace", "")
    found = next((one for one in request.memberships if str(one.workspace_id) == chosen), None)
    if found is None:
        raise Http404
    request.session[SESSION_KEY] = found.workspace_id
    return redirect("/")
