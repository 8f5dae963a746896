from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from learning.models import Completion, ContentItem
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_completion,
    make_contact,
    make_item,
    make_member,
    make_metric,
    make_workspace,
)
from workspaces import tenancy
from workspaces.capabilities import Role

DAY = timedelta(days=1)


def text_of(response):
    return " ".join(response.content.decode().split())


def filled(**changes):
    return {"title": "Reports", "url": "https://learn.example/r", "kind": "video", **changes}


def test_content_is_added_edited_and_retired_in_the_browser(csm):
    metric = make_metric("reports_built")
    assert "Nothing to learn from yet" in text_of(csm.get("/learning/"))
    form = filled(roles=["champion"], metric=metric.pk, minutes="5")
    assert csm.post("/learning/new/", form)["Location"] == "/learning/"
    item = ContentItem.objects.get()
    assert (item.roles, item.metric, item.minutes) == (["champion"], metric, 5)
    assert 'value="https://learn.example/r"' in text_of(csm.get(f"/learning/{item.pk}/edit/"))
    assert csm.post(f"/learning/{item.pk}/edit/", filled(title="Better reports")).status_code == 302
    csm.post(f"/learning/{item.pk}/retire/", {"retired": "1"})
    page = text_of(csm.get("/learning/"))
    for told in ("Better reports", "Retired</span>", "Everybody", "Bring back"):
        assert told in page
    csm.post(f"/learning/{item.pk}/retire/", {"retired": "0"})
    assert ContentItem.objects.get().retired_at is None


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (filled(title=""), "This field is required."),
        (filled(url="javascript:alert(1)"), "Enter a valid URL."),
        (filled(kind="book"), "Select a valid choice."),
        (filled(roles=["boss"]), "Select a valid choice."),
        (filled(minutes="0"), "greater than or equal to 1"),
        (filled(url="https://learn.example/taken"), "Another item, maybe a retired one, has this address."),
    ],
)
def test_what_is_wrong_with_content_is_said_beside_the_field(csm, form, error):
    make_item(url="https://learn.example/taken")
    other = make_item()
    for address in ("/learning/new/", f"/learning/{other.pk}/edit/"):
        response = csm.post(address, form)
        assert response.status_code == 422
        assert error in text_of(response)


def test_a_viewer_reads_and_changes_nothing(workspace):
    client = Client()
    client.force_login(make_member(Role.VIEWER).user)
    assert "Add content" not in text_of(client.get("/learning/"))
    one = make_completion()
    assert "Add content" not in text_of(client.get("/learning/"))
    assert "Correct" not in text_of(client.get("/learning/completions/"))
    assert client.get(f"/learning/completions/{one.pk}/").status_code == 403
    assert "Note what somebody learned" not in text_of(client.get(f"/accounts/{one.account_id}/panels/learning/"))


def test_the_panel_says_who_learned_what_and_what_to_send_next(csm):
    account = make_account()
    mei = make_contact(account, name="Mei Chen")
    make_completion(make_item("Basics"), mei, completed_at=NOON)
    make_completion(make_item("Security"), mei)
    make_item("Reports", minutes=5, metric=make_metric("reports_built"))
    page = text_of(csm.get(f"/accounts/{account.pk}/panels/learning/"))
    for told in (
        "1 completed, 1 started", "Completed: Basics", "Started: Security", "Reports</a>", "Video, 5 min",
        "teaches Reports_Built", "For Mei Chen: nobody here has started it", "Note what somebody learned",
    ):  # fmt: skip
        assert told in page, told
    other = make_account()
    ContentItem.objects.update(roles=["champion"])
    assert "no content is for their roles" in text_of(csm.get(f"/accounts/{other.pk}/panels/learning/"))


def test_a_completion_is_noted_and_set_right(csm):
    account, item = make_account(), make_item("Basics")
    mei = make_contact(account, name="Mei Chen")
    address = f"/accounts/{account.pk}/learning/new/"
    assert "Basics" in text_of(csm.get(f"{address}?item={item.pk}"))
    form = {"contact": mei.pk, "item": item.pk, "state": "started", "on": "2026-06-10"}
    assert csm.post(address, form)["Location"] == f"/accounts/{account.pk}/#learning"
    csm.post(address, form | {"state": "completed", "on": "2026-06-15"})
    one = Completion.objects.get()
    assert (one.started_at, one.completed_at) == (NOON - 5 * DAY, NOON)
    edit = f"/learning/completions/{one.pk}/"
    assert 'value="2026-06-10"' in text_of(csm.get(edit))
    csm.post(edit, {"started_on": "2026-06-11", "completed_on": "2026-06-11"})
    one.refresh_from_db()
    assert (one.started_at, one.completed_at) == (NOON - 4 * DAY, NOON - 4 * DAY)
    csm.post(edit, {"started_on": "2026-06-11", "completed_on": ""})
    assert Completion.objects.get().completed_at is None


def test_completed_on_the_day_of_an_afternoon_start(csm):
    one = make_completion(started_at=NOON - DAY + timedelta(hours=3))
    day = str(TODAY - DAY)
    csm.post(f"/learning/completions/{one.pk}/", {"started_on": day, "completed_on": day})
    one.refresh_from_db()
    assert one.completed_at == one.started_at == NOON - DAY + timedelta(hours=3)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"on": "2026-06-16"}, "This day has not come yet."),
        ({"on": ""}, "This field is required."),
        ({"state": "read"}, "Select a valid choice."),
        ({"contact": "0"}, "Select a valid choice."),
        ({"item": "0"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_noted_is_said_beside_the_field(csm, changes, error):
    item, contact = make_item(), make_contact(make_account())
    form = {"contact": contact.pk, "item": item.pk, "state": "started", "on": "2026-06-15", **changes}
    response = csm.post(f"/accounts/{contact.account_id}/learning/new/", form)
    assert response.status_code == 422
    assert error in text_of(response)
    assert not Completion.objects.exists()


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"started_on": ""}, "This field is required."),
        ({"started_on": "2026-06-16"}, "This day has not come yet."),
        ({"started_on": "2026-06-10", "completed_on": "2026-06-16"}, "This day has not come yet."),
        ({"started_on": "2026-06-10", "completed_on": "2026-06-09"}, "Nobody is through before they begin."),
    ],
)
def test_days_that_cannot_be_are_said_beside_the_field(csm, form, error):
    response = csm.post(f"/learning/completions/{make_completion().pk}/", form)
    assert response.status_code == 422
    assert error in text_of(response)


def test_the_list_of_completions_narrows_and_keeps_what_it_narrows_by(csm):
    assert "Nobody yet" in text_of(csm.get("/learning/completions/"))
    basics = make_item("Basics")
    begun = make_completion(basics, make_contact(make_account("Alder"), name="Ana"))
    make_completion(basics, make_contact(make_account("Birch"), name="Bo"), completed_at=NOON)
    make_completion(make_item("Other"), make_contact(make_account("Cedar"), name="Cy"))

    def shown(query):
        page = text_of(csm.get(f"/learning/completions/{query}"))
        return [name for name in ("Ana", "Bo", "Cy") if f">{name}</a>" in page]

    assert shown("") == ["Ana", "Bo", "Cy"]
    assert shown("?item=x&account=9999999999999999999") == ["Ana", "Bo", "Cy"]
    assert shown(f"?item={basics.pk}") == ["Ana", "Bo"]
    assert shown(f"?item={basics.pk}&show=begun") == ["Ana"]
    assert shown("?show=completed") == ["Bo"]
    assert shown(f"?account={begun.account_id}") == ["Ana"]
    page = text_of(csm.get(f"/learning/completions/?item={basics.pk}&show=begun"))
    assert f'href="/learning/completions/?item={basics.pk}&amp;show=completed"' in page
    assert f'href="/learning/completions/?item={basics.pk}"' in page
    assert f'href="/learning/completions/export/?item={basics.pk}&amp;show=begun"' in page


def test_pages_ask_as_often_for_three_as_for_one(csm):
    account = make_account()
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            make_completion(contact=make_contact(account))
        for address in ("/learning/", "/learning/completions/", f"/accounts/{account.pk}/panels/learning/"):
            with CaptureQueriesContext(connection) as captured:
                csm.get(address)
            counts.append(len(captured))
    assert counts[:3] == counts[3:]


def test_what_is_another_workspaces_is_not_found(csm):
    with tenancy.entered(make_workspace("Other").pk):
        one = make_completion()
    for address in (
        f"/learning/{one.item_id}/edit/",
        f"/learning/completions/{one.pk}/",
        f"/accounts/{one.account_id}/learning/new/",
    ):
        assert csm.get(address).status_code == 404
    assert csm.post(f"/learning/{one.item_id}/retire/").status_code == 404
