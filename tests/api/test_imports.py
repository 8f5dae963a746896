"""Files brought in over the API: sent, understood, checked, committed; and what is refused."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import encode_multipart

from accounts.models import Account
from imports.api import MOST_SENT
from imports.models import Block, Import
from imports.reading import MOST_BYTES
from lib.time import now
from outbox import engine
from tests.api.conftest import Api, detail, errors, make_token
from tests.builders import make_account, make_member
from workspaces.capabilities import Role

FILE = "Record ID,Company name,Tier,Website\n1,Cedar,Gold,cedar.example\n2,Dogwood,unheard of,\n3,Elm,,elm.example\n"
ODD = "Whatever,Words\nCedar,oak\nElm,fir\n"


def send_file(api: Api, body: str | bytes = FILE, headers: dict | None = None, **fields: str):
    data = {"file": SimpleUploadedFile("crm.csv", body.encode() if isinstance(body, str) else body), **fields}
    return api.client.post("/api/v1/imports/", data, headers={**api.headers, **(headers or {})})


def work() -> None:
    while engine.run_due(queue="compute", clock=now, until=now()):
        pass


def shown(api: Api, made: dict) -> dict:
    return api.get(f"imports/{made['id']}/").json()


def test_a_file_is_sent_checked_and_committed(api):
    response = send_file(api)
    made = response.json()
    assert response.status_code == 201
    assert (made["state"], made["kind"], made["source"], made["rows"]) == ("ready", "accounts", "hubspot", 3)
    assert made["columns"] == {
        "Record ID": "external_id",
        "Company name": "name",
        "Tier": "tier",
        "Website": "domains",
    }

    assert api.post(f"imports/{made['id']}/check/").json()["state"] == "checking"
    work()
    checked = shown(api, made)
    assert (checked["state"], checked["percent"]) == ("checked", 0)
    assert checked["checked"] == {"new": 2, "changed": 0, "same": 0, "refused": 1}
    assert Account.objects.count() == 0

    refused = api.get(f"imports/{made['id']}/refused/")
    header, row = csv.reader(io.StringIO(refused.content.decode("utf-8-sig")))
    assert refused["Content-Type"].startswith("text/csv")
    assert (header[:2], row[:2], row[4]) == (["Record ID", "Company name"], ["2", "Dogwood"], "3")
    assert "unheard of" in row[5]

    assert api.post(f"imports/{made['id']}/commit/").json()["state"] == "writing"
    work()
    done = shown(api, made)
    assert (done["state"], done["percent"], done["written"]["new"]) == ("done", 100, 2)
    assert set(Account.objects.values_list("name", flat=True)) == {"Cedar", "Elm"}
    assert detail(api.post(f"imports/{made['id']}/commit/")).startswith("Check the file first")
    assert "too late" in detail(api.post(f"imports/{made['id']}/discard/"))
    assert api.patch(f"imports/{made['id']}/", {"decimal": ","}).status_code == 409


def test_text_is_brought_in_with_the_columns_that_are_said(api):
    body = {"text": ODD, "source": "crm", "kind": "accounts", "columns": {"Whatever": "name", "Words": "industry"}}
    made = api.post("imports/", body).json()
    assert (made["state"], made["file_name"], made["columns"]) == (
        "ready",
        "api.csv",
        {"Whatever": "name", "Words": "industry"},
    )
    api.post(f"imports/{made['id']}/check/")
    work()
    api.post(f"imports/{made['id']}/commit/")
    work()
    assert dict(Account.objects.values_list("name", "industry")) == {"Cedar": "oak", "Elm": "fir"}


def test_columns_that_nothing_tells_are_said_afterwards(api):
    made = api.post("imports/", {"text": ODD}).json()
    assert (made["state"], set(made["columns"].values())) == ("draft", {None})
    address = f"imports/{made['id']}/"
    assert "columns are not understood" in detail(api.post(f"{address}check/"))
    assert errors(api.patch(address, {"columns": {"Words": "industry"}})).keys() == {"columns"}
    assert errors(api.patch(address, {"columns": {"Words": "nonsense"}})).keys() == {"columns", "columns.Words"}
    assert errors(api.patch(address, {"columns": {"Nowhere": "name"}})).keys() == {"columns.Nowhere"}
    wrong = {"columns": {"Whatever": "name", "Words": "name"}}
    assert errors(api.patch(address, wrong)).keys() == {"columns.Words"}

    said = {"source": "erp", "zone": "Europe/Berlin", "dates": "day", "stage": "delivery", "unknown_owner": "refuse"}
    ready = api.patch(address, {**said, "columns": {"Whatever": "name", "Words": None}}).json()
    assert ready["state"] == "ready"
    assert {name: ready[name] for name in said} == said
    assert errors(api.patch(address, {"zone": "Mars/Olympus"})).keys() == {"zone"}
    other = api.patch(address, {"kind": "contacts", "columns": {"Whatever": "name"}}).json()
    assert (other["kind"], other["state"]) == ("contacts", "ready")


def test_a_file_is_read_in_another_way(api):
    text = "Name;Industry\nCedar;Öl\n".encode("cp1252")
    made = send_file(api, text).json()
    assert (made["encoding"], made["delimiter"]) == ("cp1252", ";")
    address = f"imports/{made['id']}/"
    assert errors(api.patch(address, {"encoding": "utf-8"})).keys() == {"encoding"}
    assert api.patch(address, {"delimiter": ",", "columns": {}}).status_code == 400  # one column, which is no name
    assert api.get(address).json()["delimiter"] == ";"


@pytest.mark.parametrize(
    ("body", "why"),
    [(b"", "empty"), (b"Name\n", "no rows"), (b"PK\x03\x04zip", "zip"), (b'Name\n"Cedar\n', "never closed")],
)
def test_what_cannot_be_read_is_refused_and_not_kept(api, body, why):
    refusal = errors(send_file(api, body))
    assert refusal.keys() == {"file"}
    assert why in refusal["file"][0]
    assert not Import.objects.exists()
    assert not Block.objects.exists()


def test_what_is_no_upload_is_refused(api):
    assert errors(api.post("imports/", {})).keys() == {"text"}
    assert errors(api.post("imports/", {"text": FILE, "kind": "planets"})).keys() == {"kind"}
    assert errors(api.post("imports/", {"text": FILE, "source": "My CRM"})).keys() == {"source"}
    assert errors(api.post("imports/", {"text": FILE, "zone": "Mars"})).keys() == {"zone"}
    assert errors(api.client.post("/api/v1/imports/", {"file": "text"}, headers=api.headers)).keys() == {"file"}
    many = {f"field{number}": "x" for number in range(1001)}
    assert "too many fields" in detail(send_file(api, **many))
    assert "beside the file" in detail(send_file(api, kind="x" * 1_100_000))
    wrong = api.client.generic("POST", "/api/v1/imports/", b"--", "multipart/form-data", headers=api.headers)
    assert wrong.status_code == 400
    assert api.client.generic("POST", "/api/v1/imports/", b"x", "text/xml", headers=api.headers).status_code == 415
    form = api.client.post(f"/api/v1/imports/{send_file(api).json()['id']}/check/", {"a": "b"}, headers=api.headers)
    assert form.status_code == 415


def test_a_file_past_the_limit_is_413_and_says_the_limit(api):
    large = b"Name\n" + b"x" * MOST_BYTES
    refused = send_file(api, large)
    assert (refused.status_code, "20 MB" in detail(refused)) == (413, True)
    assert send_file(api, large + b"x" * (MOST_SENT - MOST_BYTES)).status_code == 413
    assert api.post("imports/", {"text": "Name\n" + "x" * MOST_BYTES}).status_code == 413
    rows = errors(send_file(api, "Name\n" + "x\n" * 200_001))
    assert "200,000" in rows["file"][0]


def test_a_commit_asks_for_the_scope_of_what_it_writes(workspace):
    half, whole = Api(make_token("connections:write")), Api(make_token("connections:write", "accounts:write"))
    made = send_file(half).json()
    half.post(f"imports/{made['id']}/check/")
    work()
    assert half.post(f"imports/{made['id']}/commit/").status_code == 403
    assert whole.post(f"imports/{made['id']}/commit/").status_code == 200
    assert Api(make_token("connections:read")).post("imports/", {"text": FILE}).status_code == 403


def test_a_signed_in_member_sends_a_form_with_the_csrf_token_in_it(workspace):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member(Role.CSM).user)
    client.get("/imports/new/")
    form = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    assert client.post("/api/v1/imports/", {"file": SimpleUploadedFile("a.csv", FILE.encode())}).status_code == 403
    response = client.post("/api/v1/imports/", {"file": SimpleUploadedFile("a.csv", FILE.encode()), **form})
    assert response.status_code == 201
    viewer = Client()
    viewer.force_login(make_member(Role.VIEWER).user)
    assert viewer.post("/api/v1/imports/", {"text": FILE}, "application/json").status_code == 403


def test_the_same_file_under_one_key_is_kept_once_whatever_parts_the_form(api):
    key = {"Idempotency-Key": "monday"}
    first = send_file(api, headers=key)
    form = encode_multipart("another", {"file": SimpleUploadedFile("crm.csv", FILE.encode())})
    kind, headers = 'multipart/form-data; boundary="another"', {**api.headers, **key}
    again = api.client.generic("POST", "/api/v1/imports/", form, kind, headers=headers)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert send_file(api, FILE + "4,Fir,,\n", headers=key).status_code == 422
    assert Import.objects.count() == 1


def test_nothing_good_and_discarding(api):
    made = api.post("imports/", {"text": "Name,Tier\nCedar,nonsense\n", "kind": "accounts"}).json()
    api.post(f"imports/{made['id']}/check/")
    work()
    assert "No row" in detail(api.post(f"imports/{made['id']}/commit/"))
    assert api.post(f"imports/{made['id']}/discard/").json()["state"] == "discarded"
    assert api.post(f"imports/{made['id']}/check/").status_code == 409
    assert "discarded" in detail(api.patch(f"imports/{made['id']}/", {"decimal": ","}))


def test_a_stopped_and_a_forgotten_one_say_so(api):
    make_account("Cedar")
    made = api.post("imports/", {"text": FILE}).json()
    Import.objects.update(stopped_at=now(), problem="unclosed_quote", problem_row=7)
    stopped = shown(api, made)
    assert (stopped["state"], "row 7" in stopped["problem"]) == ("stopped", True)
    Import.objects.update(forgotten_at=now())
    assert api.get(f"imports/{made['id']}/refused/").status_code == 404
