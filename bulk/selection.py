"""Which accounts a change is about, as an address says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

MOST_IDS = 1000


class Query(Protocol):
    """What is asked of a QueryDict."""

    def get(self, key: str, default: str = "") -> Any: ...

    def getlist(self, key: str) -> Sequence[Any]: ...


@dataclass(frozen=True)
class Selection:
    """Accounts picked one by one, those of a list by its query string, or a member's book; else nobody."""

    ids: tuple[int, ...] = ()
    query: str | None = None
    book: int | None = None

    @classmethod
    def read(cls, said: Query) -> "Selection":
        """`all` takes the whole `list`, not what was picked from it; numbers that are none are left out."""
        if said.get("all"):
            return cls(query=str(said.get("list", "")))
        book = number(said.get("book", ""))
        if book is not None:
            return cls(book=book)
        ids = (number(text) for text in said.getlist("account")[:MOST_IDS])
        return cls(ids=tuple(dict.fromkeys(pk for pk in ids if pk is not None)))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What an address or a form must carry to say the same."""
        if self.query is not None:
            return [("all", "1"), ("list", self.query)]
        if self.book is not None:
            return [("book", str(self.book))]
        return [("account", str(pk)) for pk in self.ids]

    @property
    def source(self) -> Mapping[str, Any]:
        """What is kept of it with a change: the rows themselves hold the accounts."""
        if self.query is not None:
            return {"list": self.query}
        return {"book": self.book} if self.book is not None else {"ids": len(self.ids)}

    def __bool__(self) -> bool:
        return bool(self.ids) or self.query is not None or self.book is not None


def number(text: object) -> int | None:
    """An id, or None."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 19 else None
