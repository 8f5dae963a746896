"""The account list and search at a million accounts, against bare views of a table of 50 rows, as in bench/page."""

import os
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import Account  # noqa: E402
from bench import portfolio, report  # noqa: E402
from bench.page import count_queries  # noqa: E402
from dashboard.queries import SORTS  # noqa: E402
from lib.paging import cursor_at  # noqa: E402
from segments.models import Segment  # noqa: E402
from workspaces import tenancy  # noqa: E402
from workspaces.models import Member  # noqa: E402

ACCOUNTS = int(os.environ.get("BENCH_PORTFOLIO", "1000000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "40"))
WORDS = {"common": "logistics", "rare": portfolio.RARE, "two_letters": "ce", "no_hit": "zzyzx", "mistyped": "logsitics"}
HTMX = {"HX-Request": "true"}
SEARCH_GOAL_MS = 50


def main() -> None:
    settings.ROOT_URLCONF = "bench.page"
    settings.ALLOWED_HOSTS = ["testserver"]
    workspace_id = portfolio.ensure(ACCOUNTS)
    with tenancy.entered(workspace_id):
        member = Member.objects.select_related("user").order_by("pk").first()
        pages = addresses(member.pk, Segment.objects.get().pk)
    client = Client()
    client.force_login(member.user)
    bare = {"bare": "/bare/", "table": "/bare/table/"}
    lists = bare | {name: f"/accounts/{query}" for name, query in pages.items()}
    searches = {f"search_{name}": f"/search/?q={word}" for name, word in WORDS.items()}
    works = {name: caller(client, address) for name, address in (lists | searches).items()}
    suggestions = {f"suggest_{name}": f"/search/suggest/?q={word}" for name, word in WORDS.items()}
    works |= {name: caller(client, address, headers=HTMX) for name, address in suggestions.items()}
    queries = {name: count_queries(work) for name, work in works.items()}
    times = report.interleaved(ROUNDS, works)
    p50 = {name: report.percentile(taken, 0.50) for name, taken in times.items()}
    p95 = {name: report.percentile(taken, 0.95) for name, taken in times.items()}
    of_lists = {name: time for name, time in p95.items() if name in lists}
    ratios = report.ratios(of_lists, "table")
    found = {name: round(1000 * p95[name], 1) for name in works if name.startswith(("search_", "suggest_"))}
    report.publish(
        {
            "accounts": ACCOUNTS,
            "queries": queries,
            "list_queries": sorted({queries[name] for name in pages}),
            "p50_ms": {name: round(1000 * value, 1) for name, value in p50.items()},
            "p95_ms": {name: round(1000 * value, 1) for name, value in p95.items()},
            "ratio_p50": report.ratios({name: p50[name] for name in lists}, "table"),
            "ratio_p95": ratios,
            "ratio_p95_to_bare": report.ratios(of_lists, "bare"),
            "worst": max(ratios, key=lambda name: ratios[name]),
            "worst_ratio_p95": max(ratios.values()),
            "search_p95_ms": found,
            "search_worst_ms": max(found.values()),
            "goal_ratio_p95": 2.0,
            "goal_search_ms": SEARCH_GOAL_MS,
        }
    )


def caller(client: Client, address: str, **options: object) -> Callable[[], object]:
    return lambda: client.get(address, **options)


def addresses(owner_id: int, segment_id: int) -> dict[str, str]:
    """Query strings of the list: each sort, each filter, several at once, deep pages and searches, by name."""
    filters = {
        "stage": "stage=churn",
        "band": "band=at_risk",
        "owner": f"owner={owner_id}",
        "nobody": "owner=none",
        "tag": "tag=tag+7",
        "segment": f"segment={segment_id}",
        "renewing": "view=renewing",
        "at_risk": "view=at_risk",
        "no_data": "view=no_data",
        "tier_by_arr": "tier=strategic&sort=-arr",
        "owner_by_arr": f"owner={owner_id}&sort=-arr",
        "tag_by_arr": "tag=tag+7&sort=-arr",
        "segment_by_renewal": f"segment={segment_id}&sort=renewal",
        "narrow": f"stage=advocacy&band=at_risk&tier=strategic&owner={owner_id}",
        "narrow_by_arr": f"stage=advocacy&band=at_risk&tier=strategic&owner={owner_id}&sort=-arr",
        "tag_and_owner": f"tag=tag+7&owner={owner_id}",
        "tag_and_stage": "tag=tag+7&stage=churn&band=at_risk",
        "segment_and_owner": f"segment={segment_id}&owner={owner_id}",
        "segment_and_tag": f"segment={segment_id}&tag=tag+7&sort=-arr",
        "nobody_at_all": f"stage=awareness&band=none&owner={owner_id}&tag=tag+7&tier=strategic&sort=renewal",
    }
    return {
        **{f"sort_{sort}": f"?sort={sort}" for sort in SORTS},
        **{f"filter_{name}": f"?{query}" for name, query in filters.items()},
        **{f"deep_{sort}": f"?sort={sort}&after={deep(sort)}" for sort in ("name", "-score", "-arr", "renewal")},
        "deep_stage": f"?stage=churn&sort=name&after={deep('name')}",
        "deep_segment": f"?segment={segment_id}&sort=name&after={deep('name')}",
        **{f"words_{name}": f"?q={word}" for name, word in WORDS.items()},
    }


def deep(sort: str) -> str:
    """The cursor after the middle of the list."""
    way = SORTS[sort]
    rows = Account.objects.filter(**{f"{way.field}__isnull": False}).order_by(*way.order())
    middle = rows.count() // 2
    return cursor_at(way, rows.values(way.field, "pk")[middle])


if __name__ == "__main__":
    main()
