"""All that the first page shows, in one question to the database: it is asked by everybody who opens the mail."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from surveys.models import Invitation, Survey
from workspaces.secrets import digest

LONGEST_TOKEN = 64
COLUMNS = (
    "workspace_id, invitation_id, expires_at, kind, points, trigger, subject, locale, ticket_locale, account_locale,"
    " company, accent, key, logo_width, logo_height, language, value, comment, replies, survey_id, account_id,"
    " contact_id"
)


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
        cursor.execute(f"select {COLUMNS} from surveys_page_of(%s)", [digest(token)])  # noqa: S608  our own names
        row = cursor.fetchone()
    if row is None:
        return None
    found = Glance._make(row)
    return found._replace(replies=json.loads(row[18])) if row[18] else found  # Django has JSON come as text
