from datetime import timedelta

import pytest

from accounts.models import Fact
from accounts.registry import words
from complaints.actions import case
from complaints.actions import step as actions
from complaints.models import ComplaintStep
from complaints.queries import case as queries
from outbox import actions as outbox_actions
from outbox import queries as outbox_queries
from outbox.models import Mail
from tests.builders import NOON, make_account, make_complaint, make_contact, make_member, make_step
from tests.complaints.conftest import work

pytestmark = pytest.mark.usefixtures("workspace")
DAY = timedelta(days=1)


@pytest.fixture
def complaint():
    account = make_account(owner=make_member())
    contact = make_contact(account, name="Ana Ruiz", email="ana@cedar.example")
    return make_complaint(account, contact=contact)


def told():
    fact = Fact.objects.filter(kind="complaint.updated").last()
    return words["complaint.updated"](fact.data)


def test_a_mail_goes_out_once_and_what_was_said_is_kept(complaint, mail_dir):
    user = make_member().user
    said = {"kind": "mailed", "text": "We found it.\n<b>Sorry</b> & =1+1", "key": "once", "by": user}
    first = make_step(complaint, **said)
    assert make_step(complaint, **said) == first
    work()
    mail = Mail.objects.get()
    assert (mail.to, first.mail, first.contact) == ("ana@cedar.example", mail, complaint.contact)
    assert mail.sent_at is not None
    assert mail.subject == "About what you told us: news from Acme Services"
    assert mail.headers["From"].startswith("Acme Services <")
    assert "Hello Ana Ruiz,\n\nWe found it.\n<b>Sorry</b> & =1+1" in mail.text
    assert user.email in mail.text
    assert "We found it.<br>&lt;b&gt;Sorry&lt;/b&gt; &amp; =1+1" in mail.html
    assert told() == "Mailed to Ana Ruiz about the complaint: “We found it.\n<b>Sorry</b> & =1+1”"
    assert len(list(mail_dir.rglob("*.eml"))) == 1


def test_a_mail_speaks_the_readers_language_and_zone(complaint):
    contact = complaint.contact
    contact.locale, contact.time_zone = "tlh", "America/New_York"
    contact.save()
    make_step(complaint, kind="mailed", promised_at=NOON + 9 * DAY)
    assert "by 24 June 2026 08:00 EDT at the latest" in Mail.objects.get().text


@pytest.mark.parametrize(
    ("locale", "subject", "told"),
    [
        (
            "zh-CN",
            "关于您反映的问题：Acme Services 的最新进展",
            "我们最迟会在 2026年6月24日 12:00 UTC 之前再次与您联系。",
        ),
        (
            "zh-TW",
            "關於您反映的問題：Acme Services 的最新進度",
            "我們最遲會在 2026 年 6 月 24 日 12:00 UTC 前再次與您聯絡。",
        ),
    ],
)
def test_a_mail_in_chinese(complaint, locale, subject, told):
    complaint.contact.locale = locale
    complaint.contact.save()
    make_step(complaint, kind="mailed", promised_at=NOON + 9 * DAY)
    mail = Mail.objects.get()
    assert (mail.subject, told in mail.text, told in mail.html) == (subject, True, True)


def test_no_header_can_be_slipped_in(complaint):
    contact = complaint.contact
    contact.name = "Ana\r\nBcc: all@cedar.example\x0b"
    contact.save()
    make_step(complaint, kind="mailed", text="Subject: x\r\n\r\nBcc: all@cedar.example\x0b")
    work()
    mail = Mail.objects.get()
    assert mail.to == "ana@cedar.example"
    assert not {"Bcc", "bcc"} & set(mail.headers)
    assert all(not set("\r\n\x0b") & set(text) for text in [mail.subject, *mail.headers.values()])


def test_a_note_is_told_to_nobody(complaint):
    step = make_step(complaint, contact=complaint.contact)
    assert (step.contact, Mail.objects.count()) == (None, 0)
    assert told() == "Noted about the complaint: “We are on it”"
    assert queries.complaints().get().told_at is None


def test_what_was_told_in_another_way_is_kept(complaint):
    make_step(complaint, kind="told")
    assert told() == "Told Ana Ruiz about the complaint: “We are on it”"
    assert queries.complaints().get().told_at == NOON
    make_step(make_complaint(), kind="told")
    assert told() == "Told the customer about the complaint: “We are on it”"


def test_a_new_time_is_promised_with_it(complaint):
    make_step(complaint, kind="told", promised_at=NOON + 9 * DAY)
    complaint.refresh_from_db()
    assert complaint.promised_at == NOON + 9 * DAY
    with pytest.raises(case.PromisePast):
        make_step(complaint, kind="told", promised_at=NOON)
    case.close_complaint(complaint=complaint, outcome="solved", note="", is_good_now="good", at=NOON, by=None)
    make_step(complaint, kind="told")
    with pytest.raises(case.ComplaintClosed):
        make_step(complaint, kind="told", promised_at=NOON + 10 * DAY)


def test_who_cannot_be_mailed_is_not(complaint):
    with pytest.raises(actions.NobodyToMail):
        make_step(kind="mailed")
    with pytest.raises(actions.NobodyToMail):
        make_step(complaint, kind="mailed", contact=make_contact(complaint.account, email=""))
    with pytest.raises(case.ContactElsewhere):
        make_step(complaint, kind="mailed", contact=make_contact(make_account()))
    (digest, *_) = outbox_queries.digests("ana@cedar.example")
    outbox_actions.suppress(digest=digest, reason="bounced", code="550", at=NOON)
    with pytest.raises(actions.AddressRefused):
        make_step(complaint, kind="mailed")
    assert (ComplaintStep.objects.count(), Mail.objects.count()) == (0, 0)
