"""Playbooks that begin by themselves, where an account enters a segment."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Account, Fact
from journeys.actions import plays
from journeys.models import Play, Playbook
from outbox import actions as outbox_actions

START = "journeys.start_in_segment"
AT_ONCE = 50  # accounts to one effect: short transactions
AGAIN = timedelta(days=30)  # whoever leaves and enters again meanwhile is not begun with twice


def hear_entries(facts: Sequence[Fact], at: datetime) -> None:
    """In the transaction in which accounts entered segments: work for each playbook that waits for one of these."""
    entered: dict[Any, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.kind == "segment.entered":
            entered[fact.data["segment_id"]].append(fact)
    if not entered:
        return
    waiting = Playbook.objects.in_use().filter(segment__in=list(entered)).order_by("pk")
    items = [
        (f"{playbook.pk}:{some[0].pk}", {"playbook_id": playbook.pk, "account_ids": [one.account_id for one in some]})
        for playbook in waiting
        for some in _chunks(entered[playbook.segment_id])
    ]
    if items:
        outbox_actions.enqueue_many(kind=START, items=items, at=at)


def _chunks(facts: list[Fact]) -> list[list[Fact]]:
    return [facts[start : start + AT_ONCE] for start in range(0, len(facts), AT_ONCE)]


@transaction.atomic
def start_where_entered(*, playbook_id: int, account_ids: Sequence[int], at: datetime) -> int:
    """Start the playbook on these accounts, but where it runs or began less than AGAIN ago; returns on how many."""
    playbook = Playbook.objects.in_use().filter(pk=playbook_id).exclude(segment=None).first()
    if playbook is None:
        return 0
    lately = Play.objects.filter(playbook=playbook, started_at__gt=at - AGAIN).values("account_id")
    started = 0
    for account in Account.objects.filter(pk__in=account_ids).exclude(pk__in=lately).order_by("pk"):
        with suppress(plays.AlreadyRunning):
            plays.start_playbook(playbook=playbook, account=account, at=at, by=None)
            started += 1
    return started
