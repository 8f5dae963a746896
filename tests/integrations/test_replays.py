"""Many deliveries again, and what is no longer there."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Ticket
from integrations.actions import processing, replays, unmatched
from integrations.models import InboxEvent
from integrations.queries.replays import Choice
from lib.time import now
from tests.api.conftest import Api, detail, errors, make_token
from tests.builders import NOON, make_account, make_connection, make_member, make_user, zammad_ticket
from tests.integrations.door import from_zammad, work
from workspaces import actions as workspace_actions
from workspaces.capabilities import Role
from workspaces.models import AuditEvent

State = InboxEvent.State


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.ADMIN).user)
    return client


@pytest.fixture
def connection(workspace):
    return make_connection()


def unmatched_events(count: int) -> list[InboxEvent]:
    """So many events of nobody, a minute apart, the last at NOON."""
    for number in range(count):
        from_zammad(zammad_ticket(id=number, number=f"N{number}"), str(number))
    work()
    events = list(InboxEvent.objects.order_by("pk"))
    for number, event in enumerate(reversed(events)):
        event.received_at = NOON - timedelta(minutes=number)
    InboxEvent.objects.bulk_update(events, ["received_at"])
    return events


def address(connection) -> str:
    return reverse("integrations:connection_replay", args=[connection.pk])


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"last": "2"}, 2),
        ({"last": "99"}, 5),
        ({"since": "2026-06-15T11:57"}, 4),
        ({"until": "2026-06-15T11:57"}, 1),
        ({"since": "2026-06-15T11:57", "until": "2026-06-15T11:59"}, 2),
        ({"last": "3", "state": "unmatched"}, 3),
        ({"last": "3", "state": "failed"}, 0),
    ],
)
def test_a_range_is_counted_first_and_then_processed(connection, client, asked, count):
    unmatched_events(5)
    make_account("Cedar Logistics")
    text = client.get(address(connection), asked).content.decode()
    assert (f"{count} deliver" in text) is bool(count)
    assert ("No delivery fits" in text) is not count
    response = client.post(address(connection), asked, follow=True)
    assert f"{count} deliver" in response.content.decode()
    work()
    assert InboxEvent.objects.filter(state=State.PROCESSED).count() == count
    assert AuditEvent.objects.filter(kind="deliveries.replayed").count() == bool(count)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"last": "", "since": ""}, "Say how many, or from when to when."),
        ({"last": "0"}, "greater than or equal to 1"),
        ({"last": "5", "since": "2026-06-15T11:57"}, "not both"),
        ({"since": "2026-06-15T11:57", "until": "2026-06-15T11:57"}, "must end after it begins"),
        ({"last": "5", "state": "received"}, "not one of the available choices"),
        ({"since": "yesterday"}, "valid date"),
    ],
)
def test_a_range_that_says_nothing_is_refused(connection, client, asked, words):
    for method in (client.get, client.post):
        response = method(address(connection), asked)
        assert response.status_code == 422
        assert words in response.content.decode()


def test_the_page_opens_without_a_range(connection, client):
    assert client.get(address(connection)).status_code == 200


def test_many_are_processed_in_batches_and_later_ones_are_left_alone(connection, monkeypatch):
    monkeypatch.setattr(replays, "BATCH", 2)
    unmatched_events(5)
    user = make_user()
    assert replays.replay_range(connection=connection, choice=Choice(), at=NOON, by=user) == 5
    from_zammad(zammad_ticket(id=99), "late")
    work()
    replayed = list(InboxEvent.objects.order_by("pk").values_list("replays", flat=True))
    assert replayed == [1, 1, 1, 1, 1, 0]


def test_what_still_waits_is_not_replayed(connection):
    from_zammad(zammad_ticket(), "1")
    assert replays.replay_range(connection=connection, choice=Choice(), at=NOON, by=make_user()) == 0


def test_a_choice_survives_json():
    for choice in (Choice(), Choice(NOON, NOON, "failed")):
        assert Choice.from_text(choice.as_text()) == choice


# ------------------------------------------------------------------------------------------------- outcomes
def test_deliveries_are_filtered_by_outcome_page_by_page(connection, client):
    unmatched_events(52)
    from_zammad(b"{", "broken")
    page = reverse("integrations:connection", args=[connection.pk])
    assert client.get(page, {"state": "failed"}).content.decode().count("data-row-link") == 1
    first = client.get(page, {"state": "unmatched"}).content.decode()
    assert first.count("data-row-link") == 50
    assert "state=unmatched&amp;after=" in first
    assert "No delivery has this outcome" in client.get(page, {"state": "dismissed"}).content.decode()
    assert client.get(page, {"state": "telepathy"}).content.decode().count("data-row-link") == 50


# ------------------------------------------------------------------------------------------------- retention
def purge(at) -> None:
    workspace_actions.purge(kind="delivery_bodies", limit=100, is_first=True, at=at)


def test_after_30_days_bodies_are_gone_and_rows_stay(connection, client):
    make_account("Cedar Logistics")
    from_zammad(zammad_ticket(), "1")
    work()
    event = InboxEvent.objects.get()
    purge(event.received_at + timedelta(days=30))
    event.refresh_from_db()
    assert event.purged_at is None
    purge(event.received_at + timedelta(days=30, seconds=1))
    event.refresh_from_db()
    assert (bytes(event.body), event.headers, event.found) == (b"", {}, None)
    assert (event.state, event.subject, event.ticket) == (State.PROCESSED, "Printer on fire", Ticket.objects.get())
    page = reverse("integrations:event", args=[event.pk])
    text = client.get(page).content.decode()
    assert "Its body is gone" in text
    assert "Process again" not in text
    response = client.post(reverse("integrations:event_replay", args=[event.pk]), follow=True)
    assert "Its body is gone, so there is nothing to process again." in response.content.decode()
    with pytest.raises(processing.BodyGone):
        processing.replay(event=event, at=NOON, by=make_user())


def test_an_unmatched_event_without_a_body_can_only_be_dismissed(connection, client):
    account = make_account("Elm")
    (event,) = unmatched_events(1)
    purge(NOON + timedelta(days=31))
    page = reverse("integrations:unmatched", args=[event.pk])
    text = client.get(page).content.decode()
    assert "cannot be given to an account any more" in text
    assert "Give it to this account" not in text
    told = client.post(page, {"account": account.pk}, follow=True).content.decode()
    assert "can only be dismissed" in told
    new = reverse("integrations:unmatched_account_new", args=[event.pk])
    assert "can only be dismissed" in client.post(new, {"name": "Fir"}, follow=True).content.decode()
    with pytest.raises(processing.BodyGone):
        unmatched.assign(event=event, account=account, remember_domain=False, at=NOON, by=make_user())
    client.post(reverse("integrations:unmatched_dismiss", args=[event.pk]))
    event.refresh_from_db()
    assert event.state == State.DISMISSED


def test_one_with_a_body_takes_no_bodiless_one_along(connection):
    first, second = unmatched_events(2)
    InboxEvent.objects.filter(pk=first.pk).update(received_at=NOON - timedelta(days=31))
    purge(NOON)
    count = unmatched.assign(event=second, account=make_account("Elm"), remember_domain=False, at=NOON, by=make_user())
    assert count == 1


def test_what_waits_is_kept_and_what_waited_for_a_mapping_is_given_up(connection):
    from_zammad(zammad_ticket(), "1")
    from_zammad(zammad_ticket(id=2), "2")
    InboxEvent.objects.filter(delivery_key="2").update(state=State.SAMPLE)
    purge(now() + timedelta(days=31))
    waiting, sample = InboxEvent.objects.order_by("pk")
    assert (waiting.state, waiting.is_gone) == (State.RECEIVED, False)
    assert (sample.state, sample.is_gone) == (State.IGNORED, True)


def test_bodies_are_forgotten_in_batches(connection):
    unmatched_events(5)
    at = NOON + timedelta(days=31)
    gone = [workspace_actions.purge(kind="delivery_bodies", limit=2, is_first=False, at=at) for _ in range(4)]
    assert gone == [2, 2, 1, 0]
    assert InboxEvent.objects.filter(purged_at=None).count() == 0


# ------------------------------------------------------------------------------------------- over the API
@pytest.fixture
def api(client) -> Api:
    by = make_member(Role.ADMIN).user
    return Api(workspace_actions.issue_token(name="CRM", scopes=["connections:write"], at=NOON, by=by)[1])


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"last": 2}, 2),
        ({"since": "2026-06-15T11:57:00Z", "until": "2026-06-15T11:59:00Z"}, 2),
        ({"until": "2026-06-15T11:57:00+00:00", "last": None}, 1),
        ({"last": 3, "state": "unmatched"}, 3),
        ({"last": 3, "state": "failed"}, 0),
    ],
)
def test_a_range_is_processed_again_over_the_api(connection, api, asked, count):
    unmatched_events(5)
    make_account("Cedar Logistics")
    assert api.post(f"connections/{connection.pk}/replay/", asked).json() == {"count": count}
    work()
    assert InboxEvent.objects.filter(state=State.PROCESSED).count() == count
    assert AuditEvent.objects.filter(kind="deliveries.replayed").count() == bool(count)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "last"),
        ({"last": 0}, "last"),
        ({"last": 100_001}, "last"),
        ({"last": 5, "since": "2026-06-15T11:57:00Z"}, "last"),
        ({"since": "2026-06-15T11:57:00Z", "until": "2026-06-15T11:57:00Z"}, "until"),
        ({"last": 5, "state": "received"}, "state"),
        ({"since": "yesterday"}, "since"),
    ],
)
def test_a_range_that_says_nothing_names_the_field(connection, api, asked, field):
    assert list(errors(api.post(f"connections/{connection.pk}/replay/", asked))) == [field]


def test_one_delivery_is_processed_again_over_the_api(connection, api):
    (event,) = unmatched_events(1)
    account = make_account("Cedar Logistics")
    path = f"deliveries/{event.pk}"
    assert api.post(f"{path}/replay/").json()["state"] == "received"
    waiting = api.post(f"{path}/replay/")
    assert (waiting.status_code, detail(waiting)) == (409, "This delivery is waiting to be processed already.")
    work()
    assert api.get(f"{path}/").json()["account"] == account.pk
    InboxEvent.objects.update(purged_at=NOON, body=b"")
    gone = api.post(f"{path}/replay/")
    assert (gone.status_code, detail(gone)) == (409, "Its body is gone, so there is nothing to process again.")
    assert AuditEvent.objects.filter(kind="delivery.replayed").count() == 1


def test_who_reads_deliveries_may_not_have_them_processed_again(connection):
    (event,) = unmatched_events(1)
    member = Client()
    member.force_login(make_member(Role.MANAGER).user)
    reader = Api(make_token("connections:read"))
    for path in (f"deliveries/{event.pk}/replay/", f"connections/{connection.pk}/replay/"):
        assert reader.post(path, {"last": 1}).status_code == 403
        assert member.post(f"/api/v1/{path}", {"last": 1}, content_type="application/json").status_code == 403
