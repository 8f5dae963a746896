"""The page behind an invitation's link."""

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from lib.time import now
from workspaces import actions, queries, tenancy
from workspaces.access import public
from workspaces.forms import JoinForm
from workspaces.middleware import SESSION_KEY
from workspaces.models import Invitation, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public
@never_cache
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    place = queries.invitation_place(token)
    if place is None:
        return _closed(request)
    workspace_id, invitation_id = place
    with tenancy.entered(workspace_id):
        invitation = queries.open_invitations(now()).filter(pk=invitation_id).first()
        if invitation is None:
            return _closed(request)
        if isinstance(request.user, User):
            return _for_member(request, invitation, request.user)
        if queries.has_user(invitation.email):
            return _page(request, invitation, way="sign_in")
        return _for_newcomer(request, invitation)


def _for_member(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    memberships = queries.memberships_of(user)
    if any(one.workspace_id == invitation.workspace_id for one in memberships):
        return _page(request, invitation, way="member_already")
    if request.method == "POST":
        return _accept(request, invitation, user=user)
    return _page(request, invitation, way="join")


def _for_newcomer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = JoinForm(request.POST if request.method == "POST" else None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        return _accept(request, invitation, **form.cleaned_data)
    return _page(request, invitation, way="new", form=form)


def _accept(request: HttpRequest, invitation: Invitation, **who: Any) -> HttpResponse:
    try:
        user = actions.accept_invitation(invitation=invitation, at=now(), **who)
    except actions.InvitationClosed:  # a second click
        return _closed(request)
    if "user" not in who:
        login(request, user, backend=BACKEND)
    request.session[SESSION_KEY] = invitation.workspace_id
    return redirect("/")


def _page(request: HttpRequest, invitation: Invitation, *, way: str, form: JoinForm | None = None) -> HttpResponse:
    context = {
        "invitation": invitation,
        "inviting": queries.workspace(tenancy.current_id()),
        "way": way,
        "form": form,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "workspaces/invitation_accept.html", context, status=status)


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "workspaces/invitation_closed.html", status=410)
