"""The public door, as help desks and strangers use it."""

import json
from io import BytesIO

import pytest
from django.conf import settings
from django.http import UnreadablePostError
from django.test import Client, RequestFactory

from accounts.models import Fact, Ticket
from integrations import wire
from integrations.actions import connections as connection_actions
from integrations.models import Connection, InboxEvent
from integrations.queries.connections import has_readable_secret
from integrations.views import hooks
from lib.time import now
from outbox.models import Effect
from surveys.models import Invitation, Refusal
from tests.builders import HOOK_TOKEN, NOON, make_account, make_connection, make_member, make_user, zammad_ticket
from tests.integrations.door import as_bytes, from_generic, from_zammad, work, zammad_headers
from workspaces.capabilities import Role
from workspaces.secrets import decrypt

State = InboxEvent.State


def generic_event(kind: str = "ticket.closed", **data: object) -> dict:
    return {"type": kind, "timestamp": NOON.isoformat(), "data": {"id": "t-1", "subject": "Slow", **data}}


def told(response) -> tuple[int, str]:
    return response.status_code, response.json()["status"]


def test_a_signed_closed_ticket_is_stored_accepted_and_applied(workspace):
    make_connection()
    account = make_account("Cedar Logistics")

    assert told(from_zammad(zammad_ticket(), "job-1")) == (200, "accepted")

    event = InboxEvent.objects.get()
    assert bytes(event.body) == as_bytes(zammad_ticket())
    assert (event.state, event.delivery_key, event.subject) == (State.RECEIVED, "job-1", "Printer on fire")
    assert (event.requester_email, event.organization_name, event.domain) == (
        "mei@cedar.example",
        "Cedar Logistics",
        "cedar.example",
    )
    assert event.headers["x-zammad-delivery"] == "job-1"
    assert Effect.objects.filter(kind="integrations.process_event").count() == 1

    work()
    event.refresh_from_db()
    ticket = Ticket.objects.get()
    assert (event.state, event.account, event.ticket, event.match) == (State.PROCESSED, account, ticket, "name")
    assert (ticket.source, ticket.external_id, ticket.episode, ticket.number) == ("zammad", "4711", 1, "82711")
    assert (ticket.contact.email, ticket.contact.name) == ("mei@cedar.example", "Mei Chen")
    assert (ticket.agent_name, ticket.closed_at) == ("Pia Sommer", NOON)


def test_cookies_and_authorisation_are_never_stored(workspace):
    make_connection()
    from_zammad(zammad_ticket(), "job-1", Authorization="Basic c2VjcmV0", Cookie="sessionid=1")
    assert set(InboxEvent.objects.get().headers) == {"content-type", "x-hub-signature", "x-zammad-delivery"}


def test_a_repeated_delivery_does_nothing_more(workspace):
    make_connection()
    make_account("Cedar Logistics")
    assert [told(from_zammad(zammad_ticket(), "job-1")) for _ in range(3)] == [
        (200, "accepted"),
        (200, "duplicate"),
        (200, "duplicate"),
    ]
    work()
    assert told(from_zammad(zammad_ticket(), "job-1")) == (200, "duplicate")
    work()
    assert (
        InboxEvent.objects.count() == Ticket.objects.count() == Fact.objects.filter(kind="ticket.closed").count() == 1
    )


def test_without_a_delivery_id_the_content_is_the_key(workspace):
    make_connection()
    assert told(from_zammad(zammad_ticket())) == (200, "accepted")
    assert told(from_zammad(zammad_ticket())) == (200, "duplicate")
    assert told(from_zammad(zammad_ticket(title="Other"))) == (200, "accepted")


def test_a_new_delivery_about_a_closed_ticket_is_no_new_episode(workspace):
    make_connection()
    make_account("Cedar Logistics")
    for delivery in ("job-1", "job-2", "job-3"):
        from_zammad(zammad_ticket(), delivery)
        work()
    assert Ticket.objects.get().episode == 1
    assert Fact.objects.filter(kind="ticket.closed").count() == 1


def test_reopened_and_closed_again_is_the_second_episode(workspace):
    make_connection()
    make_account("Cedar Logistics")
    from_zammad(zammad_ticket(), "1")
    work()
    from_zammad(zammad_ticket(state="open", updated_at="2026-06-15T13:00:00Z"), "2")
    work()
    assert Ticket.objects.get().is_open
    from_zammad(zammad_ticket(updated_at="2026-06-15T14:00:00Z", last_close_at="2026-06-15T14:00:00Z"), "3")
    work()
    ticket = Ticket.objects.get()
    assert (ticket.episode, ticket.closed_at.hour) == (2, 14)
    assert list(Fact.objects.filter(kind__startswith="ticket.").order_by("pk").values_list("kind", flat=True)) == [
        "ticket.opened",
        "ticket.closed",
        "ticket.reopened",
        "ticket.closed",
    ]


def test_an_older_event_that_comes_late_changes_nothing(workspace):
    make_connection()
    make_account("Cedar Logistics")
    from_zammad(zammad_ticket(), "1")
    work()
    from_zammad(zammad_ticket(state="open", updated_at="2026-06-15T11:00:00Z", title="Old"), "2")
    work()
    ticket = Ticket.objects.get()
    assert (ticket.is_open, ticket.subject, ticket.episode) == (False, "Printer on fire", 1)


@pytest.mark.parametrize("state", ["merged", "Merged", "removed"])
def test_a_merged_ticket_we_never_heard_of_is_ignored(workspace, state):
    make_connection()
    make_account("Cedar Logistics")
    assert told(from_zammad(zammad_ticket(state=state))) == (200, "accepted")
    work()
    assert InboxEvent.objects.get().state == State.IGNORED
    assert Ticket.objects.count() == 0


def test_a_merged_ticket_is_closed_and_nobody_is_asked(workspace):
    make_connection()
    make_account("Cedar Logistics")
    from_zammad(zammad_ticket(state="open", updated_at="2026-06-15T11:00:00Z"), "1")
    work()
    for delivery in ("2", "3"):
        from_zammad(zammad_ticket(state="merged", close_at=None), delivery)
        work()
    ticket = Ticket.objects.get()
    assert (ticket.closed_at, ticket.episode) == (NOON, 0)
    kinds = Fact.objects.filter(kind__startswith="ticket.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["ticket.opened", "ticket.merged"]


def test_a_ticket_that_is_merged_after_it_was_closed_calls_its_survey_off(workspace):
    make_connection()
    make_account("Cedar Logistics")
    from_zammad(zammad_ticket(updated_at=now().isoformat(), close_at=now().isoformat()), "1")
    work()
    assert Invitation.objects.waiting().count() == 1
    for delivery in ("2", "3"):
        from_zammad(zammad_ticket(state="merged", updated_at=now().isoformat()), delivery)
        work()
    assert Invitation.objects.waiting().count() == 0
    assert Refusal.objects.get().reason == Refusal.Reason.MERGED
    assert Fact.objects.filter(kind="ticket.merged").count() == 1


def test_a_body_without_a_ticket_is_ignored(workspace):
    make_connection()
    assert told(from_zammad({"hello": "world"})) == (200, "ignored")
    assert told(from_zammad({"hello": "world"})) == (200, "duplicate")


def test_a_state_may_be_an_object(workspace):
    make_connection()
    make_account("Cedar Logistics")
    from_zammad(zammad_ticket(state={"id": 4, "name": "closed"}))
    work()
    assert not Ticket.objects.get().is_open


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Hub-Signature": ""},
        {"X-Hub-Signature": "sha1="},
        {"X-Hub-Signature": "sha256=" + "0" * 64},
        {"X-Hub-Signature": "sha1=" + "é" * 40},
        {"X-Hub-Signature": "sha1=" + "0" * 40},
    ],
)
def test_a_wrong_signature_leaves_a_count_and_nothing_else(workspace, headers):
    connection = make_connection()
    assert told(from_zammad(zammad_ticket(), "job-1", **headers)) == (401, "refused")
    assert InboxEvent.objects.count() == Effect.objects.count() == 0
    connection.refresh_from_db()
    assert connection.refused_count == 1
    assert connection.refused_at is not None


def test_every_flipped_bit_is_refused(workspace):
    make_connection()
    body = as_bytes(zammad_ticket())
    signature = zammad_headers(body)["X-Hub-Signature"]
    forged = [body[:i] + bytes([body[i] ^ 1]) + body[i + 1 :] for i in range(0, len(body), 97)]
    answers = [from_zammad(text, **{"X-Hub-Signature": signature}).status_code for text in forged]
    altered = [
        signature[:i] + chr(ord(signature[i]) ^ bit) + signature[i + 1 :] for i in range(5, 45) for bit in (1, 32)
    ]
    answers += [from_zammad(body, **{"X-Hub-Signature": text}).status_code for text in altered]
    assert set(answers) == {401}


def test_the_signature_is_checked_before_the_body_is_read(workspace):
    make_connection()
    wrong = {"X-Hub-Signature": "sha1=" + "0" * 40}
    assert from_zammad(b"{", **wrong).status_code == 401


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", "application/hal+json"])
def test_the_content_type_does_not_matter(workspace, content_type):
    make_connection()
    body = as_bytes(zammad_ticket())
    response = Client().post(f"/hooks/{HOOK_TOKEN}/", body, content_type=content_type, headers=zammad_headers(body))
    assert told(response) == (200, "accepted")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "The body is not valid JSON."),
        (b"", "The body is not valid JSON."),
        (b"\xff\xfe\xfd", "The body is not valid JSON."),
        (b'{"ticket": NaN}', "The body is not valid JSON."),
        (b'{"ticket": ' + b"9" * 5000 + b"}", "The body is not valid JSON."),
        (b"[" * 100_000, "The body is nested too deeply."),
        (b"[]", "The body must be a JSON object."),
        (b"null", "The body must be a JSON object."),
        (b'"text"', "The body must be a JSON object."),
        (b'{"ticket": null}', "ticket.id: a text or a whole number is needed."),
        (b'{"ticket": {"id": 1.5}}', "ticket.id: a text or a whole number is needed."),
        (b'{"ticket": {"id": true}}', "ticket.id: a text or a whole number is needed."),
        (b'{"ticket": {"id": 1, "state": null}}', "ticket.state: the name of the state is needed."),
        (b'{"ticket": {"id": 1, "state": {"name": []}}}', "ticket.state: the name of the state is needed."),
    ],
)
def test_a_body_that_cannot_be_used_is_answered_400_and_kept(workspace, body, reason):
    make_connection()
    for _ in range(2):  # a retry is told the same
        response = from_zammad(body, "job-1")
        assert (response.status_code, response.json()["error"]) == (400, reason)
    event = InboxEvent.objects.get()
    assert (event.state, event.error, bytes(event.body)) == (State.FAILED, reason, body)
    assert Effect.objects.count() == 0


def test_a_broken_body_does_not_stand_in_the_way_of_a_good_one_with_its_id(workspace):
    make_connection()
    assert told(from_zammad(b"{", "job-1")) == (400, "broken")
    assert told(from_zammad(zammad_ticket(), "job-1")) == (200, "accepted")


def test_hostile_text_is_cleaned_and_cut(workspace):
    make_connection()
    make_account("Cedar Logistics")
    body = (
        b'{"ticket": {"id": "a\\u0000b", "state": "closed", "number": 123456789012345678901234567890,'
        b' "title": "\\ud800 one\\ntwo \\u0000' + b"x" * 5000 + b'", "url": "javascript:alert(1)",'
        b' "created_at": "0001-01-01T00:00:00+14:00", "updated_at": "9999-12-31T23:59:59-14:00", "close_at": 7,'
        b' "customer": {"email": "not an address", "firstname": 3, "lastname": ["x"]},'
        b' "organization": {"id": {}, "name": "Cedar Logistics"}, "owner": null}, "article": 1}'
    )
    assert told(from_zammad(body)) == (200, "accepted")
    work()
    ticket = Ticket.objects.get()
    event = InboxEvent.objects.get()
    assert (ticket.external_id, ticket.url, ticket.contact) == ("a b", "", None)
    assert ticket.subject.startswith("one two xxx")
    assert len(ticket.subject) == 300
    assert ticket.opened_at == ticket.closed_at == ticket.source_updated_at == event.received_at


def test_an_unknown_address_is_404(workspace):
    assert from_zammad(zammad_ticket(), token="nobody").status_code == 404
    assert from_zammad(zammad_ticket(), token="x" * 2000).status_code == 404


def test_a_disabled_connection_is_404_until_it_is_enabled(workspace):
    connection, user = make_connection(), make_user()
    connection_actions.disable_connection(connection=connection, at=NOON, by=user)
    assert from_zammad(zammad_ticket()).status_code == 404
    connection_actions.enable_connection(connection=connection, at=NOON, by=user)
    assert from_zammad(zammad_ticket()).status_code == 200


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_other_methods_are_405(workspace, method):
    make_connection()
    assert getattr(Client(), method)(f"/hooks/{HOOK_TOKEN}/").status_code == 405
    assert InboxEvent.objects.count() == 0


def test_a_body_over_the_limit_is_413_and_not_read(workspace):
    make_connection()
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    response = from_zammad(b"x" * (limit + 1))
    assert told(response) == (413, "too_large")
    assert "1048576 bytes" in response.json()["error"]
    assert from_zammad(b" " * (limit - 2) + b"{}").status_code == 200
    assert Connection.objects.get().refused_count == 0


def chunked(body: bytes):
    """A request without a length, as a server hands over a chunked body."""
    request = RequestFactory().post(f"/hooks/{HOOK_TOKEN}/", headers=zammad_headers(body))
    request.META |= {"CONTENT_LENGTH": "", "wsgi.input_terminated": True, "wsgi.input": BytesIO(body)}
    return request


def test_a_body_sent_in_chunks_is_read_whole_and_never_past_the_limit(workspace):
    make_connection()
    assert told_by(hooks.receive(chunked(as_bytes(zammad_ticket())), HOOK_TOKEN)) == (200, "accepted")
    assert told_by(hooks.receive(chunked(b"x" * (wire.limit() + 1)), HOOK_TOKEN)) == (413, "too_large")


def told_by(response) -> tuple[int, str]:
    return response.status_code, json.loads(response.content)["status"]


def test_a_sender_that_goes_away_half_way_is_answered_400(workspace):
    class GoneAway(BytesIO):
        def read(self, *args):
            raise UnreadablePostError("gone")

    make_connection()
    request = chunked(b"{}")
    request.META["wsgi.input"] = GoneAway()
    assert told_by(hooks.receive(request, HOOK_TOKEN)) == (400, "broken")


def test_a_secret_that_can_no_longer_be_read_refuses_everything_and_says_so(workspace, settings):
    connection = make_connection()
    assert has_readable_secret(connection)
    client = Client()
    settings.SECRET_KEY = "another key of sufficient length 0123456789"
    assert from_zammad(zammad_ticket()).status_code == 401
    assert not has_readable_secret(connection)
    client.force_login(make_member(Role.ADMIN).user)
    page = client.get(f"/settings/connections/{connection.pk}/").content.decode()
    assert "The secret cannot be read any more" in page


def test_generic_closed_reopened_and_closed_again(workspace):
    connection = make_connection("generic")
    secret = decrypt(connection.secret)
    account = make_account("Cedar", domains=["cedar.example"])
    requester = {"email": "Mei@Cedar.example", "name": "Mei Chen", "locale": "de"}

    def send(kind: str, minute: int) -> tuple[int, str]:
        at = f"2026-06-15T12:{minute:02}:00+00:00"
        payload = {"type": kind, "timestamp": at, "data": {"id": 7, "subject": "Slow", "requester": requester}}
        answer = told(from_generic(payload, secret, identity=f"msg_{minute}"))
        work()
        return answer

    assert [send("ticket.closed", 1), send("ticket.reopened", 2), send("ticket.closed", 3)] == [(200, "accepted")] * 3
    ticket = Ticket.objects.get()
    assert (ticket.account, ticket.episode, ticket.source) == (account, 2, "generic")
    assert (ticket.contact.email, ticket.contact.locale) == ("mei@cedar.example", "de")


def test_generic_repeats_unknown_types_and_missing_data(workspace):
    secret = decrypt(make_connection("generic").secret)
    assert told(from_generic(generic_event(), secret, "a")) == (200, "accepted")
    assert told(from_generic(generic_event(subject="changed"), secret, "a")) == (200, "duplicate")
    assert told(from_generic(generic_event("invoice.paid"), secret, "b")) == (200, "ignored")
    assert told(from_generic({"type": ["ticket.closed"]}, secret, "c")) == (200, "ignored")
    response = from_generic({"type": "ticket.closed", "data": []}, secret, "d")
    assert (response.status_code, response.json()["error"]) == (400, "data: an object is needed.")
    response = from_generic(generic_event(id=None), secret, "e")
    assert (response.status_code, response.json()["error"]) == (400, "data.id: a text or a whole number is needed.")


def test_two_workspaces_do_not_meet(workspace):
    from tests.builders import make_workspace
    from workspaces import tenancy

    make_connection()
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        make_connection(token="elsewhere")
        make_account("Cedar Logistics")
    from_zammad(zammad_ticket(), token="elsewhere")
    work()
    assert InboxEvent.objects.count() == 0
    with tenancy.entered(other.pk):
        assert InboxEvent.objects.get().state == State.PROCESSED
