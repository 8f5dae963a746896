"""The customer's page under load, against views that do as little as a view can.

Two gunicorn workers with four threads each, as in production, are asked over kept-open connections from a process of
its own; the kinds of request take turns, so that a noisy minute touches all alike. Every request of the page is about
another invitation. The empty view answers nothing, the bare POST inserts one row; both go through the same middleware.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, connections  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

from accounts.actions import accounts as account_actions  # noqa: E402
from accounts.models import Contact  # noqa: E402
from bench import report  # noqa: E402
from lib.time import now  # noqa: E402
from surveys import tokens  # noqa: E402
from surveys.models import Answer, Invitation, Survey  # noqa: E402
from workspaces import actions as workspace_actions  # noqa: E402
from workspaces import tenancy  # noqa: E402
from workspaces.models import Workspace  # noqa: E402
from workspaces.secrets import digest  # noqa: E402

NAME = "Bench of answers"
PORT = int(os.environ.get("BENCH_PORT", "8399"))
CLIENTS, ROUNDS, REQUESTS = 4, 15, 100  # requests of each kind in each round
GOAL = 0.5
PEOPLE = 100
INSERT = "insert into bench_rows (at, text) values (now(), %s)"


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@csrf_exempt
def insert(request: HttpRequest) -> HttpResponse:
    """One row, as a form would store it."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [request.POST["comment"]])
    return HttpResponse(status=303, headers={"Location": "/s/bench/"})


urlpatterns = [
    path("s/bench/empty/", empty),
    path("s/bench/insert/", insert),
    path("", include("config.urls")),
]


def application() -> object:
    """What gunicorn serves: ours with two more addresses."""
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    settings.ROOT_URLCONF = "bench.answers"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    return get_wsgi_application()


def main() -> None:
    links = prepare(ROUNDS * REQUESTS * 2 + 400)
    with server():
        warm_up(links)
        rates = measured(links)
    middle = {kind: report.median(found) for kind, found in rates.items()}
    with tenancy.entered(workspace().pk):
        stored = Answer.objects.count()
    report.publish(
        {
            "requests_a_second": {kind: round(rate) for kind, rate in middle.items()},
            "get_share_of_empty_view": round(middle["get"] / middle["empty"], 3),
            "post_share_of_one_insert": round(middle["post"] / middle["insert"], 3),
            "goal": GOAL,
            "answers_stored": stored,
        }
    )


def workspace() -> Workspace:
    return Workspace.objects.using("owner").get(name=NAME)


def prepare(count: int) -> list[str]:
    """A workspace with `count` invitations that nobody has answered; returns the paths of their pages."""
    at = now()
    with connections["owner"].cursor() as cursor:
        cursor.execute("create table if not exists bench_rows (id bigserial primary key, at timestamptz, text text)")
        cursor.execute("truncate bench_rows")
        cursor.execute("grant all on bench_rows, bench_rows_id_seq to public")
        cursor.execute("select id from workspaces_workspace where name = %s", [NAME])
        found = cursor.fetchone()
        number = found[0] if found else workspace_actions.found_workspace(name=NAME, at=at).pk
        for table in ("outbox_effect", "surveys_answer", "surveys_invitation", "accounts_fact", "accounts_metricday"):
            cursor.execute(f"delete from {table} where workspace_id = %s", [number])
    with tenancy.entered(number):
        if not Contact.objects.exists():
            accounts = [account_actions.create_account(name=f"Bench {n}", at=at, by=None) for n in range(PEOPLE)]
            Contact.objects.bulk_create(
                [Contact(account=one, name="Ada", email=f"ada@b{one.pk}.example", created_at=at) for one in accounts]
            )
        people = list(Contact.objects.order_by("pk"))
        survey = Survey.objects.filter(kind="nps").order_by("pk")[0]
        about = {"survey": survey, "metric": "nps", "created_at": at, "send_at": at, "sent_at": at}
        rows = Invitation.objects.bulk_create(
            Invitation(
                account_id=people[n % PEOPLE].account_id,
                contact=people[n % PEOPLE],
                expires_at=at + timedelta(days=14),
                **about,
            )
            for n in range(count)
        )
        secrets = [tokens.token_of(one) for one in rows]
        for one, secret in zip(rows, secrets, strict=True):
            one.token_hash = digest(secret)
        Invitation.objects.bulk_update(rows, ["token_hash"], batch_size=1000)
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum analyze surveys_invitation, surveys_answer, accounts_fact, outbox_effect")
    return [f"/s/{secret}/" for secret in secrets]


@contextmanager
def server() -> Iterator[None]:
    """gunicorn on PORT until the block is left."""
    argv = [sys.executable, "-m", "gunicorn", "bench.answers:application()", "--bind", f"127.0.0.1:{PORT}"]
    argv += ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--log-level", "error"]
    process = subprocess.Popen([*argv, "--keep-alive", "30", "--no-control-socket"])
    try:
        for _ in range(100):
            try:
                ask(http.client.HTTPConnection("127.0.0.1", PORT, timeout=5), "GET", "/s/bench/empty/")
                break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def ask(http_: http.client.HTTPConnection, method: str, address: str, form: dict[str, str] | None = None) -> int:
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    http_.request(method, address, urlencode(form) if form else None, headers)
    response = http_.getresponse()
    response.read()
    return response.status


def warm_up(links: list[str]) -> None:
    spare = iter(links[-400:])
    for kind in ("empty", "insert", "get", "post"):
        run(kind, list(islice(spare, 80)))


def measured(links: list[str]) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = {kind: [] for kind in ("empty", "get", "insert", "post")}
    fresh = iter(links)
    for _ in range(ROUNDS):
        for kind, found in rates.items():
            found.append(run(kind, list(islice(fresh, REQUESTS)) if kind in ("get", "post") else [""] * REQUESTS))
    return rates


def run(kind: str, links: list[str]) -> float:
    """Requests a second, from CLIENTS connections at once."""
    shares = [links[n::CLIENTS] for n in range(CLIENTS)]
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda share: send(kind, share), shares))
    return len(links) / (time.perf_counter() - began)


def send(kind: str, links: list[str]) -> None:
    http_ = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    form = {"score": "9", "comment": "Quick and friendly, thank you."}
    for link in links:
        if kind in ("empty", "insert"):
            method = "POST" if kind == "insert" else "GET"
            status = ask(http_, method, f"/s/bench/{kind}/", form if kind == "insert" else None)
        elif kind == "get":
            status = ask(http_, "GET", f"{link}?score=9")
        else:
            status = ask(http_, "POST", link, form)
        assert status == (200 if kind in ("empty", "get") else 303), (kind, status, json.dumps(link))


if __name__ == "__main__":
    main()
