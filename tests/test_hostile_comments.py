"""What a customer may type into a survey is kept as typed, and is text wherever somebody reads it."""

import csv
import io
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from complaints.models import Complaint, FollowUp
from outbox.models import Mail
from surveys.models import Answer
from surveys.tokens import token_of
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_complaint_rule,
    make_contact,
    make_member,
    make_review,
    make_survey_invitation,
)
from tests.complaints.conftest import work
from voice.actions import digests
from voice.models import Remark, Rhythm
from workspaces.capabilities import Role

MARK = "unacceptable"  # what a rule for complaints looks for
HOSTILE = {
    "html": f"{MARK} <script>alert(1)</script><img src=x onerror=alert(1)> &lt;b&gt;",
    "formula": f'=HYPERLINK("https://evil.example","{MARK}")',
    "header": f"{MARK}\r\nBcc: victim@x.example\r\n\r\nHello",
    "vertical tab": f"{MARK} a\x0bb\x1b[31m",
    "emoji": f"{MARK} 👩‍👩‍👧‍👦 😀",
    "right to left": f"{MARK} \u202egnp.exe\u202c שלום",
    "long": f"{MARK} " + "好" * 9_980,
    "template": f"{MARK} {{{{ 7|add:7 }}}}{{% load static %}}",
    "address": f"{MARK} javascript:alert(1) https://evil.example/?a=1&b=2",
}
TOO_LONG = 1000  # to be quoted
WITHIN = 40  # a list may cut a comment, but not before


class Page(HTMLParser):
    """The text of a page, and what would run or be fetched in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.alive: list[str] = []
        self.feed(html)
        self.text = " ".join("".join(self.words).split())

    def handle_starttag(self, tag, attributes):
        found = [value for name, value in attributes if name.startswith("on") or (value and "evil" in value)]
        self.alive += [tag, *found] if found or dict(attributes).get("src") == "x" else []

    def handle_data(self, data):
        self.alive += ["script"] if data == "alert(1)" else []
        self.words.append(data)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def client(workspace, clock):
    client = Client()
    client.clock = clock
    client.member = make_member(Role.MANAGER)
    client.force_login(client.member.user)
    return client


def said(comment: str, client: Client) -> Answer:
    """By a customer, on the page of the survey an hour ago; and all that follows from it."""
    make_complaint_rule(source="answer", priorities=[], words=[MARK])
    contact = make_contact(make_account("Globex"), name="Hank", email="hank@globex.example")
    invitation = make_survey_invitation(contact)
    page = reverse("surveys:respond", args=[token_of(invitation)])
    assert Client().post(page, {"score": "1", "comment": comment}).status_code == 303
    work()
    client.clock.shift(3600)
    return Answer.objects.select_related("account").get()


def start(comment: str) -> str:
    return " ".join(comment.split())[:WITHIN].strip()


def pages(account: Account) -> list[str]:
    complaint, follow_up, remark = Complaint.objects.get(), FollowUp.objects.get(), Remark.objects.get()
    review = make_review(account)
    return [
        "/surveys/?show=answers&days=30",
        f"/accounts/{account.pk}/",
        f"/accounts/{account.pk}/answers/",
        f"/complaints/{complaint.pk}/",
        "/complaints/follow-ups/",
        f"/complaints/follow-ups/{follow_up.pk}/",
        "/insights/themes/comments/",
        f"/insights/themes/comments/{remark.pk}/",
        f"/reviews/{review.pk}/",
    ]


@pytest.mark.parametrize("comment", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_comment_is_text_on_every_page(client, comment):
    answer = said(comment, client)
    assert answer.comment == comment
    for address in pages(answer.account):
        response = client.get(address)
        page = Page(response.content.decode())
        assert (address, response.status_code, page.alive) == (address, 200, [])
        assert start(comment) in page.text, address


@pytest.mark.parametrize("comment", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_comment_is_harmless_in_a_table(client, comment):
    said(comment, client)
    tables = ["/surveys/export/?show=answers&days=30", "/insights/themes/comments/export/", "/complaints/export/"]
    for address in tables:
        body = client.get(address).getvalue().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(body, newline="")))
        cells = [cell for row in rows for cell in row if MARK in cell]
        assert len({len(row) for row in rows}) == 1, address
        assert len(cells) >= 1, address
        assert not [cell for cell in cells if cell[0] in "=+-@\t\r\n"]
        assert comment in [cell.removeprefix("'") for cell in cells]


@pytest.mark.parametrize("comment", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_comment_is_text_in_the_digest(client, comment):
    said(comment, client)
    digests.subscribe(member_id=client.member.pk, is_weekly=True, is_monthly=False)
    digests.send(rhythm=Rhythm.WEEKLY, day=TODAY + timedelta(days=7), member_id=client.member.pk, at=NOON)
    mail = Mail.objects.filter(to=client.member.user.email).latest("pk")
    page = Page(mail.html)
    shown = start(comment) in page.text, start(comment) in " ".join(mail.text.split())
    assert (page.alive, shown) == ([], (len(comment) < TOO_LONG,) * 2)
    assert not [text for text in [mail.subject, *mail.headers.values()] if set("\r\n\x0b") & set(text)]
