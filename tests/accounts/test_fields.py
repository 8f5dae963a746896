import pytest

from accounts import custom
from accounts.actions import accounts as account_actions
from accounts.actions import contacts as contact_actions
from accounts.actions import fields as actions
from accounts.models import Account, CustomField, Fact
from tests.builders import NOON, make_account, make_contact, make_user, make_workspace
from workspaces import tenancy
from workspaces.models import AuditEvent


def define(name="Data centre", kind="text", about="account", **fields) -> CustomField:
    return actions.define_field(about=about, name=name, kind=kind, at=NOON, by=None, **fields)


def refused(part: str, words: str, **fields) -> None:
    with pytest.raises(actions.FieldRefused, match=words) as caught:
        define(**fields)
    assert caught.value.part == part


def test_define_field_makes_a_key_of_the_name_and_is_audited(workspace):
    user = make_user()
    field = actions.define_field(
        about="account", name=" Data  centre ", kind="choice", choices=["Dublin", " dublin ", "", "Bern"], help="Where",
        at=NOON, by=user,
    )  # fmt: skip
    assert (field.key, field.name, field.choices, field.help) == (
        "data_centre",
        "Data centre",
        ["dublin", "Bern"],
        "Where",
    )
    event = AuditEvent.objects.get(kind="field.defined")
    assert (event.user, event.subject, event.detail) == (
        user,
        "Data centre",
        {"about": "account", "key": "data_centre", "kind": "choice"},
    )


def test_keys_made_of_names_stay_apart(workspace):
    keys = [define(name).key for name in ("Go-live!", "Go live", "上线日期", "地区", "2nd site")]
    assert keys == ["go_live", "go_live_2", "field", "field_2", "field_2nd_site"]
    assert define("Data centre", about="contact").key == define("Data centre").key
    assert len(define("x" * 80).key) <= 40


def test_define_field_says_what_is_wrong(workspace):
    define()
    refused("name", "needs a name", name=" ")
    refused("name", "Another field is called “DATA CENTRE”", name="DATA CENTRE")
    refused("key", "lower-case letters", name="Other", key="Not a key")
    refused("key", "has the key “data_centre”", name="Other", key="data_centre")
    refused("choices", "something to choose from", name="Other", kind="choice", choices=[" "])
    refused("choices", "At most 100", name="Other", kind="choice", choices=[str(n) for n in range(101)])
    refused("choices", "at most 80", name="Other", kind="choice", choices=["x" * 81])


def test_only_so_many_fields_are_in_use(workspace, monkeypatch):
    monkeypatch.setattr(actions, "MOST_FIELDS", 1)
    first = define()
    refused("name", "At most 1 fields", name="Second")
    actions.retire_field(field=first, at=NOON, by=None)
    define("Second")


def test_update_field_keeps_the_key_and_records_what_changed(workspace):
    field = define(kind="choice", choices=["Dublin"])
    changes = {"name": "Site", "choices": ["Dublin", "Bern"], "help": "", "key": "other", "kind": "text"}
    actions.update_field(field=field, changes=changes, at=NOON, by=None)
    field.refresh_from_db()
    assert (field.key, field.name, field.kind, field.choices) == ("data_centre", "Site", "choice", ["Dublin", "Bern"])
    assert AuditEvent.objects.get(kind="field.changed").detail["fields"] == ["choices", "name"]
    actions.update_field(field=field, changes={"name": "Site"}, at=NOON, by=None)
    assert AuditEvent.objects.filter(kind="field.changed").count() == 1
    define("Second")
    with pytest.raises(actions.FieldRefused, match="is called “second”"):
        actions.update_field(field=field, changes={"name": "second"}, at=NOON, by=None)


def test_a_retired_field_keeps_its_values_and_comes_back_with_them(workspace):
    field = define()
    account = make_account(custom={"data_centre": "Bern"})
    for _ in range(2):
        actions.retire_field(field=field, at=NOON, by=None)
    with pytest.raises(custom.BadValues, match="no field with the key “data_centre”"):
        account_actions.update_account(account=account, changes={"custom": {"data_centre": "X"}}, at=NOON, by=None)
    other = define("Data centre", key="other")
    with pytest.raises(actions.FieldRefused, match="Another field is called"):
        actions.restore_field(field=field, at=NOON, by=None)
    actions.retire_field(field=other, at=NOON, by=None)
    for _ in range(2):
        actions.restore_field(field=field, at=NOON, by=None)
    account.refresh_from_db()
    assert (account.custom, field.retired_at) == ({"data_centre": "Bern"}, None)
    assert AuditEvent.objects.filter(kind="field.restored").count() == 1


def test_values_of_an_account_are_merged_and_told_by_name(workspace):
    define()
    define("Seats", "number")
    define("Uses SSO", "yes_no")
    account = make_account(custom={"data_centre": "Bern", "seats": "12", "uses_sso": ""})
    assert account.custom == {"data_centre": "Bern", "seats": 12}
    stale = Account.objects.get(pk=account.pk)
    account_actions.update_account(account=account, changes={"custom": {"seats": "13"}}, at=NOON, by=None)
    changes = {"custom": {"data_centre": None, "uses_sso": "no"}}
    account_actions.update_account(account=stale, changes=changes, at=NOON, by=None)
    account.refresh_from_db()
    assert account.custom == {"seats": 13, "uses_sso": False}
    assert Fact.objects.filter(account=account).order_by("-pk").first().data == {
        "fields": ["custom.data_centre", "custom.uses_sso"],
        "names": {"custom.data_centre": "Data centre", "custom.uses_sso": "Uses SSO"},
    }
    account_actions.update_account(account=account, changes={"custom": {"seats": "13"}}, at=NOON, by=None)
    assert Fact.objects.filter(account=account, kind="account.changed").count() == 2


def test_a_bad_value_changes_nothing(workspace):
    define("Seats", "number")
    account = make_account("Cedar")
    changes = {"name": "X", "custom": {"seats": "many"}}
    with pytest.raises(custom.BadValues, match="Seats: “many” is not a number"):
        account_actions.update_account(account=account, changes=changes, at=NOON, by=None)
    account.refresh_from_db()
    assert (account.name, account.custom) == ("Cedar", {})
    with pytest.raises(custom.BadValues):
        make_account("Second", custom={"seats": "NaN"})
    assert Account.objects.count() == 1


def test_values_of_a_contact_are_its_own(workspace):
    define("Badge", about="contact")
    contact = make_contact(make_account(), custom={"badge": "7"})
    contact_actions.update_contact(contact=contact, changes={"custom": {"badge": "8"}}, at=NOON, by=None)
    contact.refresh_from_db()
    assert contact.custom == {"badge": "8"}
    told = Fact.objects.filter(kind="contact.changed").get().data
    assert (told["fields"], told["names"]) == (["custom.badge"], {"custom.badge": "Badge"})
    with pytest.raises(custom.BadValues, match="no field"):
        make_account(custom={"badge": "7"})


def test_fields_of_another_workspace_are_not_there(workspace):
    with tenancy.entered(make_workspace("Other").pk):
        define()
    with pytest.raises(custom.BadValues, match="no field"):
        make_account(custom={"data_centre": "Bern"})
