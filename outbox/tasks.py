"""Celery's entry points: each says only "look at queue Q"."""

from datetime import timedelta

from celery import shared_task

from lib.time import now
from outbox import actions, engine, intake


@shared_task(name="outbox.run_queue", expires=60)
def run_queue(queue: str) -> None:
    actions.clear_bell(queue)
    engine.run_due(queue=queue, clock=now, until=now() + timedelta(seconds=20))


@shared_task(name="outbox.tick", expires=2)
def tick() -> None:
    engine.reap(at=now())
    engine.fill_slots(at=now())
    for queue in engine.QUEUES:
        engine.run_due(queue=queue, clock=now, until=now() + timedelta(seconds=20))


@shared_task(name="outbox.read_reports", expires=60)
def read_reports() -> None:
    intake.read_folder(at=now())
