"""What a model is told of each column it may use."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A component of the health score (0 to 100, more is better), or a fact of the contract cut at fixed `edges`.

    `weight` is the component's share of the hand-weighted score, in any unit. A fact of the contract, such as the
    months to renewal, has no weight there: it says when somebody may leave, not how well they are.
    """

    name: str
    weight: float = 0.0
    edges: tuple[float, ...] = ()

    @property
    def is_component(self) -> bool:
        return not self.edges
