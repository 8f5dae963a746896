import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.csv import BOM, document, safe

words = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"))


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))


@given(st.lists(st.lists(words, min_size=2, max_size=2)))
def test_what_is_written_can_be_read_back(rows):
    header, *read = parsed(document(["a", "b"], rows))
    assert header == ["a", "b"]
    assert read == [[str(safe(cell)) for cell in row] for row in rows]


@pytest.mark.parametrize("cell", ["=1+1", "+31 20 1234", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_formula_becomes_text(cell):
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Alpha", "", "a=b", -5, 4.5, None])
def test_anything_else_stays(cell):
    assert safe(cell) == cell
