"""Accounts from files: new, changed, the same, refused; with everything that one account's action would do."""

from accounts.actions import fields as field_actions
from accounts.models import Account, ExternalId, Fact
from accounts.queries.tag import tags_of
from health.models import HealthScore
from imports import queries
from imports.actions import merging
from imports.refusals import rows as refused_rows
from journeys.models import StageMove
from tests.builders import NOON, make_account, make_member, make_user
from tests.imports.files import brought_in, checked, found, refusals, work, written

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


# ------------------------------------------------------------------ which account a row is
def test_a_new_id_finds_the_one_account_of_its_name_that_has_none(workspace):
    """As after a help desk made accounts and the CRM's export comes; two of one name in the CRM stay two."""
    cedar = make_account("Cedar", external_ids={"zammad": "77"})
    head = "Record ID,Company name\n"
    assert written(brought_in(head + "1,CEDAR\n")) == {"changed": 1}
    assert dict(cedar.external_ids.values_list("source", "value")) == {"zammad": "77", "hubspot": "1"}
    assert written(brought_in(head + "2,Cedar\n")) == {"new": 1}
    make_account("Cedar")
    make_account("Cedar")
    assert refusals(checked(head + "3,Cedar\n")) == [(2, "several_accounts")]


def test_two_rows_do_not_share_one_account(workspace):
    make_account("Cedar")
    source = brought_in("Record ID,Company name\n1,Cedar\n2,Cedar\n")
    assert written(source) == {"changed": 1, "new": 1}
    again = "Record ID,Company name,Ids elsewhere\n1,Cedar,\n3,Cedar,hubspot:1\n1,Cedar,\n"
    assert refusals(checked(again)) == [(3, "ids_differ"), (4, "same_id")] or refusals(checked(again)) == [
        (3, "same_row"), (4, "same_id"),
    ]  # fmt: skip


def test_rows_without_ids_are_known_by_name(workspace):
    make_account("Cedar")
    source = brought_in("Company,Industry\nCedar,Logistics\ncedar,Retail\nDogwood,\n-,Retail\n")
    assert refusals(source) == [(3, "same_id"), (5, "nothing_to_know_it_by")]
    assert written(source) == {"changed": 1, "new": 1}
    assert ExternalId.objects.count() == 0


def test_ids_of_two_accounts_in_one_row_are_refused(workspace):
    make_account("Cedar", external_ids={"hubspot": "1"})
    make_account("Dogwood", external_ids={"zammad": "9"})
    text = "Record ID,Company name,Ids elsewhere\n1,Cedar,zammad: 9; other:x\n"
    assert refusals(checked(text)) == [(2, "ids_differ")]
    assert refusals(checked("Record ID,Company name,Ids elsewhere\n1,Cedar,nonsense\n")) == [(2, "not_other_ids")]


def test_an_id_in_another_system_is_one_accounts(workspace):
    text = "Id,Name,Ids in other systems\n1,Cedar,desk:77\n2,Elm,desk:77\n3,Fir,crm:9\n4,Oak,crm:4; desk:8\n"
    source = brought_in(text, source="crm")
    assert refusals(source) == [(3, "same_id"), (4, "ids_differ")]
    assert list(ExternalId.objects.filter(account__name="Oak").values_list("source", "value").order_by("source")) == [
        ("crm", "4"), ("desk", "8"),
    ]  # fmt: skip
    bad = checked("Id,Name,Ids in other systems\n1,Cedar,desk:a\0b\n2,Elm,desk\n", source="crm")
    assert refusals(bad) == [(2, "not_text"), (3, "not_other_ids")]


def test_our_own_ids_are_of_this_workspace_or_of_another(workspace):
    cedar = make_account("Cedar")
    head = "Ninefold id,Name\n"
    here = f"{workspace.pk}-"
    source = brought_in(f"{head}{here}{cedar.pk},Cedar Group\n{here}999999,Nobody\nwhat,Else\n99-7,Elsewhere\n")
    assert refusals(source) == [(3, "no_own_id"), (4, "not_own_id")]
    assert written(source) == {"changed": 1, "new": 1}
    assert ExternalId.objects.get().source == "ninefold"
    assert found(checked(f"{head}99-7,Elsewhere\n")) == {"same": 1}


def test_a_new_row_needs_a_name(workspace):
    assert refusals(checked("Record ID,Industry,Company name\n1,Retail,\n")) == [(2, "name_missing")]


def test_salesforce_ids_of_both_lengths_are_one_account(workspace):
    head = "Account ID,Account Name,Account Owner\n"
    brought_in(head + "0015000000Gv7qJ,Cedar,\n")
    assert found(checked(head + "0015000000Gv7qJAAR,Cedar,\n")) == {"same": 1}


# ------------------------------------------------------------------ what it says
def test_tags_and_own_fields_are_written_as_their_actions_would(workspace):
    field = field_actions.define_field(about="account", name="Go-live", kind="date", at=NOON, by=None)
    text = 'Record ID,Company name,Tags,Go-live\n1,Cedar,"key, emea",2026-03-01\n2,Elm,KEY,soon\n'
    source = brought_in(text)
    assert refusals(source) == [(3, "said")]
    cedar = Account.objects.get()
    assert cedar.custom == {field.key: "2026-03-01"}
    assert tags_of([cedar.pk]) == {cedar.pk: ["emea", "key"]}
    assert found(checked(text)) == {"refused": 1, "same": 1}
    more = brought_in("Record ID,Company name,Tags,Go-live\n1,Cedar,vip,2026-04-01\n")
    assert written(more) == {"changed": 1}
    assert tags_of([cedar.pk])[cedar.pk] == ["emea", "key", "vip"]
    assert Fact.objects.get(kind="account.changed").data == {
        "fields": [f"custom.{field.key}"],
        "names": {f"custom.{field.key}": "Go-live"},
    }


def test_money_is_in_the_currency_of_the_row_the_account_or_the_workspace(workspace):
    make_account("Yen", external_ids={"csv": "1"}, currency="JPY", arr_minor=5)
    source = brought_in("Id,Name,ARR,Currency\n1,Yen,1000,\n2,Euro,1000.5,\n3,Dinar,1.2345,KWD\n4,None,,\n")
    assert written(source) == {"changed": 1, "new": 3}
    assert list(Account.objects.order_by("pk").values_list("arr_minor", "currency")) == [
        (1000, "JPY"), (100_050, "EUR"), (1235, "KWD"), (None, "EUR"),
    ]  # fmt: skip


def test_an_owner_who_is_nobody_here_is_left_empty_and_counted(workspace):
    mei = make_member(user=make_user("mei@vendor.example"))
    make_account("Birch", owner=mei, external_ids={"csv": "2"})
    text = "Id,Name,Account owner\n1,Cedar,Nobody Knows\n2,Birch,Nobody Knows\n3,Elm,mei@vendor.example\n4,Fir,\n"
    source = brought_in(text)
    assert written(source) == {"new": 3, "same": 1}
    assert queries.totals(source).unowned == 2
    assert list(Account.objects.order_by("name").values_list("name", "owner")) == [
        ("Birch", mei.pk), ("Cedar", None), ("Elm", mei.pk), ("Fir", None),
    ]  # fmt: skip


def test_people_who_are_not_here_refuse_the_row_when_asked(workspace):
    text = "Id,Name,Account owner\n1,Cedar,Nobody Knows\n"
    source = checked(text, manner={"unknown_owner": "refuse"})
    assert refusals(source) == [(2, "no_member")]
    assert queries.parts(source).get().misread == [[2, 2, "no_member", {"value": "Nobody Knows"}]]


# ------------------------------------------------------------------ families
FAMILY = """Id,Name,Parent account
1,Branch,Holding
2,Holding,
3,Twig,1
4,Orphan,Gone
5,Loop,6
6,Pool,5
7,Outsider,Standing
"""


def test_accounts_are_put_below_parents_of_the_file_or_of_before(workspace):
    standing = make_account("Standing")
    source = brought_in(FAMILY)
    assert refusals(source) == [(5, "no_parent")]
    assert dict(Account.objects.exclude(parent=None).values_list("name", "parent__name")) == {
        "Branch": "Holding", "Twig": "Branch", "Outsider": "Standing", "Loop": "Pool",
    }  # fmt: skip
    assert written(source) == {"new": 6, "unlinked": 1}
    assert queries.parts(source).get().linked == [
        [7, "This account is itself, or stands above, the parent chosen for it."]
    ]
    assert standing.children.count() == 1
    again = checked(FAMILY)
    assert found(again) == {"changed": 1, "refused": 1, "same": 5}


def test_a_parent_whose_row_was_refused_leaves_its_children_alone(workspace):
    source = checked("Id,Name,Parent account,Tier\n1,Branch,2,\n2,Holding,,nonsense\n")
    assert refusals(source) == [(2, "no_parent"), (3, "not_a_choice")]


# ------------------------------------------------------------------ in the meantime
def test_what_changed_since_the_check_is_found_by_the_merge(workspace):
    source = checked("Record ID,Company name,Ids elsewhere\n1,Cedar,zammad:9\n2,Elm,\n")
    make_account("First", external_ids={"hubspot": "1"})
    make_account("Second", external_ids={"zammad": "9"})
    merging.confirm(source=source, at=NOON, by=None)
    work()
    assert written(source) == {"late": 1, "new": 1}
    assert queries.totals(source).left_out == 1
    assert queries.parts(source).get().late == [[2, "ids_differ"]]


def test_cells_under_blank_headers_do_not_refuse_a_row(workspace):
    source = checked("Id,Name,,\n1,Cedar,a note,\n2,Birch,,,beyond\n")
    assert refusals(source) == [(3, "too_many_cells")]
    assert queries.totals(source).good == 1
    assert list(refused_rows(source))[1][:3] == ["2", "Birch", "3"]
