"""What an admin tells a connection: secrets it did not draw, its address, its statuses."""

import pytest
from django.test import Client
from django.urls import reverse

from integrations.helpdesks import zendesk
from integrations.kinds import KINDS
from integrations.models import Connection
from tests.builders import make_connection, make_member
from tests.integrations.desks import BY_NAME, SECRET
from workspaces.capabilities import Role
from workspaces.models import AuditEvent
from workspaces.secrets import decrypt


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.ADMIN).user)
    return client


def address(connection: Connection, name: str = "connection_settings") -> str:
    return reverse(f"integrations:{name}", args=[connection.pk])


def save(client: Client, connection: Connection, **typed: str):
    response = client.post(address(connection), {"name": connection.name, **typed})
    connection.refresh_from_db()
    return response


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_can_be_connected_and_tells_how(client, kind):
    new = reverse("integrations:connection_new")
    text = client.post(new, {"kind": kind, "name": f"Our {kind}"}, follow=True).content.decode()
    assert "How to connect it" in text
    assert "hook-address" in text
    connection = Connection.objects.get()
    assert ("hook-secret" in text) is KINDS[kind].draws_secret is bool(connection.secret)
    assert ("The signing secret is missing" in text) is KINDS[kind].wants_secret
    assert client.get(address(connection)).status_code == 200
    assert ("New secret" in text) is KINDS[kind].draws_secret


def test_a_secret_is_brought_kept_encrypted_and_works(client):
    connection = make_connection("zendesk")
    assert BY_NAME["zendesk"].post(BY_NAME["zendesk"].tell("closed", 0)).status_code == 401
    assert save(client, connection, secret=SECRET).status_code == 302
    assert SECRET not in connection.secret
    assert decrypt(connection.secret) == SECRET
    assert BY_NAME["zendesk"].post(BY_NAME["zendesk"].tell("closed", 0)).status_code == 200
    page = client.get(address(connection)).content.decode()
    assert SECRET not in page
    assert "One is stored and never shown" in page
    save(client, connection, secret="")
    assert decrypt(connection.secret) == SECRET


def test_the_secret_everybody_knows_is_refused(client):
    connection = make_connection("zendesk")
    (secret,) = zendesk.PUBLIC_SECRETS
    response = save(client, connection, secret=secret)
    assert response.status_code == 422
    assert "anybody can sign with it" in response.content.decode()
    assert connection.secret == ""


def test_a_token_is_forgotten_when_the_address_changes(client):
    connection = make_connection("zendesk")
    save(client, connection, site="https://cedar.zendesk.com/", api_user="pia@vendor.example", api_token="t0ken")
    assert (connection.site, decrypt(connection.api_token)) == ("https://cedar.zendesk.com", "t0ken")
    assert connection.can_look_up
    save(client, connection, site="https://cedar.zendesk.com", api_user="pia@vendor.example")
    assert connection.can_look_up
    save(client, connection, site="https://elsewhere.example", api_user="pia@vendor.example")
    assert connection.api_token == ""
    save(client, connection, site="https://again.example", api_token="new")
    assert decrypt(connection.api_token) == "new"


def test_a_fetched_key_is_forgotten_when_the_address_changes(client):
    connection = make_connection("connectwise", secret="fetched")
    save(client, connection, site="https://na.desk.example")
    assert decrypt(connection.secret) == "fetched"
    save(client, connection, site="https://eu.desk.example")
    assert connection.secret == ""


@pytest.mark.parametrize(
    "site",
    [
        "cedar.zendesk.com",
        "ftp://cedar.zendesk.com",
        "https://cedar.zendesk.com/agent",
        "https://cedar.zendesk.com?x=1",
        "https://pia@cedar.zendesk.com",
        "https://",
        "https://[",
        "http://cedar.zendesk.com",
        "https://127.0.0.1",
        "https://10.0.0.1",
    ],
)
def test_an_address_that_is_none_or_lies_inside_is_refused(client, site):
    connection = make_connection("zendesk")
    assert save(client, connection, site=site).status_code == 422
    assert connection.site == ""


def test_an_address_that_is_only_linked_to_may_lie_inside(client):
    connection = make_connection("freescout")
    assert save(client, connection, site="http://10.0.0.1:8080").status_code == 302
    assert connection.site == "http://10.0.0.1:8080"


def test_statuses_are_named_and_what_changed_is_on_record(client):
    connection = make_connection("freshdesk")
    save(client, connection, name="Desk", closed="7, Erledigt ,,")
    assert connection.options == {"closed": ["7", "Erledigt"]}
    assert (connection.name, AuditEvent.objects.get(kind="connection.changed").detail) == (
        "Desk",
        {"fields": ["closed", "name"]},
    )
    save(client, connection, name="Desk", closed="7, Erledigt")
    assert AuditEvent.objects.filter(kind="connection.changed").count() == 1
    assert 'value="7, Erledigt"' in client.get(address(connection)).content.decode()


def test_a_secret_of_the_help_desks_own_is_not_drawn_here(client):
    connection = make_connection("chatwoot", secret=SECRET)
    response = client.post(address(connection, "connection_secret_new"))
    assert response["Location"] == address(connection)
    connection.refresh_from_db()
    assert decrypt(connection.secret) == SECRET


def test_the_page_says_what_is_missing(client):
    connectwise = make_connection("connectwise", token="c")
    assert "The address of the help desk is missing" in client.get(address(connectwise, "connection")).content.decode()
    hubspot = make_connection("hubspot", token="h", secret=SECRET)
    assert "Events of this help desk name nobody" in client.get(address(hubspot, "connection")).content.decode()
