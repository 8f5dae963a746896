"""The mail that carries an invitation."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from outbox import mail
from workspaces import queries as workspace_queries
from workspaces import tenancy
from workspaces.models import Invitation


def send_invitation(*, invitation: Invitation, token: str, at: datetime) -> None:
    """Mail the one-time link; registered as the workspaces app's sender."""
    workspace = workspace_queries.workspace(tenancy.current_id())
    context = {
        "invitation": invitation,
        "workspace": workspace,
        "url": settings.BASE_URL + reverse("workspaces:invitation_accept", args=[token]),
    }
    mail.post(
        to=invitation.email,
        subject=_("You are invited to %(workspace)s") % {"workspace": workspace.name},
        text=render_to_string("outbox/invitation.txt", context),
        html=render_to_string("outbox/invitation.html", context),
        key=f"invitation:{invitation.pk}",
        at=at,
    )
