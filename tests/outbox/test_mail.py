"""One mail to one person, sent once, with good headers."""

import email
import smtplib
from datetime import timedelta
from email import policy

import pytest
from django.core.mail import BadHeaderError

from outbox import mail
from outbox.models import Effect, Mail
from tests.builders import NOON

State = Effect.State


def post(key: str = "a", **fields) -> Mail:
    fields = {"to": "mei@cedar.example", "subject": "How was it?", "text": "Tell us.", **fields}
    return mail.post(key=key, at=NOON, **fields)


def files(folder) -> list:
    return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml")]


def test_a_mail_is_stored_and_sent_once_with_both_parts(workspace, bench, mail_dir, settings):
    settings.BASE_URL = "https://nine.example"
    made = post(
        html="<style>p { color: red }</style><p>Tell us.</p>",
        list_id="surveys",
        unsubscribe_url="https://nine.example/s/x/unsubscribe/",
    )
    for _ in range(3):
        bench.run("mail")
    (sent,) = files(mail_dir)
    assert (sent["To"], sent["Subject"], sent["Message-ID"]) == ("mei@cedar.example", "How was it?", made.message_id)
    assert made.message_id.endswith("@nine.example>")
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["List-Id"] == "<surveys.nine.example>"
    assert sent["List-Unsubscribe"] == "<https://nine.example/s/x/unsubscribe/>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.get_body(("plain",)).get_content().strip() == "Tell us."
    assert 'style="color: red' in sent.get_body(("html",)).get_content()
    made.refresh_from_db()
    assert made.sent_at == NOON


def test_a_mail_may_come_in_somebodys_name(workspace, bench, mail_dir, settings):
    settings.DEFAULT_FROM_EMAIL = "Ninefold <post@nine.example>"
    post(sender_name="Acme, Services\n")
    bench.run("mail")
    (sent,) = files(mail_dir)
    assert sent["From"] == '"Acme, Services" <post@nine.example>'


def test_a_mail_without_html_is_plain(workspace, bench, mail_dir):
    post(subject="Two\nlines  " + "x" * 300)
    bench.run("mail")
    (sent,) = files(mail_dir)
    assert sent.get_content_type() == "text/plain"
    assert sent["Subject"].startswith("Two lines xxx")
    assert "List-Unsubscribe" not in sent


@pytest.mark.parametrize("to", ["", "nobody", "a@b.example, c@d.example", "a@b.example\nBcc: x@y.example"])
def test_an_address_that_is_none_is_refused(workspace, to):
    with pytest.raises(mail.BadAddress):
        post(to=to)
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ConnectionRefusedError("down"), State.READY),
        (BadHeaderError("no"), State.DEAD),
        (smtplib.SMTPRecipientsRefused({}), State.DEAD),
        (TimeoutError("slow"), State.READY),
        (smtplib.SMTPServerDisconnected("gone"), State.READY),
    ],
)
def test_what_becomes_of_a_mail_that_could_not_be_sent(workspace, bench, monkeypatch, error, state):
    def send(self):
        raise error

    monkeypatch.setattr(mail.Letter, "send", send)
    post()
    bench.run("mail")
    assert Effect.objects.get(kind="mail.send").state == state


def test_a_repeat_is_the_same_file(workspace, bench, mail_dir):
    post()
    bench.run("mail")
    Effect.objects.update(state=State.READY, available_at=NOON)
    bench.later(seconds=1)
    bench.run("mail", until=bench.at + timedelta(seconds=1))
    assert len(files(mail_dir)) == 1
