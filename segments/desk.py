"""What the pages that build conditions share: the draft sent or stored, what is wrong with it, and whom it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from segments import conditions, controls, queries, sentences
from segments.builder import Draft
from segments.registry import Field

SAVE = "save"


@dataclass
class Desk:
    """One draft on its page; `do` is what was pressed, SAVE if nothing else."""

    draft: Draft
    do: str
    today: date
    currency: str

    @classmethod
    def open(
        cls,
        data: QueryDict | None,
        fields: Mapping[str, Field],
        *,
        stored: Any = None,
        first: str,
        today: date,
        currency: str,
    ) -> "Desk":
        """With what a form sent (`data`), or what is stored, or one condition about `first`."""
        if data is not None:
            desk = cls(Draft.sent(data, fields), data.get("do", SAVE), today, currency)
            desk.draft.do(desk.do)
            return desk
        draft = Draft.stored(conditions.read(stored), fields) if stored else Draft.fresh(fields, first)
        return cls(draft, "", today, currency)

    @property
    def is_saving(self) -> bool:
        return self.do == SAVE

    @property
    def raw(self) -> Any:
        """What the draft says, right or wrong."""
        group = self.draft.group()
        return conditions.written(group) if group else {"all": []}

    def problems(self) -> list[conditions.Problem]:
        try:
            group = conditions.read(self.raw)
        except conditions.BadConditions as bad:
            return bad.problems
        return conditions.check(group, self.draft.fields)

    def context(self, *, has_preview: bool = True) -> dict[str, Any]:
        """What the builder's template shows; what is wrong stands beside its row once one has tried to save."""
        problems = self.problems()
        if self.is_saving:
            self.draft.point_out(problems)
        found = None if problems or not has_preview else self._preview()
        return {
            "blocks": controls.blocks(self.draft, self.currency),
            "match": self.draft.matches[""],
            "matches": controls.matches(),
            "sentence": "" if problems else sentences.sentence(conditions.read(self.raw), self.draft.fields),
            "unfinished": sentences.problems(problems, self.draft.fields),
            "preview": found,
            "has_preview": has_preview,
            "has_removed": self.do.startswith("remove"),
        }

    def _preview(self) -> queries.Preview:
        return queries.preview(self.raw, today=self.today, fields=self.draft.fields)
