"""What lower rooms need from higher ones: sending an invitation's mail, which the outbox does."""

from datetime import datetime
from typing import Protocol

from workspaces.models import Invitation


class InvitationSender(Protocol):
    """Puts the mail with the invitation's one-time link on its way."""

    def __call__(self, *, invitation: Invitation, token: str, at: datetime) -> None: ...


invitation_sender: list[InvitationSender] = []
