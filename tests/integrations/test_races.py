"""The same delivery from many sides at once, over real connections."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import Fact, Ticket
from integrations.models import InboxEvent
from outbox.models import Effect
from tests.builders import make_account, make_connection, make_workspace, zammad_ticket
from tests.integrations.door import from_zammad, work
from workspaces import tenancy


@pytest.mark.live
def test_five_parallel_deliveries_are_one_event_one_ticket_one_closure(committed):
    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        make_connection()
        make_account("Cedar Logistics")

    def deliver(_: int) -> str:
        try:
            return from_zammad(zammad_ticket(), "job-1").json()["status"]
        finally:
            connection.close()

    def process(_: int) -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        answers = sorted(pool.map(deliver, range(5)))
        list(pool.map(process, range(5)))

    assert answers == ["accepted", "duplicate", "duplicate", "duplicate", "duplicate"]
    with tenancy.entered(workspace.pk):
        assert InboxEvent.objects.count() == Ticket.objects.count() == 1
        assert Effect.objects.filter(kind="integrations.process_event").count() == 1
        assert Fact.objects.filter(kind="ticket.closed").count() == 1


@pytest.mark.live
def test_parallel_deliveries_with_different_ids_are_one_ticket_and_one_closure(committed):
    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        make_connection()
        make_account("Cedar Logistics")

    def deliver(number: int) -> int:
        try:
            status = from_zammad(zammad_ticket(), f"job-{number}").status_code
            work()
            return status
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(deliver, range(4))) == [200] * 4
    work()
    with tenancy.entered(workspace.pk):
        assert InboxEvent.objects.filter(state=InboxEvent.State.PROCESSED).count() == 4
        assert Ticket.objects.get().episode == 1
        assert Fact.objects.filter(kind="ticket.closed").count() == 1
        assert Fact.objects.filter(kind="contact.added").count() == 1
