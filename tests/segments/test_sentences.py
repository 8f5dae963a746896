from itertools import product

import pytest
from django.utils.translation import override

from accounts.models import CustomField, Tag
from segments import conditions, queries, registry, sentences
from tests.builders import NOON, make_member, make_metric, make_user


def told(*items, match="all") -> str:
    fields = registry.catalogue()
    return sentences.sentence(conditions.read({match: list(items)}), fields).replace("\N{NO-BREAK SPACE}", " ")


def one(field, op, value=None, **more):
    return {"field": field, "op": op, **({} if value is None else {"value": value}), **more}


@pytest.fixture
def ours(workspace):
    make_metric("logins")
    for about, kind in product(CustomField.About.values, CustomField.Kind.values):
        CustomField.objects.create(
            about=about, key=kind, name=f"Own {kind}", kind=kind, choices=["Red"], created_at=NOON
        )


def test_the_whole_is_one_sentence(workspace):
    unwell = (
        one("stage", "any_of", ["use", "loyalty"]),
        one("score", "below", 60),
        one("renews_on", "next_days", 90),
    )
    assert told(*unwell) == "Customers in Use or Loyalty, with a score below 60, renewing in the next 90 days"
    assert told(*unwell[:2], match="any") == "Customers in Use or Loyalty, or with a score below 60"
    grouped = {"any": [one("score", "empty"), one("open_alerts", "above", 0)]}
    assert told(unwell[0], grouped) == (
        "Customers in Use or Loyalty, (without data on a score, or with more than 0 open alerts)"
    )


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (one("name", "contains", "Cedar"), "with a name that contains “Cedar”"),
        (one("name", "is_not", "Cedar"), "with a name that is not “Cedar”"),
        (one("domain", "any_of", ["a.example", "b.example", "c.example"]),
         "with the e-mail domain a.example, b.example or c.example"),
        (one("domain", "none_of", ["a.example"]), "without the e-mail domain a.example"),
        (one("domain", "empty"), "without the e-mail domain"),
        (one("industry", "empty"), "without data on an industry"),
        (one("arr", "at_least", 5_000_000, currency="EUR"), "with annual revenue of at least €50,000"),
        (one("arr", "between", [0, 5_000_000], currency="EUR"), "with annual revenue from €0 to €50,000"),
        (one("created", "last_days", 1), "added in the last 1 day"),
        (one("created", "next_days", 1), "with Added on in the next 1 day"),
        (one("created", "before", "2026-06-15"), "added before 15 Jun 2026"),
        (one("tags", "any_of", ["999"]), "tagged something no longer there"),
        (one("renews_on", "last_days", 7), "with a renewal in the last 7 days"),
        (one("has_decision_maker", "no"), "without a known decision maker"),
        (one("coverage", "below", 60.5), "with a coverage of the score below 60.5 %"),
        (one("score", "is", 60), "with a score of 60"),
        (one("contacts", "is", 0), "without contacts"),
        (one("contacts", "is", 2), "with 2 contacts"),
        (one("contacts", "between", [1, 2]), "with 1 to 2 contacts"),
        (one("seats", "empty"), "without data on seats"),
        (one("industry", "any_of", ["Law", "Retail"]), "with an industry that is Law or Retail"),
        (one("tickets_opened", "above", 3, days=30), "with more than 3 tickets opened in the last 30 days"),
        (one("metric_change:logins", "below", -20, days=28),
         "with a change of Logins in the last 28 days below −20 %"),
        (one("days_since_two_way", "above", 45), "not talked with for more than 45 days"),
        (one("custom:yes_no", "yes"), "with “Own yes_no”: yes"),
        (one("custom:choice", "none_of", ["Red"]), "with Own choice other than Red"),
        (one("contact_custom:yes_no", "no"), "with a contact's “Own yes_no”: no"),
        (one("contact_custom:number", "above", 3), "with a contact's “Own number” above 3"),
        (one("contact_custom:choice", "empty"), "without data on a contact's “Own choice”"),
        (one("stances", "any_of", ["opponent"]), "with a contact whose attitude is Against us"),
        (one("part_adoption", "below", 40), "with the part “Successful adoption” below 40"),
        (one("quadrant", "none_of", ["both"]), "that are not Loyal and satisfied"),
        (one("broken_promises", "at_least", 1, days=365), "with at least 1 promises broken in the last 365 days"),
        (one("custom:date", "after", "2026-06-15"), "with Own date after 15 Jun 2026"),
        (one("answered", "empty"), "that never answered a survey"),
        (one("gone", "is", 7), "with “gone” (there is no such field any more)"),
        (one("score", "contains", "x"), "with a score (this cannot be asked any more)"),
    ],
)  # fmt: skip
def test_each_condition_is_a_phrase(ours, condition, words):
    assert told(condition) == f"Customers {words}"


def test_people_and_tags_are_called_by_name(workspace):
    tag = Tag.objects.create(name="VIP", created_at=NOON)
    member = make_member(user=make_user(name="Mei Chen"))
    left = make_member(user=make_user(name="Ana Ruiz"))
    left.ended_at = NOON
    left.save()
    owners = one("owner", "any_of", [str(member.pk), str(left.pk)])
    assert told(owners, one("tags", "none_of", [str(tag.pk)])) == (
        "Customers owned by Mei Chen or Ana Ruiz (left), not tagged VIP"
    )


def test_every_field_can_be_asked_and_said_in_every_way(ours):
    """No phrase lacks a word that its template asks for."""
    for field in registry.catalogue().values():
        for op in conditions.ops_of(field):
            value = {
                "any_of": ["x"],
                "none_of": ["x"],
                "between": [1, 2],
                "before": "2026-06-15",
                "after": "2026-06-15",
            }
            wanted = value.get(op, "x" if field.kind == "text" else 7)
            more = {"days": 7} if field.days else {}
            more |= {"currency": "EUR"} if field.kind == "money" else {}
            raw = one(field.key, op.value, None if op in conditions.VALUELESS else wanted, **more)
            assert "%(" not in told(raw)
            assert "any more" not in told(raw), raw


def test_problems_are_told_by_number_and_field(workspace):
    fields = registry.catalogue()
    raw = {"all": [one("score", "below", "x"), one("gone", "empty")]}
    assert queries.read_out(raw, fields).problems == [
        "Condition 1, Health score: A number is needed.",
        "Condition 2, gone: There is no such field any more.",
    ]
    assert queries.read_out({"all": []}, fields).problems == ["“all” and “any” hold a list of 1 to 30 conditions."]
    assert queries.read_out({"all": [7]}, fields).problems == ["Condition 1: A condition is an object."]


def test_a_sentence_is_told_in_the_readers_language(workspace):
    with override("de"):
        assert "Customers" in told(one("arr", "below", 1_234_567, currency="EUR"))
        assert told(one("arr", "below", 1_234_567, currency="EUR")).endswith("12.345,67 €")
