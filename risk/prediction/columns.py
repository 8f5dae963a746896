"""What a model is told of each column it may use."""

import math
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Column:
    """A component of the health score (0 to 100, more is better), or a fact of the contract cut at fixed `edges`.

    `weight` is the component's share of the hand-weighted score, in any unit. A fact of the contract, such as the
    months to renewal, has no weight there: it says when somebody may leave, not how well they are.
    """

    name: str
    weight: float = 0.0
    edges: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for what no model can begin with."""
        if not (math.isfinite(self.weight) and self.weight >= 0.0):
            raise ValueError(f"{self.name}: a weight must not be negative")
        if not all(low < high for low, high in pairwise(self.edges)) or not all(map(math.isfinite, self.edges)):
            raise ValueError(f"{self.name}: edges must be finite and rise")

    @property
    def is_component(self) -> bool:
        return not self.edges
