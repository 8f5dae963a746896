"""The portfolio as files that an import reads."""

import csv
import io
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from imports import exports
from imports.kinds import Kind
from tests.builders import NOON, make_account, make_contact, make_member
from tests.imports.files import checked, found

FILES = reverse("dashboard:account_files")


@pytest.fixture
def client(workspace) -> Iterator[Client]:
    client = Client()
    with time_machine.travel(NOON, tick=False):
        client.force_login(make_member("viewer").user)
        yield client


def test_account_files_are_listed_and_follow_the_filter(client):
    make_contact(make_account("Cedar", tier="strategic"), name="Mei")
    make_contact(make_account("Elm"), name="Ana")
    text = client.get(FILES, {"tier": "strategic"}).content.decode()
    assert "1 account, as the list was filtered" in text
    for kind in Kind.values:
        assert f"?tier=strategic&amp;what={kind}" in text
    response = client.get(FILES, {"tier": "strategic", "what": "contacts"})
    assert response["Content-Disposition"] == 'attachment; filename="ninefold-contacts-2026-06-15.csv"'
    header, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert [row[header.index("Name")] for row in rows] == ["Mei"]
    assert found(checked(response.content)) == {"same": 1}


def test_account_files_have_a_limit(client, monkeypatch):
    monkeypatch.setattr(exports, "MOST", 1)
    make_account()
    assert client.get(FILES, {"what": "accounts"}).status_code == 200
    make_account()
    response = client.get(FILES, {"what": "accounts"})
    assert (response.status_code, response.content.decode()) == (
        413, "A file holds at most 1 rows: narrow the filter.",
    )  # fmt: skip
