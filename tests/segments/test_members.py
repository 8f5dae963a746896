"""Who is in a segment: filled, kept up to date, told as facts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import accounts as account_actions
from accounts.actions import facts as fact_actions
from accounts.actions import metrics as metric_actions
from accounts.models import Account, CustomField, Fact
from outbox.models import Effect
from segments import queries, registry, tasks
from segments.actions import members, segments
from segments.conditions import BadConditions
from segments.models import Change, Segment, SegmentDay, SegmentMember
from segments.queries import Week
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_contact,
    make_customer,
    make_expectation,
    make_metric,
    make_segment,
    make_ticket,
    make_workspace,
)
from workspaces import tenancy
from workspaces.models import AuditEvent

SOON = NOON + timedelta(seconds=10)


def names(segment: Segment) -> list[str]:
    return sorted(queries.members(segment.pk).values_list("name", flat=True))


def told() -> list[tuple[str, str, str]]:
    facts = Fact.objects.filter(kind__startswith="segment.").order_by("pk")
    return [(fact.kind, fact.account.name, fact.data["name"]) for fact in facts]


def score(account: Account, value: float) -> None:
    account_actions.set_health(account_ids=[account.pk], scores=[value], bands=["watch"], coverages=[1.0], at=NOON)


@pytest.fixture
def unwell(workspace, run) -> Segment:
    make_customer("Alpha", score=40)
    make_customer("Beta", score=90)
    make_customer("Gamma", score=None)
    segment = make_segment()
    run()
    segment.refresh_from_db()
    return segment


# ------------------------------------------------------------------ the first fill


def test_a_saved_segment_is_filled_in_the_background_without_facts(unwell):
    assert names(unwell) == ["Alpha"]
    assert (unwell.members_count, unwell.computed_at) == (1, NOON)
    assert told() == []
    assert queries.names() == {unwell.pk: "Unwell"}
    assert SegmentMember.objects.get().since == NOON


def test_other_conditions_fill_it_anew_without_facts(unwell, run):
    raw = {"all": [{"field": "score", "op": "empty"}]}
    segments.update_segment(segment=unwell, name="Unknown", raw=raw, note="Ask", at=SOON, by=None)
    assert Segment.objects.get().computed_at is None
    run(SOON)
    unwell.refresh_from_db()
    assert (names(unwell), unwell.members_count, told()) == (["Gamma"], 1, [])


def test_another_name_computes_nothing(unwell, run):
    segments.update_segment(segment=unwell, name="Poorly", raw=unwell.conditions, note="", at=SOON, by=None)
    assert Segment.objects.get().computed_at == NOON
    assert run(SOON) == 0
    assert AuditEvent.objects.filter(kind="segment.changed", subject="Poorly").count() == 1


def test_a_change_before_the_first_fill_waits_for_it(workspace):
    account = make_customer("Alpha", score=40)
    segment = make_segment()
    found = members.refresh(segment_id=segment.pk, at=NOON, account_ids=[account.pk])
    assert (found.entered, names(segment)) == ([], [])


def test_what_is_not_conditions_is_not_saved(workspace):
    with pytest.raises(BadConditions):
        make_segment(raw={"all": [{"field": "gone", "op": "empty"}]})
    assert Segment.objects.count() == 0


def test_a_name_is_taken_once(unwell):
    with pytest.raises(segments.NameTaken):
        make_segment("unwell")
    other = make_segment("Other")
    with pytest.raises(segments.NameTaken):
        segments.update_segment(segment=other, name="Unwell", raw=other.conditions, note="", at=NOON, by=None)


def test_there_are_not_endlessly_many(workspace, monkeypatch):
    monkeypatch.setattr(segments, "MOST_SEGMENTS", 1)
    make_segment()
    with pytest.raises(segments.TooManySegments):
        make_segment("Other")


# ------------------------------------------------------------------ changes


def test_who_enters_and_leaves_is_a_fact_and_counted(unwell, run):
    alpha, beta = Account.objects.get(name="Alpha"), Account.objects.get(name="Beta")
    score(alpha, 80)
    score(beta, 30)
    assert run(SOON) > 0
    assert told() == [("segment.entered", "Beta", "Unwell"), ("segment.left", "Alpha", "Unwell")]
    unwell.refresh_from_db()
    assert (names(unwell), unwell.members_count, unwell.computed_at) == (["Beta"], 1, SOON)
    assert queries.weeks([unwell.pk], today=TODAY) == {unwell.pk: Week(1, 1)}
    assert SegmentDay.objects.get().members == 1
    assert queries.weeks([unwell.pk], today=TODAY + timedelta(days=7)) == {}
    assert list(queries.segments_of(beta)) == [unwell]
    assert list(queries.segments_of(alpha)) == []


def test_changes_are_looked_at_once_together_and_then_once_more(unwell, run):
    for number in range(5):
        fact_actions.record_fact(account=Account.objects.first(), kind="account.changed", at=NOON, fields=[str(number)])
    looks = Effect.objects.filter(kind=members.REFRESH_CHANGED)
    assert looks.count() == 1
    assert NOON < looks.get().available_at <= NOON + 2 * members.SLOT
    assert Change.objects.count() == 5
    run(NOON)
    assert Change.objects.count() == 5
    run(SOON)
    assert (Change.objects.count(), looks.count()) == (0, 2)
    run(NOON + timedelta(minutes=5))
    assert looks.count() == 2


def test_a_fact_about_segments_computes_nothing(unwell):
    """Or a segment would be computed for ever."""
    for kind in ("segment.entered", "segment.left", "review.held"):
        fact_actions.record_fact(account=Account.objects.first(), kind=kind, at=NOON, name="Unwell", segment_id=1)
    assert (Change.objects.count(), Effect.objects.filter(kind=members.REFRESH_CHANGED).count()) == (0, 0)


def test_day_rows_written_in_bulk_are_looked_at(workspace, run):
    account, metric = make_account("Cedar"), make_metric("logins")
    raw = {"all": [{"field": "metric_sum:logins", "op": "at_least", "value": 3, "days": 7}]}
    segment = make_segment(raw=raw)
    run()
    readings = [metric_actions.Reading(account.pk, metric.pk, TODAY, 1, 3.0, 3.0)]
    metric_actions.upsert_readings(readings=readings, at=NOON)
    run(SOON)
    assert (names(segment), told()) == (["Cedar"], [("segment.entered", "Cedar", "Unwell")])


@pytest.mark.parametrize("way", ["sum", "last", "mean", "change"])
def test_day_rows_past_all_bounds_do_not_stop_a_refresh(workspace, run, way):
    account, metric = make_account("Cedar"), make_metric("logins")
    raw = {"all": [{"field": f"metric_{way}:logins", "op": "above", "value": 3, "days": 7}]}
    segment = make_segment(raw=raw)
    totals = [(1, 1.7e308, 1), (2, 1.7e308, 1), (8, 5e-324, 9), (9, -5e-324, 9)]
    metric_actions.write_history(
        readings=[
            metric_actions.Reading(account.pk, metric.pk, TODAY - timedelta(days=days), n, total, total)
            for days, total, n in totals
        ]
    )
    members.note_changes(account_ids=[account.pk], at=NOON)
    run(SOON)
    assert names(segment) == ([] if way == "change" else ["Cedar"])


def test_people_and_tickets_are_looked_at(workspace, run):
    account = make_account("Cedar")
    segment = make_segment(raw={"all": [{"field": "contacts", "op": "above", "value": 0}]})
    run()
    make_contact(account)
    run(SOON)
    assert names(segment) == ["Cedar"]


def test_a_promise_is_looked_at_within_seconds(workspace, run):
    segment = make_segment(raw={"all": [{"field": "open_promises", "op": "above", "value": 0}]})
    run()
    make_expectation(make_account("Cedar"))
    run(SOON)
    assert names(segment) == ["Cedar"]


def test_without_segments_and_criteria_nothing_is_written(workspace):
    account, metric = make_account(), make_metric()
    metric_actions.upsert_readings(
        readings=[metric_actions.Reading(account.pk, metric.pk, TODAY, 1, 1.0, 1.0)], at=NOON
    )
    make_contact(account)
    members.note_changes(account_ids=[], at=NOON)
    assert Change.objects.count() == 0
    assert not Effect.objects.filter(kind__startswith="segments.").exists()


def test_an_archived_segment_costs_nothing(unwell, run):
    segments.archive(segment=unwell, at=NOON, by=None)
    make_contact(Account.objects.first())
    assert Change.objects.count() == 0
    assert (names(unwell), unwell.members_count, queries.names()) == ([], 0, {})


def test_a_great_many_changes_compute_each_segment_as_a_whole(unwell, run, monkeypatch):
    monkeypatch.setattr(members, "MOST_CHANGED", 1)
    for account in Account.objects.all():
        score(account, 30)
    run(SOON)
    assert names(unwell) == ["Alpha", "Beta", "Gamma"]
    assert len(told()) == 2


def test_facts_of_many_are_recorded_in_pieces(unwell, run, monkeypatch):
    monkeypatch.setattr(members, "FACTS_AT_ONCE", 1)
    for account in Account.objects.all():
        score(account, 30)
    run(SOON)
    assert [name for _kind, name, _segment in told()] == ["Beta", "Gamma"]


def test_looking_at_some_accounts_leaves_the_others_alone(unwell):
    Account.objects.filter(name__in=["Beta", "Gamma"]).update(health_score=10)
    beta = Account.objects.get(name="Beta")
    found = members.refresh(segment_id=unwell.pk, at=SOON, account_ids=[beta.pk])
    assert (found.entered, found.left, names(unwell)) == ([beta.pk], [], ["Alpha", "Beta"])
    assert members.refresh(segment_id=unwell.pk, at=SOON, account_ids=[beta.pk]).entered == []


def test_time_alone_moves_accounts_once_a_day(workspace, run):
    make_customer("Cedar", days=100)
    segment = make_segment(raw={"all": [{"field": "renews_on", "op": "next_days", "value": 90}]})
    run()
    assert names(segment) == []
    later = NOON + timedelta(days=20)
    effect = Effect(kind="segments.refresh_all", dedupe_key="day:1", payload={})
    tasks.refresh_daily(effect, later)
    run(later)
    assert (names(segment), len(told())) == (["Cedar"], 1)


def test_a_refresh_takes_the_same_statements_for_any_number(unwell):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            members.refresh(segment_id=unwell.pk, at=SOON)
        return len(captured)

    Account.objects.filter(name="Beta").update(health_score=10)
    first = count()
    Account.objects.filter(name__in=["Alpha", "Gamma"]).update(health_score=99)
    Account.objects.filter(name="Beta").update(health_score=99)
    make_customer("Delta", score=1)
    make_customer("Omega", score=1)
    assert count() <= first + 1  # who enters and who leaves are two statements


# ------------------------------------------------------------------ fields that go, other workspaces


def test_what_cannot_be_read_as_conditions_is_told_as_such(workspace):
    told = queries.told({"nonsense": True})
    assert told.sentence == ""
    assert told.problems


def test_a_segment_about_a_retired_field_holds_nobody_and_says_so(workspace, run):
    field = CustomField.objects.create(about="account", key="site", name="Site", kind="text", created_at=NOON)
    account = make_account("Cedar")
    account.custom = {"site": "Ulm"}
    account.save()
    raw = {
        "any": [
            {"field": "custom:site", "op": "is", "value": "Ulm"},
            {"field": "stage", "op": "any_of", "value": ["use"]},
        ]
    }
    segment = make_segment(raw=raw)
    run()
    assert names(segment) == ["Cedar"]
    field.retired_at = NOON
    field.save()
    members.refresh(segment_id=segment.pk, at=SOON)
    assert names(segment) == []
    assert queries.read_out(raw, registry.catalogue()).problems == [
        "Condition 1, custom:site: There is no such field any more."
    ]


def test_conditions_that_cannot_be_read_hold_nobody(workspace):
    make_account()
    sql, params = queries.compile({"all": "nonsense"}, today=TODAY)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert cursor.fetchall() == []


def test_another_workspaces_accounts_are_never_held(unwell, run):
    with tenancy.entered(make_workspace("Other").pk):
        make_customer("Foreign", score=1)
    members.refresh(segment_id=unwell.pk, at=SOON)
    assert names(unwell) == ["Alpha"]
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from segments_segmentmember")
        assert cursor.fetchone() == (1,)


# ------------------------------------------------------------------ away and back


def test_what_was_archived_comes_back_filled(unwell, run):
    segments.archive(segment=unwell, at=NOON, by=None)
    assert list(queries.archived()) == [unwell]
    segments.restore(segment=unwell, at=SOON, by=None)
    run(SOON)
    assert (names(unwell), told(), list(queries.archived())) == (["Alpha"], [], [])


def test_what_was_deleted_comes_back_for_ten_minutes(unwell, run):
    segments.delete(segment=unwell, at=NOON, by=None)
    assert list(queries.deleted_since(NOON - segments.UNDO)) == [unwell]
    assert list(queries.kept()) == []
    run(NOON + timedelta(minutes=9))
    segments.restore(segment=unwell, at=NOON + timedelta(minutes=9), by=None)
    run(NOON + timedelta(minutes=11))
    assert names(unwell) == ["Alpha"]

    segments.delete(segment=unwell, at=SOON, by=None)
    run(SOON + segments.UNDO)
    assert Segment.objects.count() == 0
    with pytest.raises(segments.TooLate):
        segments.restore(segment=unwell, at=SOON, by=None)


def test_a_name_taken_meanwhile_keeps_it_away(unwell):
    segments.archive(segment=unwell, at=NOON, by=None)
    make_segment()
    with pytest.raises(segments.NameTaken):
        segments.restore(segment=unwell, at=NOON, by=None)


def test_a_preview_counts_and_shows_the_first(workspace, monkeypatch):
    for number in range(12):
        make_customer(f"Customer {number:02}", score=10)
    raw = {"all": [{"field": "score", "op": "below", "value": 60}]}
    fields = registry.catalogue()
    found = queries.preview(raw, today=TODAY, fields=fields)
    assert (found.count, [account.name for account in found.first][:2], len(found.first)) == (
        12,
        ["Customer 00", "Customer 01"],
        10,
    )
    monkeypatch.setattr(queries, "compile", lambda *_args, **_kwargs: ("select pg_sleep(5)::text::bigint as id", []))
    monkeypatch.setattr(queries, "PATIENCE_MS", 20)
    assert queries.preview(raw, today=TODAY, fields=fields) == queries.Preview(None, [])
    make_ticket(make_account())  # the transaction goes on
