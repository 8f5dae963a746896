import pytest

from accounts.models import Fact, MetricDay, Ticket
from journeys.models import Touchpoint
from tests.api.conftest import errors
from tests.builders import make_account, make_contact, make_ticket, make_touchpoint


def test_a_ticket_is_added_then_brought_up_to_date(api):
    contact = make_contact(make_account())
    body = {
        "account": contact.account_id,
        "contact": contact.pk,
        "source": "desk",
        "external_id": "42",
        "number": "#42",
        "url": "https://desk.example/42",
        "subject": "Printer on fire",
        "priority": "high",
        "topic": None,
        "tags": [],
        "locale": "de",
        "agent_name": "Kim",
        "agent_email": "kim@vendor.example",
        "opened_at": "2026-06-01T10:00:00+02:00",
        "updated_at": "2026-06-01T10:00:00+02:00",
    }
    response = api.post("tickets/", body)
    assert response.status_code == 201
    opened = response.json()
    assert opened == body | {
        "id": opened["id"],
        "opened_at": "2026-06-01T08:00:00Z",
        "updated_at": "2026-06-01T08:00:00Z",
        "closed_at": None,
        "reopened_at": None,
        "episode": 0,
    }
    news = body | {"closed_at": "2026-06-02T08:00:00Z", "updated_at": "2026-06-02T08:00:00Z"}
    closed = api.post("tickets/", news)
    assert closed.status_code == 200
    assert (closed.json()["closed_at"], closed.json()["episode"]) == ("2026-06-02T08:00:00Z", 1)
    assert api.post("tickets/", news).json() == closed.json()
    assert api.post("tickets/", body).json() == closed.json()  # older news

    reopened = api.post("tickets/", body | {"updated_at": "2026-06-03T08:00:00Z"}).json()
    assert (reopened["closed_at"], reopened["reopened_at"]) == (None, "2026-06-03T08:00:00Z")
    assert api.get(f"tickets/{opened['id']}/").json() == reopened
    worse = {"priority": "urgent", "topic": "problem", "updated_at": "2026-06-04T08:00:00Z", "tags": ["vip", "late"]}
    shown = api.post("tickets/", body | worse).json()
    assert (shown["priority"], shown["topic"], shown["tags"]) == ("urgent", "problem", ["vip", "late"])
    kinds = list(Fact.objects.filter(kind__startswith="ticket.").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["ticket.opened", "ticket.closed", "ticket.reopened", "ticket.changed"]
    assert Fact.objects.latest("pk").data["priority"] == "urgent"


def test_the_least_that_a_ticket_needs(api):
    account = make_account()
    shown = api.post("tickets/", {"account": account.pk, "source": "desk", "external_id": "1"}).json()
    assert shown["opened_at"] == shown["updated_at"]
    closed_at = "2026-06-02T08:00:00Z"
    body = {"account": account.pk, "source": "desk", "external_id": "2", "closed_at": closed_at}
    assert api.post("tickets/", body).json()["opened_at"] == closed_at


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account", 0),
        ("contact", 999_999),
        ("source", ""),
        ("external_id", "x" * 121),
        ("url", "javascript:alert(1)"),
        ("agent_email", "kim"),
        ("priority", "3"),
        ("topic", "weather"),
        ("opened_at", "yesterday"),
        ("opened_at", "9999-12-31T23:59:59-12:00"),
        ("opened_at", "1969-12-31T23:59:59Z"),
        ("opened_at", 5),
        ("updated_at", "2200-01-01T00:00:00Z"),
        ("closed_at", {}),
    ],
)
def test_a_bad_ticket_is_refused_by_field(api, field, value):
    body = {"account": make_account().pk, "source": "desk", "external_id": "1"} | {field: value}
    response = api.post("tickets/", body)
    assert response.status_code == 400
    assert list(errors(response)) == [field]
    assert not Ticket.objects.exists()


def test_a_ticket_must_fit_together(api):
    ticket = make_ticket(make_account())
    other = make_contact(make_account())
    body = {"account": ticket.account_id, "source": ticket.source, "external_id": ticket.external_id}
    assert errors(api.post("tickets/", body | {"account": other.account_id})) == {
        "account": ["This ticket belongs to another account."]
    }
    assert errors(api.post("tickets/", body | {"contact": other.pk})) == {
        "contact": ["This contact belongs to another account."]
    }
    times = {"opened_at": "2026-06-02T00:00:00Z", "closed_at": "2026-06-01T00:00:00Z"}
    assert errors(api.post("tickets/", body | times)) == {"closed_at": ["A ticket closes after it opens."]}


def test_ticket_filters(api):
    first = make_ticket(make_account(), closed_at="2026-06-15T12:00:00Z")
    second = make_ticket(make_account(), source="desk", external_id="7", priority="low", topic="request")
    assert api.ids("tickets/") == [first.pk, second.pk]
    assert api.ids("tickets/", account=first.account_id) == [first.pk]
    assert api.ids("tickets/", open="true") == [second.pk]
    assert api.ids("tickets/", open="false") == [first.pk]
    assert api.ids("tickets/", source="desk", external_id="7") == [second.pk]
    assert api.ids("tickets/", priority="low", topic="request") == [second.pk]
    assert list(errors(api.get("tickets/", open="banana"))) == ["open"]


def test_a_touchpoint_is_logged_and_counted(api):
    contact = make_contact(make_account())
    body = {
        "account": contact.account_id,
        "contact": contact.pk,
        "channel": "meeting",
        "direction": "two_way",
        "summary": "Went through the rollout",
        "outcome": "held",
        "is_proactive": True,
        "expected": -1,
        "felt": 2,
        "at": "2026-06-01T08:00:00Z",
    }
    response = api.post("touchpoints/", body)
    assert response.status_code == 201
    assert response.json() == body | {"id": Touchpoint.objects.get().pk, "by": None}
    assert MetricDay.objects.get().metric.key == "touchpoints_two_way"
    assert api.get(f"touchpoints/{response.json()['id']}/").json() == response.json()


def test_the_least_that_a_touchpoint_needs(api):
    body = {"account": make_account().pk, "channel": "call", "direction": "one_way", "summary": "Rang"}
    shown = api.post("touchpoints/", body).json()
    assert (shown["contact"], shown["expected"], shown["felt"]) == (None, None, None)
    assert (shown["outcome"], shown["is_proactive"]) == (None, None)
    shown = api.post("touchpoints/", body | {"outcome": None, "is_proactive": None}).json()
    assert (shown["outcome"], shown["is_proactive"]) == (None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channel", "pigeon"),
        ("direction", ""),
        ("summary", ""),
        ("summary", "x" * 10_001),
        ("expected", 3),
        ("felt", -3),
        ("felt", "good"),
        ("outcome", "late"),
        ("is_proactive", "perhaps"),
        ("at", "2199-01-01T00:00:00Z"),
    ],
)
def test_a_bad_touchpoint_is_refused_by_field(api, field, value):
    body = {"account": make_account().pk, "channel": "call", "direction": "one_way", "summary": "Rang"}
    response = api.post("touchpoints/", body | {field: value})
    assert response.status_code == 400
    assert list(errors(response)) == [field]
    assert not Touchpoint.objects.exists()


def test_a_touchpoints_contact_is_of_its_account(api):
    body = {"account": make_account().pk, "channel": "call", "direction": "one_way", "summary": "Rang"}
    other = make_contact(make_account())
    response = api.post("touchpoints/", body | {"contact": other.pk})
    assert errors(response) == {"contact": ["This contact belongs to another account."]}


def test_touchpoints_of_one_account(api):
    first, _second = make_touchpoint(make_account()), make_touchpoint(make_account())
    assert api.ids("touchpoints/", account=first.account_id) == [first.pk]
    missed = make_touchpoint(make_account(), outcome="missed", is_proactive=True)
    assert api.ids("touchpoints/", outcome="missed") == api.ids("touchpoints/", is_proactive="true") == [missed.pk]
