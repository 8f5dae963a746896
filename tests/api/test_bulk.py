"""Many items in one call, by their ids elsewhere."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import fields as field_actions
from accounts.models import Account, AccountTag, Contact, ExternalId, Fact, Ticket
from accounts.queries import privacy
from tests.api.conftest import errors, problem, wrong
from tests.builders import NOON, make_account, make_contact, make_member, make_ticket, make_user, make_workspace
from workspaces import tenancy

CEDAR = {"source": "crm", "external_id": "C-1", "name": "Cedar"}
MEI = {"source": "crm", "external_id": "P-1", "name": "Mei Chen", "email": "Mei@cedar.example"}
FIRE = {"source": "desk", "external_id": "T-1", "subject": "Fire", "opened_at": "2026-06-01T08:00:00Z"}


def send(api, kind: str, *items: Any, **more: Any):
    return api.post(f"{kind}/bulk/", {"items": list(items), **more})


def results(response) -> list[tuple[str, int | None]]:
    assert response.status_code == 200, response.json()
    return [(found["result"], found["id"]) for found in response.json()["results"]]


# ------------------------------------------------------------------------------------------- accounts
def test_accounts_are_added_changed_and_left_alone(api):
    make_member(user=make_user("mei@vendor.example"))
    field_actions.define_field(about="account", name="Data centre", kind="text", at=NOON, by=None)
    whole = CEDAR | {
        "external_ids": {"desk": "77"},
        "domains": ["Cedar.Example"],
        "tier": "strategic",
        "industry": 'Print "and\t\\copy',
        "locale": "de",
        "arr_minor": 1_250_000,
        "currency": "JPY",
        "owner": "MEI@vendor.example",
        "tags": ["Pilot"],
        "custom": {"data_centre": "Frankfurt"},
    }
    other = {"source": "crm", "external_id": "C-2", "name": "Dogwood"}
    first = send(api, "accounts", whole, other)
    account = Account.objects.get(name="Cedar")
    assert results(first) == [("created", account.pk), ("created", Account.objects.get(name="Dogwood").pk)]
    assert first.json() | {"results": []} == {"created": 2, "changed": 0, "same": 0, "refused": 0, "results": []}
    shown = api.get(f"accounts/{account.pk}/").json()
    assert (shown["arr_minor"], shown["currency"], shown["industry"]) == (1_250_000, "JPY", 'Print "and\t\\copy')
    assert (shown["owner"], shown["tags"]) == ("mei@vendor.example", ["Pilot"])
    assert (shown["external_ids"], shown["domains"]) == ({"crm": "C-1", "desk": "77"}, ["cedar.example"])
    assert (shown["custom"], shown["locale"]) == ({"data_centre": "Frankfurt"}, "de")

    second = send(api, "accounts", whole, other | {"arr_minor": 5})
    assert [found for found, _ in results(second)] == ["same", "changed"]
    assert Account.objects.get(name="Dogwood").arr_minor == 5
    assert list(Fact.objects.order_by("pk").values_list("kind", flat=True)).count("account.created") == 2
    assert Fact.objects.filter(kind="account.changed").last().data == {"fields": ["arr_minor"]}
    assert AccountTag.objects.count() == 1


def test_an_account_of_the_same_name_without_an_id_there_is_the_one_meant(api):
    account = make_account("Cedar")
    assert results(send(api, "accounts", CEDAR)) == [("changed", account.pk)]
    assert ExternalId.objects.get().account_id == account.pk


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ("text", None),
        ([], None),
        ({"external_id": "1", "name": "x"}, "source"),
        ({"source": " ", "external_id": "1", "name": "x"}, "source"),
        ({"source": "crm", "name": "x"}, "external_id"),
        (CEDAR | {"external_id": True}, "external_id"),
        ({"source": "crm", "external_id": "1"}, "name"),
        (CEDAR | {"name": None}, "name"),
        (CEDAR | {"name": "a\0b"}, "name"),
        (CEDAR | {"external_ids": {"desk": ""}}, "external_ids.desk"),
        (CEDAR | {"external_ids": {"desk": "taken"}}, "external_id"),
        (CEDAR | {"domains": ["nodots"]}, "domains.0"),
        (CEDAR | {"tier": "huge"}, "tier"),
        (CEDAR | {"arr_minor": -1}, "arr_minor"),
        (CEDAR | {"arr_minor": 2**63}, "arr_minor"),
        (CEDAR | {"currency": "euro"}, "currency"),
        (CEDAR | {"owner": "who@nowhere.example"}, "owner"),
        (CEDAR | {"parent": {"source": "crm", "external_id": "unknown"}}, "parent"),
        (CEDAR | {"parent": {"source": 1, "external_id": "unknown"}}, "parent"),
        (CEDAR | {"parent": "unknown"}, "parent"),
        (CEDAR | {"parent": True}, "parent"),
        (CEDAR | {"parent": 2**63}, "parent"),
        (CEDAR | {"tags": ["a;b"]}, "tags"),
        (CEDAR | {"custom": {"unheard": 1}}, "custom.unheard"),
        (CEDAR | {"custom": {"seats": "many"}}, "custom.seats"),
        (CEDAR | {"custom": {"seats": None}}, "custom.seats"),
        (CEDAR | {"custom": []}, "custom"),
    ],
)
def test_one_wrong_item_is_named_by_its_place_and_nothing_is_written(api, item, field):
    field_actions.define_field(about="account", name="Seats", kind="number", at=NOON, by=None)
    make_account("Taken", external_ids={"desk": "taken"})
    make_account("Whose", external_ids={"crm": "C-1"})
    good = {"source": "crm", "external_id": "G", "name": "Good"}
    response = send(api, "accounts", good, item)
    assert response.status_code == 400
    assert list(errors(response)) == ["items.1" if field is None else f"items.1.{field}"]
    assert not Account.objects.filter(name="Good").exists()

    kept = send(api, "accounts", good, item, keep_good=True)
    assert [found for found, _ in results(kept)] == ["created", "refused"]
    assert list(kept.json()["results"][1]["errors"]) == [field or "non_field_errors"]
    assert (kept.json()["created"], kept.json()["refused"]) == (1, 1)
    assert Account.objects.filter(name="Good").exists()


def test_empty_custom_values_say_nothing(api):
    field_actions.define_field(about="account", name="Seats", kind="number", at=NOON, by=None)
    send(
        api,
        "accounts",
        CEDAR | {"custom": {"seats": 3}},
        {"source": "crm", "external_id": "2", "name": "B", "custom": {}},
    )
    assert [account.custom for account in Account.objects.order_by("pk")] == [{"seats": 3}, {}]


def test_the_same_id_twice_is_refused_the_second_time(api):
    twice = [CEDAR, {"source": "erp", "external_id": "9", "name": "Elm", "external_ids": {"crm": "C-1"}}]
    assert errors(send(api, "accounts", *twice)) == {"items.1.external_id": ["Item 0 says this, too."]}
    assert [found for found, _ in results(send(api, "accounts", *twice, keep_good=True))] == ["created", "refused"]


def test_two_names_of_one_account_are_refused_the_second_time(api):
    make_account("Cedar", external_ids={"crm": "C-1", "desk": "7"})
    items = [CEDAR, {"source": "desk", "external_id": "7", "industry": "Print"}]
    assert wrong(send(api, "accounts", *items)) == ["items"]
    assert [found for found, _ in results(send(api, "accounts", *items, keep_good=True))] == ["same", "refused"]


def known(value: str) -> dict[str, str]:
    return {"source": "crm", "external_id": value}


def test_families_come_in_one_call_whatever_their_order(api):
    top = make_account("Top", external_ids={"crm": "top"})
    child = known("child") | {"name": "Child", "parent": known("middle")}
    middle = known("middle") | {"name": "Middle", "parent": known("top")}
    by_id = known("other") | {"name": "Other", "parent": top.pk}
    assert [found for found, _ in results(send(api, "accounts", child, middle, by_id))] == ["created"] * 3
    parents = dict(Account.objects.values_list("name", "parent__name"))
    assert parents == {"Top": None, "Middle": "Top", "Child": "Middle", "Other": "Top"}
    again = [child | {"parent": top.pk}, middle, by_id]
    assert [found for found, _ in results(send(api, "accounts", *again))] == ["changed", "same", "same"]
    assert Account.objects.get(name="Child").parent_id == top.pk


def test_a_family_that_cannot_be_is_refused(api):
    loop = [known("a") | {"name": "A", "parent": known("b")}, known("b") | {"name": "B", "parent": known("a")}]
    refused = send(api, "accounts", *loop)
    assert list(errors(refused)) == ["items.1.parent"]
    assert not Account.objects.exists()
    kept = send(api, "accounts", *loop, keep_good=True)
    assert [found for found, _ in results(kept)] == ["created", "created"]
    assert (kept.json()["created"], kept.json()["refused"]) == (2, 0)
    assert kept.json()["results"][1]["errors"] == {
        "parent": ["This account is itself, or stands above, the parent chosen for it."]
    }
    assert Account.objects.get(name="A").parent.name == "B"


def test_all_that_is_wrong_is_named_at_once(api):
    items = [
        CEDAR | {"name": 5},
        known("b") | {"name": "B", "custom": {"nope": 1}},
        known("c") | {"name": "C", "parent": known("C-1")},
        known("d") | {"name": "D", "parent": known("nowhere"), "owner": "nobody@vendor.example"},
        known("e") | {"name": "E", "parent": known("C-1"), "owner": "nobody@vendor.example"},
        "text",
    ]
    assert list(errors(send(api, "accounts", *items))) == [
        "items.0.name",
        "items.1.custom.nope",
        "items.3.owner",
        "items.3.parent",
        "items.4.owner",
        "items.5",
    ]


def test_what_merging_refuses_is_named_in_the_same_answer(api):
    make_account("Elm", external_ids={"crm": "C-5", "desk": "1"})
    make_account("Fir", external_ids={"desk": "2"})
    response = send(
        api,
        "accounts",
        CEDAR | {"tier": "gold"},
        {"source": "crm", "external_id": "C-2"},
        {"source": "crm", "external_id": "C-3", "name": "Dogwood", "parent": {"source": "crm", "external_id": "C-2"}},
        {"source": "crm", "external_id": "C-5", "external_ids": {"desk": "2"}},
        {"source": "crm", "external_id": "C-6", "name": "Gum", "parent": {"source": "crm", "external_id": "C-7"}},
        {"source": "crm", "external_id": "C-7", "name": "Holly", "parent": {"source": "crm", "external_id": "C-6"}},
    )
    assert list(errors(response)) == ["items.0.tier", "items.1.name", "items.3.external_id", "items.5.parent"]
    assert set(Account.objects.values_list("name", flat=True)) == {"Elm", "Fir"}
    assert not Fact.objects.filter(account__name="Gum").exists()


def test_a_refused_call_names_people_and_tickets_that_merging_refuses(api):
    response = send(api, "contacts", MEI, {"source": "crm", "external_id": "P-2", "role": "x"})
    assert errors(response).keys() == {"items.0.account", "items.1.role"}
    response = send(api, "tickets", FIRE, FIRE | {"external_id": "T-2", "priority": "odd"})
    assert errors(response).keys() == {"items.0.account", "items.1.priority"}
    assert not Ticket.objects.exists()


def test_below_a_refused_item_an_account_is_written_on_its_own(api):
    items = [known("b") | {"name": "B", "parent": known("a")}, known("a") | {"name": "A", "tier": "huge"}]
    kept = send(api, "accounts", *items, keep_good=True)
    assert [found for found, _ in results(kept)] == ["refused", "refused"]
    items[1] = known("a")  # without a name, which only the database can say
    kept = send(api, "accounts", *items, keep_good=True)
    assert [found for found, _ in results(kept)] == ["created", "refused"]
    assert kept.json()["results"][0]["errors"] == {"parent": ["This item of the call was refused."]}
    assert wrong(send(api, "accounts", *items)) == ["items"]


# ------------------------------------------------------------------------------------------- contacts
def test_contacts_are_known_by_id_then_by_address(api):
    account = make_account(external_ids={"crm": "C-1"})
    home = {"account": {"source": "crm", "external_id": "C-1"}}
    first = send(api, "contacts", MEI | home | {"role": "champion", "opted_out": True, "consent": "given"})
    contact = Contact.objects.get()
    assert results(first) == [("created", contact.pk)]
    assert (contact.account_id, contact.email, contact.role) == (account.pk, "mei@cedar.example", "champion")
    assert (contact.opted_out, contact.consent, contact.consent_source) == (True, "given", "API: CRM")
    assert results(send(api, "contacts", MEI)) == [("same", contact.pk)]
    moved = MEI | {"email": "mei.chen@cedar.example", "left": True, "opted_out": False, "persona": 10**9}
    assert list(errors(send(api, "contacts", moved))) == ["items.0.persona"]
    moved.pop("persona")
    assert results(send(api, "contacts", moved)) == [("changed", contact.pk)]
    contact.refresh_from_db()
    assert (contact.email, contact.opted_out, contact.left_at is None) == ("mei.chen@cedar.example", False, False)

    by_address = make_contact(account, email="kim@cedar.example")
    kim = {"source": "crm", "external_id": "P-2", "email": "KIM@cedar.example", "account": account.pk}
    assert results(send(api, "contacts", kim)) == [("changed", by_address.pk)]


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({}, "account"),
        ({"account": 10**15}, "account"),
        ({"account": "crm"}, "account"),
        ({"email": "none"}, "email"),
        ({"role": "boss"}, "role"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"influence": ""}, "influence"),
        ({"consent": ""}, "consent"),
        ({"left": "maybe"}, "left"),
        ({"custom": {"x": 1}}, "custom.x"),
    ],
)
def test_a_wrong_contact_is_named(api, item, field):
    make_account(external_ids={"crm": "C-1"})
    home = {} if not item else {"account": {"source": "crm", "external_id": "C-1"}}
    assert list(errors(send(api, "contacts", MEI | home | item))) == [f"items.0.{field}"]
    assert not Contact.objects.exists()


def test_a_contact_stays_with_its_account_and_keeps_its_address_to_itself(api):
    here, there = make_account(), make_account()
    send(api, "contacts", MEI | {"account": here.pk})
    make_contact(here, email="kim@cedar.example")
    assert list(errors(send(api, "contacts", MEI | {"account": there.pk}))) == ["items.0.account"]
    assert list(errors(send(api, "contacts", MEI | {"email": "kim@cedar.example"}))) == ["items.0.email"]
    twice = [
        known("1") | {"account": here.pk, "email": "A@x.example"},
        known("2") | {"account": here.pk, "email": "a@X.example"},
    ]
    assert errors(send(api, "contacts", *twice)) == {"items.1.email": ["Item 0 says this, too."]}


def test_whoever_was_erased_does_not_come_back(api, monkeypatch):
    monkeypatch.setattr(privacy, "suppressed_among", lambda known_by: list(known_by))
    account = make_account()
    assert list(errors(send(api, "contacts", MEI | {"account": account.pk}))) == ["items.0.email"]


# ------------------------------------------------------------------------------------------- tickets
def test_tickets_open_close_and_reopen_and_ask_nobody(api):
    account = make_account(external_ids={"crm": "C-1"})
    send(api, "contacts", MEI | {"account": account.pk})
    caller = {"contact": {"source": "crm", "external_id": "P-1"}}
    first = send(api, "tickets", FIRE | caller | {"account": {"source": "crm", "external_id": "C-1"}})
    ticket = Ticket.objects.get()
    assert results(first) == [("created", ticket.pk)]
    assert (ticket.account_id, ticket.contact.name, ticket.number) == (account.pk, "Mei Chen", "")
    known_ticket = {"source": "desk", "external_id": "T-1"}
    closed = known_ticket | {"closed_at": "2026-06-02T08:00:00Z"}
    assert results(send(api, "tickets", closed)) == [("changed", ticket.pk)]
    assert results(send(api, "tickets", closed)) == [("same", ticket.pk)]
    reopened = known_ticket | {"closed_at": None, "updated_at": "2026-06-03T08:00:00Z"}
    assert results(send(api, "tickets", reopened)) == [("changed", ticket.pk)]
    triaged = known_ticket | {"priority": "high", "topic": "problem", "tags": ["VIP", "print"], "locale": "de"}
    assert results(send(api, "tickets", triaged)) == [("changed", ticket.pk)]
    assert (
        results(send(api, "tickets", triaged)) == results(send(api, "tickets", known_ticket)) == [("same", ticket.pk)]
    )
    ticket.refresh_from_db()
    assert (ticket.closed_at, ticket.episode, ticket.priority, ticket.topic) == (None, 1, "high", "problem")
    assert (ticket.tags, ticket.locale) == (["VIP", "print"], "de")
    assert list(Fact.objects.filter(kind__startswith="ticket.").order_by("pk").values_list("kind", flat=True)) == [
        "ticket.opened",
        "ticket.closed",
        "ticket.reopened",
        "ticket.changed",
    ]


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({}, "account"),
        ({"account": 10**15}, "account"),
        ({"contact": 10**15}, "contact"),
        ({"contact": {"source": "crm"}}, "contact"),
        ({"closed_at": "2026-05-01T00:00:00Z"}, "closed_at"),
        ({"opened_at": "2199-05-01T00:00:00Z"}, "opened_at"),
        ({"opened_at": "soon"}, "opened_at"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"priority": "P1"}, "priority"),
        ({"topic": ""}, "topic"),
    ],
)
def test_a_wrong_ticket_is_named(api, item, field):
    home = {"account": make_account().pk} if item else {}
    assert list(errors(send(api, "tickets", FIRE | home | item))) == [f"items.0.{field}"]
    assert not Ticket.objects.exists()


def test_a_new_ticket_needs_its_beginning_and_stays_with_its_account(api):
    ticket, other = make_ticket(make_account()), make_account()
    stranger = make_contact(other)
    known_ticket = {"source": ticket.source, "external_id": ticket.external_id}
    assert list(errors(send(api, "tickets", known_ticket | {"account": other.pk}))) == ["items.0.account"]
    assert list(errors(send(api, "tickets", known_ticket | {"contact": stranger.pk}))) == ["items.0.contact"]
    assert list(errors(send(api, "tickets", known("new") | {"account": other.pk}))) == ["items.0.opened_at"]
    kept = send(api, "tickets", known_ticket | {"account": other.pk}, known_ticket | {"subject": "x"}, keep_good=True)
    assert [found for found, _ in results(kept)] == ["refused", "refused"]


# ------------------------------------------------------------------------------------------- all kinds
@pytest.mark.parametrize("kind", ["accounts", "contacts", "tickets"])
@pytest.mark.parametrize(
    "body", [[], "text", None, {}, {"items": None}, {"items": {}}, {"items": [], "keep_good": "yes"}]
)
def test_a_call_is_an_object_with_a_list(api, kind, body):
    response = api.post(f"{kind}/bulk/", json.dumps(body))
    assert response.status_code == 400
    assert wrong(response)[0] in {"items", "keep_good", "non_field_errors"}


@pytest.mark.parametrize("kind", ["accounts", "contacts", "tickets"])
def test_limits_are_told(api, kind):
    assert errors(send(api, kind, *[{}] * 1001)) == {"items": ["At most 1000 items a call."]}
    assert send(api, kind).json() == {"created": 0, "changed": 0, "same": 0, "refused": 0, "results": []}
    large = b'{"items": [], "x": "' + b"x" * 2_000_000 + b'"}'
    assert api.post(f"{kind}/bulk/", large).status_code == 200
    assert api.post(f"{kind}/bulk/", large + b" " * 2_500_000).status_code == 413


@pytest.mark.parametrize("kind", ["accounts", "contacts", "tickets"])
def test_a_thousand_items_take_as_many_queries_as_one(api, kind):
    home = make_account()

    def items(first: int, most: int) -> list[dict[str, Any]]:
        whole = {"name": "x"} if kind == "accounts" else {"account": home.pk, "name": "x"}
        whole = {"account": home.pk, "opened_at": "2026-01-01T00:00:00Z"} if kind == "tickets" else whole
        numbers = range(first, first + most)
        return [
            whole | {"source": "crm", "external_id": str(n)} | ({"name": f"N{n}"} if kind == "accounts" else {})
            for n in numbers
        ]

    def count(first: int, most: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert send(api, kind, *items(first, most)).json()["created"] == most
        return len(queries)

    count(0, 1)
    assert count(1, 1) == count(2, 1000)


def test_another_workspaces_rows_are_not_there(api):
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        stranger = make_account("Cedar", external_ids={"crm": "C-1"})
    assert results(send(api, "accounts", CEDAR))[0][1] != stranger.pk
    assert list(errors(send(api, "contacts", MEI | {"account": stranger.pk}))) == ["items.0.account"]


def test_whoever_comes_second_is_told_to_come_again(api, monkeypatch):
    def fail(**_fields: object) -> None:
        raise IntegrityError("duplicate key")

    monkeypatch.setattr("accounts.actions.upserts.upsert", fail)
    response = send(api, "accounts", CEDAR)
    assert (response.status_code, problem(response)["code"]) == (409, "conflict")


def test_a_repeated_call_under_its_key_is_answered_with_the_first_answer(api):
    key = {"Idempotency-Key": "sync-1"}
    first = api.post("accounts/bulk/", {"items": [CEDAR]}, **key)
    second = api.post("accounts/bulk/", {"items": [CEDAR]}, **key)
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
