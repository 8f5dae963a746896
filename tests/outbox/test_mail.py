"""One mail to one person, sent once, with good headers."""

import email
import smtplib
from datetime import timedelta
from email import policy

import pytest
from django.core.mail import BadHeaderError

from outbox import mail, retention, sheets
from outbox.models import Effect, Mail, Sheet
from outbox.registry import Permanent
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


# ------------------------------------------------------------------ sheets
def test_letters_of_one_sheet_are_filled_in_when_they_are_sent_and_when_they_are_read(workspace, bench, mail_dir):
    text, html = (f"Hello {sheets.gap('name')}, {sheets.gap('none')}bye", f"<p>Hello {sheets.gap('name')}</p>")
    ids = {mail.keep_sheet(text=text, html=html, at=NOON) for _ in range(2)}
    (sheet_id,) = ids
    names = ["Mei", '<b>&\xa0"O\'Neil" \\1 %s {{ name }} 你好']
    drafts = [
        mail.Draft(f"p{number}@cedar.example", "Hi", str(number), sheet_id=sheet_id, pieces={"name": name})
        for number, name in enumerate(names)
    ]
    mail.post_many(drafts=drafts, at=NOON)
    bench.run("mail")
    found = sorted(files(mail_dir), key=lambda one: one["To"])
    assert [one.get_body(("plain",)).get_content().strip() for one in found] == [f"Hello {name}, bye" for name in names]
    escaped = names[1].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")
    assert found[1].get_body(("html",)).get_content().strip() == f"<p>Hello {escaped}</p>"
    assert [one.whole_text for one in Mail.objects.order_by("pk")] == [f"Hello {name}, bye" for name in names]


def test_each_letter_of_a_set_says_what_became_of_it(workspace, mail_dir):
    letters = [mail.message_of(post(key, subject=key)) for key in "ab"]
    letters[0].subject = "two\nlines"
    went = list(mail.handler.send(letters))
    assert [type(error) for error in went] == [Permanent, type(None)]
    assert [one["Subject"] for one in files(mail_dir)] == ["b"]


def test_a_forgotten_letter_keeps_no_piece_and_its_sheet_goes_with_the_last(workspace):
    sheet_id = mail.keep_sheet(text="x", html="y", at=NOON)
    draft = mail.Draft("mei@cedar.example", "Hi", "a", sheet_id=sheet_id, pieces={"name": "Mei"})
    mail.post_many(drafts=[draft], at=NOON)
    retention.forget_mail(before=NOON, limit=10, at=NOON + timedelta(days=100))
    assert str(Sheet.objects.get()) == Sheet.objects.get().digest
    retention.forget_mail(before=NOON + timedelta(days=1), limit=10, at=NOON + timedelta(days=100))
    made = Mail.objects.get()
    assert (made.whole_text, made.whole_html, made.pieces, made.sheet) == ("", "", None, None)
    assert not Sheet.objects.exists()


def test_many_with_one_wrong_address_are_not_stored(workspace):
    drafts = [mail.Draft("mei@cedar.example", "Hi", "a", "x"), mail.Draft("nobody", "Hi", "b", "x")]
    with pytest.raises(mail.BadAddress):
        mail.post_many(drafts=drafts, at=NOON)
    assert not Mail.objects.exists()
    assert mail.post_many(drafts=[], at=NOON) == []
