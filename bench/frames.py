"""What pandas and Polars take to read the rows behind the score from PostgreSQL, to compute it and to write it back.

They compute the same scores (`main` compares them), but of the parts only what the benchmark's data have rows for, and
of what is behind them store 15 numbers, not all. Rows come by COPY as CSV, the quickest way
out of the database that both have. Each library reads, groups and joins; the formulas are numpy, the same for both.
Neither is among our dependencies: NINEFOLD_FRAMES names the folder that they are installed in.
"""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from io import BytesIO, StringIO
from typing import Any

import numpy as np
from django.db import connections

from bench import frame_formulas, score_sql
from bench.frame_formulas import COLUMNS, Shared
from health.parts import CONSTANTS

HOW = "python -m pip install --target FOLDER pandas polars, then NINEFOLD_FRAMES=FOLDER"

ROWS = {
    "accounts": "select id as account_id, stage from accounts_account where workspace_id = {workspace}",
    "days": """select m.account_id, k.key, date '{day}' - m.day as age, m.n, m.total, m.last
        from accounts_metricday m join accounts_metric k on k.id = m.metric_id
        where m.workspace_id = {workspace} and m.day <= date '{day}' and m.day > date '{day}' - case k.key
            when 'key_actions' then 56 when 'active_users' then 28 when 'seats_used' then 91
            when 'csat' then 365 when 'nps' then 365 when 'touchpoints_two_way' then 365 else 0 end""",
    "contracts": """select account_id, seats from accounts_contract
        where workspace_id = {workspace} and starts_on <= date '{day}' and ends_on > date '{day}' and seats > 0""",
    "tickets": """select account_id, (opened_at >= timestamptz '{day}' - interval '29 days')::int as is_new,
            (opened_at < timestamptz '{day}' - interval '7 days' and topic <> 'question' and priority <> 'low'
                and (closed_at is null or closed_at >= timestamptz '{day}' + interval '1 day'))::int as is_waiting,
            coalesce(reopened_at >= timestamptz '{day}' - interval '29 days', false)::int as is_reopened,
            coalesce(reopened_at >= timestamptz '{day}' - interval '89 days', false)::int as is_bump
        from accounts_ticket where workspace_id = {workspace} and opened_at < timestamptz '{day}' + interval '1 day'""",
    "contacts": """select id as contact_id, account_id, role,
            (left_at is null or left_at >= timestamptz '{day}' + interval '1 day')::int as is_here
        from accounts_contact where workspace_id = {workspace}""",
    "touches": """select account_id, contact_id, extract(epoch from at)::bigint as second,
            date '{day}' - (at at time zone 'UTC')::date as age, (direction = 'two_way' and outcome <> 'missed')::int
            as is_talk, (direction = 'one_way' and outcome <> 'missed')::int as is_sent, is_proactive::int, felt
        from journeys_touchpoint
        where workspace_id = {workspace} and channel <> 'note' and at < timestamptz '{day}' + interval '1 day'
          and at >= timestamptz '{day}' - interval '179 days'""",
}


def libraries() -> dict[str, Callable[[int, date, Shared], dict[int, float]]]:
    """Each that is there, by name: what computes and stores a workspace's scores of a day; returns them by account."""
    if folder := os.environ.get("NINEFOLD_FRAMES"):
        sys.path.append(folder)
    found: dict[str, Callable[[int, date, Shared], dict[int, float]]] = {}
    for name, compute in (("pandas", _pandas), ("polars", _polars)):
        try:
            library = __import__(name)
        except ImportError:
            continue
        found[name] = partial(compute, library)
    return found


def _read(name: str, workspace_id: int, day: date) -> BytesIO:
    text = BytesIO()
    sql = ROWS[name].format(workspace=workspace_id, day=day)
    with connections["owner"].cursor() as cursor:
        cursor.cursor.copy_expert(f"copy ({sql}) to stdout (format csv, header)", text)
    text.seek(0)
    return text


def _write(text: str, workspace_id: int, day: date) -> None:
    """Store what was computed as the statements written by hand do: a row a day, and accounts that are different."""
    told = {"workspace": workspace_id, "day": day, "at": datetime.combine(day, datetime.min.time(), UTC)}
    with connections["owner"].cursor() as cursor:
        cursor.execute(score_sql.FRAME.format(" float8, ".join(COLUMNS)))
        cursor.cursor.copy_expert("copy frame_score from stdin (format csv)", StringIO(text))
        cursor.execute("analyze frame_score")
        cursor.execute(score_sql.STORING_A_FRAME.format(", ".join(COLUMNS[2:])), told)


def _second(day: date) -> int:
    return int(datetime.combine(day, datetime.min.time(), UTC).timestamp())


def _reckon(frame: Mapping[str, Any], stages: Any, shared: Shared) -> dict[str, Any]:
    with np.errstate(all="ignore"):
        return frame_formulas.reckon(frame, stages, shared)


# ------------------------------------------------------------------------------------------------------- pandas
def _pandas(pd: Any, workspace_id: int, day: date, shared: Shared) -> dict[int, float]:
    accounts, days, contracts, tickets, contacts, touches = (
        pd.read_csv(_read(name, workspace_id, day)) for name in ROWS
    )
    of = dict(list(days.groupby("key")))
    acts, users, use, talks = (of[key] for key in ("key_actions", "active_users", "seats_used", "touchpoints_two_way"))
    known, asked = acts.groupby("account_id"), tickets.groupby("account_id")
    late, early = acts[acts.age < 28].groupby("account_id"), acts[acts.age >= 28].groupby("account_id")
    people = users.groupby("account_id")["last"]
    used = use[use.age < 14].groupby("account_id")["last"].mean()
    seats = contracts.groupby("account_id").seats.sum()
    columns = {
        "late": late.total.sum(), "n_late": late.size(), "early": early.total.sum(), "n_early": early.size(),
        "first": known.age.max(), "weeks": (acts[acts.total > 0].age // 7).groupby(acts.account_id).nunique(),
        "users": people.mean(), "peak": people.max(), "used": used, "seats": seats, "ever": asked.size(),
        "new": asked.is_new.sum(), "waiting": asked.is_waiting.sum(), "reopened": asked.is_reopened.sum(),
        "bumps": asked.is_bump.sum(), "spoke": talks[talks.total > 0].groupby("account_id").age.min(),
        **_pandas_voice(pd, of),
        **_pandas_people(contacts, touches), **_pandas_touches(pd, touches),
        **_pandas_full(use, seats, touches, day),
    }  # fmt: skip
    frame = pd.DataFrame(columns).reindex(accounts.account_id)
    found = _reckon({name: frame[name].to_numpy(float) for name in columns}, accounts.stage.to_numpy(), shared)
    _write(pd.DataFrame(found, index=frame.index).to_csv(header=False), workspace_id, day)
    return dict(zip(frame.index.tolist(), found["score"].tolist(), strict=True))


def _pandas_voice(pd: Any, of: dict[str, Any]) -> dict[str, Any]:
    rows = pd.concat([of["csat"].assign(bad=25.0), of["nps"].assign(bad=60.0)])
    rows["w"] = rows.n * 0.5 ** (rows.age / 120)
    rows["v"] = rows.w * (100 * (rows.total / rows.n - rows.bad) / (100 - rows.bad)).clip(lower=0)
    sums = rows.groupby("account_id")
    return {"voice_weight": sums.w.sum(), "voice_total": sums.v.sum()}


def _pandas_full(use: Any, seats: Any, touches: Any, day: date) -> dict[str, Any]:
    """Of whoever came to use all seats in 90 days: 1, and whether we had spoken with them first."""
    lately = use[use.age < 14].sort_values("age").groupby("account_id")["last"].first()
    near = seats[(lately / seats).reindex(seats.index).between(CONSTANTS["seats_near"], CONSTANTS["seats_beyond"])]
    rows = use[use.account_id.isin(near.index)].sort_values(["account_id", "age"], ascending=[True, False])
    is_full = (rows["last"] >= rows.account_id.map(near)).astype(int)
    came = rows[(is_full == 1) & (is_full.groupby(rows.account_id).shift() == 0)].groupby("account_id").age.max()
    second = _second(day) - came * 86_400
    ours = touches[(touches.is_talk == 1) & (touches.is_proactive == 1) & touches.account_id.isin(came.index)]
    ahead = ours.account_id.map(second) - ours.second
    met = ours[(ahead > 0) & (ahead <= 30 * 86_400)].groupby("account_id").size()
    return {"full": came * 0 + 1, "foreseen": (met > 0).astype(int)}


def _pandas_people(contacts: Any, touches: Any) -> dict[str, Any]:
    last = touches[touches.is_talk == 1].groupby("contact_id").age.min().rename("age")
    people = contacts.join(last, on="contact_id")
    met, seen = people[people.age < 90].groupby("account_id"), people[people.age < 120]
    decides = people.role == "decision_maker"
    return {
        "here": people.groupby("account_id").is_here.sum(), "people": met.size(), "roles": met.role.nunique(),
        "deciders": people[decides].groupby("account_id").is_here.sum(),
        "decider_age": people[decides].groupby("account_id").age.min(),
        "champion": (seen.role == "champion").groupby(seen.account_id).any().astype(float),
        "decider": (seen.role == "decision_maker").groupby(seen.account_id).any().astype(float),
    }  # fmt: skip


def _pandas_touches(pd: Any, touches: Any) -> dict[str, Any]:
    rows = touches.sort_values("second")
    talks = rows[rows.is_talk == 1].assign(next=lambda those: those.second)[["account_id", "second", "next"]]
    all_sent = rows[rows.is_sent == 1]
    again = all_sent.assign(again=lambda those: those.second)[["account_id", "second", "again"]]
    later = {"on": "second", "by": "account_id", "direction": "forward", "allow_exact_matches": False}
    sent = pd.merge_asof(pd.merge_asof(all_sent[all_sent.age < 90], talks, **later), again, **later)
    sent = sent[~(sent.again < sent.next)]
    recent = rows[(rows.is_talk == 1) & (rows.age < 90)].groupby("account_id").is_proactive
    felt = rows.groupby("account_id").felt
    return {
        "sent": sent.groupby("account_id").size(),
        "answered": (sent.next <= sent.second + 14 * 86400).groupby(sent.account_id).sum(),
        "ours": recent.sum(), "told": recent.count(), "felt": felt.count(), "tone": felt.mean(),
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------------- Polars
def _polars(pl: Any, workspace_id: int, day: date, shared: Shared) -> dict[int, float]:
    accounts, days, contracts, tickets, contacts, touches = (
        pl.read_csv(_read(name, workspace_id, day)) for name in ROWS
    )
    told = [
        _polars_days(pl, days), contracts.group_by("account_id").agg(pl.col("seats").sum()),
        tickets.group_by("account_id").agg(
            pl.len().alias("ever"), pl.col("is_new").sum().alias("new"), pl.col("is_waiting").sum().alias("waiting"),
            pl.col("is_reopened").sum().alias("reopened"), pl.col("is_bump").sum().alias("bumps"),
        ),
        _polars_people(pl, contacts, touches), _polars_touches(pl, touches),
        _polars_full(pl, days, contracts, touches, day),
    ]  # fmt: skip
    frame = accounts
    for one in told:
        frame = frame.join(one, on="account_id", how="left")
    names = [name for name in frame.columns if name not in ("account_id", "stage")]
    floats = frame.select(pl.col(names).cast(pl.Float64).fill_null(float("nan")))
    found = _reckon({name: floats[name].to_numpy() for name in names}, frame["stage"].to_numpy(), shared)
    written = pl.DataFrame({"account_id": frame["account_id"], **found}).fill_nan(None)
    _write(written.write_csv(include_header=False), workspace_id, day)
    return dict(zip(frame["account_id"].to_list(), found["score"].tolist(), strict=True))


def _polars_days(pl: Any, days: Any) -> Any:
    age, total, last, n = pl.col("age"), pl.col("total"), pl.col("last"), pl.col("n")
    acts, users = pl.col("key") == "key_actions", pl.col("key") == "active_users"
    talks, use = pl.col("key") == "touchpoints_two_way", pl.col("key") == "seats_used"
    rating, bad = pl.col("key").is_in(["csat", "nps"]), pl.when(pl.col("key") == "csat").then(25.0).otherwise(60.0)
    w = n * 0.5 ** (age / 120)
    v = w * (100 * (total / n - bad) / (100 - bad)).clip(0)
    return days.group_by("account_id").agg(
        total.filter(acts & (age < 28)).sum().alias("late"), total.filter(acts & (age >= 28)).sum().alias("early"),
        (acts & (age < 28)).sum().alias("n_late"), (acts & (age >= 28)).sum().alias("n_early"),
        age.filter(acts).max().alias("first"), (age // 7).filter(acts & (total > 0)).n_unique().alias("weeks"),
        last.filter(users).mean().alias("users"), last.filter(users).max().alias("peak"),
        last.filter(use & (age < 14)).mean().alias("used"), age.filter(talks & (total > 0)).min().alias("spoke"),
        w.filter(rating).sum().alias("voice_weight"), v.filter(rating).sum().alias("voice_total"),
    )  # fmt: skip


def _polars_full(pl: Any, days: Any, contracts: Any, touches: Any, day: date) -> Any:
    """As `_pandas_full`."""
    age, last, seats = pl.col("age"), pl.col("last"), pl.col("seats")
    bought = contracts.group_by("account_id").agg(seats.sum())
    rows = days.filter(pl.col("key") == "seats_used").join(bought, on="account_id").sort("account_id", -age)
    near = last.filter(age < 14).last().over("account_id").is_between(
        CONSTANTS["seats_near"] * seats, CONSTANTS["seats_beyond"] * seats
    )  # fmt: skip
    rows = rows.filter(near).with_columns(is_full=last >= seats)
    rows = rows.filter(pl.col("is_full") & pl.col("is_full").shift().over("account_id").not_())
    came = rows.group_by("account_id").agg((_second(day) - age.max() * 86_400).alias("full_at"))
    ours = touches.filter((pl.col("is_talk") == 1) & (pl.col("is_proactive") == 1)).join(came, on="account_id")
    ahead = pl.col("full_at") - pl.col("second")
    met = ours.filter((ahead > 0) & (ahead <= 30 * 86_400)).group_by("account_id").agg(foreseen=pl.lit(1))
    return came.join(met, on="account_id", how="left").select("account_id", "foreseen", full=pl.lit(1))


def _polars_people(pl: Any, contacts: Any, touches: Any) -> Any:
    age, role, here = pl.col("age"), pl.col("role"), pl.col("is_here")
    last = touches.filter(pl.col("is_talk") == 1).group_by("contact_id").agg(age.min())
    return (
        contacts.join(last, on="contact_id", how="left")
        .group_by("account_id")
        .agg(
            here.sum().alias("here"), (age < 90).sum().alias("people"),
            role.filter(age < 90).n_unique().alias("roles"),
            here.filter(role == "decision_maker").sum().alias("deciders"),
            age.filter(role == "decision_maker").min().alias("decider_age"),
            ((role == "champion") & (age < 120)).any().alias("champion"),
            ((role == "decision_maker") & (age < 120)).any().alias("decider"),
        )
    )  # fmt: skip


def _polars_touches(pl: Any, touches: Any) -> Any:
    age, second = pl.col("age"), pl.col("second")
    talk, sent = pl.col("is_talk") == 1, (pl.col("is_sent") == 1) & (age < 90)
    rows = touches.sort("second")
    talks = rows.filter(talk).select("account_id", "second", next=second)
    again = rows.filter(pl.col("is_sent") == 1).select("account_id", "second", again=second)
    later = {"on": "second", "by": "account_id", "strategy": "forward", "allow_exact_matches": False}
    asked = rows.filter(sent).join_asof(talks, check_sortedness=False, **later)
    asked = asked.join_asof(again, check_sortedness=False, **later)
    asked = asked.filter((pl.col("again") < pl.col("next")).fill_null(False).not_())
    answers = asked.group_by("account_id").agg(
        pl.len().alias("sent"), (pl.col("next") <= second + 14 * 86400).sum().alias("answered")
    )
    recent = pl.col("is_proactive").filter(talk & (age < 90))
    others = rows.group_by("account_id").agg(
        recent.sum().alias("ours"), recent.count().alias("told"), pl.col("felt").count().alias("felt"),
        pl.col("felt").mean().alias("tone"),
    )  # fmt: skip
    return others.join(answers, on="account_id", how="full", coalesce=True)
