"""Asking a help desk's API who a ticket is from, and fetching the key it signs with."""

import base64
import json
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Contact, Ticket
from integrations import lookups
from integrations.actions import connections as connection_actions
from integrations.actions import processing
from integrations.helpdesks.event import TicketEvent
from integrations.kinds import KINDS
from integrations.models import Connection, InboxEvent
from lib.time import now
from outbox import engine
from outbox.models import Effect
from tests.builders import NOON, make_account, make_connection, make_member, make_user
from tests.fakes import Answer, fake_server
from tests.integrations.desks import BY_NAME, SECRET
from tests.integrations.door import work
from workspaces.capabilities import Role
from workspaces.secrets import decrypt

State = InboxEvent.State
TICKET = {"id": 4711, "url": "https://cedar.zendesk.example/api/v2/tickets/4711.json", "requester_id": 9,
          "organization_id": 77, "assignee_id": 5}  # fmt: skip
USERS = [{"id": 9, "name": "Mei Chen", "email": "Mei@cedar.example", "locale": "de"}, {"id": 5, "name": "Pia Sommer"}]
ORGANIZATIONS = [{"id": 77, "name": "Cedar Logistics", "domain_names": ["cedar.example"]}]


@pytest.fixture
def api(settings):
    """The help desk's API, on this machine."""
    with fake_server() as server:
        settings.OUTGOING_ALLOW = [server.name]
        yield server


def answer(**parts: object) -> Answer:
    return Answer(body=json.dumps(parts).encode())


def connect(kind: str, api, **changes: str) -> Connection:
    connection = make_connection(kind, secret=SECRET)
    changes = {"site": api.url(""), "api_token": "t0ken", **changes}
    connection_actions.change_connection(connection=connection, changes=changes, at=NOON, by=make_user())
    return connection


def ask(minutes: int = 0) -> None:
    """Let the worker that leaves the house do its work, as if so many minutes had passed."""
    later = timedelta(minutes=minutes)
    engine.run_due(queue="mail", clock=lambda: now() + later, until=now() + later + timedelta(seconds=20))


def tell(name: str, state: str = "closed", minute: int = 0) -> InboxEvent:
    desk = BY_NAME[name]
    assert desk.post(desk.tell(state, minute)).status_code == 200
    work()
    return InboxEvent.objects.latest("pk")


def test_zendesk_is_asked_once_and_the_ticket_finds_its_account(workspace, api):
    connect("zendesk", api, api_user="pia@vendor.example")
    account = make_account("Cedar Logistics")
    api.otherwise = answer(ticket=TICKET, users=USERS, organizations=ORGANIZATIONS)
    event = tell("zendesk")
    assert event.state == State.RECEIVED
    ask()
    event.refresh_from_db()
    ticket = Ticket.objects.get()
    assert (event.state, event.account, event.requester_email) == (State.PROCESSED, account, "mei@cedar.example")
    assert (ticket.contact.name, ticket.contact.locale, ticket.agent_name) == ("Mei Chen", "de", "Pia Sommer")
    assert ticket.url == "https://cedar.zendesk.example/agent/tickets/4711"
    (request,) = api.requests
    assert request.path == "/api/v2/tickets/4711.json?include=users,organizations"
    credentials = base64.b64encode(b"pia@vendor.example/token:t0ken").decode()
    assert request.headers["authorization"] == f"Basic {credentials}"


def test_hubspot_tells_contact_company_and_whether_the_stage_is_a_closed_one(workspace, api):
    connect("hubspot", api)
    make_account("Cedar", domains=["cedar.example"])
    linked = {"contacts": {"results": [{"id": "9"}]}, "companies": {"results": [{"id": "77"}]}}
    stage = {
        "hs_pipeline": "12",
        "hs_pipeline_stage": "981",
        "subject": "Printer on fire",
        "createdate": "2026-06-14T08:00:00Z",
        "hs_ticket_priority": "MEDIUM",
        "hs_ticket_category": "PRODUCT_ISSUE",
    }
    contact = {"email": "mei@cedar.example", "firstname": "Mei", "lastname": "Chen", "hs_language": "de"}
    api.by_path = {
        "/crm/v3/objects/tickets/4711": answer(properties=stage, associations=linked),
        "/crm/v3/objects/contacts/9": answer(properties=contact),
        "/crm/v3/objects/companies/77": answer(properties={"name": "Cedar", "domain": "cedar.example"}),
        "/crm/v3/pipelines/tickets/12/stages/981": answer(metadata={"ticketState": "CLOSED"}),
    }
    event = tell("hubspot", "open")
    ask()
    event.refresh_from_db()
    ticket = Ticket.objects.get()
    assert (event.state, event.subject, ticket.is_open) == (State.PROCESSED, "Printer on fire", False)
    assert (ticket.contact.email, ticket.closed_at) == ("mei@cedar.example", NOON)
    assert (ticket.priority, ticket.topic) == ("normal", "problem")
    assert {request.headers["authorization"] for request in api.requests} == {"Bearer t0ken"}


def test_without_a_token_nobody_is_asked_and_the_event_is_unmatched(workspace, api):
    make_connection("zendesk", secret=SECRET)
    assert tell("zendesk").state == State.UNMATCHED
    ask()
    assert api.requests == []


def test_what_is_not_found_is_unmatched_and_not_asked_again(workspace, api):
    connect("zendesk", api)
    api.otherwise = Answer(status=404)
    event = tell("zendesk")
    ask()
    event.refresh_from_db()
    assert (event.state, event.error) == (State.UNMATCHED, "")
    processing.process(event_id=event.pk, at=NOON)
    ask()
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b"{}", "does not accept the token (401)"),
        (403, b"{}", "does not accept the token (403)"),
        (302, b"", "answered 302"),
        (200, b"<html>", "no JSON object"),
        (200, b"x" * (lookups.SIZE_LIMIT + 1), "too long"),
    ],
)
def test_a_refusal_is_told_at_once(workspace, api, status, body, words):
    connect("zendesk", api)
    api.otherwise = Answer(status=status, body=body)
    event = tell("zendesk")
    ask()
    event.refresh_from_db()
    assert event.state == State.UNMATCHED
    assert words in event.error


def test_a_token_that_is_no_longer_accepted_is_told_though_the_account_is_known(workspace, api):
    connection = connect("zendesk", api)
    account = make_account("Cedar", external_ids={"zendesk": "77"})
    api.otherwise = Answer(status=401)
    event = tell("zendesk")
    ask()
    event.refresh_from_db()
    assert (event.state, event.account) == (State.PROCESSED, account)
    said = "The help desk&#x27;s API does not accept the token (401)."
    client, page = Client(), reverse("integrations:connection", args=[connection.pk])
    client.force_login(make_member(Role.ADMIN).user)
    shown = client.get(page).content.decode()
    assert shown.count(said) == 2, "above, and with the delivery"
    api.otherwise = answer(ticket=TICKET, users=USERS, organizations=ORGANIZATIONS)
    processing.replay(event=event, at=NOON, by=None)
    work()
    ask()
    assert said not in client.get(page).content.decode()


def test_an_inner_address_is_not_called(workspace, api, settings):
    connect("zendesk", api)
    settings.OUTGOING_ALLOW = []
    event = tell("zendesk")
    ask()
    event.refresh_from_db()
    assert event.state == State.UNMATCHED
    assert event.error
    assert api.requests == []


def test_a_busy_api_is_asked_again_and_again_and_then_told_about(workspace, api):
    connect("zendesk", api)
    api.otherwise = Answer(status=503, headers={"Retry-After": "30"})
    event = tell("zendesk")
    for hours in range(6):
        ask(minutes=120 * hours)
    event.refresh_from_db()
    assert (event.state, event.error) == (State.UNMATCHED, "The help desk's API answered 503.")
    assert len(api.requests) == 6
    assert Effect.objects.get(kind=processing.LOOK_UP).state == Effect.State.DONE


def test_an_api_that_comes_back_is_heard(workspace, api):
    connect("zendesk", api)
    make_account("Cedar Logistics")
    api.answers = [Answer(status=429, headers={"Retry-After": "7"})]
    api.otherwise = answer(ticket=TICKET, users=USERS, organizations=ORGANIZATIONS)
    event = tell("zendesk")
    ask()
    effect = Effect.objects.get(kind=processing.LOOK_UP)
    assert effect.state == Effect.State.READY
    assert effect.available_at > now() + timedelta(seconds=5)
    ask(minutes=60)
    event.refresh_from_db()
    assert event.state == State.PROCESSED


def test_an_api_that_is_not_there_is_asked_again(workspace, api, settings):
    connect("zendesk", api, site="http://127.0.0.1:9")
    settings.OUTGOING_ALLOW = ["127.0.0.1:9"]
    tell("zendesk")
    ask()
    effect = Effect.objects.get(kind=processing.LOOK_UP)
    assert (effect.state, effect.attempts) == (Effect.State.READY, 1)
    assert "No connection" in effect.last_error


@pytest.mark.parametrize("name", ["zendesk", "hubspot"])
def test_an_id_that_is_no_number_is_not_asked_for(name):
    def get(path: str) -> dict:
        raise AssertionError(path)

    assert KINDS[name].directory.look_up(TicketEvent(ticket_id="../users", is_closed=True), get) == {}


def test_processing_again_asks_again(workspace, api):
    connection = connect("zendesk", api)
    make_account("Cedar Logistics")
    api.answers = [Answer(status=401)]
    api.otherwise = answer(ticket=TICKET, users=USERS, organizations=ORGANIZATIONS)
    event = tell("zendesk")
    ask()
    connection_actions.change_connection(
        connection=connection, changes={"api_token": "better"}, at=NOON, by=make_user()
    )
    event.refresh_from_db()
    processing.replay(event=event, at=NOON, by=make_user())
    work()
    ask()
    event.refresh_from_db()
    assert (event.state, event.error) == (State.PROCESSED, "")
    assert Contact.objects.get().email == "mei@cedar.example"


def test_a_worker_that_died_after_asking_does_not_ask_again(workspace, api):
    connect("zendesk", api)
    event = tell("zendesk")
    InboxEvent.objects.update(found={"requester": {"email": "mei@cedar.example"}})
    ask()
    event.refresh_from_db()
    assert (event.state, event.requester_email) == (State.UNMATCHED, "mei@cedar.example")
    assert api.requests == []


def test_a_token_that_can_no_longer_be_read_is_told(workspace, api, settings):
    connection = connect("zendesk", api)
    api.otherwise = Answer(status=401)
    event = tell("zendesk")
    connection.refresh_from_db()
    connection.api_token = connection.api_token[:-4] + "AAA="
    connection.save()
    ask()
    event.refresh_from_db()
    assert event.state == State.UNMATCHED
    assert "does not accept the token" in event.error


def test_an_event_that_was_dismissed_or_broken_meanwhile_is_left_alone(workspace, api):
    connect("zendesk", api)
    event = tell("zendesk")
    InboxEvent.objects.update(body=b"{")
    ask()
    event.refresh_from_db()
    assert event.state == State.FAILED
    assert api.requests == []


@pytest.mark.parametrize(("text", "seconds"), [("30", 30), ("999999", 3600), ("soon", 0), ("", 0), ("9999999", 0)])
def test_how_long_an_api_wants_us_to_wait(text, seconds):
    assert lookups._wait(text) == timedelta(seconds=seconds)


# ------------------------------------------------------------------------------------------------- keys
def post(state: str = "closed", minute: int = 0, url: str = "", **changes: str) -> int:
    desk = BY_NAME["connectwise"]
    payload = desk.tell(state, minute) | {"Metadata": {"key_url": url}}
    return desk.post(payload, **changes).status_code


def test_connectwises_key_is_fetched_on_the_first_delivery_and_kept(workspace, api):
    connection = make_connection("connectwise")
    connection.site = api.url("")
    connection.save()
    api.otherwise = answer(signing_key=SECRET)
    assert [post(url=api.url("/keys/1")), post(minute=1, url=api.url("/keys/1"))] == [200, 200]
    assert [request.path for request in api.requests] == ["/keys/1"]
    assert "authorization" not in api.requests[0].headers
    connection.refresh_from_db()
    assert decrypt(connection.secret) == SECRET


def test_a_key_elsewhere_is_never_fetched(workspace, api):
    with fake_server() as evil:
        connection = make_connection("connectwise")
        connection.site = api.url("")
        connection.save()
        evil.otherwise = answer(signing_key=SECRET)
        assert post(url=evil.url("/keys/1")) == 401
        assert evil.requests == api.requests == []


def test_a_new_key_is_looked_for_once_a_minute(workspace, api):
    connection = make_connection("connectwise", secret="the old key")
    connection.site = api.url("")
    connection.save()
    api.otherwise = answer(signing_key="the old key")
    assert [post(url=api.url("/k")), post(url=api.url("/k"))] == [401, 401]
    assert len(api.requests) == 1
    connection.refresh_from_db()
    sought_at = datetime.fromisoformat(connection.options["key_sought_at"]) - timedelta(minutes=2)
    connection.options["key_sought_at"] = sought_at.isoformat()
    connection.save()
    api.otherwise = answer(signing_key=SECRET)
    assert post(url=api.url("/k")) == 200


@pytest.mark.parametrize("said", [Answer(status=500), Answer(body=b"nothing"), Answer(raw=b"nonsense\r\n")])
def test_a_key_that_cannot_be_had_refuses(workspace, api, said):
    connection = make_connection("connectwise")
    connection.site = api.url("")
    connection.save()
    api.otherwise = said
    assert post(url=api.url("/k")) == 401
    connection.refresh_from_db()
    assert (connection.secret, connection.refused_count, connection.refused_why) == ("", 1, "no_key")
