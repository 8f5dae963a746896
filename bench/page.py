"""The account list, Today and the account page at size, against bare views of a 50-row table.

`table` writes the cells that the account list writes, but for its lines of past scores and its counts of alerts, which
need more queries; `bare` writes nothing but the values as they come.

The account page's panels load after it; they are measured as htmx asks for them, one by one, and published beside it.
"""

import os
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import include, path  # noqa: E402

from accounts.models import Account  # noqa: E402
from bench import data, report  # noqa: E402
from dashboard.panels import PANELS  # noqa: E402
from health.actions import scores  # noqa: E402
from lib.time import now, today  # noqa: E402
from workspaces import tenancy  # noqa: E402
from workspaces.models import Member  # noqa: E402

ACCOUNTS = int(os.environ.get("BENCH_ACCOUNTS", "100000"))
ROUNDS = 60
HTMX = {"HX-Request": "true"}
COLUMNS = ["name", "health_score", "health_band", "stage", "arr_minor", "currency", "renews_on", "tier"]
BARE = engines["django"].from_string(
    "<table>{% for row in rows %}<tr>"
    + "".join(f"<td>{{{{ row.{column} }}}}</td>" for column in COLUMNS)
    + "<td>{{ row.owner.user.name }}</td></tr>{% endfor %}</table>"
)
TABLE = engines["django"].from_string(
    "{% load formatting ui %}<table>{% for row in rows %}<tr data-row>"
    '<td><input class="pick" type="checkbox" name="account" value="{{ row.pk }}" form="bulk"'
    ' aria-label="Choose {{ row.name }}" data-row-pick>'
    """<a data-row-link href="{% url 'dashboard:account' row.pk %}">{{ row.name }}</a></td>"""
    '<td data-label="Health">{% score_chip row.health_score row.health_band %}</td>'
    '<td data-label="Stage">{{ row.get_stage_display }}</td>'
    '<td class="num" data-label="ARR">{{ row.arr_minor|money_short:row.currency }}</td>'
    '<td data-label="Renewal">{{ row.renews_on|ago }}</td>'
    '<td data-label="Owner">{{ row.owner.user.name }}</td>'
    '<td data-label="Tier">{{ row.get_tier_display }}</td></tr>{% endfor %}</table>'
)


def bare(request: HttpRequest) -> HttpResponse:
    """One indexed query, fifty rows of values, no page around them."""
    return HttpResponse(BARE.render({"rows": fifty()}))


def table(request: HttpRequest) -> HttpResponse:
    """The same query, its rows with the cells of the account list, no page around them."""
    return HttpResponse(TABLE.render({"rows": fifty()}))


def fifty() -> QuerySet[Account]:
    return Account.objects.select_related("owner__user").order_by("name", "pk")[:50]


urlpatterns = [path("bare/", bare), path("bare/table/", table), path("", include("config.urls"))]


def main() -> None:
    settings.ROOT_URLCONF = "bench.page"
    settings.ALLOWED_HOSTS = ["testserver"]
    workspace_id = data.ensure(ACCOUNTS, today())
    with tenancy.entered(workspace_id):
        if not Account.objects.filter(health_at__isnull=False).exists():
            scores.rescore_all(day=today(), at=now())
        user = Member.objects.select_related("user").get().user
        middle = Account.objects.order_by("name")[ACCOUNTS // 2]
    vacuum()
    client = Client()
    client.force_login(user)
    pages = {
        "bare": "/bare/",
        "table": "/bare/table/",
        "account_list": "/accounts/",
        "today": "/?who=all",
        "account": f"/accounts/{middle.pk}/",
    }
    panels = {f"panel_{key}": f"/accounts/{middle.pk}/panels/{key}/" for key in PANELS}
    works = {name: (lambda address=address: client.get(address)) for name, address in pages.items()}
    parts = panels | {"today_waiting": "/waiting/?who=all"}
    works |= {name: (lambda address=address: client.get(address, headers=HTMX)) for name, address in parts.items()}
    queries = {name: count_queries(work) for name, work in works.items()}
    times = report.interleaved(ROUNDS, works)
    p50 = {name: report.percentile(taken, 0.50) for name, taken in times.items()}
    p95 = {name: report.percentile(taken, 0.95) for name, taken in times.items()}
    report.publish(
        {
            "accounts": ACCOUNTS,
            "queries": queries,
            "p50_ms": {name: round(1000 * value, 1) for name, value in p50.items()},
            "p95_ms": {name: round(1000 * value, 1) for name, value in p95.items()},
            "ratio_p50": report.ratios(p50, "table"),
            "ratio_p95": report.ratios(p95, "table"),
            "ratio_p95_to_bare": report.ratios(p95, "bare"),
            "account_panels": panel_figures(list(panels), p50, p95),
            "goal_ratio_p95": 2.0,
        }
    )


def panel_figures(panels: list[str], p50: dict[str, float], p95: dict[str, float]) -> dict[str, object]:
    """What the panels cost: the slowest one, which is when the page is whole, and all of them one after another."""
    slowest = max(panels, key=lambda name: p95[name])
    total = {"p50": sum(p50[name] for name in panels), "p95": sum(p95[name] for name in panels)}
    return {
        "count": len(panels),
        "slowest": slowest,
        "slowest_ms": {"p50": round(1000 * p50[slowest], 1), "p95": round(1000 * p95[slowest], 1)},
        "slowest_ratio": {"p50": round(p50[slowest] / p50["table"], 2), "p95": round(p95[slowest] / p95["table"], 2)},
        "sum_ms": {name: round(1000 * value, 1) for name, value in total.items()},
        "sum_ratio": {"p50": round(total["p50"] / p50["table"], 2), "p95": round(total["p95"] / p95["table"], 2)},
    }


def vacuum() -> None:
    """What autovacuum does within a minute of so many rows: pages are planned blindly before, and read rows twice."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum (analyze) alerts_alert, health_healthscore, accounts_account")


def count_queries(work: Callable[[], HttpResponse]) -> int:
    """Statements of one page, the session's and the tenant's included; the first request warms what is cached."""
    assert work().status_code == 200
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


if __name__ == "__main__":
    main()
