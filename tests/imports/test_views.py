"""The way a person goes: upload, columns, preview, check, bring in; with and without what goes wrong."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.actions import fields as field_actions
from accounts.models import Account, Contact
from imports import words
from imports.actions import checking, merging
from imports.models import Block, Import
from outbox.models import Effect
from tests.builders import NOON, make_account, make_member, make_metric, make_user
from tests.imports.files import brought_in, checked, found, received, refusals, understood, work, written

NEW = reverse("imports:import_new")
FILE = "Record ID,Company name,Tier,Website\n1,Cedar,Gold,cedar.example\n2,Dogwood,unheard of,\n3,Elm,,elm.example\n"


@pytest.fixture
def client(workspace) -> Iterator[Client]:
    client = Client()
    with time_machine.travel(NOON, tick=False):
        client.force_login(make_member("csm", make_user("mei@vendor.example")).user)
        yield client


def upload(client: Client, text: str | bytes = FILE, **fields: str):
    body = text.encode() if isinstance(text, str) else text
    return client.post(NEW, {"file": SimpleUploadedFile("crm.csv", body), **fields})


def page(source: Import, name: str = "import_detail") -> str:
    return reverse(f"imports:{name}", args=[source.pk])


def save_columns(client: Client, source: Import, **fields: str):
    data = {
        "system": source.source,
        "dates": "month",
        "decimal": ".",
        "zone": "UTC",
        "stage": "use",
        **{f"column_{place}": key for place, key in enumerate(source.mapping)},
        **fields,
    }
    return client.post(page(source, "import_columns"), data)


def test_import_from_upload_to_accounts(client):
    assert client.get(NEW).status_code == 200
    response = upload(client)
    source = Import.objects.get()
    assert response.url == page(source, "import_columns")
    columns = client.get(response.url)
    assert (columns.status_code, source.kind, source.source) == (200, "accounts", "hubspot")
    assert client.get(page(source)).url == page(source, "import_columns")

    assert save_columns(client, source).url == page(source)
    ready = client.get(page(source)).content.decode()
    assert "cedar.example" in ready
    assert "“unheard of” is not one of the choices." in ready

    client.post(page(source, "import_check"))
    assert "Every row is being checked" in client.get(page(source)).content.decode()
    work()
    told = client.get(page(source)).content.decode()
    assert "Bring in the 2 good rows" in told
    assert Account.objects.count() == 0

    client.post(page(source, "import_commit"))
    fragment = client.get(page(source), headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" in fragment
    assert "<html" not in fragment
    work()
    assert "Brought in" in client.get(page(source)).content.decode()
    assert list(Account.objects.order_by("pk").values_list("name", flat=True)) == ["Cedar", "Elm"]
    assert "crm.csv" in client.get(reverse("imports:import_list")).content.decode()


def test_import_detail_tells_the_first_refused_rows_and_why(client):
    rows = "".join(f"{number},,Gold,\n" for number in range(1, 8))
    source = checked(f"Record ID,Company name,Tier,Website\n9,<b>Elm</b>,,\n{rows}")
    text = client.get(page(source, "import_detail")).content.decode()
    assert "7 rows are refused." in text
    assert re.findall(r'<td class="num" data-label="Row">(\d+)</td>', text) == ["3", "4", "5", "6", "7"]
    assert "1 · Gold" in text
    source = brought_in("Record ID,Company name\n1,\n2,Oak\n")
    assert "It is new and has no name." in client.get(page(source, "import_detail")).content.decode()


def test_import_refused_rows_come_with_the_reason(client):
    source = checked(FILE)
    response = client.get(page(source, "import_refused"))
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows == [
        ["Record ID", "Company name", "Tier", "Website", "Row", "Why it was refused"],
        ["2", "Dogwood", "unheard of", "", "3", "Tier: “unheard of” is not one of the choices."],
    ]
    assert response["Content-Disposition"] == 'attachment; filename="customers-refused.csv"'


def test_import_of_corrected_refused_rows_is_understood_as_the_file_they_come_from(client):
    first = received("Whatever,Words\nCedar,gold\nElm,unheard of\n")
    save_columns(client, first, column_0="name", column_1="tier", system="erp")
    client.post(page(first, "import_check"))
    work()
    refused = client.get(page(first, "import_refused")).content.decode("utf-8-sig")
    again = received(refused.replace("unheard of,", "gold,"))
    assert (again.mapping, again.source, again.kind) == (["name", "tier", "", ""], "erp", "accounts")
    assert found(brought_in(refused.replace("unheard of,", "gold,"))) == {"new": 1}


def test_import_can_be_given_up_until_it_is_confirmed(client):
    source = checked(FILE)
    assert client.post(page(source, "import_discard")).url == reverse("imports:import_list")
    source.refresh_from_db()
    assert source.discarded_at is not None
    assert "Nothing of this file was brought in" in client.get(page(source)).content.decode()
    client.post(page(source, "import_commit"))
    client.post(page(source, "import_check"))
    work()
    assert Account.objects.count() == 0
    done = brought_in(FILE)
    client.post(page(done, "import_discard"))
    done.refresh_from_db()
    assert done.discarded_at is None


def test_import_of_what_cannot_be_read_is_told_and_not_kept(client):
    response = upload(client, b"PK\x03\x04 and so on")
    assert response.status_code == 422
    assert "This is a zip file or an Excel workbook" in response.content.decode()
    assert Import.objects.count() == Block.objects.count() == 0
    assert client.post(NEW, {}).status_code == 422
    assert upload(client, FILE, source="Not a name").status_code == 422


def test_import_of_too_much_is_refused_before_it_is_read(client):
    response = upload(client, b"a,b\n" + b"1,2\n" * 5_300_000)
    assert response.status_code == 413
    assert "larger than 20 MB" in response.content.decode()
    # A little over the limit, within what a form may weigh.
    response = upload(client, b"a,b\n" + b"1,2\n" * 5_242_880)
    assert response.status_code == 422
    assert "larger than 20 MB" in response.content.decode()


def test_import_needs_the_token_of_the_form(workspace):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member("csm").user)
    assert upload(client).status_code == 403


def test_import_can_be_read_in_another_way(client):
    text = "公司名稱;負責人\n台北資訊科技股份有限公司;王小明\n"
    source = received(text.encode("big5"), kind="accounts")
    assert source.encoding == "big5"
    wrong = {"kind": "accounts", "encoding": "utf-8", "delimiter": ";"}
    response = client.post(page(source, "import_format"), wrong)
    assert response.status_code == 422
    assert "Choose another." in response.content.decode()
    right = {"kind": "contacts", "encoding": "big5", "delimiter": ","}
    assert client.post(page(source, "import_format"), right).url == page(source, "import_columns")
    source.refresh_from_db()
    assert (source.kind, source.headers) == ("contacts", ["公司名稱;負責人"])
    assert client.post(page(source, "import_format"), {"kind": "pigs"}).status_code == 422


def test_import_columns_are_each_something_else_and_enough(client):
    source = received(FILE)
    twice = save_columns(client, source, column_1="external_id", column_0="external_id")
    assert twice.status_code == 422
    assert "Another column is this already." in twice.content.decode()
    nothing = save_columns(client, source, column_0="", column_1="")
    assert "One column must be: Ninefold id, Id, Name." in nothing.content.decode()


def test_import_remembers_how_such_a_file_was_understood(client):
    first = received("X,Y\n1,Cedar\n")
    save_columns(client, first, column_0="external_id", column_1="name", system="legacy", stage="loyalty")
    second = received("X,Y\n2,Dogwood\n")
    assert (second.mapping, second.source, second.manner["stage"]) == (["external_id", "name"], "legacy", "loyalty")
    assert received("X,Y\n2,Dogwood\n", kind="contacts").mapping == ["", ""]


def test_import_says_what_becomes_of_owners_who_are_nobody_here(client):
    text = "Id,Name,Owner\n1,Cedar,Nobody Knows\n"
    source = received(text)
    assert "A colleague who is nobody here" in client.get(page(source, "import_columns")).content.decode()
    save_columns(client, source)
    shown = client.get(page(source)).content.decode()
    assert "Nobody Knows" not in shown, "the preview shows what it becomes"
    client.post(page(source, "import_check"))
    work()
    assert "1 row names a colleague who is nobody here: it is left empty." in client.get(page(source)).content.decode()

    save_columns(client, source, unknown_owner="refuse")
    assert "Nobody in this workspace is called" in client.get(page(source)).content.decode()
    assert received(text).manner["unknown_owner"] == "refuse", "remembered with the columns"


@pytest.mark.parametrize("marked", ["'+49 30 1", "''+49 30 1", "+49 30 1"])
def test_import_of_refused_rows_finds_what_was_marked_as_before(client, marked):
    make_account("Cedar")
    source = checked(f"Name,Account,Phone\nMei,Dogwood,{marked}\n", kind="contacts")
    refused = client.get(page(source, "import_refused")).content.decode("utf-8-sig")
    brought_in(refused.replace("Dogwood", "Cedar"))
    assert Contact.objects.get().phone == marked.removeprefix("'")


def test_import_that_failed_in_the_background_says_so(client):
    source = understood(received(FILE))
    checking.begin_check(source=source, at=NOON)
    Effect.objects.filter(kind="imports.read").update(state="dead")
    assert "A step has failed" in client.get(page(source)).content.decode()
    client.post(page(source, "import_discard"))
    assert Effect.objects.get(kind="imports.read").state == "cancelled"


def test_import_that_failed_while_it_was_written_is_checked_again_by_a_button(client):
    source = checked(FILE)
    client.post(page(source, "import_commit"))
    client.post(page(source, "import_check"))
    assert "This file cannot be checked any more." in client.get(page(source)).content.decode(), "it goes on by itself"
    Effect.objects.filter(kind="imports.merge").update(state="dead")
    make_account("Cedar", external_ids={"hubspot": "1"})
    assert "Check the file again" in client.get(page(source)).content.decode()

    client.post(page(source, "import_check"))
    assert Effect.objects.get(kind="imports.merge").state == "cancelled"
    work()
    assert "Bring in the 2 good rows" in client.get(page(source)).content.decode()
    client.post(page(source, "import_commit"))
    work()
    assert written(source) == {"changed": 1, "new": 1}
    client.post(page(source, "import_check"))
    assert "This file cannot be checked any more." in client.get(page(source)).content.decode()


def test_import_page_asks_as_often_for_many_rows_as_for_few(client, django_assert_num_queries):
    make_account()
    for _ in range(3):
        brought_in(FILE)
    with django_assert_num_queries(9):
        client.get(reverse("imports:import_list"))


def test_import_of_nothing_is_not_found(client):
    for name in ("import_detail", "import_columns", "import_refused"):
        assert client.get(reverse(f"imports:{name}", args=[99])).status_code == 404


def test_import_of_metrics_names_a_column_each(client):
    make_account("Cedar")
    make_metric("logins")
    source = received(
        "Account,Date,Logins,Reports built,§§\nCedar,2026-06-01,14,2,\nCedar,2026-06-02,,,\n", kind="metrics"
    )
    assert source.mapping == ["account", "day", "metric:logins", "", ""]
    text = client.get(page(source, "import_columns")).content.decode()
    assert "New metric “Reports built”" in text
    saved = save_columns(client, source, column_3="metric:reports_built", metric_kind="counter")
    assert saved.status_code == 302
    client.post(page(source, "import_check"))
    work()
    assert (found(source), refusals(source)) == ({"new": 2, "refused": 1}, [(3, "no_values")])
    ready = understood(received("Account,Date,Logins\nCedar,2026-06-01,many\n", kind="metrics"))
    assert "Logins" in client.get(page(ready)).content.decode()


def test_import_offers_the_workspaces_own_fields(client):
    field = field_actions.define_field(about="account", name="Region", kind="text", at=NOON, by=None)
    source = received("Id,Name,Region\n1,Cedar,North\n")
    assert source.mapping == ["external_id", "name", f"custom:{field.key}"]
    assert "Region" in client.get(page(source, "import_columns")).content.decode()
    save_columns(client, source)
    assert "North" in client.get(page(source)).content.decode()


def test_import_pages_say_where_a_file_stands(client):
    gone = understood(received(FILE))
    Import.objects.filter(pk=gone.pk).update(forgotten_at=NOON)
    assert "The file is gone" in client.get(page(gone)).content.decode()
    Import.objects.filter(pk=gone.pk).update(confirmed_at=NOON)
    assert "The file is gone" in client.get(page(gone)).content.decode(), "half-way, too: nothing goes on without it"
    assert client.get(page(gone, "import_refused")).status_code == 404
    stopped = understood(received(FILE))
    Import.objects.filter(pk=stopped.pk).update(stopped_at=NOON, problem="unclosed_quote", problem_row=7)
    assert "that opens in row 7 is never closed" in client.get(page(stopped)).content.decode()
    assert client.get(page(stopped, "import_columns")).url == page(stopped)
    same = {"kind": "accounts", "encoding": "utf-8", "delimiter": ";"}
    assert client.post(page(stopped, "import_format"), same).status_code == 302
    done = brought_in(FILE)
    again = checked("Record ID,Company name\n1,Cedar\n")
    assert "Everything in this file is here already." in client.get(page(again)).content.decode()
    assert "Brought in" in client.get(page(done)).content.decode()
    nothing = checked("Record ID,Company name\n9,\n")
    client.post(page(nothing, "import_commit"))
    assert "No row of this file can be brought in." in client.get(page(nothing)).content.decode()


def test_import_columns_of_a_file_that_is_being_brought_in_stay(client, monkeypatch):
    source = checked(FILE)
    real = words.state
    merging.confirm(source=source, at=NOON, by=None)
    monkeypatch.setattr(words, "state", lambda _: ("checked", ""))
    response = save_columns(client, source)
    monkeypatch.setattr(words, "state", real)
    assert response.url == page(source)
    assert "This file is being brought in already." in client.get(page(source)).content.decode()


def test_import_refusals_say_what_the_merge_found(client):
    source = checked("Id,Name,Parent account,Region\n1,Cedar,2,\n2,Elm,1,\n3,Fir,,\n")
    make_account("First", external_ids={"csv": "3"})
    make_account("Second", external_ids={"other": "x"})
    merging.confirm(source=source, at=NOON, by=None)
    work()
    rows = client.get(page(source, "import_refused")).content.decode()
    assert "2,Elm,1,,3,Brought in, but not put below its parent" in rows.replace('"', "")
    assert "could not be put below its parent" in client.get(page(source)).content.decode()
