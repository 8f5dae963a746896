"""A system nobody wrote an adapter for: its first deliveries are samples, and a page says what is what."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Ticket
from integrations.forms.mapping import guess
from integrations.models import Connection, InboxEvent
from integrations.queries import mapping as mapping_queries
from lib.time import now
from outbox import engine
from outbox.models import Effect
from tests.builders import make_account, make_connection, make_member
from tests.integrations.desks import BY_NAME, MAPPING, WHSEC, mapped
from tests.integrations.door import timedelta, work
from workspaces.capabilities import Role
from workspaces.models import AuditEvent

State = InboxEvent.State


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.ADMIN).user)
    return client


@pytest.fixture
def connection(workspace) -> Connection:
    return make_connection("mapped", secret=WHSEC)


def send(*payloads: object) -> list[str]:
    return [BY_NAME["mapped"].post(payload).json()["status"] for payload in payloads]


def typed(**changes: str) -> dict[str, str]:
    return {**MAPPING["paths"], "closed": "9", "merged": "30", **changes}


def page(connection: Connection) -> str:
    return reverse("integrations:connection_mapping", args=[connection.pk])


def test_before_a_mapping_deliveries_are_samples(connection, client):
    assert send(mapped("closed", 0), [mapped("open", 1), mapped("closed", 2)]) == ["accepted", "accepted"]
    assert set(InboxEvent.objects.values_list("state", flat=True)) == {State.SAMPLE}
    assert Effect.objects.count() == 0
    text = client.get(reverse("integrations:connection", args=[connection.pk])).content.decode()
    assert "3 deliveries wait as samples." in text
    assert page(connection) in text


def test_the_page_shows_the_places_and_guesses(connection, client):
    send(mapped("closed", 0))
    text = client.get(page(connection)).content.decode()
    assert "<code>/ticket/user/emailaddress</code>" in text
    assert '<option value="/ticket/id" selected>/ticket/id  (4711)</option>' in text
    assert '<option value="/ticket/user/emailaddress" selected>' in text
    assert "What the last deliveries would become" in text


def test_the_help_desks_own_tags_are_found_and_mapped(connection, client):
    told = mapped("closed", 0)
    told["ticket"]["tags"] = ["vip", "on site"]
    make_account("Cedar Logistics")
    send(told)
    assert '<option value="/ticket/tags" selected>/ticket/tags  (vip, on site)</option>' in (
        client.get(page(connection)).content.decode()
    )
    assert "vip, on site</dd>" in client.post(page(connection), typed(tags="/ticket/tags", show="1")).content.decode()
    client.post(page(connection), typed(tags="/ticket/tags"))
    work()
    assert Ticket.objects.get().tags == ["vip", "on site"]


def test_without_samples_the_page_says_what_to_do(connection, client):
    assert "No sample has arrived yet" in client.get(page(connection)).content.decode()


def test_showing_changes_nothing_and_shows_what_it_would_become(connection, client):
    send(mapped("closed", 0))
    response = client.post(page(connection), typed(show="1"))
    text = response.content.decode()
    assert response.status_code == 200
    assert "Printer on fire" in text
    assert "Mei Chen mei@cedar.example" in text
    connection.refresh_from_db()
    assert connection.options == {}
    other = client.post(page(connection), typed(show="1", ticket_id="/ticket/user/none")).content.decode()
    assert "It would be ignored" in other


def test_saving_processes_what_waited_and_what_comes(connection, client):
    make_account("Cedar Logistics")
    send(mapped("open", 0), mapped("closed", 1))
    response = client.post(page(connection), typed(), follow=True)
    assert "Deliveries that waited for it are being processed." in response.content.decode()
    work()
    assert set(InboxEvent.objects.values_list("state", flat=True)) == {State.PROCESSED}
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.is_open, ticket.contact.email) == ("Printer on fire", False, "mei@cedar.example")
    assert send(mapped("open", 2), {"hello": "world"}) == ["accepted", "ignored"]
    work()
    assert Ticket.objects.get().is_open
    connection.refresh_from_db()
    assert connection.options["mapping"] == MAPPING
    event = AuditEvent.objects.get(kind="connection.mapped")
    assert event.detail == {"fields": sorted(MAPPING["paths"])}


def test_a_sample_that_was_on_its_way_is_processed_a_minute_later(connection, client):
    make_account("Cedar Logistics")
    send(mapped("closed", 0))
    client.post(page(connection), typed())
    work()
    InboxEvent.objects.update(state=State.SAMPLE, replays=5)
    later = now() + timedelta(minutes=2)
    engine.run_due(queue="default", clock=lambda: later, until=later + timedelta(seconds=5))
    assert InboxEvent.objects.get().state == State.PROCESSED


def test_saving_needs_a_place_for_the_id_among_those_there_are(connection, client):
    send(mapped("closed", 0))
    for ticket_id in ("", "/nowhere"):
        response = client.post(page(connection), typed(ticket_id=ticket_id))
        assert response.status_code == 422
    connection.refresh_from_db()
    assert connection.options == {}


def test_a_saved_place_that_no_sample_has_any_more_can_stay(connection, client):
    connection.options = {"mapping": {**MAPPING, "paths": {**MAPPING["paths"], "number": "/old/number"}}}
    connection.save()
    send(mapped("closed", 0))
    assert '<option value="/old/number" selected>/old/number</option>' in client.get(page(connection)).content.decode()
    assert client.post(page(connection), typed(number="/old/number")).status_code == 302


def test_other_kinds_have_no_mapping(workspace, client):
    connection = make_connection()
    assert client.get(page(connection)).status_code == 302


def test_what_cannot_be_read_is_no_sample(connection):
    send(mapped("closed", 0))
    InboxEvent.objects.update(body=b"{")
    assert mapping_queries.samples(connection) == []


def test_places_are_those_of_all_samples_with_a_value_where_there_is_one(connection):
    send({"id": 1, "email": None}, {"id": 2, "email": "mei@cedar.example", "more": True})
    places = mapping_queries.places(mapping_queries.samples(connection))
    assert places == {"/id": "2", "/email": "mei@cedar.example", "/more": "True"}
    send({"id": 3, "email": None})
    assert mapping_queries.places(mapping_queries.samples(connection))["/email"] == "mei@cedar.example"


def test_each_place_is_guessed_once():
    paths = guess({"/ticket/id": "1", "/status": "x", "/id": "2"})["paths"]
    assert paths == {"ticket_id": "/ticket/id", "status": "/status"}
    assert guess({})["paths"] == {}


def test_the_person_is_told_from_the_company_by_name():
    ticket = ["id", "ref", "summary", "state", "changed", "user/name", "user/mail", "customer/id", "customer/name"]
    assert guess({f"/object/ticket/{place}": "x" for place in ticket})["paths"] == {
        name: f"/object/ticket/{place}"
        for name, place in {
            "ticket_id": "id",
            "status": "state",
            "number": "ref",
            "subject": "summary",
            "updated_at": "changed",
            "requester_email": "user/mail",
            "requester_name": "user/name",
            "organization_name": "customer/name",
        }.items()
    }


def test_replaying_a_sample_before_there_is_a_mapping_leaves_it_one(connection, client):
    send(mapped("closed", 0))
    event = InboxEvent.objects.get()
    client.post(reverse("integrations:event_replay", args=[event.pk]))
    work()
    event.refresh_from_db()
    assert event.state == State.SAMPLE
