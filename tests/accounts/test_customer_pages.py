"""Pages of people, personas, own fields, tags and families, as a browser meets them."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import queries
from accounts.actions import fields as field_actions
from accounts.actions import personas as persona_actions
from accounts.models import Account, AccountTag, Contact, CustomField, Persona
from accounts.queries.tag import tags_of
from tests.accounts.test_views import ACCOUNT, CONTACT, NEW, refused, shown
from tests.builders import NOON, make_account, make_contact, make_member, make_workspace
from workspaces import tenancy
from workspaces.capabilities import Role


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(make_member(role).user)
    return client


@pytest.fixture
def client(workspace) -> Client:
    return signed_in(Role.CSM)


@pytest.fixture
def admin(workspace) -> Client:
    return signed_in(Role.ADMIN)


def define(name: str, kind: str = "text", about: str = "account", **fields) -> CustomField:
    return field_actions.define_field(about=about, name=name, kind=kind, at=NOON, by=None, **fields)


def text(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def edit_of(account: Account) -> str:
    return reverse("accounts:account_edit", args=[account.pk])


# ------------------------------------------------------------------------------------------------- own fields


def test_own_fields_are_typed_shown_and_emptied(client):
    define("Data centre", "choice", choices=["Bern", "Dublin"], help="Where their servers stand.")
    for name, kind in (("Seats", "number"), ("Go live", "date"), ("Uses SSO", "yes_no"), ("Note", "text")):
        define(name, kind)
    own = {"own-data_centre": "Bern", "own-seats": "1,200.5", "own-go_live": "2026-03-31", "own-uses_sso": "no"}
    client.post(NEW, {**ACCOUNT, **own})
    account = Account.objects.get()
    stored = {"data_centre": "Bern", "seats": 1200.5, "go_live": "2026-03-31", "uses_sso": False}
    assert account.custom == stored
    panel = text(client.get(reverse("dashboard:account_panel", args=[account.pk, "profile"])))
    assert "Data centre Bern" in panel
    assert "Go live 31 Mar 2026 Note – Seats 1,200.5 Uses SSO No" in panel

    before = shown(client, edit_of(account))
    assert "Where their servers stand." in client.get(edit_of(account)).content.decode()
    client.post(edit_of(account), {**before, "own-seats": "", "own-note": " Rack 4 "})
    account.refresh_from_db()
    assert account.custom == {key: stored[key] for key in ("data_centre", "go_live", "uses_sso")} | {"note": "Rack 4"}


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("number", "NaN", "“NaN” is not a number."),
        ("number", "1e999", "A number from"),
        ("date", "31.3.2026", "“31.3.2026” is not a date."),
        ("choice", "Paris", "Paris"),
        ("yes_no", "perhaps", "perhaps"),
        ("text", "x" * 1001, "1000"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field(client, kind, typed, words):
    define("Site", kind, choices=["Bern"])
    refused(client, NEW, {**ACCOUNT, "own-site": typed}, field="own-site", words=words)


def test_a_choice_that_is_offered_no_more_stays_until_it_is_changed(client):
    field = define("Site", "choice", choices=["Bern", "Dublin"])
    account = make_account(custom={"site": "Bern"})
    field_actions.update_field(field=field, changes={"choices": ["Dublin"]}, at=NOON, by=None)
    before = shown(client, edit_of(account))
    assert client.post(edit_of(account), {**before, "name": "Renamed"}).status_code == 302
    account.refresh_from_db()
    assert (account.name, account.custom) == ("Renamed", {"site": "Bern"})


def test_fields_are_defined_renamed_retired_and_brought_back(admin):
    address = reverse("accounts:field_list")
    assert "No field of your own yet" in text(admin.get(address))
    new = reverse("accounts:field_new")
    refused(admin, new, {"about": "account", "kind": "choice", "name": "Site"}, field="choices", words="choose from")
    admin.post(new, {"about": "account", "kind": "choice", "name": "Site", "choices": "Bern\nDublin\n"})
    field = CustomField.objects.get()
    assert (field.key, field.choices) == ("site", ["Bern", "Dublin"])
    edit = reverse("accounts:field_edit", args=[field.pk])
    assert "Accounts · Choice · key “site”, which stays" in text(admin.get(edit))
    admin.post(edit, {"name": "Place", "choices": "Bern", "help": "Where"})
    retire = reverse("accounts:field_retire", args=[field.pk])
    admin.post(retire, {"retired": "1"})
    field.refresh_from_db()
    assert (field.name, field.key, field.choices, field.retired_at is None) == ("Place", "site", ["Bern"], False)
    assert "Retired" in text(admin.get(address))
    other = define("Place", key="other")
    refused(admin, edit, {"name": "place", "choices": "Bern"}, field="name", words="Another field is called")
    assert "Another field is called “Place”" in text(admin.post(retire, {"retired": "0"}, follow=True))
    field_actions.retire_field(field=other, at=NOON, by=None)
    admin.post(retire, {"retired": "0"})
    field.refresh_from_db()
    assert field.retired_at is None


def test_a_field_without_choices_asks_for_none(admin):
    field = define("Note")
    assert 'name="choices"' not in admin.get(reverse("accounts:field_edit", args=[field.pk])).content.decode()


# ------------------------------------------------------------------------------------------------- families


def test_a_parent_is_chosen_by_name_or_id(client):
    top = make_account("Cedar Group", external_ids={"crm": "4711"})
    for typed in ("Cedar Group", "cedar group", "crm: 4711", "4711", f"#{top.pk}", f"Cedar Group #{top.pk}"):
        child = make_account()
        client.post(edit_of(child), {**shown(client, edit_of(child)), "parent": typed})
        child.refresh_from_db()
        assert child.parent == top, typed
    assert shown(client, edit_of(child))["parent"] == "Cedar Group"
    client.post(edit_of(child), {**shown(client, edit_of(child)), "parent": ""})
    child.refresh_from_db()
    assert child.parent is None


def test_a_parent_that_is_not_clear_is_asked_for_again(client):
    first, second = make_account("Cedar"), make_account("Cedar")
    address = edit_of(first)
    before = shown(client, address)
    refused(client, address, {**before, "parent": "Nobody"}, field="parent", words="No account is called “Nobody”")
    words = f"Cedar #{first.pk}, Cedar #{second.pk}"
    refused(client, address, {**before, "parent": "Cedar"}, field="parent", words=words)
    refused(client, address, {**before, "parent": f"#{first.pk}"}, field="parent", words="itself, or stands above")
    child = make_account(parent=second)
    assert shown(client, edit_of(child))["parent"] == f"Cedar #{second.pk}"
    levels = [make_account()]
    for _ in range(4):
        levels.append(make_account(parent=levels[-1]))
    refused(client, NEW, {**ACCOUNT, "parent": f"#{levels[-1].pk}"}, field="parent", words="At most 5")
    with tenancy.entered(make_workspace("Other").pk):
        foreign = make_account("Elsewhere")
    refused(client, address, {**before, "parent": f"#{foreign.pk}"}, field="parent", words="No account is called")


def test_names_are_suggested_as_they_are_typed(client):
    account = make_account("Cedar <Group>")
    found = client.get(reverse("accounts:account_suggest"), {"parent": "edar"}).content.decode()
    assert f'<option value="Cedar &lt;Group&gt; #{account.pk}">' in found
    for typed in ("", " ", "\0", "zzz"):
        assert "<option" not in client.get(reverse("accounts:account_suggest"), {"parent": typed}).content.decode()


def test_the_family_panel_sums_up_what_is_below(client, monkeypatch):
    top = make_account("Top", arr_minor=10_000_00)
    child = make_account("Child", parent=top, arr_minor=5_000_00)
    make_account("Second", parent=top, arr_minor=1_00, currency="USD")
    Account.objects.filter(pk=child.pk).update(health_score=41, health_band="at_risk")
    page = text(client.get(reverse("dashboard:account_panel", args=[top.pk, "family"])))
    assert "ARR of the family €15,000 + $1 Health of the family At risk 41 each account Accounts below 2" in page
    assert "Worst health below Child At risk 41" in page
    assert "Child Use · €5,000" in page
    monkeypatch.setattr("dashboard.panels.MOST_ROWS", 1)
    page = client.get(reverse("dashboard:account_panel", args=[top.pk, "family"]))
    assert f"{reverse('dashboard:account_list')}?parent={top.pk}" in page.content.decode()
    page = text(client.get(reverse("dashboard:account_panel", args=[child.pk, "family"])))
    assert "Belongs to Top" in page
    assert "Stands alone" not in page


# ------------------------------------------------------------------------------------------------- tags


def test_tags_are_added_and_taken_off_on_the_account(client):
    account = make_account()
    add, remove = (reverse(f"accounts:tag_{verb}", args=[account.pk]) for verb in ("add", "remove"))
    back = reverse("dashboard:account", args=[account.pk]) + "#profile"
    assert client.post(add, {"name": " Pilot  group "})["Location"] == back
    client.post(add, {"name": "West & South"})
    assert tags_of([account.pk]) == {account.pk: ["Pilot group", "West & South"]}
    panel = client.get(reverse("dashboard:account_panel", args=[account.pk, "profile"])).content.decode()
    assert f"{reverse('dashboard:account_list')}?tag=West%20%26%20South" in panel
    assert '<option value="Pilot group">' in panel
    assert client.post(remove, {"name": "pilot group"})["Location"] == back
    client.post(remove)
    assert tags_of([account.pk]) == {account.pk: ["West & South"]}
    refused(client, add, {"name": "a,b"}, field="name", words="without commas")
    viewer = signed_in(Role.VIEWER)
    assert (
        "West &amp; South"
        in viewer.get(reverse("dashboard:account_panel", args=[account.pk, "profile"])).content.decode()
    )
    assert viewer.post(add, {"name": "X"}).status_code == 403
    assert AccountTag.objects.count() == 1


# ------------------------------------------------------------------------------------------------- people


WHOLE = {
    **CONTACT, "influence": "high", "stance": "supporter", "time_zone": "Europe/Berlin", "consent": "given",
    "consent_on": "2026-05-01", "consent_source": "Trade fair", "external_id": "CRM: 7",
}  # fmt: skip


def test_a_contact_is_known_whole(client):
    define("Newsletter", "yes_no", "contact")
    persona = persona_actions.add_persona(name="Head of IT", speaks_to="Root causes", goals="Sleep", at=NOON, by=None)
    account = make_account()
    client.post(
        reverse("accounts:contact_new", args=[account.pk]), {**WHOLE, "persona": persona.pk, "own-newsletter": "yes"}
    )
    contact = Contact.objects.get()
    assert (contact.persona, contact.influence, contact.stance) == (persona, "high", "supporter")
    assert (contact.consent, contact.consent_at) == ("given", datetime(2026, 5, 1, tzinfo=UTC))
    assert (contact.source, contact.external_id, contact.custom) == ("crm", "7", {"newsletter": True})
    page = text(client.get(reverse("accounts:contact", args=[contact.pk])))
    for words in (
        "Before you call: Head of IT", "What speaks to them Root causes", "Goals Sleep", "Influence High",
        "Attitude towards us Well disposed", "Time zone Europe/Berlin", "Given,", "Trade fair", "crm 7",
        "Newsletter Yes", "Mei Chen added as a contact (Champion)",
    ):  # fmt: skip
        assert words in page
    panel = text(client.get(reverse("dashboard:account_panel", args=[account.pk, "people"])))
    assert "Influence: High · Well disposed Head of IT: Root causes" in panel

    edit = reverse("accounts:contact_edit", args=[contact.pk])
    before = shown(client, edit)
    client.post(edit, before)
    contact.refresh_from_db()
    assert contact.consent_at == datetime(2026, 5, 1, tzinfo=UTC)
    client.post(edit, {**before, "consent": "withdrawn", "consent_on": "2026-06-01", "external_id": ""})
    contact.refresh_from_db()
    assert (contact.consent, contact.consent_at.day, contact.source, contact.external_id) == ("withdrawn", 1, "", "")


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("time_zone", "Mars/Base", "“Mars/Base” is no time zone"),
        ("external_id", "7", "“7” is not a system and an id."),
        ("external_id", "crm: taken", "Another contact has the id “crm:taken”."),
        ("consent_on", "2199-01-01", "This day has not come yet."),
        ("influence", "vast", "vast"),
        ("stance", "glad", "glad"),
        ("persona", "999999", "valid choice"),
    ],
)
def test_what_is_wrong_with_a_contact_is_said(client, field, typed, words):
    make_contact(make_account(), source="crm", external_id="taken")
    address = reverse("accounts:contact_new", args=[make_account().pk])
    refused(client, address, {**WHOLE, field: typed}, field=field, words=words)


def test_a_day_of_consent_needs_the_consent(client):
    address = reverse("accounts:contact_new", args=[make_account().pk])
    refused(client, address, {**WHOLE, "consent": ""}, field="consent", words="Say whether it was given")


def test_what_a_form_no_longer_offers_stays(client):
    persona = persona_actions.add_persona(name="Head of IT", at=NOON, by=None)
    contact = make_contact(make_account(), persona=persona, locale="sv")
    persona_actions.set_retired(persona=persona, is_retired=True, at=NOON, by=None)
    edit = reverse("accounts:contact_edit", args=[contact.pk])
    assert client.post(edit, {**shown(client, edit), "persona": persona.pk}).status_code == 302
    contact.refresh_from_db()
    assert (contact.persona, contact.locale) == (persona, "sv")
    assert "Language sv" in text(client.get(reverse("accounts:contact", args=[contact.pk])))


def test_the_map_says_who_stands_where_and_who_is_missing(client):
    account = make_account()
    address = reverse("accounts:stakeholder_map", args=[account.pk])
    page = client.get(address)
    assert "No decision maker is known." in text(page)
    assert f"{reverse('accounts:contact_new', args=[account.pk])}?role=decision_maker" in page.content.decode()
    make_contact(account, name="Mei Chen", role="decision_maker", influence="high", stance="sceptic")
    make_contact(account, name="Half Known", influence="low")
    make_contact(account, name="Un Known")
    make_contact(account, name="No Influence", stance="neutral")
    gone = make_contact(account, name="Ana Ruiz", role="champion")
    Contact.objects.filter(pk=gone.pk).update(left_at=NOON)
    page = client.get(address)
    cell = re.search(r'<td class="map-sceptic" data-label="Sceptical">(.*?)</td>', page.content.decode(), re.S)[1]
    assert re.sub(r"<[^>]+>", "", cell).split() == ["Mei", "Chen,", "Decision", "maker"]
    told = text(page)
    assert "Champion left: Ana Ruiz, on 15 Jun 2026" in told
    assert "Nobody of high influence is known to be well disposed." in told
    assert "Half Known , End user Attitude is not known" in told
    assert "Un Known , End user Influence and attitude are not known" in told
    assert "No Influence , End user Influence is not known" in told
    viewer = signed_in(Role.VIEWER).get(address).content.decode()
    assert "Mei Chen" in viewer
    assert reverse("accounts:contact_new", args=[account.pk]) not in viewer


def test_the_role_that_is_missing_is_chosen_already(client):
    address = reverse("accounts:contact_new", args=[make_account().pk])
    assert client.get(address, {"role": "decision_maker"}).context["form"].initial == {"role": "decision_maker"}
    assert client.get(address, {"role": "king"}).context["form"].initial == {}


def test_signals_of_many_people_are_found_beyond_the_first(client, monkeypatch):
    account = make_account()
    make_contact(account, role="decision_maker")
    gone = make_contact(account, name="Ana Ruiz", role="champion")
    Contact.objects.filter(pk=gone.pk).update(left_at=NOON)
    monkeypatch.setattr("dashboard.panels.MOST_CONTACTS", 1)
    panel = text(client.get(reverse("dashboard:account_panel", args=[account.pk, "people"])))
    assert "Champion left: Ana Ruiz" in panel


@pytest.mark.parametrize("rows", [1, 3])
def test_the_map_and_a_contact_take_the_same_queries_at_any_size(client, rows):
    account = make_account()
    define("Newsletter", "yes_no", "contact")
    people = [make_contact(account, influence="high", stance="neutral") for _ in range(rows)]
    for address, most in (
        (reverse("accounts:stakeholder_map", args=[account.pk]), 10),
        (reverse("accounts:contact", args=[people[0].pk]), 11),
    ):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        assert len(captured) == most


# ------------------------------------------------------------------------------------------------- personas


def test_personas_are_read_by_all_and_written_by_administrators(client, admin):
    address = reverse("accounts:persona_list")
    assert "No persona is described yet" in text(client.get(address))
    new = reverse("accounts:persona_new")
    assert new not in client.get(address).content.decode()
    assert client.get(new).status_code == 403
    admin.post(new, {"name": "Head of IT", "goals": "Quiet nights"})
    persona = Persona.objects.get()
    refused(admin, new, {"name": "head of it"}, field="name", words="Another persona")
    make_contact(make_account(), persona=persona)
    assert "Head of IT 1 contact" in text(client.get(address))
    edit = reverse("accounts:persona_edit", args=[persona.pk])
    admin.post(edit, {**shown(admin, edit), "speaks_to": "Dates"})
    admin.post(new, {"name": "Second"})
    refused(admin, edit, {"name": "second"}, field="name", words="Another persona")
    admin.post(reverse("accounts:persona_retire", args=[persona.pk]), {"retired": "1"})
    persona.refresh_from_db()
    assert (persona.speaks_to, persona.retired_at is None) == ("Dates", False)
    assert "Bring back" in text(admin.get(address))
    admin.post(reverse("accounts:persona_retire", args=[persona.pk]), {"retired": "0"})
    persona.refresh_from_db()
    assert persona.retired_at is None


def test_what_people_type_is_text(client):
    define("<b>Field</b>")
    account = make_account(custom={"bfieldb": "<script>alert(1)</script>"})
    client.post(reverse("accounts:tag_add", args=[account.pk]), {"name": "<i>tag</i>"})
    make_contact(account, name="<b>Ole</b>", influence="high", stance="neutral")
    for address in (
        reverse("dashboard:account_panel", args=[account.pk, "profile"]),
        reverse("accounts:stakeholder_map", args=[account.pk]),
        f"{reverse('dashboard:account_list')}?columns=tags,custom.bfieldb",
    ):
        page = client.get(address).content.decode()
        assert not re.search(r"<script>alert|<i>tag|<b>(Field|Ole)", page)


def test_accounts_meant_prefers_the_exact_name(workspace):
    lower, exact = make_account("cedar"), make_account("Cedar")
    assert queries.accounts_meant("Cedar") == [exact]
    assert queries.accounts_meant("CEDAR") == [lower, exact]
    make_account("Other", external_ids={"crm": "x:1"})
    assert [one.name for one in queries.accounts_meant("crm: x:1")] == ["Other"]
    assert [one.name for one in queries.accounts_meant("x:1")] == ["Other"]
    assert queries.accounts_meant("#12345678901234567890") == []
