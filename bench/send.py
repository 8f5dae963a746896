"""10,000 invitations through the gate to an SMTP sink on this machine, against the sink's raw rate.

Raw: finished messages of the same size over one connection, as fast as smtplib hands them over, before and after. Ours:
everything from the decision whom to ask on, in as many processes as a worker has: gate, plans, last look, letters in
the reader's language, stored mails, the outbox and SMTP. The sink counts the mails and their recipients: exactly so
many, nobody twice. On a machine that does other things too, the shares of computing time say more than those of rates.
"""

import asyncio
import os
import smtplib
from contextlib import suppress
from datetime import timedelta
from multiprocessing import Event, Process, Queue
from time import process_time, sleep
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import translation  # noqa: E402

from accounts.models import Account  # noqa: E402
from bench import report  # noqa: E402
from lib.time import now  # noqa: E402
from outbox import engine, mail, smtp  # noqa: E402
from outbox.models import Mail  # noqa: E402
from surveys.actions import settings as survey_settings  # noqa: E402
from surveys.actions import waves  # noqa: E402
from surveys.models import Invitation  # noqa: E402
from workspaces import actions as workspace_actions  # noqa: E402
from workspaces import tenancy  # noqa: E402

NAME = "Bench send"
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "10000"))
GOAL = 0.5
WORKERS = 2  # as `celery --concurrency` has it
RAW, ROUNDS = 500, 25
QUEUES = ("compute", "default", "mail")

ROWS = """
insert into accounts_account (workspace_id, name, domains, tier, industry, currency, created_at, stage, stage_since,
    health_band, health_coverage, custom)
select %(ws)s, 'Customer ' || g, '{}', 'standard', '', 'EUR', %(at)s, 'use', %(at)s, '', 0, '{}'
from generate_series(1, %(people)s) g;
insert into accounts_contact (workspace_id, account_id, name, email, title, role, locale, created_at, consent,
    consent_source, custom, external_id, influence, source, stance, time_zone)
select workspace_id, id, 'Person ' || id, 'p' || id || '@customer' || id || '.example', '', 'decision_maker',
    (array['en', 'zh-hans', 'zh-hant', 'en'])[1 + id %% 4], %(at)s, '', '', '{}', '', '', '', '', ''
from accounts_account where workspace_id = %(ws)s
"""


class Sink(asyncio.Protocol):
    """An SMTP server that takes everything and remembers for whom."""

    recipients: list[str] = []

    def connection_made(self, transport: Any) -> None:
        self.transport, self.rest, self.is_data = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.rest += data
        while True:
            end = b"\r\n.\r\n" if self.is_data else b"\r\n"
            part, found, rest = self.rest.partition(end)
            if not found:
                return
            self.rest = rest
            self.transport.write(b"250 taken\r\n" if self.is_data else self.answer(part))
            self.is_data = not self.is_data and part.upper().startswith(b"DATA")

    def answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"DATA":
            return b"354 go on\r\n"
        if verb == b"RCPT":
            self.recipients.append(line.partition(b"<")[2].partition(b">")[0].decode())
        return b"250 sink\r\n" if verb != b"QUIT" else b"221 bye\r\n"


def serve(port: "Queue[int]", taken: "Queue[list[str]]", ask: "Queue[str]") -> None:
    """Be a sink; tell who got mail since the last time whenever asked."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Sink, "127.0.0.1", 0)
        port.put(server.sockets[0].getsockname()[1])
        while await loop.run_in_executor(None, ask.get) != "stop":
            taken.put(list(Sink.recipients))
            Sink.recipients.clear()

    asyncio.run(run())


def main() -> None:
    port: Queue[int] = Queue()
    taken: Queue[list[str]] = Queue()
    ask: Queue[str] = Queue()
    sink = Process(target=serve, args=(port, taken, ask), daemon=True)
    sink.start()
    number = port.get()
    settings.EMAIL_BACKEND = "outbox.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", number, False
    workspace_id = ensure()
    sent, computed = send(workspace_id)
    ask.put("how many")
    recipients = taken.get()
    with tenancy.entered(workspace_id):
        found = Mail.objects.prefetch_related("sheet").order_by("-pk")[:RAW]
        messages = [data for one in found if (data := smtp.written(mail.message_of(one)))]
    began = process_time()
    raw = report.median([report.seconds(lambda: hand_over(messages, number)) for _ in range(ROUNDS)]) / len(messages)
    raw_computed = (process_time() - began) / ROUNDS / len(messages)
    ask.put("stop")
    sink.join(5)
    report.publish(
        {
            "people": PEOPLE,
            "mails": len(recipients),
            "recipients": len(set(recipients)),
            "mails_a_second": round(PEOPLE / sent, 1),
            "raw_mails_a_second": round(1 / raw, 1),
            "share": round(PEOPLE / sent * raw, 3),
            "goal_share": GOAL,
            "bytes_a_mail": round(sum(map(len, messages)) / len(messages)),
            "workers": WORKERS,
            "computing_ms_a_mail": round(computed / PEOPLE * 1000, 3),
            "raw_computing_ms_a_mail": round(raw_computed * 1000, 3),
            "share_of_computing_per_worker": round(raw_computed / computed * PEOPLE * WORKERS, 3),
        }
    )
    assert len(recipients) == len(set(recipients)) == PEOPLE


def ensure() -> int:
    """A workspace with so many people whom nobody has ever asked anything."""
    at = now()
    with connections["owner"].cursor() as cursor:
        workspace_id = workspace_actions.found_workspace(name=f"{NAME} {at.isoformat()}", at=at).pk
        cursor.execute(ROWS, {"ws": workspace_id, "at": at, "people": PEOPLE})
        cursor.execute("analyze accounts_account, accounts_contact")
    return workspace_id


def send(workspace_id: int) -> tuple[float, float]:
    """Start a wave, and have workers carry out what follows from it until nothing is left.

    Returns the seconds it took, and those that the workers computed, without PostgreSQL.
    """
    at = now()
    with tenancy.entered(workspace_id):
        ids = list(Account.objects.values_list("pk", flat=True))
        survey_settings.update_settings(changes={"quiet_days": 7}, at=at, by=None)
    connections.close_all()
    start, stop = Event(), Event()
    used: Queue[float] = Queue()
    workers = [Process(target=work, args=(start, stop, used), daemon=True) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    with tenancy.entered(workspace_id):
        waves.start_wave(name="All", account_ids=ids, roles=["decision_maker"], at=at, by=None)
    start.set()
    took = report.seconds(lambda: wait_for_all(workspace_id))
    stop.set()
    computed = sum(used.get() for _ in workers)
    for worker in workers:
        worker.join()
    return took, computed


def work(start: Any, stop: Any, used: "Queue[float]") -> None:
    """Be one process of a worker that has been running for a while."""
    for code, _name in settings.LANGUAGES:  # reads every address of the site, once a process and language
        with translation.override(code):
            reverse("surveys:respond", args=["x"])
    start.wait()
    began = process_time()
    while not stop.is_set():
        if not sum(engine.run_due(queue=queue, clock=now, until=now() + timedelta(seconds=1)) for queue in QUEUES):
            sleep(0.02)
    used.put(process_time() - began)


def wait_for_all(workspace_id: int) -> None:
    while True:
        with tenancy.entered(workspace_id):
            if Mail.objects.filter(sent_at__isnull=False).count() == PEOPLE:
                assert Invitation.objects.sent().count() == PEOPLE
                return
        sleep(0.1)


def hand_over(messages: list[bytes], port: int) -> None:
    client = smtplib.SMTP("127.0.0.1", port)
    for message in messages:
        client.sendmail("bench@vendor.example", ["p@customer.example"], message)
    with suppress(smtplib.SMTPServerDisconnected):
        client.quit()


if __name__ == "__main__":
    main()
