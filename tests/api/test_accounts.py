import pytest

from accounts.actions import accounts as account_actions
from accounts.actions import fields as field_actions
from accounts.models import Account, Fact
from segments.actions import members
from tests.api.conftest import detail, errors, wrong
from tests.builders import (
    NOON,
    make_account,
    make_contract,
    make_customer,
    make_member,
    make_segment,
    make_user,
    make_workspace,
)
from workspaces import tenancy

SHAPE = {
    "id",
    "name",
    "external_ids",
    "domains",
    "tier",
    "industry",
    "arr_minor",
    "currency",
    "locale",
    "owner",
    "parent",
    "tags",
    "custom",
    "stage",
    "stage_since",
    "renews_on",
    "health",
    "risk",
    "created_at",
}


def test_an_account_as_it_is_shown(api):
    owner = make_member(user=make_user("mei@vendor.example"))
    account = make_account("Alpha", owner=owner, external_ids={"zammad": "7", "crm": "A-1"}, arr_minor=120_000)
    make_contract(account)
    account_actions.set_health(account_ids=[account.pk], scores=[61.5], bands=["watch"], coverages=[0.8], at=NOON)
    account_actions.set_risk(account_ids=[account.pk], chances=[0.08], days=90, at=NOON)

    assert api.get(f"accounts/{account.pk}/").json() == {
        "id": account.pk,
        "name": "Alpha",
        "locale": "",
        "external_ids": {"crm": "A-1", "zammad": "7"},
        "domains": [],
        "tier": "standard",
        "industry": "",
        "arr_minor": 120_000,
        "currency": "EUR",
        "owner": "mei@vendor.example",
        "parent": None,
        "tags": [],
        "custom": {},
        "stage": "use",
        "stage_since": "2026-06-15T12:00:00Z",
        "renews_on": "2027-01-01",
        "health": {"score": 61.5, "band": "watch", "coverage": 0.8},
        "risk": {"chance": 0.08, "horizon_days": 90, "one_in": 12},
        "created_at": "2026-06-15T12:00:00Z",
    }


def test_an_account_without_enough_data_has_no_score_and_no_band(api):
    account = make_account()
    shown = api.get(f"accounts/{account.pk}/").json()
    assert shown["health"] == {"score": None, "band": None, "coverage": 0.0}
    assert shown["owner"] is None


def test_create_needs_a_name_and_tells_the_timeline(api):
    response = api.post("accounts/", {"name": "Beta"})
    assert response.status_code == 201
    assert set(response.json()) == SHAPE
    assert response.json()["currency"] == "EUR"
    assert response.json()["stage"] == "awareness"
    assert Fact.objects.get().kind == "account.created"
    assert errors(api.post("accounts/", {})) == {"name": ["This field is required."]}


def test_create_with_everything(api):
    make_member(user=make_user("mei@vendor.example"))
    body = {
        "name": "Beta",
        "external_ids": {"crm": "B-2"},
        "domains": ["Beta.Example", "beta.example"],
        "tier": "strategic",
        "industry": "Printing",
        "arr_minor": 5,
        "currency": "USD",
        "owner": "MEI@vendor.example",
    }
    shown = api.post("accounts/", body).json()
    assert {name: shown[name] for name in body} == body | {"domains": ["beta.example"], "owner": "mei@vendor.example"}


@pytest.mark.parametrize("method", ["patch", "put"])
def test_update_changes_what_is_sent_and_nothing_else(api, method):
    account = make_account("Alpha", external_ids={"crm": "1", "zammad": "2"}, arr_minor=7)
    body = {"name": "Alpha AG", "external_ids": {"crm": "", "help": "3"}, "stage": "churn", "id": 99}
    response = getattr(api, method)(f"accounts/{account.pk}/", body)
    assert response.status_code == 200
    shown = response.json()
    assert shown["name"] == "Alpha AG"
    assert shown["external_ids"] == {"help": "3", "zammad": "2"}
    assert (shown["id"], shown["stage"], shown["arr_minor"]) == (account.pk, "use", 7)


def test_the_owner_is_taken_away_with_null(api):
    account = make_account(owner=make_member())
    assert api.patch(f"accounts/{account.pk}/", {"owner": None}).json()["owner"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("name", "a\0b"),
        ("name", None),
        ("name", ["list"]),
        ("external_ids", ["crm"]),
        ("external_ids", {"": "1"}),
        ("external_ids", {"a\0": "1"}),
        ("external_ids", {"x" * 41: "1"}),
        ("external_ids", {"crm": {"deep": "1"}}),
        ("external_ids", {"crm": "a\0"}),
        ("external_ids", {str(n): "1" for n in range(21)}),
        ("domains", "beta.example"),
        ("domains", ["no dots"]),
        ("domains", ["a\0.b"]),
        ("domains", ["a.b"] * 51),
        ("tier", "gold"),
        ("tier", ["gold"]),
        ("tier", "\0"),
        ("industry", 5.5e300),
        ("industry", {"a": 1}),
        ("arr_minor", -1),
        ("arr_minor", 2**63),
        ("arr_minor", "many"),
        ("arr_minor", 1.5),
        ("currency", "euro"),
        ("currency", "\0\0\0"),
        ("owner", "nobody@vendor.example"),
        ("owner", "a\0@vendor.example"),
        ("owner", 7),
    ],
)
def test_bad_input_is_answered_with_the_fields_name(api, field, value):
    account = make_account("Alpha")
    if (field, value) == ("industry", 5.5e300):
        value = "x" * 81
    for response in (
        api.post("accounts/", {"name": "Beta"} | {field: value}),
        api.patch(f"accounts/{account.pk}/", {field: value}),
    ):
        assert response.status_code == 400
        assert wrong(response) == [field]
    assert Account.objects.get().name == "Alpha"


def test_an_external_id_belongs_to_one_account(api):
    make_account(external_ids={"crm": "1"})
    other = make_account("Other")
    for response in (
        api.post("accounts/", {"name": "Beta", "external_ids": {"crm": "1"}}),
        api.patch(f"accounts/{other.pk}/", {"name": "Changed", "external_ids": {"crm": "1"}}),
    ):
        assert response.status_code == 400
        assert errors(response) == {"external_ids": ["crm:1 belongs to another account."]}
    assert list(Account.objects.order_by("pk").values_list("name", flat=True))[1:] == ["Other"]


def test_an_owner_is_a_member_of_this_workspace(api):
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        make_member(user=make_user("spy@other.example"))
    response = api.post("accounts/", {"name": "Beta", "owner": "spy@other.example"})
    assert errors(response) == {"owner": ["No member of this workspace signs in with this address."]}


def test_list_filters(api):
    owner = make_member(user=make_user("mei@vendor.example"))
    alpha = make_account("Alpha Print", owner=owner, tier="strategic", external_ids={"crm": "1", "zammad": "1"})
    beta = make_account("Beta", stage="churn", external_ids={"crm": "2"})
    account_actions.set_health(account_ids=[alpha.pk], scores=[30], bands=["at_risk"], coverages=[1], at=NOON)

    assert api.ids("accounts/") == [alpha.pk, beta.pk]
    assert api.ids("accounts/", anything="else", stage="") == [alpha.pk, beta.pk]
    assert api.ids("accounts/", owner="MEI@vendor.example") == [alpha.pk]
    assert api.ids("accounts/", owner="none") == [beta.pk]
    assert api.ids("accounts/", owner="nobody") == []
    assert api.ids("accounts/", stage="churn") == [beta.pk]
    assert api.ids("accounts/", band="at_risk") == [alpha.pk]
    assert api.ids("accounts/", band="none") == [beta.pk]
    assert api.ids("accounts/", tier="strategic") == [alpha.pk]
    assert api.ids("accounts/", q="print") == [alpha.pk]
    assert api.ids("accounts/", external_id="1") == [alpha.pk]
    assert api.ids("accounts/", external_source="zammad") == [alpha.pk]
    assert api.ids("accounts/", external_id="2", external_source="zammad") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("stage", "happy"), ("band", "green"), ("tier", "gold"), ("q", "a\0"), ("external_id", "x" * 121)],
)
def test_a_filter_that_cannot_be_is_refused_by_name(api, name, value):
    response = api.get("accounts/", **{name: value})
    assert response.status_code == 400
    assert list(errors(response)) == [name]


def test_accounts_of_a_segment(api):
    alpha, beta = make_customer("Alpha", score=40), make_customer("Beta", score=90)
    segment = make_segment()
    members.refresh(segment_id=segment.pk, at=NOON)
    assert api.ids("accounts/", segment=segment.pk) == [alpha.pk]
    assert api.ids("accounts/", segment=segment.pk, q="beta") == []
    assert api.ids("accounts/", segment=segment.pk + 1) == []
    assert api.ids("accounts/") == [alpha.pk, beta.pk]


def test_accounts_by_their_own_fields(api):
    for name, kind in (("Data centre", "text"), ("Seats", "number"), ("Uses SSO", "yes_no")):
        field_actions.define_field(about="account", name=name, kind=kind, at=NOON, by=None)
    alpha = make_account("Alpha", custom={"data_centre": "Frankfurt", "seats": 5, "uses_sso": True})
    beta = make_account("Beta", custom={"data_centre": "Frankfurt", "seats": 7.5})
    make_account("Gamma")
    assert api.ids("accounts/", **{"custom.data_centre": "Frankfurt"}) == [alpha.pk, beta.pk]
    assert api.ids("accounts/", **{"custom.data_centre": "Frankfurt", "custom.seats": "5.0"}) == [alpha.pk]
    assert api.ids("accounts/", **{"custom.uses_sso": "yes"}) == [alpha.pk]
    assert api.ids("accounts/", **{"custom.data_centre": "Frank"}) == []
    assert api.ids("accounts/", **{"custom[data_centre]": "Frankfurt", "custom[seats]": "7.5"}) == [beta.pk]
    assert list(errors(api.get("accounts/", **{"custom[]": "1"}))) == ["custom."]
    refused = api.get("accounts/", **{"custom.nope": "1", "custom.seats": "many"})
    assert (refused.status_code, list(errors(refused))) == (400, ["custom.nope", "custom.seats"])


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 19, "abc", "%00"])
def test_what_is_not_there_is_404(api, pk):
    response = api.get(f"accounts/{pk}/")
    assert response.status_code == 404
    assert detail(response)


def test_another_workspaces_account_is_not_there(api):
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        account = make_account("Secret")
    assert api.get(f"accounts/{account.pk}/").status_code == 404
    assert api.patch(f"accounts/{account.pk}/", {"name": "Mine"}).status_code == 404
    assert api.get("accounts/").json()["results"] == []
