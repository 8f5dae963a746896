"""What higher rooms do when accounts have been scored."""

from collections.abc import Callable, Sequence
from datetime import datetime

Listener = Callable[[Sequence[int], datetime], None]

after_scoring: list[Listener] = []


def listen(hear: Listener) -> None:
    """Tell `hear` of all accounts that were scored for today, changed or not, in the same transaction and in sets."""
    after_scoring.append(hear)
