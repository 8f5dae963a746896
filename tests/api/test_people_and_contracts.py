import pytest

from accounts.actions import fields as field_actions
from accounts.models import Contact, Contract, Fact
from tests.api.conftest import errors
from tests.builders import NOON, make_account, make_contact, make_contract, make_workspace
from workspaces import tenancy


def test_a_contact_as_it_is_shown(api):
    contact = make_contact(make_account(), name="Mei Chen", email="mei@customer.example", role="champion", locale="de")
    assert api.get(f"contacts/{contact.pk}/").json() == {
        "id": contact.pk,
        "account": contact.account_id,
        "name": "Mei Chen",
        "email": "mei@customer.example",
        "role": "champion",
        "title": "",
        "locale": "de",
        "persona": None,
        "influence": None,
        "stance": None,
        "phone": "",
        "time_zone": "",
        "consent": None,
        "consent_at": None,
        "consent_source": "",
        "source": "",
        "external_id": "",
        "custom": {},
        "opted_out": False,
        "left": False,
    }


def test_create_and_change_a_contact(api):
    account = make_account()
    body = {"account": account.pk, "name": "Mei", "email": "Mei@Customer.example", "opted_out": True, "left": True}
    response = api.post("contacts/", body)
    assert response.status_code == 201
    shown = response.json()
    assert shown["email"] == "mei@customer.example"
    assert (shown["opted_out"], shown["left"], shown["role"]) == (True, True, "end_user")

    changed = api.patch(f"contacts/{shown['id']}/", {"opted_out": False, "left": False, "email": "M@customer.example"})
    assert changed.json() == shown | {"opted_out": False, "left": False, "email": "m@customer.example"}
    kinds = list(Fact.objects.filter(account=account, kind__startswith="contact.").values_list("kind", flat=True))
    assert sorted(kinds) == [
        "contact.added",
        "contact.changed",
        "contact.left",
        "contact.opted_in",
        "contact.opted_out",
        "contact.returned",
    ]


def test_consent_counts_from_a_day_that_has_come(api):
    path = f"contacts/{make_contact(make_account()).pk}/"
    refused = api.patch(path, {"consent": "given", "consent_at": "2199-01-01T00:00:00Z"})
    assert errors(refused) == {"consent_at": ["This is still to come."]}
    given = api.patch(path, {"consent": "given", "consent_at": "2026-01-01T00:00:00Z"}).json()
    assert given["consent_at"] == "2026-01-01T00:00:00Z"


def test_a_contact_keeps_its_account_and_its_address_to_itself(api):
    contact, other = make_contact(make_account()), make_contact(make_account())
    path = f"contacts/{contact.pk}/"
    body = {"account": contact.account_id, "name": "Same"}
    assert api.put(path, body).json()["name"] == "Same"
    moved = api.patch(path, {"account": other.account_id})
    assert (moved.status_code, errors(moved)) == (400, {"account": ["A contact stays with its account."]})
    for response in (
        api.patch(path, {"email": other.email.upper()}),
        api.post("contacts/", {"account": contact.account_id, "name": "New", "email": other.email}),
    ):
        assert response.status_code == 400
        assert errors(response) == {"email": ["Another contact has this address."]}
    assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account", 999_999),
        ("account", 10**30),
        ("account", 1.5),
        ("account", True),
        ("account", "1"),
        ("account", None),
        ("account", [1]),
        ("name", "a\0"),
        ("email", "no address"),
        ("role", "boss"),
        ("locale", "x" * 11),
        ("opted_out", "perhaps"),
        ("opted_out", None),
        ("left", {}),
    ],
)
def test_a_bad_contact_is_refused_by_field(api, field, value):
    response = api.post("contacts/", {"account": make_account().pk, "name": "Mei"} | {field: value})
    assert response.status_code == 400
    assert list(errors(response)) == [field]
    assert Contact.objects.count() == 0


def test_contact_filters(api):
    first = make_contact(make_account(), email="a@customer.example", role="champion")
    second = make_contact(make_account(), email="b@customer.example")
    assert api.ids("contacts/") == [first.pk, second.pk]
    assert api.ids("contacts/", account=second.account_id) == [second.pk]
    assert api.ids("contacts/", email="A@customer.example") == [first.pk]
    assert api.ids("contacts/", role="end_user") == [second.pk]
    assert api.ids("contacts/", account=2**63 - 1) == []


@pytest.mark.parametrize("account", ["me", "0", "-1", "1.5", "1e3", str(2**63), "9" * 5000, "\0"])
def test_an_account_filter_is_an_id(api, account):
    response = api.get("contacts/", account=account)
    assert response.status_code == 400
    assert list(errors(response)) == ["account"]


def test_a_contract_as_it_is_shown(api):
    contract = make_contract(make_account(), seats=40, value_minor=1200)
    shown = api.get(f"contracts/{contract.pk}/").json()
    assert shown == {
        "id": contract.pk,
        "account": contract.account_id,
        "name": "Managed services",
        "starts_on": "2026-01-01",
        "ends_on": "2027-01-01",
        "seats": 40,
        "value_minor": 1200,
        "currency": "EUR",
        "auto_renews": False,
        "renewed_from": None,
        "source": "",
        "external_id": "",
        "created_at": "2026-06-15T12:00:00Z",
    }
    make_contract(make_account())
    assert api.ids("contracts/", account=contract.account_id) == [contract.pk]


def test_create_and_change_a_contract_moves_the_renewal(api):
    account = make_account()
    body = {"account": account.pk, "name": "Support", "starts_on": "2026-01-01", "ends_on": "2999-01-01"}
    shown = api.post("contracts/", body).json()
    assert api.get(f"accounts/{account.pk}/").json()["renews_on"] == "2999-01-01"
    assert api.patch(f"contracts/{shown['id']}/", {"ends_on": "2999-02-01"}).json()["ends_on"] == "2999-02-01"
    assert api.get(f"accounts/{account.pk}/").json()["renews_on"] == "2999-02-01"
    assert api.put(f"contracts/{shown['id']}/", body).json()["ends_on"] == "2999-01-01"


def test_a_contract_ends_after_it_starts_and_stays_with_its_account(api):
    contract = make_contract(make_account())
    body = {"account": contract.account_id, "name": "Short", "starts_on": "2026-01-02", "ends_on": "2026-01-02"}
    wrong = {"ends_on": ["A contract ends after it starts."]}
    assert errors(api.post("contracts/", body)) == wrong
    refused = api.patch(f"contracts/{contract.pk}/", {"ends_on": "2025-01-01"})
    assert (refused.status_code, errors(refused)) == (400, wrong)
    moved = api.patch(f"contracts/{contract.pk}/", {"account": make_account().pk})
    assert errors(moved) == {"account": ["A contract stays with its account."]}
    assert Contract.objects.get().ends_on.year == 2027


def test_what_belongs_to_another_workspace_cannot_be_named(api):
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        contact = make_contact(make_account())
        contract = make_contract(contact.account)
    for path in (f"contacts/{contact.pk}/", f"contracts/{contract.pk}/"):
        assert api.get(path).status_code == api.patch(path, {"name": "Mine"}).status_code == 404
    response = api.post("contacts/", {"account": contact.account_id, "name": "Spy"})
    assert (response.status_code, list(errors(response))) == (400, ["account"])


def test_contacts_by_their_own_fields(api):
    field_actions.define_field(about="contact", name="Shirt size", kind="choice", choices=["S", "L"], at=NOON, by=None)
    mei = make_contact(make_account())
    make_contact(mei.account)
    Contact.objects.filter(pk=mei.pk).update(custom={"shirt_size": "L"})
    assert api.ids("contacts/", **{"custom[shirt_size]": "L", "account": mei.account_id}) == [mei.pk]
    assert api.ids("contacts/", **{"custom.shirt_size": "S"}) == []
    assert list(errors(api.get("contacts/", **{"custom.shirt_size": "XL"}))) == ["custom.shirt_size"]


def test_a_contract_is_known_by_its_id_elsewhere(api):
    body = {"account": make_account().pk, "name": "Plan", "starts_on": "2026-01-01", "ends_on": "2027-01-01"}
    known = {"source": "crm", "external_id": "K-1"}
    added = api.post("contracts/", body | known).json()
    assert added | known == added
    other = api.post("contracts/", body).json()
    assert (other["source"], other["external_id"]) == ("", "")
    taken = {"external_id": ["crm:K-1 belongs to another contract."]}
    assert errors(api.post("contracts/", body | known)) == taken
    assert errors(api.patch(f"contracts/{other['id']}/", known)) == taken
    assert errors(api.post("contracts/", body | {"source": "crm"})) == {
        "external_id": ["A source and its id come together."]
    }
    assert api.patch(f"contracts/{added['id']}/", {"name": "Plan B"}).json()["external_id"] == "K-1"
    assert api.ids("contracts/", source="crm", external_id="K-1") == [added["id"]]
    api.patch(f"contracts/{other['id']}/", {"ends_on": "2028-01-01"})
    assert api.ids("contracts/", ends_from="2027-01-02") == [other["id"]]
    assert api.ids("contracts/", ends_before="2027-01-02") == [added["id"]]


def test_contacts_who_left_are_told_from_those_still_there(api):
    account = make_account()
    here, gone = make_contact(account), make_contact(account)
    api.patch(f"contacts/{gone.pk}/", {"left": True})
    assert (api.ids("contacts/", here="true"), api.ids("contacts/", here="false")) == ([here.pk], [gone.pk])
