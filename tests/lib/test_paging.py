import json
from base64 import urlsafe_b64encode
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account
from lib.paging import Page, Sort, page_of
from tests.builders import NOON, make_account

NAME = Sort("name")
SCORE = Sort("health_score", has_gaps=True)
ARR = Sort("arr_minor", falls=True, has_gaps=True)
SORTS = {
    "name": NAME,
    "-name": NAME.turned(),
    "score": SCORE,
    "-score": SCORE.turned(),
    "arr": ARR,
    "-arr": ARR.turned(),
}


def page(sort: Sort, **place: object) -> Page:
    return page_of(Account.objects.all(), sort, ["id", "name"], **place)


def whole(sort: Sort) -> list[int]:
    """The order a person expects, by Python's own sort: a value, then the id; no value comes last."""
    rows = list(Account.objects.values_list(sort.field, "pk"))
    filled = [row for row in rows if row[0] is not None]
    for index, falls in ((1, sort.ids_fall), (0, sort.falls)):
        filled.sort(key=lambda row: row[index], reverse=falls)
    gaps = sorted((row for row in rows if row[0] is None), key=lambda row: row[1], reverse=sort.ids_fall)
    return [pk for _, pk in filled + gaps]


def fill(values: list[tuple[str, Decimal | None, int | None]]) -> None:
    Account.objects.all()._raw_delete("default")  # facts may not be deleted, and here there are none
    Account.objects.bulk_create(
        Account(
            name=name, health_score=score, arr_minor=arr, currency="EUR", created_at=NOON, stage_since=NOON, stage="use"
        )
        for name, score, arr in values
    )


accounts = st.lists(
    st.tuples(
        st.sampled_from(["Alpha", "alpha", "Beta", "Ärger", "1 & 1", ""]),
        st.none() | st.sampled_from([Decimal("0.0"), Decimal("41.5"), Decimal("100.0")]),
        st.none() | st.sampled_from([0, 4_800_000, 2**62]),
    ),
    max_size=12,
)


@pytest.mark.parametrize("name", SORTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=accounts, size=st.integers(1, 5))
def test_walking_forth_and_back_meets_every_row_once_in_order(workspace, name, values, size):
    fill(values)
    sort = SORTS[name]
    expected = whole(sort)
    pages = [page(sort, size=size)]
    while pages[-1].after:
        pages.append(page(sort, size=size, after=pages[-1].after))
    assert [row["pk"] for each in pages for row in each.rows] == expected
    assert all(len(each.rows) == size for each in pages[:-1])

    back = [pages[-1]]
    while back[-1].before:
        back.append(page(sort, size=size, before=back[-1].before))
    assert [row["pk"] for each in reversed(back) for row in each.rows] == expected
    assert all(len(each.rows) == size for each in back[1:])


@pytest.mark.parametrize("name", SORTS)
def test_a_page_is_one_statement_or_two_where_the_values_end(workspace, name):
    fill([("A", None, None), ("B", Decimal(3), 5), ("C", Decimal(3), 5), ("D", None, None)])
    place: dict[str, str] = {}
    counts = []
    for _ in range(4):
        with CaptureQueriesContext(connection) as captured:
            found = page(SORTS[name], size=1, **place)
        counts.append(len(captured))
        place = {"after": found.after}
    assert found.after == ""
    assert counts == ([1, 2, 2, 1] if SORTS[name].has_gaps else [1, 1, 1, 1])


def test_a_place_holds_when_its_row_has_gone(workspace):
    fill([(name, None, None) for name in "ABCD"])
    first = page(NAME, size=2)
    Account.objects.filter(name__in=["B", "C"])._raw_delete("default")
    assert [row["name"] for row in page(NAME, size=2, after=first.after).rows] == ["D"]


def cursor_of(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "é",
        "[" * 40,
        cursor_of(5),
        cursor_of(["x"]),
        cursor_of([None, 1]),  # a name is never missing
        cursor_of(["A\x00", 1]),
        cursor_of(["\ud800", 1]),
        cursor_of(["A", "1"]),
        cursor_of(["A", True]),
        cursor_of(["A", -1]),
        cursor_of(["A", 2**63]),
        cursor_of([["A"], 1]),
        urlsafe_b64encode(b"[" * 3000).decode(),
    ],
)
def test_a_broken_cursor_is_the_first_page(workspace, cursor):
    make_account("Alpha")
    assert [row["name"] for row in page(NAME, after=cursor).rows] == ["Alpha"]
    assert [row["name"] for row in page(NAME, before=cursor).rows] == ["Alpha"]


def test_a_cursor_of_another_sort_is_the_first_page(workspace):
    make_account("Alpha")
    assert len(page(SCORE, after=cursor_of(["Alpha", 1])).rows) == 1
    assert len(page(SCORE, after=cursor_of(["NaN", 1])).rows) == 1


def test_an_empty_list_is_one_page(workspace):
    assert page(NAME) == page(SCORE) == Page([])
