from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.actions import accounts as actions
from accounts.models import Account, ExternalId, Fact
from accounts.stages import Stage
from tests.builders import NOON, make_account, make_contract, make_member, make_user


def kinds(account: Account) -> list[str]:
    return list(Fact.objects.filter(account=account).order_by("pk").values_list("kind", flat=True))


def test_create_account_keeps_what_it_is_told_and_records_it(workspace):
    owner, user = make_member(), make_user()
    account = actions.create_account(
        name="Cedar Logistics",
        stage=Stage.DELIVERY,
        owner=owner,
        domains=[" Cedar.example ", "cedar.example", ""],
        tier=Account.Tier.STRATEGIC,
        industry="Transport",
        arr_minor=4_800_000,
        currency="USD",
        external_ids={"zammad": "42"},
        at=NOON,
        by=user,
    )
    account.refresh_from_db()
    assert (account.name, account.stage, account.stage_since, account.owner) == (
        "Cedar Logistics",
        "delivery",
        NOON,
        owner,
    )
    assert (account.domains, account.tier, account.industry) == (["cedar.example"], "strategic", "Transport")
    assert (account.arr_minor, account.currency, account.created_at) == (4_800_000, "USD", NOON)
    assert list(account.external_ids.values_list("source", "value")) == [("zammad", "42")]
    fact = Fact.objects.get(account=account)
    assert (fact.kind, fact.at, fact.by, fact.data) == ("account.created", NOON, user, {"stage": "delivery"})


def test_create_account_takes_the_workspaces_currency(workspace):
    account = actions.create_account(name="Cedar", at=NOON, by=None)
    assert (account.currency, account.stage, account.tier, account.owner) == ("EUR", "awareness", "standard", None)


def test_create_account_with_a_taken_id_leaves_nothing(workspace):
    make_account("First", external_ids={"crm": "7"})
    with pytest.raises(actions.ExternalIdTaken, match="crm:7"):
        actions.create_account(name="Second", at=NOON, by=None, external_ids={"crm": "7"})
    assert list(Account.objects.values_list("name", flat=True)) == ["First"]


def test_update_account_records_only_what_is_different(workspace):
    account = make_account("Cedar", domains=["cedar.example"])
    owner = make_member()
    changes = {"name": "Cedar", "domains": ["CEDAR.example"], "tier": "growth", "owner": owner, "stage": "churn"}
    actions.update_account(account=account, changes=changes, at=NOON, by=None)
    account.refresh_from_db()
    assert (account.tier, account.owner, account.stage) == ("growth", owner, "use")
    assert Fact.objects.filter(account=account).order_by("-pk").first().data == {"fields": ["owner", "tier"]}

    actions.update_account(account=account, changes=changes, at=NOON, by=None)
    assert kinds(account) == ["account.created", "account.changed"]


def test_update_account_replaces_and_removes_external_ids(workspace):
    account = make_account(external_ids={"crm": "7", "zammad": "42"})
    actions.update_account(account=account, changes={"external_ids": {"crm": "8", "zammad": ""}}, at=NOON, by=None)
    assert list(account.external_ids.values_list("source", "value")) == [("crm", "8")]


def test_update_account_with_a_taken_id_changes_nothing(workspace):
    make_account("First", external_ids={"crm": "7"})
    account = make_account("Second")
    with pytest.raises(actions.ExternalIdTaken):
        actions.update_account(account=account, changes={"name": "X", "external_ids": {"crm": "7"}}, at=NOON, by=None)
    account.refresh_from_db()
    assert (account.name, ExternalId.objects.count()) == ("Second", 1)


def test_set_stage_moves_the_account_on_the_map(workspace):
    account = make_account()
    actions.set_stage(account=account, stage=Stage.LOYALTY, at=NOON + timedelta(days=1))
    account.refresh_from_db()
    assert (account.stage, account.stage_since) == ("loyalty", NOON + timedelta(days=1))


def test_set_health_leaves_equal_rows_alone(workspace):
    first, second = make_account(), make_account()
    later = NOON + timedelta(hours=1)
    scores = {"account_ids": [first.pk, second.pk], "bands": ["at_risk", ""], "coverages": [0.8, 0.1]}
    actions.set_health(**scores, scores=[Decimal("41.5"), None], at=NOON)
    actions.set_health(**scores, scores=[Decimal("41.5"), Decimal("60.0")], at=later)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.health_score, first.health_band, first.health_coverage, first.health_at) == (
        41.5,
        "at_risk",
        0.8,
        NOON,
    )
    assert (second.health_score, second.health_at) == (60, later)


def test_refresh_renewal_takes_the_contract_that_ends_last_and_forgets_past_ones(workspace):
    account = make_account()
    make_contract(account, ends_on=date(2026, 9, 1))
    make_contract(account, ends_on=date(2026, 12, 1))
    account.refresh_from_db()
    assert account.renews_on == date(2026, 12, 1)

    actions.refresh_renewal(account=account, day=date(2027, 1, 1))
    account.refresh_from_db()
    assert account.renews_on is None
