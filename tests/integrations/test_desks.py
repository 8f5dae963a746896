"""Every kind of help desk through the public door: signed, refused, repeated, out of order, merged."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.actions import accounts as account_actions
from accounts.models import Fact, Ticket
from integrations.models import Connection, InboxEvent
from outbox.models import Effect
from tests.builders import make_account, make_connection, make_contact
from tests.integrations.desks import BY_NAME, DESKS, START, Desk, as_bytes, sign_token
from tests.integrations.door import work
from workspaces.words import KINDS as AUDIT_KINDS

State = InboxEvent.State


def each_of(desks: list[Desk]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("desk", desks, ids=[desk.tell.__name__ for desk in desks])


each = each_of(DESKS)
each_with_times = each_of([desk for desk in DESKS if desk.has_times])  # for the others the order of arrival counts
each_that_tells_gone = each_of([desk for desk in DESKS if desk.tells_gone])
each_that_signs = each_of([desk for desk in DESKS if desk.sign is not sign_token])
each_that_signs_a_time = each_of([desk for desk in DESKS if desk.is_dated])


@pytest.fixture
def connected(workspace, desk: Desk) -> Connection:
    """A connection of the kind, and Cedar, whom it knows by a contact, its organisation's or its tickets' ids."""
    connection = make_connection(desk.kind, secret=desk.secret)
    if desk.connection:
        connection.options = desk.connection
        connection.save()
    account = make_account("Cedar Logistics")
    account_actions.set_external_ids(account=account, external_ids={connection.source: "77"})
    make_contact(account, name="Mei Chen", email="mei@cedar.example")
    if desk.kind == "hubspot":  # its events name nobody
        Ticket.objects.create(
            account=account,
            source=connection.source,
            external_id="4711",
            opened_at=START - timedelta(days=1),
            source_updated_at=START - timedelta(days=1),
        )
    return connection


def tell(desk: Desk, state: str, minute: int, **headers: str) -> str:
    response = desk.post(desk.tell(state, minute), **headers)
    assert response.status_code == 200, response.content
    work()
    return response.json()["status"]


def kinds() -> list[str]:
    facts = Fact.objects.filter(kind__startswith="ticket.").exclude(kind="ticket.opened")
    return list(facts.order_by("pk").values_list("kind", flat=True))


@each
def test_a_closed_ticket_becomes_one_closure_and_one_survey_to_ask(connected, desk):
    assert tell(desk, "closed", 0) == "accepted"
    event, ticket = InboxEvent.objects.get(), Ticket.objects.get()
    assert (event.state, event.ticket, event.account.name) == (State.PROCESSED, ticket, "Cedar Logistics")
    assert (ticket.external_id, ticket.episode, ticket.is_open) == ("4711", 1, False)
    assert ticket.source == connected.source
    assert Effect.objects.filter(kind="surveys.ask_after_closure").count() == 1
    if desk.has_times:
        assert ticket.closed_at - START < timedelta(seconds=1)


@each
def test_the_same_again_is_one_closure(connected, desk):
    tell(desk, "closed", 0)
    assert tell(desk, "closed", 0) == "duplicate"
    assert kinds() == ["ticket.closed"]


@each
def test_told_again_later_it_is_still_one_closure(connected, desk):
    tell(desk, "closed", 0)
    InboxEvent.objects.update(delivery_key="another minute")
    assert tell(desk, "closed", 1) == "accepted"
    assert kinds() == ["ticket.closed"]


@each
def test_closed_reopened_and_closed_again_is_the_second_episode(connected, desk):
    for minute, state in enumerate(["closed", "open", "closed"]):
        tell(desk, state, minute)
        newest = InboxEvent.objects.latest("pk")
        newest.delivery_key = f"minute {minute}"  # what a kind without times would have called it
        newest.save()
    ticket = Ticket.objects.get()
    assert (ticket.episode, ticket.is_open) == (2, False)
    assert kinds() == ["ticket.closed", "ticket.reopened", "ticket.closed"]


@each_of([BY_NAME["freshdesk"], BY_NAME["mapped"]])
def test_closed_reopened_and_closed_within_a_minute_ends_closed(connected, desk, monkeypatch):
    monkeypatch.setattr("integrations.views.hooks.now", lambda: START + timedelta(minutes=5))
    told = ["closed", "closed", "open", "closed", "closed", "open", "open"]
    answers = [tell(desk, state, 0) for state in told]  # in the same words, with the same time in them

    assert answers == ["accepted", "duplicate", "accepted", "accepted", "duplicate", "accepted", "duplicate"]
    if not desk.has_times:
        assert kinds() == ["ticket.closed", "ticket.reopened", "ticket.closed", "ticket.reopened"]


def test_a_sample_from_before_the_mapping_is_not_taken_in_twice(workspace, monkeypatch):
    monkeypatch.setattr("integrations.views.hooks.now", lambda: START)
    desk = BY_NAME["mapped"]
    connection = make_connection(desk.kind, secret=desk.secret)
    assert tell(desk, "closed", 0) == "accepted"
    connection.options = desk.connection
    connection.save()
    assert tell(desk, "closed", 0) == "duplicate"
    assert InboxEvent.objects.get().state == State.SAMPLE


@each_with_times
def test_older_news_that_comes_late_changes_nothing(connected, desk):
    tell(desk, "closed", 5)
    tell(desk, "open", 3)
    assert not Ticket.objects.get().is_open
    assert kinds() == ["ticket.closed"]
    assert list(InboxEvent.objects.order_by("pk").values_list("state", flat=True)) == [State.PROCESSED, State.OLDER]


@each_that_tells_gone
def test_a_merged_or_deleted_ticket_is_closed_and_nobody_is_asked(connected, desk):
    tell(desk, "open", 0)
    tell(desk, "gone", 1)
    ticket = Ticket.objects.get()
    assert (ticket.is_open, ticket.episode) == (False, 0)
    assert kinds() == ["ticket.merged"]
    assert not Effect.objects.filter(kind="surveys.ask_after_closure").exists()


@each
def test_without_a_signature_nothing_is_stored_but_a_count(connected, desk):
    body = desk.tell("closed", 0)
    for headers in ({}, dict.fromkeys(desk.sign(b"", desk.secret, datetime.now(UTC)), "")):
        silent = Desk(desk.kind, desk.tell, lambda *args, headers=headers: headers, desk.secret)
        assert silent.post(body).status_code == 401
    assert InboxEvent.objects.count() == 0
    connected.refresh_from_db()
    assert (connected.refused_count, connected.refused_why) == (2, "unsigned")


@each
def test_another_secret_is_refused(connected, desk):
    other = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx" if desk.secret.startswith("whsec_") else "another"
    assert desk.post(desk.tell("closed", 0), secret=other).status_code == 401
    connected.refresh_from_db()
    assert connected.refused_why == "wrong"


@each_that_signs
def test_a_changed_body_is_refused(connected, desk):
    signed = as_bytes(desk.tell("closed", 0))
    headers = desk.sign(signed, desk.secret, datetime.now(UTC))
    forged = [signed + b" ", signed.replace(b"4711", b"4712"), b"{}", b""]
    assert {desk.post(body, **headers).status_code for body in forged} == {401}


@each_that_signs_a_time
@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_signature_is_refused(connected, desk, minutes):
    sent_at = datetime.now(UTC) + timedelta(minutes=minutes)
    assert desk.post(desk.tell("closed", 0), at=sent_at).status_code == 401
    connected.refresh_from_db()
    assert connected.refused_why == "late"
    assert desk.post(desk.tell("closed", 0), at=datetime.now(UTC) - timedelta(minutes=4)).status_code == 200


@each
def test_a_connection_without_a_secret_takes_nothing(workspace, desk):
    connection = make_connection(desk.kind, secret=desk.secret)
    connection.secret = ""
    connection.save()
    assert desk.post(desk.tell("closed", 0)).status_code == 401
    connection.refresh_from_db()
    assert connection.refused_why == ("no_key" if connection.help_desk.keys else "no_secret")


@each
@pytest.mark.parametrize("body", [b"", b"{", b"null", b"7", b"[[1]]", b'{"a": NaN}', b"[" * 50_000, b'"\\ud800"'])
def test_a_signed_body_that_is_no_use_is_answered_clearly_and_kept(connected, desk, body):
    response = desk.post(body)
    assert response.status_code == 400
    assert response.json()["error"]
    assert InboxEvent.objects.get().state == State.FAILED


@each
def test_an_object_that_tells_of_something_else_is_ignored(connected, desk):
    response = desk.post(
        {"hello": "world"}, **({"X-FreeScout-Event": "customer.created"} if desk.kind == "freescout" else {})
    )
    assert (response.status_code, response.json()["status"]) == (200, "ignored")


@each
def test_a_header_with_the_secret_is_never_stored(connected, desk):
    tell(desk, "closed", 0, Authorization="Basic c2VjcmV0", Cookie="sessionid=1")
    kept = InboxEvent.objects.get().headers
    assert not {"authorization", "cookie", "x-ninefold-token"} & set(kept)
    assert desk.secret not in str(kept)


def test_every_kind_of_audit_has_words():
    assert {"connection.changed", "connection.mapped", "deliveries.replayed"} <= set(AUDIT_KINDS)
