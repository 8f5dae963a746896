"""Connecting a help desk and watching what it sends."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from integrations.actions import connections as actions
from integrations.models import Connection, InboxEvent
from tests.builders import NOON, make_account, make_connection, make_member, zammad_ticket
from tests.integrations.door import from_generic, from_zammad, work
from workspaces.capabilities import Role
from workspaces.models import AuditEvent
from workspaces.secrets import decrypt


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.ADMIN).user)
    return client


def shown(text: str, part: str) -> str:
    return re.search(rf'<code id="{part}">([^<]+)</code>', text)[1]


def test_connecting_a_help_desk_shows_address_and_secret_once_and_they_work(client, settings):
    make_account("Cedar Logistics")
    assert "No help desk is connected" in client.get(reverse("integrations:connection_list")).content.decode()
    assert client.get(reverse("integrations:connection_new")).status_code == 200
    bad = client.post(reverse("integrations:connection_new"), {"kind": "telepathy", "name": ""})
    assert bad.status_code == 422

    page = client.post(reverse("integrations:connection_new"), {"kind": "generic", "name": "Own desk"}, follow=True)
    text = page.content.decode()
    assert "no-store" in page["Cache-Control"]
    address, secret = shown(text, "hook-address"), shown(text, "hook-secret")
    assert address.startswith(f"{settings.BASE_URL}/hooks/")
    assert "Nothing has arrived yet" in text
    again = client.get(page.request["PATH_INFO"]).content.decode()
    assert secret not in again
    assert address not in again

    connection = Connection.objects.get()
    assert decrypt(connection.secret) == secret
    assert secret not in connection.secret
    token = address.rstrip("/").rpartition("/")[2]
    assert from_generic({"type": "x"}, secret, token=token).json() == {"status": "ignored"}


def test_a_new_secret_and_a_new_address_end_the_old_ones(client):
    connection = make_connection()
    response = client.post(reverse("integrations:connection_secret_new", args=[connection.pk]), follow=True)
    assert shown(response.content.decode(), "hook-secret")
    assert "hook-address" not in response.content.decode()
    assert from_zammad(zammad_ticket()).status_code == 401
    response = client.post(reverse("integrations:connection_address_new", args=[connection.pk]), follow=True)
    assert shown(response.content.decode(), "hook-address")
    assert from_zammad(zammad_ticket()).status_code == 404
    kinds = list(
        AuditEvent.objects.filter(kind__startswith="connection.").order_by("pk").values_list("kind", flat=True)
    )
    assert kinds == ["connection.created", "connection.secret_renewed", "connection.address_renewed"]


def test_the_page_says_why_the_last_delivery_was_refused(client):
    connection = make_connection()
    page = reverse("integrations:connection", args=[connection.pk])
    from_zammad(zammad_ticket(), **{"X-Hub-Signature": ""})
    assert "no signature came along; last " in client.get(page).content.decode()
    from_zammad(zammad_ticket(), **{"X-Hub-Signature": "sha1=0"})
    assert "the signature does not fit the secret; last " in client.get(page).content.decode()


def test_switching_off_and_on(client):
    connection = make_connection()
    text = client.post(reverse("integrations:connection_disable", args=[connection.pk]), follow=True).content.decode()
    assert "Switch on" in text
    assert from_zammad(zammad_ticket()).status_code == 404
    client.post(reverse("integrations:connection_enable", args=[connection.pk]))
    assert from_zammad(zammad_ticket()).status_code == 200


def test_the_list_tells_how_each_connection_is_doing(client):
    make_account("Cedar Logistics")
    make_connection()
    make_connection("generic", token="other", name="Own desk")
    from_zammad(zammad_ticket(), "1")
    from_zammad(zammad_ticket(id=2, organization={}, customer={}), "2")
    from_zammad(b"{", "3")
    from_zammad(zammad_ticket(), "4", **{"X-Hub-Signature": "sha1=no"})
    work()
    text = client.get(reverse("integrations:connection_list")).content.decode()
    row = re.sub(r"<[^>]+>|\s+", " ", text[text.index("Support desk") :])
    assert "Not readable 3 1 1 1" in " ".join(row.split())
    assert "None yet" in text
    assert "Unmatched events" in text


def test_the_connections_page_lists_deliveries_page_by_page(client):
    account = make_account("Cedar Logistics")
    connection = make_connection()
    for number in range(53):
        from_zammad(zammad_ticket(id=number, number=f"N{number}"), str(number))
    work()
    address = reverse("integrations:connection", args=[connection.pk])
    first = client.get(address).content.decode()
    assert first.count("data-row-link") == 50
    assert account.name in first
    following = client.get(address + re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&"))
    assert following.content.decode().count("data-row-link") == 3
    assert 'rel="prev"' in following.content.decode()


def test_a_delivery_is_shown_escaped_and_can_be_processed_again(client):
    make_connection()
    from_zammad(zammad_ticket(title="<script>alert(1)</script>", organization={}, customer={}), "1")
    work()
    event = InboxEvent.objects.get()
    address = reverse("integrations:event", args=[event.pk])
    text = client.get(address).content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "x-zammad-delivery" in text
    assert "Choose the account" in text
    response = client.post(reverse("integrations:event_replay", args=[event.pk]), follow=True)
    assert "being processed again" in response.content.decode()
    response = client.post(reverse("integrations:event_replay", args=[event.pk]), follow=True)
    assert "waiting to be processed already" in response.content.decode()
    assert client.get(reverse("integrations:event", args=[999])).status_code == 404


def test_a_body_that_is_no_json_is_shown_as_it_is(client):
    make_connection()
    from_zammad(b'\xff{"a": "\\ud800', "1")
    text = client.get(reverse("integrations:event", args=[InboxEvent.objects.get().pk])).content.decode()
    assert "The body is not valid JSON." in text
    assert "�{" in text


def test_a_body_with_a_lone_surrogate_can_be_shown(client):
    make_connection()
    from_zammad(b'{"a": "\\ud800"}', "1")
    assert client.get(reverse("integrations:event", args=[InboxEvent.objects.get().pk])).status_code == 200


def test_who_connected_what_is_on_record(workspace):
    user = make_member(Role.ADMIN).user
    actions.create_connection(kind="zammad", name="Desk", at=NOON, by=user)
    assert str(Connection.objects.get()) == "Desk"
    event = AuditEvent.objects.get(kind="connection.created")
    assert (event.user, event.subject, event.detail) == (user, "Desk", {"kind": "zammad"})


def test_an_event_is_called_by_its_subject_or_its_key(workspace):
    assert str(InboxEvent(subject="Slow", delivery_key="a")) == "Slow"
    assert str(InboxEvent(delivery_key="a")) == "a"


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_lists_cost_the_same_at_any_length(client):
    make_account("Cedar Logistics")
    made = make_connection()
    lists = [reverse("integrations:connection_list"), reverse("integrations:connection", args=[made.pk])]
    from_zammad(zammad_ticket(), "0")
    work()
    before = [cost(client, address) for address in lists]
    for number in range(1, 4):
        make_connection("generic", token=f"t{number}")
        from_zammad(zammad_ticket(id=number, number=f"N{number}"), str(number))
    work()
    assert [cost(client, address) for address in lists] == before
