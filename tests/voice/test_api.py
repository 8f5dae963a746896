"""Themes, comments, rises and improvements over the API; and what a person's erasure takes with it."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.registry import personal_kinds
from tests.api.conftest import Api, detail, errors, make_token
from tests.builders import NOON, make_account, make_contact, make_improvement, make_remark, make_rise, make_theme
from voice.models import Remark, Theme


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def api(workspace):
    return Api(make_token("write"))


def test_themes_are_added_changed_merged_and_retired(api):
    made = api.post("themes/", {"name": "Parking", "en": ["parking"], "zh": ["停车"]})
    pk = made.json()["id"]
    assert (made.status_code, made.json()["en"], made.json()["merged_into"]) == (201, ["parking"], None)
    assert errors(api.post("themes/", {"name": "parking"})) == {"name": ["There is a theme of this name."]}
    changed = api.patch(f"themes/{pk}/", {"zh": []}).json()
    assert (changed["name"], changed["en"], changed["zh"]) == ("Parking", ["parking"], [])
    other = make_theme("Access", en=["gate"])
    assert api.post(f"themes/{pk}/merge/", {"into": other.pk}).json()["en"] == ["gate", "parking"]
    assert api.get(f"themes/{pk}/").json()["merged_into"] == other.pk
    assert detail(api.post(f"themes/{pk}/retire/")) == "The theme is retired."
    assert api.post(f"themes/{pk}/restore/").json()["retired_at"] is None
    assert api.post(f"themes/{other.pk}/retire/").json()["retired_at"] == "2026-06-15T12:00:00Z"
    assert len(api.ids("themes/")) == Theme.objects.count() == 13


def test_comments_come_with_the_words_that_decided_and_are_corrected(api):
    make_theme()
    contact = make_contact(make_account())
    one = make_remark(contact, "Parking is bad")
    make_remark(comment="很好")
    told = api.get("comments/", feeling="negative").json()["results"]
    assert [(row["id"], row["text"], row["deciding"]) for row in told] == [
        (one.pk, "Parking is bad", [{"word": "bad", "points": -1.0}])
    ]
    assert told[0]["mentions"] == [
        {"theme": Theme.objects.get(name="Parking").pk, "name": "Parking", "feeling": "negative"}
    ]
    care = Theme.objects.get(name="Account care")
    changed = api.patch(f"comments/{one.pk}/", {"themes": [care.pk]}).json()
    assert ([row["name"] for row in changed["mentions"]], changed["feeling"]) == (["Account care"], "negative")
    changed = api.patch(f"comments/{one.pk}/", {"feeling": "mixed"}).json()
    assert ([row["name"] for row in changed["mentions"]], changed["feeling"]) == (["Account care"], "mixed")
    assert api.ids("comments/", theme=care.pk) == [one.pk]
    assert api.ids("comments/", source="ticket") == []
    assert len(api.ids("comments/", said_from="2026-06-01T00:00:00Z", said_before="2026-06-15T00:00:00Z")) == 2
    Remark.objects.update(length=1)
    assert api.get(f"comments/{one.pk}/").json()["deciding"] == []


def test_comments_cost_as_many_statements_at_any_size(api):
    make_remark()
    api.ids("comments/")  # the first call of a token notes that it was used
    counts = []
    for _ in range(2):
        for nth in range(3):
            make_remark(comment=f"The invoice {nth} is wrong")
        with CaptureQueriesContext(connection) as asked:
            assert api.ids("comments/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_rises_are_read(api):
    rise = make_rise()
    assert api.get(f"theme-rises/{rise.pk}/").json()["of_customers"] == 40
    assert api.ids("theme-rises/") == [rise.pk]


def test_improvements_are_planned_done_dropped_and_opened(api):
    theme = make_theme()
    asked = {"title": "A call back", "measure": "share", "due_on": "2026-07-01"}
    assert errors(api.post("improvements/", asked)) == {"theme": ["This measure counts the comments of a theme."]}
    made = api.post("improvements/", {**asked, "theme": theme.pk}).json()
    assert (made["effect"]["outcome"], made["effect"]["of_after"], made["effect"]["low"]) == ("open", None, None)
    pk = made["id"]
    assert api.patch(f"improvements/{pk}/", {"title": "Sooner"}).json()["title"] == "Sooner"
    assert api.post(f"improvements/{pk}/finish/").json()["effect"]["outcome"] == "early"
    assert detail(api.post(f"improvements/{pk}/drop/")) == "It was done or dropped already."
    assert api.post(f"improvements/{pk}/reopen/").json()["done_at"] is None
    assert api.post(f"improvements/{pk}/drop/").json()["dropped_at"] == "2026-06-15T12:00:00Z"
    make_improvement()
    assert api.ids("improvements/", theme=theme.pk) == [pk]


def test_a_person_is_handed_what_was_read_and_erased_from_it(workspace):
    contact = make_contact(make_account())
    make_remark(contact, "The invoice is wrong")
    make_remark(comment="Of somebody else")
    kind = personal_kinds["remarks"]
    assert [(row["feeling"], row["themes"]) for row in kind.export(contact)] == [("negative", ["Billing"])]
    kind.erase(contact, NOON)
    assert kind.export(contact) == []
    assert Remark.objects.count() == 1
