"""Rows as JSON, of which PostgreSQL's `json_to_recordset` makes columns."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

AT_ONCE = 5000


def recordset(rows: Sequence[Mapping[str, Any]]) -> str:
    """A value that no column holds is a TypeError, rather than text that PostgreSQL may read as another one."""
    return json.dumps(rows, default=_written)


def _written(value: Any) -> str:
    """What JSON has no word for, as PostgreSQL reads it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"No column holds {type(value)}")
