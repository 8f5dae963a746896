"""Events nobody could be found for: a person decides."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account, Ticket
from accounts.stages import Stage
from integrations.actions import unmatched as actions
from integrations.models import InboxEvent
from integrations.queries import events as event_queries
from tests.builders import NOON, make_account, make_connection, make_member, make_user, zammad_ticket
from tests.integrations.door import from_zammad, work
from workspaces.capabilities import Role
from workspaces.models import AuditEvent

State = InboxEvent.State


@pytest.fixture
def connection(workspace):
    return make_connection()


def deliver(identity: int = 1, email: str = "mei@cedar.example", **organization: object) -> InboxEvent:
    organization = {"id": 77, "name": "Cedar Logistics", **organization}
    customer = {"email": email, "firstname": "Mei", "lastname": "Chen"}
    from_zammad(zammad_ticket(id=identity, number=f"N{identity}", organization=organization, customer=customer))
    work()
    return InboxEvent.objects.latest("pk")


@pytest.fixture
def client(connection):
    client = Client()
    client.force_login(make_member(Role.CSM).user)
    return client


def test_assigning_takes_every_event_of_the_organisation_along(connection):
    account, user = make_account("Cedar GmbH"), make_user()
    by_id = deliver(1)
    deliver(2, email="a@other.example", name="Renamed")  # the same id
    deliver(3, email="b@other.example", id=None, name="CEDAR logistics")  # the same name
    deliver(4, email="c@cedar.example", id=None, name="")  # the same domain
    neighbour = deliver(6, email="e@cedar.example", id=6, name="Cedar Foundation")  # the domain, but another id
    stranger = deliver(5, email="d@birch.example", id=5, name="Birch")

    assert actions.assign(event=by_id, account=account, remember_domain=True, at=NOON, by=user) == 4
    work()

    assert account.tickets.count() == 4
    assert set(InboxEvent.objects.filter(account=account).values_list("state", "match")) == {
        (State.PROCESSED, InboxEvent.Match.PERSON)
    }
    for other in (neighbour, stranger):
        other.refresh_from_db()
        assert other.state == State.UNMATCHED
    account.refresh_from_db()
    assert (account.external_ids.get().value, account.domains) == ("77", ["cedar.example"])
    assert AuditEvent.objects.get(kind="delivery.assigned").detail == {"account": "Cedar GmbH", "events": 4}
    assert deliver(7).account == account, "known from now on"


def test_the_domain_is_only_remembered_when_asked_and_new(connection):
    account, user = make_account("Cedar GmbH"), make_user()
    actions.assign(event=deliver(1), account=account, remember_domain=False, at=NOON, by=user)
    account.refresh_from_db()
    assert account.domains == []
    other = make_account("Birch", domains=["birch.example"])
    event = deliver(2, email="x@birch.example", id=None, name="")
    assert event.account == other


def test_an_event_that_says_nothing_takes_nothing_along(connection):
    account, user = make_account(), make_user()
    first = deliver(1, email="", id=None, name="")
    deliver(2, email="", id=None, name="")
    assert actions.assign(event=first, account=account, remember_domain=True, at=NOON, by=user) == 1


def test_only_the_first_decision_counts(connection):
    account, user = make_account(), make_user()
    event = deliver()
    actions.dismiss(event=event, at=NOON, by=user)
    with pytest.raises(actions.NotUnmatched):
        actions.dismiss(event=event, at=NOON, by=user)
    with pytest.raises(actions.NotUnmatched):
        actions.assign(event=event, account=account, remember_domain=False, at=NOON, by=user)
    with pytest.raises(actions.NotUnmatched):
        actions.assign_to_new(event=event, name="Cedar", at=NOON, by=user)
    assert not Account.objects.filter(name="Cedar").exists()


def test_a_new_account_takes_the_events_domain(connection):
    account, count = actions.assign_to_new(event=deliver(), name="Cedar Logistics", at=NOON, by=make_user())
    work()
    assert (count, account.domains, account.stage, account.tickets.count()) == (1, ["cedar.example"], Stage.USE, 1)
    free = deliver(2, email="x@gmail.com", id=8, name="Elm")
    account, _ = actions.assign_to_new(event=free, name="Elm", at=NOON, by=make_user())
    assert account.domains == []


def test_the_list_shows_what_waits_in_the_same_number_of_queries(client, django_assert_num_queries):
    page = client.get(reverse("integrations:unmatched_list"))
    assert "Every event found its account" in page.content.decode()
    deliver(1)
    with django_assert_num_queries(count_of(client)):
        client.get(reverse("integrations:unmatched_list"))
    used = count_of(client)
    deliver(2)
    deliver(3)
    assert count_of(client) == used
    text = client.get(reverse("integrations:unmatched_list")).content.decode()
    assert "Cedar Logistics" in text
    assert "3 events wait" in text


def count_of(client) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("integrations:unmatched_list")).status_code == 200
    return len(queries)


def test_the_page_suggests_accounts_and_finds_others_by_name(client):
    alike, other = make_account("Cedar Freight"), make_account("Birch")
    domain = make_account("Something", domains=["cedar.example"])
    make_account("Something else", domains=["cedar.example"])
    event = deliver()
    address = reverse("integrations:unmatched", args=[event.pk])
    text = client.get(address).content.decode()
    assert alike.name in text
    assert domain.name in text
    assert other.name not in text
    found = client.get(address, {"q": "bir\x00ch"}).content.decode()
    assert "Birch" in found
    assert "Cedar Freight" not in found
    assert "No account has this in its name" in client.get(address, {"q": "zzz%_\\"}).content.decode()


def test_an_event_without_names_suggests_nothing(client):
    make_account("Birch")
    event = deliver(email="", name="", id=None)
    assert "No account looks like it" in client.get(reverse("integrations:unmatched", args=[event.pk])).content.decode()


def test_suggestions_stop_at_a_dozen(client):
    for number in range(15):
        make_account(f"Cedar Logistics {number}")
    event = deliver()
    text = client.get(reverse("integrations:unmatched", args=[event.pk])).content.decode()
    assert text.count('type="radio"') == 12


def test_choosing_an_account(client):
    account = make_account("Cedar GmbH")
    event = deliver()
    deliver(2)
    address = reverse("integrations:unmatched", args=[event.pk])

    assert "2 events of this ticket, person or organisation wait" in client.get(address).content.decode()
    wrong = client.post(address, {"account": "999999"})
    assert wrong.status_code == 422
    assert "This account does not exist." in wrong.content.decode()
    assert client.post(address, {}).status_code == 422

    response = client.post(address, {"account": account.pk, "remember_domain": "on"}, follow=True)
    assert "2 events of this ticket, person or organisation go to Cedar GmbH." in response.content.decode()
    work()
    assert Ticket.objects.filter(account=account).count() == 2
    again = client.post(address, {"account": account.pk}, follow=True)
    assert "Somebody has decided about this event already." in again.content.decode()
    assert "Somebody has decided" in client.get(address).content.decode()


def test_making_an_account(client):
    event = deliver()
    address = reverse("integrations:unmatched_account_new", args=[event.pk])
    assert client.post(address, {"name": ""}).status_code == 422
    response = client.post(address, {"name": "Cedar Logistics"}, follow=True)
    assert "1 event goes to Cedar Logistics." in response.content.decode()
    assert "decided about this event already" in client.post(address, {"name": "X"}, follow=True).content.decode()
    work()
    assert Account.objects.get().tickets.count() == 1


def test_dismissing_and_bringing_back(client):
    event = deliver()
    address = reverse("integrations:unmatched_dismiss", args=[event.pk])
    assert "Dismissed." in client.post(address, follow=True).content.decode()
    assert "already" in client.post(address, follow=True).content.decode()
    admin = Client()
    admin.force_login(make_member(Role.ADMIN).user)
    admin.post(reverse("integrations:event_replay", args=[event.pk]))
    work()
    event.refresh_from_db()
    assert event.state == State.UNMATCHED


def test_an_event_that_is_not_there_is_404(client):
    assert client.get(reverse("integrations:unmatched", args=[999])).status_code == 404


def told_thrice(ticket: int, *, email: str = "", **organization: object) -> list[InboxEvent]:
    """One ticket is closed, opened and closed again by somebody nobody knows."""
    for minute, state in enumerate(["closed", "open", "closed"]):
        from_zammad(
            zammad_ticket(
                id=ticket,
                number=f"N{ticket}",
                state=state,
                updated_at=f"2026-06-15T12:{minute:02}:00Z",
                organization={"id": None, "name": "", **organization},
                customer={"email": email, "firstname": "", "lastname": ""},
            )
        )
    work()
    return list(InboxEvent.objects.filter(ticket_number=f"N{ticket}").order_by("pk"))


def test_a_ticket_of_nobody_is_one_line_and_one_decision(client):
    account, user = make_account(), make_user()
    first, _second, last = told_thrice(1)
    other = told_thrice(2)
    assert list(event_queries.unmatched().order_by("pk")) == [last, other[-1]]
    page = client.get(reverse("integrations:unmatched_list")).content.decode()
    assert "2 events wait" in page
    assert page.count("data-row-link") == 2
    InboxEvent.objects.filter(pk=first.pk).update(purged_at=NOON)

    assert actions.assign(event=last, account=account, remember_domain=False, at=NOON, by=user) == 2
    work()

    states = InboxEvent.objects.filter(ticket_number="N1").order_by("pk").values_list("state", flat=True)
    assert list(states) == [State.DISMISSED, State.PROCESSED, State.PROCESSED]
    assert not account.tickets.get().is_open
    actions.dismiss(event=other[0], at=NOON, by=user)
    assert not event_queries.unmatched().exists()


def test_what_a_requester_without_an_organisation_wrote_goes_along(connection):
    account, user = make_account(), make_user()
    event = deliver(1, email="mei@gmail.com", id=None, name="")
    deliver(2, email="mei@gmail.com", id=None, name="")
    elsewhere = deliver(3, email="mei@gmail.com", id=9, name="Birch")
    assert actions.assign(event=event, account=account, remember_domain=False, at=NOON, by=user) == 2
    elsewhere.refresh_from_db()
    assert elsewhere.state == State.UNMATCHED
