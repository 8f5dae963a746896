"""Whatever stands in a cell, its row is brought in or refused in words; and exported, what came in is the same."""

import csv
import io
from typing import Any

import pytest

from accounts.actions import fields as field_actions
from accounts.models import Account
from imports import exports, queries, refusals
from imports.actions import merging
from imports.kinds import FIELDS, OWN_FIELD
from imports.models import Import
from lib import csv as files
from tests.builders import NOON, make_account
from tests.imports.files import checked, found, work, written

CELLS = [
    "\0x", "a:b\0", "a:%00", "http://x/\0", "a@b.example\0", "=1+1", "x" * 255, "x" * 2100, "9" * 60, "1e400", "NaN",
    "-1", "٣", "2026-02-30", "0001-01-01", "2026-06-01 25:00", "<b>x</b>", '{"a":1}', "\\N", "\\.", "a\tb", "a\nb", "'",
    ";;;", "%s", "\u200b", "\u202eabc", "x:y", "crm:y", "yes", "a@b", "javascript:alert(1)", "1-1", "Europe/Berlin",
]  # fmt: skip
PLAIN: dict[str, dict[str, str]] = {
    "accounts": {"name": "Elm"},
    "contacts": {"account": "Cedar", "name": "Mei"},
    "contracts": {"account": "Cedar", "name": "All", "starts_on": "2026-01-01", "ends_on": "2026-12-31"},
    "tickets": {"account": "Cedar", "opened_at": "2026-06-01 10:00"},
    "touchpoints": {"account": "Cedar", "at": "2026-06-01 10:00", "summary": "Talked"},
    "metrics": {"account": "Cedar", "metric": "logins", "metric_kind": "counter", "day": "2026-06-01", "value": "1"},
}


def own_fields(kind: str) -> list[str]:
    if kind not in {"accounts", "contacts"}:
        return []
    made = (
        field_actions.define_field(about=kind[:-1], name=f"Own {one}", kind=one, at=NOON, by=None)
        for one in ("text", "number", "date", "yes_no")
    )
    return [f"{OWN_FIELD}{field.key}" for field in made]


def file_of(kind: str, fields: list[str]) -> tuple[str, int]:
    """Each of CELLS in each field, the others as they should be; and how many rows that makes."""
    rows = []
    for field in fields:
        for cell in CELLS:
            number = len(rows)
            named = {"name": f"Elm {number}"} if kind == "accounts" else {}
            known_by = {"external_id": f"r{number}"} if kind != "metrics" else {"metric": f"m{number}"}
            row = {**PLAIN[kind], **named, **known_by, field: cell}
            rows.append([row.get(one, "") for one in fields])
    out = io.StringIO(newline="")
    csv.writer(out).writerows([fields, *rows])
    return out.getvalue(), len(rows)


def committed(source: Import) -> Import:
    merging.confirm(source=source, at=NOON, by=None)
    work()
    source.refresh_from_db()
    return source


@pytest.mark.parametrize("system", ["crm", "ninefold"])
@pytest.mark.parametrize("kind", PLAIN)
def test_any_cell_in_any_field_is_brought_in_or_refused(workspace, kind, system):
    make_account("Cedar")
    fields = [field.key for field in FIELDS[kind]] + own_fields(kind)
    text, count = file_of(kind, fields)
    manner: dict[str, Any] = {"mapping": fields, "metric_kind": "counter", "unknown_owner": "empty"}
    source = committed(checked(text, kind=kind, source=system, manner=manner))
    assert source.done_at
    refused = found(source)["refused"] + written(source).get("late", 0)
    assert sum(found(source).values()) == count
    _, *told = refusals.rows(source)
    assert (len(told), all(why for *_, why in told)) == (refused, True)

    out = io.BytesIO()
    files.write(out, exports.rows(kind, Account.objects.all()))
    again = checked(out.getvalue())
    assert found(again) == {"same": queries.totals(again).read}
