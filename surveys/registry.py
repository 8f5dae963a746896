"""What rooms above this one tell of answers: who spoke with the customer, what became of it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """One sentence about an answer, and where it leads; `is_case`: to the case that has been made of it."""

    words: str
    url: str
    is_case: bool = False


tellers: list[Callable[[Collection[int]], Mapping[int, Sequence[Note]]]] = []


def notes(answer_ids: Collection[int]) -> dict[int, list[Note]]:
    """What is told of each of these answers."""
    found: dict[int, list[Note]] = defaultdict(list)
    for tell in tellers:
        for answer_id, told in tell(answer_ids).items():
            found[answer_id] += told
    return found
