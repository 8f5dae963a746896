import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import metrics as metric_actions
from accounts.batches import readings as batches
from accounts.models import Metric, MetricDay
from lib.time import today
from outbox.models import Effect
from tests.api.conftest import detail, errors
from tests.builders import NOON, make_account, make_metric, make_workspace
from workspaces import tenancy

GOOD = {"account": "A", "metric": "logins", "day": "2026-06-14", "value": 3}


def rows() -> list[tuple]:
    return list(MetricDay.objects.order_by("account", "metric__key", "day").values_list("day", "n", "total", "last"))


def test_a_batch_sets_day_rows_and_wakes_health(api):
    account = make_account(external_ids={"crm": "A"})
    make_metric("logins")
    woken = Effect.objects.filter(kind="health.rescore", payload__account_ids=[account.pk])
    before = woken.count()
    day = "2026-06-14"
    body = {
        "readings": [
            GOOD,
            {"account": "A", "metric": "seats", "kind": "gauge", "day": day, "n": 4, "total": 10, "last": 2.5},
        ]
    }
    response = api.post("metrics/batch/", body)
    assert (response.status_code, response.json()) == (200, {"written": 2, "refused": []})
    assert [(n, total, last) for _, n, total, last in rows()] == [(1, 3.0, 3.0), (4, 10.0, 2.5)]
    assert MetricDay.objects.filter(account=account).count() == 2
    assert Metric.objects.get(key="seats").name == "Seats"
    assert woken.count() == before + 1


def test_the_last_reading_of_a_day_wins_within_and_across_batches(api):
    make_account(external_ids={"crm": "A"})
    make_metric("logins")
    assert api.post("metrics/batch/", {"readings": [GOOD, GOOD | {"value": 5}]}).json() == {"written": 1, "refused": []}
    assert api.post("metrics/batch/", {"readings": [GOOD | {"value": 7.5}]}).json() == {"written": 1, "refused": []}
    assert [total for _, _, total, _ in rows()] == [7.5]
    assert api.post("metrics/batch/", {"readings": []}).json() == {"written": 0, "refused": []}


def test_a_metric_is_defined_by_any_reading_that_says_its_kind(api):
    make_account(external_ids={"crm": "A"})
    body = {"readings": [GOOD, GOOD | {"kind": "counter", "day": "2026-06-13"}, GOOD | {"kind": None}]}
    assert api.post("metrics/batch/", body).status_code == 200
    assert Metric.objects.get().kind == "counter"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"account": "B"}, "account"),
        ({"account": 5}, "account"),
        ({"account": ""}, "account"),
        ({"account": "x" * 121}, "account"),
        ({"account": "A\0"}, "account"),
        ({"source": "zammad"}, "account"),
        ({"source": ["crm"]}, "source"),
        ({"source": "\0"}, "source"),
        ({"metric": "unknown"}, "metric"),
        ({"metric": "no spaces"}, "metric"),
        ({"metric": None}, "metric"),
        ({"metric": "x" * 61}, "metric"),
        ({"kind": "gauge"}, "kind"),
        ({"kind": "speed"}, "kind"),
        ({"kind": {"a": 1}}, "kind"),
        ({"day": "2026-02-30"}, "day"),
        ({"day": "20260214"}, "day"),
        ({"day": "2026-W07-1"}, "day"),
        ({"day": 20260214}, "day"),
        ({"day": str(today() + timedelta(days=2))}, "day"),
        ({"value": "3"}, "value"),
        ({"value": True}, "value"),
        ({"value": None}, "value"),
        ({"value": 10**400}, "value"),
        ({"value": 1e300}, "value"),
        ({"value": -1e300}, "value"),
        ({"value": 10**15 + 1}, "value"),
        ({"day": "1899-12-31"}, "day"),
        ({"n": 1, "total": 1, "last": 1}, "value"),
    ],
)
def test_a_wrong_reading_is_named_by_its_place_and_nothing_is_written(api, change, field):
    make_account(external_ids={"crm": "A"})
    make_metric("logins")
    response = api.post("metrics/batch/", {"readings": [GOOD, GOOD | change]})
    assert response.status_code == 400
    assert list(errors(response)) == [f"readings.1.{field}"]
    assert rows() == []


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        ({}, "value"),
        ({"n": 0, "total": 1, "last": 1}, "n"),
        ({"n": 1_000_001, "total": 1, "last": 1}, "n"),
        ({"n": 1.0, "total": 1, "last": 1}, "n"),
        ({"n": True, "total": 1, "last": 1}, "n"),
        ({"total": 1, "last": 1}, "n"),
        ({"n": 1, "last": 1}, "total"),
        ({"n": 1, "total": 1, "last": "1"}, "last"),
        ({"n": 1, "total": 1.7e308, "last": 1}, "total"),
        ({"n": 1, "total": 1, "last": -1e16}, "last"),
    ],
)
def test_sums_come_whole(api, numbers, field):
    make_account(external_ids={"crm": "A"})
    make_metric("logins")
    reading = {name: GOOD[name] for name in ("account", "metric", "day")} | numbers
    assert list(errors(api.post("metrics/batch/", {"readings": [reading]}))) == [f"readings.0.{field}"]


def test_a_number_past_all_floats_is_no_number(api):
    text = '{"readings": [{"account": "A", "metric": "logins", "day": "2026-06-14", "value": 1e999}]}'
    assert detail(api.post("metrics/batch/", text)) == "JSON parse error: 1e999 is too large a number."


def test_how_far_numbers_and_days_reach(api):
    make_account(external_ids={"crm": "A"})
    make_metric("logins")
    wrong = GOOD | {"value": 1e300, "day": "1200-01-01"}
    assert errors(api.post("metrics/batch/", {"readings": [wrong]})) == {
        "readings.0.value": ["A number from −1,000,000,000,000,000 to 1,000,000,000,000,000."],
        "readings.0.day": ["A date between 1900 and 2199."],
    }
    good = GOOD | {"metric": "balance", "kind": "gauge", "value": -(10**15), "day": "1900-01-01"}
    assert api.post("metrics/batch/", {"readings": [good]}).status_code == 200


@pytest.mark.parametrize("body", [[], "text", 5, None, {}, {"readings": None}, {"readings": {}}, {"readings": "x"}])
def test_a_batch_is_an_object_with_a_list(api, body):
    response = api.post("metrics/batch/", json.dumps(body))
    assert response.status_code == 400
    assert list(errors(response)) in (["readings"], ["non_field_errors"])


def test_every_wrong_reading_is_listed(api):
    readings = ["text", GOOD | {"day": "?", "metric": "?"}, GOOD | {"account": "B", "metric": "other"}]
    assert errors(api.post("metrics/batch/", {"readings": readings})) == {
        "readings.0": ["An object."],
        "readings.1.metric": ["1 to 60 letters, digits, hyphens and underscores."],
        "readings.1.day": ["A day as YYYY-MM-DD."],
        "readings.2.account": ["No account here."],
        "readings.2.metric": ["No metric of this key: say its kind, and it is defined."],
    }


def test_an_id_that_two_accounts_share_needs_its_source(api):
    first = make_account(external_ids={"crm": "A", "desk": "A"})
    make_account(external_ids={"bank": "A"})
    make_metric("logins")
    refused = api.post("metrics/batch/", {"readings": [GOOD]})
    said = "Several accounts have this external id: name its source."
    assert errors(refused) == {"readings.0.account": [said]}
    assert api.post("metrics/batch/", {"readings": [GOOD | {"source": "desk"}]}).json() == {"written": 1, "refused": []}
    assert MetricDay.objects.get().account_id == first.pk


def test_one_account_may_have_one_id_everywhere(api):
    make_account(external_ids={"crm": "A", "desk": "A"})
    make_metric("logins")
    assert api.post("metrics/batch/", {"readings": [GOOD]}).json() == {"written": 1, "refused": []}


def test_another_workspaces_ids_are_unknown(api):
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        make_account(external_ids={"crm": "A"})
        make_metric("logins")
    refused = api.post("metrics/batch/", {"readings": [GOOD]})
    assert set(errors(refused)) == {"readings.0.account", "readings.0.metric"}


def test_limits_are_told(api, monkeypatch):
    make_account(external_ids={"crm": "A"})
    new = [GOOD | {"metric": f"m{n}", "kind": "gauge"} for n in range(21)]
    assert errors(api.post("metrics/batch/", {"readings": new})) == {"readings": ["At most 20 new metrics a batch."]}
    assert Metric.objects.count() == 0
    body = {"readings": [{}] * (batches.MOST_READINGS + 1)}
    assert errors(api.post("metrics/batch/", body)) == {"readings": ["At most 10000 readings a batch."]}


def test_a_full_batch_takes_as_many_queries_as_a_small_one(api):
    make_account(external_ids={"crm": "A"})
    make_metric("logins")
    api.get("metrics/")  # from now on the token's last use is known

    def send(most: int) -> int:
        first = today() - timedelta(days=most)
        readings = [GOOD | {"day": str(first + timedelta(days=n))} for n in range(most)]
        with CaptureQueriesContext(connection) as queries:
            assert api.post("metrics/batch/", {"readings": readings}).json() == {"written": most, "refused": []}
        return len(queries)

    send(1)  # from now on who writes the metric is known
    assert send(1) == send(5000)


def test_the_definitions(api):
    metric = make_metric("logins")
    assert api.get("metrics/").json()["results"] == [
        {"id": metric.pk, "key": "logins", "name": "Logins", "unit": "", "kind": "counter", "good": "up", "sources": []}
    ]


def test_the_days_of_one_metric_of_one_account(api):
    account, metric, other = make_account(), make_metric("logins"), make_metric("other")
    days = [today() - timedelta(days=n) for n in (3, 2, 1)]
    metric_actions.upsert_readings(
        readings=[metric_actions.Reading(account.pk, m.pk, day, 2, 5, 3) for m in (metric, other) for day in days],
        at=NOON,
    )
    first = api.get("metrics/days/", account=account.pk, metric="logins", page_size=2).json()
    assert first["results"] == [{"day": str(day), "n": 2, "total": 5.0, "last": 3.0} for day in days[:2]]
    following = api.client.get(first["next"], headers=api.headers).json()
    assert [row["day"] for row in following["results"]] == [str(days[2])]
    assert following["next"] is None
    some = api.get("metrics/days/", account=account.pk, metric="logins", since=str(days[1]), until=str(days[2])).json()
    assert [row["day"] for row in some["results"]] == [str(days[1])]
    assert set(errors(api.get("metrics/days/"))) == {"account", "metric"}
    assert api.get("metrics/days/", account=account.pk, metric="logins", cursor="cD0x").status_code == 404


# ------------------------------------------------------------------------------------------- keeping the good ones
def test_the_good_readings_are_kept_when_asked_for(api):
    make_account(external_ids={"crm": "A"})
    make_metric("logins")
    readings = [GOOD | {"day": "?"}, GOOD, GOOD | {"account": "B"}, GOOD | {"day": "2026-06-13", "source": "crm"}]
    told = api.post("metrics/batch/", {"readings": readings, "keep_good": True}).json()
    assert told["written"] == 2
    assert told["refused"] == [
        {"index": 0, "errors": {"day": ["A day as YYYY-MM-DD."]}},
        {"index": 2, "errors": {"account": ["No account here."]}},
    ]
    assert len(rows()) == 2
    nothing = api.post("metrics/batch/", {"readings": readings[:1], "keep_good": True}).json()
    assert (nothing["written"], len(nothing["refused"])) == (0, 1)


def test_a_refused_reading_defines_no_metric(api):
    make_account(external_ids={"crm": "A"})
    stranger = {"account": "B", "metric": "seats", "kind": "gauge", "day": "2026-06-14", "value": 1}
    readings = [stranger, {"account": "A", "metric": "seats", "day": "2026-06-14", "value": 1}]
    told = api.post("metrics/batch/", {"readings": readings, "keep_good": True}).json()
    assert [found["index"] for found in told["refused"]] == [0, 1]
    assert not Metric.objects.exists()
    assert errors(api.post("metrics/batch/", {"readings": [], "keep_good": 1})) == {"keep_good": ["True or false."]}


def test_values_and_sums_may_come_together(api):
    make_account(external_ids={"crm": "A", "desk": "X"})
    make_metric("logins")
    sums = {"account": "X", "source": "desk", "metric": "logins", "day": "2026-06-13", "n": 2, "total": 5, "last": 3.5}
    assert api.post("metrics/batch/", {"readings": [GOOD | {"source": None}, sums]}).json()["written"] == 2
    assert sorted(rows()) == [(date(2026, 6, 13), 2, 5.0, 3.5), (date(2026, 6, 14), 1, 3.0, 3.0)]
    both = GOOD | {"total": 3}
    assert list(errors(api.post("metrics/batch/", {"readings": [sums, both]}))) == ["readings.1.value"]


def test_readings_must_agree_about_the_kind(api):
    make_account(external_ids={"crm": "A"})
    one, other = ({**GOOD, "kind": kind} for kind in ("counter", "gauge"))
    said = ["This metric is a counter."]
    assert errors(api.post("metrics/batch/", {"readings": [one, other]})) == {"readings.1.kind": said}
    make_metric("logins")
    assert errors(api.post("metrics/batch/", {"readings": [other]})) == {"readings.0.kind": said}


@pytest.mark.parametrize(
    ("kind", "fields", "field", "words"),
    [
        ("counter", {"value": -1}, "value", "What is counted is 0 or more."),
        ("counter", {"n": 2, "total": -1, "last": 0}, "total", "What is counted is 0 or more."),
        ("rating", {"value": 101}, "value", "A rating is a number from 0 to 100; a total is a sum of them."),
        ("rating", {"n": 2, "total": 201, "last": 100}, "total", "A rating is a number from 0 to 100;"),
        ("rating", {"n": 2, "total": 100, "last": -0.5}, "last", "A rating is a number from 0 to 100;"),
    ],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_what_cannot_be_counted_or_rated_is_refused(api, kind, fields, field, words, is_new):
    make_account(external_ids={"crm": "A"})
    if not is_new:
        make_metric("stars", kind)
    reading = {"account": "A", "metric": "stars", "kind": kind, "day": "2026-06-14", **fields}
    (path, (said,)), *rest = errors(api.post("metrics/batch/", {"readings": [reading]})).items()
    assert (path, said.startswith(words), rest, rows()) == (f"readings.0.{field}", True, [], [])
    good = reading | {name: 50 for name in fields if name != "n"}
    assert api.post("metrics/batch/", {"readings": [good]}).status_code == 200
    kept = {"readings": [good, reading | {"day": "2026-06-13"}], "keep_good": True}
    assert api.post("metrics/batch/", kept).json()["written"] == 1
