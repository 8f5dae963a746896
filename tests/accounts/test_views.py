import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.forms.contract import ContractForm
from accounts.models import Account, Contact, Contract, Fact
from tests.builders import make_account, make_contact, make_contract, make_member, make_user, make_workspace
from workspaces import tenancy
from workspaces.capabilities import Role

NEW = reverse("accounts:account_new")
ACCOUNT = {"name": "Cedar Logistics", "tier": "growth", "currency": "EUR"}
CONTACT = {"name": "Mei Chen", "role": "champion"}
CONTRACT = {"name": "Care", "starts_on": "2026-01-01", "ends_on": "2027-01-01", "currency": "EUR"}


@pytest.fixture
def me(workspace):
    return make_member(Role.CSM)


@pytest.fixture
def client(me) -> Client:
    client = Client()
    client.force_login(me.user)
    return client


def refused(client: Client, address: str, data: dict, *, field: str, words: str) -> str:
    """The form again: 422, the words beside the field, what was typed kept."""
    response = client.post(address, data)
    assert response.status_code == 422
    page = response.content.decode()
    error = re.search(rf'id="id_{field}_error">(.*?)</div></div>', page, re.S)
    assert words in error[1]
    return page


def shown(client: Client, address: str) -> dict[str, str]:
    """What a form offers to change, as a browser would send it back."""
    return {
        name: value for name, value in client.get(address).context["form"].initial.items() if value not in (None, False)
    }


def test_a_new_account_is_added_and_opened(client, me):
    data = {
        **ACCOUNT,
        "domains": "@Cedar.example, cedar.test",
        "industry": "Transport",
        "arr": "48,000.50",
        "owner": me.pk,
        "external_ids": "zammad: 42\ncrm = A-7\n",
    }
    response = client.post(NEW, data)
    account = Account.objects.get()
    assert response["Location"] == reverse("dashboard:account", args=[account.pk])
    assert (account.name, account.tier, account.industry, account.owner) == (
        "Cedar Logistics",
        "growth",
        "Transport",
        me,
    )
    assert (account.arr_minor, account.currency, account.stage) == (4_800_050, "EUR", "awareness")
    assert account.domains == ["cedar.example", "cedar.test"]
    assert sorted(map(str, account.external_ids.all())) == ["crm:A-7", "zammad:42"]
    assert Fact.objects.get(account=account).by == me.user
    assert "Cedar Logistics was added." in client.get(response["Location"]).content.decode()


def test_the_new_form_starts_with_me_as_owner_and_the_workspaces_currency(client, me):
    page = client.get(NEW).content.decode()
    assert f'<option value="{me.pk}" selected>' in page
    assert '<option value="EUR" selected>' in page


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("48000", 4_800_000),
        ("48 000", 4_800_000),
        ("48'000.5", 4_800_050),
        ("1,234,567", 123_456_700),
        ("", None),
        ("0", 0),
    ],
)
def test_amounts_are_read_as_people_write_them(client, typed, minor):
    client.post(NEW, {**ACCOUNT, "arr": typed})
    assert Account.objects.get().arr_minor == minor


@pytest.mark.parametrize(("currency", "typed", "minor"), [("JPY", "48000", 48_000), ("KWD", "1.234", 1_234)])
def test_amounts_follow_their_currency(client, currency, typed, minor):
    client.post(NEW, {**ACCOUNT, "arr": typed, "currency": currency})
    assert Account.objects.get().arr_minor == minor


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "", "required"),
        ("name", "\u202e\u200b", "blank"),
        ("name", "x" * 201, "200"),
        ("tier", "gold", "gold"),
        ("currency", "XXX", "XXX"),
        ("arr", "much", "number"),
        ("arr", "-1", "0"),
        ("arr", "1.005", "EUR has 2 decimal places."),
        ("domains", "cedar", "“cedar” is not a domain."),
        ("domains", "https://cedar.example", "is not a domain."),
        ("domains", "gmail.com", "Anybody can have an address at gmail.com"),
        ("owner", "999999", "valid choice"),
        ("external_ids", "42", "“42” is not a system and an id."),
        ("external_ids", "crm: 1\ncrm: 2", "“crm” is there twice"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_beside_the_field(client, field, typed, words):
    page = refused(client, NEW, {**ACCOUNT, "industry": "Kept", field: typed}, field=field, words=words)
    assert "Kept" in page
    assert not Account.objects.exists()


def test_an_id_of_another_account_is_refused(client):
    make_account("First", external_ids={"crm": "7"})
    data = {**ACCOUNT, "external_ids": "crm: 7"}
    refused(client, NEW, data, field="external_ids", words="Another account has the id “crm:7”.")
    account = make_account("Second")
    address = reverse("accounts:account_edit", args=[account.pk])
    refused(client, address, data, field="external_ids", words="Another account has the id “crm:7”.")
    account.refresh_from_db()
    assert account.name == "Second"


def test_an_account_is_edited_from_what_it_is(client, me):
    account = make_account(
        "Cedar", owner=me, domains=["cedar.example"], arr_minor=4_800_050, external_ids={"crm": "7", "zammad": "42"}
    )
    address = reverse("accounts:account_edit", args=[account.pk])
    before = shown(client, address)
    assert before["arr"] == "48000.50"
    client.post(address, before)
    assert [fact.kind for fact in Fact.objects.filter(account=account)] == ["account.created"]  # saved as it was

    response = client.post(address, {**before, "name": "Cedar Ltd", "owner": "", "arr": "", "external_ids": "crm: 8"})
    assert response["Location"] == reverse("dashboard:account", args=[account.pk])
    account.refresh_from_db()
    assert (account.name, account.owner, account.arr_minor) == ("Cedar Ltd", None, None)
    assert list(map(str, account.external_ids.all())) == ["crm:8"]


def test_a_rare_currency_in_use_can_be_kept(client):
    account = make_account(currency="XOF", arr_minor=100)
    address = reverse("accounts:account_edit", args=[account.pk])
    assert client.post(address, shown(client, address)).status_code == 302


def test_a_contact_is_added_and_edited(client):
    account = make_account()
    new = reverse("accounts:contact_new", args=[account.pk])
    people = reverse("dashboard:account", args=[account.pk]) + "#people"
    response = client.post(new, {**CONTACT, "email": "Mei@Cedar.example", "title": "CFO", "locale": "de"})
    contact = Contact.objects.get()
    assert response["Location"] == people
    assert (contact.name, contact.email, contact.role, contact.locale) == (
        "Mei Chen",
        "mei@cedar.example",
        "champion",
        "de",
    )

    edit = reverse("accounts:contact_edit", args=[contact.pk])
    response = client.post(edit, {**shown(client, edit), "role": "decision_maker", "opted_out": "on", "has_left": "on"})
    assert response["Location"] == reverse("accounts:contact", args=[contact.pk])
    contact.refresh_from_db()
    assert (contact.role, contact.opted_out, contact.left_at is None) == ("decision_maker", True, False)
    client.post(edit, {**CONTACT, "email": contact.email})
    contact.refresh_from_db()
    assert (contact.opted_out, contact.left_at) == (False, None)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "", "required"),
        ("name", "\u200b", "blank"),
        ("email", "mei at cedar", "valid email"),
        ("role", "king", "king"),
        ("locale", "xx", "xx"),
    ],
)
def test_what_is_wrong_with_a_contact_is_said_beside_the_field(client, field, typed, words):
    account = make_account()
    address = reverse("accounts:contact_new", args=[account.pk])
    response = client.post(address, {**CONTACT, "title": "Kept", field: typed})
    assert response.status_code == 422
    assert words in str(response.context["form"].errors[field])
    assert "Kept" in response.content.decode()


def test_an_address_of_somebody_else_is_refused(client):
    account = make_account()
    make_contact(account, email="mei@cedar.example")
    other = make_contact(account)
    data = {**CONTACT, "email": "MEI@cedar.example"}
    for address in (
        reverse("accounts:contact_new", args=[account.pk]),
        reverse("accounts:contact_edit", args=[other.pk]),
    ):
        refused(client, address, data, field="email", words="Another contact has this address.")
    assert Contact.objects.count() == 2


def test_a_contract_is_added_and_edited(client):
    account = make_account(currency="USD")
    new = reverse("accounts:contract_new", args=[account.pk])
    contracts = reverse("dashboard:account", args=[account.pk]) + "#contracts"
    assert '<option value="USD" selected>' in client.get(new).content.decode()
    response = client.post(new, {**CONTRACT, "seats": "40", "value": "48 000", "auto_renews": "on"})
    contract = Contract.objects.get()
    assert response["Location"] == contracts
    assert (contract.seats, contract.value_minor, contract.currency, contract.auto_renews) == (
        40,
        4_800_000,
        "EUR",
        True,
    )

    edit = reverse("accounts:contract_edit", args=[contract.pk])
    before = shown(client, edit)
    assert (before["value"], before["starts_on"]) == ("48000", date(2026, 1, 1))
    response = client.post(edit, {**before, "ends_on": "2028-01-01", "value": ""})
    assert response["Location"] == contracts
    contract.refresh_from_db()
    account.refresh_from_db()
    assert (contract.ends_on, contract.value_minor, account.renews_on) == (date(2028, 1, 1), None, date(2028, 1, 1))


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "", "required"),
        ("starts_on", "soon", "valid date"),
        ("ends_on", "2026-01-01", "A contract ends after it starts."),
        ("seats", "-1", "0"),
        ("seats", "99999999999", "2147483647"),
        ("value", "1.001", "EUR has 2 decimal places."),
    ],
)
def test_what_is_wrong_with_a_contract_is_said_beside_the_field(client, field, typed, words):
    contract = make_contract(make_account())
    for address in (
        reverse("accounts:contract_new", args=[contract.account_id]),
        reverse("accounts:contract_edit", args=[contract.pk]),
    ):
        refused(client, address, {**CONTRACT, field: typed}, field=field, words=words)
    assert Contract.objects.count() == 1


def test_viewers_read_but_do_not_change(workspace):
    account = make_account()
    viewer = Client()
    viewer.force_login(make_member(Role.VIEWER).user)
    assert viewer.get(NEW).status_code == 403
    assert viewer.post(reverse("accounts:account_edit", args=[account.pk]), ACCOUNT).status_code == 403
    assert viewer.get(reverse("accounts:timeline", args=[account.pk])).status_code == 200


def test_another_workspaces_rows_are_not_found(client):
    with tenancy.entered(make_workspace("Other").pk):
        make_member(user=make_user())
        account = make_account("Elsewhere")
        contact, contract = make_contact(account), make_contract(account)
    for name, pk in {
        "account_edit": account.pk,
        "contact_new": account.pk,
        "contract_new": account.pk,
        "timeline": account.pk,
        "contact_edit": contact.pk,
        "contract_edit": contract.pk,
    }.items():
        assert client.get(reverse(f"accounts:{name}", args=[pk])).status_code == 404, name
    with tenancy.entered(account.workspace_id):
        owner = make_member()
    assert client.post(NEW, {**ACCOUNT, "owner": owner.pk}).status_code == 422


def test_an_empty_timeline_and_a_broken_cursor(client):
    account = make_account()
    page = client.get(reverse("accounts:timeline", args=[account.pk]), {"before": "nonsense"})
    assert "Account added in stage Use" in page.content.decode()


def test_names_are_text(client):
    account = make_account("<script>alert(1)</script>")
    for name in ("account_edit", "contact_new", "timeline"):
        page = client.get(reverse(f"accounts:{name}", args=[account.pk])).content.decode()
        assert "<script>alert" not in page


def test_a_contract_is_renewed_with_the_same_terms_offered(client):
    old = make_contract(make_account(), name="Care", starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1))
    address = reverse("accounts:contract_renew", args=[old.pk])
    offered = client.get(address).content.decode()
    assert ('value="2027-01-01"' in offered, 'value="2028-01-01"' in offered) == (True, True)
    terms = {"name": "Care", "starts_on": "2027-01-01", "ends_on": "2028-01-01", "value": "100", "currency": "EUR"}
    for field, wrong, words in (
        ("starts_on", "2026-12-31", "A renewal begins when the contract before it ends"),
        ("ends_on", "2027-01-01", "A contract ends after it starts."),
    ):
        refused = client.post(address, {**terms, field: wrong})
        assert (refused.status_code, words in refused.content.decode()) == (422, True)
    assert client.post(address, terms).status_code == 302
    again = client.post(address, terms, follow=True)
    assert "Somebody renewed this contract before." in again.content.decode()
    assert Contract.objects.get(renewed_from=old).value_minor == 100_00
    panel = client.get(reverse("dashboard:account_panel", args=[old.account_id, "contracts"])).content.decode()
    assert "renews “Care”" in panel


@pytest.mark.parametrize(
    ("starts", "ends", "next_end"),
    [
        (date(2026, 1, 1), date(2027, 1, 1), date(2028, 1, 1)),
        (date(2024, 2, 29), date(2028, 2, 29), date(2032, 2, 29)),
        (date(2027, 2, 28), date(2028, 2, 29), date(2029, 3, 1)),
        (date(2026, 1, 1), date(2026, 7, 1), date(2026, 12, 29)),
    ],
)
def test_a_renewal_is_offered_for_as_long_again(workspace, starts, ends, next_end):
    assert ContractForm.renewal_of(Contract(starts_on=starts, ends_on=ends, currency="EUR"))["ends_on"] == next_end
