"""What a model is told of each column it may use."""

import math
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Column:
    """A component of the health score (0 to 100, more is better), or a fact of the contract cut at fixed `edges`.

    `weight` is the component's share of the hand-weighted score, in any unit. A fact of the contract, such as the
    months to renewal, has no weight there: it says when somebody may leave, not how well they are. What that is worth
    by hand are log-odds of leaving, one for each of its ranges; None is a range that says nothing. Only what lies
    between them counts, not from where they are measured.
    """

    name: str
    weight: float = 0.0
    edges: tuple[float, ...] = ()
    hand: tuple[float | None, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for what no model can begin with."""
        if not (math.isfinite(self.weight) and self.weight >= 0.0):
            raise ValueError(f"{self.name}: a weight must not be negative")
        if not all(low < high for low, high in pairwise(self.edges)) or not all(map(math.isfinite, self.edges)):
            raise ValueError(f"{self.name}: edges must be finite and rise")
        is_fitting = len(self.hand) == len(self.edges) + 1 and bool(self.edges)
        if self.hand and not (is_fitting and all(one is None or math.isfinite(one) for one in self.hand)):
            raise ValueError(f"{self.name}: log-odds by hand must be finite, one for each range between the edges")

    @property
    def is_component(self) -> bool:
        return not self.edges
