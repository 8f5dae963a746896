"""The pages on which an administrator sets webhooks up and sees how they are doing."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outbox import engine
from tests.builders import NOON, make_account, make_delivery, make_endpoint, make_member, make_workspace
from tests.fakes import Answer
from webhooks import words
from webhooks.models import Delivery, Endpoint
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import AuditEvent
from workspaces.secrets import decrypt

URL = "https://hooks.example/ninefold"


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.ADMIN).user)
    with time_machine.travel(NOON, tick=False):
        yield client


def text_of(response) -> str:
    return html.unescape(response.content.decode())


def shown(text: str, part: str) -> list[str]:
    return re.findall(rf'<code id="{part}">([^<]+)</code>', text)


def test_adding_one_shows_its_secret_once(client):
    assert "Nobody is told yet" in text_of(client.get(reverse("webhooks:endpoint_list")))
    form = text_of(client.get(reverse("webhooks:endpoint_new")))
    assert form.index("Ticket closed") < form.index("Survey answered")

    data = {"url": URL, "description": "Warehouse", "kinds": ["ticket.closed", "survey.answered"]}
    page = client.post(reverse("webhooks:endpoint_new"), data, follow=True)
    endpoint = Endpoint.objects.get()
    assert shown(text_of(page), "webhook-secret") == [decrypt(endpoint.secret)]
    assert "no-store" in page["Cache-Control"]
    assert endpoint.kinds == ["survey.answered", "ticket.closed"]
    again = text_of(client.get(reverse("webhooks:endpoint", args=[endpoint.pk])))
    assert shown(again, "webhook-secret") == []
    assert "Ticket closed · Survey answered" in again
    assert "2 kinds" in text_of(client.get(reverse("webhooks:endpoint_list")))
    assert AuditEvent.objects.filter(kind="webhook.created").count() == 1


@pytest.mark.parametrize(
    ("url", "kinds", "said"),
    [
        ("http://hooks.example/", ["ticket.closed"], "must begin with https://"),
        ("https://127.0.0.1/", ["ticket.closed"], "inside a network"),
        ("https://0x7f.1/", ["ticket.closed"], "numeric address"),
        ("https://user:word@hooks.example/", ["ticket.closed"], "user name"),
        ("https://hooks.example:22/", ["ticket.closed"], "Only the ports"),
        ("hooks", ["ticket.closed"], "must begin with https://"),
        ("", ["ticket.closed"], "required"),
        (URL, [], "at least one kind"),
        (URL, ["made.up"], "not one of the available choices"),
    ],
)
def test_what_would_never_work_is_refused_and_kept(url, kinds, said, client):
    data = {"url": url, "description": "Mine", "kinds": kinds}
    page = client.post(reverse("webhooks:endpoint_new"), data)
    assert page.status_code == 422
    assert said in text_of(page)
    assert 'value="Mine"' in text_of(page)
    assert not Endpoint.objects.exists()


def test_changing_one(client):
    endpoint = make_endpoint(kinds=["ticket.closed", "gone.kind"])
    address = reverse("webhooks:endpoint_edit", args=[endpoint.pk])
    assert "Gone kind" in text_of(client.get(address))
    assert client.post(address, {"url": "ftp://x", "wants_all": "on"}).status_code == 422
    client.post(address, {"url": "https://new.example/", "wants_all": "on", "kinds": ["ticket.closed"]})
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.wants_all, endpoint.kinds) == ("https://new.example/", True, [])
    assert "Everything that happens" in text_of(client.get(reverse("webhooks:endpoint", args=[endpoint.pk])))


def test_an_address_that_is_called_no_more_can_stay_while_something_else_changes(client):
    endpoint = make_endpoint("http://inner.example:9/")
    data = {"url": endpoint.url, "description": "Old", "wants_all": "on"}
    assert client.post(reverse("webhooks:endpoint_edit", args=[endpoint.pk]), data).status_code == 302


def test_a_new_secret_is_shown_once_and_both_sign_for_a_day(client):
    endpoint = make_endpoint()
    page = client.post(reverse("webhooks:endpoint_secret_new", args=[endpoint.pk]), follow=True)
    endpoint.refresh_from_db()
    assert shown(text_of(page), "webhook-secret") == [decrypt(endpoint.secret)]
    assert "old and the new secret both sign" in text_of(page)


def test_off_and_on(client):
    endpoint = make_endpoint()
    page = client.post(reverse("webhooks:endpoint_disable", args=[endpoint.pk]), follow=True)
    assert "Switch on" in text_of(page)
    assert "Send a test" not in text_of(page)
    page = client.post(reverse("webhooks:endpoint_test", args=[endpoint.pk]), follow=True)
    assert "Switch the webhook on first" in text_of(page)
    page = client.post(reverse("webhooks:endpoint_enable", args=[endpoint.pk]), follow=True)
    assert "Send a test" in text_of(page)


def test_a_test_goes_out_and_its_page_shows_what_came_back(endpoint, receiver, clock, client):
    receiver.answers = [Answer(418, b"<b>short and stout</b>")]
    page = client.post(reverse("webhooks:endpoint_test", args=[endpoint.pk]), follow=True)
    assert 'hx-trigger="every 1s"' in text_of(page)
    address = page.request["PATH_INFO"]
    clock.run()

    part = client.get(address, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<section class="card" id="attempts"')
    assert "418" in text_of(part)
    assert "&lt;b&gt;short and stout" in part.content.decode()
    assert "hx-trigger" not in text_of(part)
    assert b'"type":"webhook.test"' in receiver.requests[0].body

    client.post(reverse("webhooks:delivery_replay", args=[Delivery.objects.get().pk]))
    clock.run()
    assert "200" in text_of(client.get(address))


def test_what_waits_for_long_says_until_when(endpoint, receiver, clock, client):
    receiver.otherwise = Answer(503, headers={"Retry-After": "3600"})
    account = make_account("Cedar")
    clock.run()
    page = text_of(client.get(reverse("webhooks:delivery", args=[Delivery.objects.get().pk])))
    assert "next attempt" in page
    assert 'hx-trigger="every' not in page
    assert reverse("dashboard:account", args=[account.pk]) in page
    log = text_of(client.get(reverse("webhooks:endpoint", args=[endpoint.pk])))
    assert "The receiver does not take messages" in log
    assert 'hx-trigger="every 4s"' in log


def test_the_log_by_outcome_and_by_pages(client):
    endpoint = make_endpoint()
    for nth in range(60):
        state = ["failed", "delivered", "not_sent", "delivered"][nth % 4]
        make_delivery(endpoint, kind="ticket.closed", state=state)
    address = reverse("webhooks:endpoint", args=[endpoint.pk])
    assert text_of(client.get(address)).count("data-row-link") == 50
    failed = text_of(client.get(address, {"state": "unsent"}))
    assert failed.count("data-row-link") == 30
    assert text_of(client.get(address, {"state": "delivered"})).count("data-row-link") == 30
    assert "No message has this outcome" in text_of(client.get(address, {"state": "waiting"}))
    assert text_of(client.get(address, {"state": "made up"})).count("data-row-link") == 50
    after = re.search(r'href="(\?after=[^"]+)"', text_of(client.get(address)))[1]
    assert text_of(client.get(address + after)).count("data-row-link") == 10


def test_sending_again_whatever_was_lost_since_a_day(client):
    endpoint = make_endpoint()
    lost = make_delivery(endpoint, kind="ticket.closed", state="failed", created_at=NOON - timedelta(days=2))
    address = reverse("webhooks:endpoint_replay", args=[endpoint.pk])
    assert "Choose a day" in text_of(client.post(address, {"since": "soon"}, follow=True))
    assert "nothing to send again" in text_of(client.post(address, {"since": "2026-06-14"}, follow=True))
    assert "1 message is sent again" in text_of(client.post(address, {"since": "2026-06-13"}, follow=True))
    lost.refresh_from_db()
    assert lost.state == "waiting"

    Endpoint.objects.update(disabled_at=NOON, disabled_why="gone")
    for page in (
        client.post(address, {"since": "2026-06-13"}, follow=True),
        client.post(reverse("webhooks:delivery_replay", args=[lost.pk]), follow=True),
    ):
        assert "Switch the webhook on first" in text_of(page)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"disabled_at": NOON, "disabled_why": "gone"}, "the receiver said so"),
        ({"disabled_at": NOON, "disabled_why": "failing"}, "nothing was taken for days"),
        ({"disabled_at": NOON, "disabled_why": "person"}, "Switch on"),
        ({"failing_since": NOON}, "does not take messages"),
        ({"secret": "unreadable"}, "secret cannot be read"),
    ],
)
def test_trouble_is_said_on_the_page(fields, said, client):
    endpoint = make_endpoint(kinds=["ticket.closed"])
    make_delivery(endpoint, state="not_sent", settled_at=NOON)
    Endpoint.objects.filter(pk=endpoint.pk).update(**fields)
    assert said in text_of(client.get(reverse("webhooks:endpoint", args=[endpoint.pk])))
    assert "Ticket closed" in text_of(client.get(reverse("webhooks:endpoint_list")))


def test_a_message_that_was_not_sent_says_why(client):
    lost = make_delivery(state="not_sent", settled_at=NOON)
    assert "The webhook was off" in text_of(client.get(reverse("webhooks:delivery", args=[lost.pk])))
    assert client.get(reverse("webhooks:delivery", args=[lost.pk + 1])).status_code == 404


def test_the_list_says_why_a_message_was_not_taken(client, clock):
    endpoint = make_endpoint("https://127.0.0.1/x")
    client.post(reverse("webhooks:endpoint_test", args=[endpoint.pk]))
    clock.run()
    page = text_of(client.get(reverse("webhooks:endpoint", args=[endpoint.pk])))
    assert "This address lies inside a network, not on the internet." in page


def test_pages_cost_the_same_at_any_length(client):
    endpoint = make_endpoint()
    make_delivery(endpoint)
    addresses = [reverse("webhooks:endpoint_list"), reverse("webhooks:endpoint", args=[endpoint.pk])]

    def cost():
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
        return counts

    few = cost()
    for _ in range(3):
        make_delivery(make_endpoint())
        make_delivery(endpoint)
    assert cost() == few


def test_only_administrators_and_only_their_own(client, workspace):
    with tenancy.entered(make_workspace("Other").pk):
        theirs, delivery = make_endpoint(), make_delivery()
    for name, pk in [("endpoint", theirs.pk), ("endpoint_edit", theirs.pk), ("delivery", delivery.pk)]:
        assert client.get(reverse(f"webhooks:{name}", args=[pk])).status_code == 404
    manager = Client()
    manager.force_login(make_member(Role.MANAGER).user)
    assert manager.get(reverse("webhooks:endpoint_list")).status_code == 403


def test_every_kind_that_is_recorded_has_words_and_a_group():
    assert words.kind("made.up_here") == "Made up here"
    assert words.noun("made.up_here") == "Made"
    assert words.in_order(["zebra.seen", "ticket.closed", "ticket.zapped", "account.created", "apple.seen"]) == [
        "account.created",
        "ticket.closed",
        "ticket.zapped",
        "apple.seen",
        "zebra.seen",
    ]


def test_effects_have_no_ready_rest_when_all_is_done(endpoint, clock):
    make_account()
    clock.run()
    assert list(engine.workspaces_due("webhooks", clock.at)) == []
