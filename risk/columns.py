"""What the risk is told of a customer: the parts of the score, when the contract renews, for how long it has been one.

Renewal is in whole months to the last day that is agreed, and stands for when somebody may leave, not for how well they
are; so it is in the risk and not in the health score. `NO_CONTRACT` stands for nothing agreed at all.
"""

from collections.abc import Mapping

from health.parts import PARTS
from risk.prediction.columns import Column

RENEWAL, AGE = "renewal", "age"
RENEWAL_EDGES = (2.0, 4.0, 7.0, 60.0)  # 0-1, 2-3, 4-6, 7 months and more, no contract
AGE_EDGES = (3.0, 12.0, 36.0)  # months a customer
NO_CONTRACT = 99
LONGEST_TERM = 59
MONTH_DAYS = 30.4375

NAMES = (*PARTS, RENEWAL, AGE)


def columns(weights: Mapping[str, int]) -> tuple[Column, ...]:
    """In the order of NAMES; `weights` are those of the health score."""
    parts = (Column(part, float(weights[part])) for part in PARTS)
    return (*parts, Column(RENEWAL, edges=RENEWAL_EDGES), Column(AGE, edges=AGE_EDGES))
