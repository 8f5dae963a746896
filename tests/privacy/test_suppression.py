"""Whoever was erased does not come back by a file, a help desk, a program or a form, until somebody lifts that."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import contacts as contact_actions
from accounts.actions import erasing
from accounts.models import Contact, Suppression, Ticket
from accounts.queries import privacy
from imports.actions import merging
from integrations.models import InboxEvent
from outbox import engine
from tests.builders import NOON, make_account, make_connection, make_contact, make_member, zammad_ticket
from tests.imports.files import brought_in, checked
from tests.integrations.door import from_zammad
from tests.privacy.person import traces
from workspaces import actions as workspace_actions
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db

EMAIL = "mei@cedar.example"


@pytest.fixture
def erased(workspace) -> Contact:
    person = make_contact(
        make_account("Cedar Logistics"), name="Mei Chen", email=EMAIL, source="crm", external_id="C-7"
    )
    erasing.erase_contact(contact=person, at=NOON, by=None)
    work()
    return person


def work(at=NOON + timedelta(hours=1)) -> None:
    for queue in ("compute", "default"):
        engine.run_due(queue=queue, clock=lambda: at, until=at + timedelta(hours=1))


@pytest.fixture
def admin(workspace) -> Client:
    client = Client()
    client.force_login(make_member("admin").user)
    return client


def test_only_a_hash_that_needs_our_key_is_kept(erased, settings):
    kept = {one.digest for one in Suppression.objects.all()}
    assert kept == {privacy.digests(f"email:{EMAIL}")[0], privacy.digests("id:crm:C-7")[0]}
    assert {len(digest) for digest in kept} == {64}
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key of sufficient length 0123456789"
    assert not privacy.is_suppressed(email=EMAIL)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert privacy.is_suppressed(email=EMAIL)


def test_a_file_does_not_bring_them_back(erased):
    text = f"Email,Name,Company\n{EMAIL.upper()},Mei Chen,Cedar Logistics\nbo@cedar.example,Bo Li,Cedar Logistics\n"
    source = brought_in(text, kind="contacts")
    part = source.parts.get()
    assert (part.checked, part.refused) == ({"new": 1, "refused": 1}, [[2, "suppressed"]])
    assert set(Contact.objects.known().values_list("name", flat=True)) == {"Bo Li"}


def test_a_file_does_not_bring_them_back_by_their_id(erased):
    source = checked("Contact ID,Name,Company\nC-7,M. Chen,Cedar Logistics\n", kind="contacts", source="crm")
    assert (source.parts.get().checked, source.parts.get().refused) == ({"refused": 1}, [[2, "suppressed"]])


def test_an_erasure_between_check_and_merge_counts(workspace):
    person = make_contact(make_account("Cedar Logistics"), name="Mei Chen", email=EMAIL)
    source = checked(f"Email,Title,Company\n{EMAIL},CFO,Cedar Logistics\n", kind="contacts")
    merging.confirm(source=source, at=NOON, by=None)
    erasing.erase_contact(contact=person, at=NOON, by=None)
    work(NOON)
    assert source.parts.get().late == [[2, "suppressed"]]
    person.refresh_from_db()
    assert (person.name, person.title) == ("Erased person", "")


def test_their_ticket_counts_without_them(erased):
    make_connection()
    account = erased.account
    account.domains = ["cedar.example"]
    account.save()
    customer = {"id": 9, "email": EMAIL, "firstname": "Mei", "lastname": "Chen"}
    assert from_zammad(zammad_ticket(customer=customer)).status_code in {200, 202}
    work(NOON + timedelta(days=900))
    event = InboxEvent.objects.get()
    assert (event.state, event.requester_email, bytes(event.body)) == ("processed", "", b"")
    assert Ticket.objects.get().contact is None
    assert traces(EMAIL, "Mei Chen").get(EMAIL) is None


def test_a_program_does_not_bring_them_back(erased):
    _, token = workspace_actions.issue_token(name="a", scopes=["read", "write"], at=NOON, by=None)
    body = {"account": erased.account_id, "name": "Mei Chen", "email": EMAIL.title()}
    headers = {"Authorization": f"Bearer {token}"}
    response = Client().post("/api/v1/contacts/", body, content_type="application/json", headers=headers)
    assert response.status_code == 400
    assert "This person was erased" in response.content.decode()
    other = make_contact(erased.account)
    changed = Client().patch(
        f"/api/v1/contacts/{other.pk}/", {"email": EMAIL}, content_type="application/json", headers=headers
    )
    assert changed.status_code == 400
    assert Client().get(f"/api/v1/contacts/{erased.pk}/", headers=headers).status_code == 404


def test_a_form_does_not_bring_them_back(erased, admin):
    form = {"name": "Mei Chen", "email": EMAIL, "role": "end_user"}
    response = admin.post(reverse("accounts:contact_new", args=[erased.account_id]), form)
    assert response.status_code == 422
    assert "unless an administrator lifts that" in response.content.decode()


def test_another_change_of_a_contact_asks_no_hash(erased):
    other = make_contact(erased.account)
    contact_actions.update_contact(contact=other, changes={"title": "CFO"}, at=NOON, by=None)
    assert Contact.objects.get(pk=other.pk).title == "CFO"


def test_the_page_counts_checks_and_lifts(erased, admin):
    address = reverse("accounts:suppression_list")
    assert "1 person is not to come back" in admin.get(address).content.decode()
    nobody = admin.post(address, {"known_by": "bo@cedar.example"})
    assert nobody.status_code == 200
    assert re.search(
        r'notice-info" role="status">.*?Nobody known by this was erased here', nobody.content.decode(), re.S
    )
    assert admin.post(address, {"known_by": ""}).status_code == 422
    assert "is not to come back." in admin.post(address, {"known_by": "crm: C-7"}).content.decode()
    found = admin.post(address, {"known_by": f" {EMAIL.upper()} "})
    assert f'value="{EMAIL.upper()}"' in found.content.decode()

    lift = reverse("accounts:suppression_lift")
    assert "may be added again" in admin.post(lift, {"known_by": EMAIL}, follow=True).content.decode()
    assert not Suppression.objects.exists()
    assert AuditEvent.objects.filter(kind="suppression.lifted", subject=f"#{erased.pk}").count() == 1
    assert "was erased here" in admin.post(lift, {"known_by": EMAIL}, follow=True).content.decode()
    assert make_contact(erased.account, name="Mei Chen", email=EMAIL).pk


def test_what_belongs_to_one_workspace_says_nothing_in_another(erased):
    from tests.builders import make_workspace
    from workspaces import tenancy

    with tenancy.entered(make_workspace("Other").pk):
        assert not privacy.is_suppressed(email=EMAIL)
        assert make_contact(make_account(), email=EMAIL).pk
