"""Files as records: encodings, delimiters, ends of lines, what goes wrong; and going on in the middle."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports import encodings, reading
from imports.reading import Format, Place, Records, Unreadable

LATIN = "Name;Größe\nMüller GmbH;3,5\nJosé Ångström;7\nÉlysée;8\n"
SIMPLIFIED = "公司名称,负责人,电话\n北京华联信息技术有限公司,王小明,010-1234\n上海东方国际贸易有限公司,李雷,021\n"
TRADITIONAL = "公司名稱,負責人,電話\n台北資訊科技股份有限公司,王小明,02-1234\n新光國際貿易有限公司,李雷,021\n"


@pytest.mark.parametrize(
    ("body", "encoding", "delimiter"),
    [
        (b"a,b\n1,2\n", "utf-8", ","),
        (LATIN.encode(), "utf-8", ";"),
        (LATIN.encode("utf-8-sig"), "utf-8", ";"),
        (LATIN.encode("utf-16"), "utf-16-le", ";"),
        (b"\xfe\xff" + LATIN.encode("utf-16-be"), "utf-16-be", ";"),
        (LATIN.encode("utf-16-le"), "utf-16-le", ";"),
        (LATIN.encode("utf-16-be"), "utf-16-be", ";"),
        (LATIN.encode("cp1252"), "cp1252", ";"),
        (SIMPLIFIED.encode("gb18030"), "gb18030", ","),
        (TRADITIONAL.encode("gb18030"), "gb18030", ","),
        (TRADITIONAL.encode("big5"), "big5", ","),
        (b"a|b|c\n1|2,5|3\n", "utf-8", "|"),
        (b"a^b\n1^2\n", "utf-8", "^"),
        (b"a`b\n1`2\n", "utf-8", "`"),
        (b"a\tb\n1,5\t2\n", "utf-8", "\t"),
        (b"sep=;\na;b,c\n1;2\n", "utf-8", ";"),
        (b"Name\nCedar\n", "utf-8", ","),
        (b'"a,b\n', "utf-8", ","),
    ],
)
def test_encoding_and_delimiter_are_guessed(body, encoding, delimiter):
    assert reading.guess_format(body) == Format(encoding, delimiter)


def test_every_encoding_that_can_be_chosen_is_known_to_python():
    assert [bytes("a", encoding) != b"" for encoding in encodings.ENCODINGS] == [True] * 6


def rows_of(body: bytes, **given: int) -> list[tuple[int, list[str], str]]:
    return [tuple(record) for record in Records([body], Format("utf-8", ","), Place(0, 0), **given)]


def test_lines_end_as_they_like_and_cells_hold_them():
    assert rows_of(b'a,b\r\n1,2\r3,"x\r\ny"\n\n4,5') == [
        (1, ["a", "b"], ""), (2, ["1", "2"], ""), (3, ["3", "x\r\ny"], ""), (5, ["4", "5"], ""),
    ]  # fmt: skip


def test_footers_are_no_rows():
    survey = reading.survey(
        [
            b"Account ID,Account Name\n001,Acme\n\n002,Beta\n\n"
            b'"All customers"\n"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
        ],
        Format("utf-8", ","),
    )
    assert (survey.rows, survey.sample) == (2, [["001", "Acme"], ["002", "Beta"]])
    assert rows_of(b"a,b\nCopyright (c) 2026 X\n1,2\n", width=2)[1:] == [(3, ["1", "2"], "")]


def test_rows_are_made_as_wide_as_the_headers():
    assert [record[1:] for record in rows_of(b"1\n1,2,,\n1,2,3\n", width=2)] == [
        (["1", ""], ""), (["1", "2"], ""), (["1", "2", "3"], "too_many_cells"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code", "row"),
    [
        (b"", "empty", 0),
        (b"a,b\n", "no_rows", 0),
        (b'a,b\n1,"2\n', "unclosed_quote", 2),
        (b'a,"b"x\n1,2\n', "stray_quote", 1),
        (b"x" * 33_000 + b",b\n1,2\n", "cell_too_long", 1),
        (b",".join([b"x"] * 201) + b"\n1\n", "too_many_columns", 1),
        (b"a,b\n1,2\n3,\xff\n", "encoding", 1),
    ],
)
def test_what_cannot_be_read_is_said(body, code, row):
    with pytest.raises(Unreadable) as caught:
        reading.survey([body], Format("utf-8", ","))
    assert (caught.value.code, caught.value.row) == (code, row)


def test_empty_columns_at_the_end_are_no_columns():
    assert reading.survey([b"a,b,,\n1,2,,\n"], Format("utf-8", ",")).headers == ["a", "b"]


def test_cells_under_blank_headers_are_ignored_and_those_beyond_are_too_many():
    survey = reading.survey([b"a,b,,\n1,2,x,y\n3,4,,\n5,6,,,z\n"], Format("utf-8", ","))
    assert (survey.headers, survey.width, survey.rows) == (["a", "b"], 4, 3)
    assert survey.sample == [["1", "2"], ["3", "4"]]


def test_a_line_of_megabytes_is_cut_from_others_as_every_line_is():
    long = "z" * (2 << 20)
    body = f"a,b\r\n1,2\r\r3,4\n\n5,{long}\r\n6,7".encode()
    records = Records([body], Format("utf-8", ","), Place(0, 0))
    assert [(one.row, one.cells[0] if one.cells else one.problem) for one in records] == [
        (1, "a"), (2, "1"), (4, "3"), (6, "cell_too_long"), (7, "6"),
    ]  # fmt: skip


def test_a_line_of_megabytes_takes_few_times_its_size_in_memory():
    blocks = [b"Name,Id\n", *[b"z" * (256 * 1024)] * 32]
    tracemalloc.start()
    try:
        reading.survey(blocks, Format("utf-8", ","))
        assert tracemalloc.get_traced_memory()[1] < 3 * 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_headers_can_be_told_apart():
    assert reading.named(["Name", " Name ", "", "Name"]) == ["Name", "Name (2)", "#3", "Name (3)"]


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(
    table=st.lists(st.lists(cells, min_size=2, max_size=2).filter(any), min_size=1, max_size=20),
    encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "gb18030"]),
    delimiter=st.sampled_from(reading.DELIMITERS),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    block=st.integers(1, 40),
    data=st.data(),
)
def test_what_is_written_is_read_and_reading_can_go_on_anywhere(table, encoding, delimiter, end, block, data):
    """However the bytes are cut into blocks, and from after any record."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    body = out.getvalue().encode(encoding)

    def records(start: Place) -> Records:
        rest = body[start.offset :]
        return Records([rest[at : at + block] for at in range(0, len(rest), block)], Format(encoding, delimiter), start)

    whole = records(Place(0, 0))
    read, places = [], []
    for record in whole:
        read.append(record.cells)
        places.append(whole.place())
    assert read == table
    stop = data.draw(st.integers(0, len(table) - 1))
    assert [record.cells for record in records(places[stop])] == table[stop + 1 :]


@given(st.binary(max_size=400))
def test_anything_is_read_or_refused(body):
    form = reading.guess_format(body)
    try:
        survey = reading.survey([body], form)
    except Unreadable:
        return
    assert survey.rows > 0
