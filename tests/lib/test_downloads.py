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
