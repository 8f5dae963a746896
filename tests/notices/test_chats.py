"""Chats: from an occasion to a message in the channel, or words about why there is none."""

import html
import json

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from lib import outgoing
from notices import chat as wording
from notices import effects
from notices.actions import chats, messages
from notices.models import ChatHook, ChatMessage, Notice, Occasion
from outbox import engine
from outbox.models import Effect
from segments.models import SegmentMember
from tests.builders import NOON, make_account, make_chat, make_chat_message, make_member, make_segment
from tests.fakes import Answer, fake_server
from tests.notices.conftest import bad_driver, open_alert
from workspaces.capabilities import Role
from workspaces.models import AuditEvent
from workspaces.secrets import decrypt

State = ChatMessage.State


@pytest.fixture
def hook(workspace, chat) -> ChatHook:
    return make_chat(chat.url("/services/T0/B0/wXyZ"), kinds=["alert_opened", "urgent_alert"])


@pytest.fixture
def admin(workspace):
    client = Client()
    client.force_login(make_member(Role.ADMIN).user)
    with time_machine.travel(NOON, tick=False):
        yield client


def text_of(response) -> str:
    return html.unescape(response.content.decode())


def bodies(server):
    return [json.loads(one.body) for one in server.requests]


def test_an_alert_is_told_once_in_slacks_words(hook, chat, clock):
    account = make_account("Smith & <!channel> *Sons*", owner=make_member())
    open_alert(account)
    clock.run()
    clock.run()

    [request] = chat.requests
    assert (request.method, request.path) == ("POST", "/services/T0/B0/wXyZ")
    [body] = bodies(chat)
    assert body["text"] == "Smith &amp; &lt;!channel&gt; \u2060*Sons\u2060*: Score at risk"
    texts = [block["text"]["text"] for block in body["blocks"]]
    assert texts[0].startswith("*<http")
    assert "|Smith &amp; &lt;!channel&gt;" in texts[0]
    assert texts[1] == "The score is 42.0, below 50."
    message = ChatMessage.objects.get()
    assert (message.state, message.attempts, message.last_status) == (State.DELIVERED, 1, 200)


def test_teams_gets_an_adaptive_card(workspace, chat, clock):
    make_chat(chat.url(), flavour="teams", kinds=["urgent_alert"])
    account = make_account("Cedar [x](https://evil.example)")
    open_alert(account, rule="bad_answer", drivers=[bad_driver()], is_urgent=True)
    clock.run()
    [body] = bodies(chat)
    [attachment] = body["attachments"]
    card = attachment["content"]
    assert (body["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert card["body"][0]["inlines"][0]["text"] == "Urgent: Cedar [x](https://evil.example): Bad answer"
    assert {one["type"] for one in card["body"]} == {"RichTextBlock"}  # whose runs know no markup
    assert card["actions"][0]["url"].endswith(f"/alerts/{account.alerts.get().pk}/")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("<!here> <@U1> <https://x|y>", "&lt;!here&gt; &lt;@U1&gt; &lt;https://x|y&gt;"),
        ("_x_ `y` ~z~", "\u2060_x\u2060_ \u2060`y\u2060` \u2060~z\u2060~"),
        ("two\n> lines", "two &gt; lines"),
    ],
)
def test_names_are_shown_letter_for_letter(text, escaped):
    assert wording.escaped(text) == escaped


def test_only_chosen_kinds_and_only_the_segments_customers(workspace, chat, clock):
    segment = make_segment()
    inside, outside = make_account("Inside"), make_account("Outside")
    make_chat(chat.url("/segment"), kinds=["alert_opened"], segment=segment)
    make_chat(chat.url("/renewals"), kinds=["renewal_near"])
    clock.run()
    SegmentMember.objects.all().delete()
    SegmentMember.objects.create(segment=segment, account=inside, since=NOON)
    open_alert(inside)
    open_alert(outside)
    clock.run()
    assert [one.path for one in chat.requests] == ["/segment"]
    assert "Inside" in bodies(chat)[0]["text"]


def test_a_busy_chat_is_tried_again_later_and_then_given_up(hook, chat, clock):
    chat.otherwise = Answer(503, b"later\x00", headers={"Retry-After": "3600"})
    open_alert(make_account())
    clock.run()
    message = ChatMessage.objects.get()
    assert (message.state, message.last_status, message.last_error) == (State.WAITING, 503, "later")
    clock.later(minutes=59)
    clock.run()
    assert len(chat.requests) == 1
    for _ in range(6):
        clock.later(hours=3)
        clock.run()
    message.refresh_from_db()
    assert (message.state, message.attempts, len(chat.requests)) == (State.FAILED, 5, 5)
    assert not Effect.objects.stuck().exists()


def test_a_refusal_is_final(hook, chat, clock):
    chat.otherwise = Answer(400, b"invalid_payload")
    open_alert(make_account())
    clock.run()
    clock.later(days=1)
    clock.run()
    message = ChatMessage.objects.get()
    assert (message.state, message.last_error, len(chat.requests)) == (State.FAILED, "invalid_payload", 1)
    assert hook.is_open


@pytest.mark.parametrize("status", [404, 410])
def test_an_address_that_is_no_more_switches_it_off_with_words(status, hook, chat, clock, admin):
    chat.otherwise = Answer(status, b"channel_is_archived")
    open_alert(make_account(), at=NOON)
    clock.run()
    hook.refresh_from_db()
    assert (hook.is_open, hook.disabled_why) == (False, "gone")
    assert "no such address any more" in text_of(admin.get(reverse("notices:chat", args=[hook.pk])))
    told = Notice.objects.get(occasion__kind="chat_off").occasion
    assert (told.data, told.link) == ({"name": "#customers", "status": status}, f"/settings/chats/{hook.pk}/")
    assert AuditEvent.objects.filter(kind="chat.disabled").count() == 1
    open_alert(make_account())
    clock.run()
    assert len(chat.requests) == 1


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/x", "https://10.0.0.7/x", "https://[::1]/", "https://chat.internal/", "http://chat.example/"],
)
def test_inner_addresses_are_refused_when_typed_and_when_called(url, admin, clock):
    data = {"name": "#x", "flavour": "slack", "url": url, "kinds": ["alert_opened"]}
    response = admin.post(reverse("notices:chat_new"), data)
    assert response.status_code == 422
    assert url not in text_of(response)  # a secret is not repeated
    assert not ChatHook.objects.exists()
    hook = make_chat(url)
    messages.send_test(hook=hook, at=NOON, by=None)
    clock.run()
    assert (ChatMessage.objects.get().state, ChatMessage.objects.get().attempts) == (State.FAILED, 1)


def test_a_name_that_leads_inside_is_not_called(workspace, clock, monkeypatch):
    with fake_server() as canary:
        make_chat("https://chat.example:8443/")
        monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("127.0.0.1", 8443))])
        open_alert(make_account())
        clock.run()
        assert canary.connections == 0
    assert "inside a network" in ChatMessage.objects.get().last_error


def test_nobody_there_is_tried_again(workspace, clock, settings):
    with fake_server() as gone:
        settings.OUTGOING_ALLOW = [gone.name]
    make_chat(gone.url())
    open_alert(make_account())
    clock.run()
    assert (ChatMessage.objects.get().state, Effect.objects.stuck().exists()) == (State.WAITING, False)


def test_silence_after_it_was_sent_is_in_doubt_and_a_person_decides(hook, chat, clock, monkeypatch):
    request = outgoing.request
    monkeypatch.setattr(outgoing, "request", lambda *args, **more: request(*args, timeout=0.2, **more))
    chat.answers = [Answer(delay=0.6)]
    open_alert(make_account())
    clock.run()
    clock.later(days=1)
    clock.run()
    [stuck] = Effect.objects.stuck()
    assert (stuck.kind, ChatMessage.objects.get().state, len(chat.requests)) == (messages.DELIVER, "in_doubt", 1)
    from outbox import actions as outbox_actions

    outbox_actions.replay(effect=stuck, at=clock.at, by=make_member().user)
    clock.run()
    assert (ChatMessage.objects.get().state, len(chat.requests)) == (State.DELIVERED, 2)


class Killed(BaseException):
    """The worker's process dies here."""


def test_a_worker_killed_while_sending_leaves_it_in_doubt(hook, chat, clock, monkeypatch):
    attempt = effects.attempt

    def die(parcel):
        attempt(parcel)
        raise Killed

    open_alert(make_account())
    monkeypatch.setattr(effects, "attempt", die)
    with pytest.raises(Killed):
        clock.run()
    monkeypatch.setattr(effects, "attempt", attempt)
    clock.later(minutes=2)
    engine.reap(at=clock.at)
    clock.run()
    assert (ChatMessage.objects.get().state, len(chat.requests)) == (State.IN_DOUBT, 1)
    assert [one.kind for one in Effect.objects.stuck()] == [messages.DELIVER]


def test_switched_off_nothing_goes_out_not_even_what_waits(hook, chat, clock):
    open_alert(make_account())
    engine.run_due(queue="mail", clock=clock, until=clock.at)
    assert chats.switch_off(hook=hook, why=ChatHook.Why.PERSON, at=NOON, by=None)
    assert not chats.switch_off(hook=hook, why=ChatHook.Why.PERSON, at=NOON, by=None)
    clock.run()
    assert (chat.requests, ChatMessage.objects.get().state) == ([], State.NOT_SENT)
    hook.refresh_from_db()
    with pytest.raises(messages.ChatOff):
        messages.send_test(hook=hook, at=NOON, by=None)


def test_a_message_written_as_its_chat_goes_off_is_not_sent(hook, chat, clock):
    open_alert(make_account())
    engine.run_due(queue="mail", clock=clock, until=clock.at)
    ChatHook.objects.update(disabled_at=NOON, disabled_why="person")
    clock.run()
    assert (chat.requests, ChatMessage.objects.get().state) == ([], State.NOT_SENT)


def test_an_address_that_cannot_be_read_says_so(hook, chat, clock, admin):
    ChatHook.objects.update(secret="unreadable")
    messages.send_test(hook=hook, at=NOON, by=None)
    clock.run()
    assert ChatMessage.objects.get().last_error == "The address cannot be read."
    assert "cannot be read any more" in text_of(admin.get(reverse("notices:chat", args=[hook.pk])))


def test_a_chatty_answer_is_a_success_all_the_same(hook, chat, clock):
    chat.otherwise = Answer(200, b"x" * 100_000)
    messages.send_test(hook=hook, at=NOON, by=None)
    clock.run()
    assert ChatMessage.objects.get().state == State.DELIVERED


def test_what_came_of_a_message_that_is_gone_changes_nothing(workspace):
    outcome = wording.Outcome(status=200)
    assert messages.record_attempt(message_id=0, outcome=outcome, is_last=True, at=NOON) == "not_sent"


# --------------------------------------------------------------------------------------------------- pages
def test_adding_changing_testing_and_switching(chat, admin, clock):
    url = chat.url("/services/T0/B0/wXyZ")
    data = {"name": "#customers", "flavour": "slack", "url": url, "kinds": ["alert_opened", "bad_answer"]}
    assert "No chat is told yet" in text_of(admin.get(reverse("notices:chat_list")))
    page = text_of(admin.post(reverse("notices:chat_new"), data, follow=True))
    hook = ChatHook.objects.get()
    assert (decrypt(hook.secret), hook.place) == (url, f"{chat.name}/…wXyZ")
    assert url not in page
    assert hook.place in page
    assert url not in hook.secret

    page = text_of(admin.post(reverse("notices:chat_test", args=[hook.pk]), follow=True))
    assert 'hx-trigger="every 2s"' in page
    clock.run()
    part = text_of(admin.get(reverse("notices:chat", args=[hook.pk]), headers={"HX-Request": "true"}))
    assert part.lstrip().startswith('<section class="card" id="sent"')
    assert "Delivered" in part
    assert "A test from Ninefold" in bodies(chat)[0]["text"]

    edit = reverse("notices:chat_edit", args=[hook.pk])
    assert url not in text_of(admin.get(edit))
    assert admin.post(edit, {**data, "url": "", "kinds": []}).status_code == 422
    admin.post(edit, {**data, "url": "", "name": "#renamed"})
    hook.refresh_from_db()
    assert (hook.name, decrypt(hook.secret)) == ("#renamed", url)
    admin.post(edit, {**data, "url": "https://hooks.example/new"})
    hook.refresh_from_db()
    assert decrypt(hook.secret) == "https://hooks.example/new"

    assert "Switch on" in text_of(admin.post(reverse("notices:chat_off", args=[hook.pk]), follow=True))
    assert "Switch it on first" in text_of(admin.post(reverse("notices:chat_test", args=[hook.pk]), follow=True))
    assert "Send a test" in text_of(admin.post(reverse("notices:chat_on", args=[hook.pk]), follow=True))
    kinds = set(AuditEvent.objects.values_list("kind", flat=True))
    assert {"chat.added", "chat.changed", "chat.tested", "chat.disabled", "chat.enabled"} <= kinds
    assert not AuditEvent.objects.filter(detail__icontains="T0/B0").exists()


def test_there_are_so_many_and_no_more(admin, monkeypatch):
    monkeypatch.setattr(chats, "MOST_CHATS", 1)
    make_chat()
    data = {"name": "#x", "flavour": "slack", "url": "https://hooks.example/x", "kinds": ["alert_opened"]}
    response = admin.post(reverse("notices:chat_new"), data)
    assert response.status_code == 422
    assert "1 chats are there already" in text_of(response)


def test_the_exports_hold_no_secret(hook, admin):
    make_chat_message(hook, make_account("Cedar"), state="failed", last_error="invalid_payload")
    chats.switch_off(hook=hook, why=ChatHook.Why.PERSON, at=NOON, by=None)
    listed = text_of(admin.get(reverse("notices:chat_list_export")))
    sent = text_of(admin.get(reverse("notices:chat_export", args=[hook.pk])))
    assert "#customers" in listed
    assert "/services/" not in listed + sent
    assert "invalid_payload" in sent
    assert "Off" in text_of(admin.get(reverse("notices:chat_list")))
    assert (str(hook), str(ChatMessage.objects.get())) == ("#customers", f"{hook.pk} {Occasion.objects.get().pk}")
