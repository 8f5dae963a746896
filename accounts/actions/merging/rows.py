"""Values as COPY's text format has them."""

from collections.abc import Iterable, Mapping, Sequence

from accounts.actions.merging.stage import Columns

_ESCAPES = {ord("\\"): "\\\\", ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}


def text_of(columns: Columns, rows: Mapping[int, Mapping[str, str]]) -> str:
    """Rows by their number, in the order of `columns`, of which the first is the number; what is not there is null."""
    names = [name for name, _ in columns[1:]]
    return "".join(_line([str(number), *(row.get(name) for name in names)]) for number, row in rows.items())


def _line(values: Iterable[str | None]) -> str:
    return "\t".join("\\N" if value is None else value.translate(_ESCAPES) for value in values) + "\n"


def array(values: Sequence[str]) -> str:
    """As PostgreSQL writes an array."""
    return "{" + ",".join('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values) + "}"
