"""What comes back about our mail, and what follows: an address that gets no more."""

import base64
import json
from datetime import timedelta
from email.message import Message

import pytest
from django.test import Client

from outbox import actions, intake, mail, queries, reports, tasks
from outbox.models import Bounce, Mail, Suppression
from tests.builders import NOON, make_member, make_workspace
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import AuditEvent

DAY = timedelta(days=1)
URL = "/settings/suppressed/"


def post(to: str = "mei@cedar.example", key: str = "a") -> Mail:
    return mail.post(to=to, subject="How was it?", text="Tell us.", key=key, at=NOON)


def delivery_report(about: Mail, status: str = "5.1.1", action: str = "failed", **headers: str) -> bytes:
    """As a mail server writes it (RFC 3464, section 7)."""
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    original = "" if headers else f"Message-ID: {about.message_id}\n"
    return f"""From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: bounces@vendor.example
{more}Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I could not deliver it.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 15 Jun 2026 12:00:00 +0000

Final-Recipient: rfc822; somebody-else@victim.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user
--B
Content-Type: text/rfc822-headers

Subject: How was it?
{original}
--B--
""".encode()


def complaint(about: Mail) -> bytes:
    """As a mailbox provider writes it (RFC 5965)."""
    return f"""From: <abuse@mailbox.example>
To: <bounces@vendor.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: text/plain

This is an abuse report.
--B
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Some/1.0
Version: 1
--B
Content-Type: message/rfc822

From: <ninefold@vendor.example>
Message-ID: {about.message_id}
Subject: How was it?

Tell us.
--B--
""".encode()


# ------------------------------------------------------------------ reading


@pytest.mark.parametrize(
    ("status", "kind"),
    [("5.1.1", "hard"), ("5.1.10", "hard"), ("4.2.0", "soft"), ("5.2.2", "soft"), ("5.7.1", "soft")],
)
def test_a_report_says_how_bad_it_is(workspace, status, kind):
    found = reports.read(delivery_report(post(), status))
    assert (found.kind, found.code) == (kind, status)


@pytest.mark.parametrize(("status", "action"), [("2.0.0", "delivered"), ("4.2.0", "delayed"), ("what?", "failed")])
def test_what_does_not_say_that_a_mail_came_back_is_none(workspace, status, action):
    assert reports.read(delivery_report(post(), status, action)) is None


def test_other_mail_is_no_report(workspace):
    answer = f"From: a@b.example\nIn-Reply-To: {post().message_id}\nAuto-Submitted: auto-replied\n\nI am away.\n"
    for raw in (answer.encode(), b"", b"\xff\xfe\x00", b"Content-Type: multipart/report; boundary=B\n\n--B\n"):
        assert reports.read(raw) is None


def test_a_report_about_nothing_we_can_name_is_none(workspace):
    raw = delivery_report(post()).replace(b"Message-ID", b"X-Message")
    assert reports.read(raw) is None


# ------------------------------------------------------------------ what follows


def test_a_mail_that_came_back_suppresses_its_own_address_and_no_other(workspace):
    sent = post()
    raw = delivery_report(sent)
    assert intake.take_mail(raw=raw, at=NOON)
    assert not intake.take_mail(raw=raw, at=NOON + DAY)
    asked = ["MEI@cedar.example ", "somebody-else@victim.example"]
    assert queries.suppressed(asked) == {"MEI@cedar.example ": "bounced"}
    assert Bounce.objects.count() == 1
    row = Suppression.objects.get()
    assert "mei" not in str(vars(row))
    assert (row.code, row.at) == ("5.1.1", NOON)


def test_nobody_suppressed_costs_one_question(workspace, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert queries.suppressed(["a@b.example"] * 9) == {}


def test_each_workspace_has_its_own_list(workspace):
    sent = post()
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        assert queries.digests("mei@cedar.example") != [sent.to_digest]
    intake.take_mail(raw=delivery_report(sent), at=NOON)
    with tenancy.entered(other.pk):
        assert not Suppression.objects.exists()


def test_three_soft_bounces_within_thirty_days_are_a_no(workspace):
    for number, at in enumerate([NOON - 31 * DAY, NOON - DAY, NOON]):
        intake.take_mail(raw=delivery_report(post(key=str(number)), "4.2.2"), at=at)
        assert not Suppression.objects.exists()
    intake.take_mail(raw=delivery_report(post(key="last"), "4.2.2"), at=NOON)
    assert Suppression.objects.get().reason == "bounced"


def test_a_complaint_outweighs_a_bounce_and_not_the_other_way(workspace):
    intake.take_mail(raw=delivery_report(post(key="1")), at=NOON)
    intake.take_mail(raw=complaint(post(key="2")), at=NOON + DAY)
    row = Suppression.objects.get()
    assert (row.reason, row.code, row.at) == ("complained", "abuse", NOON + DAY)
    intake.take_mail(raw=delivery_report(post(key="3")), at=NOON + 2 * DAY)
    assert Suppression.objects.get().reason == "complained"


def test_a_report_may_name_the_mail_by_the_address_it_came_to(workspace, settings):
    settings.MAIL_REPORT_ADDRESS = "bounces@vendor.example"
    sent = post()
    message = mail.message_of(sent)
    tag = sent.message_id.strip("<").partition("@")[0]
    assert message.from_email == f"bounces+{tag}@vendor.example"
    assert message.message()["From"] == settings.DEFAULT_FROM_EMAIL
    assert intake.take_mail(raw=delivery_report(sent, Delivered_To=message.from_email), at=NOON)


def test_a_report_about_somebody_elses_mail_changes_nothing(workspace):
    sent = post()
    Mail.objects.all().delete()
    assert not intake.take_mail(raw=delivery_report(sent), at=NOON)


def test_an_address_that_is_no_longer_kept_is_not_suppressed(workspace):
    sent = post()
    Mail.objects.update(to="", to_digest="")
    assert not intake.take_mail(raw=delivery_report(sent), at=NOON)
    Mail.objects.update(to="mei@cedar.example")
    assert intake.take_mail(raw=delivery_report(sent), at=NOON)


def test_what_waits_for_a_suppressed_address_is_not_sent(workspace, bench, mail_dir):
    intake.take_mail(raw=delivery_report(post(key="1")), at=NOON)
    post(key="2")
    post("other@cedar.example", key="3")
    while bench.run("mail"):
        pass
    assert len(list(mail_dir.glob("*.eml"))) == 1


# ------------------------------------------------------------------ how it comes in


@pytest.fixture
def postmark(settings):
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "user:secret", "POSTMARK_SERVER_TOKEN": "x"}
    return {"Authorization": "Basic " + base64.b64encode(b"user:secret").decode()}


def told(about: Mail, **fields: object) -> dict[str, object]:
    return {
        "RecordType": "Bounce",
        "ID": 42,
        "Type": "HardBounce",
        "TypeCode": 1,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Details": "smtp;550 5.1.1 no such user",
        "Email": about.to,
        "BouncedAt": "2026-06-15T12:00:00Z",
        "Metadata": {"mail": about.message_id},
        **fields,
    }


def call(data: object, headers: dict[str, str]) -> int:
    body = json.dumps(data)
    url = "/hooks/mail/provider/"
    return Client().post(url, body, content_type="application/json", headers=headers).status_code


def test_a_provider_tells_of_a_bounce_once(workspace, postmark):
    sent = post()
    assert [call(told(sent), postmark) for _ in range(2)] == [200, 200]
    assert queries.suppressed([sent.to]) == {sent.to: "bounced"}
    assert Bounce.objects.count() == 1


def test_a_provider_tells_of_a_complaint(workspace, postmark):
    sent = post()
    assert call(told(sent, RecordType="SpamComplaint", Type="SpamComplaint", TypeCode=512), postmark) == 200
    assert queries.suppressed([sent.to]) == {sent.to: "complained"}


def test_a_provider_that_gives_no_reason_is_believed(workspace, postmark):
    assert call(told(post(), Details="", Description=""), postmark) == 200
    assert Bounce.objects.get().kind == "hard"


def test_the_fields_of_a_complaint_are_read_from_plain_text_too():
    part = Message()
    part.set_payload("Feedback-Type: abuse\nUser-Agent: Mailer/1.0")
    assert reports._fields(part) == {"feedback-type": "abuse", "user-agent": "Mailer/1.0"}


def test_rows_name_themselves(workspace):
    assert str(Bounce(kind="hard", code="5.1.1")) == "hard 5.1.1"
    assert str(Suppression(reason="bounced")) == "bounced"


@pytest.mark.parametrize(
    "change", [{"RecordType": "Delivery", "DeliveredAt": "2026-06-15T12:00:00Z"}, {"Metadata": {}}]
)
def test_a_provider_tells_of_nothing_that_stops_us(workspace, postmark, change):
    assert call(told(post(), **change), postmark) == 200
    assert not Bounce.objects.exists()


def test_a_provider_without_the_secret_is_refused(workspace, postmark):
    assert call(told(post()), {}) == 400
    assert not Bounce.objects.exists()


def test_where_no_provider_is_set_up_there_is_no_such_page(workspace, settings, postmark):
    settings.EMAIL_BACKEND = "anymail.backends.scaleway.EmailBackend"
    assert call({}, postmark) == 404
    settings.ANYMAIL = {}
    assert call({}, postmark) == 404


def test_a_provider_hands_on_a_mail_it_took_in(workspace, postmark):
    sent = post()
    headers = [{"Name": "Message-ID", "Value": "<r@mx.example>"}]
    data = {"RecordType": "Inbound", "FromFull": {"Email": "a@b.example", "Name": "", "MailboxHash": ""}, "ToFull": []}
    data |= {"CcFull": [], "BccFull": [], "Subject": "Away", "Headers": headers, "TextBody": "I am away.", "Date": ""}
    data |= {"RawEmail": delivery_report(sent).decode()}
    url = "/hooks/mail/provider/inbound/"
    response = Client().post(url, json.dumps(data), content_type="application/json", headers=postmark)
    assert response.status_code == 200
    assert queries.suppressed([sent.to]) == {sent.to: "bounced"}


def test_a_mail_server_posts_reports_with_the_secret(workspace, settings):
    raw = delivery_report(post())

    def send(secret: str, body: bytes = raw):
        headers = {"Authorization": f"Bearer {secret}"}
        return Client().post("/hooks/mail/report/", body, content_type="message/rfc822", headers=headers)

    assert send("").status_code == 404
    settings.MAIL_REPORT_SECRET = "s3cret"
    assert send("wrong").status_code == 401
    assert not Bounce.objects.exists()
    assert send("s3cret").content == b"Noted.\n"
    assert send("s3cret", b"Subject: hello\n\nhello").content == b"Nothing to note.\n"


def test_a_folder_is_read_once(workspace, settings, tmp_path):
    settings.MAIL_REPORT_DIR = str(tmp_path / "reports")
    tasks.read_reports()
    for name in ("new", "cur", "tmp"):
        (tmp_path / "reports" / name).mkdir(parents=True)
    (tmp_path / "reports" / "new" / "1.x").write_bytes(delivery_report(post()))
    (tmp_path / "reports" / "new" / "2.x").write_bytes(b"Subject: hello\n\nhello")
    assert intake.read_folder(at=NOON) == 2
    assert intake.read_folder(at=NOON) == 0
    assert Suppression.objects.count() == 1
    assert sorted(path.name for path in (tmp_path / "reports" / "cur").iterdir()) == ["1.x:2,S", "2.x:2,S"]


# ------------------------------------------------------------------ the page


def sign_in() -> Client:
    client = Client()
    client.force_login(make_member(Role.ADMIN).user)
    return client


def test_the_page_lists_looks_up_and_lifts(workspace):
    client = sign_in()
    assert "Every address gets its mail" in client.get(URL).content.decode()
    intake.take_mail(raw=delivery_report(post()), at=NOON)
    html = client.get(URL).content.decode()
    assert "mei@cedar.example" in html
    assert "Mail to it comes back" in html
    assert "5.1.1" in html
    assert "Not among them" in client.get(URL, {"address": "other@cedar.example"}).content.decode()
    Mail.objects.update(to="")
    assert "No longer known" in client.get(URL).content.decode()
    assert "Lift" in client.get(URL, {"address": "Mei@cedar.example"}).content.decode()
    export = b"".join(client.get(URL + "export/")).decode()
    assert "Mail to it comes back" in export
    assert client.post(f"{URL}{Suppression.objects.get().pk}/lift/").status_code == 302
    assert queries.suppressed(["mei@cedar.example"]) == {}
    assert AuditEvent.objects.filter(kind="mail_suppression.lifted").count() == 1


def test_the_page_asks_the_same_number_of_questions_at_any_length(workspace, django_assert_num_queries):
    client = sign_in()
    intake.take_mail(raw=delivery_report(post(key="0")), at=NOON)
    client.get(URL)
    with django_assert_num_queries(10) as one:
        client.get(URL)
    for number in range(3):
        actions.suppress(digest=f"{number}" * 64, reason="complained", code="", at=NOON)
    with django_assert_num_queries(len(one)):
        client.get(URL)
