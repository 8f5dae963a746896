"""Many who mark the same at once, over connections of their own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from complaints.actions import case, step
from complaints.models import Complaint, ComplaintStep
from outbox.models import Mail
from tests.builders import NOON, make_account, make_complaint, make_contact, make_ticket, make_workspace
from workspaces import tenancy

pytestmark = pytest.mark.live
AT_ONCE = 8


@pytest.fixture
def workspace_id(committed):
    return make_workspace().pk


def at_once(workspace_id, act):
    def run(_):
        try:
            with tenancy.entered(workspace_id):
                return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_one_source_marked_by_many_at_once_is_one_complaint(workspace_id):
    with tenancy.entered(workspace_id):
        ticket = make_ticket(make_account())

    def mark():
        try:
            about = {"source": "ticket", "source_id": ticket.pk, "text": "Slow"}
            return case.open_complaint(account=ticket.account, at=NOON, by=None, **about).pk
        except case.AlreadyComplaint as error:
            return error.complaint.pk

    found = set(at_once(workspace_id, mark))
    with tenancy.entered(workspace_id):
        assert found == {Complaint.objects.get().pk}


def test_one_form_sent_by_many_at_once_is_one_mail(workspace_id):
    with tenancy.entered(workspace_id):
        contact = make_contact(make_account())
        one = make_complaint(contact.account, contact=contact)

    def tell():
        said = {"kind": "mailed", "text": "We are on it", "key": "once", "at": NOON, "by": None}
        return step.add_step(complaint=one, **said).pk

    found = set(at_once(workspace_id, tell))
    with tenancy.entered(workspace_id):
        assert found == {ComplaintStep.objects.get().pk}
        assert Mail.objects.count() == 1
