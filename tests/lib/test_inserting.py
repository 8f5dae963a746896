from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Fact
from alerts.models import Alert, Dismissal
from lib import inserting
from lib.inserting import insert
from outbox.models import Effect
from tests.builders import NOON, make_account


def test_rows_are_stored_in_order_and_the_rest_is_as_by_default(workspace):
    account = make_account()
    rows = [
        {
            "account_id": account.pk,
            "rule": rule,
            "score": Decimal("41.5"),
            "opened_at": NOON + timedelta(microseconds=123456),
            "drivers": [{"comment": "“Ünïcode” %s \\ \n"}],
            "held": [rule, "a,b"],
            "holdout_share": None,
        }
        for rule in ("c", "a", "b")
    ]
    ids = insert(Alert, rows)
    stored = [Alert.objects.get(pk=pk) for pk in ids]
    assert [one.rule for one in stored] == ["c", "a", "b"]
    first = stored[0]
    assert (first.score, first.opened_at, first.held) == (Decimal("41.5"), rows[0]["opened_at"], ["c", "a,b"])
    assert (first.drivers, first.holdout_share) == (rows[0]["drivers"], None)
    assert (first.workspace_id, first.is_urgent, first.escalated_to, first.resolution) == (workspace.pk, False, [], "")


def test_a_day_is_stored_and_what_has_no_column_is_refused(workspace):
    row = {"account_id": make_account().pk, "until": date(2026, 6, 20), "reason": "x", "at": NOON, "by_id": None}
    assert Dismissal.objects.get(pk=insert(Dismissal, [row])[0]).until == date(2026, 6, 20)
    with pytest.raises(TypeError, match="No column holds"):
        insert(Dismissal, [row | {"reason": object()}])
    with pytest.raises(DataError), transaction.atomic():
        insert(Dismissal, [row | {"reason": "x" * 201}])


def test_what_is_there_already_stays(workspace):
    row = {"kind": "x", "queue": "default", "dedupe_key": "1", "available_at": NOON, "created_at": NOON}
    (pk,) = insert(Effect, [row], ignore_conflicts=True)
    assert len(insert(Effect, [row, row | {"dedupe_key": "2"}], ignore_conflicts=True)) == 1
    effect = Effect.objects.get(pk=pk)
    assert (effect.payload, effect.state, effect.attempts) == ({}, "ready", 0)


def test_many_rows_take_few_statements(workspace, monkeypatch):
    monkeypatch.setattr(inserting, "AT_ONCE", 2)
    account = make_account()
    row = {"account_id": account.pk, "kind": "x", "at": NOON, "recorded_at": NOON}
    with CaptureQueriesContext(connection) as captured:
        assert len(set(insert(Fact, [row] * 5))) == 5
        assert insert(Fact, []) == []
    assert len(captured) == 3
