"""Families, tags, personas and the workspace's own fields over the API."""

import pytest

from accounts.actions import fields as field_actions
from accounts.actions import personas as persona_actions
from accounts.actions import tags as tag_actions
from accounts.models import Contact, CustomField, Fact, Persona
from tests.api.conftest import errors, wrong
from tests.builders import NOON, make_account, make_contact, make_member, make_workspace
from tests.dashboard.conftest import signed_in
from workspaces import tenancy
from workspaces.capabilities import Role


def define(name: str, kind: str, about: str = "account", **fields) -> CustomField:
    return field_actions.define_field(about=about, name=name, kind=kind, at=NOON, by=None, **fields)


def refused(response, field: str, words: str) -> None:
    assert response.status_code == 400
    assert wrong(response) == [field]
    assert words in str(errors(response))


def test_an_account_carries_its_parent_tags_and_own_fields(api):
    define("Data centre", "choice", choices=["Frankfurt", "Dublin"])
    define("Seats", "number")
    parent = make_account("Group")
    body = {"name": "Cedar", "parent": parent.pk, "tags": ["Pilot", "west"], "custom": {"data_centre": "dublin"}}
    shown = api.post("accounts/", body).json()
    assert (shown["parent"], shown["tags"], shown["custom"]) == (
        parent.pk,
        ["Pilot", "west"],
        {"data_centre": "Dublin"},
    )
    path = f"accounts/{shown['id']}/"
    body = {"parent": None, "tags": ["WEST", "East"], "custom": {"data_centre": None, "seats": 12.5}}
    changed = api.patch(path, body).json()
    assert (changed["parent"], changed["tags"], changed["custom"]) == (None, ["East", "west"], {"seats": 12.5})
    assert api.patch(path, {"industry": "Transport"}).json()["tags"] == ["East", "west"]
    kinds = list(Fact.objects.filter(account=shown["id"]).order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "account.created", "account.tagged", "account.tagged", "account.changed", "account.untagged", "account.tagged",
        "account.changed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("tags", ["a,b"], "plain text without commas"),
        ("tags", ["x" * 41], "40"),
        ("tags", "Pilot", "list"),
        ("tags", ["ok"] * 51, "50"),
        ("custom", [], "An object of values by the key of their field."),
        ("custom", {"seats": "many"}, "'custom.seats': ['“many” is not a number. Write it like 1234.5.']"),
        ("custom", {"seats": 1e300}, "A number from"),
        ("custom", {"seats": {"deep": [1]}}, "is not a number"),
        ("custom", {"unheard": 1}, "There is no field with the key “unheard”."),
        ("parent", 10**9, "does not exist"),
        ("parent", "1", "Incorrect type"),
    ],
)
def test_what_is_wrong_is_named(api, field, value, words):
    define("Seats", "number")
    refused(api.patch(f"accounts/{make_account().pk}/", {field: value}), field, words)


def test_a_family_has_no_loop_and_five_levels(api):
    top = make_account()
    bottom = make_account(parent=top)
    refused(api.patch(f"accounts/{top.pk}/", {"parent": bottom.pk}), "parent", "itself, or stands above")
    for _ in range(3):
        bottom = make_account(parent=bottom)
    refused(api.post("accounts/", {"name": "Sixth", "parent": bottom.pk}), "parent", "At most 5")
    with tenancy.entered(make_workspace("Other").pk):
        foreign = make_account()
    refused(api.patch(f"accounts/{top.pk}/", {"parent": foreign.pk}), "parent", "does not exist")


def test_accounts_are_found_by_tag_family_and_who_is_missing(api):
    top = make_account("Top")
    child = make_account("Child", parent=top)
    tag_actions.tag(account_ids=[child.pk], name="Pilot", at=NOON, by=None)
    make_contact(top, role="decision_maker")
    champion = make_contact(child, role="champion")
    Contact.objects.filter(pk=champion.pk).update(left_at=NOON)
    assert api.ids("accounts/", tag="PILOT") == [child.pk]
    assert api.ids("accounts/", tag="unheard") == []
    assert api.ids("accounts/", parent=top.pk) == [child.pk]
    assert api.ids("accounts/", missing="no_decider") == [child.pk]
    assert api.ids("accounts/", missing="champion_left") == [child.pk]
    refused(api.get("accounts/", missing="everybody"), "missing", "everybody")


def test_a_contact_carries_what_is_known_of_it(api):
    define("Newsletter", "yes_no", "contact")
    persona = persona_actions.add_persona(name="Head of IT", at=NOON, by=None)
    body = {
        "account": make_account().pk, "name": "Mei Chen", "persona": persona.pk, "influence": "high",
        "stance": "supporter", "time_zone": "Europe/Berlin", "consent": "given", "consent_at": "2026-05-01T00:00:00Z",
        "consent_source": "Trade fair", "source": "crm", "external_id": "7", "custom": {"newsletter": "yes"},
    }  # fmt: skip
    shown = api.post("contacts/", body).json()
    assert shown == shown | body | {"custom": {"newsletter": True}}
    path = f"contacts/{shown['id']}/"
    gone = {"persona": None, "influence": None, "stance": None, "consent": None, "custom": {"newsletter": None}}
    changed = api.patch(path, gone).json()
    assert changed == shown | gone | {"consent_at": None, "consent_source": "", "custom": {}}
    assert api.patch(path, {"source": "", "external_id": ""}).json()["external_id"] == ""


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"time_zone": "Mars/Base"}, "time_zone", "no time zone of the IANA list"),
        ({"influence": "vast"}, "influence", "not a valid choice"),
        ({"persona": 10**9}, "persona", "does not exist"),
        ({"external_id": "7"}, "source", "come together"),
        ({"source": "crm"}, "external_id", "come together"),
        ({"source": "crm", "external_id": "9"}, "external_id", "crm:9 belongs to another contact."),
        ({"consent_at": "1066-10-14T00:00:00Z"}, "consent_at", "1970"),
        ({"custom": {"x": 1}}, "custom", "no field"),
    ],
)
def test_what_is_wrong_with_a_contact_is_named(api, body, field, words):
    make_contact(make_account(), source="crm", external_id="9")
    refused(api.patch(f"contacts/{make_contact(make_account()).pk}/", body), field, words)


def test_contacts_are_found_by_what_they_are(api):
    account = make_account()
    persona = persona_actions.add_persona(name="Head of IT", at=NOON, by=None)
    mei = make_contact(account, persona=persona, influence="high", stance="neutral", source="crm", external_id="9")
    make_contact(account)
    for query in (
        {"persona": persona.pk}, {"influence": "high"}, {"stance": "neutral"}, {"source": "crm"}, {"external_id": "9"},
    ):  # fmt: skip
        assert api.ids("contacts/", **query) == [mei.pk]


def test_personas_are_written_and_retired(api):
    body = {"name": "Head of IT", "goals": "Quiet nights", "pains": "", "found_at": "", "speaks_to": "Dates"}
    shown = api.post("personas/", body).json()
    assert shown == {"id": shown["id"], "contacts": 0, "retired": False, **body}
    make_contact(make_account(), persona=Persona.objects.get())
    path = f"personas/{shown['id']}/"
    assert api.patch(path, {"goals": "Sleep", "retired": True}).json() == shown | {
        "goals": "Sleep",
        "retired": True,
        "contacts": 1,
    }
    assert api.patch(path, {"retired": False}).json()["retired"] is False
    for name in ("HEAD of it", "Second"):
        answer = api.post("personas/", {"name": name, "retired": True})
        assert answer.status_code == (400 if name != "Second" else 201)
    refused(api.patch(path, {"name": "second"}), "name", "Another persona")
    assert api.ids("personas/", name="second") == [answer.json()["id"]]


def test_fields_are_defined_changed_and_retired(api):
    body = {"about": "account", "name": "Site", "kind": "choice", "choices": ["Bern"], "help": "Where"}
    shown = api.post("custom-fields/", body).json()
    assert shown == {"id": shown["id"], "key": "site", "retired": False, **body}
    path = f"custom-fields/{shown['id']}/"
    changed = api.patch(path, {"name": "Place", "choices": ["Bern", "Basel"], "retired": True}).json()
    assert changed == shown | {"name": "Place", "choices": ["Bern", "Basel"], "retired": True}
    assert api.patch(path, {"retired": False, "about": "account"}).json()["retired"] is False
    refused(api.patch(path, {"kind": "text"}), "kind", "This stays as it was.")
    refused(api.patch(path, {"choices": []}), "choices", "something to choose from")
    refused(api.post("custom-fields/", {**body, "name": "place"}), "name", "Another field is called")
    old = api.post("custom-fields/", {"about": "contact", "name": "Old", "kind": "text", "retired": True}).json()
    assert old["retired"] is True
    assert api.ids("custom-fields/", about="contact") == [old["id"]]
    assert api.ids("custom-fields/", kind="choice") == [shown["id"]]


def test_values_of_a_retired_field_are_not_shown(api):
    field = define("Site", "text")
    account = make_account(custom={"site": "Bern"})
    field_actions.retire_field(field=field, at=NOON, by=None)
    assert api.get(f"accounts/{account.pk}/").json()["custom"] == {}


@pytest.mark.parametrize("path", ["personas/", "custom-fields/"])
def test_members_read_and_administrators_write(path, workspace):
    csm = signed_in(make_member(Role.CSM))
    assert csm.get(f"/api/v1/{path}").status_code == 200
    assert csm.post(f"/api/v1/{path}", {}, content_type="application/json").status_code == 403
    admin = signed_in(make_member(Role.ADMIN))
    assert admin.post(f"/api/v1/{path}", {}, content_type="application/json").status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_of_accounts_costs_the_same(rows, api, django_assert_num_queries):
    define("Site", "text")
    top = make_account()
    for number in range(rows):
        account = make_account(parent=top, custom={"site": "Bern"})
        tag_actions.tag(account_ids=[account.pk], name=f"Tag {number}", at=NOON, by=None)
    api.get("accounts/")
    with django_assert_num_queries(15):
        api.get("accounts/")
