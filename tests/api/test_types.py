"""JSON says what is a text and what a number; nothing is read as something else."""

import pytest

from accounts.models import Account
from tests.api.conftest import detail, errors, wrong
from tests.builders import make_account, make_contact


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 12345),
        ("name", 1.5),
        ("industry", 7),
        ("arr_minor", "12"),
        ("arr_minor", True),
        ("currency", 840),
        ("tier", 1),
        ("domains", [5]),
        ("external_ids", {"crm": 4711}),
        ("tags", [2026]),
    ],
)
def test_another_type_is_refused_with_the_fields_name(api, field, value):
    account = make_account("Alpha")
    for response in (
        api.post("accounts/", {"name": "Beta"} | {field: value}),
        api.patch(f"accounts/{account.pk}/", {field: value}),
        api.post("accounts/bulk/", {"items": [{"source": "crm", "external_id": "1", "name": "B"} | {field: value}]}),
    ):
        assert response.status_code == 400
        assert wrong(response) in ([field], ["items"])
    assert Account.objects.get().name == "Alpha"


def test_each_type_says_what_is_wanted(api):
    assert errors(api.post("accounts/", {"name": 5, "arr_minor": "12", "tier": 1})) == {
        "name": ["Not a valid string."],
        "arr_minor": ["A valid integer is required."],
        "tier": ['"(1)" is not a valid choice.'],
    }
    item = {"source": "crm", "external_id": "1", "name": 5}
    assert errors(api.post("accounts/bulk/", {"items": [item]})) == {"items.0.name": ["Not a valid string."]}


def test_what_json_schema_calls_whole_is_whole(api):
    assert api.post("accounts/", {"name": "Beta", "arr_minor": 5.0}).json()["arr_minor"] == 5


def test_a_query_is_text(api):
    account = make_account()
    assert api.ids("accounts/", q=account.name) == [account.pk]
    assert api.ids("contacts/", account=str(account.pk)) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1e400", "JSON parse error: 1e400 is too large a number."),
        ("-" + "9" * 400 + ".5", f"JSON parse error: -{'9' * 39} is too large a number."),
        ("9" * 10_000, "JSON parse error: a number of more than 1000 digits."),
    ],
    ids=["exponent", "digits", "whole"],
)
def test_a_number_past_all_bounds_is_refused_in_our_words(api, number, words):
    response = api.post("accounts/", f'{{"name": {number}}}')
    assert (response.status_code, detail(response)) == (400, words)
    assert Account.objects.count() == 0


@pytest.mark.parametrize("name", ["\u202e", "\u200b\u200b", "\u3164 \u2060"])
def test_a_name_of_which_nothing_is_seen_is_blank(api, name):
    account = make_account("Alpha")
    contact = make_contact(account)
    item = {"source": "crm", "external_id": "1", "name": name}
    blank = ["This field may not be blank."]
    assert errors(api.post("accounts/", {"name": name})) == {"name": blank}
    assert errors(api.patch(f"accounts/{account.pk}/", {"name": name})) == {"name": blank}
    assert errors(api.post("contacts/", {"account": account.pk, "name": name})) == {"name": blank}
    assert errors(api.patch(f"contacts/{contact.pk}/", {"name": name})) == {"name": blank}
    assert errors(api.post("accounts/bulk/", {"items": [item]})) == {"items.0.name": blank}
    assert errors(api.post("contacts/bulk/", {"items": [item]})) == {"items.0.name": blank}
