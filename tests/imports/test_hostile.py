"""Each hostile file gets a clear answer, soon, and is in whole, in its good rows, or not at all."""

import time
from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from imports import queries
from imports.models import Block, Import
from tests.builders import NOON, make_member
from tests.imports.files import work
from tests.imports.hostile import FILES, REFUSED

NEW = reverse("imports:import_new")
PATIENCE = 10  # seconds, for the upload


@pytest.fixture
def client(workspace) -> Iterator[Client]:
    client = Client()
    with time_machine.travel(NOON, tick=False):
        client.force_login(make_member("csm").user)
        yield client


def through(client: Client, source: Import) -> tuple[int, int]:
    """(rows brought in, rows refused) by a person who presses every button."""
    data = {"system": source.source, "dates": "month", "decimal": ".", "zone": "UTC", "stage": "use"}
    data |= {f"column_{place}": key for place, key in enumerate(source.mapping)}
    address = f"/imports/{source.pk}/"
    assert client.post(f"{address}columns/", data).status_code == 302
    assert client.get(address).status_code == 200
    for step in ("check", "commit"):
        assert client.post(f"{address}{step}/").status_code == 302
        assert client.get(address).status_code == 200
        work()
    assert client.get(address).status_code == 200
    assert b"".join(client.get(f"{address}refused/"))
    totals = queries.totals(source)
    return sum(totals.written[verdict] for verdict in ("new", "changed", "same")), totals.left_out


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_gets_a_clear_answer(client, name):
    make, end = FILES[name]
    body = make()
    began = time.process_time()
    response = client.post(NEW, {"file": SimpleUploadedFile("customers.csv", body), "kind": "accounts"})
    assert time.process_time() - began < PATIENCE
    if end == REFUSED:
        assert response.status_code in {413, 422}
        assert "field-error" in response.content.decode()
        assert (Import.objects.count(), Block.objects.count(), Account.objects.count()) == (0, 0, 0)
    else:
        assert response.status_code == 302
        assert through(client, Import.objects.get()) == end
        assert Account.objects.count() == end[0]
