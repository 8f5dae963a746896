"""What help desks send, read into one shape; and what strangers send, read into nothing worse."""

import base64
import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from integrations.helpdesks import generic, reading, zammad
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent, Unusable
from integrations.helpdesks.payload import NotJson, decode
from integrations.models import Connection, InboxEvent
from tests.builders import NOON, make_connection, zammad_ticket
from tests.integrations.door import from_zammad, work

# The specification's own vector.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
SENT_AT = 1614265330
NOW = datetime.fromtimestamp(SENT_AT, UTC)
SIGNED = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": str(SENT_AT),
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def test_the_standards_vector_is_accepted():
    assert generic.verify(Delivery(SIGNED, BODY, NOW), SECRET)
    assert generic.verify(Delivery(SIGNED, BODY, NOW), SECRET.removeprefix("whsec_"))


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": ""},
        {"webhook-id": "msg_other"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "٣"},
        {"webhook-timestamp": "-5"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": str(SENT_AT + 1)},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": ",,,, v1 v1,,é"},
        {"webhook-signature": SIGNED["webhook-signature"].replace("v1,", "v2,")},
        {"webhook-signature": SIGNED["webhook-signature"].rstrip("=")},
    ],
)
def test_a_changed_header_is_refused(changed):
    assert not generic.verify(Delivery(SIGNED | changed, BODY, NOW), SECRET)


def test_one_good_entry_among_others_is_enough():
    entries = "v1,bad v2,worse nonsense " + SIGNED["webhook-signature"]
    assert generic.verify(Delivery(SIGNED | {"webhook-signature": entries}, BODY, NOW), SECRET)


@pytest.mark.parametrize(("seconds", "is_fresh"), [(300, True), (-300, True), (301, False), (-301, False)])
def test_the_signature_holds_for_five_minutes_either_way(seconds, is_fresh):
    assert generic.verify(Delivery(SIGNED, BODY, NOW + timedelta(seconds=seconds)), SECRET) is is_fresh


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_é", "whsec_!!", "whsec_a"])
def test_a_secret_that_is_none_opens_nothing(secret):
    assert not generic.verify(Delivery(SIGNED, BODY, NOW), secret)
    assert not zammad.verify(Delivery({"x-hub-signature": "sha1=" + "0" * 40}, BODY, NOW), secret)


def test_an_empty_zammad_secret_opens_nothing_even_if_signed_with_it():
    signature = hmac.new(b"", BODY, hashlib.sha1).hexdigest()
    assert not zammad.verify(Delivery({"x-hub-signature": f"sha1={signature}"}, BODY, NOW), "")


def test_drawn_secrets_are_long_and_work_with_the_oracle():
    secret = generic.new_secret()
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    headers = SIGNED | {"webhook-signature": Webhook(secret).sign(SIGNED["webhook-id"], NOW, BODY.decode())}
    assert generic.verify(Delivery(headers, BODY, NOW), secret)
    assert len(zammad.new_secret()) >= 40


@given(st.text(), st.binary(max_size=200), st.text(), st.text(), st.text())
def test_verifying_never_fails_on_anything(secret, body, identity, sent_at, signature):
    headers = {"webhook-id": identity, "webhook-timestamp": sent_at, "webhook-signature": signature}
    headers = {name: value.encode("utf-8", "ignore").decode() for name, value in headers.items()}
    secret = secret.encode("utf-8", "ignore").decode()
    assert generic.verify(Delivery(headers, body, NOW), secret) is False
    assert zammad.verify(Delivery({"x-hub-signature": headers["webhook-signature"]}, body, NOW), secret) is False


def test_zammads_ticket_is_read_whole():
    event = zammad.parse({}, zammad_ticket(customer={**CUSTOMER, "preferences": {"locale": "de-de"}}), {})
    assert event == TicketEvent(
        ticket_id="4711",
        is_closed=True,
        number="82711",
        subject="Printer on fire",
        opened_at=datetime(2026, 6, 14, 8, tzinfo=UTC),
        closed_at=NOON,
        updated_at=NOON,
        requester_email="mei@cedar.example",
        requester_name="Mei Chen",
        requester_id="9",
        requester_locale="de-de",
        organization_id="77",
        organization_name="Cedar Logistics",
        agent_name="Pia Sommer",
        agent_email="pia@vendor.example",
        priority="high",
    )


CUSTOMER = {"id": 9, "email": "mei@cedar.example", "firstname": "Mei", "lastname": "Chen"}


def test_the_last_closure_counts_and_an_unassigned_owner_is_nobody():
    ticket = zammad_ticket(last_close_at="2026-06-16T09:00:00+02:00", owner={"firstname": "-", "email": ""})
    event = zammad.parse({}, ticket, {})
    assert event.closed_at == datetime(2026, 6, 16, 7, tzinfo=UTC)
    assert (event.agent_name, event.agent_email) == ("", "")


@pytest.mark.parametrize("absent", [{}, None, [], "", 5])
def test_absent_objects_are_empty(absent):
    event = zammad.parse({}, zammad_ticket(customer=absent, organization=absent, owner=absent), {})
    assert (event.requester_email, event.organization_name, event.agent_name) == ("", "", "")


@pytest.mark.parametrize("state", ["open", "new", "pending close", "pending reminder", "Waiting for parts"])
def test_only_closed_is_closed(state):
    assert zammad.parse({}, zammad_ticket(state=state), {}).is_closed is False
    assert zammad.parse({}, zammad_ticket(state="Closed"), {}).is_closed is True


def test_generic_is_read_whole():
    event = generic.parse(
        {},
        {
            "type": "ticket.closed",
            "timestamp": "2026-06-15T12:00:00Z",
            "data": {
                "id": "4711",
                "number": "T-4711",
                "subject": "Printer on fire",
                "url": "https://desk.example/tickets/4711",
                "opened_at": "2026-06-14T08:00:00Z",
                "closed_at": "2026-06-15T11:59:00Z",
                "requester": {"email": "mei@cedar.example", "name": "Mei Chen", "external_id": 9, "locale": "en"},
                "organization": {"external_id": "77", "name": "Cedar Logistics", "domain": "Cedar.Example."},
                "agent": {"name": "Sam Field", "email": "sam@vendor.example"},
            },
        },
        {},
    )
    assert event == TicketEvent(
        ticket_id="4711",
        is_closed=True,
        number="T-4711",
        url="https://desk.example/tickets/4711",
        subject="Printer on fire",
        opened_at=datetime(2026, 6, 14, 8, tzinfo=UTC),
        closed_at=datetime(2026, 6, 15, 11, 59, tzinfo=UTC),
        updated_at=NOON,
        requester_email="mei@cedar.example",
        requester_name="Mei Chen",
        requester_id="9",
        requester_locale="en",
        organization_id="77",
        organization_name="Cedar Logistics",
        organization_domain="cedar.example",
        agent_name="Sam Field",
        agent_email="sam@vendor.example",
    )


def test_news_without_times_is_of_when_it_came():
    news = TicketEvent(ticket_id="1", is_closed=True).news("zammad", NOON)
    assert news.updated_at == news.closed_at == news.opened_at == NOON


def test_news_from_the_future_is_of_when_it_came():
    later = NOON + timedelta(days=400)
    event = TicketEvent(ticket_id="1", is_closed=True, updated_at=later, closed_at=later, opened_at=later)
    news = event.news("zammad", NOON)
    assert (news.updated_at, news.closed_at, news.opened_at) == (NOON, NOON, NOON)
    open_news = TicketEvent(ticket_id="1", is_closed=False, updated_at=NOON).news("zammad", NOON)
    assert open_news.closed_at is None


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("https://desk.example/1", "https://desk.example/1"),
        ("javascript:alert(1)", ""),
        ("//desk.example", ""),
        ("http://", ""),
        ("http://[", ""),
        ("https://desk.example/a b", ""),
        ("https://desk.example/" + "x" * 500, ""),
        (None, ""),
    ],
)
def test_links(value, read):
    assert reading.web_address(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-06-15T12:00:00Z", NOON),
        ("2026-06-15T12:00:00", NOON),
        ("2026-06-15T14:00:00+02:00", NOON),
        ("1969-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (1781524800, None),
    ],
)
def test_times(value, read):
    assert reading.moment(value) == read


def test_ids_that_are_too_long_stay_different():
    first, second = (reading.identity("x" * 200 + end, 120) for end in "ab")
    assert first != second
    assert len(first) <= 120


@pytest.mark.parametrize(
    ("value", "read"),
    [("Mei@Cedar.Example", "mei@cedar.example"), ("x" * 250 + "@a.example", ""), ("nobody", ""), (None, ""), ({}, "")],
)
def test_addresses(value, read):
    assert reading.email(value) == read


@pytest.mark.parametrize(("value", "read"), [("de", "de"), ("zh-Hant", "zh-Hant"), ("not a tag", ""), ("x" * 40, "")])
def test_locales(value, read):
    assert reading.locale(value) == read


@pytest.mark.parametrize(
    ("value", "read"), [("@Cedar.Example.", "cedar.example"), ("localhost", ""), ("a..b", ""), (5, "")]
)
def test_domains(value, read):
    assert reading.domain(value) == read


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(
        ["closed", "merged", "ticket.closed", "2026-06-15T12:00:00Z", "mei@cedar.example", "\0", "\ud800"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ZAMMAD_KEYS = ["id", "number", "title", "state", "url", "created_at", "updated_at", "close_at", "last_close_at",
               "customer", "organization", "owner"]  # fmt: skip
GENERIC_KEYS = ["id", "number", "subject", "url", "opened_at", "closed_at", "requester", "organization", "agent"]
PERSON_KEYS = ["id", "external_id", "email", "name", "firstname", "lastname", "domain", "locale", "preferences"]
people = st.dictionaries(st.sampled_from(PERSON_KEYS), json_values, max_size=6)


def payloads(keys: list[str]) -> st.SearchStrategy:
    return st.dictionaries(st.sampled_from(keys), json_values | people, max_size=len(keys))


@given(payloads(ZAMMAD_KEYS) | json_values)
def test_reading_zammad_gives_an_event_that_fits_or_says_why_not(ticket):
    read_one(zammad, {"ticket": ticket})


@given(
    payloads(GENERIC_KEYS) | json_values,
    st.sampled_from(["ticket.closed", "ticket.reopened"]) | json_values,
    json_values,
)
def test_reading_generic_gives_an_event_that_fits_or_says_why_not(data, kind, timestamp):
    read_one(generic, {"type": kind, "timestamp": timestamp, "data": data})


def read_one(adapter, payload: dict) -> None:
    try:
        event = adapter.parse({}, payload, {})
    except Unusable:
        return
    if event is None:
        return
    news = event.news("zammad", NOON)
    assert news.opened_at <= news.updated_at <= NOON + timedelta(minutes=10)
    limits = {"ticket_id": 120, "number": 60, "subject": 300, "url": 500, "requester_name": 200, "agent_name": 200}
    for name, most in limits.items():
        value = getattr(event, name)
        value.encode()
        assert len(value) <= most
        assert "\0" not in value


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_decoding_gives_an_object_or_says_why_not(body):
    with suppress(NotJson):
        assert isinstance(decode(body), dict)


bodies = (payloads(ZAMMAD_KEYS) | json_values).map(lambda ticket: json.dumps({"ticket": ticket}).encode())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=100)
    | (payloads(ZAMMAD_KEYS) | json_values).map(lambda ticket: json.dumps({"ticket": ticket}).encode())
)
def test_no_signed_body_is_ever_a_server_error(workspace, body):
    if not Connection.objects.exists():
        make_connection()
    assert from_zammad(body).status_code in {200, 400}
    work()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=50), signature=st.binary(max_size=60))
def test_no_unsigned_body_is_ever_more_than_401(workspace, body, signature):
    if not Connection.objects.exists():
        make_connection()
    header = {"X-Hub-Signature": signature.decode("latin-1")}
    assert from_zammad(body, **header).status_code == 401
    assert InboxEvent.objects.count() == 0
