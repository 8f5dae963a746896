"""The mail that asks."""

import re
from base64 import urlsafe_b64encode
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils.crypto import salted_hmac

from accounts.models import Account
from lib.languages import date_format
from outbox import mail, sheets
from surveys import pictures, visits
from surveys.actions import looks
from surveys.actions.sending import send_due
from surveys.actions.settings import update_settings
from surveys.letters import letter
from surveys.models import Invitation, Look
from surveys.tokens import token_of
from tests.builders import NOON, make_account, make_contact, make_survey_invitation, make_ticket, make_workspace
from tests.surveys.drawings import png
from workspaces import tenancy
from workspaces.secrets import digest


@pytest.fixture
def contact(workspace):
    return make_contact(make_account("Globex"), name="Hank <b>", email="hank@globex.example")


def send(contact, run, mails, **fields):
    invitation = make_survey_invitation(contact, sent_at=None, **fields)
    Invitation.objects.filter(pk=invitation.pk).update(token_hash="")
    send_due(at=NOON)
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
    assert Links(html).found == [f"{url}about/", *(f"{url}?score={n}" for n in range(1, 6)), f"{url}unsubscribe/"]


def test_the_mail_about_the_relationship_has_eleven_numbers_in_two_rows(contact, run, mails, workspace):
    _, mail = send(contact, run, mails, metric="nps")
    text, html = parts(mail)
    assert mail["Subject"] == f"Would you recommend {workspace.name}?"
    assert [link.rpartition("=")[2] for link in Links(html).found[1:-1]] == [str(n) for n in range(11)]
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


@pytest.mark.parametrize(
    ("locale", "language", "subject", "day"),
    [
        ("", "en", "How was our support?", "until 29 June 2026."),
        ("de", "en", "How was our support?", "until 29 June 2026."),
        ("nonsense!", "en", "How was our support?", "until 29 June 2026."),
        ("zh-CN", "zh-hans", "我们的支持服务怎么样？", "在2026年6月29日之前"),
        ("zh_TW", "zh-hant", "我們的客服如何？", "在 2026 年 6 月 29 日前"),
    ],
)
def test_the_mail_is_in_the_readers_language(contact, run, mails, locale, language, subject, day):
    _, mail = send(contact, run, mails, locale=locale)
    text, html = parts(mail)
    assert mail["Subject"] == subject
    assert f'<html lang="{language}" dir="ltr">' in html
    assert day in text
    assert day in html


def test_the_account_speaks_for_people_of_whom_no_language_is_noted(contact, run, mails):
    Account.objects.update(locale="zh-hant")
    _, mail = send(contact, run, mails)
    assert mail["Subject"] == "我們的客服如何？"


def test_the_mail_looks_like_the_workspace(contact, run, mails, settings):
    settings.BASE_URL = "https://nine.example"
    looks.change_look(changes={"accent": "#0b6e4f", "reply_to": "mei@vendor.example"}, at=NOON, by=None)
    look = looks.set_logo(picture=pictures.read(png(400, 100)), at=NOON, by=None)
    _, mail = send(contact, run, mails)
    _, html = parts(mail)
    assert mail["Reply-To"] == "mei@vendor.example"
    picture = re.search(r"<img[^>]*>", html)[0]
    assert f'src="https://nine.example/s/logo/{look.key}/"' in picture
    assert all(part in picture for part in ('alt="Acme Services"', 'width="160"', 'height="40"'))
    assert "border-top: 4px solid #0b6e4f" in html
    assert re.search(r'class="quiet"[^>]*style="color: #0b6e4f', html)
    assert f"color: {look.dark_accent} !important" in html
    assert look.dark_accent != "#0b6e4f"


def test_what_customers_wrote_does_no_harm_in_a_mail(contact, run, mails):
    subject = "Fire\r\nBcc: victim@x.example \x0b {{ 7 }} =1+1 \u202e<script>"
    ticket = make_ticket(contact.account, contact=contact, subject=subject, closed_at=NOON, episode=1)
    update_settings(changes={"sender_name": "Acme\r\nBcc: victim@x.example\x0b"}, at=NOON, by=None)
    _, mail = send(contact, run, mails, ticket=ticket, episode=1)
    text, html = parts(mail)
    assert mail["Bcc"] is None
    assert mail["To"] == "hank@globex.example"
    assert "{{ 7 }} =1+1" in text
    assert "&lt;script&gt;" in html
    assert "<script" not in html


@pytest.mark.parametrize(("locale", "hello"), [("en", "Hello,"), ("zh-hans", "您好："), ("zh-hant", "您好：")])
def test_somebody_whose_name_nobody_knows_is_greeted_without(contact, locale, hello):
    contact.name = ""
    written = letter(make_survey_invitation(contact, locale=locale), "x" * 22, visits.house())
    assert hello in written.text.splitlines()
    assert f">{hello}<" in written.html


def test_a_reminder_says_that_it_is_one(contact):
    written = letter(make_survey_invitation(contact), "x" * 22, visits.house(), is_reminder=True)
    assert "We asked you a few days ago and would still like to know:" in written.text
    assert "We asked you a few days ago" in written.html
    assert written.language == "en"


@pytest.mark.parametrize(("metric", "rows"), [("csat", [5]), ("ces", [7]), ("nps", [6, 5])])
def test_no_row_of_numbers_is_wider_than_a_phone(contact, metric, rows):
    written = letter(make_survey_invitation(contact, metric=metric), "x" * 22, visits.house())
    cells = [part.count('class="score"') for part in written.html.split('class="scale"')[1:]]
    assert cells == rows
    assert len(written.html.encode()) < 30_000


def test_only_the_digest_of_the_secret_is_stored(contact, run, mails):
    invitation, _ = send(contact, run, mails)
    token = token_of(invitation)
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", token)
    assert invitation.token_hash == digest(token)
    assert tenancy.locate("surveys_invitation_of", digest(token)) == (invitation.workspace_id, invitation.pk)
    other = make_survey_invitation(contact)
    assert token_of(other) != token


def test_a_secret_is_made_again_as_it_was_ever_made(contact):
    """Links in mails that were sent by earlier versions keep working."""
    invitation = make_survey_invitation(contact)
    mac = salted_hmac("surveys.invitation", str(invitation.pk), algorithm="sha256").digest()[:16]
    assert token_of(invitation) == urlsafe_b64encode(mac).decode().rstrip("=")


def test_sending_costs_the_same_for_one_and_for_many(contact, django_assert_num_queries):
    def plan() -> None:
        ticket = make_ticket(contact.account, contact=contact, closed_at=NOON, episode=1)
        invitation = make_survey_invitation(make_contact(contact.account), sent_at=None, ticket=ticket, episode=1)
        Invitation.objects.filter(pk=invitation.pk).update(token_hash="")

    plan()
    with CaptureQueriesContext(connection) as one:
        assert send_due(at=NOON) == 1
    for _ in range(3):
        plan()
    with django_assert_num_queries(len(one) - 3):  # the sheet is there already
        assert send_due(at=NOON) == 3


def test_the_secret_works_before_any_workspace_is_entered(db):
    made = make_workspace()
    with tenancy.entered(made.pk):
        invitation = make_survey_invitation()
    assert tenancy.locate("surveys_invitation_of", invitation.token_hash) == (made.pk, invitation.pk)


@pytest.mark.parametrize("name", ["Hank <b> & \"Co\" 'x'", "你好 {{ name }} %s \\1", "a\xa0b", "\u202eevil"])
def test_a_letter_of_a_sheet_is_the_one_that_would_have_been_written_alone(workspace, name):
    """Filled in after the styles were inlined, a name stands as it would have if it had been there before."""
    asked = {"title": "t", "text": "How?", "rows": []}
    context = {"name": name, "asked": asked, "look": Look(), "until": NOON.date(), "date_format": date_format()}
    alone = mail.inlined(render_to_string("surveys/customer/mail.html", context))
    marked = mail.inlined(render_to_string("surveys/customer/mail.html", {**context, "name": "MARK"}))
    assert sheets.filled_html(marked.replace("MARK", sheets.gap("name")), {"name": name}) == alone
