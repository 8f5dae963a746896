"""The pages, as people use them: with and without a script."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import CustomField
from segments import queries
from segments.actions import segments
from segments.models import Criterion, Segment
from tests.builders import (
    NOON,
    make_account,
    make_bulk_change,
    make_criterion,
    make_customer,
    make_metric,
    make_segment,
)
from tests.segments.test_fit import place

LIST, NEW = reverse("segments:segment_list"), reverse("segments:segment_new")
CRITERIA, NEW_CRITERION = reverse("segments:criterion_list"), reverse("segments:criterion_new")
HTMX = {"HX-Request": "true"}


def text(response: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(plain).replace("\N{NO-BREAK SPACE}", " ").split())


def form(*rows: dict[str, Any], do: str = "save", **more: Any) -> dict[str, Any]:
    """What the builder sends: each row by the names of its controls, numbered."""
    sent: dict[str, Any] = {"row": [str(number) for number in range(len(rows))], "match-": "all", "do": do, **more}
    for number, row in enumerate(rows):
        sent |= {f"{name}-{number}": value for name, value in {"group": "", **row}.items()}
    return sent


SCORE = {"field": "score", "op": "below", "value": "60"}
STAGE = {"field": "stage", "op": "any_of", "value": ["use", "loyalty"]}


# ------------------------------------------------------------------ building


def test_segment_new_saves_what_was_built(client, run):
    make_customer("Alpha", score=40)
    make_customer("Beta", score=40, stage="churn")
    response = client.post(NEW, form(STAGE, SCORE, name="Unwell", note="Call them"))
    assert (response.status_code, response["Location"]) == (302, LIST)
    segment = Segment.objects.get()
    assert segment.conditions == {
        "all": [
            {"field": "stage", "op": "any_of", "value": ["use", "loyalty"]},
            {"field": "score", "op": "below", "value": 60},
        ]
    }
    assert "being found" in text(client.get(LIST))
    run()
    page = text(client.get(LIST))
    assert "Unwell Customers in Use or Loyalty, with a score below 60 Call them 1 no change" in page


def test_segment_new_begins_with_a_condition_to_fill_in(client):
    page = client.get(NEW)
    assert page.status_code == 200
    assert 'name="field-0"' in page.content.decode()
    assert "Condition 1, Stage: Choose at least one." in text(page)


ROWS = [
    ({"field": "name", "op": "contains", "value": "Cedar"}, "Cedar"),
    ({"field": "domain", "op": "any_of", "value": "a.example, b.example"}, ["a.example", "b.example"]),
    ({"field": "score", "op": "between", "value": "1", "high": "60.5"}, [1, 60.5]),
    ({"field": "arr", "op": "at_least", "value": "48 000.50", "currency": "EUR"}, 4_800_050),
    ({"field": "arr", "op": "at_least", "value": "48000", "currency": "JPY"}, 48_000),
    ({"field": "renews_on", "op": "next_days", "value": "90"}, 90),
    ({"field": "renews_on", "op": "before", "value": "2026-12-31"}, "2026-12-31"),
    ({"field": "stage", "op": "none_of", "value": ["churn"]}, ["churn"]),
    ({"field": "has_champion", "op": "no"}, None),
    ({"field": "industry", "op": "empty"}, None),
    ({"field": "metric_sum:logins", "op": "below", "value": "10", "days": "7"}, 10),
]


@pytest.mark.parametrize(("row", "value"), ROWS)
def test_each_kind_of_condition_is_built_and_shown_again(client, row, value):
    make_metric("logins")
    assert client.post(NEW, form(row, name="Some")).status_code == 302
    segment = Segment.objects.get()
    (condition,) = segment.conditions["all"]
    assert condition.get("value") == value
    page = client.get(reverse("segments:segment_edit", args=[segment.pk])).content.decode()
    again = {name: _typed(page, f"{name}-0") for name in ("value", "high", "days")}
    shown = {"value": row.get("value", ""), "high": row.get("high", ""), "days": row.get("days", "")}
    if isinstance(shown["value"], str):
        assert again == {**shown, "value": shown["value"].replace(" ", "") if "arr" in row["field"] else shown["value"]}
    else:
        assert re.findall(r'value="(\w+)" checked', page) == shown["value"]


def _typed(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]* name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def test_groups_are_built_and_shown_again(client):
    rows = (STAGE, {**SCORE, "group": "g0"}, {"field": "score", "op": "empty", "group": "g0"})
    assert client.post(NEW, form(*rows, name="Some", **{"match-g0": "any"})).status_code == 302
    segment = Segment.objects.get()
    assert segment.conditions["all"][1] == {
        "any": [{"field": "score", "op": "below", "value": 60}, {"field": "score", "op": "empty"}]
    }
    page = client.get(reverse("segments:segment_edit", args=[segment.pk])).content.decode()
    assert len(re.findall(r'name="group-\d" value="g1"', page)) == 2


@pytest.mark.parametrize(
    ("do", "rows"),
    [("add", 2), ("group", 2), ("remove:0", 0), ("update", 1), ("nonsense", 1), ("add:g7", 2)],
)
def test_rows_come_and_go_without_a_script(client, do, rows):
    page = client.post(NEW, form(STAGE, do=do, name="Half")).content.decode()
    assert len(re.findall(r'name="row"', page)) == rows
    assert 'value="Half"' in page
    assert Segment.objects.count() == 0


def test_a_row_is_added_behind_its_group(client):
    rows = ({**SCORE, "group": "g0"}, STAGE)
    page = client.post(NEW, form(*rows, do="add:g0")).content.decode()
    assert re.findall(r'name="group-\d" value="(\w*)"', page) == ["g0", "g0", ""]
    assert len(re.findall("data-focus", page)) == 1


def test_there_is_an_end_to_adding(client):
    page = client.post(NEW, form(*[SCORE] * 30, do="add")).content.decode()
    assert len(re.findall(r'name="row"', page)) == 30


def test_another_field_brings_its_own_controls(client):
    """What was typed answered another question, so it is dropped."""
    row = {"field": "renews_on", "op": "any_of", "value": ["use"], "shape": "choices"}
    page = client.post(NEW, form(row, do="update"), headers=HTMX).content.decode()
    assert page.lstrip().startswith('<div id="builder"')
    assert _typed(page, "value-0") == "90"
    row = {"field": "gone", "op": "is", "value": "x", "shape": "text"}
    page = client.post(NEW, form(row, do="update")).content.decode()
    assert 'value="name" selected' in page


def test_the_preview_counts_shows_ten_and_says_the_sentence(client):
    for number in range(11):
        make_customer(f"Customer {number:02}", score=10)
    response = client.post(NEW, form(SCORE, do="preview"), headers=HTMX)
    page = text(response)
    assert page.startswith("11 accounts now Customer 00")
    assert "The first 10 by name. Customers with a score below 60" in page
    assert 'hx-swap-oob="true"' in response.content.decode()
    assert "Customer 10" not in page
    nobody = client.post(NEW, form({**SCORE, "value": "-1"}, do="preview"), headers=HTMX)
    assert "Nobody fits at the moment" in text(nobody)
    unfinished = client.post(NEW, form({**SCORE, "value": ""}, do="preview"), headers=HTMX)
    assert "Condition 1, Health score: A number is needed." in text(unfinished)


def test_the_preview_does_not_keep_one_waiting(client, monkeypatch):
    monkeypatch.setattr(queries, "preview", lambda *args, **kwargs: queries.Preview(None, []))
    page = text(client.post(NEW, form(SCORE, do="preview"), headers=HTMX))
    assert page.startswith("Many accounts Too many to count while you wait.")


WRONG = [
    ({**SCORE, "value": "many"}, "A number is needed."),
    ({**SCORE, "value": "inf"}, "A number is needed."),
    ({**SCORE, "op": "between", "value": "3"}, "Two numbers are needed."),
    ({"field": "renews_on", "op": "next_days", "value": "9.5"}, "A whole number of days from 0 to 1095 is needed."),
    ({"field": "metric_sum:logins", "op": "below", "value": "1", "days": "no"}, "“days” is a whole number from 1"),
    ({"field": "stage", "op": "any_of"}, "Choose at least one."),
]


@pytest.mark.parametrize(("row", "message"), WRONG)
def test_a_mistake_stands_beside_its_condition_and_all_is_kept(client, row, message):
    make_metric("logins")
    response = client.post(NEW, form(STAGE, row, name="Mine", note="Why"))
    assert response.status_code == 422
    assert message in text(response)
    page = response.content.decode()
    assert 'id="wrong-1"' in page
    assert 'value="Mine"' in page
    assert "Why" in page
    assert re.findall(r'value="(\w+)" checked', page) == ["use", "loyalty"]


def test_a_segment_needs_conditions_and_a_name(client, monkeypatch):
    response = client.post(NEW, form(name=""))
    assert response.status_code == 422
    assert "This field is required." in text(response)
    assert "No condition yet." in text(response)
    make_segment("Unwell")
    assert "Another segment has this name." in text(client.post(NEW, form(SCORE, name="unwell")))
    monkeypatch.setattr(segments, "MOST_SEGMENTS", 1)
    assert "A workspace has at most 1 segments." in text(client.post(NEW, form(SCORE, name="More")))


def test_segment_edit_changes_it(client):
    segment, other = make_segment(), make_segment("Other")
    address = reverse("segments:segment_edit", args=[segment.pk])
    assert client.post(address, form(STAGE, name="Other")).status_code == 422
    assert client.post(address, form(STAGE, name="Users", note="x")).status_code == 302
    segment.refresh_from_db()
    assert (segment.name, segment.note, segment.conditions["all"][0]["field"]) == ("Users", "x", "stage")
    assert str(other) == "Other"


def test_a_segment_about_a_retired_field_says_so_everywhere(client, run):
    field = CustomField.objects.create(about="account", key="site", name="Site", kind="text", created_at=NOON)
    segment = make_segment(raw={"all": [{"field": "custom:site", "op": "not_empty"}]})
    field.retired_at = NOON
    field.save()
    run()
    assert "Matches nobody Condition 1, custom:site: There is no such field any more." in text(client.get(LIST))
    page = client.get(reverse("segments:segment_edit", args=[segment.pk]))
    assert "This segment matches nobody until it is changed" in text(page)
    accounts = client.get(reverse("dashboard:account_list"), {"segment": segment.pk})
    assert "This segment matches nobody until it is changed" in text(accounts)


# ------------------------------------------------------------------ the list


def test_segment_list_archives_deletes_and_brings_back(client, run):
    segment = make_segment()
    client.post(reverse("segments:segment_archive", args=[segment.pk]))
    assert "No segments yet" in text(client.get(LIST))
    assert "Unwell" in text(client.get(LIST, {"show": "archived"}))
    client.post(reverse("segments:segment_restore", args=[segment.pk]))
    assert "Nothing is archived" in text(client.get(LIST, {"show": "archived"}))
    client.post(reverse("segments:segment_delete", args=[segment.pk]))
    assert re.search("“Unwell” was deleted just now.* Undo", text(client.get(LIST)))
    make_segment()
    taken = client.post(reverse("segments:segment_restore", args=[segment.pk]), follow=True)
    assert "Another segment has this name by now." in text(taken)
    assert client.get(reverse("segments:segment_edit", args=[segment.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_segment_list_takes_the_same_queries_at_any_size(client, rows):
    for number in range(rows):
        make_segment(f"Segment {number}", raw={"all": [{"field": "owner", "op": "empty"}, *SCORE_JSON]})
    client.get(LIST)
    with CaptureQueriesContext(connection) as captured:
        client.get(LIST)
    assert len(captured) == 14


SCORE_JSON = [{"field": "score", "op": "below", "value": 60}]


def test_the_accounts_of_a_segment_are_a_tab_of_the_portfolio(client, run):
    make_customer("Alpha", score=40)
    make_customer("Beta", score=90)
    segment = make_segment()
    address = reverse("dashboard:account_list")
    assert "Its accounts are being found." in text(client.get(address, {"segment": segment.pk}))
    run()
    page = client.get(address, {"segment": segment.pk})
    assert re.findall(r"data-row-link href=\"[^\"]+\">([^<]+)", page.content.decode()) == ["Alpha"]
    assert f'<a class="tab" href="/accounts/?segment={segment.pk}" aria-current="page">Unwell' in page.content.decode()
    assert "Customers with a score below 60" in text(page)
    narrowed = client.get(address, {"segment": segment.pk, "q": "beta"})
    assert "No account looks like this" in text(narrowed)
    assert f'href="/accounts/?segment={segment.pk}"' in narrowed.content.decode()
    export = client.get(reverse("dashboard:account_export"), {"segment": segment.pk}).content.decode()
    assert ("Alpha" in export, "Beta" in export) == (True, False)


@pytest.mark.parametrize("end", ["archive", "delete"])
def test_a_segment_that_is_gone_holds_nobody_wherever_it_was_used(client, run, end):
    make_customer("Alpha", score=40)
    make_customer("Beta", score=90)
    segment = make_segment()
    run()
    query = {"segment": segment.pk}
    change = make_bulk_change(accounts=queries.members(segment.pk), source={"list": f"segment={segment.pk}"})

    client.post(reverse(f"segments:segment_{end}", args=[segment.pk]))

    page = client.get(reverse("dashboard:account_list"), query)
    assert "This segment was archived or deleted, so it holds nobody." in text(page)
    assert "Alpha" not in text(page)
    saved = [client.get(reverse("dashboard:account_export"), query)]
    saved.append(client.get(reverse("dashboard:account_files"), {**query, "what": "accounts"}))
    assert not any(name in file.content.decode() for file in saved for name in ("Alpha", "Beta"))
    draft = {"all": "1", "list": f"segment={segment.pk}", "kind": "tag", "tag": "Rescue", "expected": "2"}
    assert client.post(reverse("bulk:change_new"), draft).status_code == 422

    done = client.get(reverse("bulk:change", args=[change.pk]))  # what was begun with it has its accounts
    assert "Alpha" in text(done)


def test_what_was_dropped_for_good_meanwhile_is_said(client, monkeypatch):
    segment = make_segment()

    def gone(**_fields):
        raise segments.TooLate

    monkeypatch.setattr(segments, "restore", gone)
    told = client.post(reverse("segments:segment_restore", args=[segment.pk]), follow=True)
    assert "“Unwell” has been deleted for good." in text(told)


# ------------------------------------------------------------------ the ideal customer


def test_criterion_new_and_edit(manager, run):
    make_account(industry="Retail")
    row = {"field": "industry", "op": "is", "value": "Retail"}
    assert "Say who is right for you" in text(manager.get(CRITERIA))
    assert manager.get(NEW_CRITERION).status_code == 200
    assert manager.post(NEW_CRITERION, form(row, name="Retail", weight="30")).status_code == 302
    run()
    page = text(manager.get(CRITERIA))
    assert "1 account with a fit, 0 of which too little is known" in page
    assert "Retail Customers with an industry that is “Retail” 30" in page
    criterion = Criterion.objects.get()
    address = reverse("segments:criterion_edit", args=[criterion.pk])
    assert 'value="Retail"' in manager.get(address).content.decode()
    assert manager.post(address, form(row, name="Shops", weight="40")).status_code == 302
    criterion.refresh_from_db()
    assert (criterion.name, criterion.weight) == ("Shops", 40)
    assert "optgroup" in manager.post(address, form(row, do="update"), headers=HTMX).content.decode()
    assert manager.post(address, form(row, do="preview"), headers=HTMX).status_code == 200


def test_criteria_ask_what_customers_are_not_how_they_do(manager):
    page = manager.get(NEW_CRITERION).content.decode()
    assert 'value="seats"' in page
    assert 'value="score"' not in page
    assert 'value="fit"' not in page


def test_what_is_wrong_with_a_criterion_is_said(manager, monkeypatch):
    row = {"field": "industry", "op": "is", "value": "Retail"}
    make_criterion()
    other = make_criterion("Other")
    assert "Another criterion has this name." in text(manager.post(NEW_CRITERION, form(row, name="retail", weight="1")))
    address = reverse("segments:criterion_edit", args=[other.pk])
    assert manager.post(address, form(row, name="Retail", weight="1")).status_code == 422
    wrong = manager.post(NEW_CRITERION, form({**row, "value": ""}, name="X", weight="0"))
    assert wrong.status_code == 422
    assert "greater than or equal to 1" in text(wrong)
    from segments.actions import criteria

    monkeypatch.setattr(criteria, "MOST_CRITERIA", 2)
    assert "There are at most 2 criteria." in text(manager.post(NEW_CRITERION, form(row, name="X", weight="1")))


def test_criteria_are_retired_brought_back_and_moved(manager):
    first, second = make_criterion(), make_criterion("Second")
    manager.post(reverse("segments:criterion_up", args=[second.pk]))
    assert list(queries.criteria()) == [second, first]
    manager.post(reverse("segments:criterion_retire", args=[first.pk]))
    assert "Retired criteria 1" in text(manager.get(CRITERIA))
    manager.post(reverse("segments:criterion_restore", args=[first.pk]))
    assert list(queries.criteria()) == [second, first]
    manager.post(reverse("segments:criterion_retire", args=[first.pk]))
    make_criterion()
    taken = manager.post(reverse("segments:criterion_restore", args=[first.pk]), follow=True)
    assert "Another criterion has this name by now." in text(taken)


def test_icp_check_says_what_was_missed_and_opens_it(client):
    address = reverse("segments:icp_check")
    assert "You have not said who is right for you" in text(client.get(address))
    criterion = make_criterion()
    assert "Nothing is kept yet" in text(client.get(address))
    assert "The fit of your accounts is being computed." in text(client.get(address, {"by": "today"}))
    for stage in ("churn", "use"):
        for number in range(5):
            place(stage, missed=stage == "churn" or number == 0)
    place("use", missed=None)
    page = client.get(address)
    assert "Missed more often by those who left or are disappointed: 100 % of 5, against 20 %" in text(page)
    (link,) = set(re.findall(rf'href="([^"]*fit={criterion.pk}.missed.churned.signing)"', page.content.decode()))
    listed = client.get(link)
    assert "Churned: missed “Retail” at signing" in text(listed)
    assert len(re.findall("data-row-link", listed.content.decode())) == 5
    assert "1 unknown" in text(page)
    misread = client.get(reverse("dashboard:account_list"), {"fit": "nonsense"})
    assert "A part of this address was not understood" in text(misread)


def test_today_is_labelled_as_today(client, run):
    make_criterion()
    make_account(stage="churn", industry="Law")
    run()
    page = text(client.get(reverse("segments:icp_check"), {"by": "today"}))
    assert "This is today's data" in page
    assert "Who misses which criterion" in page


def test_times_of_a_deletion_end(client):
    segment = make_segment()
    segments.delete(segment=segment, at=NOON - timedelta(minutes=11), by=None)
    assert "was deleted" not in text(client.get(LIST))
