from datetime import date, timedelta

import pytest

from accounts.models import Fact
from expectations import actions, queries
from expectations.models import Acknowledgement, Expectation
from tests.builders import NOON, TODAY, make_account, make_contact, make_expectation
from workspaces import tenancy
from workspaces.models import AuditEvent
from workspaces.secrets import digest

DAY = timedelta(days=1)


def kinds():
    return list(Fact.objects.filter(kind__startswith="promise.").order_by("pk").values_list("kind", flat=True))


def test_a_promise_is_made_explained_and_kept(workspace):
    account = make_account()
    contact = make_contact(account, name="Mei Chen")
    one = actions.add_expectation(
        account=account, kind="promise", wording=" One engineer. ", made_on=TODAY, due_on=TODAY + DAY, at=NOON, by=None
    )
    actions.explain(expectation=one, to=contact, on=TODAY, at=NOON, by=None)
    kept = actions.settle(expectation=one, outcome="kept", evidence="Introduced.", at=NOON, by=None)
    assert (kept.wording, kept.outcome, kept.explained_to, kept.explained_on) == (
        "One engineer.",
        "kept",
        contact,
        TODAY,
    )
    assert kinds() == ["promise.made", "promise.explained", "promise.kept"]


def test_explained_to_nobody_named(workspace):
    one = actions.explain(expectation=make_expectation(), to=None, on=TODAY, at=NOON, by=None)
    assert one.explained_to is None
    assert Fact.objects.get(kind="promise.explained").data["contact_name"] == ""


def test_an_outcome_needs_evidence_and_stands(workspace):
    one = make_expectation()
    with pytest.raises(actions.EvidenceMissing):
        actions.settle(expectation=one, outcome="kept", evidence="  ", at=NOON, by=None)
    actions.settle(expectation=one, outcome="broken", evidence="Late.", at=NOON, by=None)
    with pytest.raises(actions.AlreadySettled):
        actions.settle(expectation=one, outcome="kept", evidence="After all.", at=NOON, by=None)
    with pytest.raises(actions.AlreadySettled):
        actions.explain(expectation=one, to=None, on=TODAY, at=NOON, by=None)
    assert Expectation.objects.get().outcome == "broken"


def test_a_change_settles_the_old_one_and_begins_another(workspace):
    one = make_expectation(due_on=TODAY)
    new = actions.change(
        expectation=one, wording="By June", due_on=TODAY + DAY, evidence="Agreed in the call.", at=NOON, by=None
    )
    one.refresh_from_db()
    assert (one.outcome, new.replaces, new.wording, new.due_on, new.is_open) == (
        "changed", one, "By June", TODAY + DAY, True,
    )  # fmt: skip
    assert kinds() == ["promise.made", "promise.changed", "promise.made"]


@pytest.mark.parametrize(
    ("outcomes", "overdue", "say_do"),
    [
        ([], 0, None),
        (["changed"], 0, None),
        (["kept"], 0, 1.0),
        (["broken"], 0, 0.0),
        (["kept", "kept", "broken", "changed"], 1, 0.5),
        ([], 2, 0.0),
    ],
)
def test_say_do_counts_what_was_due(workspace, outcomes, overdue, say_do):
    account = make_account()
    for outcome in outcomes:
        actions.settle(expectation=make_expectation(account), outcome=outcome, evidence="x", at=NOON, by=None)
    for _ in range(overdue):
        make_expectation(account, due_on=TODAY - DAY)
    make_expectation(account, due_on=TODAY)
    make_expectation(account, due_on=None)
    assert queries.record(TODAY, account).say_do == say_do
    assert queries.record(TODAY).say_do == say_do
    assert queries.record(TODAY, make_account("Other")).due == 0


def test_a_link_asks_about_open_ones_of_its_account_only(workspace):
    account = make_account()
    one, settled, foreign = make_expectation(account), make_expectation(account), make_expectation(make_account("B"))
    actions.settle(expectation=settled, outcome="kept", evidence="x", at=NOON, by=None)
    link, token = actions.ask(
        account=account, expectation_ids=[one.pk, settled.pk, foreign.pk], at=NOON, by=None, days=7
    )
    assert link.expectation_ids == [one.pk]
    assert link.token_hash == digest(token)
    assert tenancy.locate("expectations_acknowledgement_of", digest(token)) == (workspace.pk, link.pk)
    with pytest.raises(actions.NothingToAcknowledge):
        actions.ask(account=account, expectation_ids=[settled.pk], at=NOON, by=None)


def test_no_link_is_left_whose_mail_cannot_be_written(workspace, monkeypatch):
    def broken(**_):
        raise RuntimeError

    one = make_expectation()
    contact = make_contact(one.account, email="mei@cedar.example")
    monkeypatch.setattr(actions, "letter", broken)
    with pytest.raises(RuntimeError):
        actions.ask(account=one.account, expectation_ids=[one.pk], contact=contact, at=NOON, by=None)
    assert Acknowledgement.objects.count() == 0


def test_the_first_answer_holds(workspace):
    account = make_account()
    one, later = make_expectation(account), make_expectation(account)
    later.acknowledged_at, later.acknowledged_by = NOON - DAY, "Ada"
    later.save()
    link, _ = actions.ask(account=account, expectation_ids=[one.pk, later.pk], at=NOON, by=None)
    actions.acknowledge(link=link, name=" Mei ", objection="", at=NOON)
    with pytest.raises(actions.LinkClosed):
        actions.acknowledge(link=link, name="Bo", objection="", at=NOON)
    one.refresh_from_db()
    later.refresh_from_db()
    assert (one.acknowledged_by, later.acknowledged_by) == ("Mei", "Ada")
    assert kinds() == ["promise.made", "promise.made", "promise.acknowledged"]


def test_an_objection_acknowledges_nothing(workspace):
    one = make_expectation()
    link, _ = actions.ask(account=one.account, expectation_ids=[one.pk], at=NOON, by=None)
    actions.acknowledge(link=link, name="Mei", objection="We said May.", at=NOON)
    one.refresh_from_db()
    assert one.acknowledged_at is None
    assert kinds()[-1] == "promise.questioned"


def test_a_withdrawn_link_is_closed(workspace):
    one = make_expectation()
    link, _ = actions.ask(account=one.account, expectation_ids=[one.pk], at=NOON, by=None)
    actions.withdraw(link=link, at=NOON, by=None)
    actions.withdraw(link=link, at=NOON, by=None)
    assert queries.opened_link(link.pk, NOON) is None
    with pytest.raises(actions.LinkClosed):
        actions.acknowledge(link=link, name="Mei", objection="", at=NOON)
    assert list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True)) == [
        "promises.asked",
        "promises.link_withdrawn",
    ]
    assert Acknowledgement.objects.get().revoked_at == NOON


def test_what_is_waiting_is_due_first_and_of_one_owner(workspace):
    late = make_expectation(make_account("A"), due_on=date(2026, 1, 1))
    soon = make_expectation(make_account("B"), due_on=date(2026, 12, 1))
    make_expectation(make_account("C"), due_on=None)
    assert list(queries.waiting(TODAY)) == [late, soon]
    assert list(queries.waiting(TODAY, owner_id=1)) == []
    assert list(Expectation.objects.overdue(TODAY)) == [late]
