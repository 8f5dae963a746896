"""The account list, Today and the account page at size, against a bare view of a plain 50-row table."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import include, path  # noqa: E402

from accounts.models import Account  # noqa: E402
from bench import data, report  # noqa: E402
from health.actions import scores  # noqa: E402
from lib.time import now, today  # noqa: E402
from workspaces import tenancy  # noqa: E402
from workspaces.models import Member  # noqa: E402

ACCOUNTS = int(os.environ.get("BENCH_ACCOUNTS", "100000"))
ROUNDS = 60
COLUMNS = ["name", "health_score", "health_band", "stage", "arr_minor", "currency", "renews_on", "tier"]
BARE = engines["django"].from_string(
    "<table>{% for row in rows %}<tr>"
    + "".join(f"<td>{{{{ row.{column} }}}}</td>" for column in COLUMNS)
    + "<td>{{ row.owner.user.name }}</td></tr>{% endfor %}</table>"
)


def bare(request: HttpRequest) -> HttpResponse:
    """One indexed query, fifty rows, no page around them."""
    rows = Account.objects.select_related("owner__user").order_by("name", "pk")[:50]
    return HttpResponse(BARE.render({"rows": rows}))


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]


def main() -> None:
    settings.ROOT_URLCONF = "bench.page"
    settings.ALLOWED_HOSTS = ["testserver"]
    workspace_id = data.ensure(ACCOUNTS, today())
    with tenancy.entered(workspace_id):
        if not Account.objects.filter(health_at__isnull=False).exists():
            scores.rescore_all(day=today(), at=now())
            analyze()
        user = Member.objects.select_related("user").get().user
        middle = Account.objects.order_by("name")[ACCOUNTS // 2]
    client = Client()
    client.force_login(user)
    pages = {
        "bare": "/bare/",
        "account_list": "/accounts/",
        "today": "/?who=all",
        "account": f"/accounts/{middle.pk}/",
    }
    queries = {name: count_queries(client, address) for name, address in pages.items()}
    times = report.interleaved(
        ROUNDS, {name: (lambda address=address: client.get(address)) for name, address in pages.items()}
    )
    p50 = {name: report.percentile(taken, 0.50) for name, taken in times.items()}
    p95 = {name: report.percentile(taken, 0.95) for name, taken in times.items()}
    report.publish(
        {
            "accounts": ACCOUNTS,
            "queries": queries,
            "p50_ms": {name: round(1000 * value, 1) for name, value in p50.items()},
            "p95_ms": {name: round(1000 * value, 1) for name, value in p95.items()},
            "ratio_p50": {name: round(value / p50["bare"], 2) for name, value in p50.items() if name != "bare"},
            "ratio_p95": {name: round(value / p95["bare"], 2) for name, value in p95.items() if name != "bare"},
            "goal_ratio_p95": 2.0,
        }
    )


def analyze() -> None:
    """What autovacuum does within a minute of so many rows: without it the first pages are planned blindly."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze health_alert, health_healthscore, accounts_account")


def count_queries(client: Client, address: str) -> int:
    """Statements of one page, the session's and the tenant's included; the first request warms what is cached."""
    assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


if __name__ == "__main__":
    main()
