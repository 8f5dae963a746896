"""Help desks that cannot sign, or need not: the secret as a password, and an address that is all there is."""

import base64
import json

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Ticket
from integrations.models import Connection
from lib.time import now
from tests.builders import HOOK_TOKEN, ZAMMAD_SECRET, make_account, make_connection, make_member
from tests.integrations import desks
from tests.integrations.door import from_zammad, work
from workspaces.capabilities import Role
from workspaces.models import AuditEvent
from workspaces.secrets import encrypt

ZAMMAD = {"ticket": {"id": 7, "state": "closed", "title": "Fire", "customer": {"email": "mei@cedar.example"}}}


def post(body: object, **headers: str):
    return Client().post(f"/hooks/{HOOK_TOKEN}/", json.dumps(body), "application/json", headers=headers)


def basic(password: str, user: str = "ninefold") -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize("proof", [basic(ZAMMAD_SECRET), basic(ZAMMAD_SECRET, ""), f"Bearer {ZAMMAD_SECRET}"])
def test_zammad_may_send_the_secret_instead_of_a_signature(workspace, proof):
    make_connection("zammad")
    make_account(domains=["cedar.example"])
    assert post(ZAMMAD, Authorization=proof).status_code == 200
    work()
    assert Ticket.objects.get().subject == "Fire"


@pytest.mark.parametrize("proof", [basic("wrong"), basic(""), "Bearer wrong", "Basic ?", ZAMMAD_SECRET, ""])
def test_zammad_with_another_password_is_refused(workspace, proof):
    make_connection("zammad")
    assert post(ZAMMAD, Authorization=proof).status_code == 401
    assert Connection.objects.get().refused_count == 1


def test_a_signature_that_does_not_hold_is_not_mended_by_a_password(workspace):
    make_connection("zammad")
    wrong = {"X-Hub-Signature": "sha1=" + "0" * 40, "Authorization": basic(ZAMMAD_SECRET)}
    assert from_zammad(ZAMMAD, **wrong).status_code == 401


def allow(connection: Connection) -> None:
    connection.options["unsigned"] = True
    connection.save()


def test_chatwoot_that_cannot_sign_is_refused_until_an_admin_allows_it(workspace):
    connection = make_connection("chatwoot")
    assert post(desks.chatwoot("closed", 0)).status_code == 401
    allow(connection)
    assert post(desks.chatwoot("closed", 0)).json() == {"status": "accepted"}
    assert post(desks.chatwoot("closed", 0)).json() == {"status": "duplicate"}


def test_what_is_signed_must_hold_once_the_secret_is_here(workspace):
    connection = make_connection("chatwoot")
    allow(connection)
    body = json.dumps(desks.chatwoot("closed", 0)).encode()
    forged = desks.sign_chatwoot(body, "another secret", now())
    assert post(desks.chatwoot("closed", 0), **forged).status_code == 200
    connection.secret = encrypt("the secret")
    connection.save()
    assert post(desks.chatwoot("open", 1), **forged).status_code == 401
    assert post(desks.chatwoot("open", 1)).status_code == 200


def test_the_page_warns_while_nothing_proves_deliveries(workspace):
    connection = make_connection("chatwoot")
    client = Client()
    client.force_login(make_member(Role.ADMIN).user)
    page, settings = (
        reverse(f"integrations:{name}", args=[connection.pk]) for name in ("connection", "connection_settings")
    )
    assert "The signing secret is missing" in client.get(page).content.decode()
    assert "Whoever learns the address" in client.get(settings).content.decode()
    client.post(settings, {"name": connection.name, "unsigned": "on"})
    assert "Deliveries that nothing proves are taken" in client.get(page).content.decode()
    assert AuditEvent.objects.get(kind="connection.changed").detail == {"fields": ["unsigned"]}
    client.post(settings, {"name": connection.name})
    assert "The signing secret is missing" in client.get(page).content.decode()


def test_no_other_help_desk_is_taken_at_its_word(workspace):
    allow(make_connection("zendesk"))
    assert post(desks.BY_NAME["zendesk"].tell("closed", 0)).status_code == 401
