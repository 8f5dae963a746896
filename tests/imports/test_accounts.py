"""Accounts from files: new, changed, the same, refused; with everything that one account's action would do."""

from accounts.models import Account, ExternalId, Fact
from health.models import HealthScore
from journeys.models import StageMove
from tests.builders import NOON, make_member, make_user
from tests.imports.files import brought_in, found, written

HUBSPOT = """Record ID,Company name,Company Domain Name,Company owner,Lifecycle Stage,Annual Recurring Revenue
69139999248,Cedar Logistics,cedar.example,mei@vendor.example,Customer,"48,000"
69139999249,Dogwood & Sons,https://www.dogwood.example/about,,Lead,
"""


def test_new_accounts_come_with_their_id_owner_stage_and_fact(workspace):
    mei = make_member(user=make_user("mei@vendor.example"))
    source = brought_in(HUBSPOT)
    assert (source.kind, source.source, source.done_at is not None) == ("accounts", "hubspot", True)
    assert found(source) == {"new": 2} == written(source)
    cedar, dogwood = Account.objects.order_by("pk")
    assert (cedar.name, cedar.domains, cedar.owner, cedar.stage) == ("Cedar Logistics", ["cedar.example"], mei, "use")
    assert (cedar.arr_minor, cedar.currency, cedar.created_at > NOON) == (4_800_000, "EUR", True)
    assert (dogwood.domains, dogwood.stage, dogwood.owner) == (["dogwood.example"], "awareness", None)
    assert list(ExternalId.objects.order_by("pk").values_list("account__name", "source", "value")) == [
        ("Cedar Logistics", "hubspot", "69139999248"),
        ("Dogwood & Sons", "hubspot", "69139999249"),
    ]
    assert list(Fact.objects.filter(kind="account.created").order_by("pk").values_list("account_id", "data")) == [
        (cedar.pk, {"stage": "use"}),
        (dogwood.pk, {"stage": "awareness"}),
    ]
    assert HealthScore.objects.count() == 2


def test_the_same_file_again_changes_nothing(workspace):
    make_member(user=make_user("mei@vendor.example"))
    brought_in(HUBSPOT)
    facts = Fact.objects.count()
    again = brought_in(HUBSPOT)
    assert found(again) == {"same": 2} == written(again)
    assert Account.objects.count() == 2
    assert Fact.objects.count() == facts


def test_a_changed_row_changes_what_it_says_and_nothing_else(workspace):
    make_member(user=make_user("mei@vendor.example"))
    brought_in(HUBSPOT)
    again = brought_in(
        "Record ID,Company name,Industry,Lifecycle stage\n69139999248,Cedar Group,Logistics,Evangelist\n"
    )
    assert written(again) == {"changed": 1}
    cedar = Account.objects.get(name="Cedar Group")
    assert (cedar.industry, cedar.domains, cedar.arr_minor, cedar.stage) == (
        "Logistics", ["cedar.example"], 4_800_000, "advocacy",
    )  # fmt: skip
    assert Fact.objects.get(kind="account.changed").data == {"fields": ["industry", "name"]}
    assert list(StageMove.objects.values_list("from_stage", "to_stage", "reason")) == [
        ("use", "advocacy", "customers.csv")
    ]
