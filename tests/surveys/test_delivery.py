"""Mails that reached nobody: no part of a response rate, and nobody's silence."""

from datetime import timedelta

import pytest
from django.test import Client

from outbox import actions as outbox_actions
from outbox import queries as outbox_queries
from outbox.models import Bounce, Mail
from surveys.actions import silence
from surveys.actions.answers import answer
from surveys.actions.sending import send_due
from surveys.models import Invitation, Silence
from tests.builders import NOON, make_account, make_contact, make_member, make_survey_invitation
from tests.surveys.test_results import page, stat
from workspaces.capabilities import Role

pytestmark = pytest.mark.usefixtures("noon")
DAY = timedelta(days=1)


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.MANAGER).user)
    return client


def sent(name: str, run=None) -> Invitation:
    contact = make_contact(make_account(name), name=name, email=f"{name.lower()}@customer.example")
    invitation = make_survey_invitation(contact, sent_at=None)
    send_due(at=NOON)
    if run:
        run()
    return invitation


def come_back(invitation: Invitation, kind: str = Bounce.Kind.HARD, key: str = "survey") -> None:
    mail = Mail.objects.get(key=f"{key}:{invitation.pk}")
    outbox_actions.note_bounce(mail=mail, kind=kind, code="5.1.1", key=f"{kind} {mail.pk}", at=NOON)


def test_a_mail_that_came_back_is_left_out_of_the_response_rate(client, run, noon):
    reached, bounced, wrongly, unwanted = (sent(name, run) for name in ("Alder", "Birch", "Cedar", "Dogwood"))
    come_back(bounced)
    come_back(wrongly, Bounce.Kind.SOFT)
    come_back(unwanted, Bounce.Kind.COMPLAINT)  # it was read, and not liked
    answer(invitation=wrongly, value=5, comment="", at=NOON)
    answer(invitation=reached, value=5, comment="", at=NOON)

    noon.move_to(NOON + DAY)
    html = page(client, show="sent")
    words = "2 of 3 mails of the period answered; 1 that came back is not counted"
    assert stat(html, "Response rate") == ("67 %", words)
    assert html.count("came back, not counted") == 1
    by_stage = client.get("/surveys/groups/export/", {"by": "stage"})
    assert by_stage.status_code == 200


def test_a_mail_that_is_not_let_out_is_left_out_too(client, run, noon):
    held = sent("Alder")
    digest = outbox_queries.digests(held.contact.email)[0]
    outbox_actions.suppress(digest=digest, reason="bounced", code="", at=NOON)
    run()
    held.refresh_from_db()
    assert held.undelivered_at == NOON
    noon.move_to(NOON + DAY)
    assert stat(page(client), "Response rate") == (
        "–",
        "0 of 0 mails of the period answered; 1 that came back is not counted",
    )


def test_a_reminder_that_comes_back_says_nothing_about_the_first_mail(client, run):
    first = sent("Alder", run)
    Mail.objects.filter(key=f"survey:{first.pk}").update(key=f"survey-reminder:{first.pk}")
    come_back(first, key="survey-reminder")
    first.refresh_from_db()
    assert first.undelivered_at is None


def test_who_was_not_reached_is_not_silent(workspace):
    contact = make_contact(make_account("Globex"))
    for days in (60, 40, 30):
        at = NOON - days * DAY
        make_survey_invitation(contact, sent_at=at, send_at=at, undelivered_at=at if days < 60 else None)
    silence.find_silence(at=NOON)
    assert not Silence.objects.exists()
