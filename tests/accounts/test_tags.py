import pytest

from accounts.actions import tags as actions
from accounts.models import AccountTag, Fact, Tag
from accounts.queries import tag as queries
from tests.builders import NOON, make_account, make_user, make_workspace
from workspaces import tenancy


def tag(name: str, *accounts, by=None) -> list[int]:
    return actions.tag(account_ids=[account.pk for account in accounts], name=name, at=NOON, by=by)


def untag(name: str, *accounts) -> list[int]:
    return actions.untag(account_ids=[account.pk for account in accounts], name=name, at=NOON, by=None)


def told(kind: str) -> list[tuple[int, str]]:
    rows = Fact.objects.filter(kind=kind).order_by("pk")
    return [(fact.account_id, fact.data["tag"]) for fact in rows]


def test_tag_reaches_each_account_once_whatever_the_capitals(workspace):
    first, second, user = make_account(), make_account(), make_user()
    assert tag("  Key   account ", first, by=user) == [first.pk]
    assert tag("KEY ACCOUNT", first, second) == [second.pk]
    assert tag("key account", first) == []
    assert Tag.objects.get().name == "Key account"
    assert told("account.tagged") == [(first.pk, "Key account"), (second.pk, "Key account")]
    assert Fact.objects.filter(kind="account.tagged").order_by("pk").first().by == user


def test_untag_takes_it_only_from_those_that_carry_it(workspace):
    first, second = make_account(), make_account()
    tag("Pilot", first)
    assert untag("pilot", first, second) == [first.pk]
    assert untag("pilot", first) == untag("never", first) == []
    assert told("account.untagged") == [(first.pk, "Pilot")]
    assert AccountTag.objects.count() == 0


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a,b", "a;b", "a\x00b", "line\u2028break\u0007"])
def test_what_is_no_tag_is_refused_in_words(name, workspace):
    with pytest.raises(actions.BadTag, match="A tag"):
        tag(name, make_account())
    assert Tag.objects.count() == 0


def test_set_tags_adds_what_is_missing_and_takes_what_is_too_many(workspace):
    account = make_account()
    tag("Pilot", account)
    tag("West", account)
    actions.set_tags(account_id=account.pk, names=["PILOT", "East", "east"], at=NOON, by=None)
    assert queries.tags_of([account.pk]) == {account.pk: ["east", "Pilot"]}
    assert told("account.untagged") == [(account.pk, "West")]


def test_an_account_of_another_workspace_is_not_tagged(workspace):
    with tenancy.entered(make_workspace("Other").pk):
        foreign = make_account()
    assert tag("Pilot", foreign) == []
    assert AccountTag.objects.count() == 0


def test_tags_in_use_are_those_somebody_carries(workspace, monkeypatch):
    account = make_account()
    for name in ("west", "East", "gone"):
        tag(name, account)
    untag("gone", account)
    assert [row.name for row in queries.tags_in_use()] == ["East", "west"]
    monkeypatch.setattr(queries, "MOST_OFFERED", 1)
    assert [row.name for row in queries.tags_in_use()] == ["East"]
    assert queries.tag_named(" WEST ").name == "west"
    assert queries.tag_named("north") is None
