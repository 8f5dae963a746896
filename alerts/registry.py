"""What leaving means to a workspace: the room that foretells it says so in `ready()`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Leaving:
    """Who has left within so many `days` of a moment.

    `settled_days` after it that is certain: a renewal may be late. `words` say what counts, and `basis` why that.
    `sql`, with its `values`, selects the `id` of those who left among the rows of a relation `asked`: one for each
    account, `id` and `at`.
    """

    days: int
    settled_days: int
    words: str
    basis: str
    sql: str
    values: Mapping[str, Any]


leaving: list[Callable[[], Leaving]] = []  # one
