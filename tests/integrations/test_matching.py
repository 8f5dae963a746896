"""Whose event is it, and what is remembered of the answer."""

import pytest

from accounts.actions import contacts as contact_actions
from accounts.models import Account, Contact, ExternalId, Ticket
from integrations.actions import intake, processing
from integrations.models import InboxEvent
from integrations.queries import matching
from outbox.models import Effect
from tests.builders import NOON, make_account, make_connection, make_contact, make_ticket, make_user, zammad_ticket
from tests.integrations.door import from_zammad, work
from workspaces.models import AuditEvent

State, Match = InboxEvent.State, InboxEvent.Match


def deliver(delivery: str = "1", **ticket: object) -> InboxEvent:
    from_zammad(zammad_ticket(**ticket), delivery)
    work()
    return InboxEvent.objects.latest("pk")


def person(email: str) -> dict:
    return {"customer": {"email": email, "firstname": "Mei", "lastname": "Chen"}}


@pytest.fixture
def connection(workspace):
    return make_connection()


def test_the_organisations_id_is_the_surest_sign(connection):
    account = make_account("Cedar", external_ids={"zammad": "77"})
    make_account("Cedar Logistics")
    make_contact(make_account(), email="mei@cedar.example")
    event = deliver()
    assert (event.account, event.match) == (account, Match.EXTERNAL_ID)
    assert event.ticket.contact is None, "the requester is somebody at another account"


def test_an_id_of_another_system_is_no_sign(connection):
    make_account("Cedar", external_ids={"crm": "77"})
    assert deliver().state == State.UNMATCHED


def test_a_known_requester_comes_before_the_organisations_name(connection):
    account = make_account("Cedar Holding")
    contact = make_contact(account, email="mei@cedar.example")
    make_account("Cedar Logistics")
    event = deliver()
    assert (event.account, event.match, event.ticket.contact) == (account, Match.CONTACT, contact)
    assert not ExternalId.objects.exists(), "a contact may work for several organisations"


@pytest.mark.parametrize(
    "name", ["Cedar Logistics", "CEDAR LOGISTICS", "ｃｅｄａｒ Ｌｏｇｉｓｔｉｃｓ", "cedar logistics"]
)
def test_the_name_counts_whatever_its_case_and_width(connection, name):
    account = make_account(name)
    event = deliver()
    assert (event.account, event.match) == (account, Match.NAME)
    assert account.external_ids.get().value == "77"


def test_a_name_that_two_accounts_have_is_no_sign(connection):
    make_account("Cedar Logistics")
    make_account("cedar logistics")
    assert deliver().state == State.UNMATCHED


def test_the_domain_counts_if_one_account_has_it(connection):
    account = make_account("Cedar", domains=["cedar.example", "cedar.test"])
    event = deliver(organization={})
    assert (event.account, event.match) == (account, Match.DOMAIN)
    assert event.ticket.contact.account == account
    assert not ExternalId.objects.exists()


def test_a_domain_that_two_accounts_have_is_no_sign(connection):
    make_account("Cedar", domains=["cedar.example"])
    make_account("Cedar Two", domains=["cedar.example"])
    assert deliver().state == State.UNMATCHED


def test_a_free_mail_domain_is_never_a_sign(connection):
    make_account("Careless", domains=["gmail.com"])
    event = deliver(organization={}, **person("mei@gmail.com"))
    assert (event.state, event.domain) == (State.UNMATCHED, "")


def test_the_organisations_own_domain_helps_where_the_requester_has_free_mail(connection):
    account = make_account("Cedar", domains=["cedar.example"])
    event = deliver(organization={"domain": "cedar.example"}, **person("mei@gmail.com"))
    assert (event.account, event.match) == (account, Match.DOMAIN)


def test_nothing_to_go_by_is_unmatched(connection):
    event = deliver(organization={}, customer={})
    assert (event.state, event.account) == (State.UNMATCHED, None)


def test_a_ticket_we_know_stays_with_its_account(connection):
    account = make_account()
    make_ticket(account, external_id="4711")
    make_account("Cedar Logistics")
    event = deliver()
    assert (event.account, event.match) == (account, Match.TICKET)


def test_an_account_with_another_organisation_keeps_the_id_it_has(connection):
    account = make_account("Cedar Logistics", external_ids={"zammad": "5"})
    event = deliver()
    assert event.account == account
    assert account.external_ids.get().value == "5"


def test_an_organisation_that_was_just_given_to_another_is_left_there(connection, monkeypatch):
    make_account("Other", external_ids={"zammad": "77"})
    account = make_account("Cedar Logistics")
    processing.remember_organization(account=account, source="zammad", organization_id="77")
    assert not account.external_ids.exists()


def test_a_new_requester_becomes_an_end_user_by_the_name_before_the_at(connection):
    make_account("Cedar Logistics")
    event = deliver(customer={"email": "mei.chen@cedar.example", "preferences": {"locale": "de"}})
    contact = event.ticket.contact
    assert (contact.name, contact.role, contact.locale) == ("mei.chen", Contact.Role.END_USER, "de")


def test_a_requester_without_a_usable_address_is_no_contact(connection):
    make_account("Cedar Logistics")
    event = deliver(customer={"email": "mei at cedar", "firstname": "Mei"})
    assert (event.state, event.ticket.contact) == (State.PROCESSED, None)
    assert not Contact.objects.exists()


def test_a_contact_that_another_worker_added_just_now_is_found(connection, monkeypatch):
    account = make_account("Cedar Logistics")
    real = contact_actions.add_contact

    def late(**fields):
        real(**fields)
        raise contact_actions.EmailTaken

    monkeypatch.setattr(contact_actions, "add_contact", late)
    assert deliver().ticket.contact == account.contacts.get()


def test_processing_twice_does_nothing_more(connection):
    make_account("Cedar Logistics")
    event = deliver()
    processing.process(event_id=event.pk, at=NOON)
    assert Ticket.objects.get().episode == 1


def test_a_stored_event_that_can_no_longer_be_read_is_failed(connection):
    make_account("Cedar Logistics")
    from_zammad(zammad_ticket(), "1")
    InboxEvent.objects.update(body=b"{")
    work()
    event = InboxEvent.objects.get()
    assert (event.state, event.error) == (State.FAILED, "The body is not valid JSON.")


def test_replay_finds_the_account_anew_from_the_stored_body(connection):
    user = make_user()
    event = deliver()
    assert event.state == State.UNMATCHED
    account = make_account("Cedar Logistics")
    processing.replay(event=event, at=NOON, by=user)
    with pytest.raises(processing.StillWaiting):
        processing.replay(event=event, at=NOON, by=user)
    work()
    event.refresh_from_db()
    assert (event.state, event.account, event.replays) == (State.PROCESSED, account, 1)
    processing.replay(event=event, at=NOON, by=user)
    work()
    event.refresh_from_db()
    assert (event.state, event.replays, Ticket.objects.get().episode) == (State.PROCESSED, 2, 1)
    assert AuditEvent.objects.filter(kind="delivery.replayed").count() == 2


def test_replay_of_what_is_ignored_or_broken_says_so_again(connection):
    user = make_user()
    from_zammad({"hello": "world"}, "1")
    from_zammad(b"{", "2")
    for event in InboxEvent.objects.all():
        processing.replay(event=event, at=NOON, by=user)
    work()
    assert set(InboxEvent.objects.values_list("state", flat=True)) == {State.IGNORED, State.FAILED}


def test_the_second_help_desk_of_a_kind_has_tickets_of_its_own(connection):
    make_connection(token="second", name="Branch office")
    account = make_account("Cedar Logistics")
    from_zammad(zammad_ticket(), "1")
    from_zammad(zammad_ticket(title="Another"), "1", token="second")
    work()
    assert set(account.tickets.values_list("source", "external_id")) == {("zammad", "4711"), ("zammad-2", "4711")}


def test_contact_of_needs_an_address(connection):
    account = make_account()
    make_contact(account, email="")
    assert matching.contact_of(account, "") is None


def test_lookups_stay_in_the_workspace(connection):
    from tests.builders import make_workspace
    from workspaces import tenancy

    with tenancy.entered(make_workspace("Other").pk):
        account = make_account("Cedar Logistics", domains=["cedar.example"])
        make_contact(account, email="mei@cedar.example")
        assert matching.accounts_by("contact", "mei@cedar.example") == [account.pk]
    assert [matching.accounts_by(sign, value) for sign, value in [
        ("name", "Cedar Logistics"), ("domain", "cedar.example"), ("contact", "mei@cedar.example")
    ]] == [[], [], []]  # fmt: skip
    assert Account.objects.count() == 0


def test_an_effect_per_event_and_replay(connection):
    deliver()
    event = InboxEvent.objects.get()
    assert Effect.objects.get(kind=intake.PROCESS).dedupe_key == f"event:{event.pk}:0"
