"""The mail that asks."""

import re
from html.parser import HTMLParser

import pytest

from surveys.actions.sending import send_invitation
from surveys.actions.settings import update_settings
from surveys.models import Invitation
from surveys.tokens import token_of
from tests.builders import NOON, make_account, make_contact, make_survey_invitation, make_ticket, make_workspace
from workspaces import tenancy
from workspaces.secrets import digest


@pytest.fixture
def contact(workspace):
    return make_contact(make_account("Globex"), name="Hank <b>", email="hank@globex.example")


def send(contact, run, mails, **fields):
    invitation = make_survey_invitation(contact, sent_at=None, **fields)
    Invitation.objects.filter(pk=invitation.pk).update(token_hash="")
    send_invitation(invitation=invitation, at=NOON)
    run()
    invitation.refresh_from_db()
    (mail,) = mails()
    return invitation, mail


def parts(mail):
    return (part.get_content() for part in mail.iter_parts())


class Links(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if name == "href"]


def test_the_mail_about_a_ticket(contact, run, mails, settings):
    settings.BASE_URL = "https://nine.example"
    ticket = make_ticket(contact.account, contact=contact, subject="Printer & <fire>", closed_at=NOON, episode=1)
    invitation, mail = send(contact, run, mails, ticket=ticket, episode=1)
    assert mail["From"].startswith("Acme Services <")
    url = f"https://nine.example/s/{token_of(invitation)}/"
    text, html = parts(mail)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["Subject"] == "How was our support?"
    assert mail["Message-ID"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<survey-csat.nine.example>"
    assert mail["List-Unsubscribe"].strip() == f"<{url}unsubscribe/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Hello Hank <b>," in text
    assert "“Printer & <fire>”" in text
    assert "Hello Hank &lt;b&gt;," in html
    assert "Printer &amp; &lt;fire&gt;" in html
    assert re.findall(r"https://\S+", text) == [f"{url}?score={n}" for n in range(1, 6)] + [f"{url}unsubscribe/"]
    assert Links(html).found == [f"{url}?score={n}" for n in range(1, 6)] + [f"{url}unsubscribe/"]


def test_the_mail_about_the_relationship_has_eleven_numbers_in_two_rows(contact, run, mails, workspace):
    _, mail = send(contact, run, mails, metric="nps")
    text, html = parts(mail)
    assert mail["Subject"] == f"Would you recommend {workspace.name}?"
    assert [link.rpartition("=")[2] for link in Links(html).found[:-1]] == [str(n) for n in range(11)]
    assert html.count('class="scale"') == 2
    assert "0 = not at all likely" in html
    assert "10 – extremely likely" in text
    assert "0 of 10, not at all likely" in html
    for jargon in ("NPS", "CSAT", "detractor", "ticket"):
        assert jargon not in text
        assert jargon not in html


def test_styles_are_inlined_and_only_those_for_dark_mode_stay(contact, run, mails):
    _, mail = send(contact, run, mails)
    _, html = parts(mail)
    assert html.count("<style") == 1
    assert "prefers-color-scheme: dark" in html
    assert re.search(r'<a class="score"[^>]*style="[^"]*color: #1b1c1f', html)
    assert not re.search(r"#(f00|0f0|ff0000|00ff00)|red|green", html)


def test_a_ticket_without_a_subject_and_the_name_customers_know(contact, run, mails):
    update_settings(changes={"sender_name": "The Helpful People"}, at=NOON, by=None)
    _, mail = send(contact, run, mails)
    text, html = parts(mail)
    assert "How satisfied were you with our support?" in text
    assert "The Helpful People sees your answer together with your name." in text
    assert "The Helpful People" in html


@pytest.mark.parametrize("locale", ["", "en", "de", "zh-CN", "nonsense!"])
def test_the_language_named_is_the_one_used(contact, run, mails, locale):
    _, mail = send(contact, run, mails, locale=locale)
    _, html = parts(mail)
    assert '<html lang="en" dir="ltr">' in html


def test_only_the_digest_of_the_secret_is_stored(contact, run, mails):
    invitation, _ = send(contact, run, mails)
    token = token_of(invitation)
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", token)
    assert invitation.token_hash == digest(token)
    assert tenancy.locate("surveys_invitation_of", digest(token)) == (invitation.workspace_id, invitation.pk)
    other = make_survey_invitation(contact)
    assert token_of(other) != token


def test_the_secret_works_before_any_workspace_is_entered(db):
    made = make_workspace()
    with tenancy.entered(made.pk):
        invitation = make_survey_invitation()
    assert tenancy.locate("surveys_invitation_of", invitation.token_hash) == (made.pk, invitation.pk)
