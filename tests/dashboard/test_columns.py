"""The portfolio by tags, families and who is missing, and in columns of one's own choice."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import fields as field_actions
from accounts.actions import tags as tag_actions
from accounts.models import Contact
from tests.builders import NOON, make_account, make_contact, make_customer
from tests.dashboard.test_account_list import LIST, exported, listed
from tests.dashboard.test_today import text


def define(name: str, kind: str = "text", **fields) -> object:
    return field_actions.define_field(about="account", name=name, kind=kind, at=NOON, by=None, **fields)


def tagged(name: str, *accounts) -> None:
    tag_actions.tag(account_ids=[account.pk for account in accounts], name=name, at=NOON, by=None)


def heads(page) -> list[str]:
    cells = re.findall(r"<th scope.*?</th>", page.content.decode(), re.S)
    return [re.sub(r"<[^>]+>", "", cell) for cell in cells]


def row(page) -> list[str]:
    found = re.search(r"<tr data-row>.*?</tr>", page.content.decode(), re.S)[0]
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", found, re.S)]


def test_the_list_is_filtered_by_tag_family_and_people(client, me):
    top, child, other = make_account("Top"), make_account("Child"), make_account("Other")
    child.parent = top
    child.save()
    tagged("Pilot", child, other)
    make_contact(top, role="decision_maker")
    champion = make_contact(other, role="champion")
    Contact.objects.filter(pk=champion.pk).update(left_at=NOON)
    assert listed(client, tag="pilot") == ["Child", "Other"]
    assert listed(client, tag="unheard") == []
    assert listed(client, parent=top.pk) == ["Child"]
    assert listed(client, missing="no_decider") == ["Child", "Other"]
    assert listed(client, missing="champion_left", tag="Pilot") == ["Other"]
    assert listed(client, missing="everybody", parent="x") == ["Child", "Other", "Top"]
    assert [line[1] for line in exported(client, parent=top.pk)[1:]] == ["Child"]


def test_what_is_filtered_stays_chosen_and_can_be_cleared(client, me):
    tagged("Pilot", make_account("Alpha"))
    page = client.get(LIST, {"tag": "Pilot", "missing": "no_decider", "parent": 7, "columns": "arr"}).content.decode()
    for part in (
        '<option value="Pilot" selected>',
        '<option value="no_decider" selected>',
        '<input type="hidden" name="parent" value="7">',
        '<input type="hidden" name="columns" value="arr">',
        'href="/accounts/">',
    ):
        assert part in page
    assert '<option value="gone" selected>' in client.get(LIST, {"tag": "gone"}).content.decode()
    assert 'name="tag"' not in client.get(LIST, {"q": "zzz"}).content.decode().replace('name="tag" ', "")


def test_nine_columns_unless_others_are_chosen(client, me):
    define("Go live", "date")
    define("Seats {n}", "number")
    define("<b>SSO</b>", "yes_no")
    own = {"go_live": "2026-03-31", "seats_n": 12.5, "bssob": True}
    top = make_account("A top")
    account = make_customer("Beta", industry="Media", custom=own, parent=top)
    tagged("West", account)
    tagged("East", account)
    assert heads(client.get(LIST)) == [
        "Account", "Health", "12 months", "Stage", "ARR", "Renewal", "Owner", "Alerts", "Tier",
    ]  # fmt: skip
    chosen = ["tags", "custom.go_live", "custom.seats_n", "custom.bssob", "industry", "parent", "added"]
    page = client.get(LIST, {"q": "beta", "columns": chosen})
    assert heads(page) == [
        "Account", "Industry", "Tags", "Belongs to", "Added", "&lt;b&gt;SSO&lt;/b&gt;", "Go live", "Seats {n}",
    ]  # fmt: skip
    added = row(page)[4]
    assert row(page) == ["Beta", "Media", "East, West", "A top", added, "Yes", "31 Mar 2026", "12.5"]
    assert row(client.get(LIST, {"q": "a top", "columns": "tags,parent,custom.go_live"})) == ["A top", "", "", "–"]
    assert f'<a href="/accounts/{top.pk}/">A top</a>' in page.content.decode()


def test_columns_stay_in_the_address(client, me):
    make_customer("Beta")
    page = client.get(LIST, {"columns": ["arr", "tags"], "band": "healthy"}).content.decode()
    assert "?columns=arr&amp;columns=tags&amp;band=healthy&amp;sort=-arr" in page
    assert 'name="columns" value="arr" checked' in page
    assert 'name="columns" value="tier"><span>' in page
    assert '<input type="hidden" name="band" value="healthy">' in page


def test_columns_that_are_not_there_are_left_out_and_said(client, me):
    make_customer("Beta")
    page = client.get(LIST, {"columns": "arr,custom.gone"})
    assert heads(page) == ["Account", "ARR"]
    assert "not understood" in text(page)
    assert len(heads(client.get(LIST, {"columns": "nonsense"}))) == 9


@pytest.mark.parametrize("rows", [1, 3])
def test_every_column_costs_the_same_queries_at_any_size(client, me, rows):
    define("Site")
    top = make_account("Top")
    for number in range(rows):
        tagged(f"Tag {number}", make_customer(f"Customer {number}", parent=top, custom={"site": "Bern"}, alerts=1))
    every = {"columns": ["health,trend,stage,arr,renewal,owner,alerts,tier,industry,tags,parent,added,custom.site"]}
    client.get(LIST, every)
    with CaptureQueriesContext(connection) as captured:
        client.get(LIST, every)
    assert len(captured) == 13


def test_the_export_holds_tags_family_and_own_fields(client, me):
    define("Seats", "number")
    define("Uses SSO", "yes_no")
    top = make_account("Top")
    tagged("West", make_account("Beta", parent=top, custom={"seats": 12.5, "uses_sso": False}))
    header, beta, _top = exported(client)
    assert dict(zip(header, beta, strict=True)) | {
        "Tags": "West",
        "Parent": "Top",
        "Seats": "12.5",
        "Uses SSO": "no",
    } == (dict(zip(header, beta, strict=True)))
