"""All that the first page shows, in one question to the database: it is asked by everybody who opens the mail."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from surveys.models import Invitation, Survey
from workspaces.secrets import digest

LONGEST_TOKEN = 64


class Glance(NamedTuple):
    """`value` and `comment` are the answer as it stands; the last of the languages is the workspace's own."""

    workspace_id: int
    invitation_id: int
    expires_at: datetime
    kind: str
    points: int
    trigger: str
    subject: str
    locale: str
    ticket_locale: str
    account_locale: str
    company: str
    accent: str
    key: str
    logo_width: int
    logo_height: int
    language: str
    value: int | None
    comment: str
    replies: dict[str, Any] | None
    survey_id: int
    account_id: int
    contact_id: int

    @property
    def invitation(self) -> Invitation:
        """As far as an answer to it needs."""
        return Invitation(
            pk=self.invitation_id,
            survey=Survey(pk=self.survey_id, kind=self.kind, points=self.points),
            metric=self.kind,
            account_id=self.account_id,
            contact_id=self.contact_id,
            expires_at=self.expires_at,
        )


def glance(token: str) -> Glance | None:
    """What the secret of a link leads to; None: nothing. No workspace need be entered."""
    if len(token) > LONGEST_TOKEN:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select surveys_glance_of(%s)", [digest(token)])
        (told,) = cursor.fetchone()
    return _glance(*json.loads(told)) if told else None


def _glance(
    workspace_id: int,
    invitation_id: int,
    survey_id: int,
    account_id: int,
    contact_id: int,
    expires_at: str,
    kind: str,
    points: int,
    trigger: str,
    locale: str,
    account_locale: str,
    company: str,
    ticket: list[str] | None,
    look: list[Any] | None,
    answer: list[Any] | None,
) -> Glance:
    """As `surveys_glance_of` tells it."""
    subject, ticket_locale = ticket or ("", "")
    accent, key, logo_width, logo_height, language = look or ("", "", 0, 0, "")
    value, comment, replies = answer or (None, "", None)
    return Glance(
        workspace_id=workspace_id,
        invitation_id=invitation_id,
        expires_at=datetime.fromisoformat(expires_at),
        kind=kind,
        points=points,
        trigger=trigger,
        subject=subject,
        locale=locale,
        ticket_locale=ticket_locale,
        account_locale=account_locale,
        company=company,
        accent=accent,
        key=key,
        logo_width=logo_width,
        logo_height=logo_height,
        language=language,
        value=value,
        comment=comment,
        replies=replies,
        survey_id=survey_id,
        account_id=account_id,
        contact_id=contact_id,
    )
