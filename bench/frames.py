"""What pandas and Polars take to read the rows behind the score from PostgreSQL and to compute parts of it.

They compute three of the eight parts (adoption, relationships and engagement, without regular use, replies and breadth)
and store nothing, so their times are bounds from below. Rows come by COPY as CSV, the quickest way out of the database
that both have. Neither is among our dependencies: NINEFOLD_FRAMES names the folder that they are installed in.
"""

import math
import os
import sys
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from django.db import connections

HOW = "python -m pip install --target FOLDER pandas polars, then NINEFOLD_FRAMES=FOLDER"

ROWS = {
    "days": """select m.account_id, k.key, m.day - date '{day}' as age, m.n, m.total, m.last
        from accounts_metricday m join accounts_metric k on k.id = m.metric_id
        where m.workspace_id = {workspace} and m.day <= date '{day}' and m.day > date '{day}' - case
            when k.key in ('key_actions', 'active_users') then 56 when k.key = 'seats_used' then 14 else 365 end""",
    "contracts": """select account_id, seats from accounts_contract
        where workspace_id = {workspace} and starts_on <= date '{day}' and ends_on > date '{day}' and seats > 0""",
    "tickets": """select account_id, opened_at >= timestamptz '{day}' - interval '29 days' as is_new,
            opened_at < timestamptz '{day}' - interval '7 days' and closed_at is null as is_waiting
        from accounts_ticket where workspace_id = {workspace} and opened_at < timestamptz '{day}' + interval '1 day'""",
    "people": """select t.account_id, t.contact_id, c.role, t.felt from journeys_touchpoint t
        join accounts_contact c on c.id = t.contact_id
        where t.workspace_id = {workspace} and t.direction = 'two_way' and t.at < timestamptz '{day}' + interval '1 day'
          and t.at >= timestamptz '{day}' - interval '89 days'""",
}


def libraries() -> dict[str, Callable[[int, date], int]]:
    """Each that is there, by name: what computes the parts of all accounts of a workspace, and tells how many."""
    if folder := os.environ.get("NINEFOLD_FRAMES"):
        sys.path.append(folder)
    found: dict[str, Callable[[int, date], int]] = {}
    for name, compute in (("pandas", _pandas), ("polars", _polars)):
        try:
            library = __import__(name)
        except ImportError:
            continue
        found[name] = lambda workspace, day, compute=compute, library=library: compute(library, workspace, day)
    return found


def _read(name: str, workspace_id: int, day: date) -> BytesIO:
    text = BytesIO()
    sql = ROWS[name].format(workspace=workspace_id, day=day)
    with connections["owner"].cursor() as cursor:
        cursor.cursor.copy_expert(f"copy ({sql}) to stdout (format csv, header)", text)
    text.seek(0)
    return text


# ------------------------------------------------------------------------------------------------------- pandas
def _pandas(pd: Any, workspace_id: int, day: date) -> int:
    days, contracts, tickets, people = (pd.read_csv(_read(name, workspace_id, day)) for name in ROWS)
    of = dict(list(days.groupby("key")))
    acts, users, use, talks = (of[key] for key in ("key_actions", "active_users", "seats_used", "touchpoints_two_way"))
    tickets[["is_new", "is_waiting"]] = tickets[["is_new", "is_waiting"]] == "t"
    asked, met = tickets.groupby("account_id"), people.groupby("account_id")
    late = acts[acts.age > -28].groupby("account_id").total.sum()
    early = acts[acts.age <= -28].groupby("account_id").total.sum()
    seats = contracts.groupby("account_id").seats.sum()
    frame = pd.DataFrame({
        "late": late, "early": early, "seats": seats, "used": use.groupby("account_id")["last"].mean(),
        "users": users[users.age > -28].groupby("account_id")["last"].mean(),
        "new": asked.is_new.sum(), "waiting": asked.is_waiting.sum(), "people": met.contact_id.nunique(),
        "roles": met.role.nunique(), "tone": met.felt.mean(), "spoke": talks.groupby("account_id").age.max(),
    })  # fmt: skip
    frame = frame.join(_pandas_voice(pd, of))
    trend = _between((((frame.late + 1) / (frame.early + 1)).map(_log)), -0.7, 0.2)
    each = frame.late / (28 * frame.users)
    depth = _between((each / each.median()).map(_log), -1.0, 0.5)
    blocked = (5 * frame.waiting + 8 * (100 * frame.new / frame.seats.clip(lower=25) / 20).clip(upper=1)).clip(upper=20)
    adoption = (0.3 * (100 * frame.used / frame.seats).clip(upper=100) + 0.2 * trend + 0.15 * depth) / 0.65 - blocked
    width = 100 * (1 - (-(frame.roles + 0.5 * (frame.people - frame.roles)) / 3).map(math.exp))
    engagement = (0.2 * 25 * (frame.tone + 2) + 0.15 * 100 * 0.5 ** (-frame.spoke / 30)) / 0.35
    score = (25 * adoption + 15 * (0.25 * width + 0.3 * frame.voice) / 0.55 + 10 * engagement) / 50
    return int(score.notna().sum())


def _pandas_voice(pd: Any, of: dict[str, Any]) -> Any:
    rows = pd.concat([of["csat"].assign(bad=25.0), of["nps"].assign(bad=60.0)])
    rows["w"] = rows.n * 0.5 ** (-rows.age / 60)
    rows["v"] = rows.w * (100 * (rows.total / rows.n - rows.bad) / (100 - rows.bad)).clip(lower=0)
    sums = rows.groupby("account_id")[["w", "v"]].sum()
    return (sums.v / sums.w).rename("voice")


def _between(values: Any, low: float, high: float) -> Any:
    return 100 * ((values - low) / (high - low)).clip(0, 1)


def _log(value: float) -> float:
    return math.log(value) if value > 0 else math.nan


# ------------------------------------------------------------------------------------------------------- Polars
def _polars(pl: Any, workspace_id: int, day: date) -> int:
    days, contracts, tickets, people = (pl.read_csv(_read(name, workspace_id, day)) for name in ROWS)
    age, total, last = pl.col("age"), pl.col("total"), pl.col("last")
    acts, users = pl.col("key") == "key_actions", (pl.col("key") == "active_users") & (age > -28)
    talks = pl.col("key") == "touchpoints_two_way"
    rating, bad = pl.col("key").is_in(["csat", "nps"]), pl.when(pl.col("key") == "csat").then(25.0).otherwise(60.0)
    w = pl.col("n") * 0.5 ** (-age / 60)
    v = w * (100 * (total / pl.col("n") - bad) / (100 - bad)).clip(0)
    frame = days.group_by("account_id").agg(
        total.filter(acts & (age > -28)).sum().alias("late"), total.filter(acts & (age <= -28)).sum().alias("early"),
        last.filter(users).mean().alias("users"), last.filter(pl.col("key") == "seats_used").mean().alias("used"),
        age.filter(talks).max().alias("spoke"), (v.filter(rating).sum() / w.filter(rating).sum()).alias("voice"),
    )  # fmt: skip
    told = [
        contracts.group_by("account_id").agg(pl.col("seats").sum()),
        tickets.group_by("account_id").agg((pl.col(one) == "t").sum() for one in ("is_new", "is_waiting")),
        people.group_by("account_id").agg(
            pl.col("contact_id").n_unique(), pl.col("role").n_unique(), pl.col("felt").mean()
        ),
    ]
    for one in told:
        frame = frame.join(one, on="account_id", how="full", coalesce=True)
    return frame.with_columns(score=_polars_score(pl)).select(pl.col("score").is_not_null().sum()).item()  # type: ignore[no-any-return]


def _polars_score(pl: Any) -> Any:
    late, early, seats, roles, people = (pl.col(one) for one in ("late", "early", "seats", "role", "contact_id"))
    each = late / (28 * pl.col("users"))
    trend = _between(((late + 1) / (early + 1)).log(), -0.7, 0.2)
    depth = _between((each / each.median()).log(), -1.0, 0.5)
    opened = (100 * pl.col("is_new") / seats.clip(25) / 20).clip(None, 1)
    blocked = (5 * pl.col("is_waiting") + 8 * opened).clip(None, 20)
    adoption = (0.3 * (100 * pl.col("used") / seats).clip(None, 100) + 0.2 * trend + 0.15 * depth) / 0.65 - blocked
    width = 100 * (1 - (-(roles + 0.5 * (people - roles)) / 3).exp())
    engagement = (0.2 * 25 * (pl.col("felt") + 2) + 0.15 * 100 * 0.5 ** (-pl.col("spoke") / 30)) / 0.35
    return (25 * adoption + 15 * (0.25 * width + 0.3 * pl.col("voice")) / 0.55 + 10 * engagement) / 50
