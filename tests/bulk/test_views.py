"""The way a member takes: choose in the list, preview, change, watch, undo."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import tags
from accounts.models import Account
from bulk.actions import changes
from bulk.models import BulkChange
from outbox import engine
from outbox.models import Effect
from segments.models import SegmentMember
from tests.builders import NOON, make_account, make_customer, make_member, make_segment, make_user, make_workspace
from workspaces import actions as workspace_actions
from workspaces import tenancy
from workspaces.capabilities import Role

NEW = reverse("bulk:change_new")
LIST = reverse("bulk:change_list")
ACCOUNTS = reverse("dashboard:account_list")
HTMX = {"HX-Request": "true"}


def text(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def names(page) -> list[str]:
    return re.findall(r"<a [^>]*data-row-link[^>]*>([^<]*)</a>", page.content.decode())


def hidden(page) -> dict[str, list[str]]:
    """The hidden fields of the form that makes the change."""
    form = re.search(r'<form class="card-footer" method="post".*?</form>', page.content.decode(), re.S)[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value.replace("&amp;", "&"))
    return found


@pytest.fixture
def three(me):
    return [make_account(name, owner=owner) for name, owner in (("Alpha", me), ("Beta", None), ("Gamma", None))]


def picked(accounts, **more) -> dict:
    return {"account": [account.pk for account in accounts], **more}


def test_the_list_offers_to_change_what_is_chosen(client, three):
    page = client.get(ACCOUNTS, {"stage": "use", "sort": "-arr", "after": "x"}).content.decode()
    boxes = re.findall(r'<input class="pick" type="checkbox" name="account" value="(\d+)" form="bulk"', page)
    assert sorted(map(int, boxes)) == sorted(account.pk for account in three)
    assert 'aria-label="Choose Alpha"' in page
    assert '<input type="hidden" name="list" value="stage=use&amp;sort=-arr">' in page
    assert "Change all 3 of this list" in page


def test_a_viewer_has_nothing_to_choose(three, clock):
    viewer = Client()
    viewer.force_login(make_member(Role.VIEWER).user)
    page = viewer.get(ACCOUNTS).content.decode()
    assert 'name="account"' not in page
    assert NEW not in page
    assert viewer.get(NEW).status_code == 403


def test_preview_says_what_would_change_and_what_is_skipped(client, me, three):
    page = client.get(NEW, picked(three, kind="owner", owner=me.pk))
    said = text(page)
    assert page.status_code == 200
    assert "New owner: Mei Chen" in said
    assert "2 of 3 accounts would change. 1 account is skipped: it has this owner already." in said
    assert names(page) == ["Beta", "Gamma"]
    assert "nobody Mei Chen" in said
    assert not BulkChange.objects.exists()


def test_the_previewed_change_is_made_and_can_be_undone(client, me, three):
    form = hidden(client.get(NEW, picked(three, kind="owner", owner=me.pk)))
    assert form["expected"] == ["3"]
    made = client.post(NEW, form)
    change = BulkChange.objects.get()
    assert made.url == reverse("bulk:change", args=[change.pk])
    assert set(Account.objects.values_list("owner", flat=True)) == {me.pk}
    page = client.get(made.url)
    assert "New owner: Mei Chen" in text(page)
    assert "3 of 3 looked at" in text(page)
    assert names(page) == ["Beta", "Gamma"]
    assert names(client.get(made.url, {"outcome": "same"})) == ["Alpha"]
    client.post(reverse("bulk:change_undo", args=[change.pk]))
    page = client.get(made.url)
    assert "Undone" in text(page)
    assert names(client.get(made.url, {"outcome": "restored"})) == ["Beta", "Gamma"]
    assert Account.objects.filter(owner=None).count() == 2
    assert reverse("bulk:change_undo", args=[change.pk]) not in page.content.decode()


@pytest.mark.parametrize(
    ("fields", "said", "skipped"),
    [
        ({"kind": "tag", "tag": " pilot "}, "Tagged “pilot”", "1 account is skipped: it carries this tag already."),
        ({"kind": "untag", "tag": "pilot"}, "Tag “pilot” taken off", "2 accounts are skipped: they do not carry this"),
        (
            {"kind": "stage", "stage": "loyalty", "reason": "They renewed"},
            "Moved to Loyalty: They renewed",
            "1 account is skipped: it is in this stage already.",
        ),
        ({"kind": "owner", "owner": "none"}, "New owner: nobody", "2 accounts are skipped: they have this owner"),
    ],
)
def test_every_kind_of_change_is_previewed_and_made(client, me, three, fields, said, skipped):
    tags.tag(account_ids=[three[0].pk], name="pilot", at=NOON, by=None)
    Account.objects.filter(pk=three[1].pk).update(stage="loyalty")
    page = client.get(NEW, picked(three, **fields))
    assert said in text(page)
    assert skipped in text(page)
    assert client.post(NEW, hidden(page)).status_code == 302
    assert said.split(":")[0] in text(client.get(LIST))
    assert BulkChange.objects.get().by == me.user


def test_first_one_says_what_to_change(client, three):
    page = client.get(NEW, picked(three))
    assert "Change 3 accounts" in text(page)
    assert "would change" not in text(page)
    for kind in ("owner", "tag", "untag", "stage"):
        assert f"account={three[0].pk}&amp;account={three[1].pk}&amp;account={three[2].pk}&amp;kind={kind}" in (
            page.content.decode()
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "owner", "owner": "999"},
        {"kind": "tag", "tag": "a,b"},
        {"kind": "tag", "tag": " "},
        {"kind": "stage", "stage": "limbo", "reason": "x"},
        {"kind": "stage", "stage": "use", "reason": " "},
    ],
)
def test_what_cannot_be_is_said_beside_the_field(client, three, fields):
    page = client.get(NEW, picked(three, **fields))
    assert page.status_code == 422
    assert 'class="field-error"' in page.content.decode()
    assert client.post(NEW, picked(three, expected=3, **fields)).status_code == 422
    assert not BulkChange.objects.exists()


def test_nothing_would_change(client, me, three):
    page = client.get(NEW, picked(three[:1], kind="owner", owner=me.pk))
    assert "Nothing would change." in text(page)
    assert 'name="expected"' not in page.content.decode()


def test_a_whole_list_by_its_filter(client, me):
    for name, score in (("Alpha", 90), ("Beta", 41), ("Gamma", 20)):
        make_customer(name, score=score)
    page = client.get(NEW, {"all": "1", "list": "band=at_risk&sort=score", "kind": "tag", "tag": "Rescue"})
    assert names(page) == ["Beta", "Gamma"]
    client.post(NEW, hidden(page))
    change = BulkChange.objects.get()
    assert change.source == {"list": "band=at_risk&sort=score"}
    page = client.get(reverse("bulk:change", args=[change.pk]))
    assert f'href="{ACCOUNTS}?band=at_risk&amp;sort=score"' in page.content.decode()


def test_a_whole_segment(client, three):
    segment = make_segment()
    SegmentMember.objects.create(segment=segment, account=three[1], since=NOON)
    page = client.get(NEW, {"all": "1", "list": f"segment={segment.pk}", "kind": "tag", "tag": "Rescue"})
    assert names(page) == ["Beta"]


def test_a_filter_that_cannot_be_read_changes_nothing(client, three):
    page = client.get(NEW, {"all": "1", "list": "stage=limbo", "kind": "tag", "tag": "Rescue"})
    assert page.status_code == 422
    assert "This list cannot be read" in text(page)


def test_the_book_of_somebody_who_left(client, me, three):
    gone = make_member(user=make_user(name="Ole Berg"))
    make_account("Delta", owner=gone)
    make_account("Echo", owner=gone)
    workspace_actions.end_membership(member=gone, at=NOON, by=make_member(Role.ADMIN).user)
    page = client.get(NEW)
    assert names(page) == ["Hand over the accounts of Ole Berg", "Hand over the accounts of Mei Chen"]
    assert f"{NEW}?book={gone.pk}&amp;kind=owner" in page.content.decode()
    page = client.get(NEW, {"book": gone.pk, "kind": "owner", "owner": me.pk})
    assert names(page) == ["Delta", "Echo"]
    client.post(NEW, hidden(page))
    assert Account.objects.filter(owner=me).count() == 3
    assert BulkChange.objects.get().source == {"book": gone.pk}


def test_members_lead_to_their_books(workspace, clock):
    admin = make_member(Role.ADMIN)
    browser = Client()
    browser.force_login(admin.user)
    assert f"{NEW}?book={admin.pk}&amp;kind=owner" in browser.get(reverse("workspaces:member_list")).content.decode()


def test_without_a_choice_one_is_asked_for(client, workspace):
    page = client.get(NEW, {"list": "band=watch", "account": ["x", "²"]})
    assert "Whose accounts?" in text(page)
    assert f'href="{ACCOUNTS}?band=watch"' in page.content.decode()


def test_what_changed_between_preview_and_post_is_shown_again(client, me, three):
    form = hidden(client.get(NEW, {"all": "1", "list": "", "kind": "owner", "owner": me.pk}))
    make_account("Delta")
    page = client.post(NEW, form)
    assert page.status_code == 422
    assert "By now these are 4 accounts. Nothing was changed: look again." in text(page)
    assert names(page) == ["Beta", "Delta", "Gamma"]
    assert client.post(NEW, {**form, "expected": "x"}).status_code == 422
    assert client.post(NEW, {**picked(three), "account": ["999"], "kind": "owner", "owner": me.pk}).status_code == 422
    assert not BulkChange.objects.exists()


def test_too_many_are_refused_before_and_after_the_preview(client, me, three, monkeypatch):
    form = hidden(client.get(NEW, picked(three, kind="owner", owner=me.pk)))
    monkeypatch.setattr(changes, "MOST", 2)
    for page in (client.get(NEW, picked(three, kind="owner", owner=me.pk)), client.post(NEW, form)):
        assert page.status_code == 422
        assert "At most 2 accounts can be changed at once: narrow the list." in text(page)
        assert "would change" not in text(page)


def test_a_long_change_shows_how_far_it_is(client, me, small_chunks):
    for name in "ABCDE":
        make_account(name)
    page = client.get(NEW, {"all": "1", "list": "", "kind": "owner", "owner": me.pk})
    url = client.post(NEW, hidden(page)).url
    page = client.get(url)
    assert "0 of 5 looked at" in text(page)
    assert f'hx-get="{url}" hx-trigger="every 1s"' in page.content.decode()
    changes.run_chunk(change_id=BulkChange.objects.get().pk, number=0, at=NOON)
    part = client.get(url, headers=HTMX).content.decode()
    assert part.lstrip().startswith('<section class="card bulk-state" id="state"')
    assert '<progress class="bulk-progress" max="5" value="2"' in part
    assert "Stop and undo" in part
    Effect.objects.exclude(kind__startswith="bulk.").delete()
    engine.run_due(queue="compute", clock=lambda: NOON, until=NOON + timedelta(hours=1))
    part = client.get(url, headers=HTMX).content.decode()
    assert "hx-trigger" not in part
    client.post(reverse("bulk:change_undo", args=[BulkChange.objects.get().pk]))
    assert '<progress class="bulk-progress" max="5" value="0"' in client.get(url).content.decode()


def test_undo_comes_too_late_after_ten_minutes(client, me, three, clock):
    url = client.post(NEW, hidden(client.get(NEW, picked(three, kind="owner", owner=me.pk)))).url
    assert "Can be undone until 15 Jun 2026, 12:10" in text(client.get(url))
    clock.shift(timedelta(minutes=11))
    assert "Undo" not in text(client.get(url)).replace("Undone", "")
    page = client.post(f"{url}undo/", follow=True)
    assert "It is too late to undo this" in text(page)
    assert Account.objects.filter(owner=me).count() == 3


def test_who_may_not_edit_accounts_moves_stages_only(client, me, three, monkeypatch):
    url = client.post(NEW, hidden(client.get(NEW, picked(three, kind="owner", owner=me.pk)))).url
    monkeypatch.setitem(
        __import__("workspaces.capabilities", fromlist=["x"]).CAPABILITIES, Role.CSM, frozenset({"view", "work"})
    )
    page = client.get(NEW, picked(three, kind="owner", owner=me.pk)).content.decode()
    assert "kind=stage" in page
    assert "kind=owner" not in page
    assert "kind=tag" not in page
    assert client.post(f"{url}undo/").status_code == 403


def test_an_empty_list_of_changes_says_what_will_be_here(client, workspace):
    assert "Nothing was changed together yet" in text(client.get(LIST))


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_take_the_same_queries_at_any_size(client, me, rows):
    for number in range(rows):
        make_account(f"Customer {number}")
        form = hidden(client.get(NEW, {"all": "1", "list": "", "kind": "tag", "tag": f"tag {number}"}))
        url = client.post(NEW, form).url
    counts = []
    for address in (LIST, url, f"{NEW}?all=1&list=&kind=owner&owner={me.pk}"):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts == [10, 10, 13]


def test_another_workspaces_changes_and_accounts_are_nowhere(client, me):
    with tenancy.entered(make_workspace("Other").pk):
        foreign = make_account("Elsewhere")
        changes.begin(
            kind="tag", params={"tag": "x"}, accounts=Account.objects.all(), expected=1, source={}, at=NOON, by=None
        )
        pk = BulkChange.objects.get().pk
    assert names(client.get(LIST)) == []
    assert client.get(reverse("bulk:change", args=[pk])).status_code == 404
    assert client.post(reverse("bulk:change_undo", args=[pk])).status_code == 404
    page = client.get(NEW, {"account": foreign.pk, "kind": "tag", "tag": "y"})
    assert names(page) == []
    assert "Nothing would change." in text(page)
