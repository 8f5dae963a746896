from datetime import datetime, timedelta, timezone

import pytest

from lib import downloads


@pytest.mark.parametrize("rows", [1, 60_000])
def test_a_table_of_any_length_is_saved_under_its_name(rows, db):
    response = downloads.table("größe.csv", ([f"cell {number}", "=1+1"] for number in range(rows)))
    body = b"".join(response)
    response.close()
    assert body.startswith(b"\xef\xbb\xbfcell 0,'=1+1\r\n")
    assert body.count(b"\r\n") == rows
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''gr%C3%B6%C3%9Fe.csv"
    assert response["Content-Type"] == "text/csv; charset=utf-8"


def test_an_export_tells_values_as_they_are_kept():
    at = datetime(2026, 6, 15, 14, tzinfo=timezone(timedelta(hours=2)))

    response = downloads.export("list", [["When", "So", "What", "All", "None"], [at, True, "-1", ["a"], None]])

    assert response["Content-Disposition"] == 'attachment; filename="list.csv"'
    lines = response.getvalue().decode("utf-8-sig").splitlines()
    assert lines == ["When,So,What,All,None", '2026-06-15T12:00:00+00:00,yes,\'-1,"[""a""]",']


def test_an_export_that_is_too_long_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(downloads, "MOST_ROWS", 2)

    assert downloads.export("list", [["Name"], ["a"], ["b"]]).status_code == 200
    refused = downloads.export("list", [["Name"], ["a"], ["b"], ["c"]])

    assert (refused.status_code, refused["Content-Type"]) == (413, "text/plain; charset=utf-8")
    assert refused.content.decode() == "An export holds at most 2 rows: narrow the filter."
