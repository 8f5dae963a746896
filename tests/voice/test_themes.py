"""Themes are the workspace's: added, changed, merged, retired; what rises is told; what might be one is suggested."""

from datetime import timedelta

import pytest

from notices.models import Notice, Occasion
from outbox.models import Mail
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_answer,
    make_contact,
    make_improvement,
    make_member,
    make_remark,
    make_rise,
    make_suggestion,
    make_theme,
    make_workspace,
)
from voice import first_themes, registry
from voice.actions import concluding, reading, themes
from voice.models import Remark, Rereading, Rise, Suggestion, Theme
from voice.queries import themes as queries
from voice.reading.tokens import keys
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import AuditEvent

DAY = timedelta(days=1)
WORDS = {"en": ["parking"], "zh": []}


def test_a_workspace_starts_with_themes_in_both_languages(workspace):
    assert [theme.name for theme in queries.themes()][:3] == ["Account care", "Billing", "Communication"]
    assert all(theme.words["en"] and theme.words["zh"] for theme in queries.themes())
    assert len(first_themes.themes()) == Theme.objects.count() == 11


def test_no_word_of_the_first_themes_is_without_a_key(workspace):
    assert [phrase for theme in queries.themes() for phrase in theme.phrases if not keys(phrase)] == []


def test_a_name_is_given_once(workspace):
    theme = themes.add_theme(name="Parking", words=WORDS, at=NOON, by=None)
    with pytest.raises(themes.NameTaken):
        themes.add_theme(name="parking", words=WORDS, at=NOON, by=None)
    themes.retire_theme(theme=theme, at=NOON, by=None)
    themes.add_theme(name="parking", words=WORDS, at=NOON, by=None)
    with pytest.raises(themes.NameTaken):
        themes.restore_theme(theme=theme, at=NOON, by=None)
    for act in (themes.retire_theme, lambda **given: themes.change_theme(**given, name="X", words=WORDS)):
        with pytest.raises(themes.NotInUse):
            act(theme=theme, at=NOON, by=None)


def test_words_are_kept_once_and_without_what_is_none(workspace):
    given = {"en": ["Invoices", "invoice", " … ", "a  b\x00"], "zh": ["響應", "响应"]}
    assert themes.tidy(given) == {"en": ["Invoices", "a b"], "zh": ["響應"]}


def test_a_change_is_in_the_audit_trail_and_reads_again_only_where_words_changed(workspace):
    theme = themes.add_theme(name="Parking", words=WORDS, at=NOON, by=None)
    Rereading.objects.all().delete()
    themes.change_theme(theme=theme, name="Parking", words=WORDS, at=NOON, by=None)
    themes.change_theme(theme=theme, name="Car park", words=WORDS, at=NOON, by=None)
    assert not Rereading.objects.exists()
    themes.change_theme(theme=theme, name="Car park", words={"en": ["car park"]}, at=NOON, by=None)
    assert Rereading.objects.count() == 1
    kinds = AuditEvent.objects.filter(kind__startswith="theme.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["theme.added", "theme.changed", "theme.changed"]


def test_merging_hands_on_words_and_improvements(workspace):
    one, other = make_theme(), make_theme("Access", en=["gate"])
    improvement = make_improvement(theme=one)
    target = themes.merge_theme(theme=one, into=other, at=NOON, by=None)
    assert target.words == {"en": ["gate", "parking"], "zh": ["停车"]}
    improvement.refresh_from_db()
    one.refresh_from_db()
    assert (improvement.theme, one.merged_into, one.retired_at) == (other, other, NOON)
    assert queries.in_place_of([one.pk, other.pk]) == [other.pk]
    with pytest.raises(themes.NotInUse):
        themes.merge_theme(theme=one, into=other, at=NOON, by=None)
    with pytest.raises(themes.NotInUse):
        themes.merge_theme(theme=other, into=other, at=NOON, by=None)
    assert [str(theme) for theme in queries.retired()] == ["Parking"]
    assert str(themes.restore_theme(theme=other, at=NOON, by=None)) == "Access"  # it is in use: nothing happens


# ------------------------------------------------------------------------------------------- rising
def said(customers, comment, *, at):
    for customer in customers:
        answer = make_answer(3, customer, comment=comment, answered_at=at)
        reading.read(source="answer", ids=[answer.pk], at=NOON)


@pytest.fixture
def customers(workspace):
    return [make_contact(make_account()) for _ in range(12)]


def test_a_theme_that_rises_is_told_once_to_everybody(workspace, customers, clock):
    viewer = make_member(Role.VIEWER)
    for week in range(1, 6):
        said(customers, "Fine", at=NOON - week * 7 * DAY - DAY)
    said(customers[:6], "The invoice is wrong", at=NOON - DAY)
    said(customers[:6], "Another wrong invoice", at=NOON - 2 * DAY)  # the same customers count once
    said(customers[6:], "Fine", at=NOON - DAY)
    found = concluding.find_rises(at=NOON)
    counted = [(one.theme.name, one.customers, one.of_customers, one.before, one.of_before) for one in found]
    assert counted == [("Billing", 6, 12, 0, 60)]
    assert found[0].negative == 6
    assert concluding.find_rises(at=NOON + DAY) == []
    notice = Notice.objects.get(member=viewer)
    assert (notice.occasion.kind, notice.occasion.account) == ("theme_risen", None)
    assert "theme=" in notice.occasion.link
    assert Occasion.objects.count() == 1
    assert not Mail.objects.exists()  # it waits for the digest
    assert str(Rise.objects.get()) == f"{found[0].theme_id} 2026-06-15"


def test_without_a_past_nothing_rises(workspace, customers):
    said(customers, "The invoice is wrong", at=NOON - DAY)
    assert concluding.find_rises(at=NOON) == []


def test_as_often_as_before_is_no_rise(workspace, customers):
    for week in range(6):
        said(customers[:6], "The invoice is wrong", at=NOON - week * 7 * DAY - DAY)
        said(customers[6:], "Fine", at=NOON - week * 7 * DAY - DAY)
    assert concluding.find_rises(at=NOON) == []
    assert registry.rise_listeners


def test_another_workspace_does_not_count(workspace, customers):
    for week in range(1, 6):
        said(customers, "Fine", at=NOON - week * 7 * DAY - DAY)
    with tenancy.entered(make_workspace("Other").pk):
        theirs = [make_contact(make_account()) for _ in range(9)]
        said(theirs, "The invoice is wrong", at=NOON - DAY)
    assert concluding.find_rises(at=NOON) == []


# ------------------------------------------------------------------------------------------- suggestions
def test_frequent_phrases_are_suggested_until_a_theme_has_them_or_somebody_says_no(workspace):
    for nth in range(6):
        make_remark(comment=f"single sign on of office {'abcdef'[nth]}")
    concluding.conclude(at=NOON)
    names = [str(one) for one in queries.suggestions()]
    assert "single sign" in names
    by = make_member().user
    themes.dismiss_suggestion(suggestion=Suggestion.objects.get(phrase="single sign"), at=NOON, by=by)
    assert concluding.suggest(at=NOON) >= 1
    assert "single sign" not in [str(one) for one in queries.suggestions()]
    make_theme("Sign on", en=["single sign on", "single sign", "sign on", "office"])
    concluding.suggest(at=NOON)
    assert list(queries.suggestions()) == []
    Remark.objects.all().delete()
    assert concluding.suggest(at=NOON) == 0


def test_what_is_suggested_leads_with_the_most_customers(workspace):
    make_suggestion("one", customers=3)
    make_suggestion("two", customers=8)
    assert [one.phrase for one in queries.suggestions()] == ["two", "one"]
    assert [one.day for one in [make_rise()]] == [TODAY]
