"""What must not be broken off is waited for: deliveries and files that are being taken in."""

from datetime import timedelta

import pytest

from accounts.actions import erasing
from accounts.models import Erasure
from imports.actions import merging
from imports.models import Import
from integrations.models import InboxEvent
from outbox import engine
from outbox.models import Effect
from tests.builders import NOON, make_account, make_connection, make_contact
from tests.imports.files import checked, received

pytestmark = pytest.mark.django_db

EMAIL = "mei@cedar.example"


def erase():
    person = make_contact(make_account("Cedar Logistics"), name="Mei Chen", email=EMAIL)
    erasing.erase_contact(contact=person, at=NOON, by=None)


def look(at) -> list[str]:
    """Do what is due; what came of the looks for traces."""
    engine.run_due(queue="compute", clock=lambda: at, until=at + timedelta(hours=1))
    return list(Effect.objects.filter(kind=erasing.ERASE).order_by("pk").values_list("state", flat=True))


def test_a_delivery_that_waits_is_processed_first(workspace):
    event = InboxEvent.objects.create(
        connection=make_connection(), delivery_key="1", body=EMAIL.encode(), received_at=NOON, state="received"
    )
    erase()
    assert look(NOON) == ["ready", "ready"]
    first = Effect.objects.filter(kind=erasing.ERASE).order_by("pk").first()
    assert first.available_at >= NOON + timedelta(minutes=1)
    assert "being processed" in first.last_error
    InboxEvent.objects.filter(pk=event.pk).update(state="failed")
    assert look(NOON + timedelta(hours=2)) == ["done", "done"]
    event.refresh_from_db()
    assert bytes(event.body) == b""


def test_a_file_that_is_being_brought_in_comes_to_its_end_first(workspace):
    person = make_contact(make_account("Cedar Logistics"), name="Mei Chen", email=EMAIL)
    source = checked(f"Email,Title,Company\n{EMAIL},CFO,Cedar Logistics\n", kind="contacts")
    merging.confirm(source=source, at=NOON, by=None)
    Effect.objects.filter(kind=merging.MERGE).update(available_at=NOON + timedelta(hours=1))
    erasing.erase_contact(contact=person, at=NOON, by=None)
    assert look(NOON) == ["ready", "ready"]
    Import.objects.filter(pk=source.pk).update(done_at=NOON)
    assert look(NOON + timedelta(hours=2)) == ["done", "done"]
    source.refresh_from_db()
    assert source.forgotten_at is not None
    assert not Erasure.objects.exists()


def test_files_in_any_encoding_are_looked_through_headers_included(workspace):
    wide = received("Email,Company\n" + f"{EMAIL},Cedar\n" * 3, file_name="w.csv")
    narrow = received(f"{EMAIL},Mei Chen\nbo@x.example,Bo\n".encode("utf-16"), file_name="n.csv")
    other = received("Email,Company\nbo@x.example,Elm\n", file_name="o.csv")
    erase()
    look(NOON)
    kept = {one.file_name: one for one in Import.objects.all()}
    assert [kept[name].forgotten_at is None for name in ("w.csv", "n.csv", "o.csv")] == [False, False, True]
    assert kept["n.csv"].headers == ["Erased person", "Erased person"]
    assert {wide.pk, narrow.pk, other.pk} == {one.pk for one in kept.values()}
