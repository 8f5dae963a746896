from datetime import date, timedelta
from decimal import Decimal

import pytest

from alerts.models import Alert, Dismissal
from lib.inserting import insert
from lib.updating import update
from tests.builders import NOON, make_account


def test_values_are_written_as_for_new_rows(workspace):
    account = make_account()
    row = {"account_id": account.pk, "until": date(2026, 6, 20), "reason": "x", "at": NOON, "by_id": None}
    dismissal = Dismissal.objects.get(pk=insert(Dismissal, [row])[0])
    dismissal.until, dismissal.at = date(2026, 6, 21), NOON + timedelta(microseconds=123456)
    update([dismissal], ["until", "at"])
    stored = Dismissal.objects.get()
    assert (stored.until, stored.at) == (dismissal.until, dismissal.at)
    row = {"account_id": account.pk, "rule": "x", "score": Decimal("41.5"), "opened_at": NOON, "drivers": []}
    alert = Alert.objects.get(pk=insert(Alert, [row])[0])
    alert.score, alert.drivers, alert.closed_at = Decimal("40.5"), [{"comment": "“Ü” %s \\ \n"}], None
    update([alert], ["score", "drivers", "closed_at"])
    changed = Alert.objects.get()
    assert (changed.score, changed.drivers, changed.closed_at) == (alert.score, alert.drivers, None)


def test_what_no_column_holds_is_refused(workspace):
    row = {"account_id": make_account().pk, "until": date(2026, 6, 20), "reason": "x", "at": NOON, "by_id": None}
    dismissal = Dismissal.objects.get(pk=insert(Dismissal, [row])[0])
    dismissal.reason = object()
    with pytest.raises(TypeError, match="No column holds"):
        update([dismissal], ["reason"])
    assert Dismissal.objects.get().reason == "x"
