"""Long statements that a session plans once: planning one that reads twenty tables takes longer than running it."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

_NAME = re.compile(r"%\((\w+)\)s")


class Prepared:
    """A statement whose plan fits any values, so it must not depend on which they are.

    `sql` has values as %(name)s and a percent sign as %%; `types`: each name's type in PostgreSQL. Whether a session
    knows it is asked of the session itself, for a pooler may hand over another one; its name is of this very text.
    """

    def __init__(self, sql: str, types: Mapping[str, str]) -> None:
        names = list(dict.fromkeys(_NAME.findall(sql)))
        numbered = _NAME.sub(lambda found: f"${names.index(found[1]) + 1}", sql).replace("%%", "%")
        told = f"({', '.join(types[name] for name in names)}) as {numbered}"
        self.name = f"ninefold_{hashlib.sha256(told.encode()).hexdigest()[:16]}"
        self._prepare = f"prepare {self.name} {told}"
        self._execute = f"execute {self.name}({', '.join(f'%({name})s' for name in names)})"

    def execute(self, cursor: Any, values: Mapping[str, Any], how: str = "") -> None:
        """Run it in the cursor's transaction; its rows are the cursor's. `how`: words before it, as `explain`."""
        cursor.execute("select from pg_prepared_statements where name = %s", [self.name])
        if not cursor.rowcount:
            cursor.execute(self._prepare)
        cursor.execute(f"set local plan_cache_mode = force_generic_plan; {how} {self._execute}", values)


def type_of(value: Any, empty: str) -> str:
    """What PostgreSQL calls the type of a value; of None `empty`."""
    return "bigint[]" if isinstance(value, list) else _TYPES.get(type(value).__name__, empty)


_TYPES = {
    "bool": "boolean", "int": "integer", "float": "float8", "str": "text", "date": "date", "datetime": "timestamptz",
}  # fmt: skip
